/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-dbus-errors.h"
#include "kad-demonstration.h"
#include "kad-desktop.h"
#include "kad-notifier.h"
#include "kad-private-bus.h"
#include "kad-queries.h"
#include "kad-service-names.h"
#include "kad-service.h"

typedef struct
{
  char *address;
  char *data;
  char *settings;
  char *network;
  char *beside;
  char **listen;
  char **join;
  int idle_exit_s;
  gint64 demo; /* how many nodes; 0: it is no demonstration */
  gint64 seed; /* -1: the usual one */
  gboolean show_version;

  GMainLoop *loop;
  KadService *service;
  KadNotifier *notifier;           /* (nullable) */
  KadDemonstration *demonstration; /* (nullable) */
  guint name;                      /* that we own on the bus, or want to */
  guint leave_timer;
  gboolean is_exported; /* on the bus */
  int status;
} Daemon;

#define MAX_IDLE_EXIT_S 86400
#define LEAVE_MS 200  /* what is on its way to us has come by then */
#define FLUSH_MS 1000 /* that whoever does not read may hold up our end */

static gboolean
on_signal (gpointer user_data)
{
  Daemon *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Daemon *self = user_data;

  if (connection == NULL)
    g_printerr (_ ("kadd: there is no session bus; give a socket with --address\n"));
  else
    g_printerr (_ ("kadd: another program has the name %s on the session bus\n"), name);
  self->status = 1;
  g_main_loop_quit (self->loop);
}

static void
on_bus_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Daemon *self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_exported = kad_service_export (self->service, connection, &error);
  if (self->is_exported)
    return;
  g_printerr ("kadd: %s\n", error->message);
  self->status = 1;
  g_main_loop_quit (self->loop);
}

static void
own_name (Daemon *self)
{
  self->name
      = g_bus_own_name (G_BUS_TYPE_SESSION, KAD_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                        self->is_exported ? NULL : on_bus_acquired, NULL, on_name_lost, self, NULL);
}

/* ---- leaving ---- */

/*
 * Whoever calls while we leave must not be lost. So the node stops while we have the name; then
 * the name goes, and the bus starts another service for the next caller; and what was on its way to
 * us is still answered. If one of those needs the node, we stay.
 */

static gboolean
on_nobody_came (gpointer user_data)
{
  Daemon *self = user_data;

  self->leave_timer = 0;
  if (kad_service_is_idle (self->service))
    g_main_loop_quit (self->loop);
  else
    own_name (self);
  return G_SOURCE_REMOVE;
}

static void
on_idle_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;

  kad_service_stop_finish (KAD_SERVICE (source), result, NULL);
  if (!kad_service_is_idle (self->service))
    return;
  g_debug ("Nobody needs the service: it ends");
  if (self->name == 0)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  g_clear_handle_id (&self->name, g_bus_unown_name);
  self->leave_timer = g_timeout_add (LEAVE_MS, on_nobody_came, self);
}

static void
on_idle (KadService *service, gpointer user_data)
{
  Daemon *self = user_data;

  if (self->leave_timer == 0)
    kad_service_stop_async (service, on_idle_stopped, self);
}

/* ---- the command line ---- */

static gboolean
parse_demo (const char *name, const char *value, gpointer data, GError **error)
{
  Daemon *self = data;

  self->demo = KAD_DEMO_NODES;
  if (value == NULL || g_ascii_string_to_signed (value, 10, 1, G_MAXINT, &self->demo, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--demo takes a number of nodes, not \"%s\""), value);
  return FALSE;
}

static gboolean
parse_words (Daemon *self, int *argc, char ***argv, GError **error)
{
  gpointer demo = (gpointer) (void (*) (void)) parse_demo;
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &self->address,
      N_ ("Serve on a socket of its own instead of the session bus"), N_ ("ADDRESS") },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &self->data,
      N_ ("The folder of what survives, or :memory:"), N_ ("FOLDER") },
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &self->settings, N_ ("The file of the settings"),
      N_ ("FILE") },
    { "network", 0, 0, G_OPTION_ARG_STRING, &self->network,
      N_ ("The network, over the settings: public, lan or private:NAME"), N_ ("NETWORK") },
    { "beside", 0, 0, G_OPTION_ARG_STRING, &self->beside,
      N_ ("A second network beside it, over the settings: lan or private:NAME"), N_ ("NETWORK") },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->listen,
      N_ ("Where to listen, over the settings; may be given again"), N_ ("ADDR") },
    { "join", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->join,
      N_ ("A bootstrap peer, over the settings; may be given again"), N_ ("ADDR") },
    { "idle-exit", 0, 0, G_OPTION_ARG_INT, &self->idle_exit_s,
      N_ ("End after so long without use; 0: never"), N_ ("SECONDS") },
    { "demo", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, demo,
      N_ ("Be in a living network of N nodes in this process, to be looked at; with --address"),
      N_ ("N") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &self->seed, N_ ("Where all chance of --demo comes from"),
      N_ ("NUMBER") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->show_version, N_ ("Show the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("kadd", NULL, NULL, self, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, _ ("The session service of Kad, on D-Bus"));
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 1)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("kadd takes no argument \"%s\""),
               (*argv)[1]);
  return FALSE;
}

