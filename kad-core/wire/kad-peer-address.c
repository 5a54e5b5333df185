/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-address.h"

#include <string.h>

KadMultiaddr *
kad_peer_address_read (const guint8 *data, gsize len, const KadPeerId *peer)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_bytes (data, len, NULL);
  g_autoptr (KadMultiaddr) bare = NULL;
  const guint8 *id = NULL, *own;
  gsize id_len = 0, own_len;

  if (address == NULL || !kad_multiaddr_has_protocol (address, KAD_MULTIADDR_P2P))
    return g_steal_pointer (&address);

  bare = kad_multiaddr_split_peer (address, &id, &id_len);
  if (id == NULL || peer == NULL)
    return g_steal_pointer (&bare);
  own = kad_peer_id_get_data (peer, &own_len);
  if (id_len != own_len || memcmp (id, own, own_len) != 0)
    return NULL;
  return g_steal_pointer (&bare);
}
