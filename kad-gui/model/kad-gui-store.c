/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-store.h"

#include "kad-gui-bucket.h"
#include "kad-gui-check.h"
#include "kad-gui-command.h"
#include "kad-gui-module.h"
#include "kad-gui-publication.h"
#include "kad-gui-record.h"
#include "kad-peer-id.h"

struct _KadGuiStore
{
  GObject parent_instance;

  KadGuiClock clock;
  gpointer clock_data;
  KadGuiStatus *status;
  KadGuiPeerList *peers;
  GListStore *buckets;
  GListStore *queries;
  GHashTable *queries_by_id; /* gint64 * of the query -> the query */
  GListStore *events;
  GListStore *publications;
  GListStore *records;
  GListStore *modules;
  GListStore *commands;
  GListStore *checks;
  GHashTable *series;
  GVariant *stats;
  gboolean has_self;
  KadKey self_key;
  guint expiry; /* while somebody who left is shown */
};

G_DEFINE_FINAL_TYPE (KadGuiStore, kad_gui_store, G_TYPE_OBJECT)

enum
{
  TABLE_CHANGED,
  STATS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
kad_gui_store_finalize (GObject *object)
{
  KadGuiStore *self = KAD_GUI_STORE (object);

  g_clear_handle_id (&self->expiry, g_source_remove);
  g_hash_table_unref (self->queries_by_id);
  g_hash_table_unref (self->series);
  g_clear_pointer (&self->stats, g_variant_unref);
  g_clear_object (&self->status);
  g_clear_object (&self->peers);
  g_clear_object (&self->buckets);
  g_clear_object (&self->queries);
  g_clear_object (&self->events);
  g_clear_object (&self->publications);
  g_clear_object (&self->records);
  g_clear_object (&self->modules);
  g_clear_object (&self->commands);
  g_clear_object (&self->checks);
  G_OBJECT_CLASS (kad_gui_store_parent_class)->finalize (object);
}

static void
kad_gui_store_class_init (KadGuiStoreClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_store_finalize;
  signals[TABLE_CHANGED] = g_signal_new ("table-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  signals[STATS_CHANGED] = g_signal_new ("stats-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_store_init (KadGuiStore *self)
{
  self->status = kad_gui_status_new ();
  self->peers = kad_gui_peer_list_new ();
  self->buckets = g_list_store_new (KAD_GUI_TYPE_BUCKET);
  self->queries = g_list_store_new (KAD_GUI_TYPE_QUERY);
  self->queries_by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->events = g_list_store_new (KAD_GUI_TYPE_EVENT);
  self->publications = g_list_store_new (KAD_GUI_TYPE_PUBLICATION);
  self->records = g_list_store_new (KAD_GUI_TYPE_RECORD);
  self->modules = g_list_store_new (KAD_GUI_TYPE_MODULE);
  self->commands = g_list_store_new (KAD_GUI_TYPE_COMMAND);
  self->checks = g_list_store_new (KAD_GUI_TYPE_CHECK);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = kad_gui_bucket_new ();

      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_INDEX, i);
      g_list_store_append (self->buckets, bucket);
    }
}

KadGuiStore *
kad_gui_store_new (void)
{
  return g_object_new (KAD_GUI_TYPE_STORE, NULL);
}

/* ---- time ---- */

void
kad_gui_store_set_clock (KadGuiStore *self, KadGuiClock clock, gpointer user_data)
{
  self->clock = clock;
  self->clock_data = user_data;
}

gint64
kad_gui_store_get_now_us (KadGuiStore *self)
{
  return self->clock != NULL ? self->clock (self->clock_data) : g_get_real_time ();
}

/* ---- looking ---- */

#define DEFINE_GETTER(name)                                                                        \
  GListModel *kad_gui_store_get_##name (KadGuiStore *self)                                         \
  {                                                                                                \
    return G_LIST_MODEL (self->name);                                                              \
  }

DEFINE_GETTER (buckets)
DEFINE_GETTER (queries)
DEFINE_GETTER (events)
DEFINE_GETTER (publications)
DEFINE_GETTER (records)
DEFINE_GETTER (modules)
DEFINE_GETTER (commands)
DEFINE_GETTER (checks)

KadGuiStatus *
kad_gui_store_get_status (KadGuiStore *self)
{
  return self->status;
}

KadGuiPeerList *
kad_gui_store_get_peers (KadGuiStore *self)
{
  return self->peers;
}

KadGuiSeries *
kad_gui_store_get_series (KadGuiStore *self, const char *name)
{
  KadGuiSeries *series = g_hash_table_lookup (self->series, name);

  if (series == NULL)
    {
      series = kad_gui_series_new (name);
      g_hash_table_insert (self->series, (gpointer) kad_gui_series_get_name (series), series);
    }
  return series;
}

GVariant *
kad_gui_store_get_stats (KadGuiStore *self)
{
  return self->stats;
}

gboolean
kad_gui_store_get_self_key (KadGuiStore *self, KadKey *key)
{
  if (self->has_self)
    *key = self->self_key;
  return self->has_self;
}

/* ---- the node and its table ---- */

void
kad_gui_store_status_changed (KadGuiStore *self)
{
  KadPeerId id;

  self->has_self = kad_peer_id_parse (&id, self->status->peer_id, NULL);
  if (self->has_self)
    kad_key_init_from_peer (&self->self_key, &id);
  kad_gui_peer_list_set_self (self->peers, self->has_self ? self->status->peer_id : NULL);
}

void
kad_gui_store_apply_buckets (KadGuiStore *self, GVariant *buckets)
{
  gboolean seen[KAD_KEY_BITS] = { FALSE };
  GVariantIter iter;
  guint index, size, replacements, connected;
  gint64 refreshed_us, changed_us;

  if (!g_variant_is_of_type (buckets, G_VARIANT_TYPE ("a(uuuuxx)")))
    return;
  g_variant_iter_init (&iter, buckets);
  while (g_variant_iter_next (&iter, "(uuuuxx)", &index, &size, &replacements, &connected,
                              &refreshed_us, &changed_us))
    {
      g_autoptr (KadGuiBucket) bucket = NULL;

      if (index >= KAD_KEY_BITS)
        continue;
      bucket = g_list_model_get_item (G_LIST_MODEL (self->buckets), index);
      seen[index] = TRUE;
      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_REPLACEMENTS, replacements);
      kad_gui_item_set_int64 (bucket, KAD_GUI_BUCKET_FIELD_REFRESHED_US, refreshed_us);
      kad_gui_item_set_int64 (bucket, KAD_GUI_BUCKET_FIELD_CHANGED_US, changed_us);
    }
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    if (!seen[i])
      {
        g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (G_LIST_MODEL (self->buckets), i);

        kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_REPLACEMENTS, 0);
      }
}

