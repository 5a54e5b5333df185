/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-id.h"
#include "kad-time.h"

G_BEGIN_DECLS

/* Peers whose rates are remembered. */
#define KAD_MAX_RATED_PEERS 16384
/* What a peer did not use for so long it may use at once. */
#define KAD_RATE_BURST_US (16 * KAD_USEC_PER_SEC)

typedef enum
{
  KAD_RATE_PUT,
  KAD_RATE_PROVIDE,
  KAD_N_RATES,
} KadRateKind;

/* How often each peer may have something stored: a token bucket for each peer and
 * kind, kept beyond its connection, so that a new one is no new start. */
typedef struct _KadRates KadRates;

/* @per_second: by kind, at least 1, at most 1,000,000. */
KadRates *kad_rates_new (const guint per_second[KAD_N_RATES], guint max_peers);
void kad_rates_free (KadRates *self);
/* Takes one. FALSE: none is left, and nothing was taken. */
gboolean kad_rates_take (KadRates *self, const KadPeerId *peer, KadRateKind kind, gint64 now_us);
guint kad_rates_get_size (KadRates *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadRates, kad_rates_free)

G_END_DECLS
