/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection-guard.h"

#include "kad-caller-gate.h"
#include "kad-caller-inquiry.h"
#include "kad-caller-signals.h"
#include "kad-callers.h"
#include "kad-error.h"
#include "kad-service-names.h"

/*
 * GDBus reads as fast as it can, and gives each call to the main thread by a source of its own; so
 * how many wait there is counted by a source before each of them. What is sent it queues; how many
 * messages are in that queue tell their serials: that of the last that a thread has sent, and that
 * of the last that was begun to be written.
 */

#define DATA "kad-connection-guard"
#define IDENTITY "kad-connection-identity"

struct _KadConnectionGuard
{
  gatomicrefcount refs;
  gboolean is_bus;             /* with many callers behind it */
  KadCallerInquiry *inquiry;   /* (nullable) who those are */
  KadCallerIdentity *identity; /* of the only one on our own socket, and of who is not known */
  GMutex lock;                 /* of what follows */
  GHashTable *waiting; /* sender, "" for our own socket -> the weight of calls that wait, never 0 */
  GHashTable *large;   /* (element-type guint32) serials of calls whose answers were not written */
  guint32 sent;        /* serial; that of a thread, which may be less than the last */
  guint32 written;     /* serial */
  gsize n_signal_bytes; /* of kad_connection_guard_note_signal(), not written */
  gboolean is_cut_off;
};

typedef struct
{
  KadConnectionGuard *guard;   /* (owned) */
  GDBusConnection *connection; /* (owned) */
  char *sender;
  guint weight;
} Waiting;

static void
guard_unref (gpointer data)
{
  KadConnectionGuard *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->inquiry, kad_caller_inquiry_unref);
  kad_caller_identity_unref (self->identity);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->large);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static KadConnectionGuard *
guard_ref (KadConnectionGuard *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/* What this thread has sent. */
static void
see_sent (KadConnectionGuard *self, GDBusConnection *connection)
{
  guint32 serial = g_dbus_connection_get_last_serial (connection);

  g_mutex_lock (&self->lock);
  if ((gint32) (serial - self->sent) > 0)
    self->sent = serial;
  g_mutex_unlock (&self->lock);
}

static guint
count_unread (KadConnectionGuard *self)
{
  gint32 n;

  g_mutex_lock (&self->lock);
  n = (gint32) (self->sent - self->written);
  g_mutex_unlock (&self->lock);
  return (guint) MAX (n, 0);
}

/* ---- what waits for the main thread ---- */

static void
waiting_free (gpointer data)
{
  Waiting *self = data;

  guard_unref (self->guard);
  g_object_unref (self->connection);
  g_free (self->sender);
  g_free (self);
}

static gboolean
on_turn (gpointer user_data)
{
  Waiting *self = user_data;
  GHashTable *waiting = self->guard->waiting;
  guint n;

  see_sent (self->guard, self->connection);
  g_mutex_lock (&self->guard->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (waiting, self->sender));
  if (n > self->weight)
    g_hash_table_insert (waiting, g_strdup (self->sender), GUINT_TO_POINTER (n - self->weight));
  else
    g_hash_table_remove (waiting, self->sender);
  g_mutex_unlock (&self->guard->lock);
  return G_SOURCE_REMOVE;
}

/* FALSE: too many do. */
static gboolean
wait_for_turn (KadConnectionGuard *self, GDBusConnection *connection, const char *sender,
               guint weight)
{
  Waiting *waiting;
  guint n;

  g_mutex_lock (&self->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (self->waiting, sender));
  if (n < KAD_MAX_WAITING_CALLS)
    g_hash_table_insert (self->waiting, g_strdup (sender), GUINT_TO_POINTER (n + weight));
  g_mutex_unlock (&self->lock);
  if (n >= KAD_MAX_WAITING_CALLS)
    return FALSE;
  waiting = g_new0 (Waiting, 1);
  waiting->guard = guard_ref (self);
  waiting->connection = g_object_ref (connection);
  waiting->sender = g_strdup (sender);
  waiting->weight = weight;
  /* Of the priority of GDBus's own source, which follows. */
  g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, waiting, waiting_free);
  return TRUE;
}

/* ---- what is not read ---- */

