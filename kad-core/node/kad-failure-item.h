/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_FAILURE_ITEM (kad_failure_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadFailureItem, kad_failure_item, KAD, FAILURE_ITEM, KadItem)

KAD_API const char *kad_failure_item_get_peer (KadFailureItem *self);
KAD_API const char *kad_failure_item_get_reason (KadFailureItem *self);

G_END_DECLS
