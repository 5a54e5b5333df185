/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

#define KAD_TYPE_RECORD_ITEM (kad_record_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadRecordItem, kad_record_item, KAD, RECORD_ITEM, KadItem)

KAD_API GBytes *kad_record_item_dup_key (KadRecordItem *self);
KAD_API GBytes *kad_record_item_dup_value (KadRecordItem *self);
KAD_API const char *kad_record_item_get_from (KadRecordItem *self);

G_END_DECLS
