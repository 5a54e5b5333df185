/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-command-registry.h"
#include "kad-dispatcher.h"
#include "kad-error.h"

G_BEGIN_DECLS

/* A swarm that does nothing but remember what it was asked: the test itself raises the
 * events. Ids count from 1. */
#define FAKE_TYPE_SWARM (fake_swarm_get_type ())
G_DECLARE_FINAL_TYPE (FakeSwarm, fake_swarm, FAKE, SWARM, GObject)

/* Who is about in these tests. */
#define FAKE_PEER_A "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
#define FAKE_PEER_B "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"

struct _FakeSwarm
{
  GObject parent_instance;

  KadQueryId last_id;
  GPtrArray *calls;        /* (element-type utf8) "start-query closest-peers", "cancel 1", ... */
  KadQuerySpec spec;       /* of the last query; its bytes are owned */
  KadEndpoint *endpoint;   /* of the last dial, ping, identify or ask */
  KadMessage *request;     /* of the last ask */
  gint64 timeout_us;       /* of the last call that had one */
  GError *refusal;         /* what synchronous calls fail with, if set */
  GPtrArray *table;        /* what dup_table() gives, once */
  GPtrArray *connections;  /* likewise */
  GPtrArray *buckets;      /* likewise */
  GPtrArray *publications; /* likewise */
  KadPublicationRow *published; /* of the last publish and unpublish, as asked */
  const char *stats;            /* text of what dup_stats() gives; NULL: nothing */
  const char *reachability;     /* likewise */
  gboolean is_joining;          /* what renew() says */
  guint n_testing;              /* likewise */
  guint64 freed_bytes;          /* what free_memory() says */
  GPtrArray *queries;           /* likewise */
  GPtrArray *held;              /* likewise, for records and providers */
};

FakeSwarm *fake_swarm_new (void);
/* The last call, "" if there was none. */
const char *fake_swarm_get_last_call (FakeSwarm *self);
gboolean fake_swarm_has_call (FakeSwarm *self, const char *call);

/* A dispatcher on a fake swarm, and what one run of a command gave. */
typedef struct
{
  FakeSwarm *swarm;
  KadDispatcher *dispatcher;
  guint64 run;
  GPtrArray *results; /* (element-type GVariant) */
  GVariant *summary;
  GError *error;
  guint n_done;
  GString *progress;    /* " done/total" each time that it was told */
  guint64 cancel_after; /* cancel the run when it has given so many results; 0: never */
} FakeBench;

void fake_bench_init (FakeBench *self);
void fake_bench_clear (FakeBench *self);
/* Makes and runs a command at the time 0. @options: text form of an `a{sv}`, NULL for none. */
void fake_bench_run (FakeBench *self, const char *command, const char *options);
/* The same for a handler made otherwise. */
void fake_bench_run_handler (FakeBench *self, KadCommandHandler *handler);
/* Expects that the command cannot be made, and gives the error. */
GError *fake_bench_refuse (const char *command, const char *options);
/* A progress event of the swarm's last query. */
KadEvent *fake_bench_new_event (FakeBench *self);
void fake_bench_deliver (FakeBench *self, KadEvent *event);
/* Ends the last query. */
void fake_bench_end (FakeBench *self, KadOutcome outcome);
void fake_bench_end_with_error (FakeBench *self, GError *error);
/* "{'peer': <'..'>, ..}" of the result number @index. */
char *fake_bench_dup_result (FakeBench *self, guint index);
void fake_bench_assert_error (FakeBench *self, KadError code);
const char *fake_bench_get_outcome (FakeBench *self);
guint fake_bench_get_number (FakeBench *self, const char *name);

KadPeerInfo *fake_peer_new (const char *peer, ...) G_GNUC_NULL_TERMINATED;
void fake_peer_id (KadPeerId *self, const char *peer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FakeBench, fake_bench_clear)

G_END_DECLS
