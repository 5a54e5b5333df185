/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static KadEvent *
new_end (FakeBench *bench, guint stored, guint wanted)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stored = stored;
  event->wanted = wanted;
  return event;
}

static void
test_it_announces (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("start-provide hashes a text: key, keeps announcing, and says n of k");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "start-provide", "{'key': <'text:k'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query start-provide");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 34);
  g_assert_false (bench.swarm->spec.once);
  fake_bench_deliver (&bench, new_end (&bench, 18, 20));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (fake_bench_get_number (&bench, "stored"), ==, 18);
  g_assert_cmpuint (fake_bench_get_number (&bench, "wanted"), ==, 20);
}

static void
test_once_and_raw_are_heeded (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("once announces once; raw-key takes the text as it is");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "start-provide",
                  "{'key': <'text:k'>, 'once': <true>, 'raw_key': <true>}");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 1);
  g_assert_true (bench.swarm->spec.once);
}

static void
test_stored_with_nobody_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("An announcement that nobody took is QuorumFailed");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "start-provide", "{'key': <'text:k'>}");
  fake_bench_deliver (&bench, new_end (&bench, 0, 20));
  fake_bench_assert_error (&bench, KAD_ERROR_QUORUM_FAILED);
  g_assert_nonnull (strstr (bench.error->message, "0 of 20"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/start-provide/it-announces", test_it_announces);
  g_test_add_func ("/start-provide/once-and-raw-are-heeded", test_once_and_raw_are_heeded);
  g_test_add_func ("/start-provide/stored-with-nobody-is-an-error",
                   test_stored_with_nobody_is_an_error);
  return g_test_run ();
}
