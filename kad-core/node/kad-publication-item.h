/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"
#include "kad-publication-row.h"

G_BEGIN_DECLS

#define KAD_TYPE_PUBLICATION_ITEM (kad_publication_item_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadPublicationItem, kad_publication_item, KAD, PUBLICATION_ITEM, KadItem)

KAD_API KadPublicationKind kad_publication_item_get_kind (KadPublicationItem *self);
KAD_API GBytes *kad_publication_item_dup_key (KadPublicationItem *self);
KAD_API const char *kad_publication_item_get_tag (KadPublicationItem *self);
KAD_API gboolean kad_publication_item_is_persistent (KadPublicationItem *self);
KAD_API gboolean kad_publication_item_is_running (KadPublicationItem *self);
KAD_API gint64 kad_publication_item_get_created_us (KadPublicationItem *self);
KAD_API gint64 kad_publication_item_get_last_run_us (KadPublicationItem *self);
KAD_API gint64 kad_publication_item_get_next_run_us (KadPublicationItem *self);
KAD_API guint kad_publication_item_get_stored (KadPublicationItem *self);
KAD_API guint kad_publication_item_get_wanted (KadPublicationItem *self);
KAD_API guint kad_publication_item_get_n_failures (KadPublicationItem *self);
KAD_API const char *kad_publication_item_get_problem (KadPublicationItem *self);

G_END_DECLS
