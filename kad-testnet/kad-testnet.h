/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

#define KAD_MAX_TESTNET_NODES 1000

/* Many server nodes in one process, each with its own identity, joined through the first one. */
typedef struct _KadTestnet KadTestnet;

/* What a testnet is made of. */
typedef struct
{
  guint n_nodes;
  guint port;           /* of the first node; the others follow; 0: the system picks */
  gboolean in_memory;   /* no sockets: @port is the number of an address /memory/N */
  guint n_at_once;      /* that start side by side; 0: as many as do on sockets */
  gboolean is_lenient;  /* who cannot join is no reason to end: it goes on trying */
  const char *protocol; /* (nullable) */
  gboolean has_seed;
  guint64 seed;
} KadTestnetPlan;

/**
 * KadTestnetHost:
 * @on_listening: a node listens; in the order of their numbers
 * @on_ready: all of them have joined
 * @on_failed: it cannot become ready (transfer none)
 * @configure: (nullable): has the last word on what a node shall be, its key included
 */
typedef struct
{
  void (*on_listening) (KadNode *node, guint number, gpointer user_data);
  void (*on_ready) (gpointer user_data);
  void (*on_failed) (const GError *error, gpointer user_data);
  gboolean (*configure) (KadNodeConfig *config, guint number, gpointer user_data, GError **error);
} KadTestnetHost;

KadTestnet *kad_testnet_new (const KadTestnetPlan *plan, const KadTestnetHost *host,
                             gpointer user_data, GError **error);
void kad_testnet_start (KadTestnet *self);
/* A node that lives; NotFound for a number that is none or was killed. */
KadNode *kad_testnet_get_node (KadTestnet *self, guint64 number, GError **error);
/* Stops nodes and forgets them; calls @callback when they are gone. All numbers must live. */
void kad_testnet_kill (KadTestnet *self, const guint *numbers, guint n_numbers, GTask *task);
/* A node takes the place of one that was killed, whose end was told. Nobody is told of its start.
 */
gboolean kad_testnet_renew (KadTestnet *self, guint number, GError **error);
/* The key of a node that has none of its own by @configure. (transfer full) */
KadPrivateKey *kad_testnet_new_key (guint64 seed, guint number);
/* Stops all of them and waits. */
void kad_testnet_stop (KadTestnet *self);
void kad_testnet_free (KadTestnet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadTestnet, kad_testnet_free)

G_END_DECLS
