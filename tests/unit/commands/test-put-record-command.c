/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static KadEvent *
new_end (FakeBench *bench, guint stored, guint wanted, guint n_failures)
{
  KadEvent *event = fake_bench_new_event (bench);
  KadPeerId peer;

  fake_peer_id (&peer, FAKE_PEER_B);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stored = stored;
  event->wanted = wanted;
  event->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_failure_free);
  for (guint i = 0; i < n_failures; i++)
    g_ptr_array_add (event->failures, kad_peer_failure_new (&peer, "stream reset"));
  return event;
}

static void
put (FakeBench *bench, const char *quorum)
{
  g_autofree char *options = g_strdup_printf ("{'key': <'text:k'>, 'value': <'v'>%s}", quorum);

  fake_bench_run (bench, "put-record", options);
}

static void
test_it_stores (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *summary = NULL;

  g_test_summary ("put-record gives key and value to the engine, and says n of k and who failed");

  fake_bench_init (&bench);
  put (&bench, "");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query put-record");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.value), ==, 1);
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, 1);
  fake_bench_deliver (&bench, new_end (&bench, 1, 20, 1));
  g_assert_cmpuint (fake_bench_get_number (&bench, "stored"), ==, 1);
  summary = g_variant_print (bench.summary, FALSE);
  g_assert_nonnull (strstr (summary, "'reason': <'stream reset'>"));
}

static void
test_quorums_are_read (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("one, majority, all and numbers reach the engine");

  fake_bench_init (&bench);
  put (&bench, ", 'quorum': <'majority'>");
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, KAD_QUORUM_MAJORITY);
  put (&bench, ", 'quorum': <'all'>");
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, KAD_QUORUM_ALL);
  put (&bench, ", 'quorum': <'7'>");
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, 7);
}

static void
test_bad_quorums_are_refused (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error
      = fake_bench_refuse ("put-record", "{'key': <'text:k'>, 'value': <'v'>, 'quorum': <'some'>}");

  g_test_summary ("What is no quorum is told before anything runs");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
expect_failure (FakeBench *bench, const char *quorum, guint stored, guint wanted)
{
  bench->n_done = 0;
  put (bench, quorum);
  fake_bench_deliver (bench, new_end (bench, stored, wanted, wanted - stored));
  fake_bench_assert_error (bench, KAD_ERROR_QUORUM_FAILED);
}

static void
expect_success (FakeBench *bench, const char *quorum, guint stored, guint wanted)
{
  bench->n_done = 0;
  put (bench, quorum);
  fake_bench_deliver (bench, new_end (bench, stored, wanted, wanted - stored));
  g_assert_cmpstr (fake_bench_get_outcome (bench), ==, "completed");
}

static void
test_fewer_than_the_quorum_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Fewer than the quorum is an error, as many are enough");

  fake_bench_init (&bench);
  expect_failure (&bench, "", 0, 20);
  expect_success (&bench, "", 1, 20);
  expect_failure (&bench, ", 'quorum': <'majority'>", 10, 20);
  expect_success (&bench, ", 'quorum': <'majority'>", 11, 20);
  expect_failure (&bench, ", 'quorum': <'all'>", 19, 20);
  expect_success (&bench, ", 'quorum': <'all'>", 20, 20);
  expect_failure (&bench, ", 'quorum': <'all'>", 0, 0);
  expect_failure (&bench, ", 'quorum': <'3'>", 2, 2);
}

static void
test_the_error_says_why (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("The message has n of k, some reasons, and counts the rest");

  fake_bench_init (&bench);
  expect_failure (&bench, ", 'quorum': <'majority'>", 2, 20);
  g_assert_true (g_str_has_prefix (bench.error->message,
                                   "Stored with 2 of 20 peers, 11 needed: " FAKE_PEER_B
                                   ": stream reset; "));
  g_assert_true (g_str_has_suffix (bench.error->message, "; and 13 more"));
}

static void
test_the_engine_s_quorum_error_is_told_in_full (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("QuorumFailed by the engine gets the reasons too");

  fake_bench_init (&bench);
  put (&bench, ", 'quorum': <'2'>");
  event = new_end (&bench, 1, 3, 2);
  event->error = g_error_new (KAD_ERROR, KAD_ERROR_QUORUM_FAILED, "short");
  fake_bench_deliver (&bench, event);
  fake_bench_assert_error (&bench, KAD_ERROR_QUORUM_FAILED);
  g_assert_nonnull (strstr (bench.error->message, "1 of 3"));
}

static void
test_a_timeout_counts_what_was_stored (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("Out of time with the quorum met is a success, without not");

  fake_bench_init (&bench);
  put (&bench, "");
  event = new_end (&bench, 3, 20, 0);
  event->outcome = KAD_OUTCOME_TIMED_OUT;
  fake_bench_deliver (&bench, event);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "timed-out");
  bench.n_done = 0;
  put (&bench, ", 'quorum': <'all'>");
  event = new_end (&bench, 3, 20, 0);
  event->outcome = KAD_OUTCOME_TIMED_OUT;
  fake_bench_deliver (&bench, event);
  fake_bench_assert_error (&bench, KAD_ERROR_TIMEOUT);
}

static void
test_other_errors_are_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A record that the engine refuses is its error");

  fake_bench_init (&bench);
  put (&bench, "");
  fake_bench_end_with_error (&bench,
                             g_error_new (KAD_ERROR, KAD_ERROR_OLDER_RECORD, "a better one"));
  fake_bench_assert_error (&bench, KAD_ERROR_OLDER_RECORD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/put-record/it-stores", test_it_stores);
  g_test_add_func ("/put-record/quorums-are-read", test_quorums_are_read);
  g_test_add_func ("/put-record/bad-quorums-are-refused", test_bad_quorums_are_refused);
  g_test_add_func ("/put-record/fewer-than-the-quorum-is-an-error",
                   test_fewer_than_the_quorum_is_an_error);
  g_test_add_func ("/put-record/the-error-says-why", test_the_error_says_why);
  g_test_add_func ("/put-record/the-engine-s-quorum-error-is-told-in-full",
                   test_the_engine_s_quorum_error_is_told_in_full);
  g_test_add_func ("/put-record/a-timeout-counts-what-was-stored",
                   test_a_timeout_counts_what_was_stored);
  g_test_add_func ("/put-record/other-errors-are-passed-on", test_other_errors_are_passed_on);
  return g_test_run ();
}
