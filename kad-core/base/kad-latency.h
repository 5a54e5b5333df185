/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each power of two is cut into so many equal parts: a value is off by a 64th of itself at most. */
#define KAD_LATENCY_PARTS 32
/* What takes longer is counted as this: 12 days. */
#define KAD_MAX_LATENCY_US (G_GINT64_CONSTANT (1) << 40)
#define KAD_LATENCY_BUCKETS (64 + 34 * KAD_LATENCY_PARTS)

/* How long something takes, from many measurements: a histogram of one size (4.6 KiB), however
 * many there are. One thread. */
typedef struct
{
  guint64 count;
  gint64 min_us, max_us; /* exact; 0 while there are none */
  guint64 sum_us;        /* saturates */
  guint32 buckets[KAD_LATENCY_BUCKETS];
} KadLatency;

void kad_latency_reset (KadLatency *self);
/* A negative duration is taken as none. */
void kad_latency_add (KadLatency *self, gint64 duration_us);
/* 0 while there are none. */
gint64 kad_latency_get_mean (const KadLatency *self);
/* The duration that a part of @quantile (0 to 1) did not exceed, within 1.6 %, and never outside
 * of what was measured. 0 while there are none. */
gint64 kad_latency_get_quantile (const KadLatency *self, double quantile);

G_END_DECLS
