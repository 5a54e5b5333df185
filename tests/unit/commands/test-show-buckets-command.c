/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-bucket-row.h"
#include "kad-commands.h"

static void
test_a_result_a_bucket (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *second = NULL;

  g_test_summary ("show-buckets gives a result for each bucket and is done");

  fake_bench_init (&bench);
  bench.swarm->buckets = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_bucket_row_free);
  g_ptr_array_add (bench.swarm->buckets, kad_bucket_row_new (0));
  g_ptr_array_add (bench.swarm->buckets, kad_bucket_row_new (7));
  fake_bench_run (&bench, "show-buckets", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  second = fake_bench_dup_result (&bench, 1);
  g_assert_true (g_str_has_prefix (second, "{'bucket': <uint32 7>"));
}

static void
test_an_empty_table_has_no_results (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("No bucket has anybody, which is no error");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-buckets", NULL);
  g_assert_cmpuint (bench.results->len, ==, 0);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_cancelling_stops_it (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A caller that has seen enough gets no more");

  fake_bench_init (&bench);
  bench.swarm->buckets = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_bucket_row_free);
  g_ptr_array_add (bench.swarm->buckets, kad_bucket_row_new (0));
  g_ptr_array_add (bench.swarm->buckets, kad_bucket_row_new (1));
  bench.run = 1;
  bench.cancel_after = 1;
  fake_bench_run (&bench, "show-buckets", NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-buckets/a-result-a-bucket", test_a_result_a_bucket);
  g_test_add_func ("/show-buckets/an-empty-table-has-no-results",
                   test_an_empty_table_has_no_results);
  g_test_add_func ("/show-buckets/cancelling-stops-it", test_cancelling_stops_it);
  return g_test_run ();
}
