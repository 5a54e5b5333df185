/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

#define KAD_MIN_DEMO_NODES 2
#define KAD_MAX_DEMO_NODES 500
#define KAD_DEMO_NETWORK "private:demo"
/* Where whoever joins a demonstration listens. */
#define KAD_DEMO_OWN_ADDRESS "/memory/4000"
/* And how far away that is, one way, and from when on. */
#define KAD_DEMO_OWN_LATENCY_MS 60
#define KAD_DEMO_OWN_GRACE_MS 5000

/* A living network in this process, over the transport memory: it opens no socket. Its nodes come
 * and go, are near and far, have things and keep records, and all of it follows from a seed. Main
 * thread only. */
typedef struct _KadDemo KadDemo;

/**
 * KadDemoHost:
 * @on_open: the first node is there, and can be joined
 * @on_ready: all of them are there, if not joined yet; from now on they come and go
 * @on_failed: it cannot be (transfer none)
 */
typedef struct
{
  void (*on_open) (gpointer user_data);
  void (*on_ready) (gpointer user_data);
  void (*on_failed) (const GError *error, gpointer user_data);
} KadDemoHost;

/* @n_nodes: KAD_MIN_DEMO_NODES to KAD_MAX_DEMO_NODES */
KadDemo *kad_demo_new (guint n_nodes, guint64 seed, const KadDemoHost *host, gpointer user_data,
                       GError **error);
void kad_demo_start (KadDemo *self);
/* Stops all of it, running the default main context. */
void kad_demo_stop (KadDemo *self);
void kad_demo_free (KadDemo *self);

/* Whom to join by: who never leaves. Known before it starts. (transfer full) */
char *kad_demo_dup_bootstrap (KadDemo *self);
/* The key of who joins it. (transfer full) */
KadPrivateKey *kad_demo_new_own_key (KadDemo *self);
guint kad_demo_get_n_nodes (KadDemo *self);
/* The source of all choices. (transfer none) */
GRand *kad_demo_get_rand (KadDemo *self);
/* One that takes commands, at random; NULL: it has just left, or is not there yet. (transfer none)
 * (nullable) */
KadNode *kad_demo_pick_node (KadDemo *self);
/* Any that was there, perhaps one that has left. (transfer full) */
char *kad_demo_pick_peer (KadDemo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDemo, kad_demo_free)

G_END_DECLS
