/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-network-size.h"

#include <math.h>
#include <string.h>

#define HOUR KAD_USEC_PER_HOUR

static KadKey
make_key (guint64 number)
{
  KadKey key;

  kad_key_init (&key, (const guint8 *) &number, sizeof number);
  return key;
}

/* The key at so many 2^-64 of the space from @key. */
static KadKey
make_at (const KadKey *key, guint64 distance)
{
  KadKey at = *key;

  for (guint i = 0; i < 8; i++)
    at.bytes[i] ^= (guint8) (distance >> (56 - 8 * i));
  return at;
}

/* A lookup of 20 peers, of whom the farthest is where it is in a network of @n. */
static void
add_lookup (KadNetworkSize *size, guint64 number, guint n, gint64 now_us)
{
  KadKey target = make_key (number);
  KadKey farthest = make_at (&target, (guint64) ldexp (19.0 / n, 64));

  kad_network_size_add (size, &target, &farthest, 20, now_us);
}

static void
test_nothing (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;

  g_test_summary ("Without a lookup nothing is known");

  kad_network_size_get (size, 5, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);
  g_assert_cmpfloat (estimate.estimate, ==, 0);
  g_assert_cmpint (estimate.newest_us, ==, 0);
}

static void
test_estimate (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;

  g_test_summary ("Lookups that agree on 10,000, and what 20 of them may be wrong by");

  for (guint i = 1; i <= 20; i++)
    add_lookup (size, i, 10000, i);
  kad_network_size_get (size, 30, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 20);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 10000, 1);
  g_assert_cmpint (estimate.newest_us, ==, 20);
  /* 400 different peers at most: a twentieth. */
  g_assert_cmpfloat (estimate.std_error, >=, 500);
  g_assert_cmpfloat (estimate.std_error, <=, 600);
}

static void
test_age (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;

  g_test_summary ("After two hours a lookup is forgotten");

  add_lookup (size, 1, 1000, 0);
  add_lookup (size, 2, 3000, HOUR);
  kad_network_size_get (size, 2 * HOUR - 1, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 2);
  kad_network_size_get (size, 2 * HOUR, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 1);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 3000, 1);
  kad_network_size_get (size, 3 * HOUR, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);
  g_assert_cmpfloat (estimate.estimate, ==, 0);
}

static void
test_same_target (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;

  g_test_summary ("One key asked for again and again is one sample, the latest");

  for (guint i = 1; i <= 100; i++)
    add_lookup (size, 7, 100 * i, i);
  kad_network_size_get (size, 200, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 1);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 10000, 1);
}

static void
test_overlap (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;
  KadKey middle = make_key (1);

  g_test_summary ("Fifty lookups of one corner weigh about what one elsewhere does");

  for (guint i = 0; i < 50; i++)
    {
      KadKey target = make_at (&middle, i + 1);
      KadKey farthest = make_at (&target, (guint64) ldexp (19.0 / 5000, 64));

      kad_network_size_add (size, &target, &farthest, 20, i);
    }
  add_lookup (size, 99, 15000, 60);
  kad_network_size_get (size, 100, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 51);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 10000, 10);
  /* 40 different peers only. */
  g_assert_cmpfloat (estimate.std_error, >=, 10000 / sqrt (40));
}

static void
test_few_peers (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;
  KadKey target = make_key (3);
  KadKey farthest = make_at (&target, (guint64) ldexp (4.0 / 100, 64));

  g_test_summary ("Lookups with few peers weigh less, with hardly any nothing");

  kad_network_size_add (size, &target, &farthest, 3, 1);
  kad_network_size_add (size, &target, &target, 20, 1);
  kad_network_size_get (size, 2, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);

  kad_network_size_add (size, &target, &farthest, 5, 1);
  add_lookup (size, 4, 1000, 2);
  kad_network_size_get (size, 3, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 2);
  /* Weights 3 and 18. */
  g_assert_cmpfloat_with_epsilon (estimate.estimate, (3 * 100 + 18 * 1000) / 21.0, 1);
}

static void
test_whole (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;
  KadKey target = make_key (5);

  g_test_summary ("A lookup that found everybody has counted them; one that did not ends that");

  add_lookup (size, 1, 1000, 1);
  kad_network_size_add_whole (size, &target, 12, 2);
  kad_network_size_get (size, 3, &estimate);
  g_assert_cmpfloat (estimate.estimate, ==, 12);
  g_assert_cmpfloat (estimate.std_error, ==, 0);
  g_assert_cmpuint (estimate.n_samples, ==, 1);
  add_lookup (size, 2, 1000, 4);
  kad_network_size_get (size, 5, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 2);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 1000, 1);
}

static void
test_bound (void)
{
  g_autoptr (KadNetworkSize) size = kad_network_size_new ();
  KadNetworkSizeEstimate estimate;

  g_test_summary ("So many lookups are remembered and no more");

  for (guint i = 1; i <= 10 * KAD_MAX_SIZE_SAMPLES; i++)
    add_lookup (size, i, i <= 9 * KAD_MAX_SIZE_SAMPLES ? 100 : 1000000, i);
  kad_network_size_get (size, 1, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, KAD_MAX_SIZE_SAMPLES);
  g_assert_cmpfloat_with_epsilon (estimate.estimate, 1000000, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-size/nothing", test_nothing);
  g_test_add_func ("/network-size/estimate", test_estimate);
  g_test_add_func ("/network-size/age", test_age);
  g_test_add_func ("/network-size/same-target", test_same_target);
  g_test_add_func ("/network-size/overlap", test_overlap);
  g_test_add_func ("/network-size/few-peers", test_few_peers);
  g_test_add_func ("/network-size/whole", test_whole);
  g_test_add_func ("/network-size/bound", test_bound);
  return g_test_run ();
}
