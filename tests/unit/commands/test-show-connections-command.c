/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"
#include "kad-infos.h"

static void
test_a_result_a_connection (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadConnectionRow *row = kad_connection_row_new ();
  gint64 age_us = 0;

  g_test_summary ("show-connections gives each connection with its age");

  fake_bench_init (&bench);
  fake_peer_id (&row->peer, FAKE_PEER_A);
  row->address = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/5", NULL);
  row->opened_us = 1000;
  bench.swarm->connections
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_connection_row_free);
  g_ptr_array_add (bench.swarm->connections, row);
  kad_dispatcher_advance (bench.dispatcher, 5000);
  fake_bench_run (&bench, "show-connections", NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  g_assert_true (g_variant_lookup (bench.results->pdata[0], "age_us", "x", &age_us));
  g_assert_cmpint (age_us, ==, 4000);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-connections/a-result-a-connection", test_a_result_a_connection);
  return g_test_run ();
}
