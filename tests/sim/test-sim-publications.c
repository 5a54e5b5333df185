/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-sim.h"

#include <string.h>

/* What a node announces, watched for days: how often, whether it is found, how it ends. */

#define MINUTE (60 * KAD_USEC_PER_SEC)
#define HOUR KAD_USEC_PER_HOUR
#define WEEK (168 * HOUR)

/* As the simulation gives it to every node when it begins. */
#define WALL_US (G_GINT64_CONSTANT (1700000000) * KAD_USEC_PER_SEC)

static const KadSimConfig usual = {
  .seed = 70,
  .max_connections = 30,
  .refresh_interval_us = HOUR,
};

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static KadSim *
make_sim (const KadSimConfig *config, guint n_nodes)
{
  KadSimConfig seeded = *config;
  KadSim *sim;

  seeded.seed = kad_sim_seed (config->seed);
  sim = kad_sim_new (&seeded);
  kad_sim_grow (sim, n_nodes);
  kad_sim_run_for (sim, 5 * MINUTE);
  return sim;
}

static void
publish (KadSim *sim, guint node, KadPublicationKind kind, GBytes *key, GBytes *value)
{
  KadPublicationSpec spec
      = { .kind = kind, .key = key, .value = value, .tag = "app", .persistent = TRUE };
  g_autoptr (GError) error = NULL;

  kad_engine_publish (kad_sim_get_engine (sim, node), &spec, kad_sim_get_now (sim), &error);
  g_assert_no_error (error);
  kad_sim_poke (sim, node);
}

static void
unpublish (KadSim *sim, guint node, KadPublicationKind kind, GBytes *key)
{
  g_assert_true (kad_engine_unpublish (kad_sim_get_engine (sim, node), kind, key, "app",
                                       kad_sim_get_now (sim), NULL));
  kad_sim_poke (sim, node);
}

static KadPublicationRow *
look (KadSim *sim, guint node, KadPublicationKind kind, GBytes *key)
{
  KadPublicationRow *row
      = kad_engine_dup_publication (kad_sim_get_engine (sim, node), kind, key, "app");

  g_assert_nonnull (row);
  return row;
}

static guint
pick_other (KadSim *sim, guint node)
{
  guint other;

  do
    other = kad_sim_random_living (sim);
  while (other == node);
  return other;
}

static gboolean
finds_provider (KadSim *sim, guint node, GBytes *key)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_PROVIDERS, .key = key };
  g_autoptr (GPtrArray) steps = kad_sim_query (sim, node, &spec);

  for (guint i = 0; i < steps->len; i++)
    {
      const KadEvent *step = g_ptr_array_index (steps, i);

      if (step->peers != NULL && step->peers->len > 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
finds_record (KadSim *sim, guint node, GBytes *key)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_GET_RECORD, .key = key };
  g_autoptr (GPtrArray) steps = kad_sim_query (sim, node, &spec);

  return kad_sim_last_step (steps)->error == NULL;
}

/* ---- how often ---- */

typedef struct
{
  KadPublicationKind kind;
  GBytes *key;
  gint64 last_run_us;
  guint n_runs;
  gint64 shortest_us, longest_us;
} Watch;

/* Called more often than it runs. */
static void
watch (Watch *self, KadSim *sim, guint node)
{
  g_autoptr (KadPublicationRow) row = look (sim, node, self->kind, self->key);
  gint64 gap_us = row->last_run_us - self->last_run_us;

  g_assert_cmpuint (row->n_failures, ==, 0);
  if (row->last_run_us == 0 || gap_us == 0)
    return;
  g_assert_cmpuint (row->stored, >, 10);
  if (self->n_runs > 0)
    {
      self->shortest_us = self->n_runs == 1 ? gap_us : MIN (self->shortest_us, gap_us);
      self->longest_us = MAX (self->longest_us, gap_us);
    }
  self->n_runs++;
  self->last_run_us = row->last_run_us;
}

/* One goes, one comes. */
static void
churn (KadSim *sim, guint publisher)
{
  kad_sim_kill (sim, pick_other (sim, publisher));
  kad_sim_join (sim, kad_sim_add_node (sim, KAD_MODE_SERVER), publisher);
}