typedef struct
{
  guint size;
  guint connected;
  guint stale;
} Count;

static void
count_peer (gpointer data, gpointer user_data)
{
  const KadGuiPeer *peer = data;
  Count *count = (Count *) user_data + MIN (peer->bucket, KAD_KEY_BITS - 1);

  if (!peer->in_table)
    return;
  count->size++;
  count->connected += peer->connected ? 1 : 0;
  count->stale += peer->state == KAD_GUI_PEER_STALE ? 1 : 0;
}

static void
count_buckets (KadGuiStore *self)
{
  Count counts[KAD_KEY_BITS] = { { 0 } };

  kad_gui_peer_list_foreach (self->peers, count_peer, counts);
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (G_LIST_MODEL (self->buckets), i);

      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_SIZE, counts[i].size);
      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_CONNECTED, counts[i].connected);
      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_STALE, counts[i].stale);
    }
}

static gboolean
on_expiry (gpointer user_data)
{
  KadGuiStore *self = user_data;

  self->expiry = 0;
  kad_gui_store_table_changed (self);
  return G_SOURCE_REMOVE;
}

void
kad_gui_store_table_changed (KadGuiStore *self)
{
  gint64 now_us = kad_gui_store_get_now_us (self);
  gint64 next_us = kad_gui_peer_list_expire (self->peers, now_us);

  /* A clock of somebody's own may stand still: who has it comes back when somebody is due. */
  if (next_us != 0 && self->expiry == 0 && self->clock == NULL)
    self->expiry = g_timeout_add (
        (guint) CLAMP ((next_us - now_us) / 1000 + 1, 1, KAD_GUI_DEPARTED_US / 1000), on_expiry,
        self);
  count_buckets (self);
  g_signal_emit (self, signals[TABLE_CHANGED], 0);
}

