/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"
#include "kad-scope.h"

G_BEGIN_DECLS

/* Whom an address belongs to, as far as it says: the host (an IPv4 address, an IPv6 /64) and
 * what one owner gets cheaply beside it (a /24, a /56). An IPv6 address that carries an IPv4 one
 * is taken for that. */
typedef struct
{
  guint64 host;
  guint64 subnet;
  KadScope scope;
} KadIpGroup;

/* FALSE: there is no IP address in it; @self is all 0 then. */
gboolean kad_ip_group_init (KadIpGroup *self, const KadMultiaddr *address);
/* "192.0.2.1" or "2001:db8:0:1::/64", and "192.0.2.0/24" or "2001:db8:0:100::/56". */
char *kad_ip_group_host_to_string (const KadIpGroup *self);
char *kad_ip_group_subnet_to_string (const KadIpGroup *self);

G_END_DECLS
