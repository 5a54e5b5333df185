/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-load.h"
#include "kad-stream.h"

G_BEGIN_DECLS

/* FIND_NODE after FIND_NODE, for ever: a reply that is whole and right is answered by
 * the next request at once. */

typedef struct
{
  BenchLoad *load;
  guint depth;             /* requests in flight on each connection */
  gboolean is_new_streams; /* each request on a stream of its own */
  guint64 n_replies;
  guint64 random; /* state of the keys' generator */
  KadStreamProtocol *protocol;
} BenchRequests;

void bench_requests_init (BenchRequests *self, BenchLoad *load, guint depth,
                          gboolean is_new_streams);
void bench_requests_clear (BenchRequests *self);
/* One request on a stream of `protocol`. */
void bench_requests_ask (BenchRequests *self, KadStream *stream);
/* How many peers a right reply has, with two addresses each: 20 until it is told. */
void bench_requests_expect (guint n_peers);
/* Ends the program if it is not the right reply. */
void bench_requests_check (const guint8 *frame, gsize len);
/* Begins to ask on the connection of @peer. */
void bench_requests_start (BenchRequests *self, BenchPeer *peer);

G_END_DECLS
