/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dispatcher.h"

#include "fake-command.h"
#include "fake-swarm.h"
#include "kad-error.h"
#include "kad-time.h"

#define SECOND KAD_USEC_PER_SEC

/* ---- what the handlers of these tests do ---- */

static void
start_one (FakeCommand *self, KadSwarm *swarm)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);

  kad_command_handler_own_query (KAD_COMMAND_HANDLER (self), kad_swarm_find_closest (swarm, key));
}

static void
finish_at_once (FakeCommand *self, KadSwarm *swarm)
{
  kad_command_handler_finish (KAD_COMMAND_HANDLER (self), NULL);
}

static KadEventFate
consume (FakeCommand *self, KadEvent *event)
{
  return KAD_EVENT_CONSUME;
}

static KadEventFate
finish_on_event (FakeCommand *self, KadEvent *event)
{
  kad_command_handler_finish (KAD_COMMAND_HANDLER (self), NULL);
  return KAD_EVENT_PASS;
}

/* ---- the bench: a dispatcher and a log of letters ---- */

typedef struct
{
  FakeSwarm *swarm;
  KadDispatcher *dispatcher;
  GString *log;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->swarm = fake_swarm_new ();
  f->dispatcher = kad_dispatcher_new (KAD_SWARM (f->swarm));
  f->log = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->dispatcher, kad_dispatcher_free);
  g_assert_finalize_object (f->swarm);
  g_string_free (f->log, TRUE);
}

typedef struct
{
  guint n_done;
  char code[32];
} Done;

static void
note_done (GVariant *summary, const GError *error, gpointer user_data)
{
  Done *done = user_data;

  done->n_done++;
  g_strlcpy (done->code, error != NULL ? kad_error_get_name (error) : "ok", sizeof done->code);
}

static guint64
run (Fixture *f, FakeCommand *command, Done *done)
{
  guint64 id = kad_dispatcher_run (f->dispatcher, KAD_COMMAND_HANDLER (command), 0, NULL,
                                   done != NULL ? note_done : NULL, done);

  g_object_unref (command);
  return id;
}

static void
run_three (Fixture *f)
{
  for (const char *letter = "abc"; *letter != '\0'; letter++)
    {
      FakeCommand *command = fake_command_new (*letter, f->log);

      command->run = start_one;
      run (f, command, NULL);
    }
}

static void
raise_progress (Fixture *f, KadQueryId query, gboolean is_last)
{
  KadEvent *event = kad_event_new_progress (query, KAD_QUERY_CLOSEST_PEERS);

  event->is_last = is_last;
  kad_dispatcher_deliver (f->dispatcher, event);
}

static void
raise_event (Fixture *f, KadEventType type)
{
  kad_dispatcher_deliver (f->dispatcher, kad_event_new (type));
}

/* ---- delivery ---- */

static void
test_unicast_reaches_the_owner_first (Fixture *f, gconstpointer data)
{
  g_test_summary ("Progress of a query is offered to its owner, then down the chain if it passes");

  run_three (f);
  raise_progress (f, 2, FALSE);
  g_assert_cmpstr (f->log->str, ==, "bac");
}

static void
test_unicast_ends_with_who_consumes (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("Nobody is asked after the owner has consumed");

  run_three (f);
  command->run = start_one;
  command->on_event = consume;
  run (f, command, NULL);
  raise_progress (f, 4, FALSE);
  g_assert_cmpstr (f->log->str, ==, "x");
}

static void
test_unowned_unicast_asks_nobody (Fixture *f, gconstpointer data)
{
  g_test_summary ("Progress of a query that nobody owns is offered to nobody");

  run_three (f);
  raise_progress (f, 99, FALSE);
  g_assert_cmpstr (f->log->str, ==, "");
}

static void
test_broadcast_walks_the_chain_in_order (Fixture *f, gconstpointer data)
{
  g_test_summary ("A broadcast asks the whole chain in the order in which the runs started");

  run_three (f);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "abc");
}

static void
test_broadcast_can_be_consumed (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("A broadcast ends with the first handler that consumes it");

  command->on_event = consume;
  run (f, command, NULL);
  run_three (f);
  raise_event (f, KAD_EVENT_TABLE_ADDED);
  g_assert_cmpstr (f->log->str, ==, "x");
}

