/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"

G_BEGIN_DECLS

/* `/ip4/A` or `/ip6/A` of an address that begins so (a zone before it is left out); NULL: it does
 * not. (transfer full) */
KadMultiaddr *kad_ip_part_new (const KadMultiaddr *address);

G_END_DECLS
