/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim.h"

#include <string.h>

/* A laptop among others that are always there: nights asleep, days of quiet. */

#define MINUTE (60 * KAD_USEC_PER_SEC)
#define HOUR KAD_USEC_PER_HOUR
#define LAPTOP 5
#define N_KEYS 30

static KadSim *
make_sim (guint64 seed)
{
  KadSimConfig config
      = { .seed = kad_sim_seed (seed), .max_connections = 30, .refresh_interval_us = 4 * HOUR };
  KadSim *sim = kad_sim_new (&config);

  kad_sim_grow (sim, 25);
  kad_sim_run_for (sim, 5 * MINUTE);
  return sim;
}

static GBytes *
make_key (guint i)
{
  g_autofree char *text = g_strdup_printf ("what the laptop has, number %u", i);

  return g_bytes_new (text, strlen (text));
}

static void
provide (KadSim *sim, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = make_key (i);
      KadPublicationSpec spec = { .kind = KAD_PUBLICATION_PROVIDER, .key = key, .tag = "app" };

      g_assert_true (kad_engine_publish (kad_sim_get_engine (sim, LAPTOP), &spec,
                                         kad_sim_get_now (sim), NULL));
    }
  kad_sim_poke (sim, LAPTOP);
  kad_sim_run_for (sim, 2 * MINUTE);
}

/* Of all of them, the first and the last, by the calendar. */
static void
find_runs (KadSim *sim, gint64 *first_us, gint64 *last_us)
{
  g_autoptr (GPtrArray) rows = kad_engine_dup_publications (kad_sim_get_engine (sim, LAPTOP));

  *first_us = G_MAXINT64;
  *last_us = G_MININT64;
  for (guint i = 0; i < rows->len; i++)
    {
      const KadPublicationRow *row = rows->pdata[i];

      g_assert_cmpuint (row->n_failures, ==, 0);
      g_assert_cmpuint (row->stored, >, 10);
      *first_us = MIN (*first_us, row->last_run_us);
      *last_us = MAX (*last_us, row->last_run_us);
    }
}

static gboolean
is_found (KadSim *sim, guint number)
{
  g_autoptr (GBytes) key = make_key (number);
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_PROVIDERS, .key = key };
  g_autoptr (GPtrArray) steps = NULL;
  guint asker;

  do
    asker = kad_sim_random_living (sim);
  while (asker == LAPTOP);
  steps = kad_sim_query (sim, asker, &spec);
  for (guint i = 0; i < steps->len; i++)
    {
      const KadEvent *step = g_ptr_array_index (steps, i);

      if (step->peers != NULL && step->peers->len > 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_a_night (void)
{
  g_autoptr (KadSim) sim = make_sim (80);
  gint64 first_us, last_us, before_us, after_us;
  guint64 n_requests;

  g_test_summary ("After a night a laptop is found by what it has: announced again within "
                  "minutes, once, and no burst is left over");

  provide (sim, N_KEYS);
  find_runs (sim, &first_us, &before_us);
  kad_sim_run_for (sim, 16 * HOUR);
  kad_sim_sleep (sim, LAPTOP);
  kad_sim_run_for (sim, 8 * HOUR);
  find_runs (sim, &first_us, &last_us);
  g_assert_cmpint (last_us, ==, before_us);
  kad_sim_resume (sim, LAPTOP);
  kad_sim_run_for (sim, 3 * MINUTE);
  find_runs (sim, &first_us, &after_us);
  /* All of them, not sooner than the dead connections are known, and not in one moment. */
  g_assert_cmpint (first_us, >=, before_us + 24 * HOUR - 5 * MINUTE);
  g_assert_cmpint (after_us - first_us, >=, 3 * KAD_USEC_PER_SEC);
  for (guint i = 0; i < N_KEYS; i++)
    g_assert_true (is_found (sim, i));
  n_requests = kad_sim_get_n_requests (sim);
  kad_sim_run_for (sim, 30 * MINUTE);
  g_assert_cmpuint (kad_sim_get_n_requests (sim) - n_requests, <, 25 * 400);
  kad_sim_run_for (sim, 17 * HOUR);
  find_runs (sim, &first_us, &last_us);
  g_assert_cmpint (last_us, ==, after_us);
}

static void
test_a_lookup_after_a_night (void)
{
  g_autoptr (KadSim) sim = make_sim (81);
  g_autoptr (GBytes) key = kad_sim_random_key (sim);

  g_test_summary ("A lookup right after waking up finds whom it should, over new connections");

  kad_sim_sleep (sim, LAPTOP);
  kad_sim_run_for (sim, 8 * HOUR);
  kad_sim_resume (sim, LAPTOP);
  kad_sim_run_for (sim, 3 * KAD_USEC_PER_SEC);
  g_assert_true (kad_sim_lookup_is_exact (sim, LAPTOP, key));
}

static void
test_days_of_quiet (void)
{
  g_autoptr (KadSim) sim = make_sim (82);
  KadEngine *engine = kad_sim_get_engine (sim, LAPTOP);

  g_test_summary ("What a quiet laptop has is found at any time of four days");

  provide (sim, 3);
  kad_engine_set_quiet (engine, TRUE, kad_sim_get_now (sim));
  kad_sim_poke (sim, LAPTOP);
  for (guint hours = 0; hours < 100; hours += 4)
    {
      kad_sim_run_for (sim, 4 * HOUR);
      g_assert_true (is_found (sim, hours / 4 % 3));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/sleep/night", test_a_night);
  g_test_add_func ("/sim/sleep/lookup", test_a_lookup_after_a_night);
  g_test_add_func ("/sim/sleep/quiet", test_days_of_quiet);
  return g_test_run ();
}