static void
test_every_type_is_delivered_one_way (void)
{
  g_test_summary ("Progress of a query is the one unicast type");

  for (guint type = 0; type < KAD_N_EVENT_TYPES; type++)
    g_assert_cmpint (kad_event_type_is_unicast (type), ==, type == KAD_EVENT_QUERY_PROGRESS);
}

static void
test_quiet_handlers_are_not_asked (Fixture *f, gconstpointer data)
{
  FakeCommand *quiet = g_object_new (FAKE_TYPE_QUIET_COMMAND, NULL);

  g_test_summary ("A class that looks at no broadcast is asked about its own queries only");

  quiet->letter = 'q';
  quiet->log = f->log;
  quiet->run = start_one;
  run (f, quiet, NULL);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "");
  raise_progress (f, 1, FALSE);
  g_assert_cmpstr (f->log->str, ==, "q");
}

static void
test_ten_thousand_runs_do_not_make_an_event_dearer (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 10000
  };
  g_autofree FakeCommand **commands = g_new (FakeCommand *, N);
  guint n_asked = 0;

  g_test_summary ("With ten thousand running, an event of one asks one, and a broadcast none of "
                  "those that look at none");

  for (guint i = 0; i < N; i++)
    {
      commands[i] = g_object_new (FAKE_TYPE_QUIET_COMMAND, NULL);
      commands[i]->run = start_one;
      commands[i]->on_event = consume;
      run (f, commands[i], NULL);
    }
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, N);
  raise_progress (f, N / 2, FALSE);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  for (guint i = 0; i < N; i++)
    n_asked += commands[i]->n_asked;
  g_assert_cmpuint (n_asked, ==, 1);
  g_assert_cmpuint (commands[N / 2 - 1]->n_asked, ==, 1);
}

/* ---- what happens while an event travels ---- */

static KadEventFate
raise_another (FakeCommand *self, KadEvent *event)
{
  Fixture *f = self->data;

  if (event->type == KAD_EVENT_PEER_CONNECTED)
    {
      raise_event (f, KAD_EVENT_TABLE_ADDED);
      g_string_append_c (f->log, '.');
    }
  return KAD_EVENT_PASS;
}

static void
test_events_raised_meanwhile_wait (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("An event raised by a handler comes after the present one has arrived");

  command->data = f;
  command->on_event = raise_another;
  run (f, command, NULL);
  run_three (f);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "x.abcxabc");
}

static void
raise_own_progress (FakeCommand *self, KadSwarm *swarm)
{
  Fixture *f = self->data;

  raise_progress (f, FAKE_SWARM (swarm)->last_id + 1, FALSE);
  start_one (self, swarm);
}

static void
test_events_raised_by_run_wait_until_it_owns (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("A swarm that answers inside of run() finds the query owned");

  command->data = f;
  command->run = raise_own_progress;
  run (f, command, NULL);
  g_assert_cmpstr (f->log->str, ==, "x");
}

static void
test_finishing_during_dispatch_is_safe (Fixture *f, gconstpointer data)
{
  Done done = { 0 };

  g_test_summary ("Handlers that end while they are asked leave the chain walkable");

  for (const char *letter = "abcd"; *letter != '\0'; letter++)
    {
      FakeCommand *command = fake_command_new (*letter, f->log);

      command->on_event = finish_on_event;
      run (f, command, &done);
    }
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "abcd");
  g_assert_cmpuint (done.n_done, ==, 4);
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, 0);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "abcd");
}

static KadEventFate
cancel_next (FakeCommand *self, KadEvent *event)
{
  Fixture *f = self->data;

  kad_dispatcher_cancel (f->dispatcher, 2);
  return KAD_EVENT_PASS;
}

static void
test_cancelled_during_dispatch_are_skipped (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  Done done = { 0 };

  g_test_summary ("A handler that another one ended is not asked any more");

  command->data = f;
  command->on_event = cancel_next;
  run (f, command, NULL);
  run (f, fake_command_new ('a', f->log), &done);
  run (f, fake_command_new ('b', f->log), NULL);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "xb");
  g_assert_cmpstr (done.code, ==, "Cancelled");
}

static void
run_another_when_done (GVariant *summary, const GError *error, gpointer user_data)
{
  Fixture *f = user_data;

  run (f, fake_command_new ('n', f->log), NULL);
}

