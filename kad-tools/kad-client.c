/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-client-errors.h"
#include "kad-dbus-errors.h"
#include "kad-error.h"
#include "kad-signals.h"

#define PREFIX KAD_CLIENT_NAME "."
#define DEFAULT_TIMEOUT_US (90 * G_USEC_PER_SEC)
/* How long a node may take to join before it is looked at as it is. */
#define JOIN_US (15 * G_USEC_PER_SEC)
#define JOIN_STEP_US (100 * 1000)
#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"
#define PROPERTIES "org.freedesktop.DBus.Properties"

struct _KadClient
{
  GDBusConnection *connection; /* (owned) */
  const char *destination;     /* NULL on a socket of its own */
  GCancellable *cancellable;   /* (owned) */
  GArray *subscriptions;       /* (element-type guint) */
  gint64 timeout_us;
  gulong closed_handler;
  guint name_watch;
  gboolean no_start;
  gboolean is_gone; /* the service has left */
};

typedef struct
{
  KadClientSignalFunc func;
  gpointer user_data;
} Subscription;

/* ---- the connection ---- */

static gboolean
on_signal (gpointer user_data)
{
  KadClient *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
on_closed (GDBusConnection *connection, gboolean by_remote, GError *error, gpointer user_data)
{
  KadClient *self = user_data;

  self->is_gone = TRUE;
  g_main_context_wakeup (NULL);
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  KadClient *self = user_data;

  self->is_gone = TRUE;
  g_main_context_wakeup (NULL);
}

/* Nothing here blocks where Ctrl-C would not be seen. */
static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **taken = user_data;

  *taken = g_object_ref (result);
}

static void
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* What is answered, so that nobody takes another answer apart. */
static const struct
{
  const char *method;
  const char *type;
} replies[] = {
  { "NameHasOwner", "(b)" },        { "GetAll", "(a{sv})" },
  { "PrepareQuery", "(o)" },        { "GetResults", "(baa{sv})" },
  { "GetSteps", "(ba(xuusss))" },   { "ListQueries", "(a(oa{sv}))" },
  { "GetCommands", "(aa{sv})" },    { "Provide", "(o)" },
  { "PutRecord", "(o)" },           { "Remove", "(u)" },
  { "List", "(a(oa{sv}))" },        { "GetPeer", "(a{sv})" },
  { "GetConnections", "(aa{sv})" }, { "Get", "(a{sv})" },
  { "Describe", "(aa{sv})" },       { "Health", "(aa{sv}a{sv})" },
};

static const GVariantType *
find_reply_type (const char *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    if (g_str_equal (replies[i].method, method))
      return G_VARIANT_TYPE (replies[i].type);
  return NULL;
}

static GVariant *
call_at (KadClient *self, const char *destination, const char *path, const char *interface,
         const char *method, GVariant *arguments, GUnixFDList **fds, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_call_with_unix_fd_list (self->connection, destination, path, interface, method,
                                            arguments, find_reply_type (method),
                                            G_DBUS_CALL_FLAGS_NONE, (int) (self->timeout_us / 1000),
                                            NULL, self->cancellable, take_result, &result);
  wait_result (&result);
  return g_dbus_connection_call_with_unix_fd_list_finish (self->connection, fds, result, error);
}

static GDBusConnection *
open_socket (KadClient *self, const char *address, GError **error)
{
  GDBusConnection *connection;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) reason = NULL;

  g_dbus_connection_new_for_address (address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                                     self->cancellable, take_result, &result);
  wait_result (&result);
  connection = g_dbus_connection_new_for_address_finish (result, &reason);
  if (connection != NULL)
    return connection;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 _ ("“%s” is no address of D-Bus, like unix:path=/run/kadd.socket"), address);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, _ ("No service answers at %s: %s"),
                 address, reason->message);
  return NULL;
}

static gboolean
has_owner (KadClient *self)
{
  g_autoptr (GVariant) answer = call_at (self, DBUS_NAME, DBUS_PATH, DBUS_NAME, "NameHasOwner",
                                         g_variant_new ("(s)", KAD_CLIENT_NAME), NULL, NULL);
  gboolean is_there = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &is_there);
  return is_there;
}

/* A bus starts only what it has a file for, also if it runs already: that is asked first. */
static gboolean
start_by_bus (KadClient *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GVariant) answer = NULL;
  gboolean is_there = has_owner (self);

  if (!is_there && !self->no_start)
    {
      answer = call_at (self, DBUS_NAME, DBUS_PATH, DBUS_NAME, "StartServiceByName",
                        g_variant_new ("(su)", KAD_CLIENT_NAME, 0), NULL, &reason);
      is_there = answer != NULL;
    }
  if (is_there)
    return TRUE;
  if (reason != NULL)
    g_dbus_error_strip_remote_error (reason);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
               _ ("The service is not running (%s): start kadd, name its socket with --address, or "
                  "go without it by --join ADDR"),
               reason != NULL ? reason->message : _ ("--no-start is given"));
  return FALSE;
}

