/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-network-size.h"

#include <math.h>

/*
 * Keys of peers are spread evenly, so the k closest to any target fill a ball whose part of the
 * key space is about k of N. Of N even points the k-th nearest is at a distance D (as a part of
 * the space) with E[(k - 1) / D] = N: each lookup is an estimate without bias, whose deviation is
 * N / sqrt(k - 2). Where the k - 1 nearer ones are says nothing more: given D, they lie anywhere
 * inside. So only the k-th is kept, and a lookup that found fewer peers weighs less.
 *
 * Lookups are not independent. Those to targets close together (a refresh of deep buckets, one
 * key asked for again) saw the same peers, and in a small network all did. A sample in whose ball
 * other targets lie shares its weight with them; what the weights leave of the peers seen is how
 * many different ones there were, which bounds the error from below. What the samples differ by
 * bounds it as well; the greater one is told.
 *
 * A network of no more than k peers has no k-th: there a lookup that heard of everybody and got
 * all their answers has counted them.
 */

typedef struct
{
  KadKey target;
  double distance; /* to the farthest, as a part of the key space; 0: n_peers are all there are */
  guint n_peers;
  gint64 when_us;
} Sample;

struct _KadNetworkSize
{
  GArray *samples; /* (element-type Sample) oldest first */
};

KadNetworkSize *
kad_network_size_new (void)
{
  KadNetworkSize *self = g_new0 (KadNetworkSize, 1);

  self->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  return self;
}

void
kad_network_size_free (KadNetworkSize *self)
{
  g_array_unref (self->samples);
  g_free (self);
}

static const Sample *
get_sample (const KadNetworkSize *self, guint i)
{
  return &g_array_index (self->samples, Sample, i);
}

static double
measure (const KadKey *a, const KadKey *b)
{
  return exp2 (kad_key_log2_distance (a, b) - KAD_KEY_BITS);
}

static void
drop_old (KadNetworkSize *self, gint64 now_us)
{
  guint n = 0;

  while (n < self->samples->len
         && kad_time_add (get_sample (self, n)->when_us, KAD_SIZE_SAMPLE_AGE_US) <= now_us)
    n++;
  if (n > 0)
    g_array_remove_range (self->samples, 0, n);
}

static void
add (KadNetworkSize *self, const Sample *sample)
{
  drop_old (self, sample->when_us);
  for (guint i = 0; i < self->samples->len; i++)
    if (kad_key_equal (&get_sample (self, i)->target, &sample->target))
      {
        g_array_remove_index (self->samples, i);
        break;
      }
  if (self->samples->len >= KAD_MAX_SIZE_SAMPLES)
    g_array_remove_index (self->samples, 0);
  g_array_append_val (self->samples, *sample);
}

void
kad_network_size_add (KadNetworkSize *self, const KadKey *target, const KadKey *farthest,
                      guint n_peers, gint64 now_us)
{
  Sample sample = { *target, measure (target, farthest), n_peers, now_us };

  if (n_peers >= KAD_MIN_SIZE_PEERS && sample.distance > 0)
    add (self, &sample);
}

void
kad_network_size_add_whole (KadNetworkSize *self, const KadKey *target, guint n_peers,
                            gint64 now_us)
{
  add (self, &(Sample){ *target, 0, n_peers, now_us });
}

/* How many targets lie in the sample's ball, its own included. */
static guint
count_overlaps (const KadNetworkSize *self, const Sample *sample)
{
  guint n = 0;

  for (guint i = 0; i < self->samples->len; i++)
    if (measure (&sample->target, &get_sample (self, i)->target) <= sample->distance)
      n++;
  return MAX (n, 1);
}

typedef struct
{
  double weight, sum, square; /* of all, weighted */
  double n_seen;              /* different peers */
  double square_weight;
} Sums;

static void
sum_up (const KadNetworkSize *self, Sums *sums)
{
  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = get_sample (self, i);
      double share = 1.0 / count_overlaps (self, sample);
      double weight = share * (sample->n_peers - 2);
      double value = (sample->n_peers - 1) / sample->distance;

      sums->weight += weight;
      sums->square_weight += weight * weight;
      sums->sum += weight * value;
      sums->square += weight * value * value;
      sums->n_seen += share * sample->n_peers;
    }
}

static double
get_std_error (const Sums *sums, double mean)
{
  double variance = MAX (sums->square / sums->weight - mean * mean, 0);
  double spread = sqrt (variance * sums->square_weight) / sums->weight;

  return MAX (spread, mean / sqrt (MAX (sums->n_seen - 2, 1)));
}

void
kad_network_size_get (KadNetworkSize *self, gint64 now_us, KadNetworkSizeEstimate *estimate)
{
  Sums sums = { 0 };
  const Sample *newest;

  *estimate = (KadNetworkSizeEstimate){ 0 };
  drop_old (self, now_us);
  if (self->samples->len == 0)
    return;
  newest = get_sample (self, self->samples->len - 1);
  estimate->n_samples = self->samples->len;
  estimate->newest_us = newest->when_us;
  if (newest->distance <= 0)
    {
      estimate->estimate = newest->n_peers;
      estimate->n_samples = 1;
      return;
    }
  /* It was smaller than a lookup's result, and has grown. */
  for (guint i = self->samples->len; i > 0; i--)
    if (get_sample (self, i - 1)->distance <= 0)
      g_array_remove_index (self->samples, i - 1);
  estimate->n_samples = self->samples->len;
  sum_up (self, &sums);
  estimate->estimate = sums.sum / sums.weight;
  estimate->std_error = get_std_error (&sums, estimate->estimate);
}