static void
test_runs_started_meanwhile_do_not_see_the_event (Fixture *f, gconstpointer data)
{
  g_autoptr (FakeCommand) command = fake_command_new ('x', f->log);

  g_test_summary ("A run that a callback starts sees later events, not the one that travels");

  command->on_event = finish_on_event;
  kad_dispatcher_run (f->dispatcher, KAD_COMMAND_HANDLER (command), 0, NULL, run_another_when_done,
                      f);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "x");
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpstr (f->log->str, ==, "xn");
}

/* ---- ending ---- */

static void
test_finishing_inside_run_is_told_once (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  Done done = { 0 };

  g_test_summary ("A handler may finish inside of run()");

  command->run = finish_at_once;
  g_assert_cmpuint (run (f, command, &done), !=, 0);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_cmpstr (done.code, ==, "ok");
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, 0);
}

static void
test_a_handler_is_freed_after_its_end (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  gpointer weak = command;

  g_test_summary ("The dispatcher's reference goes when the run has ended");

  g_object_add_weak_pointer (G_OBJECT (command), &weak);
  command->on_event = finish_on_event;
  run (f, command, NULL);
  g_assert_nonnull (weak);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_null (weak);
}

static void
test_an_end_outside_of_events_is_safe (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  gpointer weak = command;
  Done done = { 0 };

  g_test_summary ("A handler may end from a callback of its own, with nothing being dispatched");

  g_object_add_weak_pointer (G_OBJECT (command), &weak);
  run (f, command, &done);
  kad_command_handler_finish (KAD_COMMAND_HANDLER (command), NULL);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_null (weak);
}

static void
test_cancelling_cancels_the_queries (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  Done done = { 0 };
  guint64 id;

  g_test_summary ("Cancel fails the run once and cancels what it owns");

  command->run = start_one;
  id = run (f, command, &done);
  kad_dispatcher_cancel (f->dispatcher, id);
  kad_dispatcher_cancel (f->dispatcher, id);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_cmpstr (done.code, ==, "Cancelled");
  g_assert_cmpstr (fake_swarm_get_last_call (f->swarm), ==, "cancel 1");
  raise_progress (f, 1, TRUE);
  g_assert_cmpstr (f->log->str, ==, "");
}

static void
test_a_query_that_ended_is_not_cancelled (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("Finishing on a query's last event cancels nothing");

  command->run = start_one;
  command->on_event = finish_on_event;
  run (f, command, NULL);
  raise_progress (f, 1, TRUE);
  g_assert_cmpstr (fake_swarm_get_last_call (f->swarm), ==, "start-query closest-peers");
}

static void
test_finishing_early_cancels_the_query (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);

  g_test_summary ("Finishing before a query's last event cancels it");

  command->run = start_one;
  command->on_event = finish_on_event;
  run (f, command, NULL);
  raise_progress (f, 1, FALSE);
  g_assert_cmpstr (fake_swarm_get_last_call (f->swarm), ==, "cancel 1");
}

static void
test_deadlines_fail_in_time (Fixture *f, gconstpointer data)
{
  FakeCommand *quick = g_object_new (FAKE_TYPE_COMMAND, "timeout-ms", 1500, NULL);
  FakeCommand *usual = fake_command_new ('u', f->log);
  Done quick_done = { 0 }, usual_done = { 0 };

  g_test_summary ("At its deadline a run fails with Timeout and its queries are cancelled");

  g_assert_cmpint (kad_dispatcher_next_deadline (f->dispatcher), ==, KAD_TIME_NEVER);
  quick->run = start_one;
  run (f, usual, &usual_done);
  run (f, quick, &quick_done);
  g_assert_cmpint (kad_dispatcher_next_deadline (f->dispatcher), ==, 1500000);
  kad_dispatcher_advance (f->dispatcher, 1499999);
  g_assert_cmpuint (quick_done.n_done, ==, 0);
  kad_dispatcher_advance (f->dispatcher, 1500000);
  g_assert_cmpstr (quick_done.code, ==, "Timeout");
  g_assert_cmpstr (fake_swarm_get_last_call (f->swarm), ==, "cancel 1");
  g_assert_cmpint (kad_dispatcher_next_deadline (f->dispatcher), ==, 60 * SECOND);
  kad_dispatcher_advance (f->dispatcher, 60 * SECOND);
  g_assert_cmpstr (usual_done.code, ==, "Timeout");
  g_assert_cmpint (kad_dispatcher_next_deadline (f->dispatcher), ==, KAD_TIME_NEVER);
}