static gboolean
has_large_answer (GDBusMessage *message)
{
  static const char *const large[]
      = { "Describe",    "GetCommands", "GetConnections", "GetManagedObjects",
          "GetModules",  "GetPeers",    "GetResults",     "GetSteps",
          "Introspect",  "List",        "ListProviders",  "ListQueries",
          "ListRecords", NULL };
  const char *member = g_dbus_message_get_member (message);

  return member != NULL && g_strv_contains (large, member);
}

static void
cut_off (KadConnectionGuard *self, GDBusConnection *connection)
{
  GIOStream *stream;
  gboolean was_cut_off;

  g_mutex_lock (&self->lock);
  was_cut_off = self->is_cut_off;
  self->is_cut_off = TRUE;
  g_mutex_unlock (&self->lock);
  if (was_cut_off)
    return;
  g_message ("A program is cut off: it does not read what it is sent");
  /* Closing in order would wait until all was read. */
  stream = g_dbus_connection_get_stream (connection);
  if (G_IS_SOCKET_CONNECTION (stream))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)), TRUE, TRUE,
                       NULL);
}

void
kad_connection_guard_check (GDBusConnection *connection)
{
  KadConnectionGuard *self = g_object_get_data (G_OBJECT (connection), DATA);

  if (self == NULL || self->is_bus)
    return;
  see_sent (self, connection);
  if (count_unread (self) > KAD_MAX_UNREAD_AT_ALL)
    cut_off (self, connection);
}

gboolean
kad_connection_guard_note_signal (GDBusConnection *connection, gsize bytes)
{
  KadConnectionGuard *self = g_object_get_data (G_OBJECT (connection), DATA);
  gboolean is_bad;

  if (self == NULL || self->is_bus)
    return TRUE;
  see_sent (self, connection);
  g_mutex_lock (&self->lock);
  self->n_signal_bytes += bytes;
  is_bad = self->n_signal_bytes > KAD_MAX_UNREAD_SIGNAL_BYTES || self->is_cut_off;
  g_mutex_unlock (&self->lock);
  if (!is_bad && count_unread (self) <= KAD_MAX_UNREAD_AT_ALL)
    return TRUE;
  cut_off (self, connection);
  return FALSE;
}

/* A signal that kad_connection_guard_note_signal() has counted. */
static gboolean
is_counted (GDBusMessage *message)
{
  const char *path = g_dbus_message_get_path (message);

  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_SIGNAL && path != NULL
         && (g_str_has_prefix (path, KAD_QUERY_PATH "/")
             || g_str_has_prefix (path, KAD_WATCH_PATH "/"));
}

