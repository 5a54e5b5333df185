/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim.h"

/* Who is found, compared with brute force over all nodes. */

#define MINUTE (60 * KAD_USEC_PER_SEC)

static guint
count_exact (KadSim *sim, guint n)
{
  guint n_exact = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);

      n_exact += kad_sim_lookup_is_exact (sim, kad_sim_random_living (sim), key);
    }
  return n_exact;
}

static void
test_fifty_nodes_that_joined (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 1 });

  g_test_summary ("50 nodes join through the first; every lookup equals brute force");
  kad_sim_grow (sim, 50);
  kad_sim_run_for (sim, MINUTE);
  kad_sim_check_tables (sim);
  g_assert_cmpuint (count_exact (sim, 200), ==, 200);
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

static void
test_hundred_nodes_and_thirty_die (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 2, .max_connections = 40 });

  g_test_summary ("100 nodes: 500 of 500 exact; 30 die at once: 499 of 500 over the living");
  kad_sim_grow (sim, 100);
  kad_sim_run_for (sim, MINUTE);
  g_assert_cmpuint (count_exact (sim, 500), ==, 500);
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);

  for (guint i = 0; i < 30; i++)
    kad_sim_kill (sim, kad_sim_random_living (sim));
  g_assert_cmpuint (count_exact (sim, 500), >=, 499);
  kad_sim_check_tables (sim);
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

static void
test_thousand_nodes_and_three_hundred_die (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){
      .seed = 3, .max_connections = 60, .refresh_interval_us = 1000 * KAD_USEC_PER_HOUR });

  g_test_summary ("1,000 nodes with ideal tables; then 300 die at once, their dials time out");
  for (guint i = 0; i < 1000; i++)
    kad_sim_add_node (sim, KAD_MODE_SERVER);
  kad_sim_fill_ideal (sim);
  kad_sim_check_tables (sim);
  g_assert_cmpuint (count_exact (sim, 200), ==, 200);

  for (guint i = 0; i < 300; i++)
    kad_sim_kill (sim, kad_sim_random_living (sim));
  g_assert_cmpuint (count_exact (sim, 500), >=, 499);
  kad_sim_check_tables (sim);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/lookup/fifty-nodes-that-joined", test_fifty_nodes_that_joined);
  g_test_add_func ("/sim/lookup/hundred-nodes-and-thirty-die", test_hundred_nodes_and_thirty_die);
  g_test_add_func ("/sim/lookup/thousand-nodes-and-three-hundred-die",
                   test_thousand_nodes_and_three_hundred_die);
  return g_test_run ();
}
