/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-list.h"

#include <string.h>

#include "kad-peer-id.h"

#define ROWS_TYPE "a(sutttsasu)"

enum
{
  FLAG_CONNECTED = 1,
  FLAG_CHECKING = 2,
  FLAG_STALE = 4,
  FLAG_PROTECTED = 8,
};

struct _KadGuiPeerList
{
  GObject parent_instance;

  GSequence *peers;  /* of KadGuiPeer, owned; in the order in which they came */
  GHashTable *by_id; /* the peer's own text -> its iterator */
  gboolean has_self;
  KadKey self_key;
  guint table_size;
  guint n_connected;
  guint n_departed;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiPeerList, kad_gui_peer_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *list)
{
  return KAD_GUI_TYPE_PEER;
}

static guint
get_n_items (GListModel *list)
{
  return g_sequence_get_length (KAD_GUI_PEER_LIST (list)->peers);
}

static gpointer
get_item (GListModel *list, guint position)
{
  GSequenceIter *iter = g_sequence_get_iter_at_pos (KAD_GUI_PEER_LIST (list)->peers, position);

  return g_sequence_iter_is_end (iter) ? NULL : g_object_ref (g_sequence_get (iter));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
kad_gui_peer_list_finalize (GObject *object)
{
  KadGuiPeerList *self = KAD_GUI_PEER_LIST (object);

  g_hash_table_unref (self->by_id);
  g_sequence_free (self->peers);
  G_OBJECT_CLASS (kad_gui_peer_list_parent_class)->finalize (object);
}

static void
kad_gui_peer_list_class_init (KadGuiPeerListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_peer_list_finalize;
}

static void
kad_gui_peer_list_init (KadGuiPeerList *self)
{
  self->peers = g_sequence_new (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

KadGuiPeerList *
kad_gui_peer_list_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PEER_LIST, NULL);
}

/* ---- one peer ---- */

static gboolean
parse_key (const char *peer, KadKey *key)
{
  KadPeerId id;

  if (!kad_peer_id_parse (&id, peer, NULL))
    return FALSE;
  kad_key_init_from_peer (key, &id);
  return TRUE;
}

void
kad_gui_peer_list_set_self (KadGuiPeerList *self, const char *peer)
{
  GSequenceIter *iter;

  self->has_self = peer != NULL && parse_key (peer, &self->self_key);
  for (iter = g_sequence_get_begin_iter (self->peers); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      KadGuiPeer *item = g_sequence_get (iter);

      if (self->has_self)
        kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_BUCKET,
                               kad_key_common_prefix (&self->self_key, &item->key));
    }
}

KadGuiPeer *
kad_gui_peer_list_find (KadGuiPeerList *self, const char *peer)
{
  GSequenceIter *iter = g_hash_table_lookup (self->by_id, peer);

  return iter != NULL ? g_sequence_get (iter) : NULL;
}

/* Makes it if it is not there: who calls tells the list when all have been made. NULL: it is no
 * peer id, or there are too many. */
static KadGuiPeer *
ensure (KadGuiPeerList *self, const char *peer)
{
  KadGuiPeer *item = kad_gui_peer_list_find (self, peer);
  KadKey key;

  if (item != NULL)
    return item;
  if (g_sequence_get_length (self->peers) >= KAD_GUI_MAX_PEERS || !parse_key (peer, &key))
    return NULL;
  item = kad_gui_peer_new ();
  item->key = key;
  kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_ID, peer);
  if (self->has_self)
    kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_BUCKET,
                           kad_key_common_prefix (&self->self_key, &key));
  g_hash_table_insert (self->by_id, item->id, g_sequence_append (self->peers, item));
  return item;
}

static void
update_departed (KadGuiPeerList *self, KadGuiPeer *item, gint64 now_us)
{
  gboolean was = item->departed_us != 0;
  gboolean is = !item->in_table && !item->connected;

  if (is == was)
    return;
  self->n_departed += is ? 1 : -1;
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_DEPARTED_US, is ? now_us : 0);
}

static void
set_in_table (KadGuiPeerList *self, KadGuiPeer *item, gboolean in_table, gint64 now_us)
{
  if (item->in_table != in_table)
    self->table_size += in_table ? 1 : -1;
  kad_gui_item_set_boolean (item, KAD_GUI_PEER_FIELD_IN_TABLE, in_table);
  if (!in_table)
    {
      kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_STATE, KAD_GUI_PEER_UNKNOWN);
      kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_ADDED_US, 0);
    }
  update_departed (self, item, now_us);
}

