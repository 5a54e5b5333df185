/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A list that follows a node: its routing table or its connections.
 *
 * Rows are read by the command that shows them, some time after an event says that they changed
 * (many events, one reading), and now and then without one, since ages and round trip times have no
 * event. What came is compared with what is there, so that who looks at the list hears of changes
 * only. A list that nobody holds has no watch and no timer: it is not there.
 */
#include "kad-live-list.h"

#include "kad-connection-item.h"
#include "kad-node-private.h"
#include "kad-table-item.h"

/* After the first of some events. */
#define SETTLE_MS 250
/* Without any event. */
#define REREAD_MS 5000

struct _KadLiveList
{
  GObject parent_instance;

  GWeakRef node;
  KadLiveKind kind;
  GMainContext *context;
  guint watch;
  /* in the context only */
  GPtrArray *items;   /* (element-type KadItem) */
  GPtrArray *reading; /* (nullable) (element-type KadItem) rows of the command that runs */
  GSource *timer;     /* (nullable) */
  gboolean is_stale;  /* something happened since the reading began */
};

static const struct
{
  const char *command;
  guint64 events;
  GType (*get_item_type) (void);
} kinds[] = {
  [KAD_LIVE_TABLE]
  = { "show-table",
      KAD_EVENT_BIT (KAD_EVENT_TABLE_ADDED) | KAD_EVENT_BIT (KAD_EVENT_TABLE_REMOVED)
          | KAD_EVENT_BIT (KAD_EVENT_PEER_IDENTIFIED),
      kad_table_item_get_type },
  [KAD_LIVE_CONNECTIONS]
  = { "show-connections",
      KAD_EVENT_BIT (KAD_EVENT_PEER_CONNECTED) | KAD_EVENT_BIT (KAD_EVENT_PEER_DISCONNECTED)
          | KAD_EVENT_BIT (KAD_EVENT_PEER_IDENTIFIED),
      kad_connection_item_get_type },
};

static GType
get_item_type (GListModel *model)
{
  return kinds[KAD_LIVE_LIST (model)->kind].get_item_type ();
}

static guint
get_n_items (GListModel *model)
{
  return KAD_LIVE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  KadLiveList *self = KAD_LIVE_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KadLiveList, kad_live_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* ---- comparing ---- */

/* Which row it is. */
static char *
dup_name (KadItem *item)
{
  if (KAD_IS_CONNECTION_ITEM (item))
    {
      const char *address = kad_connection_item_get_address (KAD_CONNECTION_ITEM (item));

      return g_strconcat (kad_connection_item_get_peer (KAD_CONNECTION_ITEM (item)), " ",
                          address != NULL ? address : "", NULL);
    }
  return g_strdup (kad_table_item_get_peer (KAD_TABLE_ITEM (item)));
}

/* What it says, without what changes from one reading to the next by itself. */
static GVariant *
dup_content (KadItem *item)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, kad_item_get_details (item));
  g_variant_dict_remove (&dict, "age_us");
  g_variant_dict_remove (&dict, "last_seen_us");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
is_same (KadItem *a, KadItem *b)
{
  g_autoptr (GVariant) x = dup_content (a);
  g_autoptr (GVariant) y = dup_content (b);

  return g_variant_equal (x, y);
}

/* Those that stayed keep their place, which they take from @rows if they changed. */
static void
update_old (KadLiveList *self, GHashTable *rows)
{
  for (guint i = self->items->len; i-- > 0;)
    {
      g_autofree char *name = dup_name (self->items->pdata[i]);
      KadItem *row = g_hash_table_lookup (rows, name);

      if (row == NULL)
        {
          g_ptr_array_remove_index (self->items, i);
          g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
          continue;
        }
      if (!is_same (self->items->pdata[i], row))
        {
          g_object_unref (self->items->pdata[i]);
          self->items->pdata[i] = g_object_ref (row);
          g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
        }
      g_hash_table_remove (rows, name);
    }
}

