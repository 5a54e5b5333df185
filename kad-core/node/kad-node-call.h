/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

/* What the typed calls share: results that come on the way are collected with the task; at the end
 * they and the last line are here. */
typedef struct
{
  GPtrArray *results; /* (element-type GVariant) */
  GVariant *summary;
} KadNodeCall;

/* @options is consumed. */
void kad_node_call_command (KadNode *self, const char *command, GVariantBuilder *options,
                            gpointer source_tag, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
/* Borrowed from the result's task; NULL with an error. */
KadNodeCall *kad_node_call_finish (KadNode *self, GAsyncResult *result, gpointer source_tag,
                                   GError **error);
/* Every result, as `aa{sv}`. */
GVariant *kad_node_call_dup_rows (KadNodeCall *self);

G_END_DECLS
