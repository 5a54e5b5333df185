/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-callers.h"

#include "kad-caller-inquiry.h"
#include "kad-connection-guard.h"
#include "kad-error.h"
#include "kad-service-names.h"

typedef struct
{
  const char *name; /* as in errors */
  guint max;
} QuotaInfo;

static const QuotaInfo quotas[] = {
  [KAD_QUOTA_QUERIES] = { "queries", KAD_MAX_QUERIES_PER_CALLER },
  [KAD_QUOTA_WATCHES] = { "watches", KAD_MAX_WATCHES_PER_CALLER },
  [KAD_QUOTA_PUBLICATIONS] = { "publications", KAD_MAX_PUBLICATIONS_PER_CALLER },
  [KAD_QUOTA_LEASES] = { "leases", KAD_MAX_LEASES_PER_CALLER },
  [KAD_QUOTA_STREAMS] = { "streams", KAD_MAX_STREAMS_PER_CALLER },
  [KAD_QUOTA_CALLS] = { "calls", KAD_MAX_CALLS_PER_CALLER },
};

G_STATIC_ASSERT (G_N_ELEMENTS (quotas) == KAD_N_QUOTAS);

typedef struct
{
  guint id;
  KadCallerGoneFunc func;
  gpointer user_data;
} Gone;

struct _KadCaller
{
  gatomicrefcount refs;
  KadCallers *callers; /* NULL once it is gone */
  GDBusConnection *connection;
  char *name;
  char *token;
  char *destination; /* (nullable) */
  KadCallerIdentity *identity;
  guint watch;   /* of the name, on a bus */
  gulong closed; /* of the connection */
  guint counts[KAD_N_QUOTAS];
  gsize result_bytes;
  GQueue gone; /* (element-type Gone) the latest first */
  guint next_gone;
};

struct _KadCallers
{
  GHashTable *on_bus;    /* connection and name -> KadCaller */
  GHashTable *on_socket; /* connection -> KadCaller */
  guint next_socket;
};

static void
caller_disconnect (KadCaller *self)
{
  if (self->watch != 0)
    g_bus_unwatch_name (self->watch);
  self->watch = 0;
  g_clear_signal_handler (&self->closed, self->connection);
}

KadCaller *
kad_caller_ref (KadCaller *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_caller_unref (KadCaller *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->gone, g_free);
  g_object_unref (self->connection);
  g_free (self->name);
  g_free (self->token);
  g_free (self->destination);
  kad_caller_identity_unref (self->identity);
  g_free (self);
}

/* It has left: those who have something for it hear of it, the latest first. */
static void
caller_leave (KadCaller *self)
{
  g_autoptr (KadCaller) keep G_GNUC_UNUSED = kad_caller_ref (self);
  KadCallers *callers = self->callers;
  Gone *gone;

  if (callers == NULL)
    return;
  self->callers = NULL;
  caller_disconnect (self);
  while ((gone = g_queue_pop_head (&self->gone)) != NULL)
    {
      gone->func (self, gone->user_data);
      g_free (gone);
    }
  if (self->destination != NULL)
    g_hash_table_remove (callers->on_bus, self->name);
  else
    g_hash_table_remove (callers->on_socket, self->connection);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  caller_leave (user_data);
}

static void
on_closed (GDBusConnection *connection, gboolean remote_peer_vanished, GError *error,
           gpointer user_data)
{
  caller_leave (user_data);
}

static KadCaller *
caller_new (KadCallers *callers, GDBusConnection *connection, const char *destination,
            KadCallerIdentity *identity)
{
  KadCaller *self = g_new0 (KadCaller, 1);

  g_atomic_ref_count_init (&self->refs);
  self->callers = callers;
  self->connection = g_object_ref (connection);
  self->destination = g_strdup (destination);
  self->name = destination != NULL ? g_strdup (destination)
                                   : g_strdup_printf ("p%u", ++callers->next_socket);
  self->token = kad_caller_token_new (self->name);
  /* Nobody has looked: it is not taken for the host. */
  self->identity = identity != NULL ? kad_caller_identity_ref (identity)
                                    : kad_caller_identity_new_sandboxed ("");
  g_queue_init (&self->gone);
  if (destination != NULL)
    self->watch = g_bus_watch_name_on_connection (
        connection, destination, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_vanished, self, NULL);
  self->closed = g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  return self;
}

KadCallers *
kad_callers_new (void)
{
  KadCallers *self = g_new0 (KadCallers, 1);

  self->on_bus
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) kad_caller_unref);
  self->on_socket = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) kad_caller_unref);
  return self;
}

static void
leave_all (GHashTable *table)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_caller_unref);
  GHashTableIter iter;
  gpointer caller;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &caller))
    g_ptr_array_add (all, kad_caller_ref (caller));
  for (guint i = 0; i < all->len; i++)
    caller_leave (all->pdata[i]);
}

void
kad_callers_free (KadCallers *self)
{
  leave_all (self->on_bus);
  leave_all (self->on_socket);
  g_hash_table_unref (self->on_bus);
  g_hash_table_unref (self->on_socket);
  g_free (self);
}