/* What --demo leaves of the rest. */
static gboolean
make_demonstration (Daemon *self, KadServiceOptions *options, GError **error)
{
  gint64 seed = self->seed == -1 ? KAD_DEMO_SEED : self->seed;

  if (!kad_demonstration_check (self->address, options, self->demo, seed, error))
    return FALSE;
  self->demonstration = kad_demonstration_new ((guint) self->demo, (guint64) seed, error);
  if (self->demonstration == NULL)
    return FALSE;
  kad_demonstration_fill (self->demonstration, options);
  return TRUE;
}

static gboolean
parse (Daemon *self, KadServiceOptions *options, int *argc, char ***argv, GError **error)
{
  if (!parse_words (self, argc, argv, error))
    return FALSE;
  if (self->idle_exit_s < -1 || self->idle_exit_s > MAX_IDLE_EXIT_S)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--idle-exit is from 0 to %d seconds"), MAX_IDLE_EXIT_S);
      return FALSE;
    }
  *options = (KadServiceOptions){
    .data = self->data,
    .settings_file = self->settings,
    .network = self->network,
    .beside = self->beside,
    .listen = (const char *const *) self->listen,
    .join = (const char *const *) self->join,
    .idle_exit_s = self->idle_exit_s < 0 && self->address != NULL ? 0 : self->idle_exit_s,
  };
  if (self->demo == 0 && self->seed != -1)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--seed goes with --demo"));
      return FALSE;
    }
  if (self->demo != 0 && !self->show_version && !make_demonstration (self, options, error))
    return FALSE;
  return kad_service_options_check (options, error);
}

static void
stop_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_done = user_data;

  kad_service_stop_finish (KAD_SERVICE (source), result, NULL);
  *is_done = TRUE;
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_waiting = user_data;

  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  (*n_waiting)--;
}

static gboolean
on_flush_over (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* Whoever asked something hears how it ended, unless they do not read. */
static void
say_last_words (Daemon *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GPtrArray *connections = kad_service_get_connections (self->service);
  KadQueries *queries = kad_queries_get (self->service);
  guint timer = g_timeout_add (FLUSH_MS, on_flush_over, cancellable);
  guint n_waiting;

  while (queries != NULL && kad_queries_is_busy (queries)
         && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (NULL, TRUE);
  n_waiting = connections->len;
  for (guint i = 0; i < connections->len; i++)
    g_dbus_connection_flush (connections->pdata[i], cancellable, on_flushed, &n_waiting);
  while (n_waiting > 0)
    g_main_context_iteration (NULL, TRUE);
  if (!g_cancellable_is_cancelled (cancellable))
    g_source_remove (timer);
}

/* In order: what is told to be kept is on the disk when this returns. */
static void
stop (Daemon *self)
{
  gboolean is_done = FALSE;

  kad_service_end_async (self->service, stop_done, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  say_last_words (self);
}

/* Connections, callers and their streams are files, too. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static void
on_demonstration_over (const GError *error, gpointer user_data)
{
  Daemon *self = user_data;

  if (error != NULL)
    g_printerr ("kadd: %s\n", error->message);
  self->status = error != NULL;
  g_main_loop_quit (self->loop);
}

static gboolean
run (Daemon *self, const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadPrivateBus) bus = NULL;
  g_autoptr (KadDesktop) desktop = NULL;

  self->service = kad_service_new (options, error);
  if (self->service == NULL)
    return FALSE;
  g_signal_connect (self->service, "idle", G_CALLBACK (on_idle), self);
  /* What is only played needs nothing of the machine. */
  if (self->demonstration == NULL)
    desktop = kad_desktop_new (self->service);
  if (self->address != NULL)
    {
      bus = kad_private_bus_new (self->address, self->service, error);
      if (bus == NULL)
        return FALSE;
      g_print ("%s\n", kad_private_bus_get_client_address (bus));
      fflush (stdout);
      if (self->demonstration != NULL)
        kad_demonstration_start (self->demonstration, self->service,
                                 kad_private_bus_get_client_address (bus), on_demonstration_over,
                                 self);
    }
  else
    {
      self->notifier = kad_notifier_new (self->service);
      own_name (self);
    }
  g_main_loop_run (self->loop);
  stop (self);
  g_clear_pointer (&self->notifier, kad_notifier_free);
  if (self->demonstration != NULL)
    kad_demonstration_stop (self->demonstration);
  g_clear_handle_id (&self->leave_timer, g_source_remove);
  g_clear_handle_id (&self->name, g_bus_unown_name);
  return TRUE;
}

static void
daemon_clear (Daemon *self)
{
  g_clear_object (&self->service);
  g_clear_pointer (&self->demonstration, kad_demonstration_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self->address);
  g_free (self->data);
  g_free (self->settings);
  g_free (self->network);
  g_free (self->beside);
  g_strfreev (self->listen);
  g_strfreev (self->join);
}

int
main (int argc, char **argv)
{
  Daemon self = { .idle_exit_s = -1, .seed = -1 };
  KadServiceOptions options = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, KAD_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  umask (0077);
  raise_file_limit ();
  kad_dbus_errors_register ();
  if (!parse (&self, &options, &argc, &argv, &error))
    {
      g_printerr ("kadd: %s\n", error->message);
      self.status = 2;
    }
  else if (self.show_version)
    g_print ("kadd " KAD_VERSION "\n");
  else
    {
      self.loop = g_main_loop_new (NULL, FALSE);
      g_unix_signal_add (SIGTERM, on_signal, &self);
      g_unix_signal_add (SIGINT, on_signal, &self);
      if (!run (&self, &options, &error))
        {
          g_printerr ("kadd: %s\n", error->message);
          self.status = 1;
        }
    }
  daemon_clear (&self);
  return self.status;
}
