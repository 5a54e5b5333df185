/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multiaddr-protocols.h"

#include <string.h>

#include "kad-multiaddr.h"

#define VARIABLE KAD_MULTIADDR_SIZE_VARIABLE
#define VALUE(kind) KAD_MULTIADDR_VALUE_##kind

/*
 * The public table (multiformats/multiaddr protocols.csv), by code.
 *
 * It lists memory as of variable size, but go-multiaddr and rust-multiaddr both
 * write eight bytes without a length, and that is what peers send.
 */
static const KadMultiaddrProtocol protocols[] = {
  { KAD_MULTIADDR_IP4, 4, VALUE (IP4), "ip4" },
  { KAD_MULTIADDR_TCP, 2, VALUE (PORT), "tcp" },
  { KAD_MULTIADDR_DCCP, 2, VALUE (PORT), "dccp" },
  { KAD_MULTIADDR_IP6, 16, VALUE (IP6), "ip6" },
  { KAD_MULTIADDR_IP6ZONE, VARIABLE, VALUE (NAME), "ip6zone" },
  { KAD_MULTIADDR_IPCIDR, 1, VALUE (CIDR), "ipcidr" },
  { KAD_MULTIADDR_DNS, VARIABLE, VALUE (NAME), "dns" },
  { KAD_MULTIADDR_DNS4, VARIABLE, VALUE (NAME), "dns4" },
  { KAD_MULTIADDR_DNS6, VARIABLE, VALUE (NAME), "dns6" },
  { KAD_MULTIADDR_DNSADDR, VARIABLE, VALUE (NAME), "dnsaddr" },
  { KAD_MULTIADDR_SCTP, 2, VALUE (PORT), "sctp" },
  { KAD_MULTIADDR_UDP, 2, VALUE (PORT), "udp" },
  { KAD_MULTIADDR_P2P_WEBRTC_STAR, 0, VALUE (NONE), "p2p-webrtc-star" },
  { KAD_MULTIADDR_P2P_WEBRTC_DIRECT, 0, VALUE (NONE), "p2p-webrtc-direct" },
  { KAD_MULTIADDR_P2P_STARDUST, 0, VALUE (NONE), "p2p-stardust" },
  { KAD_MULTIADDR_WEBRTC_DIRECT, 0, VALUE (NONE), "webrtc-direct" },
  { KAD_MULTIADDR_WEBRTC, 0, VALUE (NONE), "webrtc" },
  { KAD_MULTIADDR_P2P_CIRCUIT, 0, VALUE (NONE), "p2p-circuit" },
  { KAD_MULTIADDR_UDT, 0, VALUE (NONE), "udt" },
  { KAD_MULTIADDR_UTP, 0, VALUE (NONE), "utp" },
  { KAD_MULTIADDR_UNIX, VARIABLE, VALUE (PATH), "unix" },
  { KAD_MULTIADDR_P2P, VARIABLE, VALUE (PEER), "p2p" },
  { KAD_MULTIADDR_HTTPS, 0, VALUE (NONE), "https" },
  { KAD_MULTIADDR_ONION, 12, VALUE (ONION), "onion" },
  { KAD_MULTIADDR_ONION3, 37, VALUE (ONION3), "onion3" },
  { KAD_MULTIADDR_GARLIC64, VARIABLE, VALUE (GARLIC64), "garlic64" },
  { KAD_MULTIADDR_GARLIC32, VARIABLE, VALUE (GARLIC32), "garlic32" },
  { KAD_MULTIADDR_TLS, 0, VALUE (NONE), "tls" },
  { KAD_MULTIADDR_SNI, VARIABLE, VALUE (NAME), "sni" },
  { KAD_MULTIADDR_NOISE, 0, VALUE (NONE), "noise" },
  { KAD_MULTIADDR_QUIC, 0, VALUE (NONE), "quic" },
  { KAD_MULTIADDR_QUIC_V1, 0, VALUE (NONE), "quic-v1" },
  { KAD_MULTIADDR_WEBTRANSPORT, 0, VALUE (NONE), "webtransport" },
  { KAD_MULTIADDR_CERTHASH, VARIABLE, VALUE (MULTIHASH), "certhash" },
  { KAD_MULTIADDR_WS, 0, VALUE (NONE), "ws" },
  { KAD_MULTIADDR_WSS, 0, VALUE (NONE), "wss" },
  { KAD_MULTIADDR_P2P_WEBSOCKET_STAR, 0, VALUE (NONE), "p2p-websocket-star" },
  { KAD_MULTIADDR_HTTP, 0, VALUE (NONE), "http" },
  { KAD_MULTIADDR_HTTP_PATH, VARIABLE, VALUE (HTTP_PATH), "http-path" },
  { KAD_MULTIADDR_MEMORY, 8, VALUE (NUMBER), "memory" },
};

/**
 * kad_multiaddr_protocol_by_code:
 * @code: a number from the wire
 *
 * Returns: (nullable): the protocol, or %NULL when nobody registered it
 */
const KadMultiaddrProtocol *
kad_multiaddr_protocol_by_code (guint64 code)
{
  gsize low = 0, high = G_N_ELEMENTS (protocols);

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (protocols[middle].code == code)
        return &protocols[middle];
      if (protocols[middle].code < code)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

/**
 * kad_multiaddr_protocol_by_name:
 * @name: (array length=len): a name; ipfs is the old one of p2p
 * @len: its length in bytes
 *
 * Returns: (nullable): the protocol, or %NULL when nobody registered it
 */
const KadMultiaddrProtocol *
kad_multiaddr_protocol_by_name (const char *name, gsize len)
{
  if (len == 4 && memcmp (name, "ipfs", 4) == 0)
    return kad_multiaddr_protocol_by_code (KAD_MULTIADDR_P2P);

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      if (strlen (protocols[i].name) == len && memcmp (protocols[i].name, name, len) == 0)
        return &protocols[i];
    }

  return NULL;
}

/**
 * kad_multiaddr_protocol_by_index:
 * @index: from 0, in the order of the codes
 *
 * Returns: (nullable): a row of the table, or %NULL past its end
 */
const KadMultiaddrProtocol *
kad_multiaddr_protocol_by_index (gsize index)
{
  return index < G_N_ELEMENTS (protocols) ? &protocols[index] : NULL;
}
