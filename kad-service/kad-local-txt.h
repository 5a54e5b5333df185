/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* What libp2p's mDNS (specs, discovery/mdns) writes into DNS, and how it is read: a TXT record of
 * strings "dnsaddr=MULTIADDR/p2p/ID" under a name that means nothing. */

#define KAD_LOCAL_SERVICE "_p2p._udp"
#define KAD_LOCAL_DOMAIN "local"
#define KAD_LOCAL_NAME_CHARS 32 /* specs: "at least 32 characters", and a label has 63 */

/* Of ours, so that all that is said of us is one packet; what does not fit is left out. */
#define KAD_MAX_LOCAL_TXT_TOLD 16
#define KAD_MAX_LOCAL_TXT_TOLD_BYTES 1000
/* Of others: what is longer is not read. */
#define KAD_MAX_LOCAL_TXT_BYTES 8192
#define KAD_MAX_LOCAL_ADDRESSES 8 /* of one name */

/* Whether others on this link can use it: TCP at a private address, or at one of the link's own
 * (of IPv4: those of IPv6 mean nothing without an interface), at a port that a program of a person
 * may have, without WebSocket, relays and names. */
gboolean kad_local_txt_is_address (const KadMultiaddr *address);

/* `aay` (floating), those of @addresses ("MULTIADDR/p2p/ID") that others may use; NULL: none. */
GVariant *kad_local_txt_new (const char *const *addresses);
/* The IP addresses of such a TXT record, each once. (transfer full) (element-type utf8) */
GPtrArray *kad_local_txt_dup_hosts (GVariant *txt);

/* Reads the data of a TXT record, as it is in DNS. What cannot be used is passed over: nonsense,
 * addresses that are not private, other peers than the first. FALSE: nothing is left.
 * @addresses: (element-type utf8) with /p2p/ID, at most KAD_MAX_LOCAL_ADDRESSES; adds to it those
 * that are not there already. @peer: in: only its addresses are wanted, if it is set; out: whose
 * they are. */
gboolean kad_local_txt_read (const guint8 *data, gsize len, KadPeerId *peer, GPtrArray *addresses);

/* A name for us, of random letters and digits. */
char *kad_local_txt_new_name (void);
/* "NAME._p2p._udp.local" with all but letters, digits, - and _ escaped, as Avahi wants it. */
char *kad_local_txt_join_name (const char *name);

G_END_DECLS
