/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-handler.h"

#include "fake-command.h"
#include "fake-swarm.h"
#include "kad-error.h"
#include "kad-time.h"

static FakeCommand *
run_fake (FakeBench *bench)
{
  FakeCommand *command = fake_command_new ('x', NULL);

  fake_bench_run_handler (bench, KAD_COMMAND_HANDLER (command));
  return command;
}

static GVariant *
new_result (guint number)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "number", g_variant_new_uint32 (number));
  return g_variant_builder_end (&builder);
}

static void
test_results_come_before_the_end (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;
  KadCommandHandler *handler;
  g_autofree char *result = NULL;

  g_test_summary ("Results are reported as they come; the last line has outcome and counts");

  fake_bench_init (&bench);
  command = run_fake (&bench);
  handler = KAD_COMMAND_HANDLER (command);
  g_assert_true (kad_command_handler_get_swarm (handler) == KAD_SWARM (bench.swarm));
  kad_command_handler_report (handler, new_result (4));
  kad_command_handler_report (handler, g_variant_ref_sink (new_result (5)));
  g_assert_cmpuint (kad_command_handler_get_n_results (handler), ==, 2);
  g_assert_cmpuint (bench.n_done, ==, 0);
  kad_command_handler_finish (handler, new_result (6));

  g_assert_true (kad_command_handler_is_done (handler));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 0);
  g_assert_cmpuint (fake_bench_get_number (&bench, "number"), ==, 6);
  result = fake_bench_dup_result (&bench, 1);
  g_assert_cmpstr (result, ==, "{'number': <uint32 5>}");
}

static void
test_statistics_are_merged (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;
  KadQueryStats first = { .requests = 5, .successes = 3, .failures = 2, .duration_us = 900 };
  KadQueryStats second = { .requests = 1, .successes = 1, .duration_us = 400 };
  gint64 duration_us = 0;

  g_test_summary ("Counts of several queries are added, the longest duration is kept");

  fake_bench_init (&bench);
  command = run_fake (&bench);
  kad_command_handler_merge_stats (KAD_COMMAND_HANDLER (command), &first);
  kad_command_handler_merge_stats (KAD_COMMAND_HANDLER (command), &second);
  kad_command_handler_set_outcome (KAD_COMMAND_HANDLER (command), "stopped");
  kad_command_handler_finish (KAD_COMMAND_HANDLER (command), NULL);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "stopped");
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 6);
  g_assert_cmpuint (fake_bench_get_number (&bench, "successes"), ==, 4);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failures"), ==, 2);
  g_assert_true (g_variant_lookup (bench.summary, "duration_us", "x", &duration_us));
  g_assert_cmpint (duration_us, ==, 900);
}

static void
test_the_run_itself_takes_time (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;
  gint64 duration_us = 0;

  g_test_summary ("The duration is the run's own where no query took longer");

  fake_bench_init (&bench);
  command = run_fake (&bench);
  kad_dispatcher_advance (bench.dispatcher, 2500);
  g_assert_cmpint (kad_command_handler_get_now_us (KAD_COMMAND_HANDLER (command)), ==, 2500);
  kad_command_handler_finish (KAD_COMMAND_HANDLER (command), NULL);
  g_assert_true (g_variant_lookup (bench.summary, "duration_us", "x", &duration_us));
  g_assert_cmpint (duration_us, ==, 2500);
}

static void
test_the_default_deadline_is_the_class_s (void)
{
  g_autoptr (FakeCommand) usual = fake_command_new ('x', NULL);
  g_autoptr (FakeCommand) quick = g_object_new (FAKE_TYPE_COMMAND, "timeout-ms", 250, NULL);

  g_test_summary ("timeout-ms is in milliseconds, and 0 means the default");

  g_assert_cmpint (kad_command_handler_get_timeout_us (KAD_COMMAND_HANDLER (usual)), ==,
                   60 * KAD_USEC_PER_SEC);
  g_assert_cmpint (kad_command_handler_get_timeout_us (KAD_COMMAND_HANDLER (quick)), ==, 250000);
}

static void
test_a_second_end_is_the_programmer_s_mistake (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;

  g_test_summary ("A handler that ends twice ends once, with a critical");

  fake_bench_init (&bench);
  command = run_fake (&bench);
  kad_command_handler_finish (KAD_COMMAND_HANDLER (command), NULL);
  g_test_expect_message ("kad-command", G_LOG_LEVEL_CRITICAL, "*ends a second time*");
  kad_command_handler_fail (KAD_COMMAND_HANDLER (command),
                            g_error_new (KAD_ERROR, KAD_ERROR_FAILED, "again"));
  g_test_assert_expected_messages ();
  g_assert_cmpuint (bench.n_done, ==, 1);
  g_assert_no_error (bench.error);
}

static void
test_an_end_before_the_run_is_the_programmer_s_mistake (void)
{
  g_autoptr (FakeCommand) command = fake_command_new ('x', NULL);

  g_test_summary ("A handler that does not run cannot end");

  g_test_expect_message ("kad-command", G_LOG_LEVEL_CRITICAL, "*without running*");
  kad_command_handler_finish (KAD_COMMAND_HANDLER (command), NULL);
  g_test_assert_expected_messages ();
  g_assert_false (kad_command_handler_is_done (KAD_COMMAND_HANDLER (command)));
}

