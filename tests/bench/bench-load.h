/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <netinet/in.h>

#include "kad-connection.h"
#include "kad-exchange.h"
#include "kad-private-key.h"
#include "kad-reactor.h"

G_BEGIN_DECLS

/* Our side of a measurement: many peers, each with an identity of its own, that dial one
 * server and are clients of the DHT (nothing they do changes the server's table). The same for
 * every server, so that what it costs cancels out. Trouble ends the program: a run
 * with a failure in it is no measurement. */

typedef struct _BenchLoad BenchLoad;

typedef struct
{
  BenchLoad *load;
  KadPrivateKey *key;
  KadNoiseIdentity *identity;
  KadConnection *connection; /* (nullable) */
  guint index;
  gboolean has_heard; /* the server's identify came */
  gboolean has_told;  /* ours went */
  gboolean is_leaving;
} BenchPeer;

/* Identified in both directions and without streams, once for each dial. */
typedef void (*BenchReadyFunc) (BenchPeer *peer, gpointer user_data);

struct _BenchLoad
{
  GMainContext *context;
  KadReactor *reactor;
  KadExchange *exchange;
  struct sockaddr_in server;
  GPtrArray *dirty;     /* (element-type KadConnection) */
  GPtrArray *graveyard; /* (element-type KadConnection) */
  GPtrArray *fresh;     /* (element-type BenchPeer) dialled, not ready */
  guint n_open;
  BenchReadyFunc ready;
  gpointer user_data;
};

/* @address: "/ip4/127.B.C.D/tcp/PORT", with or without /p2p/ID: loopback only. */
void bench_load_init (BenchLoad *self, const char *address);
void bench_load_clear (BenchLoad *self);
void bench_load_set_ready_func (BenchLoad *self, BenchReadyFunc ready, gpointer user_data);
/* One turn of the loop, which may wait. */
void bench_load_turn (BenchLoad *self);
/* Turns until that time on the monotonic clock. */
void bench_load_run_until (BenchLoad *self, gint64 until_us);

BenchPeer *bench_peer_new (BenchLoad *load, guint index);
void bench_peer_free (BenchPeer *self);
void bench_peer_dial (BenchPeer *self);
/* Ends the connection with a RST, so that no TIME_WAIT is left on either side. */
void bench_peer_hang_up (BenchPeer *self);

/* @n peers, dialled @in_flight at a time, all of them ready. (element-type BenchPeer) */
GPtrArray *bench_load_connect (BenchLoad *self, guint first, guint n, guint in_flight);

void bench_die (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

G_END_DECLS
