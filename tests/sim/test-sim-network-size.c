/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "kad-engine-stats.h"
#include "kad-sim.h"

/* How large engines think their network is, compared with how large it is. */

#define MINUTE (60 * KAD_USEC_PER_SEC)
#define LOOKUPS 24
#define OBSERVERS 10

static void
look_up (KadSim *sim, guint node, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
      g_autoptr (GPtrArray) steps G_GNUC_UNUSED = kad_sim_query (sim, node, &spec);
    }
}

/* An observer that did a few lookups is right within a quarter. TRUE: and within two standard
 * errors. */
static gboolean
check_observer (KadSim *sim, guint node, guint n_servers)
{
  KadNetworkSizeEstimate estimate;
  double off;

  look_up (sim, node, LOOKUPS);
  kad_engine_get_network_size (kad_sim_get_engine (sim, node), &estimate);
  off = estimate.estimate - n_servers;
  g_test_message ("node %u: %.1f +- %.1f of %u, %u samples", node, estimate.estimate,
                  estimate.std_error, n_servers, estimate.n_samples);
  g_assert_cmpuint (estimate.n_samples, >=, 20);
  g_assert_cmpfloat (fabs (off), <=, 0.25 * n_servers);
  g_assert_cmpfloat (estimate.std_error, <=, 0.25 * n_servers);
  return fabs (off) <= 2 * estimate.std_error;
}

/* Two standard errors hold 95 of 100: of ten observers no more than two are outside. */
static void
check_observers (KadSim *sim, guint n_servers)
{
  guint n_within = 0;

  for (guint i = 0; i < OBSERVERS; i++)
    n_within += check_observer (sim, kad_sim_random_living (sim), n_servers);
  g_assert_cmpuint (n_within, >=, OBSERVERS - 2);
}

static void
check_joined (guint64 seed, guint n)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = seed });

  kad_sim_grow (sim, n);
  kad_sim_run_for (sim, MINUTE);
  check_observers (sim, n);
}

static void
test_fifty (void)
{
  g_test_summary ("50 servers that joined, seen by ten of them");
  check_joined (kad_sim_seed (51), 50);
}

static void
test_two_hundred (void)
{
  g_test_summary ("200 servers that joined, seen by ten of them");
  check_joined (kad_sim_seed (52), 200);
}

static void
test_thousand (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){
      .seed = kad_sim_seed (53), .refresh_interval_us = 1000 * KAD_USEC_PER_HOUR });

  g_test_summary ("1,000 servers with ideal tables, seen by ten of them");
  for (guint i = 0; i < 1000; i++)
    kad_sim_add_node (sim, KAD_MODE_SERVER);
  kad_sim_fill_ideal (sim);
  check_observers (sim, 1000);
}

static void
test_a_handful (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 54 });
  KadNetworkSizeEstimate estimate;

  g_test_summary ("8 servers are counted, not estimated");
  kad_sim_grow (sim, 8);
  kad_sim_run_for (sim, MINUTE);
  look_up (sim, 3, 1);
  kad_engine_get_network_size (kad_sim_get_engine (sim, 3), &estimate);
  g_assert_cmpfloat (estimate.estimate, ==, 8);
  g_assert_cmpfloat (estimate.std_error, ==, 0);
}

static void
test_nobody (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 55 });
  KadNetworkSizeEstimate estimate;

  g_test_summary ("Who is alone knows nothing");
  kad_sim_add_node (sim, KAD_MODE_SERVER);
  look_up (sim, 0, 1);
  kad_engine_get_network_size (kad_sim_get_engine (sim, 0), &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);
  g_assert_cmpfloat (estimate.estimate, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/network-size/fifty", test_fifty);
  g_test_add_func ("/sim/network-size/two-hundred", test_two_hundred);
  g_test_add_func ("/sim/network-size/thousand", test_thousand);
  g_test_add_func ("/sim/network-size/a-handful", test_a_handful);
  g_test_add_func ("/sim/network-size/nobody", test_nobody);
  return g_test_run ();
}