/* FALSE: its caller has asked for too much that it has not read. */
static gboolean
expect_large (KadConnectionGuard *self, GDBusMessage *call)
{
  gboolean is_good;

  if (self->is_bus
      || (g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return TRUE;
  g_mutex_lock (&self->lock);
  /* Two with one serial are one too many. */
  is_good = g_hash_table_size (self->large) < KAD_MAX_UNREAD_LARGE
            && g_hash_table_add (self->large, GUINT_TO_POINTER (g_dbus_message_get_serial (call)));
  g_mutex_unlock (&self->lock);
  return is_good;
}

/* GDBus begins to write it. */
static void
see_written (KadConnectionGuard *self, GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);
  gsize bytes = body != NULL ? g_variant_get_size (body) : 0;

  g_mutex_lock (&self->lock);
  self->written = g_dbus_message_get_serial (message);
  g_hash_table_remove (self->large, GUINT_TO_POINTER (g_dbus_message_get_reply_serial (message)));
  if (is_counted (message))
    self->n_signal_bytes -= MIN (self->n_signal_bytes, bytes);
  g_mutex_unlock (&self->lock);
}

/* ---- what comes ---- */

static void
answer (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call,
        GDBusMessage *reply)
{
  g_autoptr (GDBusMessage) owned = reply;

  if (!(g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED))
    g_dbus_connection_send_message (connection, owned, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  see_sent (self, connection);
}

static void
refuse (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call, const char *name,
        const char *why)
{
  answer (self, connection, call, g_dbus_message_new_method_error_literal (call, name, why));
}

/* Who has queries, watches or publications is for nobody else to see. */
static gboolean
is_look_at_owners (GDBusMessage *message)
{
  const char *path = g_dbus_message_get_path (message);

  return (g_strcmp0 (path, KAD_QUERY_PATH) == 0 || g_strcmp0 (path, KAD_WATCH_PATH) == 0
          || g_strcmp0 (path, KAD_SESSION_PATH) == 0)
         && g_strcmp0 (g_dbus_message_get_member (message), "Introspect") == 0;
}

static void
show_folder (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call,
             const char *xml)
{
  GDBusMessage *reply = g_dbus_message_new_method_reply (call);

  g_dbus_message_set_body (reply, g_variant_new ("(s)", xml));
  answer (self, connection, call, reply);
}

static void
show_owner (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call)
{
  g_autofree char *token = kad_caller_token_new (g_dbus_message_get_sender (call));
  g_autofree char *xml = g_strdup_printf (
      "<node>\n  <node name=\"%s\"/>\n%s</node>\n", token,
      g_str_equal (g_dbus_message_get_path (call), KAD_QUERY_PATH) ? "  <node name=\"detached\"/>\n"
                                                                   : "");

  show_folder (self, connection, call, xml);
}

/* A caller in a sandbox: TRUE if that is not for it, and answered. */
static gboolean
stop_sandboxed (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call,
                const char *sender)
{
  const KadCallerIdentity *identity = kad_caller_inquiry_get_identity (call);
  g_autofree char *token = kad_caller_token_new (sender);
  g_autofree char *xml = NULL;
  g_autofree char *why = NULL;
  KadGateVerdict verdict = kad_caller_gate_judge (identity, token, call);
  const char *path = g_dbus_message_get_path (call);

  if (verdict == KAD_GATE_NO_OBJECT
      && g_strcmp0 (g_dbus_message_get_member (call), "Introspect") == 0)
    xml = kad_caller_gate_dup_folder_xml (identity, token, path);
  if (xml != NULL)
    show_folder (self, connection, call, xml);
  else if (verdict == KAD_GATE_REFUSE)
    refuse (self, connection, call, KAD_DBUS_ERROR_PREFIX "NotAuthorized",
            "Programs in a sandbox have their own queries and publications only");
  else if (verdict == KAD_GATE_NO_OBJECT)
    {
      /* In the words for what there is not. */
      why = g_strdup_printf ("Object does not exist at path “%s”", path);
      refuse (self, connection, call, "org.freedesktop.DBus.Error.UnknownMethod", why);
    }
  return verdict != KAD_GATE_PASS;
}

/* TRUE: it is for the main thread. */
static gboolean
see_call (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *call)
{
  gboolean is_large = has_large_answer (call);
  /* A bus says truly who sends; on our own socket everybody may say what he likes. */
  const char *sender = self->is_bus ? g_dbus_message_get_sender (call) : NULL;
  guint n_unread;

  see_sent (self, connection);
  n_unread = self->is_bus ? 0 : count_unread (self);
  if (n_unread <= KAD_MAX_UNREAD_AT_ALL && stop_sandboxed (self, connection, call, sender))
    return FALSE;
  if (kad_caller_path_is_foreign (g_dbus_message_get_path (call), sender))
    refuse (self, connection, call, KAD_DBUS_ERROR_PREFIX "NotAuthorized",
            "This object belongs to another caller: only its owner may use it");
  else if (sender != NULL && is_look_at_owners (call))
    show_owner (self, connection, call);
  else if (n_unread > KAD_MAX_UNREAD_AT_ALL)
    cut_off (self, connection);
  else if (n_unread > KAD_MAX_UNREAD_MESSAGES || (is_large && !expect_large (self, call)))
    refuse (self, connection, call, KAD_DBUS_ERROR_PREFIX "LimitReached",
            "The caller has much that it has not read; read that first");
  else if (!wait_for_turn (self, connection, sender != NULL ? sender : "",
                           is_large ? KAD_LARGE_CALL_WEIGHT : 1))
    refuse (self, connection, call, KAD_DBUS_ERROR_PREFIX "LimitReached",
            "The caller has many calls that wait for their turn; wait for answers first");
  else
    return TRUE;
  return FALSE;
}

/* Skeletons tell changes of properties to everybody; of what ends with a caller, only that one
 * hears. (transfer full) both */
static GDBusMessage *
send_to_owner (GDBusMessage *signal)
{
  const char *path = g_dbus_message_get_path (signal);
  const char *token = path + strlen (KAD_SESSION_PATH "/");
  g_autofree char *owner = g_strdelimit (g_strndup (token, strcspn (token, "/")), "_", '.');
  g_autofree char *name = g_strconcat (":", owner, NULL);
  GDBusMessage *copy = g_dbus_message_copy (signal, NULL);

  if (copy == NULL)
    return signal;
  g_dbus_message_set_destination (copy, name);
  g_object_unref (signal);
  return copy;
}

static gboolean
is_of_a_session (GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_SIGNAL
         && g_dbus_message_get_destination (message) == NULL
         && g_str_has_prefix (g_dbus_message_get_path (message), KAD_SESSION_PATH "/");
}

/* Who it is from is known when it goes on. */
static GDBusMessage *
receive (KadConnectionGuard *self, GDBusConnection *connection, GDBusMessage *message)
{
  KadInquiryFate fate = KAD_INQUIRY_PASS;

  if (self->inquiry != NULL)
    fate = kad_caller_inquiry_see (self->inquiry, &message);
  if (fate == KAD_INQUIRY_TAKEN
      || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  if (kad_caller_inquiry_get_identity (message) == NULL)
    kad_caller_inquiry_set_identity (message, self->identity);
  if (fate == KAD_INQUIRY_FULL)
    refuse (self, connection, message, KAD_DBUS_ERROR_PREFIX "LimitReached",
            "The caller has many calls that wait for their turn; wait for answers first");
  else if (see_call (self, connection, message))
    return message;
  g_object_unref (message);
  return NULL;
}

/* In GDBus's thread. */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
            gpointer user_data)
{
  KadConnectionGuard *self = user_data;

  if (incoming)
    return receive (self, connection, message);
  see_written (self, message);
  if (self->is_bus && is_of_a_session (message))
    return send_to_owner (message);
  return kad_caller_signals_filter (connection, self->inquiry, self->identity, message);
}

void
kad_connection_guard_set_identity (GDBusConnection *connection, KadCallerIdentity *identity)
{
  g_object_set_data_full (G_OBJECT (connection), IDENTITY, kad_caller_identity_ref (identity),
                          (GDestroyNotify) kad_caller_identity_unref);
}

gboolean
kad_connection_guard_may_see (GDBusConnection *connection, const char *path)
{
  KadConnectionGuard *self = g_object_get_data (G_OBJECT (connection), DATA);

  return self != NULL && (self->is_bus || kad_caller_gate_may_hear (self->identity, path));
}

void
kad_connection_guard_tell (GDBusConnection *connection, const char *about, const char *interface,
                           const char *name, GVariant *parameters)
{
  KadConnectionGuard *self = g_object_get_data (G_OBJECT (connection), DATA);

  if (self != NULL)
    kad_caller_signals_tell (connection, self->inquiry, self->identity, about, interface, name,
                             parameters);
}

void
kad_connection_guard_attach (GDBusConnection *connection)
{
  KadConnectionGuard *self = g_new0 (KadConnectionGuard, 1);
  KadCallerIdentity *identity = g_object_get_data (G_OBJECT (connection), IDENTITY);

  g_atomic_ref_count_init (&self->refs);
  self->is_bus = g_dbus_connection_get_unique_name (connection) != NULL;
  if (self->is_bus)
    self->inquiry = kad_caller_inquiry_new (connection);
  /* Nobody has looked: it is not taken for the host. */
  self->identity = identity != NULL && !self->is_bus ? kad_caller_identity_ref (identity)
                                                     : kad_caller_identity_new_sandboxed ("");
  g_mutex_init (&self->lock);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->large = g_hash_table_new (NULL, NULL);
  g_object_set_data_full (G_OBJECT (connection), DATA, guard_ref (self), guard_unref);
  g_dbus_connection_add_filter (connection, on_message, self, guard_unref);
  if (self->inquiry != NULL)
    kad_caller_inquiry_start (self->inquiry);
}
