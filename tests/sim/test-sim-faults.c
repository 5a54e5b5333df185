/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim.h"

#include <stdlib.h>

/* Loss, slowness, death, and that all of it can be replayed. */

#define MINUTE (60 * KAD_USEC_PER_SEC)

static void
test_a_third_of_requests_fails (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 40 });
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  guint n_found = 0;

  g_test_summary ("with 30 % of requests reset, records are put and found all the same");
  kad_sim_grow (sim, 60);
  kad_sim_run_for (sim, MINUTE);
  kad_sim_set_loss (sim, 30);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec put = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value };
      KadQuerySpec get = { .kind = KAD_QUERY_GET_RECORD, .key = key };
      g_autoptr (GPtrArray) put_steps = kad_sim_query (sim, kad_sim_random_living (sim), &put);
      g_autoptr (GPtrArray) get_steps = kad_sim_query (sim, kad_sim_random_living (sim), &get);
      const KadEvent *stored = kad_sim_last_step (put_steps);

      g_assert_no_error (stored->error);
      g_assert_cmpuint (stored->stored, >, 5);
      g_assert_cmpuint (stored->stored + stored->failures->len, ==, stored->wanted);
      n_found += kad_sim_last_step (get_steps)->error == NULL;
    }
  g_assert_cmpuint (n_found, ==, 50);
  kad_sim_check_tables (sim);
}

static void
test_a_live_peer_is_never_evicted (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 41, .max_connections = 25 });
  guint n_dead = 0;

  g_test_summary (
      "half a day of newcomers, deaths and closed connections: no live peer loses its seat");
  kad_sim_grow (sim, 80);
  for (guint hour = 0; hour < 12; hour++)
    {
      guint newcomer = kad_sim_add_node (sim, KAD_MODE_SERVER);

      kad_sim_join (sim, newcomer, kad_sim_random_living (sim));
      kad_sim_run_for (sim, 30 * MINUTE);
      kad_sim_kill (sim, kad_sim_random_living (sim));
      n_dead++;
      kad_sim_run_for (sim, 30 * MINUTE);
      kad_sim_check_tables (sim);
    }
  g_assert_cmpuint (n_dead, ==, 12);
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

typedef struct
{
  KadSim *sim;
  guint n_dead;
} DeadCount;

static void
count_dead (const KadTableEntry *entry, gpointer user_data)
{
  DeadCount *count = user_data;

  for (guint i = 0; i < kad_sim_get_n_nodes (count->sim); i++)
    {
      if (!kad_sim_is_alive (count->sim, i)
          && kad_peer_id_equal (kad_sim_get_id (count->sim, i),
                                kad_peer_info_get_peer (entry->info)))
        count->n_dead++;
    }
}

static void
test_the_dead_leave_the_tables (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 42, .dead_silent = TRUE });
  DeadCount count = { sim, 0 };

  g_test_summary ("half an hour after 15 of 50 died nobody has them in a table");
  kad_sim_grow (sim, 50);
  kad_sim_run_for (sim, 15 * MINUTE);
  for (guint i = 0; i < 15; i++)
    kad_sim_kill (sim, kad_sim_random_living (sim));
  kad_sim_run_for (sim, 35 * MINUTE);
  for (guint i = 0; i < 50; i++)
    {
      if (kad_sim_is_alive (sim, i))
        kad_routing_table_foreach (kad_engine_get_table (kad_sim_get_engine (sim, i)), count_dead,
                                   &count);
    }
  g_assert_cmpuint (count.n_dead, ==, 0);
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

