/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* What all queries have in common: how they begin and end, and what they say. */

static KadQueryId
start_closest (Network *net)
{
  g_autoptr (GBytes) key = text_bytes ("key");

  return network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
}

static void
assert_ended (Network *net, KadQueryId id, KadOutcome outcome, int code)
{
  KadEvent *last = network_last (net, id);
  KadEvent *finished = network_find_event (net, KAD_EVENT_QUERY_FINISHED, id);

  g_assert_nonnull (last);
  g_assert_cmpint (last->outcome, ==, outcome);
  g_assert_nonnull (finished);
  g_assert_cmpint (finished->outcome, ==, outcome);
  g_assert_nonnull (network_find_event (net, KAD_EVENT_QUERY_STARTED, id));
  if (code < 0)
    g_assert_no_error (last->error);
  else
    g_assert_error (last->error, KAD_ERROR, code);
}

static void
test_an_empty_table_is_an_error (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryKind kinds[] = { KAD_QUERY_CLOSEST_PEERS, KAD_QUERY_GET_RECORD, KAD_QUERY_PUT_RECORD,
                           KAD_QUERY_GET_PROVIDERS, KAD_QUERY_PROVIDE,    KAD_QUERY_FIND_PEER,
                           KAD_QUERY_BOOTSTRAP };

  g_test_summary ("every kind says that nobody is known, in the next drain");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) key = text_bytes ("key");
      KadQuerySpec spec = { .kind = kinds[i], .key = key, .value = key, .peer = make_peer (9) };
      KadQueryId id = network_start (net, spec);

      g_assert_cmpuint (id, >, 0);
      assert_ended (net, id, KAD_OUTCOME_FAILED, KAD_ERROR_NOT_BOOTSTRAPPED);
    }
}

static void
test_unusable_keys_are_errors (void)
{
  g_autoptr (Network) net = network_new ();
  g_autofree char *text = g_strnfill (KAD_MAX_PROVIDER_KEY_BYTES + 1, 'k');
  g_autoptr (GBytes) long_key = text_bytes (text);
  g_autoptr (GBytes) empty = text_bytes ("");
  KadQuerySpec specs[] = {
    { .kind = KAD_QUERY_CLOSEST_PEERS },
    { .kind = KAD_QUERY_CLOSEST_PEERS, .key = empty },
    { .kind = KAD_QUERY_GET_PROVIDERS, .key = long_key },
    { .kind = KAD_QUERY_PROVIDE, .key = long_key },
    { .kind = KAD_QUERY_FIND_PEER },
  };

  g_test_summary ("no key, an empty one, one of 81 bytes for providers, no peer");
  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    assert_ended (net, network_start (net, specs[i]), KAD_OUTCOME_FAILED, KAD_ERROR_INVALID_KEY);
}

static void
test_reports_the_closest_that_answered (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;
  KadEvent *last;

  g_test_summary ("two answered, one refused its dial: two are reported, and counted");
  network_add_server (net, 1);
  network_forget (net);
  id = start_closest (net);
  network_reply_found (net, 1, 2, 2);
  network_connect (net, 2);
  network_reply_found (net, 2, 1, 3);
  network_fail_dial (net, 3);
  /* Somebody failed: the two are asked for their neighbours. */
  while (network_last (net, id) == NULL)
    {
      KadOutput output;

      g_assert_true (network_take (net, KAD_OUTPUT_SEND, 0, &output));
      kad_engine_reply_received (net->engine, output.request,
                                 answer (KAD_MESSAGE_FIND_NODE, NULL, 1, 3), net->now_us);
      kad_message_unref (output.message);
      output.message = NULL;
      kad_output_clear (&output);
    }
  assert_ended (net, id, KAD_OUTCOME_STARVED, -1);
  last = network_last (net, id);
  g_assert_cmpuint (last->peers->len, ==, 2);
  g_assert_cmpuint (last->stats.failures, ==, 1);
  g_assert_cmpuint (last->stats.heard, ==, 3);
  g_assert_cmpuint (last->stats.requests, ==, last->stats.successes);
  g_assert_cmpuint (last->stats.waiting, ==, 0);
}

static void
test_nobody_answers (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("an error with the reason, not an empty result");
  network_add_server (net, 1);
  network_disconnect (net, 1);
  network_forget (net);
  id = start_closest (net);
  network_fail_dial (net, 1);
  assert_ended (net, id, KAD_OUTCOME_FAILED, KAD_ERROR_OFFLINE);
  g_assert_nonnull (strstr (network_last (net, id)->error->message, "Connection refused"));
}

static void
test_a_hung_peer_is_given_up (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("a peer that accepts and never speaks costs seconds, and is not reported");
  network_add_server (net, 1);
  network_add_server (net, 2);
  network_forget (net);
  id = start_closest (net);
  network_reply_found (net, 1, 0, 0);
  network_advance (net, 2 * SECOND);
  g_assert_null (network_last (net, id));
  network_advance (net, 10 * SECOND);
  assert_ended (net, id, KAD_OUTCOME_STARVED, -1);
  g_assert_cmpuint (network_last (net, id)->peers->len, ==, 1);
  assert_peer (g_ptr_array_index (network_last (net, id)->peers, 0), 1);
}

