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
test_filters_all_hold (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (KadPeerInfo) a = fake_peer_new (FAKE_PEER_A, NULL);
  g_autoptr (KadPeerInfo) b = fake_peer_new (FAKE_PEER_B, NULL);
  static const struct
  {
    const char *options;
    guint n_rows;
  } cases[] = {
    { "{'bucket': <3>}", 1 },
    { "{'bucket': <uint32 4>}", 1 },
    { "{'bucket': <5>}", 0 },
    { "{'bucket': <-1>}", 2 },
    { "{'connected': <true>}", 1 },
    { "{'connected': <false>}", 2 },
    { "{'peers': <'" FAKE_PEER_A "'>}", 1 },
    { "{'peers': <'" FAKE_PEER_A "," FAKE_PEER_B "'>}", 2 },
    { "{'peers': <''>}", 0 },
    { "{'peers': <'" FAKE_PEER_A "'>, 'bucket': <4>}", 0 },
    { "{'peers': <'" FAKE_PEER_A "," FAKE_PEER_B "'>, 'connected': <true>}", 1 },
  };

  g_test_summary ("bucket, connected and peers leave out whoever one of them does not fit");

  fake_bench_init (&bench);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KadTableRow *row;

      g_clear_pointer (&bench.swarm->table, g_ptr_array_unref);
      bench.swarm->table = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_table_row_free);
      row = kad_table_row_new (a);
      row->bucket = 3;
      row->connected = TRUE;
      g_ptr_array_add (bench.swarm->table, row);
      row = kad_table_row_new (b);
      row->bucket = 4;
      g_ptr_array_add (bench.swarm->table, row);
      g_ptr_array_set_size (bench.results, 0);
      bench.n_done = 0;
      fake_bench_run (&bench, "show-table", cases[i].options);
      g_test_message ("%s", cases[i].options);
      g_assert_cmpuint (bench.results->len, ==, cases[i].n_rows);
      g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
    }
}

static void
test_filters_are_checked (void)
{
  g_autoptr (GString) many = g_string_new ("{'peers': <'" FAKE_PEER_A);
  static const char *const refused[] = {
    "{'bucket': <256>}",
    "{'bucket': <-2>}",
    "{'connected': <'maybe'>}",
    "{'peers': <'x'>}",
    "{'peers': <'" FAKE_PEER_A ",'>}",
  };

  g_test_summary ("Buckets that are none, ids that are none and too many of them are refused");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = fake_bench_refuse ("show-table", refused[i]);

      g_assert_true (error->domain == KAD_ERROR);
    }
  for (guint i = 0; i < 4096; i++)
    g_string_append (many, "," FAKE_PEER_B);
  g_string_append (many, "'>}");
  {
    g_autoptr (GError) error = fake_bench_refuse ("show-table", many->str);

    g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  }
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
  g_test_add_func ("/show-table/filters-all-hold", test_filters_all_hold);
  g_test_add_func ("/show-table/filters-are-checked", test_filters_are_checked);
  g_test_add_func ("/show-table/an-empty-table-has-no-results", test_an_empty_table_has_no_results);
  g_test_add_func ("/show-table/cancelling-stops-it", test_cancelling_stops_it);
  return g_test_run ();
}