static void
test_a_finished_run_has_no_deadline (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  Done done = { 0 };

  g_test_summary ("What has ended does not time out");

  command->run = finish_at_once;
  run (f, command, &done);
  kad_dispatcher_advance (f->dispatcher, 3600 * SECOND);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_cmpstr (done.code, ==, "ok");
}

static void
test_shutting_down_fails_the_rest (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', f->log);
  Done done = { 0 };

  g_test_summary ("Freeing the dispatcher fails every run with NotRunning, and cancels");

  command->run = start_one;
  run (f, command, &done);
  g_clear_pointer (&f->dispatcher, kad_dispatcher_free);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_cmpstr (done.code, ==, "NotRunning");
  g_assert_cmpstr (fake_swarm_get_last_call (f->swarm), ==, "cancel 1");
}

static void
append_letter (GVariant *summary, const GError *error, gpointer user_data)
{
  g_string_append_c (user_data, error->message[0]);
}

static void
test_failing_all_keeps_the_order (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (KAD_ERROR, KAD_ERROR_PAUSED, "paused");

  g_test_summary ("All are failed, in the order they came, and new runs may follow");

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (FakeCommand) command = fake_command_new ('x', NULL);

      kad_dispatcher_run (f->dispatcher, KAD_COMMAND_HANDLER (command), 0, NULL, append_letter,
                          f->log);
    }
  kad_dispatcher_fail_all (f->dispatcher, error);
  g_assert_cmpstr (f->log->str, ==, "ppp");
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, 0);
  run_three (f);
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, 3);
}

static void
test_one_too_many_is_refused (Fixture *f, gconstpointer data)
{
  Done done = { 0 };

  g_test_summary ("Beyond the limit a run ends at once, and the limit is the dispatcher's only");

  for (guint i = 0; i < KAD_MAX_RUNNING_COMMANDS; i++)
    run (f, fake_command_new ('x', NULL), NULL);
  run (f, fake_command_new ('y', NULL), &done);
  g_assert_cmpuint (done.n_done, ==, 1);
  g_assert_cmpstr (done.code, ==, "LimitReached");
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, KAD_MAX_RUNNING_COMMANDS);
  kad_dispatcher_cancel (f->dispatcher, 1);
  run (f, fake_command_new ('z', NULL), NULL);
  g_assert_cmpuint (kad_dispatcher_get_n_running (f->dispatcher), ==, KAD_MAX_RUNNING_COMMANDS);
}

/* ---- watching ---- */

static void
note_trace (const KadTrace *trace, gpointer user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "[%s %u %s %" G_GINT64_FORMAT "]",
                          kad_event_type_get_name (trace->event->type), trace->n_asked,
                          trace->fate == KAD_TRACE_CONSUMED ? trace->consumer : "passed",
                          trace->duration_us);
  g_assert_null (trace->asked[trace->n_asked]);
}

static gint64
tick (gpointer user_data)
{
  gint64 *now = user_data;

  return *now += 5;
}

static void
test_deliveries_are_traced (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', NULL);
  gint64 now = 0;

  g_test_summary ("A watcher is told who was asked, who consumed and how long it took");

  run (f, fake_command_new ('a', NULL), NULL);
  command->run = start_one;
  command->on_event = consume;
  run (f, command, NULL);
  kad_dispatcher_set_trace (f->dispatcher, note_trace, f->log);
  raise_progress (f, 1, FALSE);
  raise_progress (f, 77, FALSE);
  kad_dispatcher_set_clock (f->dispatcher, tick, &now);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  kad_dispatcher_set_trace (f->dispatcher, NULL, NULL);
  raise_event (f, KAD_EVENT_PEER_CONNECTED);
  g_assert_cmpint (now, ==, 10);
  g_assert_cmpstr (f->log->str, ==,
                   "[query-progress 1 FakeCommand -1]"
                   "[query-progress 0 passed -1]"
                   "[peer-connected 2 FakeCommand 5]");
}

