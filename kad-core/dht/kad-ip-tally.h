/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-info.h"

G_BEGIN_DECLS

/* How many peers of each IP group sit in a table and in each of its buckets. A
 * group is what one owner gets cheaply: an IPv4 /16, an IPv6 /32. Only global
 * addresses count, so that networks of loopback and private addresses, and
 * peers behind names and relays, are free; with @with_local only names and relays are. */
typedef struct _KadIpTally KadIpTally;

KadIpTally *kad_ip_tally_new (guint per_bucket, guint per_table, gboolean with_local);
void kad_ip_tally_free (KadIpTally *self);
gboolean kad_ip_tally_allows (const KadIpTally *self, const KadPeerInfo *info, guint bucket);
void kad_ip_tally_add (KadIpTally *self, const KadPeerInfo *info, guint bucket);
/* The group of an address; FALSE: it is of none. @with_local: as for a tally. */
gboolean kad_ip_tally_get_group (const KadMultiaddr *address, gboolean with_local, guint64 *group);
void kad_ip_tally_remove (KadIpTally *self, const KadPeerInfo *info, guint bucket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadIpTally, kad_ip_tally_free)

G_END_DECLS