static void
test_cancel_ends_once (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("one last step, however often it is cancelled; late answers are ignored");
  network_add_server (net, 1);
  network_forget (net);
  id = start_closest (net);
  kad_engine_cancel_query (net->engine, id, net->now_us);
  kad_engine_cancel_query (net->engine, id, net->now_us);
  kad_engine_cancel_query (net->engine, 12345, net->now_us);
  assert_ended (net, id, KAD_OUTCOME_CANCELLED, KAD_ERROR_CANCELLED);
  network_reply_found (net, 1, 2, 5);
  assert_ended (net, id, KAD_OUTCOME_CANCELLED, KAD_ERROR_CANCELLED);
}

static void
test_the_deadline_ends_it (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQuerySpec spec
      = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key, .timeout_us = 1500 * KAD_USEC_PER_MSEC };
  KadQueryId id;

  g_test_summary ("at 1.5 s, not before, with what was found until then");
  network_add_server (net, 1);
  network_add_server (net, 2);
  network_forget (net);
  id = network_start (net, spec);
  network_reply_found (net, 1, 0, 0);
  network_advance (net, 1499 * KAD_USEC_PER_MSEC);
  g_assert_null (network_last (net, id));
  network_advance (net, KAD_USEC_PER_MSEC);
  assert_ended (net, id, KAD_OUTCOME_TIMED_OUT, KAD_ERROR_TIMEOUT);
  g_assert_cmpuint (network_last (net, id)->peers->len, ==, 1);
  g_assert_cmpint (network_last (net, id)->stats.duration_us, ==, 1500 * KAD_USEC_PER_MSEC);
}

static void
test_a_wrong_answer_is_a_failure (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("an answer of another type is no answer");
  network_add_server (net, 1);
  network_forget (net);
  id = start_closest (net);
  network_reply (net, 1, kad_message_new (KAD_MESSAGE_PING, NULL));
  assert_ended (net, id, KAD_OUTCOME_FAILED, KAD_ERROR_OFFLINE);
}

static void
test_a_closed_connection_is_dialled_again_once (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("the connection ends between request and answer: once more, then it failed");
  network_add_server (net, 1);
  network_forget (net);
  id = start_closest (net);
  network_disconnect (net, 1);
  g_assert_null (network_last (net, id));
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), ==, 1);
  network_connect (net, 1);
  network_disconnect (net, 1);
  assert_ended (net, id, KAD_OUTCOME_FAILED, KAD_ERROR_OFFLINE);
}

static void
test_steps_are_told_only_to_who_traces (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("no step events unless tracing");
  network_add_server (net, 1);
  network_forget (net);
  start_closest (net);
  network_drain (net);
  for (guint i = 0; i < net->events->len; i++)
    g_assert_cmpint (((KadEvent *) g_ptr_array_index (net->events, i))->type, !=,
                     KAD_EVENT_QUERY_STEP);
  kad_engine_set_trace (net->engine, TRUE);
  network_reply_found (net, 1, 2, 1);
  network_drain (net);
  g_assert_cmpuint (net->events->len, >, 1);
}

static void
test_a_liar_cannot_flood_a_query (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;
  KadOutput output;
  guint32 next = 1000;
  guint n = 0;

  g_test_summary ("peers that always name others end at 256 requests");
  network_add_server (net, 1);
  network_forget (net);
  id = start_closest (net);
  while (network_last (net, id) == NULL && n++ < 5000)
    {
      if (network_take (net, KAD_OUTPUT_DIAL, 0, &output))
        {
          kad_engine_peer_connected (net->engine, &output.peer, net->now_us);
        }
      else
        {
          g_autoptr (KadMessage) reply = answer (KAD_MESSAGE_FIND_NODE, NULL, next, 40);

          g_assert_true (network_take (net, KAD_OUTPUT_SEND, 0, &output));
          next += 40;
          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
        }
      kad_output_clear (&output);
    }
  g_assert_nonnull (network_last (net, id));
  g_assert_cmpuint (network_last (net, id)->stats.requests, <=, 256 + 64);
  g_assert_cmpuint (network_last (net, id)->stats.heard, <=, 512);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query/empty-table", test_an_empty_table_is_an_error);
  g_test_add_func ("/dht/query/unusable-keys", test_unusable_keys_are_errors);
  g_test_add_func ("/dht/query/closest", test_reports_the_closest_that_answered);
  g_test_add_func ("/dht/query/nobody-answers", test_nobody_answers);
  g_test_add_func ("/dht/query/hung-peer", test_a_hung_peer_is_given_up);
  g_test_add_func ("/dht/query/cancel", test_cancel_ends_once);
  g_test_add_func ("/dht/query/deadline", test_the_deadline_ends_it);
  g_test_add_func ("/dht/query/wrong-answer", test_a_wrong_answer_is_a_failure);
  g_test_add_func ("/dht/query/closed-connection", test_a_closed_connection_is_dialled_again_once);
  g_test_add_func ("/dht/query/trace", test_steps_are_told_only_to_who_traces);
  g_test_add_func ("/dht/query/liar", test_a_liar_cannot_flood_a_query);
  return g_test_run ();
}
