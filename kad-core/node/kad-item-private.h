/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-item.h"

G_BEGIN_DECLS

/* What is not there, or of another type, is NULL, empty or @fallback. */
const char *kad_item_get_text (KadItem *self, const char *name);
char **kad_item_dup_texts (KadItem *self, const char *name);
GBytes *kad_item_dup_bytes (KadItem *self, const char *name);
gboolean kad_item_get_flag (KadItem *self, const char *name);
/* The message of an error. */
const char *kad_item_get_problem (KadItem *self, const char *name);
guint kad_item_get_number (KadItem *self, const char *name);
gint64 kad_item_get_time (KadItem *self, const char *name, gint64 fallback);

G_END_DECLS
