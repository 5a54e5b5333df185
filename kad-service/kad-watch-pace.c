/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-watch-pace.h"

/* On a message bus somebody who does not answer may be one who cannot, and the bus bounds what
 * waits for it. On our own socket nobody but us does. */
#define BUS_PATIENCE_MS 30000

/* What outlives the watcher: the answer may come after it. */
typedef struct
{
  gatomicrefcount refs;
  KadWatchPace *pace; /* NULL: it is gone */
} Link;

struct _KadWatchPace
{
  Link *link;
  KadCaller *caller; /* (owned) */
  gsize max_bytes;
  gsize unread_bytes;
  gsize asked_bytes; /* of those: before the question */
  gboolean is_asking;
  gboolean is_full;
  void (*on_room) (gpointer user_data);
  gpointer user_data;
};

static void
link_unref (Link *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

static void ask (KadWatchPace *self);

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Link *link = user_data;
  KadWatchPace *self = link->pace;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  link_unref (link);
  if (self == NULL || !kad_caller_is_here (self->caller))
    return;
  /* An error of its own is a sign of life as well, and patience ends; but not with a connection
   * that is closed. */
  if (error != NULL && !g_dbus_error_is_remote_error (error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return;
  self->is_asking = FALSE;
  self->unread_bytes -= self->asked_bytes;
  self->asked_bytes = 0;
  if (self->unread_bytes > self->max_bytes / 4)
    ask (self);
  if (self->is_full && self->unread_bytes <= self->max_bytes)
    {
      self->is_full = FALSE;
      self->on_room (self->user_data);
    }
}

static void
ask (KadWatchPace *self)
{
  const char *destination = kad_caller_get_destination (self->caller);

  self->is_asking = TRUE;
  self->asked_bytes = self->unread_bytes;
  g_atomic_ref_count_inc (&self->link->refs);
  g_dbus_connection_call (
      kad_caller_get_connection (self->caller), destination, "/", "org.freedesktop.DBus.Peer",
      "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
      destination != NULL ? BUS_PATIENCE_MS : G_MAXINT, NULL, on_answer, self->link);
}

void
kad_watch_pace_sent (KadWatchPace *self, gsize bytes)
{
  self->unread_bytes += bytes;
  if (!self->is_asking && self->unread_bytes > self->max_bytes / 4)
    ask (self);
}

gboolean
kad_watch_pace_has_room (KadWatchPace *self)
{
  self->is_full = self->unread_bytes > self->max_bytes;
  return !self->is_full;
}

KadWatchPace *
kad_watch_pace_new (KadCaller *caller, gsize max_bytes, void (*on_room) (gpointer user_data),
                    gpointer user_data)
{
  KadWatchPace *self = g_new0 (KadWatchPace, 1);

  self->link = g_new0 (Link, 1);
  g_atomic_ref_count_init (&self->link->refs);
  self->link->pace = self;
  self->caller = kad_caller_ref (caller);
  self->max_bytes = max_bytes;
  self->on_room = on_room;
  self->user_data = user_data;
  return self;
}

void
kad_watch_pace_free (KadWatchPace *self)
{
  self->link->pace = NULL;
  link_unref (self->link);
  kad_caller_unref (self->caller);
  g_free (self);
}
