/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_CONNECTION_ITEM (kad_connection_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadConnectionItem, kad_connection_item, KAD, CONNECTION_ITEM, KadItem)

KAD_API const char *kad_connection_item_get_peer (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_address (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_direction (KadConnectionItem *self);
KAD_API gint64 kad_connection_item_get_age_us (KadConnectionItem *self);
KAD_API guint kad_connection_item_get_streams (KadConnectionItem *self);
KAD_API gint64 kad_connection_item_get_rtt_us (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_agent (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_security (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_muxer (KadConnectionItem *self);
KAD_API const char *kad_connection_item_get_reason (KadConnectionItem *self);

G_END_DECLS
