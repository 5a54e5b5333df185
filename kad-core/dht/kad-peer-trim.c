/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-trim.h"

static gsize
measure_address (const KadMultiaddr *address)
{
  gsize len;

  kad_multiaddr_get_data (address, &len);
  return len + KAD_ADDRESS_OVERHEAD_BYTES;
}

/**
 * kad_peer_measure_addresses: (skip)
 * @info: an info
 *
 * Returns: how many bytes of memory its addresses take, roughly
 */
gsize
kad_peer_measure_addresses (const KadPeerInfo *info)
{
  gsize bytes = 0;

  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    bytes += measure_address (kad_peer_info_get_address (info, i));
  return bytes;
}

/**
 * kad_peer_trim: (skip)
 * @info: an info, as a peer sent it
 * @max_addresses: how many addresses are kept
 * @max_bytes: how much their memory may be
 *
 * Makes an info fit to be kept for hours: the first addresses, as far as the bounds
 * go, and no word of whether the sender was connected to the peer.
 *
 * Returns: (transfer full): the info to keep; @info itself when nothing is to be left out
 */
KadPeerInfo *
kad_peer_trim (KadPeerInfo *info, guint max_addresses, gsize max_bytes)
{
  guint n = kad_peer_info_get_n_addresses (info), kept = 0;
  gsize bytes = 0;
  KadPeerInfo *trimmed;

  while (kept < MIN (n, max_addresses))
    {
      bytes += measure_address (kad_peer_info_get_address (info, kept));
      if (bytes > max_bytes)
        break;
      kept++;
    }

  if (kept == n && kad_peer_info_get_connection (info) == KAD_CONNECTION_NOT_CONNECTED)
    return kad_peer_info_ref (info);

  trimmed = kad_peer_info_new (kad_peer_info_get_peer (info));
  for (guint i = 0; i < kept; i++)
    kad_peer_info_add_address (trimmed, kad_peer_info_get_address (info, i));
  return trimmed;
}

/**
 * kad_peer_with_connection: (skip)
 * @info: an info; infos are shared, so it is not changed
 * @connection: what shall be said of the connection with the peer
 *
 * Returns: (transfer full): @info itself when it says so, else a copy that does
 */
KadPeerInfo *
kad_peer_with_connection (KadPeerInfo *info, KadConnectionType connection)
{
  KadPeerInfo *copy;

  if (kad_peer_info_get_connection (info) == connection)
    return kad_peer_info_ref (info);
  copy = kad_peer_info_new (kad_peer_info_get_peer (info));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    kad_peer_info_add_address (copy, kad_peer_info_get_address (info, i));
  kad_peer_info_set_connection (copy, connection);
  return copy;
}
