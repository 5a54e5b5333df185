/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Watch: see data/org.libkad.Kad1.Watch.xml. */
#include "kad-watch-object.h"

#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-service-names.h"
#include "kad-table-delta.h"
#include "kad-watch-pace.h"

/*
 * What happens is gathered by kind, and sent when the interval since the last time is over: at once
 * after a quiet time. The timer runs only while something waits. While the watcher has much that it
 * has not read, nothing is sent; changes of one thing become one, what is still too much is lost,
 * and Overflow says so first when the watcher reads again.
 *
 * The serial of the table counts what this watcher was told; kad_watch_object_settle_table() is why
 * a snapshot and the next change are one apart, however long the interval is.
 */

#define WATCH_INTERFACE "org.libkad.Kad1.Watch"

struct _KadWatchObject
{
  const KadWatchObjectClass *klass;
  gpointer user_data;
  KadTableCache *table;
  KadCaller *caller; /* (owned) */
  guint gone;
  char *path;
  KadDbusWatch *skeleton;
  KadWatchPace *pace;
  KadWatchTopics topics;
  gint64 interval_us;
  gint64 sent_us; /* G_MININT64: never */
  guint timer;

  guint table_watch;
  KadTableDelta *delta;
  guint64 table_serial;
  guint64 peers_serial;
  GHashTable *peers;   /* peer -> GPtrArray of its connections */
  GHashTable *queries; /* path -> GVariant */
  GPtrArray *events;   /* (element-type GVariant) */
  guint64 n_lost;
};

static const char *const topic_names[] = { "table", "peers", "queries", "stats", "events" };

gboolean
kad_watch_topics_parse (const char *const *words, KadWatchTopics *topics, GError **error)
{
  *topics = 0;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint t = 0;

      while (t < G_N_ELEMENTS (topic_names) && !g_str_equal (topic_names[t], words[i]))
        t++;
      if (t == G_N_ELEMENTS (topic_names))
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                               "Topics are table, peers, queries, stats and events");
          return FALSE;
        }
      *topics |= 1u << t;
    }
  return TRUE;
}

/* ---- sending ---- */

static void
emit (KadWatchObject *self, const char *name, GVariant *parameters)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);

  kad_watch_pace_sent (self->pace, g_variant_get_size (sunk));
  kad_caller_signal (self->caller, self->path, WATCH_INTERFACE, name, sunk);
}

static void
send_overflow (KadWatchObject *self)
{
  if (self->n_lost == 0)
    return;
  emit (self, "Overflow", g_variant_new ("(t)", self->n_lost));
  self->n_lost = 0;
}

static void
send_table (KadWatchObject *self)
{
  if (kad_table_delta_get_size (self->delta) == 0)
    return;
  self->table_serial++;
  emit (self, "Table", kad_table_delta_steal (self->delta, self->table_serial));
}

static void
send_peers (KadWatchObject *self)
{
  g_auto (GVariantBuilder) added = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_auto (GVariantBuilder) removed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GHashTableIter iter;
  gpointer peer, value;

  if (g_hash_table_size (self->peers) == 0)
    return;
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &peer, &value))
    {
      GPtrArray *connections = value;

      for (guint i = 0; i < connections->len; i++)
        g_variant_builder_add_value (&added, connections->pdata[i]);
      if (connections->len == 0)
        g_variant_builder_add (&removed, "s", peer);
    }
  g_hash_table_remove_all (self->peers);
  self->peers_serial++;
  emit (self, "Peers", g_variant_new ("(taa{sv}as)", self->peers_serial, &added, &removed));
}

static void
send_queries (KadWatchObject *self)
{
  g_auto (GVariantBuilder) changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(oa{sv})"));
  GHashTableIter iter;
  gpointer path, details;

  if (g_hash_table_size (self->queries) == 0)
    return;
  g_hash_table_iter_init (&iter, self->queries);
  while (g_hash_table_iter_next (&iter, &path, &details))
    g_variant_builder_add (&changed, "(o@a{sv})", path, details);
  g_hash_table_remove_all (self->queries);
  emit (self, "Queries", g_variant_new ("(a(oa{sv}))", &changed));
}

static void
send_events (KadWatchObject *self)
{
  if (self->events->len == 0)
    return;
  emit (self, "Events",
        g_variant_new ("(@aa{sv})",
                       g_variant_new_array (G_VARIANT_TYPE_VARDICT,
                                            (GVariant **) self->events->pdata, self->events->len)));
  g_ptr_array_set_size (self->events, 0);
}

