/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-key.h"
#include "kad-time.h"

G_BEGIN_DECLS

/* Lookups that are remembered; the oldest is forgotten. */
#define KAD_MAX_SIZE_SAMPLES 256
/* For how long. */
#define KAD_SIZE_SAMPLE_AGE_US (2 * KAD_USEC_PER_HOUR)
/* With fewer peers a lookup says nothing. */
#define KAD_MIN_SIZE_PEERS 4

typedef struct
{
  double estimate; /* servers, without ourselves; 0: not known */
  double std_error;
  guint n_samples;  /* lookups that it is made of */
  gint64 newest_us; /* when the last of them ended; 0: there is none */
} KadNetworkSizeEstimate;

/* How many servers there are, from how near the peers are that lookups end with. No I/O. */
typedef struct _KadNetworkSize KadNetworkSize;

KadNetworkSize *kad_network_size_new (void);
void kad_network_size_free (KadNetworkSize *self);
/* A lookup that converged: the @n_peers closest to @target that live, of which @farthest is the
 * last. Of two with one target the later counts. Fewer than KAD_MIN_SIZE_PEERS are ignored. */
void kad_network_size_add (KadNetworkSize *self, const KadKey *target, const KadKey *farthest,
                           guint n_peers, gint64 now_us);
/* A lookup that found everybody there is, because they are fewer than it wanted, and each of them
 * answered. */
void kad_network_size_add_whole (KadNetworkSize *self, const KadKey *target, guint n_peers,
                                 gint64 now_us);
void kad_network_size_get (KadNetworkSize *self, gint64 now_us, KadNetworkSizeEstimate *estimate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadNetworkSize, kad_network_size_free)

G_END_DECLS