KadCaller *
kad_callers_get (KadCallers *self, GDBusMethodInvocation *invocation)
{
  GDBusConnection *connection = g_dbus_method_invocation_get_connection (invocation);
  const char *sender = NULL;
  KadCaller *caller;

  /* On our own socket it may say what it likes. */
  if (g_dbus_connection_get_unique_name (connection) != NULL)
    sender = g_dbus_method_invocation_get_sender (invocation);

  if (sender != NULL)
    caller = g_hash_table_lookup (self->on_bus, sender);
  else
    caller = g_hash_table_lookup (self->on_socket, connection);
  if (caller != NULL)
    return caller;
  caller = caller_new (
      self, connection, sender,
      kad_caller_inquiry_get_identity (g_dbus_method_invocation_get_message (invocation)));
  if (sender != NULL)
    g_hash_table_insert (self->on_bus, caller->name, caller);
  else
    g_hash_table_insert (self->on_socket, connection, caller);
  return caller;
}

static guint
count_busy (GHashTable *table)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KadCaller *caller = value;
      guint sum = 0;

      for (guint i = 0; i < KAD_N_QUOTAS; i++)
        sum += caller->counts[i];
      n += sum > 0;
    }
  return n;
}

guint
kad_callers_get_n_busy (KadCallers *self)
{
  return count_busy (self->on_bus) + count_busy (self->on_socket);
}

const char *
kad_caller_get_name (KadCaller *self)
{
  return self->name;
}

const char *
kad_caller_get_token (KadCaller *self)
{
  return self->token;
}

const char *
kad_caller_get_app_id (KadCaller *self)
{
  return kad_caller_identity_get_app_id (self->identity);
}

gboolean
kad_caller_is_sandboxed (KadCaller *self)
{
  return kad_caller_identity_is_sandboxed (self->identity);
}

const KadCallerIdentity *
kad_caller_get_identity (KadCaller *self)
{
  return self->identity;
}

GDBusConnection *
kad_caller_get_connection (KadCaller *self)
{
  return self->connection;
}

const char *
kad_caller_get_destination (KadCaller *self)
{
  return self->destination;
}

gboolean
kad_caller_is_here (KadCaller *self)
{
  return self->callers != NULL;
}

gboolean
kad_caller_take (KadCaller *self, KadQuota quota, GError **error)
{
  g_return_val_if_fail ((guint) quota < KAD_N_QUOTAS, FALSE);

  if (self->callers == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CANCELLED, "The caller has left");
      return FALSE;
    }
  if (self->counts[quota] >= quotas[quota].max)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A caller has at most %u %s at once; end one of them first", quotas[quota].max,
                   quotas[quota].name);
      return FALSE;
    }
  self->counts[quota]++;
  return TRUE;
}

void
kad_caller_give_back (KadCaller *self, KadQuota quota)
{
  g_return_if_fail ((guint) quota < KAD_N_QUOTAS && self->counts[quota] > 0);

  self->counts[quota]--;
}

gboolean
kad_caller_take_bytes (KadCaller *self, gsize bytes, GError **error)
{
  if (bytes > KAD_MAX_RESULT_BYTES_PER_CALLER - self->result_bytes)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "At most %d bytes of results are kept for a caller; release queries that are "
                   "not needed any more",
                   KAD_MAX_RESULT_BYTES_PER_CALLER);
      return FALSE;
    }
  self->result_bytes += bytes;
  return TRUE;
}

void
kad_caller_give_back_bytes (KadCaller *self, gsize bytes)
{
  g_return_if_fail (self->result_bytes >= bytes);

  self->result_bytes -= bytes;
}

guint
kad_caller_get_count (KadCaller *self, KadQuota quota)
{
  g_return_val_if_fail ((guint) quota < KAD_N_QUOTAS, 0);

  return self->counts[quota];
}

guint
kad_caller_add_gone (KadCaller *self, KadCallerGoneFunc func, gpointer user_data)
{
  Gone *gone = g_new0 (Gone, 1);

  gone->id = ++self->next_gone;
  gone->func = func;
  gone->user_data = user_data;
  g_queue_push_head (&self->gone, gone);
  return gone->id;
}

void
kad_caller_remove_gone (KadCaller *self, guint id)
{
  for (GList *l = self->gone.head; l != NULL; l = l->next)
    {
      Gone *gone = l->data;

      if (gone->id == id)
        {
          g_queue_delete_link (&self->gone, l);
          g_free (gone);
          return;
        }
    }
}

void
kad_caller_signal (KadCaller *self, const char *path, const char *interface, const char *name,
                   GVariant *parameters)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autoptr (GError) error = NULL;

  if (self->callers == NULL
      || !kad_connection_guard_note_signal (self->connection, g_variant_get_size (sunk)))
    return;
  if (!g_dbus_connection_emit_signal (self->connection, self->destination, path, interface, name,
                                      sunk, &error))
    g_debug ("No signal %s to %s: %s", name, self->name, error->message);
}

char *
kad_caller_token_new (const char *name)
{
  return name != NULL ? g_strdelimit (g_strdup (name + (*name == ':')), ".", '_') : NULL;
}

gboolean
kad_caller_path_is_foreign (const char *path, const char *sender)
{
  static const char *const kinds[]
      = { KAD_QUERY_PATH "/", KAD_WATCH_PATH "/", KAD_SESSION_PATH "/" };

  if (path == NULL || sender == NULL || g_str_has_prefix (path, KAD_DETACHED_PATH "/"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (path, kinds[i]))
      {
        g_autofree char *token = kad_caller_token_new (sender);
        const char *owner = path + strlen (kinds[i]);
        gsize len = strlen (token);

        return strncmp (owner, token, len) != 0 || (owner[len] != '/' && owner[len] != '\0');
      }
  return FALSE;
}