static void
apply (KadLiveList *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) by_name
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  guint old_length;

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_insert (by_name, dup_name (rows->pdata[i]), g_object_ref (rows->pdata[i]));
  update_old (self, by_name);
  old_length = self->items->len;
  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *name = dup_name (rows->pdata[i]);
      KadItem *row = g_hash_table_lookup (by_name, name);

      if (row == NULL)
        continue;
      g_ptr_array_add (self->items, g_object_ref (row));
      g_hash_table_remove (by_name, name);
    }
  if (self->items->len > old_length)
    g_list_model_items_changed (G_LIST_MODEL (self), old_length, 0, self->items->len - old_length);
}

/* ---- reading ---- */

static void plan (KadLiveList *self, guint delay_ms);

static void
on_row (KadNode *node, GVariant *result, gpointer user_data)
{
  KadLiveList *self = user_data;

  g_ptr_array_add (self->reading,
                   g_object_new (kinds[self->kind].get_item_type (), "details", result, NULL));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadLiveList) self = user_data;
  g_autoptr (GPtrArray) rows = g_steal_pointer (&self->reading);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  /* A node that does not run has neither a table nor connections. */
  if (summary == NULL)
    g_ptr_array_set_size (rows, 0);
  apply (self, rows);
  plan (self, self->is_stale ? SETTLE_MS : REREAD_MS);
}

static void
read_rows (KadLiveList *self)
{
  g_autoptr (KadNode) node = g_weak_ref_get (&self->node);

  if (node == NULL || self->reading != NULL)
    return;
  self->is_stale = FALSE;
  self->reading = g_ptr_array_new_with_free_func (g_object_unref);
  /* Whoever iterates the context need not have it as the default of the thread. */
  g_main_context_push_thread_default (self->context);
  kad_node_run_async (node, kinds[self->kind].command, NULL, on_row, g_object_ref (self),
                      g_object_unref, NULL, on_read, g_object_ref (self));
  g_main_context_pop_thread_default (self->context);
}

static void
stop_timer (KadLiveList *self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static GWeakRef *
weak_ref_new (KadLiveList *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (KadLiveList) self = g_weak_ref_get (user_data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  stop_timer (self);
  read_rows (self);
  return G_SOURCE_REMOVE;
}

static void
plan (KadLiveList *self, guint delay_ms)
{
  stop_timer (self);
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->timer, on_timer, weak_ref_new (self), weak_ref_free);
  g_source_attach (self->timer, self->context);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  g_autoptr (KadLiveList) self = g_weak_ref_get (user_data);

  if (self == NULL || !(kinds[self->kind].events & KAD_EVENT_BIT (event->type)) || self->is_stale)
    return;
  self->is_stale = TRUE;
  if (self->reading == NULL)
    plan (self, SETTLE_MS);
}

static gboolean
begin (gpointer user_data)
{
  g_autoptr (KadLiveList) self = g_weak_ref_get (user_data);

  if (self != NULL)
    read_rows (self);
  return G_SOURCE_REMOVE;
}

KadLiveList *
kad_live_list_new (KadNode *node, KadLiveKind kind, GMainContext *context)
{
  KadLiveList *self = g_object_new (KAD_TYPE_LIVE_LIST, NULL);

  g_weak_ref_set (&self->node, node);
  self->kind = kind;
  self->context = g_main_context_ref (context);
  self->watch = kad_node_watch_in (node, context, on_event, weak_ref_new (self), weak_ref_free);
  kad_node_post (context, begin, weak_ref_new (self), weak_ref_free);
  return self;
}

static void
kad_live_list_finalize (GObject *object)
{
  KadLiveList *self = KAD_LIVE_LIST (object);
  g_autoptr (KadNode) node = g_weak_ref_get (&self->node);

  if (node != NULL)
    kad_node_unwatch (node, self->watch);
  g_weak_ref_clear (&self->node);
  stop_timer (self);
  g_ptr_array_unref (self->items);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (kad_live_list_parent_class)->finalize (object);
}

static void
kad_live_list_class_init (KadLiveListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_live_list_finalize;
}

static void
kad_live_list_init (KadLiveList *self)
{
  g_weak_ref_init (&self->node, NULL);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}
