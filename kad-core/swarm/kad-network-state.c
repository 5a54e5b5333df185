/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What survives: publications, peers of the table, and what is held for others.
 *
 * Everything is in memory, where it is used; here it is noted what of it changed, for the database,
 * which writes when it likes. Publications are noted as the engine tells of them. The table is
 * looked at some time after it changed. Records and providers are mirrored as the stores tell
 * (kad-network-mirror.c). A flush is a promise about all that was noted before it, so a publication
 * is durable if the flush was asked for after its event.
 *
 * A peer is forgotten when the table removed it, or when it was not in the table for a week: who
 * starts without a network shall not lose those it knew.
 */
#include "kad-network-state.h"

#include "kad-network-state-private.h"
#include "kad-saved-rows.h"

typedef struct
{
  KadNetworkStateFunc func;
  gpointer user_data;
} Waiter;

static const KadDatabaseDelegate delegate = { .rewrite = kad_network_mirror_rewrite };

static void
saved_peer_free (gpointer data)
{
  KadSavedPeer *self = data;

  kad_peer_info_unref (self->info);
  g_free (self);
}

static void
row_free (gpointer row)
{
  kad_database_row_free (row);
}

static gint64
get_wall_now (KadNetworkState *self)
{
  return kad_reactor_get_now (self->network->reactor) + self->network->wall_offset_us;
}

/* ---- publications ---- */

gboolean
kad_network_state_add_publication (KadNetworkState *self, const KadDatabaseRow *row)
{
  g_autoptr (KadPublicationRow) publication = NULL;

  if (g_hash_table_contains (self->publications, row))
    return TRUE;
  publication = kad_saved_publication_read (row);
  if (publication == NULL)
    return FALSE;
  g_hash_table_add (self->publications, kad_database_row_copy (row));
  if (kad_engine_restore_publication (self->network->engine, publication,
                                      kad_reactor_get_now (self->network->reactor)))
    g_ptr_array_add (self->loaded, g_steal_pointer (&publication));
  else
    /* Perhaps by another configuration: with the one before it would be. */
    g_message ("Something that was published for \"%s\" cannot be taken up again; it stays in the "
               "database",
               publication->tag);
  return TRUE;
}

GPtrArray *
kad_network_state_get_publications (KadNetwork *self)
{
  return self->state->loaded;
}

static void
note_publication (KadNetworkState *self, const KadPublicationRow *publication, gboolean is_kept)
{
  g_autoptr (KadDatabaseRow) row = kad_saved_publication_new (publication);

  if (is_kept)
    {
      kad_database_put (self->database, kad_database_row_copy (row));
      g_hash_table_add (self->publications, g_steal_pointer (&row));
    }
  else if (g_hash_table_remove (self->publications, row))
    kad_database_remove (self->database, g_steal_pointer (&row));
}

/* ---- the table ---- */

static void
put_peer (KadNetworkState *self, const KadSavedPeer *peer)
{
  kad_database_put (self->database,
                    kad_saved_peer_new (peer->info, peer->seen_unix_us, peer->is_connected));
}

static void
remember_peer (KadNetworkState *self, KadPeerInfo *info, gint64 seen_unix_us, gboolean is_connected)
{
  KadSavedPeer *peer = g_new (KadSavedPeer, 1);

  *peer = (KadSavedPeer){ kad_peer_info_ref (info), seen_unix_us, is_connected };
  g_hash_table_replace (self->peers, (gpointer) kad_peer_info_get_peer (info), peer);
}

void
kad_network_state_add_peer (KadNetworkState *self, const KadDatabaseRow *row)
{
  g_autoptr (KadPeerInfo) info = kad_saved_peer_read (row);

  if (info != NULL && g_hash_table_size (self->peers) < KAD_MAX_SAVED_PEERS
      && !g_hash_table_contains (self->peers, kad_peer_info_get_peer (info)))
    remember_peer (self, info, row->cells[KAD_PEER_SEEN].number,
                   row->cells[KAD_PEER_CONNECTED].number != 0);
}

static void
forget_peer (KadNetworkState *self, const KadSavedPeer *peer)
{
  kad_database_remove (self->database, kad_saved_peer_new (peer->info, 0, FALSE));
  g_hash_table_remove (self->peers, kad_peer_info_get_peer (peer->info));
}

