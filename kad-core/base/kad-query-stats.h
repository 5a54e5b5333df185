/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

#define KAD_TYPE_QUERY_STATS (kad_query_stats_get_type ())

/**
 * KadQueryStats:
 * @requests: requests that were sent
 * @successes: those that were answered or, where there is no answer, written
 * @failures: those that were refused, reset or timed out, and peers that could not be dialled
 * @heard: peers that the query knows of
 * @waiting: requests that wait for their answer
 * @duration_us: microseconds since the query started
 *
 * What a query did so far. A small value: copy it by assignment. Its size is fixed; what is
 * counted later on will be asked for by functions.
 */
typedef struct
{
  guint requests;
  guint successes;
  guint failures;
  guint heard;
  guint waiting;
  gint64 duration_us;
} KadQueryStats;

KAD_API GType kad_query_stats_get_type (void);
KAD_API KadQueryStats *kad_query_stats_copy (const KadQueryStats *self);
KAD_API void kad_query_stats_free (KadQueryStats *self);

/* Adds the counts; the duration is the longer one. */
KAD_API void kad_query_stats_merge (KadQueryStats *self, const KadQueryStats *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadQueryStats, kad_query_stats_free)

G_END_DECLS
