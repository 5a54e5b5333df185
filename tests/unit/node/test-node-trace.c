/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-testing.h"
#include "kad-operation.h"

/* What one who watches the chain was told. */
typedef struct
{
  GThread *thread;
  guint id;
  guint n_deliveries;
  guint n_steps;
  guint n_consumed;
  guint64 consumer_run;
  guint64 n_lost;
  guint n_gaps;
  guint n_since_gap;
  guint destroyed;
  gboolean leaves;
} Tracer;

static void
on_delivery (KadNode *node, KadDelivery *delivery, guint64 n_lost, gpointer user_data)
{
  Tracer *tracer = user_data;
  KadEvent *event;

  g_assert_true (g_thread_self () == tracer->thread);
  g_assert_true ((delivery == NULL) == (n_lost > 0));
  if (delivery == NULL)
    {
      tracer->n_gaps++;
      tracer->n_lost += n_lost;
      tracer->n_since_gap = 0;
      return;
    }
  event = kad_delivery_get_event (delivery);
  g_assert_cmpint (kad_delivery_get_wall_us (delivery), >, 0);
  tracer->n_deliveries++;
  tracer->n_since_gap++;
  tracer->n_steps += event->type == KAD_EVENT_QUERY_STEP;
  if (kad_delivery_get_consumer (delivery) != NULL)
    {
      g_assert_cmpint (kad_delivery_get_duration_us (delivery), >=, 0);
      g_assert_cmpuint (kad_event_get_run (event), ==, kad_delivery_get_consumer_run (delivery));
      tracer->consumer_run = kad_delivery_get_consumer_run (delivery);
      tracer->n_consumed++;
    }
  if (tracer->leaves)
    kad_node_unwatch_trace (node, tracer->id);
}

static void
on_destroyed (gpointer user_data)
{
  ((Tracer *) user_data)->destroyed++;
}

static void
tracer_init (Tracer *tracer, KadNode *node)
{
  *tracer = (Tracer){ .thread = g_thread_self () };
  tracer->id = kad_node_watch_trace (node, on_delivery, tracer, on_destroyed);
  g_assert_cmpuint (tracer->id, !=, 0);
}

/* Steps that those hear who only watch events. */
static void
count_steps (KadNode *node, KadEvent *event, gpointer user_data)
{
  guint *n_steps = user_data;

  *n_steps += event->type == KAD_EVENT_QUERY_STEP || event->type == KAD_EVENT_REQUEST_SERVED;
}

typedef struct
{
  KadNode *server;
  KadNode *node;
} Pair;

static void
set_up (Pair *pair)
{
  g_auto (GStrv) addresses = NULL;

  pair->server = make_node (KAD_MODE_SERVER, NULL);
  start_node (pair->server);
  addresses = kad_node_dup_addresses (pair->server);
  pair->node = make_node (KAD_MODE_SERVER, addresses[0]);
}

static void
tear_down (Pair *pair)
{
  stop_node (pair->node);
  g_assert_finalize_object (pair->node);
  stop_node (pair->server);
  g_assert_finalize_object (pair->server);
  finish_turns ();
}

static void
start_joined (Pair *pair)
{
  start_node (pair->node);
  run_until (kad_node_is_joined (pair->node));
}

/* The number of the run. */
static guint64
look_up (KadNode *node)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadOperation) operation = kad_node_begin_closest_peers (node, key);
  guint64 run = kad_operation_get_run_id (operation);
  guint64 property;

  g_object_get (operation, "run-id", &property, NULL);
  g_assert_cmpuint (property, ==, run);
  run_until (kad_operation_is_done (operation));
  g_assert_no_error (kad_operation_get_error (operation));
  return run;
}

static void
test_a_watcher_sees_the_chain (void)
{
  Pair pair;
  Tracer tracer;
  guint64 run;

  g_test_summary (
      "From the beginning on a watcher hears each event, its steps, and who consumed it");

  set_up (&pair);
  tracer_init (&tracer, pair.node);
  start_joined (&pair);
  run = look_up (pair.node);
  g_assert_cmpuint (run, !=, 0);
  run_until (tracer.consumer_run == run);
  g_assert_cmpuint (look_up (pair.node), ==, run + 1);
  run_until (tracer.consumer_run == run + 1);
  g_assert_cmpuint (tracer.n_steps, >, 4);
  g_assert_cmpuint (tracer.n_deliveries, >, tracer.n_steps + tracer.n_consumed);
  g_assert_cmpuint (tracer.n_lost, ==, 0);
  kad_node_unwatch_trace (pair.node, tracer.id);
  tear_down (&pair);
  g_assert_cmpuint (tracer.destroyed, ==, 1);
}

static void
test_nothing_is_traced_when_nobody_watches (void)
{
  Pair pair;
  Tracer tracers[2];
  guint n_steps = 0, before;
  guint watch;

  g_test_summary ("Steps are made exactly while somebody watches the chain");

  set_up (&pair);
  watch = kad_node_watch (pair.node, count_steps, &n_steps, NULL);
  start_joined (&pair);
  look_up (pair.node);
  finish_turns ();
  g_assert_cmpuint (n_steps, ==, 0);

  tracer_init (&tracers[0], pair.node);
  tracer_init (&tracers[1], pair.node);
  look_up (pair.node);
  run_until (tracers[0].n_consumed > 0 && tracers[1].n_consumed > 0);
  g_assert_cmpuint (tracers[0].n_steps, >, 0);
  g_assert_cmpuint (tracers[0].n_steps, ==, tracers[1].n_steps);
  kad_node_unwatch_trace (pair.node, tracers[0].id);
  before = n_steps;
  look_up (pair.node);
  run_until (n_steps > before);

  kad_node_unwatch_trace (pair.node, tracers[1].id);
  kad_node_unwatch_trace (pair.node, tracers[1].id);
  kad_node_unwatch_trace (pair.node, 4711);
  /* A run is a round trip to the node's thread: what was on its way is here. */
  look_up (pair.node);
  finish_turns ();
  before = n_steps;
  look_up (pair.node);
  look_up (pair.node);
  finish_turns ();
  g_assert_cmpuint (n_steps, ==, before);
  kad_node_unwatch (pair.node, watch);
  tear_down (&pair);
  g_assert_cmpuint (tracers[0].destroyed, ==, 1);
  g_assert_cmpuint (tracers[1].destroyed, ==, 1);
}

