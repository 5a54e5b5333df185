/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine costs a request, without sockets and codec: quality targets B1
 * (of which it is the smaller part) and B10. */
#include <stdio.h>
#include <time.h>

#include "kad-sim.h"

#define N_REQUESTS 500000
#define N_LOOKUPS 1000

static gint64
now_ns (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spec);
  return spec.tv_sec * G_GINT64_CONSTANT (1000000000) + spec.tv_nsec;
}

static void
time_requests (KadSim *sim, KadMessageType type)
{
  KadEngine *engine = kad_sim_get_engine (sim, 0);
  KadMessage *requests[256];
  KadOutput output;
  gint64 start_ns;
  guint n_peers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);

      requests[i] = kad_message_new (type, key);
    }
  start_ns = now_ns ();
  for (guint i = 0; i < N_REQUESTS; i++)
    {
      KadMessage *reply = kad_engine_handle_request (engine, kad_sim_get_id (sim, 1 + i % 100),
                                                     requests[i % G_N_ELEMENTS (requests)],
                                                     kad_sim_get_now (sim), NULL);

      n_peers += kad_message_get_n_closer (reply);
      kad_message_unref (reply);
    }
  printf ("%-14s %6.2f us a request, %.1f peers a reply\n", kad_message_type_get_name (type),
          (double) (now_ns () - start_ns) / N_REQUESTS / 1000, (double) n_peers / N_REQUESTS);
  while (kad_engine_next_output (engine, &output))
    kad_output_clear (&output);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    kad_message_unref (requests[i]);
}

int
main (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){
      .seed = 1, .max_connections = 60, .refresh_interval_us = 1000 * KAD_USEC_PER_HOUR });
  guint64 n_requests;
  gint64 start_ns;

  for (guint i = 0; i < 1000; i++)
    kad_sim_add_node (sim, KAD_MODE_SERVER);
  kad_sim_fill_ideal (sim);
  printf ("1,000 nodes, %u peers in the table\n",
          kad_routing_table_get_size (kad_engine_get_table (kad_sim_get_engine (sim, 0))));
  time_requests (sim, KAD_MESSAGE_FIND_NODE);
  time_requests (sim, KAD_MESSAGE_GET_VALUE);
  time_requests (sim, KAD_MESSAGE_GET_PROVIDERS);

  /* The first look around of each node is not what is measured. */
  kad_sim_run_for (sim, 60 * KAD_USEC_PER_SEC);
  n_requests = kad_sim_get_n_requests (sim);
  start_ns = now_ns ();
  for (guint i = 0; i < N_LOOKUPS; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };

      g_ptr_array_unref (kad_sim_query (sim, kad_sim_random_living (sim), &spec));
    }
  printf ("closest-peers  %6.2f us CPU a lookup, both sides and the simulator, %.1f requests\n",
          (double) (now_ns () - start_ns) / N_LOOKUPS / 1000,
          (double) (kad_sim_get_n_requests (sim) - n_requests) / N_LOOKUPS);
  return 0;
}