static void
set_connected (KadGuiPeerList *self, KadGuiPeer *item, gboolean connected, gint64 now_us)
{
  if (item->connected != connected)
    self->n_connected += connected ? 1 : -1;
  kad_gui_item_set_boolean (item, KAD_GUI_PEER_FIELD_CONNECTED, connected);
  if (!connected)
    {
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_DIRECTION, NULL);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_ADDRESS, NULL);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_TRANSPORT, NULL);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_SECURITY, NULL);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_MUXER, NULL);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_REASON, NULL);
      kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_STREAMS, 0);
      kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_CONNECTED_US, 0);
    }
  update_departed (self, item, now_us);
}

/* ---- the table ---- */

static void
apply_row (KadGuiPeerList *self, GVariant *row, GHashTable *seen, gint64 now_us)
{
  const char *peer;
  const char *agent;
  g_autofree const char **addresses = NULL;
  guint bucket;
  guint flags;
  guint64 rtt_us;
  guint64 useful_us;
  guint64 added_us;
  KadGuiPeer *item;

  g_variant_get (row, "(&suttt&s^a&su)", &peer, &bucket, &rtt_us, &useful_us, &added_us, &agent,
                 &addresses, &flags);
  item = ensure (self, peer);
  if (item == NULL)
    return;
  if (seen != NULL)
    g_hash_table_add (seen, item->id);
  g_object_freeze_notify (G_OBJECT (item));
  kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_BUCKET, MIN (bucket, KAD_KEY_BITS - 1));
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_RTT_US, MIN (rtt_us, (guint64) G_MAXINT64));
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_LAST_USEFUL_US,
                          MIN (useful_us, (guint64) G_MAXINT64));
  if (*agent != '\0' || !item->connected)
    kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_AGENT, agent);
  kad_gui_item_set_strv (item, KAD_GUI_PEER_FIELD_ADDRESSES, addresses);
  kad_gui_item_set_boolean (item, KAD_GUI_PEER_FIELD_PROTECTED, (flags & FLAG_PROTECTED) != 0);
  set_in_table (self, item, TRUE, now_us);
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_ADDED_US, MIN (added_us, (guint64) G_MAXINT64));
  kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_STATE,
                         (flags & FLAG_STALE) != 0      ? KAD_GUI_PEER_STALE
                         : (flags & FLAG_CHECKING) != 0 ? KAD_GUI_PEER_CHECKING
                                                        : KAD_GUI_PEER_LIVE);
  set_connected (self, item, (flags & FLAG_CONNECTED) != 0, now_us);
  g_object_thaw_notify (G_OBJECT (item));
}

static void
apply_rows (KadGuiPeerList *self, GVariant *rows, GHashTable *seen, gint64 now_us)
{
  GVariantIter iter;
  GVariant *row;

  if (!g_variant_is_of_type (rows, G_VARIANT_TYPE (ROWS_TYPE)))
    return;
  g_variant_iter_init (&iter, rows);
  while ((row = g_variant_iter_next_value (&iter)) != NULL)
    {
      apply_row (self, row, seen, now_us);
      g_variant_unref (row);
    }
}

/* After peers were made by ensure(): one change for all of them. */
static void
tell_added (KadGuiPeerList *self, guint n_before)
{
  guint n = g_sequence_get_length (self->peers);

  if (n > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n - n_before);
}

static void
leave_unless (KadGuiPeerList *self, GHashTable *seen, gboolean table, gint64 now_us)
{
  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->peers);
       !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      KadGuiPeer *item = g_sequence_get (iter);

      if (g_hash_table_contains (seen, item->id))
        continue;
      if (table && item->in_table)
        set_in_table (self, item, FALSE, now_us);
      else if (!table && item->connected)
        set_connected (self, item, FALSE, now_us);
    }
}

void
kad_gui_peer_list_reset_table (KadGuiPeerList *self, GVariant *rows, gint64 now_us)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_before = g_sequence_get_length (self->peers);

  apply_rows (self, rows, seen, now_us);
  leave_unless (self, seen, TRUE, now_us);
  tell_added (self, n_before);
}

