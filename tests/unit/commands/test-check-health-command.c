/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fake-swarm.h"
#include "kad-commands.h"

#define STATS                                                                                      \
  "{'node': <{'mode': <'server'>, 'accept_any': <true>}>, "                                        \
  "'now': <{'table': <uint32 9>, 'peers': <uint32 5>}>, "                                          \
  "'clock': <{'now_us': <int64 1790000000000000>, 'steps': <uint64 0>, "                           \
  "'largest_step_us': <int64 0>}>}"
#define REACHABILITY                                                                               \
  "{'state': <'local'>, 'why': <'listening'>, 'listening': <['/ip4/10.0.0.1/tcp/1']>, "            \
  "'online': <true>}"

static const char *const names[]
    = { "listening", "table-size", "self-lookup", "record-round-trip", "reachability",
        "clock",     "disk",       "network",     "modules",           "latency" };

static void
init (FakeBench *bench, const char *stats)
{
  fake_bench_init (bench);
  bench->swarm->stats = stats;
  bench->swarm->reachability = REACHABILITY;
}

static const char *
get_word (FakeBench *bench, guint index, const char *name)
{
  const char *word = NULL;

  g_assert_cmpuint (index, <, bench->results->len);
  g_assert_true (g_variant_lookup (bench->results->pdata[index], name, "&s", &word));
  return word;
}

static void
assert_states (FakeBench *bench, const char *const *states)
{
  g_assert_cmpuint (bench->results->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (get_word (bench, i, "check"), ==, names[i]);
      g_test_message ("%s: %s", names[i], get_word (bench, i, "saw"));
      g_assert_cmpstr (get_word (bench, i, "state"), ==, states[i]);
      g_assert_cmpstr (get_word (bench, i, "saw"), !=, "");
    }
}

static void
end_lookup (FakeBench *bench)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stats.duration_us = 1000;
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, fake_peer_new (FAKE_PEER_B, NULL));
  fake_bench_deliver (bench, event);
}

static void
end_put (FakeBench *bench, guint stored)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stored = stored;
  event->wanted = 3;
  fake_bench_deliver (bench, event);
}

/* @value: (nullable): what somebody gives back */
static void
end_get (FakeBench *bench, GBytes *value, const char *time)
{
  if (value != NULL)
    {
      KadEvent *event = fake_bench_new_event (bench);

      event->record = kad_record_new (bench->swarm->spec.key, value, time);
      fake_bench_deliver (bench, event);
    }
  fake_bench_end (bench, KAD_OUTCOME_COMPLETED);
}

static void
test_all_well (void)
{
  static const char *const states[]
      = { "ok", "ok", "ok", "ok", "ok", "warn", "skipped", "ok", "ok", "skipped" };
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GBytes) value = NULL;
  gboolean healthy = FALSE;
  gint64 difference_us = 0;

  g_test_summary ("Each check in its order; a record goes out and comes back with a time");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  g_assert_cmpstr (bench.progress->str, ==, " 0/10 1/10 2/10");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query closest-peers");
  g_assert_cmpint (bench.swarm->timeout_us, <=, 10 * G_USEC_PER_SEC);
  end_lookup (&bench);
  g_assert_cmpuint (bench.results->len, ==, 3);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query put-record");
  value = g_bytes_ref (bench.swarm->spec.value);
  end_put (&bench, 2);
  g_assert_true (fake_swarm_has_call (bench.swarm, "remove-record 48"));
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query get-record");
  g_assert_cmpint (bench.swarm->timeout_us, <=, 5 * G_USEC_PER_SEC);
  end_get (&bench, value, "2001-01-01T00:00:00Z");
  assert_states (&bench, states);
  g_assert_true (g_str_has_suffix (bench.progress->str, " 8/10 9/10 10/10"));
  /* The other's clock is wrong, or ours. */
  g_assert_cmpstr (get_word (&bench, 5, "advice"), ==, "set-clock");
  g_assert_true (g_variant_lookup (bench.results->pdata[5], "difference_us", "x", &difference_us));
  g_assert_cmpint (difference_us, >, 20LL * 365 * 86400 * G_USEC_PER_SEC);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_true (g_variant_lookup (bench.summary, "healthy", "b", &healthy));
  g_assert_true (healthy);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failed"), ==, 0);
  g_assert_cmpuint (fake_bench_get_number (&bench, "warned"), ==, 1);
}

static void
test_alone (void)
{
  static const char *const states[]
      = { "ok", "fail", "skipped", "skipped", "ok", "fail", "skipped", "ok", "ok", "skipped" };
  g_auto (FakeBench) bench = { 0 };
  gboolean healthy = TRUE;

  g_test_summary ("With an empty table nothing is asked, and that is a failure");

  init (&bench, "{'node': <{'accept_any': <true>}>}");
  fake_bench_run (&bench, "check-health", NULL);
  assert_states (&bench, states);
  g_assert_cmpstr (get_word (&bench, 1, "advice"), ==, "join");
  g_assert_cmpuint (bench.swarm->last_id, ==, 0);
  g_assert_true (g_variant_lookup (bench.summary, "healthy", "b", &healthy));
  g_assert_false (healthy);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failed"), ==, 2);
}