static void
test_a_week_among_strangers (void)
{
  g_autoptr (KadSim) sim = make_sim (&usual, 40);
  g_autoptr (GBytes) key = bytes ("what we have");
  g_autoptr (GBytes) value = bytes ("value");
  Watch provided = { .kind = KAD_PUBLICATION_PROVIDER, .key = key };
  Watch record = { .kind = KAD_PUBLICATION_RECORD, .key = key };
  guint n_found = 0;

  g_test_summary ("40 nodes, of which one goes and one comes each hour: found at every hour");
  publish (sim, 5, KAD_PUBLICATION_PROVIDER, key, NULL);
  publish (sim, 5, KAD_PUBLICATION_RECORD, key, value);
  for (guint hour = 0; hour < WEEK / HOUR; hour++)
    {
      churn (sim, 5);
      kad_sim_run_for (sim, 30 * MINUTE);
      watch (&provided, sim, 5);
      watch (&record, sim, 5);
      n_found += finds_provider (sim, pick_other (sim, 5), key);
      n_found += finds_record (sim, pick_other (sim, 5), key);
      kad_sim_run_for (sim, 30 * MINUTE);
      watch (&provided, sim, 5);
      watch (&record, sim, 5);
    }
  g_assert_cmpuint (n_found, ==, 2 * WEEK / HOUR);
  g_test_message ("provided %u times, put %u times", provided.n_runs, record.n_runs);
  /* Every 19.8 to 22 hours, and every 9 to 10, from the end of a run to the next one's. */
  g_assert_cmpuint (provided.n_runs, >=, 8);
  g_assert_cmpuint (provided.n_runs, <=, 9);
  g_assert_cmpint (provided.shortest_us, >=, 198 * HOUR / 10);
  g_assert_cmpint (provided.longest_us, <=, 22 * HOUR + MINUTE);
  g_assert_cmpuint (record.n_runs, >=, 17);
  g_assert_cmpuint (record.n_runs, <=, 19);
  g_assert_cmpint (record.shortest_us, >=, 9 * HOUR);
  g_assert_cmpint (record.longest_us, <=, 10 * HOUR + MINUTE);
  g_assert_cmpint (record.longest_us - record.shortest_us, >, 10 * MINUTE);
}

/* ---- how it ends ---- */

static void
test_what_is_removed_ages_out (void)
{
  g_autoptr (KadSim) sim = make_sim (&usual, 40);
  g_autoptr (GBytes) early = bytes ("looked for in time");
  g_autoptr (GBytes) late = bytes ("looked for too late");
  g_autoptr (GBytes) value = bytes ("value");

  g_test_summary ("found until 48 h after the last run, and by nobody after that");
  publish (sim, 5, KAD_PUBLICATION_PROVIDER, early, NULL);
  publish (sim, 5, KAD_PUBLICATION_RECORD, early, value);
  publish (sim, 5, KAD_PUBLICATION_RECORD, late, value);
  kad_sim_run_for (sim, 5 * MINUTE);
  unpublish (sim, 5, KAD_PUBLICATION_PROVIDER, early);
  unpublish (sim, 5, KAD_PUBLICATION_RECORD, early);
  unpublish (sim, 5, KAD_PUBLICATION_RECORD, late);
  kad_sim_run_for (sim, 47 * HOUR);
  g_assert_true (finds_provider (sim, 9, early));
  g_assert_true (finds_record (sim, 9, early));
  kad_sim_run_for (sim, HOUR);
  for (guint i = 0; i < kad_sim_get_n_nodes (sim); i++)
    {
      g_assert_false (finds_provider (sim, i, early));
      g_assert_false (finds_record (sim, i, late));
    }
}

/* ---- when nobody can be asked ---- */

static void
test_a_day_without_network (void)
{
  g_autoptr (KadSim) sim = make_sim (&usual, 40);
  g_autoptr (GBytes) key = bytes ("what we have");
  g_autoptr (GBytes) value = bytes ("value");
  g_autoptr (KadPublicationRow) before = NULL;
  g_autoptr (KadPublicationRow) after = NULL;
  guint64 n_requests;

  g_test_summary ("it is tried ever more rarely; within a quarter of an hour after, it is found");
  publish (sim, 5, KAD_PUBLICATION_RECORD, key, value);
  kad_sim_run_for (sim, HOUR);
  kad_sim_set_loss (sim, 100);
  kad_sim_run_for (sim, 24 * HOUR);
  before = look (sim, 5, KAD_PUBLICATION_RECORD, key);
  g_assert_cmpuint (before->n_failures, >=, 1);
  g_assert_cmpuint (before->n_failures, <=, 30);
  g_assert_nonnull (before->error);
  n_requests = kad_sim_get_n_requests (sim);
  kad_sim_run_for (sim, HOUR);
  g_test_message ("%" G_GUINT64_FORMAT " requests in an hour of all 40 nodes",
                  kad_sim_get_n_requests (sim) - n_requests);

  kad_sim_set_loss (sim, 0);
  kad_sim_run_for (sim, 15 * MINUTE);
  after = look (sim, 5, KAD_PUBLICATION_RECORD, key);
  g_assert_cmpuint (after->n_failures, ==, 0);
  g_assert_null (after->error);
  g_assert_cmpuint (after->stored, >, 10);
  g_assert_true (finds_record (sim, 9, key));
}

/* ---- in the middle ---- */

