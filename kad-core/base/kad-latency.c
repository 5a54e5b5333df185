/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-latency.h"

#include <string.h>

/*
 * Below 64 us each microsecond has a bucket of its own; above, each power of two has
 * KAD_LATENCY_PARTS. A bucket stands for its middle, which is off by half its width: a 64th of
 * the value. Percentiles of a few outliers in a million stay right, which those of a sample
 * would not.
 */

#define EXACT 64
#define EXACT_BITS 6

static guint
find_bucket (guint64 value)
{
  guint power, part;

  if (value < EXACT)
    return (guint) value;
  power = g_bit_storage (value) - 1;
  part = (guint) (value >> (power - 5)) - KAD_LATENCY_PARTS;
  return EXACT + (power - EXACT_BITS) * KAD_LATENCY_PARTS + part;
}

static gint64
get_middle (guint bucket)
{
  guint shift, part;

  if (bucket < EXACT)
    return bucket;
  shift = (bucket - EXACT) / KAD_LATENCY_PARTS + 1;
  part = (bucket - EXACT) % KAD_LATENCY_PARTS + KAD_LATENCY_PARTS;
  return ((gint64) part << shift) + (G_GINT64_CONSTANT (1) << shift) / 2;
}

void
kad_latency_reset (KadLatency *self)
{
  memset (self, 0, sizeof *self);
}

void
kad_latency_add (KadLatency *self, gint64 duration_us)
{
  gint64 value = CLAMP (duration_us, 0, KAD_MAX_LATENCY_US - 1);
  guint bucket = find_bucket ((guint64) value);

  self->min_us = self->count == 0 ? value : MIN (self->min_us, value);
  self->max_us = MAX (self->max_us, value);
  self->count++;
  if (!g_uint64_checked_add (&self->sum_us, self->sum_us, (guint64) value))
    self->sum_us = G_MAXUINT64;
  if (self->buckets[bucket] < G_MAXUINT32)
    self->buckets[bucket]++;
}

gint64
kad_latency_get_mean (const KadLatency *self)
{
  return self->count == 0 ? 0 : (gint64) (self->sum_us / self->count);
}

gint64
kad_latency_get_quantile (const KadLatency *self, double quantile)
{
  guint64 total = 0, wanted, seen = 0;

  for (guint i = 0; i < KAD_LATENCY_BUCKETS; i++)
    total += self->buckets[i];
  if (total == 0)
    return 0;
  /* The smallest one that so many do not exceed. */
  wanted = (guint64) (CLAMP (quantile, 0, 1) * (double) total);
  if ((double) wanted < CLAMP (quantile, 0, 1) * (double) total || wanted == 0)
    wanted++;
  for (guint i = 0; i < KAD_LATENCY_BUCKETS; i++)
    {
      seen += self->buckets[i];
      if (seen >= wanted)
        return CLAMP (get_middle (i), self->min_us, self->max_us);
    }
  return self->max_us;
}