static void
test_without_probes (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Without probes nothing is sent");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", "{'probe': <false>}");
  g_assert_cmpuint (bench.swarm->last_id, ==, 0);
  g_assert_cmpstr (get_word (&bench, 2, "state"), ==, "skipped");
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "skipped");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_silence (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A lookup that fails, and a put that nobody takes");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", NULL);
  fake_bench_end_with_error (&bench,
                             g_error_new_literal (KAD_ERROR, KAD_ERROR_OFFLINE, "Nobody there"));
  g_assert_cmpstr (get_word (&bench, 2, "state"), ==, "fail");
  g_assert_cmpstr (get_word (&bench, 2, "advice"), ==, "silent-peers");
  g_assert_nonnull (strstr (get_word (&bench, 2, "saw"), "Nobody there"));
  end_put (&bench, 0);
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "fail");
  g_assert_cmpstr (get_word (&bench, 3, "advice"), ==, "not-stored");
  g_assert_cmpuint (fake_bench_get_number (&bench, "failed"), ==, 2);
}

static void
test_not_given_back (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);

  g_test_summary ("A record that comes back as another one, or not at all, is a failure");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", NULL);
  end_lookup (&bench);
  end_put (&bench, 2);
  end_get (&bench, other, "nonsense");
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "fail");
  /* A time that is none is no time. */
  g_assert_cmpstr (get_word (&bench, 5, "state"), ==, "ok");
  fake_bench_clear (&bench);

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", NULL);
  end_lookup (&bench);
  end_put (&bench, 2);
  end_get (&bench, NULL, NULL);
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "fail");
}

static void
test_signed_records_only (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Where not any record is valid none is stored");

  init (&bench, "{'now': <{'table': <uint32 9>}>}");
  fake_bench_run (&bench, "check-health", NULL);
  end_lookup (&bench);
  g_assert_cmpuint (bench.swarm->last_id, ==, 1);
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "skipped");
}

static void
test_no_time (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("What the time does not suffice for is skipped, not an error");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", "{'timeout_ms': <uint32 1000>}");
  g_assert_cmpint (bench.swarm->timeout_us, <=, 500000);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_TIMED_OUT;
  event->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT, "Too long");
  event->stats.duration_us = 990000;
  fake_bench_deliver (&bench, event);
  g_assert_cmpstr (get_word (&bench, 2, "state"), ==, "fail");
  g_assert_cmpstr (get_word (&bench, 3, "state"), ==, "skipped");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_cancelled (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Cancelled while it stores, its query is cancelled and the record dropped");

  init (&bench, STATS);
  fake_bench_run (&bench, "check-health", NULL);
  end_lookup (&bench);
  kad_dispatcher_cancel (bench.dispatcher, bench.run);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
  g_assert_true (fake_swarm_has_call (bench.swarm, "cancel 2"));
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "remove-record 48");
}

static void
test_ended_by_a_result (void)
{
  g_test_summary ("Whoever cancels on any of the results gets one end and no further result");

  for (guint i = 3; i <= G_N_ELEMENTS (names); i++)
    {
      g_auto (FakeBench) bench = { 0 };

      init (&bench, STATS);
      bench.cancel_after = i;
      fake_bench_run (&bench, "check-health", NULL);
      end_lookup (&bench);
      if (i > 3)
        {
          end_put (&bench, 2);
          end_get (&bench, NULL, NULL);
        }
      g_assert_cmpuint (bench.results->len, ==, i);
      fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
    }
}

static void
test_disk_is_looked_at_in_a_thread (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *folder = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *stats = g_strdup_printf ("{'node': <{'data': <'%s'>}>}", folder);

  g_test_summary ("The folder is looked at elsewhere; the run goes on when that is done");

  init (&bench, stats);
  fake_bench_run (&bench, "check-health", "{'probe': <false>}");
  g_assert_cmpuint (bench.results->len, ==, 6);
  while (bench.n_done == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (get_word (&bench, 6, "check"), ==, "disk");
  g_assert_cmpstr (get_word (&bench, 6, "state"), !=, "skipped");
  g_assert_cmpstr (get_word (&bench, 6, "advice"), !=, "data-folder");
  fake_bench_clear (&bench);

  init (&bench, stats);
  fake_bench_run (&bench, "check-health", "{'probe': <false>}");
  kad_dispatcher_cancel (bench.dispatcher, bench.run);
  for (guint i = 0; i < 100; i++)
    {
      g_usleep (1000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpuint (bench.n_done, ==, 1);
  g_assert_cmpuint (bench.results->len, ==, 6);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/check-health/all-well", test_all_well);
  g_test_add_func ("/check-health/alone", test_alone);
  g_test_add_func ("/check-health/without-probes", test_without_probes);
  g_test_add_func ("/check-health/silence", test_silence);
  g_test_add_func ("/check-health/not-given-back", test_not_given_back);
  g_test_add_func ("/check-health/signed-records-only", test_signed_records_only);
  g_test_add_func ("/check-health/no-time", test_no_time);
  g_test_add_func ("/check-health/cancelled", test_cancelled);
  g_test_add_func ("/check-health/ended-by-a-result", test_ended_by_a_result);
  g_test_add_func ("/check-health/disk-is-looked-at-in-a-thread",
                   test_disk_is_looked_at_in_a_thread);
  return g_test_run ();
}