static gboolean
has_something (KadWatchObject *self)
{
  return self->n_lost > 0 || kad_table_delta_get_size (self->delta) > 0
         || g_hash_table_size (self->peers) > 0 || g_hash_table_size (self->queries) > 0
         || self->events->len > 0;
}

static void
send_all (KadWatchObject *self)
{
  self->sent_us = g_get_monotonic_time ();
  send_overflow (self);
  send_table (self);
  send_peers (self);
  send_queries (self);
  send_events (self);
}

static gboolean
on_timer (gpointer user_data)
{
  KadWatchObject *self = user_data;

  self->timer = 0;
  if (kad_watch_pace_has_room (self->pace))
    send_all (self);
  return G_SOURCE_REMOVE;
}

/* Something waits: it is sent when it is time. */
static void
plan (KadWatchObject *self)
{
  gint64 wait_us = 0;

  if (self->timer != 0 || !has_something (self) || !kad_watch_pace_has_room (self->pace))
    return;
  if (self->sent_us != G_MININT64)
    wait_us = MAX (self->sent_us + self->interval_us - g_get_monotonic_time (), 0);
  /* What comes with this is sent with this. */
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT + 10, (guint) ((wait_us + 999) / 1000),
                                    on_timer, self, NULL);
}

static void
on_room (gpointer user_data)
{
  plan (user_data);
}

/* ---- what it is told ---- */

static void
drop_table (KadWatchObject *self)
{
  self->n_lost += kad_table_delta_get_size (self->delta);
  kad_table_delta_clear (self->delta);
  /* Whoever misses the Overflow sees it by the serial. */
  self->table_serial++;
}

static void
on_table_changed (KadTableCache *cache, const KadTableChange *changes, guint n_changes,
                  gpointer user_data)
{
  KadWatchObject *self = user_data;

  /* Rows were read anew: what a snapshot of before says may not hold. */
  if (n_changes == 0)
    self->table_serial = MAX (self->table_serial + 1, kad_table_cache_get_serial (cache));
  kad_table_delta_merge (self->delta, changes, n_changes);
  if (kad_table_delta_get_size (self->delta) > KAD_MAX_WATCH_CHANGES)
    drop_table (self);
  plan (self);
}

guint64
kad_watch_object_settle_table (KadWatchObject *self)
{
  send_table (self);
  return self->table_serial;
}

void
kad_watch_object_set_table_serial (KadWatchObject *self, guint64 serial)
{
  self->table_serial = serial;
}

void
kad_watch_object_note_peer (KadWatchObject *self, const char *peer, GPtrArray *connections)
{
  if (!(self->topics & KAD_WATCH_PEERS))
    return;
  if (g_hash_table_size (self->peers) >= KAD_MAX_WATCH_CHANGES)
    {
      self->n_lost += g_hash_table_size (self->peers);
      g_hash_table_remove_all (self->peers);
    }
  g_hash_table_replace (self->peers, g_strdup (peer), g_ptr_array_ref (connections));
  plan (self);
}

void
kad_watch_object_note_query (KadWatchObject *self, const char *path, GVariant *details)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (details);

  if (!(self->topics & KAD_WATCH_QUERIES))
    return;
  if (g_hash_table_size (self->queries) >= KAD_MAX_WATCH_CHANGES)
    {
      self->n_lost += g_hash_table_size (self->queries);
      g_hash_table_remove_all (self->queries);
    }
  g_hash_table_replace (self->queries, g_strdup (path), g_steal_pointer (&sunk));
  plan (self);
}

void
kad_watch_object_note_event (KadWatchObject *self, GVariant *event)
{
  if (!(self->topics & KAD_WATCH_EVENTS))
    return;
  if (self->events->len < KAD_MAX_WATCH_EVENTS)
    g_ptr_array_add (self->events, g_variant_ref (event));
  else
    self->n_lost++;
  plan (self);
}

void
kad_watch_object_note_stats (KadWatchObject *self, GVariant *stats)
{
  /* The next figures say what these would have. */
  if ((self->topics & KAD_WATCH_STATS) && kad_watch_pace_has_room (self->pace))
    emit (self, "Stats", g_variant_new ("(@a{sv})", stats));
}

void
kad_watch_object_lose (KadWatchObject *self, guint64 n_lost)
{
  self->n_lost += n_lost;
  plan (self);
}

/* ---- topics ---- */

