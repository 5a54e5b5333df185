/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_IDENTITY_ITEM (kad_identity_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadIdentityItem, kad_identity_item, KAD, IDENTITY_ITEM, KadItem)

KAD_API const char *kad_identity_item_get_peer (KadIdentityItem *self);
KAD_API const char *kad_identity_item_get_agent (KadIdentityItem *self);
KAD_API const char *kad_identity_item_get_protocol_version (KadIdentityItem *self);
KAD_API char **kad_identity_item_dup_protocols (KadIdentityItem *self);
KAD_API char **kad_identity_item_dup_addresses (KadIdentityItem *self);
KAD_API const char *kad_identity_item_get_observed_address (KadIdentityItem *self);

G_END_DECLS
