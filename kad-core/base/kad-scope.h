/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KadScope:
 * @KAD_SCOPE_UNKNOWN: it begins with nothing that has a scope, such as onion or a bare port
 * @KAD_SCOPE_UNSPECIFIED: 0.0.0.0 or ::
 * @KAD_SCOPE_LOOPBACK: this machine: 127.0.0.0/8, ::1, localhost, a unix socket
 * @KAD_SCOPE_LINK_LOCAL: this link: 169.254.0.0/16, fe80::/10, names in .local
 * @KAD_SCOPE_PRIVATE: RFC 1918, unique local IPv6, names in .home.arpa and .internal
 * @KAD_SCOPE_CGNAT: 100.64.0.0/10, behind a provider's translation
 * @KAD_SCOPE_DOCUMENTATION: kept for examples
 * @KAD_SCOPE_MULTICAST: groups
 * @KAD_SCOPE_RESERVED: whatever else is never one host on the internet
 * @KAD_SCOPE_GLOBAL: reachable from anywhere, as far as the address says
 * @KAD_SCOPE_NAME: a name of the DNS, whose scope is known only once it is resolved
 * @KAD_SCOPE_RELAY: through another peer
 * @KAD_SCOPE_MEMORY: inside this process
 *
 * How far away an address has a meaning.
 */
typedef enum
{
  KAD_SCOPE_UNKNOWN,
  KAD_SCOPE_UNSPECIFIED,
  KAD_SCOPE_LOOPBACK,
  KAD_SCOPE_LINK_LOCAL,
  KAD_SCOPE_PRIVATE,
  KAD_SCOPE_CGNAT,
  KAD_SCOPE_DOCUMENTATION,
  KAD_SCOPE_MULTICAST,
  KAD_SCOPE_RESERVED,
  KAD_SCOPE_GLOBAL,
  KAD_SCOPE_NAME,
  KAD_SCOPE_RELAY,
  KAD_SCOPE_MEMORY,
} KadScope;

KAD_API KadScope kad_scope_of_ip4 (const guint8 address[4]);
KAD_API KadScope kad_scope_of_ip6 (const guint8 address[16]);
KAD_API KadScope kad_scope_of_name (const char *name, gsize len);
KAD_API const char *kad_scope_get_name (KadScope scope);

G_END_DECLS