static int
compare_seen (gconstpointer a, gconstpointer b)
{
  const KadSavedPeer *one = *(const KadSavedPeer *const *) a;
  const KadSavedPeer *other = *(const KadSavedPeer *const *) b;

  return one->seen_unix_us < other->seen_unix_us   ? 1
         : one->seen_unix_us > other->seen_unix_us ? -1
                                                   : 0;
}

GPtrArray *
kad_network_state_dup_peers (KadNetworkState *self)
{
  GPtrArray *peers = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    g_ptr_array_add (peers, peer);
  g_ptr_array_sort (peers, compare_seen);
  return peers;
}

/* Who is in the table was seen last; of the others those seen longest ago go. */
static void
forget_old_peers (KadNetworkState *self)
{
  g_autoptr (GPtrArray) peers = kad_network_state_dup_peers (self);
  KadRoutingTable *table = kad_engine_get_table (self->network->engine);
  gint64 oldest_us = get_wall_now (self) - KAD_SAVED_PEER_AGE_US;

  for (guint i = peers->len; i-- > 0;)
    {
      KadSavedPeer *peer = peers->pdata[i];

      if ((peer->seen_unix_us < oldest_us || g_hash_table_size (self->peers) > KAD_MAX_SAVED_PEERS)
          && kad_routing_table_find (table, kad_peer_info_get_peer (peer->info)) == NULL)
        forget_peer (self, peer);
    }
}

static void
save_table (KadNetworkState *self)
{
  g_autoptr (GPtrArray) rows = kad_engine_dup_table_rows (self->network->engine);

  for (guint i = 0; i < rows->len; i++)
    {
      const KadTableRow *row = rows->pdata[i];
      const KadPeerId *id = kad_peer_info_get_peer (row->info);

      remember_peer (self, row->info, row->last_seen_us + self->network->wall_offset_us,
                     kad_connection_book_find (self->network->book, id) != NULL);
      put_peer (self, g_hash_table_lookup (self->peers, id));
    }
  forget_old_peers (self);
  self->saved_us = kad_reactor_get_now (self->network->reactor);
}

static void
on_save (gpointer user_data, gint64 now_us)
{
  save_table (user_data);
}

static void
note_table_changed (KadNetworkState *self)
{
  gint64 now_us = kad_reactor_get_now (self->network->reactor);

  if (self->save.index == 0)
    kad_reactor_arm (
        self->network->reactor, &self->save,
        MAX (now_us + KAD_TABLE_SAVE_DELAY_US, self->saved_us + KAD_TABLE_SAVE_INTERVAL_US));
}

static void
note_removed (KadNetworkState *self, const KadPeerId *peer)
{
  KadSavedPeer *saved = g_hash_table_lookup (self->peers, peer);

  if (saved != NULL)
    forget_peer (self, saved);
}

void
kad_network_state_put_all (KadNetworkState *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->publications);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    kad_database_put (self->database, kad_database_row_copy (item));
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    put_peer (self, item);
  save_table (self);
}

/* ---- what happens ---- */

void
kad_network_state_note_event (KadNetworkState *self, const KadEvent *event)
{
  if (self->database == NULL)
    return;
  switch (event->type)
    {
    case KAD_EVENT_PUBLICATION_CHANGED:
      note_publication (self, event->publication, event->publication->persistent);
      break;
    case KAD_EVENT_PUBLICATION_REMOVED:
      note_publication (self, event->publication, FALSE);
      break;
    case KAD_EVENT_TABLE_REMOVED:
      note_removed (self, &event->peer);
      break;
    case KAD_EVENT_TABLE_ADDED:
      note_table_changed (self);
      break;
    default:
      break;
    }
}

/* ---- the calendar ---- */

/* How long ago something was, or how long it has still to go, has not changed. */
void
kad_network_state_clock_stepped (KadNetworkState *self, gint64 step_us)
{
  g_autoptr (GPtrArray) publications = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KadSavedPeer *peer = value;

      peer->seen_unix_us = kad_time_add (peer->seen_unix_us, step_us);
    }
  if (self->database == NULL)
    return;
  publications = kad_engine_dup_publications (self->network->engine);
  for (guint i = 0; i < publications->len; i++)
    {
      const KadPublicationRow *row = publications->pdata[i];

      if (row->persistent)
        note_publication (self, row, TRUE);
    }
  kad_network_mirror_rewrite (self);
}

