/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_PEER_ITEM (kad_peer_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadPeerItem, kad_peer_item, KAD, PEER_ITEM, KadItem)

KAD_API const char *kad_peer_item_get_peer (KadPeerItem *self);
KAD_API char **kad_peer_item_dup_addresses (KadPeerItem *self);

G_END_DECLS
