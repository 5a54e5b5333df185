/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-scope.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_MULTIADDR_BYTES:
 *
 * The longest binary multiaddr.
 */
#define KAD_MAX_MULTIADDR_BYTES 1024

/**
 * KAD_MAX_MULTIADDR_COMPONENTS:
 *
 * The most components of one multiaddr.
 */
#define KAD_MAX_MULTIADDR_COMPONENTS 32

/**
 * KAD_MAX_MULTIADDR_TEXT:
 *
 * The longest text that is parsed: four characters a byte.
 */
#define KAD_MAX_MULTIADDR_TEXT (4 * KAD_MAX_MULTIADDR_BYTES)

/**
 * KAD_MAX_MULTIADDR_NAME:
 *
 * The longest name, in bytes, of dns, dns4, dns6, dnsaddr, sni and ip6zone
 * (RFC 1035 section 2.3.4).
 */
#define KAD_MAX_MULTIADDR_NAME 255

/* The protocols (multiformats/multiaddr protocols.csv), by code. */
enum
{
  KAD_MULTIADDR_IP4 = 4,
  KAD_MULTIADDR_TCP = 6,
  KAD_MULTIADDR_DCCP = 33,
  KAD_MULTIADDR_IP6 = 41,
  KAD_MULTIADDR_IP6ZONE = 42,
  KAD_MULTIADDR_IPCIDR = 43,
  KAD_MULTIADDR_DNS = 53,
  KAD_MULTIADDR_DNS4 = 54,
  KAD_MULTIADDR_DNS6 = 55,
  KAD_MULTIADDR_DNSADDR = 56,
  KAD_MULTIADDR_SCTP = 132,
  KAD_MULTIADDR_UDP = 273,
  KAD_MULTIADDR_P2P_WEBRTC_STAR = 275,
  KAD_MULTIADDR_P2P_WEBRTC_DIRECT = 276,
  KAD_MULTIADDR_P2P_STARDUST = 277,
  KAD_MULTIADDR_WEBRTC_DIRECT = 280,
  KAD_MULTIADDR_WEBRTC = 281,
  KAD_MULTIADDR_P2P_CIRCUIT = 290,
  KAD_MULTIADDR_UDT = 301,
  KAD_MULTIADDR_UTP = 302,
  KAD_MULTIADDR_UNIX = 400,
  KAD_MULTIADDR_P2P = 421,
  KAD_MULTIADDR_HTTPS = 443,
  KAD_MULTIADDR_ONION = 444,
  KAD_MULTIADDR_ONION3 = 445,
  KAD_MULTIADDR_GARLIC64 = 446,
  KAD_MULTIADDR_GARLIC32 = 447,
  KAD_MULTIADDR_TLS = 448,
  KAD_MULTIADDR_SNI = 449,
  KAD_MULTIADDR_NOISE = 454,
  KAD_MULTIADDR_QUIC = 460,
  KAD_MULTIADDR_QUIC_V1 = 461,
  KAD_MULTIADDR_WEBTRANSPORT = 465,
  KAD_MULTIADDR_CERTHASH = 466,
  KAD_MULTIADDR_WS = 477,
  KAD_MULTIADDR_WSS = 478,
  KAD_MULTIADDR_P2P_WEBSOCKET_STAR = 479,
  KAD_MULTIADDR_HTTP = 480,
  KAD_MULTIADDR_HTTP_PATH = 481,
  KAD_MULTIADDR_MEMORY = 777,
};

#define KAD_TYPE_MULTIADDR (kad_multiaddr_get_type ())

/**
 * KadMultiaddr:
 *
 * A network address that says how it is reached: one to
 * %KAD_MAX_MULTIADDR_COMPONENTS components, each a protocol and its value.
 * Always well-formed, of registered protocols only. Immutable and reference
 * counted; any thread.
 */
typedef struct _KadMultiaddr KadMultiaddr;

/**
 * KadMultiaddrIter:
 *
 * A place in a multiaddr. Lives on the stack and is good as long as the
 * multiaddr is.
 */
typedef struct
{
  /*< private >*/
  const guint8 *cursor;
  const guint8 *end;
} KadMultiaddrIter;

KAD_API GType kad_multiaddr_get_type (void);

KAD_API KadMultiaddr *kad_multiaddr_new_from_bytes (const guint8 *data, gsize len, GError **error);
KAD_API KadMultiaddr *kad_multiaddr_new_from_string (const char *text, GError **error);
KAD_API KadMultiaddr *kad_multiaddr_ref (KadMultiaddr *self);
KAD_API void kad_multiaddr_unref (KadMultiaddr *self);

KAD_API const guint8 *kad_multiaddr_get_data (const KadMultiaddr *self, gsize *len);
KAD_API char *kad_multiaddr_to_string (const KadMultiaddr *self);

KAD_API gboolean kad_multiaddr_equal (gconstpointer a, gconstpointer b);
KAD_API guint kad_multiaddr_hash (gconstpointer self);
KAD_API int kad_multiaddr_compare (gconstpointer a, gconstpointer b);

KAD_API KadMultiaddr *kad_multiaddr_encapsulate (const KadMultiaddr *outer,
                                                 const KadMultiaddr *inner, GError **error);
KAD_API KadMultiaddr *kad_multiaddr_decapsulate (const KadMultiaddr *self,
                                                 const KadMultiaddr *inner);
KAD_API KadMultiaddr *kad_multiaddr_split_peer (const KadMultiaddr *self, const guint8 **id,
                                                gsize *id_len);

KAD_API void kad_multiaddr_iter_init (KadMultiaddrIter *iter, const KadMultiaddr *self);
KAD_API gboolean kad_multiaddr_iter_next (KadMultiaddrIter *iter, guint32 *code,
                                          const guint8 **value, gsize *value_len);

KAD_API gboolean kad_multiaddr_has_protocol (const KadMultiaddr *self, guint32 code);
KAD_API char *kad_multiaddr_dup_value (const KadMultiaddr *self, guint32 code, GError **error);
KAD_API gboolean kad_multiaddr_get_port (const KadMultiaddr *self, guint16 *port);
KAD_API KadScope kad_multiaddr_get_scope (const KadMultiaddr *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadMultiaddr, kad_multiaddr_unref)

G_END_DECLS
