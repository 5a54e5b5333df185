/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"
#include "kad-message.h"

static void
ask (FakeBench *bench, const char *request, const char *more)
{
  g_autofree char *options
      = g_strdup_printf ("{'address': <'" FAKE_PEER_A "'>, 'request': <'%s'>%s}", request, more);

  bench->n_done = 0;
  fake_bench_run (bench, "ask", options);
}

static void
assert_refused (const char *request, const char *more)
{
  g_autofree char *options
      = g_strdup_printf ("{'address': <'" FAKE_PEER_A "'>, 'request': <'%s'>%s}", request, more);
  g_autoptr (GError) error = fake_bench_refuse ("ask", options);

  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static gsize
get_key_size (FakeBench *bench)
{
  return g_bytes_get_size (kad_message_get_key (bench->swarm->request));
}

static void
test_requests_become_messages (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Each request is its message; what a text key means depends on it");

  fake_bench_init (&bench);
  ask (&bench, "find-node", ", 'key': <'text:k'>");
  g_assert_cmpint (kad_message_get_message_type (bench.swarm->request), ==, KAD_MESSAGE_FIND_NODE);
  g_assert_cmpuint (get_key_size (&bench), ==, 1);
  ask (&bench, "get-value", ", 'key': <'text:k'>");
  g_assert_cmpint (kad_message_get_message_type (bench.swarm->request), ==, KAD_MESSAGE_GET_VALUE);
  g_assert_cmpuint (get_key_size (&bench), ==, 1);
  ask (&bench, "get-providers", ", 'key': <'text:k'>");
  g_assert_cmpint (kad_message_get_message_type (bench.swarm->request), ==,
                   KAD_MESSAGE_GET_PROVIDERS);
  g_assert_cmpuint (get_key_size (&bench), ==, 34);
  ask (&bench, "get-providers", ", 'key': <'text:k'>, 'raw_key': <true>");
  g_assert_cmpuint (get_key_size (&bench), ==, 1);
}

static void
test_put_value_carries_the_record (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadRecord *record;

  g_test_summary ("put-value sends a record with key and value");

  fake_bench_init (&bench);
  ask (&bench, "put-value", ", 'key': <'text:k'>, 'value': <'value'>");
  record = kad_message_get_record (bench.swarm->request);
  g_assert_cmpuint (g_bytes_get_size (kad_record_get_key (record)), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (kad_record_get_value (record)), ==, 5);
}

static void
test_an_answer_is_given_whole (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);
  g_autofree char *result = NULL;
  KadEvent *event;

  g_test_summary ("The answer is the result, decoded and raw");

  fake_bench_init (&bench);
  ask (&bench, "find-node", ", 'key': <'text:k'>");
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  fake_peer_id (&event->peer, FAKE_PEER_A);
  event->message = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  event->raw = g_bytes_ref (key);
  fake_bench_deliver (&bench, event);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  result = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (result, "'record': <@ma{sv} nothing>"));
  g_assert_nonnull (strstr (result, "'raw': <[byte 0x6b]>"));
}

static void
test_add_provider_has_no_answer (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("add-provider names no provider, which means us, and is done when sent");

  fake_bench_init (&bench);
  ask (&bench, "add-provider", ", 'key': <'text:k'>");
  g_assert_cmpuint (kad_message_get_n_providers (bench.swarm->request), ==, 0);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  fake_peer_id (&event->peer, FAKE_PEER_A);
  fake_bench_deliver (&bench, event);
  g_assert_cmpuint (bench.results->len, ==, 0);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_ping_is_the_libp2p_ping (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;
  KadEvent *event;

  g_test_summary ("The kad PING is never sent");

  fake_bench_init (&bench);
  ask (&bench, "ping", "");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "ping " FAKE_PEER_A);
  g_assert_null (bench.swarm->request);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->rtt_us = 5;
  fake_peer_id (&event->peer, FAKE_PEER_A);
  fake_bench_deliver (&bench, event);
  result = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (result, ==, "{'peer': <'" FAKE_PEER_A "'>, 'rtt_us': <int64 5>}");
}

static void
test_parts_are_checked (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Unknown requests, missing keys and values that do not belong are refused");

  fake_bench_init (&bench);
  assert_refused ("find", ", 'key': <'text:k'>");
  assert_refused ("find-node", "");
  assert_refused ("put-value", ", 'key': <'text:k'>");
  assert_refused ("get-value", ", 'key': <'text:k'>, 'value': <'v'>");
}

static void
test_a_reset_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A peer that resets the stream is an error without a result");

  fake_bench_init (&bench);
  ask (&bench, "get-value", ", 'key': <'text:k'>");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_CLOSED, "stream reset"));
  fake_bench_assert_error (&bench, KAD_ERROR_CLOSED);
  g_assert_cmpuint (bench.results->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/ask/requests-become-messages", test_requests_become_messages);
  g_test_add_func ("/ask/put-value-carries-the-record", test_put_value_carries_the_record);
  g_test_add_func ("/ask/an-answer-is-given-whole", test_an_answer_is_given_whole);
  g_test_add_func ("/ask/add-provider-has-no-answer", test_add_provider_has_no_answer);
  g_test_add_func ("/ask/ping-is-the-libp2p-ping", test_ping_is_the_libp2p_ping);
  g_test_add_func ("/ask/parts-are-checked", test_parts_are_checked);
  g_test_add_func ("/ask/a-reset-is-an-error", test_a_reset_is_an_error);
  return g_test_run ();
}
