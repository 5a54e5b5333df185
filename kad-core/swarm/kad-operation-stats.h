/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names that have statistics of their own; later ones share "other". */
#define KAD_MAX_OPERATION_NAMES 128

/* How long the runs of each command take, and how many fail. */
typedef struct _KadOperationStats KadOperationStats;

KadOperationStats *kad_operation_stats_new (void);
void kad_operation_stats_free (KadOperationStats *self);
/* @error: (nullable): what the run ended with; one that was cancelled is no failure. */
void kad_operation_stats_note (KadOperationStats *self, const char *command, gint64 duration_us,
                               const GError *error);
/* Floating `aa{sv}`, by name: command s, count t, failures t, cancelled t, mean_us, p50_us, p95_us,
 * min_us, max_us x. */
GVariant *kad_operation_stats_print (KadOperationStats *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadOperationStats, kad_operation_stats_free)

G_END_DECLS