static void
test_restored_in_the_middle_of_the_week (void)
{
  g_autoptr (KadSim) sim = make_sim (&usual, 40);
  gint64 began_us = kad_sim_get_now (sim);
  g_autoptr (GBytes) key = bytes ("what we have");
  g_autoptr (GBytes) value = bytes ("value");
  g_autoptr (KadPublicationRow) before = NULL;
  g_autoptr (KadPublicationRow) restored = NULL;
  g_autoptr (KadPublicationRow) after = NULL;
  KadWallTime wall;
  guint heir;

  g_test_summary ("a new engine with the old rows runs when the old one would have");
  publish (sim, 5, KAD_PUBLICATION_RECORD, key, value);
  kad_sim_run_for (sim, 84 * HOUR);
  before = look (sim, 5, KAD_PUBLICATION_RECORD, key);
  kad_sim_kill (sim, 5);

  heir = kad_sim_add_node (sim, KAD_MODE_SERVER);
  wall.unix_us = before->created_us + kad_sim_get_now (sim) - began_us;
  kad_engine_set_wall_time (kad_sim_get_engine (sim, heir), wall, kad_sim_get_now (sim));
  g_assert_true (kad_engine_restore_publication (kad_sim_get_engine (sim, heir), before,
                                                 kad_sim_get_now (sim)));
  kad_sim_join (sim, heir, 9);
  kad_sim_run_for (sim, MINUTE);
  restored = look (sim, heir, KAD_PUBLICATION_RECORD, key);
  g_assert_cmpint (restored->created_us, ==, before->created_us);
  g_assert_cmpint (restored->last_run_us, ==, before->last_run_us);
  g_assert_cmpint (restored->next_run_us, ==, before->next_run_us);
  g_assert_cmpuint (restored->stored, ==, before->stored);

  kad_sim_run_for (sim, before->next_run_us - wall.unix_us);
  after = look (sim, heir, KAD_PUBLICATION_RECORD, key);
  g_assert_cmpint (after->last_run_us, >=, before->next_run_us);
  g_assert_cmpint (after->last_run_us, <=, before->next_run_us + MINUTE);
  g_assert_cmpuint (after->n_failures, ==, 0);
}

/* ---- many ---- */

#define N_MANY 10000
#define N_DAYS 3

/* What was seen of each, and what they did together. */
typedef struct
{
  gint64 last_us[N_MANY];
  guint by_hour[N_DAYS * 24 + 24];
  guint n_runs;
  guint most_at_once;
} Many;

static void
look_at_many (Many *self, KadSim *sim, guint node)
{
  g_autoptr (GPtrArray) rows = kad_engine_dup_publications (kad_sim_get_engine (sim, node));
  guint n_running = 0;

  g_assert_cmpuint (rows->len, ==, N_MANY);
  for (guint i = 0; i < N_MANY; i++)
    {
      const KadPublicationRow *row = rows->pdata[i];

      n_running += row->is_running;
      g_assert_cmpuint (row->n_failures, ==, 0);
      if (row->last_run_us == self->last_us[i])
        continue;
      self->last_us[i] = row->last_run_us;
      self->by_hour[(row->last_run_us - WALL_US) / HOUR]++;
      self->n_runs++;
    }
  self->most_at_once = MAX (self->most_at_once, n_running);
}

static guint
get_busiest_hour (const Many *self, guint first, guint last)
{
  guint busiest = 0;

  for (guint i = first; i < last; i++)
    busiest = MAX (busiest, self->by_hour[i]);
  return busiest;
}

static void
test_ten_thousand_are_spread (void)
{
  KadSimConfig config
      = { .seed = 74, .max_connections = 30, .refresh_interval_us = 12 * HOUR, .k = 4 };
  g_autoptr (KadSim) sim = make_sim (&config, 12);
  g_autofree Many *many = g_new0 (Many, 1);

  g_test_summary ("asked for in one moment: 8 at once, and no hour has more than its share later");
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *text = g_strdup_printf ("key %u", i);
      g_autoptr (GBytes) key = bytes (text);

      publish (sim, 5, KAD_PUBLICATION_PROVIDER, key, NULL);
    }
  for (guint i = 0; i < 100; i++)
    {
      look_at_many (many, sim, 5);
      kad_sim_run_for (sim, KAD_USEC_PER_SEC / 10);
    }
  g_assert_cmpuint (many->most_at_once, ==, 8);
  for (guint i = 0; i < N_DAYS * 24 * 6; i++)
    {
      kad_sim_run_for (sim, 10 * MINUTE);
      look_at_many (many, sim, 5);
    }
  g_assert_cmpuint (many->most_at_once, ==, 8);
  g_test_message ("%u runs; busiest hours: %u, %u, %u", many->n_runs,
                  get_busiest_hour (many, 12, 34), get_busiest_hour (many, 34, 55),
                  get_busiest_hour (many, 55, 72));
  /* 10,000 within 2.2 hours the first time; each day widens it. */
  g_assert_cmpuint (many->n_runs, ==, 4 * N_MANY);
  g_assert_cmpuint (get_busiest_hour (many, 12, 34), <, N_MANY * 60 / 100);
  g_assert_cmpuint (get_busiest_hour (many, 34, 55), <, N_MANY * 50 / 100);
  g_assert_cmpuint (get_busiest_hour (many, 55, 72), <, N_MANY * 45 / 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/publications/week", test_a_week_among_strangers);
  g_test_add_func ("/sim/publications/removed", test_what_is_removed_ages_out);
  g_test_add_func ("/sim/publications/away", test_a_day_without_network);
  g_test_add_func ("/sim/publications/restored", test_restored_in_the_middle_of_the_week);
  g_test_add_func ("/sim/publications/many", test_ten_thousand_are_spread);
  return g_test_run ();
}
