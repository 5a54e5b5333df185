/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-book.h"

#include "kad-peer-trim.h"

struct _KadPeerBook
{
  GHashTable *peers; /* of KadPeerId inside the peer to KadBookPeer; never iterated */
  GQueue idle;       /* the one dealt with longest ago first */
  guint max_idle;
  gint64 max_age_us;
  gint64 now_us;
};

static void
book_peer_free (gpointer data)
{
  KadBookPeer *peer = data;

  g_clear_pointer (&peer->info, kad_peer_info_unref);
  g_free (peer);
}

/**
 * kad_peer_book_new: (skip)
 * @max_idle: how many peers are remembered although nothing is going on with them
 * @max_age_us: and for how long
 *
 * Returns: (transfer full): an empty book
 */
KadPeerBook *
kad_peer_book_new (guint max_idle, gint64 max_age_us)
{
  KadPeerBook *self = g_new0 (KadPeerBook, 1);

  self->peers = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL, book_peer_free);
  g_queue_init (&self->idle);
  self->max_idle = max_idle;
  self->max_age_us = max_age_us;
  return self;
}

/**
 * kad_peer_book_free: (skip)
 * @self: (transfer full): a book whose peers have no contacts and no alarms any more
 */
void
kad_peer_book_free (KadPeerBook *self)
{
  g_hash_table_unref (self->peers);
  g_free (self);
}

/**
 * kad_peer_book_find: (skip)
 * @self: a book
 * @id: a peer
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
KadBookPeer *
kad_peer_book_find (KadPeerBook *self, const KadPeerId *id)
{
  return g_hash_table_lookup (self->peers, id);
}

/**
 * kad_peer_book_ensure: (skip)
 * @self: a book
 * @id: a peer
 *
 * Returns: (transfer none): its entry, good until kad_peer_book_settle()
 */
KadBookPeer *
kad_peer_book_ensure (KadPeerBook *self, const KadPeerId *id)
{
  KadBookPeer *peer = kad_peer_book_find (self, id);

  if (peer != NULL)
    {
      if (peer->is_idle)
        g_queue_unlink (&self->idle, &peer->idle_link);
      peer->is_idle = FALSE;
      return peer;
    }

  peer = g_new0 (KadBookPeer, 1);
  peer->id = *id;
  peer->answered_us = G_MININT64;
  peer->rtt_us = -1;
  peer->idle_link.data = peer;
  g_queue_init (&peer->contacts);
  g_hash_table_insert (self->peers, &peer->id, peer);
  return peer;
}

static gboolean
is_busy (const KadBookPeer *peer)
{
  return peer->connected || peer->dialling || peer->checking || peer->contacts.length > 0
         || kad_alarm_is_set (&peer->check_alarm);
}

static void
forget_oldest (KadPeerBook *self)
{
  KadBookPeer *oldest = self->idle.head->data;

  g_queue_unlink (&self->idle, &oldest->idle_link);
  g_hash_table_remove (self->peers, &oldest->id);
}

/**
 * kad_peer_book_settle: (skip)
 * @self: a book
 * @peer: an entry, which may be gone afterwards
 *
 * Idle peers are kept only up to the book's bound, and only when there is an
 * address to remember.
 */
void
kad_peer_book_settle (KadPeerBook *self, KadBookPeer *peer)
{
  if (peer->is_idle)
    g_queue_unlink (&self->idle, &peer->idle_link);
  peer->is_idle = !is_busy (peer);
  if (!peer->is_idle)
    return;

  if (peer->info == NULL)
    {
      g_hash_table_remove (self->peers, &peer->id);
      return;
    }
  peer->idle_us = self->now_us;
  g_queue_push_tail_link (&self->idle, &peer->idle_link);
  if (self->idle.length > self->max_idle)
    forget_oldest (self);
}

/**
 * kad_peer_book_set_info: (skip)
 * @peer: an entry
 * @info: (transfer full): where it says that it is
 */
void
kad_peer_book_set_info (KadBookPeer *peer, KadPeerInfo *info)
{
  g_autoptr (KadPeerInfo) whole = info;

  g_clear_pointer (&peer->info, kad_peer_info_unref);
  peer->info = kad_peer_trim (whole, KAD_MAX_BOOK_ADDRESSES, KAD_MAX_BOOK_ADDRESS_BYTES);
}

/**
 * kad_peer_book_set_now: (skip)
 * @self: a book
 * @now_us: the time
 */
void
kad_peer_book_set_now (KadPeerBook *self, gint64 now_us)
{
  self->now_us = now_us;
}

/**
 * kad_peer_book_next_deadline: (skip)
 * @self: a book
 *
 * Returns: when kad_peer_book_expire() has something to do; %KAD_TIME_NEVER: not before
 *   something happens
 */
gint64
kad_peer_book_next_deadline (KadPeerBook *self)
{
  const KadBookPeer *oldest = self->idle.head != NULL ? self->idle.head->data : NULL;

  return oldest != NULL ? kad_time_add (oldest->idle_us, self->max_age_us) : KAD_TIME_NEVER;
}

/**
 * kad_peer_book_expire: (skip)
 * @self: a book
 */
void
kad_peer_book_expire (KadPeerBook *self)
{
  while (kad_peer_book_next_deadline (self) <= self->now_us)
    forget_oldest (self);
}

/**
 * kad_peer_book_forget_idle: (skip)
 * @self: a book
 */
void
kad_peer_book_forget_idle (KadPeerBook *self)
{
  while (self->idle.length > 0)
    forget_oldest (self);
}

/**
 * kad_peer_book_get_size: (skip)
 * @self: a book
 *
 * Returns: how many peers it knows
 */
guint
kad_peer_book_get_size (KadPeerBook *self)
{
  return g_hash_table_size (self->peers);
}
