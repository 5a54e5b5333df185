/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-rates.h"

/*
 * A bucket is one number: the moment at which it is full again. Whoever takes one moves it by
 * what one takes to come back, as long as it is no more than a bucket away. A bucket that is full
 * says nothing, so those peers are forgotten as others come; with KAD_MAX_RATED_PEERS that
 * are not full, the one that took something longest ago.
 */

typedef struct
{
  KadPeerId id;
  gint64 full_us[KAD_N_RATES];
  GList link;
} Rate;

struct _KadRates
{
  gint64 interval_us[KAD_N_RATES];
  guint max_peers;
  GHashTable *rates; /* of KadPeerId inside the rate to Rate; never iterated */
  GQueue used;       /* of Rate, the one that took something longest ago first */
};

/**
 * kad_rates_new: (skip)
 * @per_second: how many of each kind come back in a second
 * @max_peers: how many peers are remembered
 *
 * Returns: (transfer full): rates that nobody has used
 */
KadRates *
kad_rates_new (const guint per_second[KAD_N_RATES], guint max_peers)
{
  KadRates *self = g_new0 (KadRates, 1);

  for (guint i = 0; i < KAD_N_RATES; i++)
    self->interval_us[i] = KAD_USEC_PER_SEC / CLAMP (per_second[i], 1, 1000000);
  self->max_peers = max_peers;
  self->rates = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL, g_free);
  g_queue_init (&self->used);
  return self;
}

/**
 * kad_rates_free: (skip)
 * @self: (transfer full): rates
 */
void
kad_rates_free (KadRates *self)
{
  g_hash_table_unref (self->rates);
  g_free (self);
}

static void
forget_oldest (KadRates *self)
{
  Rate *oldest = self->used.head->data;

  g_queue_unlink (&self->used, &oldest->link);
  g_hash_table_remove (self->rates, &oldest->id);
}

static Rate *
ensure (KadRates *self, const KadPeerId *peer)
{
  Rate *rate = g_hash_table_lookup (self->rates, peer);

  if (rate != NULL)
    {
      g_queue_unlink (&self->used, &rate->link);
    }
  else
    {
      if (self->used.length >= self->max_peers)
        forget_oldest (self);
      rate = g_new (Rate, 1);
      *rate = (Rate){ .id = *peer, .link.data = rate };
      for (guint i = 0; i < KAD_N_RATES; i++)
        rate->full_us[i] = G_MININT64;
      g_hash_table_insert (self->rates, &rate->id, rate);
    }
  g_queue_push_tail_link (&self->used, &rate->link);
  return rate;
}

/**
 * kad_rates_take: (skip)
 * @self: rates
 * @peer: who wants something
 * @kind: of which kind
 * @now_us: the time
 *
 * Returns: whether it may have it
 */
gboolean
kad_rates_take (KadRates *self, const KadPeerId *peer, KadRateKind kind, gint64 now_us)
{
  Rate *rate = ensure (self, peer);
  gint64 full_us = kad_time_add (MAX (rate->full_us[kind], now_us), self->interval_us[kind]);

  if (full_us > kad_time_add (now_us, KAD_RATE_BURST_US))
    return FALSE;
  rate->full_us[kind] = full_us;
  return TRUE;
}

/**
 * kad_rates_get_size: (skip)
 * @self: rates
 *
 * Returns: how many peers it remembers
 */
guint
kad_rates_get_size (KadRates *self)
{
  return self->used.length;
}