/* ---- queries ---- */

KadGuiQuery *
kad_gui_store_find_query (KadGuiStore *self, gint64 id)
{
  return id != 0 ? g_hash_table_lookup (self->queries_by_id, &id) : NULL;
}

static void
forget_query (KadGuiStore *self, guint position)
{
  g_autoptr (KadGuiQuery) query = g_list_model_get_item (G_LIST_MODEL (self->queries), position);

  if (kad_gui_store_find_query (self, query->id) == query)
    g_hash_table_remove (self->queries_by_id, &query->id);
  g_list_store_remove (self->queries, position);
}

/* The oldest that is finished, or if there are far too many the oldest that is not our own. */
static gboolean
drop_one (KadGuiStore *self, gboolean also_running)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queries));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (G_LIST_MODEL (self->queries), i);

      if (query->state == KAD_GUI_QUERY_FINISHED || (also_running && !query->own))
        {
          forget_query (self, i);
          return TRUE;
        }
    }
  return FALSE;
}

void
kad_gui_store_add_query (KadGuiStore *self, KadGuiQuery *query)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queries));

  if (n >= KAD_GUI_MAX_QUERIES)
    drop_one (self, n >= 2 * KAD_GUI_MAX_QUERIES);
  if (query->id != 0)
    g_hash_table_insert (self->queries_by_id, &query->id, query);
  g_list_store_append (self->queries, query);
}

static void
move_items (GListModel *from, GListModel *to)
{
  guint n = g_list_model_get_n_items (from);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (from, i);

      g_list_store_append (G_LIST_STORE (to), item);
    }
}

void
kad_gui_store_set_run (KadGuiStore *self, KadGuiQuery *query, gint64 run)
{
  KadGuiQuery *other = kad_gui_store_find_query (self, run);
  guint position;

  if (other == query || run <= 0)
    return;
  if (other != NULL)
    {
      if (g_list_model_get_n_items (query->steps) == 0)
        {
          move_items (other->contacts, query->contacts);
          move_items (other->steps, query->steps);
          query->has_target = other->has_target;
          query->target = other->target;
          kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_QUERY, other->query);
          kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_HEARD, other->heard);
          kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, other->waiting);
          kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_QUERIED, other->queried);
          kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_UNREACHABLE, other->unreachable);
        }
      if (g_list_store_find (self->queries, other, &position))
        forget_query (self, position);
    }
  /* The key of the table is in the query. */
  if (kad_gui_store_find_query (self, query->id) == query)
    g_hash_table_remove (self->queries_by_id, &query->id);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, run);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, run);
  g_hash_table_insert (self->queries_by_id, &query->id, query);
}

void
kad_gui_store_forget_runs (KadGuiStore *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queries));

  g_hash_table_remove_all (self->queries_by_id);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (G_LIST_MODEL (self->queries), i);

      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, 0);
      if (!query->own)
        kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
    }
}

/* ---- events and figures ---- */

void
kad_gui_store_append_events (KadGuiStore *self, GPtrArray *events)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->events));
  guint from = events->len > KAD_GUI_MAX_EVENTS ? events->len - KAD_GUI_MAX_EVENTS : 0;
  guint n_new = events->len - from;

  if (n + n_new > KAD_GUI_MAX_EVENTS)
    {
      g_list_store_splice (self->events, 0, n + n_new - KAD_GUI_MAX_EVENTS, NULL, 0);
      n = KAD_GUI_MAX_EVENTS - n_new;
    }
  g_list_store_splice (self->events, n, 0, events->pdata + from, n_new);
}

void
kad_gui_store_clear_events (KadGuiStore *self)
{
  g_list_store_remove_all (self->events);
}

void
kad_gui_store_set_stats (KadGuiStore *self, GVariant *stats)
{
  g_clear_pointer (&self->stats, g_variant_unref);
  self->stats = stats != NULL ? g_variant_ref_sink (stats) : NULL;
  g_signal_emit (self, signals[STATS_CHANGED], 0);
}

/* ---- lists that come whole ---- */

static char *
dup_id (gpointer item, const char *id)
{
  char *text = NULL;

  g_object_get (item, id, &text, NULL);
  return text;
}

