/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-info.h"
#include "kad-time.h"

G_BEGIN_DECLS

#define KAD_MAX_BUCKET_REPLACEMENTS 8
/* A newcomer that nobody has seen for so long makes room for another. */
#define KAD_REPLACEMENT_TTL_US KAD_USEC_PER_HOUR

typedef struct
{
  KadPeerInfo *info; /* (owned) */
  gint64 seen_us;
} KadReplacement;

/* One bucket of the routing table: who is in it, the one seen longest ago
 * first, and the newcomers that wait for a place. Members are numbers of the
 * table's slots. Plain struct inside the table. */
typedef struct
{
  guint32 *members;
  guint n_members;
  guint capacity;
  guint n_replacements;
  KadReplacement *replacements; /* the one seen longest ago first; NULL before the first */
  gint64 refreshed_us;          /* G_MININT64: never */
  gint64 changed_us;            /* who is in it; likewise */
} KadBucket;

void kad_bucket_init (KadBucket *self);
void kad_bucket_clear (KadBucket *self);

void kad_bucket_append (KadBucket *self, guint32 member);
void kad_bucket_touch (KadBucket *self, guint32 member);
void kad_bucket_remove (KadBucket *self, guint32 member);

gboolean kad_bucket_wait (KadBucket *self, KadPeerInfo *info, gint64 now_us);
gboolean kad_bucket_forget (KadBucket *self, const KadPeerId *peer);
KadPeerInfo *kad_bucket_steal_replacement (KadBucket *self, guint index);

G_END_DECLS
