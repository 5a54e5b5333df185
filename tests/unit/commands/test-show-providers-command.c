/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
fill (FakeBench *bench, guint n)
{
  g_autoptr (KadPeerInfo) info = fake_peer_new (FAKE_PEER_A, "/ip4/10.0.0.1/tcp/4001", NULL);

  bench->swarm->held = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_held_row_free);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = g_bytes_new_static ("/v/key", 6);
      KadHeldRow *row = kad_held_row_new (key, info);

      row->size_bytes = 7;
      row->expires_us = 1795251914000000;
      g_ptr_array_add (bench->swarm->held, row);
    }
}

static void
test_a_result_a_record (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;

  g_test_summary ("show-providers gives a result for each record, with what is known of it");

  fake_bench_init (&bench);
  fill (&bench, 2);
  fake_bench_run (&bench, "show-providers", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "dup-providers 0 1000");
  result = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (result, "1795251914000000"));
  g_assert_nonnull (strstr (result, FAKE_PEER_A));
  g_assert_nonnull (strstr (result, "/ip4/10.0.0.1/tcp/4001"));
}

static void
test_a_part (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("from and limit are for the swarm");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-providers", "{'from': <uint32 100>, 'limit': <uint32 10000>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "dup-providers 100 10000");
  g_assert_cmpuint (bench.results->len, ==, 0);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_limits_are_limited (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A limit out of its range is an error of the call");

  error = fake_bench_refuse ("show-providers", "{'limit': <uint32 10001>}");
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_cancelling_stops_it (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A caller that has seen enough gets no more");

  fake_bench_init (&bench);
  fill (&bench, 3);
  bench.run = 1;
  bench.cancel_after = 1;
  fake_bench_run (&bench, "show-providers", NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/commands/show-providers/a-result-a-record", test_a_result_a_record);
  g_test_add_func ("/commands/show-providers/a-part", test_a_part);
  g_test_add_func ("/commands/show-providers/limits", test_limits_are_limited);
  g_test_add_func ("/commands/show-providers/cancel", test_cancelling_stops_it);
  return g_test_run ();
}
