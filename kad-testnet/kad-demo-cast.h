/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node-config.h"

G_BEGIN_DECLS

/* How many identities a place in a demonstration has: who leaves comes back as the next one. So the
 * network of days is no larger than that of minutes. */
#define KAD_DEMO_GENERATIONS 4
/* One way. As good as dead: whoever connects waits in vain. */
#define KAD_DEMO_SILENT_MS 60000

/* Who the nodes of a demonstration are. The same for the same seed, number and generation, and as
 * unlike one another as those of real networks are. */

/* (transfer full) */
KadPrivateKey *kad_demo_cast_new_key (guint64 seed, guint number, guint generation);
/* How it calls itself. (transfer none) */
const char *kad_demo_cast_get_agent (guint64 seed, guint number, guint generation);
/* How far away it is, in milliseconds one way: most are near, a few are a second away and more. */
guint kad_demo_cast_get_latency (guint64 seed, guint number, guint generation);

/* A value that the network keeps. */
typedef struct
{
  const char *key; /* as text */
  const char *value;
} KadDemoRecord;

/* Something that some of its nodes have. */
typedef struct
{
  const char *key;  /* as text */
  guint percentage; /* of the nodes that have it; at least one does */
} KadDemoContent;

/* (array length=n) */
const KadDemoRecord *kad_demo_cast_get_records (guint *n);
const KadDemoContent *kad_demo_cast_get_contents (guint *n);

G_END_DECLS