static void
test_what_a_cancelled_handler_says_is_not_heard (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;
  KadCommandHandler *handler;

  g_test_summary ("A caller may cancel inside of a result: what follows is no mistake");

  fake_bench_init (&bench);
  bench.cancel_after = 1;
  command = run_fake (&bench);
  handler = KAD_COMMAND_HANDLER (command);
  kad_command_handler_report (handler, new_result (1));
  kad_command_handler_report (handler, new_result (2));
  kad_command_handler_own_query (handler, 42);
  kad_command_handler_finish (handler, NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "cancel 42");
}

static void
end_with (FakeBench *bench, KadOutcome outcome, GError *error)
{
  g_autoptr (FakeCommand) command = NULL;
  g_autoptr (KadEvent) event = kad_event_new_progress (1, KAD_QUERY_GET_RECORD);

  event->is_last = TRUE;
  event->outcome = outcome;
  event->stats.requests = 3;
  event->error = error;
  bench->n_done = 0;
  command = run_fake (bench);
  kad_command_handler_end_with_event (KAD_COMMAND_HANDLER (command), event, new_result (9));
}

static void
test_an_event_says_how_it_ends (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A last event ends the run with its error, an error for its outcome, or well");

  fake_bench_init (&bench);
  end_with (&bench, KAD_OUTCOME_STARVED, NULL);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "starved");
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 3);
  g_assert_cmpuint (fake_bench_get_number (&bench, "number"), ==, 9);
  end_with (&bench, KAD_OUTCOME_RUNNING, NULL);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  end_with (&bench, KAD_OUTCOME_TIMED_OUT, NULL);
  fake_bench_assert_error (&bench, KAD_ERROR_TIMEOUT);
  end_with (&bench, KAD_OUTCOME_CANCELLED, NULL);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
  end_with (&bench, KAD_OUTCOME_FAILED, NULL);
  fake_bench_assert_error (&bench, KAD_ERROR_FAILED);
  end_with (&bench, KAD_OUTCOME_FAILED,
            g_error_new (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED, "empty"));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_BOOTSTRAPPED);
}

static void
test_it_is_finalised (void)
{
  FakeCommand *command = fake_command_new ('x', NULL);

  g_test_summary ("A handler that never ran can be dropped");

  g_assert_finalize_object (command);
}

static void
note_progress (KadEvent *event, gpointer user_data)
{
  if (event->type == KAD_EVENT_RUN_PROGRESS)
    g_string_append_printf (user_data,
                            "[%s of %" G_GUINT64_FORMAT " at %" G_GINT64_FORMAT ": %u/%u]",
                            event->text, event->run, event->wall_us, event->done, event->total);
}

static gint64
read_calendar (gpointer user_data)
{
  return 77;
}

static void
test_progress_is_told_once (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (FakeCommand) command = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  KadCommandHandler *handler;

  g_test_summary ("Each change of how far a run is, with its command, its number and the time");

  fake_bench_init (&bench);
  kad_dispatcher_set_calendar (bench.dispatcher, read_calendar, NULL);
  kad_dispatcher_set_tap (bench.dispatcher, note_progress, log);
  command = run_fake (&bench);
  handler = KAD_COMMAND_HANDLER (command);
  for (guint i = 0; i < 2; i++)
    kad_command_handler_set_progress (handler, 1, 3);
  kad_command_handler_set_progress (handler, 2, 3);
  g_assert_cmpstr (log->str, ==, "[FakeCommand of 1 at 77: 1/3][FakeCommand of 1 at 77: 2/3]");
  kad_command_handler_finish (handler, NULL);
  kad_command_handler_set_progress (handler, 3, 3);
  g_assert_null (strstr (log->str, "3/3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-handler/results-come-before-the-end",
                   test_results_come_before_the_end);
  g_test_add_func ("/command-handler/statistics-are-merged", test_statistics_are_merged);
  g_test_add_func ("/command-handler/the-run-itself-takes-time", test_the_run_itself_takes_time);
  g_test_add_func ("/command-handler/the-default-deadline-is-the-class-s",
                   test_the_default_deadline_is_the_class_s);
  g_test_add_func ("/command-handler/a-second-end-is-the-programmer-s-mistake",
                   test_a_second_end_is_the_programmer_s_mistake);
  g_test_add_func ("/command-handler/an-end-before-the-run-is-the-programmer-s-mistake",
                   test_an_end_before_the_run_is_the_programmer_s_mistake);
  g_test_add_func ("/command-handler/what-a-cancelled-handler-says-is-not-heard",
                   test_what_a_cancelled_handler_says_is_not_heard);
  g_test_add_func ("/command-handler/an-event-says-how-it-ends", test_an_event_says_how_it_ends);
  g_test_add_func ("/command-handler/it-is-finalised", test_it_is_finalised);
  g_test_add_func ("/command-handler/progress-is-told-once", test_progress_is_told_once);
  return g_test_run ();
}
