/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-provider-peers.h"

#include "kad-peer-trim.h"
#include "kad-store.h"

/**
 * kad_provider_peers_init: (skip)
 * @self: where to begin
 */
void
kad_provider_peers_init (KadProviderPeers *self)
{
  kad_slab_init (&self->peers, sizeof (KadProviderPeer));
  kad_deadline_heap_init (&self->deadlines);
  self->by_peer = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  self->n_address_bytes = 0;
  self->max_address_bytes = KAD_MAX_STORED_ADDRESS_BYTES;
  self->moved = NULL;
  self->owner = NULL;
}

static inline KadProviderPeer *
get_peer (const KadProviderPeers *self, guint32 number)
{
  return kad_slab_get (&self->peers, number);
}

/**
 * kad_provider_peers_clear: (skip)
 * @self: peers
 */
void
kad_provider_peers_clear (KadProviderPeers *self)
{
  GHashTableIter iter;
  gpointer number;

  g_hash_table_iter_init (&iter, self->by_peer);
  while (g_hash_table_iter_next (&iter, NULL, &number))
    kad_peer_info_unref (get_peer (self, GPOINTER_TO_UINT (number))->info);
  g_clear_pointer (&self->by_peer, g_hash_table_unref);
  kad_deadline_heap_clear (&self->deadlines);
  kad_slab_clear (&self->peers);
}

/**
 * kad_provider_peers_find: (skip)
 * @self: peers
 * @peer: a peer
 *
 * Returns: its number, or %KAD_SLAB_NONE when it provides nothing
 */
guint32
kad_provider_peers_find (const KadProviderPeers *self, const KadPeerId *peer)
{
  gpointer number;

  if (!g_hash_table_lookup_extended (self->by_peer, peer, NULL, &number))
    return KAD_SLAB_NONE;
  return GPOINTER_TO_UINT (number);
}

/* Takes @info, whose addresses were counted before. */
static void
set_info (KadProviderPeers *self, guint32 number, KadPeerInfo *info, guint32 address_bytes)
{
  KadProviderPeer *peer = get_peer (self, number);

  self->n_address_bytes = self->n_address_bytes - peer->address_bytes + address_bytes;
  peer->address_bytes = address_bytes;
  /* The index's key lies inside the info. */
  g_hash_table_replace (self->by_peer, (gpointer) kad_peer_info_get_peer (info),
                        GUINT_TO_POINTER (number));
  if (peer->info != NULL)
    kad_peer_info_unref (peer->info);
  peer->info = info;
}

/**
 * kad_provider_peers_use: (skip)
 * @self: peers
 * @info: a peer that provides one thing more; its addresses are left alone
 *
 * Returns: its number, which lasts until kad_provider_peers_drop() was called
 *   as often
 */
guint32
kad_provider_peers_use (KadProviderPeers *self, KadPeerInfo *info)
{
  const KadPeerId *peer = kad_peer_info_get_peer (info);
  guint32 number = kad_provider_peers_find (self, peer);

  if (number == KAD_SLAB_NONE)
    {
      number = kad_slab_alloc (&self->peers);
      set_info (self, number, kad_peer_info_new (peer), 0);
    }
  get_peer (self, number)->n_records++;
  return number;
}

static void
tell_moved (const KadProviderPeers *self, guint32 number, gint64 expires_us)
{
  if (self->moved != NULL)
    self->moved (self->owner, get_peer (self, number)->info, expires_us);
}

/**
 * kad_provider_peers_renew: (skip)
 * @self: peers
 * @number: a peer
 * @info: the same peer and where it says that it is
 * @now_us: the time
 *
 * Keeps the addresses for %KAD_PROVIDER_ADDRESS_TTL_US. An info without any, and one
 * for which there is no room, changes nothing.
 */
void
kad_provider_peers_renew (KadProviderPeers *self, guint32 number, KadPeerInfo *info, gint64 now_us)
{
  kad_provider_peers_restore (self, number, info,
                              kad_time_add (now_us, KAD_PROVIDER_ADDRESS_TTL_US));
}

/**
 * kad_provider_peers_restore: (skip)
 * @self: peers
 * @number: a peer
 * @info: the same peer and where it was
 * @expires_us: until when that is believed
 *
 * As kad_provider_peers_renew(), with another end.
 */
void
kad_provider_peers_restore (KadProviderPeers *self, guint32 number, KadPeerInfo *info,
                            gint64 expires_us)
{
  KadProviderPeer *peer = get_peer (self, number);
  g_autoptr (KadPeerInfo) trimmed = NULL;
  gsize bytes;

  trimmed = kad_peer_trim (info, KAD_MAX_PROVIDER_ADDRESSES, KAD_MAX_PROVIDER_ADDRESS_BYTES);
  bytes = kad_peer_measure_addresses (trimmed);
  if (bytes == 0 || self->n_address_bytes - peer->address_bytes + bytes > self->max_address_bytes)
    return;

  set_info (self, number, g_steal_pointer (&trimmed), (guint32) bytes);
  kad_deadline_heap_set (&self->deadlines, number, expires_us);
  tell_moved (self, number, expires_us);
}

/**
 * kad_provider_peers_get_expiry: (skip)
 * @self: peers
 * @number: a peer
 *
 * Returns: when its addresses expire; %KAD_TIME_NEVER when none are known
 */
gint64
kad_provider_peers_get_expiry (const KadProviderPeers *self, guint32 number)
{
  return kad_deadline_heap_get_due (&self->deadlines, number);
}

/**
 * kad_provider_peers_drop: (skip)
 * @self: peers
 * @number: a peer that provides one thing less; after the last it is forgotten
 */
void
kad_provider_peers_drop (KadProviderPeers *self, guint32 number)
{
  KadProviderPeer *peer = get_peer (self, number);

  if (--peer->n_records > 0)
    return;

  self->n_address_bytes -= peer->address_bytes;
  if (self->moved != NULL && kad_deadline_heap_get_due (&self->deadlines, number) != KAD_TIME_NEVER)
    {
      g_autoptr (KadPeerInfo) nowhere = kad_peer_info_new (kad_peer_info_get_peer (peer->info));

      self->moved (self->owner, nowhere, KAD_TIME_NEVER);
    }
  kad_deadline_heap_remove (&self->deadlines, number);
  g_hash_table_remove (self->by_peer, kad_peer_info_get_peer (peer->info));
  kad_peer_info_unref (peer->info);
  kad_slab_release (&self->peers, number);
}

/**
 * kad_provider_peers_expire: (skip)
 * @self: peers
 * @now_us: the time
 *
 * Drops the addresses that are due. The peers stay.
 */
void
kad_provider_peers_expire (KadProviderPeers *self, gint64 now_us)
{
  guint32 number;

  while (kad_deadline_heap_peek_due (&self->deadlines, now_us, &number))
    {
      kad_deadline_heap_remove (&self->deadlines, number);
      set_info (self, number,
                kad_peer_info_new (kad_peer_info_get_peer (get_peer (self, number)->info)), 0);
      tell_moved (self, number, KAD_TIME_NEVER);
    }
}