void
kad_gui_peer_list_apply_table (KadGuiPeerList *self, GVariant *added, GVariant *changed,
                               const char *const *removed, gint64 now_us)
{
  guint n_before = g_sequence_get_length (self->peers);

  apply_rows (self, added, NULL, now_us);
  apply_rows (self, changed, NULL, now_us);
  tell_added (self, n_before);
  for (; removed != NULL && *removed != NULL; removed++)
    {
      KadGuiPeer *item = kad_gui_peer_list_find (self, *removed);

      if (item != NULL)
        set_in_table (self, item, FALSE, now_us);
    }
}

/* ---- connections ---- */

/* The word that says how bytes travel: "tcp", "ws", "wss", "quic-v1", "memory". */
static const char *
transport_of (const char *address)
{
  static const char *const words[]
      = { "/wss",  "/ws",     "/webrtc-direct", "/webtransport", "/quic-v1",
          "/quic", "/memory", "/tcp",           "/unix" };
  gboolean tls = strstr (address, "/tls") != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *at = strstr (address, words[i]);
      char end = at != NULL ? at[strlen (words[i])] : 'x';

      if (at != NULL && (end == '\0' || end == '/'))
        return tls && g_str_equal (words[i], "/ws") ? "wss" : words[i] + 1;
    }
  return "";
}

static void
apply_connection (KadGuiPeerList *self, GVariant *members, GHashTable *seen, gint64 now_us)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (members);
  const char *peer = NULL;
  gint64 age_us = 0;
  KadGuiPeer *item;

  if (!g_variant_dict_lookup (&dict, "peer", "&s", &peer))
    return;
  item = ensure (self, peer);
  if (item == NULL)
    return;
  if (seen != NULL)
    g_hash_table_add (seen, item->id);
  g_object_freeze_notify (G_OBJECT (item));
  kad_gui_item_apply (item, members);
  kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_TRANSPORT, transport_of (item->address));
  if (g_variant_dict_lookup (&dict, "age_us", "x", &age_us))
    kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_CONNECTED_US,
                            now_us - CLAMP (age_us, 0, now_us));
  set_connected (self, item, TRUE, now_us);
  g_object_thaw_notify (G_OBJECT (item));
}

static void
apply_connections (KadGuiPeerList *self, GVariant *rows, GHashTable *seen, gint64 now_us)
{
  GVariantIter iter;
  GVariant *row;

  if (!g_variant_is_of_type (rows, G_VARIANT_TYPE ("aa{sv}")))
    return;
  g_variant_iter_init (&iter, rows);
  while ((row = g_variant_iter_next_value (&iter)) != NULL)
    {
      apply_connection (self, row, seen, now_us);
      g_variant_unref (row);
    }
}

void
kad_gui_peer_list_reset_connections (KadGuiPeerList *self, GVariant *connections, gint64 now_us)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_before = g_sequence_get_length (self->peers);

  apply_connections (self, connections, seen, now_us);
  leave_unless (self, seen, FALSE, now_us);
  tell_added (self, n_before);
}

void
kad_gui_peer_list_apply_connections (KadGuiPeerList *self, GVariant *added,
                                     const char *const *removed, gint64 now_us)
{
  guint n_before = g_sequence_get_length (self->peers);

  apply_connections (self, added, NULL, now_us);
  tell_added (self, n_before);
  for (; removed != NULL && *removed != NULL; removed++)
    {
      KadGuiPeer *item = kad_gui_peer_list_find (self, *removed);

      if (item != NULL)
        set_connected (self, item, FALSE, now_us);
    }
}

/* ---- one change ---- */

void
kad_gui_peer_list_set_in_table (KadGuiPeerList *self, const char *peer, gboolean in_table,
                                gint64 now_us)
{
  guint n_before = g_sequence_get_length (self->peers);
  KadGuiPeer *item = in_table ? ensure (self, peer) : kad_gui_peer_list_find (self, peer);

  if (item == NULL)
    return;
  if (in_table && !item->in_table)
    {
      kad_gui_item_set_uint (item, KAD_GUI_PEER_FIELD_STATE, KAD_GUI_PEER_LIVE);
      kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_ADDED_US, now_us);
    }
  set_in_table (self, item, in_table, now_us);
  tell_added (self, n_before);
}

