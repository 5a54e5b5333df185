/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node-config.h"
#include "kad-settings.h"

G_BEGIN_DECLS

/* What the command line of kadd says, over the settings. */
typedef struct
{
  const char *data;          /* the folder of state, or ":memory:"; NULL: the person's */
  const char *settings_file; /* or ":memory:"; NULL: GSettings' own place */
  const char *network;       /* NULL: as the settings say, and so on */
  const char *const *listen; /* NULL: likewise */
  const char *const *join;   /* NULL: likewise */
  int idle_exit_s;           /* 0: never; -1: as the settings say */
  KadPrivateKey *key;        /* NULL: that of the data */
  guint latency_ms;          /* of the transport "memory" */
  guint latency_from_ms;     /* likewise */
  const char *beside;        /* the network of the companion; NULL: as the settings say */
} KadServiceOptions;

/* Where the companion has its state, below the service's folder. */
#define KAD_COMPANION_FOLDER "lan"

/* What the node shall be, now: the command line, and under it the settings. A setting that cannot
 * be used is left out and told; the rest holds. */
typedef struct _KadNodePlan KadNodePlan;

struct _KadNodePlan
{
  KadNodeConfig *config;
  char *network;
  KadMode mode;
  char *text;             /* of all but the mode: two plans with the same are the same node */
  gboolean has_bootstrap; /* somebody is there to be joined */
  char **problems;        /* "SETTING: what is wrong", the companion's among them */
  KadNodePlan *beside;    /* (owned) (nullable): of the companion, in `text`, too */
};

/* Errors: InvalidArgument, InvalidAddress, LimitReached: the command line is wrong, or the network
 * in the settings is none; no other may take its place. */
KadNodePlan *kad_node_plan_new (KadSettings *settings, const KadServiceOptions *options,
                                GError **error);
void kad_node_plan_free (KadNodePlan *self);
/* Whether the command line can be used. */
gboolean kad_service_options_check (const KadServiceOptions *options, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadNodePlan, kad_node_plan_free)

G_END_DECLS
