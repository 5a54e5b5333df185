/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-query-spec.h"
#include "kad-query-stats.h"

G_BEGIN_DECLS

#define KAD_TYPE_QUERY_ROW (kad_query_row_get_type ())

/**
 * KadQueryRow:
 * @query: which query
 * @kind: its kind
 * @key: (nullable): what it is about, as on the wire
 * @run: the run of the command that it belongs to; 0: the node's own
 * @command: (nullable): the name of that command
 * @started_us: when it began, monotonic microseconds
 * @stats: what it did so far
 * @alpha: how many requests it makes at a time
 *
 * A query at work, as it was when somebody looked. Made by the library only; later versions add
 * fields at its end.
 */
typedef struct
{
  KadQueryId query;
  KadQueryKind kind;
  GBytes *key;
  guint64 run;
  char *command;
  gint64 started_us;
  KadQueryStats stats;
  guint alpha;
} KadQueryRow;

KAD_API GType kad_query_row_get_type (void);

KAD_API KadQueryRow *kad_query_row_new (KadQueryId query, KadQueryKind kind);
KAD_API KadQueryRow *kad_query_row_copy (const KadQueryRow *self);
KAD_API void kad_query_row_free (KadQueryRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadQueryRow, kad_query_row_free)

G_END_DECLS