static void
test_unwatch_inside (void)
{
  Pair pair;
  Tracer tracer;

  g_test_summary ("Who leaves from inside of the callback is not called again");

  set_up (&pair);
  tracer_init (&tracer, pair.node);
  tracer.leaves = TRUE;
  start_joined (&pair);
  look_up (pair.node);
  finish_turns ();
  g_assert_cmpuint (tracer.n_deliveries, ==, 1);
  g_assert_cmpuint (tracer.destroyed, ==, 1);
  tear_down (&pair);
}

/* ---- one who does not read ---- */

static void
on_ran (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, NULL);
  guint *n_done = user_data;

  g_assert_nonnull (summary);
  ++*n_done;
}

static void
test_a_watcher_that_does_not_read (void)
{
  Pair pair;
  Tracer tracer;
  g_autoptr (GMainContext) idle = g_main_context_new ();
  guint n_done = 0, n_begun = 0;
  guint n_steps = 0, watch;

  g_test_summary (
      "It loses what exceeds a bound, at one place, and is told how much; then it goes on");

  set_up (&pair);
  start_joined (&pair);
  g_main_context_push_thread_default (idle);
  tracer_init (&tracer, pair.node);
  g_main_context_pop_thread_default (idle);
  watch = kad_node_watch (pair.node, count_steps, &n_steps, NULL);
  /* 16,384 may wait, and a look-up in a network of two makes some ten events. */
  while (n_begun < 3000)
    {
      for (guint i = 0; i < 100; i++, n_begun++)
        kad_node_run_full (pair.node, "closest-peers", g_variant_new_parsed ("{'key': <b'abc'>}"),
                           NULL, NULL, NULL, NULL, on_ran, &n_done);
      run_until (n_done == n_begun);
    }
  g_assert_cmpuint (tracer.n_deliveries, ==, 0);
  while (g_main_context_iteration (idle, FALSE))
    ;
  g_assert_cmpuint (tracer.n_gaps, ==, 1);
  g_assert_cmpuint (tracer.n_lost, >, 0);
  g_assert_cmpuint (tracer.n_since_gap, ==, 0);
  g_assert_cmpuint (tracer.n_deliveries, >, 1000);
  g_assert_cmpuint (tracer.n_deliveries, <=, 16384);
  g_assert_cmpuint (tracer.n_deliveries + tracer.n_lost, >, 3000 * 5);
  look_up (pair.node);
  while (g_main_context_iteration (idle, FALSE))
    ;
  g_assert_cmpuint (tracer.n_gaps, ==, 1);
  g_assert_cmpuint (tracer.n_since_gap, >, 0);
  kad_node_unwatch_trace (pair.node, tracer.id);
  kad_node_unwatch (pair.node, watch);
  tear_down (&pair);
  g_assert_cmpuint (tracer.destroyed, ==, 1);
}

static void
test_the_node_goes_first (void)
{
  Pair pair;
  Tracer tracer;

  g_test_summary ("A node that goes with deliveries on their way tells none of them");

  set_up (&pair);
  tracer_init (&tracer, pair.node);
  start_joined (&pair);
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  tracer.n_deliveries = 0;
  g_object_unref (pair.node);
  finish_turns ();
  g_assert_cmpuint (tracer.n_deliveries, ==, 0);
  g_assert_cmpuint (tracer.destroyed, ==, 1);
  stop_node (pair.server);
  g_assert_finalize_object (pair.server);
}

static void
on_refused (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_node_run_finish (KAD_NODE (source), result, &error));
  *(int *) user_data = error->code;
}

static void
test_what_does_not_begin_has_no_number (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  int code = -1;

  g_test_summary ("A run of an unknown command, or of a node that does not run, has the number 0");

  g_assert_cmpuint (
      kad_node_run_full (node, "no-such-command", NULL, NULL, NULL, NULL, NULL, on_refused, &code),
      ==, 0);
  run_until (code != -1);
  g_assert_cmpint (code, ==, KAD_ERROR_UNKNOWN_COMMAND);
  code = -1;
  g_assert_cmpuint (
      kad_node_run_full (node, "show-table", NULL, NULL, NULL, NULL, NULL, on_refused, &code), ==,
      0);
  run_until (code != -1);
  g_assert_cmpint (code, ==, KAD_ERROR_NOT_RUNNING);
  g_assert_finalize_object (node);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-trace/a-watcher-sees-the-chain", test_a_watcher_sees_the_chain);
  g_test_add_func ("/node-trace/nothing-is-traced-when-nobody-watches",
                   test_nothing_is_traced_when_nobody_watches);
  g_test_add_func ("/node-trace/unwatch-inside", test_unwatch_inside);
  g_test_add_func ("/node-trace/a-watcher-that-does-not-read", test_a_watcher_that_does_not_read);
  g_test_add_func ("/node-trace/the-node-goes-first", test_the_node_goes_first);
  g_test_add_func ("/node-trace/what-does-not-begin-has-no-number",
                   test_what_does_not_begin_has_no_number);
  return g_test_run ();
}
