/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_PING_ITEM (kad_ping_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadPingItem, kad_ping_item, KAD, PING_ITEM, KadItem)

KAD_API const char *kad_ping_item_get_peer (KadPingItem *self);
KAD_API gint64 kad_ping_item_get_rtt_us (KadPingItem *self);

G_END_DECLS