static int
compare_times (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

#define N_SLOW_LOOKUPS 100

/* Lookups by the nodes 0, 3, 6...: how long each took, the shortest first. */
static void
time_lookups (KadSim *sim, gint64 took_us[N_SLOW_LOOKUPS])
{
  for (guint i = 0; i < N_SLOW_LOOKUPS; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
      g_autoptr (GPtrArray) steps
          = kad_sim_query (sim, 3 * kad_random_below (kad_sim_get_random (sim), 30), &spec);
      const KadEvent *last = kad_sim_last_step (steps);

      g_assert_no_error (last->error);
      g_assert_cmpuint (last->peers->len, ==, 20);
      took_us[i] = last->stats.duration_us;
      if (getenv ("DBG"))
        g_printerr ("#### %d: %d ms req %u succ %u fail %u heard %u\n", i,
                    (int) (took_us[i] / 1000), last->stats.requests, last->stats.successes,
                    last->stats.failures, last->stats.heard);
    }
  g_qsort_with_data (took_us, N_SLOW_LOOKUPS, sizeof *took_us, compare_times, NULL);
}

static void
test_slow_peers_hold_nobody (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 43 });
  gint64 healthy_us[N_SLOW_LOOKUPS], slow_us[N_SLOW_LOOKUPS];

  g_test_summary ("30 % of peers answer after 5 to 30 s: 95 of 100 lookups take at most half as "
                  "long again as before, and none 10 s");
  kad_sim_grow (sim, 100);
  kad_sim_run_for (sim, MINUTE);
  time_lookups (sim, healthy_us);
  for (guint i = 0; i < 30; i++)
    kad_sim_set_slow (sim, 1 + 3 * i, 5 * KAD_USEC_PER_SEC, 30 * KAD_USEC_PER_SEC);
  time_lookups (sim, slow_us);
  g_test_message ("p50 %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " ms, p95 %" G_GINT64_FORMAT
                  " and %" G_GINT64_FORMAT " ms, longest %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                  " ms",
                  healthy_us[50] / 1000, slow_us[50] / 1000, healthy_us[94] / 1000,
                  slow_us[94] / 1000, healthy_us[99] / 1000, slow_us[99] / 1000);
  g_assert_cmpint (slow_us[94] * 2, <=, healthy_us[94] * 3);
  g_assert_cmpint (slow_us[N_SLOW_LOOKUPS - 1], <, 10 * KAD_USEC_PER_SEC);
}

static void
test_an_outage_empties_no_table (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 44 });
  KadRoutingTable *table;
  guint size;

  g_test_summary ("a node that loses everybody at once for hours still knows them afterwards");
  kad_sim_grow (sim, 30);
  kad_sim_run_for (sim, MINUTE);
  table = kad_engine_get_table (kad_sim_get_engine (sim, 0));
  size = kad_routing_table_get_size (table);
  g_assert_cmpuint (size, >, 20);
  for (guint i = 1; i < 30; i++)
    kad_sim_kill (sim, i);
  kad_sim_run_for (sim, 180 * MINUTE);
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, size);
}

static guint64
run_and_hash (guint64 seed)
{
  g_autoptr (KadSim) sim
      = kad_sim_new (&(KadSimConfig){ .seed = seed, .max_connections = 20, .loss_percent = 10 });
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);

  kad_sim_grow (sim, 40);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec put = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value };
      KadQuerySpec provide = { .kind = KAD_QUERY_PROVIDE, .key = key };
      KadQuerySpec find = { .kind = KAD_QUERY_GET_PROVIDERS, .key = key };

      g_ptr_array_unref (kad_sim_query (sim, kad_sim_random_living (sim), &put));
      g_ptr_array_unref (kad_sim_query (sim, kad_sim_random_living (sim), &provide));
      g_ptr_array_unref (kad_sim_query (sim, kad_sim_random_living (sim), &find));
      if (i % 4 == 0)
        kad_sim_kill (sim, kad_sim_random_living (sim));
    }
  kad_sim_run_for (sim, 3 * KAD_USEC_PER_HOUR);
  return kad_sim_get_trace_hash (sim);
}

static void
test_a_seed_replays_a_run (void)
{
  guint64 hash = run_and_hash (45);

  g_test_summary ("the same seed gives the same trace, another seed another");
  g_assert_cmpuint (run_and_hash (45), ==, hash);
  g_assert_cmpuint (run_and_hash (46), !=, hash);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/faults/a-third-of-requests-fails", test_a_third_of_requests_fails);
  g_test_add_func ("/sim/faults/a-live-peer-is-never-evicted", test_a_live_peer_is_never_evicted);
  g_test_add_func ("/sim/faults/the-dead-leave-the-tables", test_the_dead_leave_the_tables);
  g_test_add_func ("/sim/faults/slow-peers-hold-nobody", test_slow_peers_hold_nobody);
  g_test_add_func ("/sim/faults/an-outage-empties-no-table", test_an_outage_empties_no_table);
  g_test_add_func ("/sim/faults/a-seed-replays-a-run", test_a_seed_replays_a_run);
  return g_test_run ();
}