void
kad_gui_peer_list_set_connected (KadGuiPeerList *self, const char *peer, gboolean connected,
                                 const char *address, const char *reason, gint64 now_us)
{
  guint n_before = g_sequence_get_length (self->peers);
  KadGuiPeer *item = connected ? ensure (self, peer) : kad_gui_peer_list_find (self, peer);

  if (item == NULL)
    return;
  if (connected)
    {
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_ADDRESS, address);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_TRANSPORT,
                               address != NULL ? transport_of (address) : "");
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_REASON, reason);
      kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_DIRECTION,
                               g_strcmp0 (reason, "listener") == 0 ? "inbound" : "outbound");
      if (!item->connected)
        kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_CONNECTED_US, now_us);
    }
  set_connected (self, item, connected, now_us);
  tell_added (self, n_before);
}

void
kad_gui_peer_list_set_agent (KadGuiPeerList *self, const char *peer, const char *agent)
{
  KadGuiPeer *item = kad_gui_peer_list_find (self, peer);

  if (item != NULL)
    kad_gui_item_set_string (item, KAD_GUI_PEER_FIELD_AGENT, agent);
}

void
kad_gui_peer_list_touch (KadGuiPeerList *self, const char *peer, gint64 query_id, gint64 now_us)
{
  KadGuiPeer *item = kad_gui_peer_list_find (self, peer);

  if (item == NULL)
    return;
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_TOUCHED_BY, query_id);
  kad_gui_item_set_int64 (item, KAD_GUI_PEER_FIELD_TOUCHED_US, now_us);
}

gint64
kad_gui_peer_list_expire (KadGuiPeerList *self, gint64 now_us)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (self->peers);
  gint64 next_us = 0;

  while (self->n_departed > 0 && !g_sequence_iter_is_end (iter))
    {
      GSequenceIter *next = g_sequence_iter_next (iter);
      KadGuiPeer *item = g_sequence_get (iter);
      gint64 due_us = item->departed_us + KAD_GUI_DEPARTED_US;

      if (item->departed_us != 0 && due_us <= now_us)
        {
          guint position = (guint) g_sequence_iter_get_position (iter);

          g_hash_table_remove (self->by_id, item->id);
          g_sequence_remove (iter);
          self->n_departed--;
          g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
        }
      else if (item->departed_us != 0 && (next_us == 0 || due_us < next_us))
        next_us = due_us;
      iter = next;
    }
  return next_us;
}

void
kad_gui_peer_list_clear (KadGuiPeerList *self)
{
  guint n = g_sequence_get_length (self->peers);

  g_hash_table_remove_all (self->by_id);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->peers),
                           g_sequence_get_end_iter (self->peers));
  self->table_size = 0;
  self->n_connected = 0;
  self->n_departed = 0;
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

void
kad_gui_peer_list_take (KadGuiPeerList *self, KadGuiPeerList *other)
{
  g_autoptr (GSequence) old = g_steal_pointer (&self->peers);
  guint n_old = g_sequence_get_length (old);
  guint n = g_sequence_get_length (other->peers);

  g_hash_table_unref (self->by_id);
  self->peers = g_steal_pointer (&other->peers);
  self->by_id = g_steal_pointer (&other->by_id);
  self->table_size = other->table_size;
  self->n_connected = other->n_connected;
  self->n_departed = other->n_departed;
  other->peers = g_sequence_new (g_object_unref);
  other->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  other->table_size = other->n_connected = other->n_departed = 0;
  if (n_old > 0 || n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_old, n);
}

/* ---- looking ---- */

void
kad_gui_peer_list_foreach (KadGuiPeerList *self, GFunc func, gpointer user_data)
{
  g_sequence_foreach (self->peers, func, user_data);
}

guint
kad_gui_peer_list_get_table_size (KadGuiPeerList *self)
{
  return self->table_size;
}

guint
kad_gui_peer_list_get_n_connected (KadGuiPeerList *self)
{
  return self->n_connected;
}

static int
compare_distance (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return kad_key_compare_distance (user_data, &(*(KadGuiPeer **) a)->key,
                                   &(*(KadGuiPeer **) b)->key);
}

GPtrArray *
kad_gui_peer_list_dup_closest (KadGuiPeerList *self, const KadKey *target, guint n)
{
  GPtrArray *found = g_ptr_array_new ();

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->peers);
       !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    if (((KadGuiPeer *) g_sequence_get (iter))->in_table)
      g_ptr_array_add (found, g_sequence_get (iter));
  g_ptr_array_sort_with_data (found, compare_distance, (gpointer) target);
  if (found->len > n)
    g_ptr_array_set_size (found, n);
  return found;
}
