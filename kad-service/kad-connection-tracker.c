/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection-tracker.h"

#include "kad-call-options.h"
#include "kad-node-rows.h"

struct _KadConnectionTracker
{
  KadService *service;
  KadConnectionTrackerFunc func;
  gpointer user_data;
  gboolean is_active;
  gboolean is_told;         /* who is there has been read once: from now on changes are told */
  GHashTable *known;        /* (element-type utf8) who is connected, as last read */
  GHashTable *dirty;        /* (element-type utf8) */
  guint settle;             /* timer */
  struct _Reading *reading; /* (nullable) */
};

typedef struct _Reading
{
  KadConnectionTracker *tracker; /* NULL: nobody wants it any more */
  GHashTable *dirty;             /* (element-type utf8) of whom to tell in any case */
} Reading;

static void
reading_free (Reading *self)
{
  g_clear_pointer (&self->dirty, g_hash_table_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void plan (KadConnectionTracker *self, guint delay_ms);

static const char *
get_peer (GVariant *row)
{
  const char *peer = "";

  g_variant_lookup (row, "peer", "&s", &peer);
  return peer;
}

/* peer -> GPtrArray of its connections, as D-Bus can carry them */
static GHashTable *
group (GPtrArray *rows)
{
  GHashTable *peers
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      const char *peer = get_peer (rows->pdata[i]);
      GPtrArray *connections = g_hash_table_lookup (peers, peer);

      if (connections == NULL)
        {
          connections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
          g_hash_table_insert (peers, g_strdup (peer), connections);
        }
      g_ptr_array_add (connections, kad_call_result (rows->pdata[i]));
    }
  return peers;
}

/* Who watches has heard of nobody before the first reading: then only of what happened meanwhile.
 */
static void
tell (KadConnectionTracker *self, GHashTable *now, GHashTable *dirty)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer peer, connections;

  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &peer, &connections))
    if (g_hash_table_contains (dirty, peer)
        || (self->is_told && !g_hash_table_contains (self->known, peer)))
      self->func (peer, connections, self->user_data);
  g_hash_table_iter_init (&iter, self->is_told ? self->known : dirty);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    if (!g_hash_table_contains (now, peer))
      self->func (peer, none, self->user_data);
}

static void
apply (KadConnectionTracker *self, GPtrArray *rows, GHashTable *dirty)
{
  g_autoptr (GHashTable) now = group (rows);
  GHashTableIter iter;
  gpointer peer;

  tell (self, now, dirty);
  self->is_told = TRUE;
  g_hash_table_remove_all (self->known);
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    g_hash_table_add (self->known, g_strdup (peer));
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
on_rows (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  KadConnectionTracker *self = reading->tracker;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  if (self == NULL)
    return;
  self->reading = NULL;
  /* A node that stops has no connections. */
  apply (self, rows != NULL ? rows : none, reading->dirty);
}

static gboolean
on_settled (gpointer user_data)
{
  KadConnectionTracker *self = user_data;
  KadNode *node = kad_service_get_node (self->service);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GHashTable) dirty = NULL;

  self->settle = 0;
  if (self->reading != NULL)
    {
      plan (self, KAD_CONNECTIONS_SETTLE_MS);
      return G_SOURCE_REMOVE;
    }
  dirty = g_steal_pointer (&self->dirty);
  self->dirty = new_set ();
  if (node == NULL)
    {
      apply (self, none, dirty);
      return G_SOURCE_REMOVE;
    }
  self->reading = g_new0 (Reading, 1);
  self->reading->tracker = self;
  self->reading->dirty = g_steal_pointer (&dirty);
  kad_node_rows_read (node, "show-connections", NULL, on_rows, self->reading);
  return G_SOURCE_REMOVE;
}

static void
plan (KadConnectionTracker *self, guint delay_ms)
{
  if (self->settle == 0)
    self->settle = g_timeout_add (delay_ms, on_settled, self);
}

void
kad_connection_tracker_mark (KadConnectionTracker *self, const char *peer)
{
  if (!self->is_active)
    return;
  if (peer != NULL && g_hash_table_size (self->dirty) < KAD_MAX_DIRTY_CONNECTIONS)
    g_hash_table_add (self->dirty, g_strdup (peer));
  plan (self, KAD_CONNECTIONS_SETTLE_MS);
}

gboolean
kad_connection_tracker_is_active (KadConnectionTracker *self)
{
  return self->is_active;
}

void
kad_connection_tracker_set_active (KadConnectionTracker *self, gboolean is_active)
{
  if (self->is_active == is_active)
    return;
  self->is_active = is_active;
  if (is_active)
    {
      plan (self, 0);
      return;
    }
  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->reading != NULL)
    self->reading->tracker = NULL;
  self->reading = NULL;
  self->is_told = FALSE;
  g_hash_table_remove_all (self->known);
  g_hash_table_remove_all (self->dirty);
}

KadConnectionTracker *
kad_connection_tracker_new (KadService *service, KadConnectionTrackerFunc func, gpointer user_data)
{
  KadConnectionTracker *self = g_new0 (KadConnectionTracker, 1);

  self->service = service;
  self->func = func;
  self->user_data = user_data;
  self->known = new_set ();
  self->dirty = new_set ();
  return self;
}

void
kad_connection_tracker_free (KadConnectionTracker *self)
{
  kad_connection_tracker_set_active (self, FALSE);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->dirty);
  g_free (self);
}
