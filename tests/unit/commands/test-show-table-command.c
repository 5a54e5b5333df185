/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"
#include "kad-infos.h"

static void
test_a_result_a_peer (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (KadPeerInfo) info = fake_peer_new (FAKE_PEER_A, NULL);

  g_test_summary ("show-table gives a result for each peer and is done");

  fake_bench_init (&bench);
  bench.swarm->table = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_table_row_free);
  g_ptr_array_add (bench.swarm->table, kad_table_row_new (info));
  g_ptr_array_add (bench.swarm->table, kad_table_row_new (info));
  fake_bench_run (&bench, "show-table", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_an_empty_table_has_no_results (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("An empty table is no error here");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-table", NULL);
  g_assert_cmpuint (bench.results->len, ==, 0);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_cancelling_stops_it (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (KadPeerInfo) info = fake_peer_new (FAKE_PEER_A, NULL);

  g_test_summary ("A caller that has seen enough gets no more");

  fake_bench_init (&bench);
  bench.swarm->table = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_table_row_free);
  g_ptr_array_add (bench.swarm->table, kad_table_row_new (info));
  g_ptr_array_add (bench.swarm->table, kad_table_row_new (info));
  /* The id of the first run, which the bench cannot know before the run is over. */
  bench.run = 1;
  bench.cancel_after = 1;
  fake_bench_run (&bench, "show-table", NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-table/a-result-a-peer", test_a_result_a_peer);
  g_test_add_func ("/show-table/an-empty-table-has-no-results", test_an_empty_table_has_no_results);
  g_test_add_func ("/show-table/cancelling-stops-it", test_cancelling_stops_it);
  return g_test_run ();
}
