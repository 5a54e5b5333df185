/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-error.h"
#include "kad-sim.h"

/* Records and providers: found by everybody, as long as they should be and no longer. */

#define MINUTE (60 * KAD_USEC_PER_SEC)

static KadEvent *
run (KadSim *sim, guint node, const KadQuerySpec *spec)
{
  g_autoptr (GPtrArray) steps = kad_sim_query (sim, node, spec);

  return kad_event_ref (kad_sim_last_step (steps));
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* Whether @node finds @provider of the key. */
static gboolean
finds_provider (KadSim *sim, guint node, GBytes *key, guint provider)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_PROVIDERS, .key = key };
  g_autoptr (GPtrArray) steps = kad_sim_query (sim, node, &spec);

  for (guint i = 0; i < steps->len; i++)
    {
      const KadEvent *step = g_ptr_array_index (steps, i);

      for (guint j = 0; step->peers != NULL && j < step->peers->len; j++)
        {
          KadPeerInfo *info = g_ptr_array_index (step->peers, j);

          if (kad_peer_id_equal (kad_peer_info_get_peer (info), kad_sim_get_id (sim, provider)))
            {
              g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, 1);
              return TRUE;
            }
        }
    }
  g_assert_no_error (kad_sim_last_step (steps)->error);
  return FALSE;
}

static gboolean
finds_value (KadSim *sim, guint node, GBytes *key, GBytes *value)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_RECORD, .key = key };
  g_autoptr (GPtrArray) steps = kad_sim_query (sim, node, &spec);
  KadRecord *best = NULL;

  for (guint i = 0; i < steps->len; i++)
    {
      const KadEvent *step = g_ptr_array_index (steps, i);

      best = step->record != NULL ? step->record : best;
    }
  if (best == NULL)
    g_assert_error (kad_sim_last_step (steps)->error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  return best != NULL && g_bytes_equal (kad_record_get_value (best), value);
}

static void
test_records_are_found_by_everybody (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 20, .max_connections = 30 });
  g_autoptr (GBytes) value = bytes ("value");

  g_test_summary ("what any node puts, any other gets, with 20 of 20 stored");
  kad_sim_grow (sim, 60);
  kad_sim_run_for (sim, MINUTE);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GBytes) key = kad_sim_random_key (sim);
      KadQuerySpec put
          = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value, .quorum = KAD_QUORUM_ALL };
      g_autoptr (KadEvent) last = run (sim, kad_sim_random_living (sim), &put);

      g_assert_no_error (last->error);
      g_assert_cmpint (last->outcome, ==, KAD_OUTCOME_COMPLETED);
      g_assert_cmpuint (last->stored, ==, 20);
      g_assert_cmpuint (last->wanted, ==, 20);
      g_assert_true (finds_value (sim, kad_sim_random_living (sim), key, value));
    }
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

static void
test_records_survive_those_that_held_them (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 21 });
  g_autoptr (GBytes) key = bytes ("survives");
  g_autoptr (GBytes) value = bytes ("value");
  KadQuerySpec put = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value };
  g_autoptr (GArray) holders = NULL;
  g_autoptr (KadEvent) last = NULL;

  g_test_summary ("12 of the 20 holders die at once, and the record is still found");
  kad_sim_grow (sim, 80);
  last = run (sim, 0, &put);
  g_assert_cmpuint (last->stored, ==, 20);
  holders = kad_sim_closest (sim, key, 20, 0);
  for (guint i = 0; i < 12; i++)
    kad_sim_kill (sim, g_array_index (holders, guint, i));
  for (guint i = 0; i < 10; i++)
    g_assert_true (finds_value (sim, kad_sim_random_living (sim), key, value));
}

static void
test_own_records_are_put_again (void)
{
  g_autoptr (KadSim) sim
      = kad_sim_new (&(KadSimConfig){ .seed = 22, .refresh_interval_us = 4 * KAD_USEC_PER_HOUR });
  g_autoptr (GBytes) key = bytes ("again");
  g_autoptr (GBytes) value = bytes ("value");
  KadQuerySpec put = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value };
  g_autoptr (KadEvent) last = NULL;

  g_test_summary ("a record outlives its TTL while its owner lives, and not its removal");
  kad_sim_grow (sim, 30);
  last = run (sim, 3, &put);
  g_assert_no_error (last->error);
  kad_sim_run_for (sim, 100 * KAD_USEC_PER_HOUR);
  g_assert_true (finds_value (sim, 20, key, value));
  g_assert_true (kad_engine_remove_record (kad_sim_get_engine (sim, 3), key, NULL));
  kad_sim_run_for (sim, 50 * KAD_USEC_PER_HOUR);
  g_assert_false (finds_value (sim, 21, key, value));
}