static void
note_run (const char *command, gint64 started_us, const GError *error, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s %" G_GINT64_FORMAT " %s]", command, started_us,
                          error != NULL ? kad_error_get_name (error) : "ok");
}

static void
test_the_end_of_each_run_is_told (Fixture *f, gconstpointer data)
{
  FakeCommand *quick = fake_command_new ('x', NULL);
  guint64 id;

  g_test_summary ("The node hears of each run that ends, once, with its start and error");

  kad_dispatcher_set_run_func (f->dispatcher, note_run, f->log);
  quick->run = finish_at_once;
  kad_dispatcher_advance (f->dispatcher, 7 * SECOND);
  kad_dispatcher_run (f->dispatcher, KAD_COMMAND_HANDLER (quick), 9 * SECOND, NULL, NULL, NULL);
  g_object_unref (quick);
  id = run (f, fake_command_new ('a', NULL), NULL);
  kad_dispatcher_cancel (f->dispatcher, id);
  kad_dispatcher_cancel (f->dispatcher, id);
  g_assert_cmpstr (f->log->str, ==, "[FakeCommand 9000000 ok][FakeCommand 9000000 Cancelled]");
}

static void
note_runs (const KadTrace *trace, gpointer user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "[%s of %" G_GUINT64_FORMAT ":",
                          kad_event_type_get_name (trace->event->type), trace->event->run);
  for (guint i = 0; i < trace->n_asked; i++)
    g_string_append_printf (log, " %" G_GUINT64_FORMAT, trace->runs[i]);
  g_string_append_printf (log, " -> %" G_GUINT64_FORMAT "]", trace->consumer_run);
}

static guint64
run_numbered (Fixture *f, guint64 number, gboolean consumes)
{
  FakeCommand *command = fake_command_new ('x', NULL);
  guint64 id;

  command->run = start_one;
  command->on_event = consumes ? consume : NULL;
  id = kad_dispatcher_run_numbered (f->dispatcher, KAD_COMMAND_HANDLER (command), number, 0, NULL,
                                    NULL, NULL);
  g_object_unref (command);
  return id;
}

static void
raise_finished (Fixture *f, KadQueryId query)
{
  KadEvent *event = kad_event_new (KAD_EVENT_QUERY_FINISHED);

  event->query = query;
  kad_dispatcher_deliver (f->dispatcher, event);
}

static void
test_runs_are_told_by_their_numbers (Fixture *f, gconstpointer data)
{
  const char *command = NULL;

  g_test_summary ("Events and traces say whose they are, the end of a query too; then no more");

  run_numbered (f, 700, TRUE);
  run_numbered (f, 701, FALSE);
  kad_dispatcher_set_trace (f->dispatcher, note_runs, f->log);
  g_assert_cmpuint (kad_dispatcher_find_query (f->dispatcher, 1, &command), ==, 700);
  g_assert_cmpstr (command, ==, "FakeCommand");
  raise_progress (f, 1, FALSE);
  raise_progress (f, 2, TRUE);
  g_assert_cmpuint (kad_dispatcher_find_query (f->dispatcher, 2, &command), ==, 701);
  g_assert_null (command);
  raise_finished (f, 2);
  raise_finished (f, 2);
  g_assert_cmpuint (kad_dispatcher_find_query (f->dispatcher, 2, NULL), ==, 0);
  g_assert_cmpstr (f->log->str, ==,
                   "[query-progress of 700: 700 -> 700]"
                   "[query-progress of 701: 701 700 -> 700]"
                   "[query-finished of 701: 700 -> 700]"
                   "[query-finished of 0: 700 -> 700]");
}

static void
test_queries_of_ended_runs_keep_their_number (Fixture *f, gconstpointer data)
{
  guint64 id = run_numbered (f, 700, FALSE);

  g_test_summary ("What a cancelled run leaves behind is still told as its own, until forgotten");

  kad_dispatcher_set_trace (f->dispatcher, note_runs, f->log);
  kad_dispatcher_cancel (f->dispatcher, id);
  raise_progress (f, 1, TRUE);
  g_assert_cmpstr (f->log->str, ==, "[query-progress of 700: -> 0]");
  kad_dispatcher_forget_query (f->dispatcher, 1);
  g_assert_cmpuint (kad_dispatcher_find_query (f->dispatcher, 1, NULL), ==, 0);
}