static gboolean
open_bus (KadClient *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) reason = NULL;

  self->destination = KAD_CLIENT_NAME;
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, take_result, &result);
  wait_result (&result);
  self->connection = g_bus_get_finish (result, &reason);
  if (self->connection == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                   _ ("There is no session bus (%s): start kadd --address ADDRESS and name the "
                      "same --address here, or go without the service by --join ADDR"),
                   reason->message);
      return FALSE;
    }
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  return start_by_bus (self, error);
}

static gboolean
connect_service (KadClient *self, KadTool *tool, GError **error)
{
  const char *address = kad_arguments_get_text (tool->arguments, "address");

  if (address == NULL)
    address = g_getenv ("KAD_ADDRESS");
  if (address != NULL && address[0] != '\0')
    self->connection = open_socket (self, address, error);
  else if (!open_bus (self, error))
    return FALSE;
  if (self->connection == NULL)
    return FALSE;
  self->closed_handler
      = g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  if (self->destination != NULL)
    self->name_watch = g_bus_watch_name_on_connection (self->connection, self->destination,
                                                       G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                       on_name_vanished, self, NULL);
  return TRUE;
}

KadClient *
kad_client_new (KadTool *tool, GError **error)
{
  g_autoptr (KadClient) self = g_new0 (KadClient, 1);

  kad_dbus_errors_register ();
  self->cancellable = g_cancellable_new ();
  self->subscriptions = g_array_new (FALSE, FALSE, sizeof (guint));
  self->no_start = kad_arguments_has (tool->arguments, "no-start");
  self->timeout_us = DEFAULT_TIMEOUT_US;
  if (!kad_arguments_get_seconds (tool->arguments, "timeout", &self->timeout_us, error))
    return NULL;
  kad_signals_watch (on_signal, self);
  if (!connect_service (self, tool, error))
    {
      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_clear_error (error);
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
        }
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
ignore_signal (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
kad_client_free (KadClient *self)
{
  kad_signals_watch (ignore_signal, NULL);
  kad_client_end_subscriptions (self);
  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  if (self->connection != NULL)
    g_clear_signal_handler (&self->closed_handler, self->connection);
  /* So that the service knows at once that the caller has left. */
  if (self->connection != NULL && !g_dbus_connection_is_closed (self->connection))
    g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
  g_array_unref (self->subscriptions);
  g_object_unref (self->cancellable);
  g_free (self);
}

GCancellable *
kad_client_get_cancellable (KadClient *self)
{
  return self->cancellable;
}

void
kad_client_forget_interrupt (KadClient *self)
{
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

/* ---- calls ---- */

static GVariant *
call (KadClient *self, const char *path, const char *interface, const char *method,
      GVariant *arguments, GUnixFDList **fds, GError **error)
{
  GError *reason = NULL;
  GVariant *answer
      = call_at (self, self->destination, path, interface, method, arguments, fds, &reason);

  if (answer == NULL)
    g_propagate_error (error, kad_client_errors_convert (reason));
  return answer;
}

GVariant *
kad_client_call (KadClient *self, const char *path, const char *interface, const char *method,
                 GVariant *arguments, GError **error)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);

  return call (self, path, name, method, arguments, NULL, error);
}

GVariant *
kad_client_call_root (KadClient *self, const char *interface, const char *method,
                      GVariant *arguments, GError **error)
{
  return kad_client_call (self, KAD_CLIENT_ROOT, interface, method, arguments, error);
}

int
kad_client_call_fd (KadClient *self, const char *interface, const char *method, GVariant *arguments,
                    GError **error)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) answer = call (self, KAD_CLIENT_ROOT, name, method, arguments, &fds, error);

  if (answer == NULL)
    return -1;
  if (fds != NULL && g_unix_fd_list_get_length (fds) == 1)
    return g_unix_fd_list_get (fds, 0, error);
  g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "%s answered without a descriptor", method);
  return -1;
}

GVariant *
kad_client_get_all (KadClient *self, const char *path, const char *interface, GError **error)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);
  g_autoptr (GVariant) answer
      = call (self, path, PROPERTIES, "GetAll", g_variant_new ("(s)", name), NULL, error);

  return answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
}

typedef struct
{
  KadClientValueFunc func;
  gpointer user_data;
} Get;

static void
on_got (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Get *get = user_data;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  get->func (value, get->user_data);
}

void
kad_client_begin_get (KadClient *self, const char *path, const char *interface,
                      const char *property, KadClientValueFunc func, gpointer user_data)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);
  Get *get = g_new (Get, 1);

  *get = (Get){ .func = func, .user_data = user_data };
  g_dbus_connection_call (self->connection, self->destination, path, PROPERTIES, "Get",
                          g_variant_new ("(ss)", name, property), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_got, get);
}

gboolean
kad_client_set (KadClient *self, const char *path, const char *interface, const char *property,
                GVariant *value, GError **error)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);
  g_autoptr (GVariant) answer = call (self, path, PROPERTIES, "Set",
                                      g_variant_new ("(ssv)", name, property, value), NULL, error);

  return answer != NULL;
}

