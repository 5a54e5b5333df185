/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-query-stats.h"

static void
test_counts_add_up (void)
{
  KadQueryStats sum = { 1, 2, 3, 4, 5, 600 };
  const KadQueryStats other = { 10, 20, 30, 40, 50, 500 };

  g_test_summary ("Counts add up, and the duration is the longer one");

  kad_query_stats_merge (&sum, &other);
  g_assert_cmpuint (sum.requests, ==, 11);
  g_assert_cmpuint (sum.successes, ==, 22);
  g_assert_cmpuint (sum.failures, ==, 33);
  g_assert_cmpuint (sum.heard, ==, 44);
  g_assert_cmpuint (sum.waiting, ==, 55);
  g_assert_cmpint (sum.duration_us, ==, 600);
  sum.duration_us = 100;
  kad_query_stats_merge (&sum, &other);
  g_assert_cmpint (sum.duration_us, ==, 500);
}

static void
test_counts_do_not_wrap (void)
{
  KadQueryStats sum = { .requests = G_MAXUINT - 1, .heard = G_MAXUINT };
  const KadQueryStats other = { .requests = 5, .heard = 1 };

  g_test_summary ("A count stops at the largest number");

  kad_query_stats_merge (&sum, &other);
  g_assert_cmpuint (sum.requests, ==, G_MAXUINT);
  g_assert_cmpuint (sum.heard, ==, G_MAXUINT);
  g_assert_cmpuint (sum.failures, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query-stats/counts-add-up", test_counts_add_up);
  g_test_add_func ("/query-stats/counts-do-not-wrap", test_counts_do_not_wrap);
  return g_test_run ();
}