/* id -> item; of those with one id the first. */
static GHashTable *
map_by_id (GPtrArray *items, const char *id)
{
  GHashTable *map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *value = dup_id (items->pdata[i], id);

      if (!g_hash_table_contains (map, value))
        g_hash_table_insert (map, g_steal_pointer (&value), items->pdata[i]);
    }
  return map;
}

static void
merge_by_id (GListStore *list, GPtrArray *items, const char *id)
{
  g_autoptr (GHashTable) wanted = map_by_id (items, id);
  guint n;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (list)); i > 0; i--)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (list), i - 1);
      g_autofree char *value = dup_id (item, id);
      gpointer from = g_hash_table_lookup (wanted, value);

      if (from != NULL)
        kad_gui_item_copy (item, from);
      else
        g_list_store_remove (list, i - 1);
      g_hash_table_remove (wanted, value);
    }
  /* What is left is new. */
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = items->len; i > 0; i--)
    {
      g_autofree char *value = dup_id (items->pdata[i - 1], id);

      if (g_hash_table_lookup (wanted, value) != items->pdata[i - 1])
        g_ptr_array_remove_index (items, i - 1);
    }
  g_list_store_splice (list, n, 0, items->pdata, items->len);
}

static void
merge_by_place (GListStore *list, GPtrArray *items)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));
  guint common = MIN (n, items->len);

  for (guint i = 0; i < common; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      kad_gui_item_copy (item, items->pdata[i]);
    }
  if (n > common || items->len > common)
    g_list_store_splice (list, common, n - common, items->pdata + common, items->len - common);
}

void
kad_gui_store_replace (KadGuiStore *self, GListModel *list, GPtrArray *items, const char *id)
{
  if (items->len > KAD_GUI_MAX_ROWS)
    g_ptr_array_set_size (items, KAD_GUI_MAX_ROWS);
  if (id != NULL)
    merge_by_id (G_LIST_STORE (list), items, id);
  else
    merge_by_place (G_LIST_STORE (list), items);
}

/* ---- all at once ---- */

static void
take_list (GListStore *to, GListStore *from)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (from));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (from), i));
  if (n > 0 || g_list_model_get_n_items (G_LIST_MODEL (to)) > 0)
    g_list_store_splice (to, 0, g_list_model_get_n_items (G_LIST_MODEL (to)), items->pdata, n);
}

static void
take_queries (KadGuiStore *self, KadGuiStore *other)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (other->queries));

  g_hash_table_remove_all (self->queries_by_id);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (G_LIST_MODEL (other->queries), i);

      if (query->id != 0)
        g_hash_table_insert (self->queries_by_id, &query->id, query);
    }
  take_list (self->queries, other->queries);
}

static void
take_series (KadGuiStore *self, KadGuiStore *other)
{
  GHashTableIter iter;
  gpointer name;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &name, &series))
    kad_gui_series_take (series, kad_gui_store_get_series (other, name));
  g_hash_table_iter_init (&iter, other->series);
  while (g_hash_table_iter_next (&iter, &name, &series))
    if (!g_hash_table_contains (self->series, name))
      kad_gui_series_take (kad_gui_store_get_series (self, name), series);
}

void
kad_gui_store_take (KadGuiStore *self, KadGuiStore *other)
{
  kad_gui_item_copy (self->status, other->status);
  kad_gui_store_status_changed (self);
  kad_gui_peer_list_take (self->peers, other->peers);
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) to = g_list_model_get_item (G_LIST_MODEL (self->buckets), i);
      g_autoptr (KadGuiBucket) from = g_list_model_get_item (G_LIST_MODEL (other->buckets), i);

      kad_gui_item_copy (to, from);
    }
  take_queries (self, other);
  take_list (self->events, other->events);
  take_list (self->publications, other->publications);
  take_list (self->records, other->records);
  take_series (self, other);
  kad_gui_store_table_changed (self);
}

void
kad_gui_store_clear (KadGuiStore *self)
{
  kad_gui_peer_list_clear (self->peers);
  g_hash_table_remove_all (self->queries_by_id);
  g_list_store_remove_all (self->queries);
  g_list_store_remove_all (self->events);
  g_list_store_remove_all (self->publications);
  g_list_store_remove_all (self->records);
  g_list_store_remove_all (self->checks);
  kad_gui_store_set_stats (self, NULL);
  kad_gui_store_table_changed (self);
}
