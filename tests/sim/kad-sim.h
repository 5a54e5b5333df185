/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-engine.h"

G_BEGIN_DECLS

/* Many engines over a network that exists only as a heap of events in virtual
 * time. One seed decides everything: latencies, losses, ids. Whatever an engine says is
 * checked against the invariants of the project's quality page (I1 to I8) as it is said;
 * a broken one aborts the test. */
typedef struct _KadSim KadSim;

typedef struct
{
  guint64 seed;
  gint64 min_latency_us; /* one way */
  gint64 max_latency_us;
  guint loss_percent;         /* requests that are reset instead of answered */
  guint max_connections;      /* of a node, the oldest closes; 0: no limit */
  gboolean dead_silent;       /* dials to the dead time out instead of being refused */
  guint k;                    /* 0: the default */
  gint64 refresh_interval_us; /* 0: the default */
} KadSimConfig;

/* @seed, moved by KAD_SIM_SEED of the environment: a sweep runs the same tests with others. */
guint64 kad_sim_seed (guint64 seed);
KadSim *kad_sim_new (const KadSimConfig *config);
void kad_sim_free (KadSim *self);

/* A node that knows nobody. */
guint kad_sim_add_node (KadSim *self, KadMode mode);
/* Starts a bootstrap through @via; 0 is never one's own number here. */
KadQueryId kad_sim_join (KadSim *self, guint node, guint via);
/* Adds @n server nodes, and joins each through the first. */
void kad_sim_grow (KadSim *self, guint n);
/* Tables as they would be after a long time: k of each bucket's range, by chance. */
void kad_sim_fill_ideal (KadSim *self);
/* Gone without a word. */
void kad_sim_kill (KadSim *self, guint node);
/* Its machine sleeps: nothing reaches it, and its time goes on. */
void kad_sim_sleep (KadSim *self, guint node);
/* Its machine wakes up. That its connections are dead is found in two seconds. */
void kad_sim_resume (KadSim *self, guint node);
/* Answers come so much later. */
void kad_sim_set_slow (KadSim *self, guint node, gint64 min_us, gint64 max_us);
/* Takes requests and never answers. */
void kad_sim_set_mute (KadSim *self, guint node, gboolean mute);
void kad_sim_set_loss (KadSim *self, guint percent);

void kad_sim_run_for (KadSim *self, gint64 duration_us);
gint64 kad_sim_get_now (const KadSim *self);
guint kad_sim_get_n_nodes (const KadSim *self);
gboolean kad_sim_is_alive (const KadSim *self, guint node);
KadEngine *kad_sim_get_engine (KadSim *self, guint node);
/* After calls to its engine from outside: what it wants done is done. */
void kad_sim_poke (KadSim *self, guint node);
const KadPeerId *kad_sim_get_id (const KadSim *self, guint node);
KadRandom *kad_sim_get_random (KadSim *self);
/* TABLE_REMOVED of nodes that lived. */
guint kad_sim_get_n_wronged (const KadSim *self);
/* Of everything that any engine said, in order. */
guint64 kad_sim_get_trace_hash (const KadSim *self);
guint64 kad_sim_get_n_requests (const KadSim *self);

/* Runs until the query has ended. (element-type KadEvent) its steps, the last one last. */
GPtrArray *kad_sim_query (KadSim *self, guint node, const KadQuerySpec *spec);
KadEvent *kad_sim_last_step (GPtrArray *steps);

/* ---- kad-sim-check.c ---- */

/* The @k living servers closest to @key, nearest first, without @except; numbers of nodes. */
GArray *kad_sim_closest (KadSim *self, GBytes *key, guint k, guint except);
/* TRUE: the peers are exactly these, in this order. */
gboolean kad_sim_is_same (KadSim *self, GPtrArray *infos, GArray *nodes);
/* closest-peers from @node, compared with brute force. */
gboolean kad_sim_lookup_is_exact (KadSim *self, guint node, GBytes *key);
GBytes *kad_sim_random_key (KadSim *self);
guint kad_sim_random_living (KadSim *self);
/* I1 for every table. */
void kad_sim_check_tables (KadSim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadSim, kad_sim_free)

G_END_DECLS
