/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"
#include "kad-infos.h"

G_BEGIN_DECLS

#define KAD_TYPE_TABLE_ITEM (kad_table_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadTableItem, kad_table_item, KAD, TABLE_ITEM, KadItem)

KAD_API const char *kad_table_item_get_peer (KadTableItem *self);
KAD_API guint kad_table_item_get_bucket (KadTableItem *self);
KAD_API char **kad_table_item_dup_addresses (KadTableItem *self);
KAD_API const char *kad_table_item_get_agent (KadTableItem *self);
KAD_API KadPeerState kad_table_item_get_state (KadTableItem *self);

G_END_DECLS
