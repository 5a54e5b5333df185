/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-requests.h"

G_BEGIN_DECLS

/* Polite peers: each asks one FIND_NODE at a time, one every few milliseconds, and how long each
 * answer took is kept. */
typedef struct
{
  BenchRequests requests;
  GArray *latencies_us; /* (element-type gint64) sorted by bench_latency_get() */
  GPtrArray *askers;
} BenchLatency;

void bench_latency_init (BenchLatency *self, BenchLoad *load);
void bench_latency_clear (BenchLatency *self);
void bench_latency_add (BenchLatency *self, BenchPeer *peer);
/* Asks for so long. What was measured before is forgotten. */
void bench_latency_run (BenchLatency *self, gint64 interval_us, gint64 duration_us);
/* The latency that @percent of all are within. */
gint64 bench_latency_get (BenchLatency *self, guint percent);

G_END_DECLS