static void
test_a_provider_stays_findable_for_a_week (void)
{
  g_autoptr (KadSim) sim
      = kad_sim_new (&(KadSimConfig){ .seed = 23, .refresh_interval_us = 4 * KAD_USEC_PER_HOUR });
  g_autoptr (GBytes) key = bytes ("provided");
  KadQuerySpec provide = { .kind = KAD_QUERY_PROVIDE, .key = key };
  g_autoptr (KadEvent) last = NULL;

  g_test_summary ("reprovide keeps a provider findable; 48 h after its end nobody names it");
  kad_sim_grow (sim, 40);
  last = run (sim, 7, &provide);
  g_assert_no_error (last->error);
  g_assert_cmpuint (last->stored, ==, 20);
  for (guint day = 0; day < 7; day++)
    {
      kad_sim_run_for (sim, 24 * KAD_USEC_PER_HOUR);
      g_assert_true (finds_provider (sim, 30, key, 7));
    }
  g_assert_true (kad_engine_stop_provide (kad_sim_get_engine (sim, 7), key, NULL));
  kad_sim_run_for (sim, 20 * KAD_USEC_PER_HOUR);
  g_assert_true (finds_provider (sim, 30, key, 7));
  kad_sim_run_for (sim, 28 * KAD_USEC_PER_HOUR + MINUTE);
  g_assert_false (finds_provider (sim, 30, key, 7));
  g_assert_cmpuint (kad_sim_get_n_wronged (sim), ==, 0);
}

static void
test_announced_once_ends_after_two_days (void)
{
  g_autoptr (KadSim) sim
      = kad_sim_new (&(KadSimConfig){ .seed = 24, .refresh_interval_us = 4 * KAD_USEC_PER_HOUR });
  g_autoptr (GBytes) key = bytes ("once");
  KadQuerySpec provide = { .kind = KAD_QUERY_PROVIDE, .key = key, .once = TRUE };
  g_autoptr (KadEvent) last = NULL;

  g_test_summary ("once is once: served until its TTL has passed, not a minute longer");
  kad_sim_grow (sim, 25);
  last = run (sim, 5, &provide);
  g_assert_no_error (last->error);
  kad_sim_run_for (sim, 48 * KAD_USEC_PER_HOUR - MINUTE);
  g_assert_true (finds_provider (sim, 9, key, 5));
  kad_sim_run_for (sim, MINUTE + KAD_USEC_PER_SEC);
  g_assert_false (finds_provider (sim, 9, key, 5));
}

static void
test_clients_use_the_network_unseen (void)
{
  g_autoptr (KadSim) sim = kad_sim_new (&(KadSimConfig){ .seed = 25 });
  g_autoptr (GBytes) key = bytes ("by a client");
  KadQuerySpec provide = { .kind = KAD_QUERY_PROVIDE, .key = key };
  KadQuerySpec find = { .kind = KAD_QUERY_FIND_PEER };
  g_autoptr (KadEvent) provided = NULL;
  g_autoptr (KadEvent) found = NULL;
  guint client;

  g_test_summary ("a client joins, provides and is found, and is in nobody's table");
  kad_sim_grow (sim, 30);
  client = kad_sim_add_node (sim, KAD_MODE_CLIENT);
  kad_sim_join (sim, client, 0);
  kad_sim_run_for (sim, MINUTE);
  provided = run (sim, client, &provide);
  g_assert_no_error (provided->error);
  g_assert_true (finds_provider (sim, 12, key, client));
  find.peer = *kad_sim_get_id (sim, client);
  found = run (sim, 12, &find);
  g_assert_no_error (found->error);
  for (guint i = 0; i < client; i++)
    g_assert_null (kad_routing_table_find (kad_engine_get_table (kad_sim_get_engine (sim, i)),
                                           kad_sim_get_id (sim, client)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/store/records-are-found-by-everybody",
                   test_records_are_found_by_everybody);
  g_test_add_func ("/sim/store/records-survive-those-that-held-them",
                   test_records_survive_those_that_held_them);
  g_test_add_func ("/sim/store/own-records-are-put-again", test_own_records_are_put_again);
  g_test_add_func ("/sim/store/a-provider-stays-findable-for-a-week",
                   test_a_provider_stays_findable_for_a_week);
  g_test_add_func ("/sim/store/announced-once-ends-after-two-days",
                   test_announced_once_ends_after_two_days);
  g_test_add_func ("/sim/store/clients-use-the-network-unseen",
                   test_clients_use_the_network_unseen);
  return g_test_run ();
}