/* ---- flushing ---- */

static void
tell_waiters (KadNetworkState *self)
{
  Waiter *waiter;

  while ((waiter = g_queue_pop_head (&self->waiters)) != NULL)
    {
      waiter->func (waiter->user_data, NULL);
      g_free (waiter);
    }
}

static gboolean
on_idle (gpointer user_data)
{
  KadNetworkState *self = user_data;

  g_clear_pointer (&self->source, g_source_unref);
  kad_reactor_update_now (self->network->reactor);
  tell_waiters (self);
  kad_network_wake (self->network);
  return G_SOURCE_REMOVE;
}

static void
wait_in_memory (KadNetworkState *self, KadNetworkStateFunc func, gpointer user_data)
{
  Waiter *waiter = g_new (Waiter, 1);

  *waiter = (Waiter){ func, user_data };
  g_queue_push_tail (&self->waiters, waiter);
  if (self->source != NULL)
    return;
  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, on_idle, self, NULL);
  g_source_attach (self->source, self->network->context);
}

typedef struct
{
  KadNetworkState *state;
  Waiter waiter;
} Flush;

static void
on_flushed (gpointer user_data, const GError *error)
{
  g_autofree Flush *flush = user_data;
  KadNetwork *network = flush->state->network;

  kad_reactor_update_now (network->reactor);
  flush->waiter.func (flush->waiter.user_data, error);
  kad_network_wake (network);
}

void
kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data)
{
  Flush *flush;

  if (self->state->database == NULL)
    {
      wait_in_memory (self->state, func, user_data);
      return;
    }
  flush = g_new (Flush, 1);
  *flush = (Flush){ self->state, { func, user_data } };
  kad_database_flush (self->state->database, on_flushed, flush);
}

/* ---- life ---- */

KadNetworkState *
kad_network_state_new (KadNetwork *network, const char *folder, GError **error)
{
  KadNetworkState *self = g_new0 (KadNetworkState, 1);

  self->network = network;
  self->loaded = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_publication_row_free);
  self->publications
      = g_hash_table_new_full (kad_database_row_hash, kad_database_row_equal, row_free, NULL);
  /* The keys are inside the values. */
  self->peers = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL, saved_peer_free);
  self->saved_us = G_MININT64 / 2;
  kad_timer_init (&self->save, on_save, self);
  g_queue_init (&self->waiters);
  if (folder == NULL)
    return self;
  self->database = kad_database_open (folder, network->context, &delegate, self, error);
  if (self->database == NULL)
    {
      kad_network_state_free (self);
      return NULL;
    }
  kad_network_mirror_read_first (self);
  return self;
}

void
kad_network_state_start (KadNetworkState *self)
{
  if (self->database == NULL)
    return;
  kad_network_mirror_listen (self, TRUE);
  kad_database_start (self->database);
  kad_network_mirror_read_on (self);
}

static void
close_database (KadNetworkState *self)
{
  gboolean is_behind = kad_database_is_behind (self->database);

  kad_reactor_disarm (self->network->reactor, &self->save);
  kad_network_mirror_listen (self, FALSE);
  /* What was published is not lost for want of time; what is held for others may be. */
  if (is_behind && self->phase > 0)
    {
      kad_database_begin_rewrite (self->database);
      kad_network_state_put_all (self);
      kad_database_sweep (self->database, KAD_DATABASE_PUBLICATION);
      kad_database_end_rewrite (self->database);
    }
  else if (self->saved_us > 0 || kad_network_get_table_size (self->network) > 0)
    save_table (self);
  g_clear_pointer (&self->database, kad_database_close);
}

void
kad_network_state_free (KadNetworkState *self)
{
  if (self->database != NULL)
    close_database (self);
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }
  tell_waiters (self);
  g_hash_table_unref (self->publications);
  g_hash_table_unref (self->peers);
  g_ptr_array_unref (self->loaded);
  g_free (self);
}