void
kad_client_init_options (KadClient *self, GVariantDict *options)
{
  g_variant_dict_init (options, NULL);
  if (self->no_start)
    g_variant_dict_insert (options, "no-start", "b", TRUE);
}

GVariant *
kad_client_new_options (KadClient *self)
{
  GVariantDict options;

  kad_client_init_options (self, &options);
  return g_variant_dict_end (&options);
}

/* ---- signals of the service ---- */

static void
on_dbus_signal (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *signal, GVariant *arguments, gpointer user_data)
{
  Subscription *subscription = user_data;

  subscription->func (path, signal, arguments, subscription->user_data);
}

void
kad_client_subscribe (KadClient *self, const char *path, const char *interface, const char *signal,
                      KadClientSignalFunc func, gpointer user_data)
{
  g_autofree char *name = g_strconcat (PREFIX, interface, NULL);
  Subscription *subscription = g_new0 (Subscription, 1);
  guint id;

  subscription->func = func;
  subscription->user_data = user_data;
  id = g_dbus_connection_signal_subscribe (self->connection, self->destination, name, signal, path,
                                           NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_dbus_signal,
                                           subscription, g_free);
  g_array_append_val (self->subscriptions, id);
}

void
kad_client_end_subscriptions (KadClient *self)
{
  for (guint i = 0; i < self->subscriptions->len; i++)
    g_dbus_connection_signal_unsubscribe (self->connection,
                                          g_array_index (self->subscriptions, guint, i));
  g_array_set_size (self->subscriptions, 0);
}

static gboolean
on_deadline (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
kad_client_wait (KadClient *self, const gboolean *is_done, gint64 timeout_us, GError **error)
{
  gboolean is_over = FALSE;
  guint source = 0;

  if (timeout_us > 0)
    source = g_timeout_add ((guint) MIN (timeout_us / 1000, G_MAXINT), on_deadline, &is_over);
  while (!*is_done && !is_over && !self->is_gone && !g_cancellable_is_cancelled (self->cancellable))
    g_main_context_iteration (NULL, TRUE);
  g_clear_handle_id (&source, g_source_remove);
  if (*is_done)
    return TRUE;
  if (g_cancellable_is_cancelled (self->cancellable))
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
  else if (self->is_gone)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                         _ ("The service has ended meanwhile"));
  else
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_TIMEOUT, _ ("No answer in time"));
  return FALSE;
}

/* ---- its node ---- */

static gboolean
is_on_its_way (KadClient *self, GError **error)
{
  g_autoptr (GVariant) node = kad_client_get_all (self, KAD_CLIENT_ROOT, "Node", error);
  const char *state = "";

  if (node == NULL)
    return FALSE;
  g_variant_lookup (node, "State", "&s", &state);
  return g_str_equal (state, "starting") || g_str_equal (state, "bootstrapping");
}

gboolean
kad_client_hold_node (KadClient *self, const char *why, GError **error)
{
  gint64 until_us = g_get_monotonic_time () + JOIN_US;
  const gboolean never = FALSE;
  g_autoptr (GVariant) lease = NULL;
  g_autoptr (GError) reason = NULL;

  lease = kad_client_call_root (
      self, "Node", "Hold", g_variant_new ("(s@a{sv})", why, kad_client_new_options (self)), error);
  if (lease == NULL)
    return FALSE;
  while (is_on_its_way (self, &reason) && g_get_monotonic_time () < until_us)
    if (!kad_client_wait (self, &never, JOIN_STEP_US, &reason)
        && g_error_matches (reason, KAD_ERROR, KAD_ERROR_TIMEOUT))
      g_clear_error (&reason);
    else
      break;
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
kad_client_has_command (KadClient *self, const char *name)
{
  g_autoptr (GVariant) commands = NULL;
  g_autoptr (GVariant) answer = kad_client_call_root (self, "Routing", "GetCommands",
                                                      g_variant_new ("(a{sv})", NULL), NULL);

  if (answer == NULL)
    return FALSE;
  commands = g_variant_get_child_value (answer, 0);
  for (gsize i = 0; i < g_variant_n_children (commands); i++)
    {
      g_autoptr (GVariant) command = g_variant_get_child_value (commands, i);
      const char *its_name = "";

      g_variant_lookup (command, "name", "&s", &its_name);
      if (g_str_equal (its_name, name))
        return TRUE;
    }
  return FALSE;
}

/* ---- a word ---- */

static KadExit
run (KadTool *tool, KadClientFunc func, gboolean is_endless)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadClient) client = kad_client_new (tool, &error);

  if (client != NULL && func (tool, client, &error))
    return KAD_EXIT_OK;
  /* Nobody reads: there is nobody to tell. */
  if (error == NULL)
    return KAD_EXIT_ERROR;
  if (is_endless && g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED))
    return KAD_EXIT_INTERRUPTED;
  return kad_tool_fail (tool, g_steal_pointer (&error));
}

KadExit
kad_client_run (KadTool *tool, KadClientFunc func)
{
  return run (tool, func, FALSE);
}

KadExit
kad_client_run_endless (KadTool *tool, KadClientFunc func)
{
  return run (tool, func, TRUE);
}
