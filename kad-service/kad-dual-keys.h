/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-dual-merge.h"

G_BEGIN_DECLS

/* What provide-many gives in two networks, made one: each key is told once, as soon as one network
 * took it; and that nobody did when both have said so, or when the other one has nothing more to
 * say. For kad-dual-merge.c. */
typedef struct _KadDualKeys KadDualKeys;

KadDualKeys *kad_dual_keys_new (KadDualMergeFunc func, gpointer user_data);
void kad_dual_keys_free (KadDualKeys *self);
/* @row: `a{sv}`, with "network" */
void kad_dual_keys_add (KadDualKeys *self, gboolean is_lan, GVariant *row);
/* That network has nothing more to say. */
void kad_dual_keys_end_network (KadDualKeys *self, gboolean is_lan);
/* "keys", "published" and "failed" of both together. */
void kad_dual_keys_add_summary (KadDualKeys *self, GVariantDict *summary);

G_END_DECLS