static void
set_topics (KadWatchObject *self, KadWatchTopics topics)
{
  gboolean had_table = (self->topics & KAD_WATCH_TABLE) != 0;
  gboolean has_table = (topics & KAD_WATCH_TABLE) != 0;

  self->topics = topics;
  if (has_table && !had_table)
    {
      /* A snapshot of before counts only if nothing happened since. */
      self->table_serial = MAX (self->table_serial, kad_table_cache_get_serial (self->table));
      self->table_watch = kad_table_cache_watch (self->table, on_table_changed, self);
    }
  if (!has_table && had_table)
    {
      kad_table_cache_unwatch (self->table, self->table_watch);
      kad_table_delta_clear (self->delta);
    }
  if (!(topics & KAD_WATCH_PEERS))
    g_hash_table_remove_all (self->peers);
  if (!(topics & KAD_WATCH_QUERIES))
    g_hash_table_remove_all (self->queries);
  if (!(topics & KAD_WATCH_EVENTS))
    g_ptr_array_set_size (self->events, 0);
}

static gboolean
handle_set_topics (KadDbusWatch *skeleton, GDBusMethodInvocation *invocation,
                   const char *const *words, gpointer user_data)
{
  KadWatchObject *self = user_data;
  KadWatchTopics topics;
  GError *error = NULL;

  if (!kad_watch_topics_parse (words, &topics, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  set_topics (self, topics);
  kad_dbus_watch_complete_set_topics (skeleton, invocation);
  self->klass->topics_changed (self, self->user_data);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_close (KadDbusWatch *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  KadWatchObject *self = user_data;

  kad_dbus_watch_complete_close (skeleton, invocation);
  self->klass->closed (self, self->user_data);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static void
on_caller_gone (KadCaller *caller, gpointer user_data)
{
  KadWatchObject *self = user_data;

  self->gone = 0;
  self->klass->closed (self, self->user_data);
}

const char *
kad_watch_object_get_path (KadWatchObject *self)
{
  return self->path;
}

KadWatchTopics
kad_watch_object_get_topics (KadWatchObject *self)
{
  return self->topics;
}

KadCaller *
kad_watch_object_get_caller (KadWatchObject *self)
{
  return self->caller;
}

KadWatchObject *
kad_watch_object_new (const KadWatchObjectClass *klass, gpointer user_data, KadTableCache *table,
                      KadCaller *caller, guint number, KadWatchTopics topics, guint interval_ms,
                      GError **error)
{
  g_autoptr (KadDbusWatch) skeleton = kad_dbus_watch_skeleton_new ();
  g_autofree char *path
      = g_strdup_printf (KAD_WATCH_PATH "/%s/%u", kad_caller_get_token (caller), number);
  KadWatchObject *self;

  if (!kad_caller_take (caller, KAD_QUOTA_WATCHES, error))
    return NULL;
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (skeleton),
                                         kad_caller_get_connection (caller), path, error))
    {
      kad_caller_give_back (caller, KAD_QUOTA_WATCHES);
      return NULL;
    }
  self = g_new0 (KadWatchObject, 1);
  self->klass = klass;
  self->user_data = user_data;
  self->table = table;
  self->caller = kad_caller_ref (caller);
  self->gone = kad_caller_add_gone (caller, on_caller_gone, self);
  self->path = g_steal_pointer (&path);
  self->skeleton = g_steal_pointer (&skeleton);
  self->pace = kad_watch_pace_new (caller, KAD_MAX_WATCH_UNREAD_BYTES, on_room, self);
  self->interval_us = (gint64) interval_ms * 1000;
  self->sent_us = G_MININT64;
  self->delta = kad_table_delta_new ();
  self->peers
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->queries
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_signal_connect (self->skeleton, "handle-close", G_CALLBACK (handle_close), self);
  g_signal_connect (self->skeleton, "handle-set-topics", G_CALLBACK (handle_set_topics), self);
  set_topics (self, topics);
  return self;
}

void
kad_watch_object_free (KadWatchObject *self)
{
  set_topics (self, 0);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->skeleton, self);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_object_unref (self->skeleton);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_give_back (self->caller, KAD_QUOTA_WATCHES);
  kad_caller_unref (self->caller);
  kad_watch_pace_free (self->pace);
  kad_table_delta_free (self->delta);
  g_hash_table_unref (self->peers);
  g_hash_table_unref (self->queries);
  g_ptr_array_unref (self->events);
  g_free (self->path);
  g_free (self);
}
