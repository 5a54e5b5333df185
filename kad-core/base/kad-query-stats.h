/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/* What a query did so far. Copy by assignment. */
typedef struct
{
  guint requests;     /* sent */
  guint successes;    /* answered (or, without an answer, written) */
  guint failures;     /* refused, reset, timed out, not dialled */
  guint heard;        /* peers known to the query */
  guint waiting;      /* requests in flight */
  gint64 duration_us; /* since the query started */
} KadQueryStats;

/* Adds the counts; the duration is the longer one. */
KAD_API void kad_query_stats_merge (KadQueryStats *self, const KadQueryStats *other);

G_END_DECLS
