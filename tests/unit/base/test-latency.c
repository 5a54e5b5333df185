/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-latency.h"

static KadLatency latency;

static void
assert_near (gint64 value, gint64 wanted)
{
  g_assert_cmpint (ABS (value - wanted) * 100, <=, wanted * 3);
}

static void
test_nothing (void)
{
  g_test_summary ("Without a measurement everything is 0");

  kad_latency_reset (&latency);
  g_assert_cmpuint (latency.count, ==, 0);
  g_assert_cmpint (kad_latency_get_mean (&latency), ==, 0);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 0.5), ==, 0);
  g_assert_cmpint (latency.min_us, ==, 0);
  g_assert_cmpint (latency.max_us, ==, 0);
}

static void
test_each_value_is_near (void)
{
  gint64 value = 1;

  g_test_summary ("A value of any size is told within 3 %");

  while (value < KAD_MAX_LATENCY_US)
    {
      kad_latency_reset (&latency);
      kad_latency_add (&latency, value);
      /* Neither bounds the first: only the bucket says where it is. */
      kad_latency_add (&latency, 0);
      kad_latency_add (&latency, KAD_MAX_LATENCY_US);
      assert_near (kad_latency_get_quantile (&latency, 0.5), value);
      value += value / 7 + 1;
    }
}

static void
test_order (void)
{
  gint64 before = -1;

  g_test_summary ("Greater values never stand for less");

  for (gint64 value = 0; value < 100000; value++)
    {
      gint64 told;

      kad_latency_reset (&latency);
      kad_latency_add (&latency, value);
      kad_latency_add (&latency, 0);
      kad_latency_add (&latency, KAD_MAX_LATENCY_US);
      told = kad_latency_get_quantile (&latency, 0.5);
      g_assert_cmpint (told, >=, before);
      before = told;
    }
}

static void
test_percentiles (void)
{
  g_test_summary ("Of 1 ms to 1,000 ms: mean, median, 95th, least and most");

  kad_latency_reset (&latency);
  for (gint64 i = 1000; i >= 1; i--)
    kad_latency_add (&latency, i * 1000);
  g_assert_cmpuint (latency.count, ==, 1000);
  g_assert_cmpint (kad_latency_get_mean (&latency), ==, 500500);
  g_assert_cmpint (latency.min_us, ==, 1000);
  g_assert_cmpint (latency.max_us, ==, 1000000);
  assert_near (kad_latency_get_quantile (&latency, 0.5), 500000);
  assert_near (kad_latency_get_quantile (&latency, 0.95), 950000);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 0), ==, 1000);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 1), <=, 1000000);
}

static void
test_outliers (void)
{
  g_test_summary ("One that is slow among a hundred does not move the 95th");

  kad_latency_reset (&latency);
  for (guint i = 0; i < 99; i++)
    kad_latency_add (&latency, 50);
  kad_latency_add (&latency, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 0.5), ==, 50);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 0.95), ==, 50);
  g_assert_cmpint (latency.max_us, ==, 30 * G_USEC_PER_SEC);
}

static void
test_extremes (void)
{
  g_test_summary ("Negative durations are none, and endless ones 12 days");

  kad_latency_reset (&latency);
  kad_latency_add (&latency, -5);
  g_assert_cmpint (latency.max_us, ==, 0);
  kad_latency_add (&latency, G_MAXINT64);
  g_assert_cmpint (latency.max_us, ==, KAD_MAX_LATENCY_US - 1);
  g_assert_cmpint (kad_latency_get_quantile (&latency, 1), <=, KAD_MAX_LATENCY_US - 1);
  latency.sum_us = G_MAXUINT64 - 1;
  kad_latency_add (&latency, 1000);
  g_assert_cmpuint (latency.sum_us, ==, G_MAXUINT64);
  latency.buckets[3] = G_MAXUINT32;
  kad_latency_add (&latency, 3);
  g_assert_cmpuint (latency.buckets[3], ==, G_MAXUINT32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latency/nothing", test_nothing);
  g_test_add_func ("/latency/each-value-is-near", test_each_value_is_near);
  g_test_add_func ("/latency/order", test_order);
  g_test_add_func ("/latency/percentiles", test_percentiles);
  g_test_add_func ("/latency/outliers", test_outliers);
  g_test_add_func ("/latency/extremes", test_extremes);
  return g_test_run ();
}
