/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"
#include "kad-query-row.h"

static void
add_row (FakeBench *bench, KadQueryId query, const char *command)
{
  KadQueryRow *row = kad_query_row_new (query, KAD_QUERY_GET_PROVIDERS);

  row->command = g_strdup (command);
  row->run = command != NULL ? 40 + query : 0;
  row->started_us = 1000;
  row->alpha = 10;
  row->stats.heard = 30;
  row->stats.waiting = 4;
  row->stats.requests = 9;
  row->stats.failures = 2;
  g_ptr_array_add (bench->swarm->queries, row);
}

static void
test_a_result_a_query (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *owned = NULL;
  g_autofree char *ours = NULL;

  g_test_summary ("show-queries gives each query with its run, its age and its counts");

  fake_bench_init (&bench);
  bench.swarm->queries = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_query_row_free);
  add_row (&bench, 1, "get-providers");
  add_row (&bench, 2, NULL);
  kad_dispatcher_advance (bench.dispatcher, 5000);
  fake_bench_run (&bench, "show-queries", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  owned = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (owned, ==,
                   "{'query': <uint64 1>, 'kind': <'get-providers'>, 'run': <uint64 41>, "
                   "'command': <'get-providers'>, 'age_us': <int64 4000>, 'heard': <uint32 30>, "
                   "'waiting': <uint32 4>, 'queried': <uint32 9>, 'unreachable': <uint32 2>, "
                   "'alpha': <uint32 10>}");
  ours = fake_bench_dup_result (&bench, 1);
  g_assert_nonnull (strstr (ours, "'run': <uint64 0>"));
  g_assert_null (strstr (ours, "'command'"));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-queries/a-result-a-query", test_a_result_a_query);
  return g_test_run ();
}