static void
note_tap (KadEvent *event, gpointer user_data)
{
  g_string_append_c (user_data, event->type == KAD_EVENT_QUERY_PROGRESS ? 'q' : 'b');
}

static void
test_the_tap_sees_everything (Fixture *f, gconstpointer data)
{
  FakeCommand *command = fake_command_new ('x', NULL);

  g_test_summary ("The node's own listener sees each event, consumed or not");

  command->run = start_one;
  command->on_event = consume;
  run (f, command, NULL);
  kad_dispatcher_set_tap (f->dispatcher, note_tap, f->log);
  raise_progress (f, 1, FALSE);
  raise_progress (f, 2, FALSE);
  raise_event (f, KAD_EVENT_LISTENING);
  g_assert_cmpstr (f->log->str, ==, "qqb");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

static void
add_delivery_tests (void)
{
  ADD ("/dispatcher/unicast-reaches-the-owner-first", test_unicast_reaches_the_owner_first);
  ADD ("/dispatcher/unicast-ends-with-who-consumes", test_unicast_ends_with_who_consumes);
  ADD ("/dispatcher/unowned-unicast-asks-nobody", test_unowned_unicast_asks_nobody);
  ADD ("/dispatcher/broadcast-walks-the-chain-in-order", test_broadcast_walks_the_chain_in_order);
  ADD ("/dispatcher/broadcast-can-be-consumed", test_broadcast_can_be_consumed);
  g_test_add_func ("/dispatcher/every-type-is-delivered-one-way",
                   test_every_type_is_delivered_one_way);
  ADD ("/dispatcher/quiet-handlers-are-not-asked", test_quiet_handlers_are_not_asked);
  ADD ("/dispatcher/ten-thousand-runs-do-not-make-an-event-dearer",
       test_ten_thousand_runs_do_not_make_an_event_dearer);
  ADD ("/dispatcher/events-raised-meanwhile-wait", test_events_raised_meanwhile_wait);
  ADD ("/dispatcher/events-raised-by-run-wait-until-it-owns",
       test_events_raised_by_run_wait_until_it_owns);
  ADD ("/dispatcher/finishing-during-dispatch-is-safe", test_finishing_during_dispatch_is_safe);
  ADD ("/dispatcher/cancelled-during-dispatch-are-skipped",
       test_cancelled_during_dispatch_are_skipped);
  ADD ("/dispatcher/runs-started-meanwhile-do-not-see-the-event",
       test_runs_started_meanwhile_do_not_see_the_event);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_delivery_tests ();
  ADD ("/dispatcher/finishing-inside-run-is-told-once", test_finishing_inside_run_is_told_once);
  ADD ("/dispatcher/a-handler-is-freed-after-its-end", test_a_handler_is_freed_after_its_end);
  ADD ("/dispatcher/an-end-outside-of-events-is-safe", test_an_end_outside_of_events_is_safe);
  ADD ("/dispatcher/cancelling-cancels-the-queries", test_cancelling_cancels_the_queries);
  ADD ("/dispatcher/a-query-that-ended-is-not-cancelled", test_a_query_that_ended_is_not_cancelled);
  ADD ("/dispatcher/finishing-early-cancels-the-query", test_finishing_early_cancels_the_query);
  ADD ("/dispatcher/deadlines-fail-in-time", test_deadlines_fail_in_time);
  ADD ("/dispatcher/a-finished-run-has-no-deadline", test_a_finished_run_has_no_deadline);
  ADD ("/dispatcher/shutting-down-fails-the-rest", test_shutting_down_fails_the_rest);
  ADD ("/dispatcher/failing-all-keeps-the-order", test_failing_all_keeps_the_order);
  ADD ("/dispatcher/one-too-many-is-refused", test_one_too_many_is_refused);
  ADD ("/dispatcher/deliveries-are-traced", test_deliveries_are_traced);
  ADD ("/dispatcher/the-end-of-each-run-is-told", test_the_end_of_each_run_is_told);
  ADD ("/dispatcher/runs-are-told-by-their-numbers", test_runs_are_told_by_their_numbers);
  ADD ("/dispatcher/queries-of-ended-runs-keep-their-number",
       test_queries_of_ended_runs_keep_their_number);
  ADD ("/dispatcher/the-tap-sees-everything", test_the_tap_sees_everything);
  return g_test_run ();
}
