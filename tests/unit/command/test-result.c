/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-result.h"

#include "fake-swarm.h"
#include "kad-error.h"

static void
assert_result (GVariant *result, const char *wanted)
{
  g_autoptr (GVariant) taken = g_variant_take_ref (result);
  g_autofree char *text = g_variant_print (taken, FALSE);

  g_assert_cmpstr (text, ==, wanted);
}

static GBytes *
new_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_a_peer_has_its_addresses (void)
{
  g_autoptr (KadPeerInfo) info
      = fake_peer_new (FAKE_PEER_A, "/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/2", NULL);
  g_autoptr (KadPeerInfo) bare = fake_peer_new (FAKE_PEER_B, NULL);

  g_test_summary ("A peer is its id and its addresses, none too");

  assert_result (kad_result_new_peer (info),
                 "{'peer': <'" FAKE_PEER_A "'>, 'addresses': <['/ip4/127.0.0.1/tcp/1',"
                 " '/ip6/::1/tcp/2']>}");
  assert_result (kad_result_new_peer (bare),
                 "{'peer': <'" FAKE_PEER_B "'>, 'addresses': <@as []>}");
}

static void
test_a_record_has_bytes_and_a_source (void)
{
  g_autoptr (GBytes) key = new_bytes ("k");
  g_autoptr (GBytes) value = new_bytes ("v");
  g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
  KadPeerId peer;

  g_test_summary ("A record's bytes stay bytes; from is left out if nobody is known");

  fake_peer_id (&peer, FAKE_PEER_A);
  assert_result (kad_result_new_record (record, &peer),
                 "{'key': <[byte 0x6b]>, 'value': <[byte 0x76]>, 'from': <'" FAKE_PEER_A "'>}");
  assert_result (kad_result_new_record (record, NULL),
                 "{'key': <[byte 0x6b]>, 'value': <[byte 0x76]>}");
}

static void
test_an_identity_is_escaped (void)
{
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  const char *protocols[] = { "/a\n", NULL };

  g_test_summary ("A peer's words are escaped, what it did not say is null");

  fake_peer_id (&identity->peer, FAKE_PEER_A);
  identity->agent = g_strdup ("x\033[2J");
  identity->protocols = g_strdupv ((char **) protocols);
  g_ptr_array_add (identity->addresses,
                   kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/9", NULL));
  assert_result (kad_result_new_identity (identity),
                 "{'peer': <'" FAKE_PEER_A "'>, 'agent': <@ms 'x\\\\x1b[2J'>,"
                 " 'protocol_version': <@ms nothing>, 'protocols': <['/a\\\\x0a']>,"
                 " 'addresses': <['/ip4/127.0.0.1/tcp/9']>, 'observed_address': <@ms nothing>}");
}

static void
test_an_answer_is_given_as_it_came (void)
{
  g_autoptr (GBytes) key = new_bytes ("k");
  g_autoptr (GBytes) raw = new_bytes ("\b");
  g_autoptr (KadMessage) answer = kad_message_new (KAD_MESSAGE_FIND_NODE, key);
  g_autoptr (KadMessage) full = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
  g_autoptr (KadRecord) record = kad_record_new (key, key, NULL);
  KadPeerInfo *closer = fake_peer_new (FAKE_PEER_B, "/ip4/1.2.3.4/tcp/5", NULL);
  KadPeerId peer;

  g_test_summary ("An answer has record or null, closer peers, providers, and its bytes");

  fake_peer_id (&peer, FAKE_PEER_A);
  assert_result (kad_result_new_answer (&peer, answer, raw),
                 "{'peer': <'" FAKE_PEER_A "'>, 'record': <@ma{sv} nothing>, 'closer': <@aa{sv} "
                 "[]>, 'providers': <@aa{sv} []>, 'raw': <[byte 0x08]>}");
  kad_peer_info_set_connection (closer, KAD_CONNECTION_CONNECTED);
  kad_message_take_closer (full, closer);
  kad_message_take_provider (full, fake_peer_new (FAKE_PEER_A, NULL));
  kad_message_set_record (full, record);
  assert_result (kad_result_new_answer (&peer, full, NULL),
                 "{'peer': <'" FAKE_PEER_A "'>, 'record': <@ma{sv} {'key': <[byte 0x6b]>,"
                 " 'value': <[byte 0x6b]>, 'from': <'" FAKE_PEER_A "'>}>,"
                 " 'closer': <[{'peer': <'" FAKE_PEER_B "'>, 'addresses': <['/ip4/1.2.3.4/tcp/5']>,"
                 " 'connection': <uint32 1>}]>, 'providers': <[{'peer': <'" FAKE_PEER_A "'>,"
                 " 'addresses': <@as []>, 'connection': <uint32 0>}]>}");
}

static void
test_buckets_say_when (void)
{
  g_autoptr (KadBucketRow) row = kad_bucket_row_new (3);

  g_test_summary ("A bucket, with calendar times");

  row->size = 20;
  row->replacements = 2;
  row->connected = 5;
  row->changed_us = 1700000000000000;
  assert_result (kad_result_new_bucket (row),
                 "{'bucket': <uint32 3>, 'size': <uint32 20>, 'replacements': <uint32 2>,"
                 " 'connected': <uint32 5>, 'refreshed_us': <int64 0>,"
                 " 'changed_us': <int64 1700000000000000>}");
}

static void
test_rows_say_what_they_know (void)
{
  g_autoptr (KadPeerInfo) info = fake_peer_new (FAKE_PEER_A, "/ip4/1.2.3.4/tcp/5", NULL);
  g_autoptr (KadTableRow) row = kad_table_row_new (info);
  g_autoptr (KadConnectionRow) connection = kad_connection_row_new ();

  g_test_summary ("Rows of the table and of the connections; an unknown round trip is null");

  row->bucket = 12;
  row->state = KAD_PEER_STATE_CHECKING;
  assert_result (kad_result_new_table_row (row),
                 "{'peer': <'" FAKE_PEER_A "'>, 'bucket': <uint32 12>,"
                 " 'addresses': <['/ip4/1.2.3.4/tcp/5']>, 'agent': <@ms nothing>,"
                 " 'state': <'checking'>, 'connected': <false>, 'protected': <false>,"
                 " 'added_us': <int64 0>, 'last_seen_us': <int64 0>, 'rtt_us': <@mx nothing>}");
  connection->peer = *kad_peer_info_get_peer (info);
  connection->address = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/5", NULL);
  connection->outbound = TRUE;
  connection->opened_us = 100;
  connection->rtt_us = -1;
  connection->reason = g_strdup ("query");
  connection->is_protected = TRUE;
  connection->usefulness = -3;
  connection->group_size = 7;
  assert_result (
      kad_result_new_connection (connection, 350),
      "{'peer': <'" FAKE_PEER_A "'>, 'address': <@ms '/ip4/1.2.3.4/tcp/5'>,"
      " 'direction': <'outbound'>, 'age_us': <int64 250>, 'streams': <uint32 0>,"
      " 'rtt_us': <@mx nothing>, 'agent': <@ms nothing>, 'security': <@ms nothing>,"
      " 'muxer': <@ms nothing>, 'reason': <@ms 'query'>, 'protected': <true>, 'closest': <false>,"
      " 'usefulness': <-3>, 'group': <uint32 7>}");
}

static void
test_a_write_says_who_failed (void)
{
  g_autoptr (KadEvent) event = kad_event_new_progress (1, KAD_QUERY_PUT_RECORD);
  KadPeerId peer;

  g_test_summary ("A write has n, k and the reason of each failure");

  event->stored = 3;
  event->wanted = 20;
  assert_result (kad_result_new_write (event),
                 "{'stored': <uint32 3>, 'wanted': <uint32 20>, 'failed': <@aa{sv} []>}");
  fake_peer_id (&peer, FAKE_PEER_B);
  event->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_failure_free);
  g_ptr_array_add (event->failures, kad_peer_failure_new (&peer, "stream reset"));
  assert_result (kad_result_new_write (event),
                 "{'stored': <uint32 3>, 'wanted': <uint32 20>, 'failed': <[{'peer': "
                 "<'" FAKE_PEER_B "'>, 'reason': <'stream reset'>}]>}");
}

static void
test_events_say_what_they_carry (void)
{
  g_autoptr (KadEvent) joined = kad_event_new (KAD_EVENT_JOINED);
  g_autoptr (KadEvent) failed = kad_event_new (KAD_EVENT_JOIN_FAILED);
  g_autoptr (KadEvent) left = kad_event_new (KAD_EVENT_PEER_DISCONNECTED);
  g_autoptr (KadEvent) finished = kad_event_new (KAD_EVENT_QUERY_FINISHED);
  g_autoptr (KadEvent) added = kad_event_new (KAD_EVENT_TABLE_ADDED);
  g_autoptr (KadEvent) step = kad_event_new (KAD_EVENT_QUERY_STEP);
  g_autoptr (KadEvent) steps = kad_event_new (KAD_EVENT_RUN_PROGRESS);
  g_autoptr (KadEvent) progress = kad_event_new_progress (3, KAD_QUERY_BOOTSTRAP);

  g_test_summary ("The line of an event has its name and what it carries");

  joined->number = 5;
  assert_result (kad_result_new_event (joined), "{'event': <'joined'>, 'table': <uint32 5>}");
  failed->error = g_error_new (KAD_ERROR, KAD_ERROR_OFFLINE, "nobody");
  assert_result (kad_result_new_event (failed),
                 "{'event': <'join-failed'>, 'error': <{'code': <'Offline'>,"
                 " 'message': <'nobody'>}>}");
  fake_peer_id (&left->peer, FAKE_PEER_A);
  left->text = g_strdup ("reset by\033 peer");
  assert_result (kad_result_new_event (left),
                 "{'event': <'peer-disconnected'>, 'peer': <'" FAKE_PEER_A "'>,"
                 " 'reason': <@ms 'reset by\\\\x1b peer'>}");
  finished->query = 3;
  finished->run = 8;
  finished->kind = KAD_QUERY_GET_RECORD;
  finished->outcome = KAD_OUTCOME_STOPPED;
  finished->stats.requests = 4;
  finished->key = new_bytes ("k");
  assert_result (
      kad_result_new_event (finished),
      "{'event': <'query-finished'>, 'query': <uint64 3>, 'kind': <'get-record'>,"
      " 'run': <uint64 8>, 'key': <[byte 0x6b]>, 'outcome': <'stopped'>, 'requests': <uint32 4>,"
      " 'successes': <uint32 0>, 'failures': <uint32 0>, 'duration_us': <int64 0>}");
  added->number = 7;
  assert_result (kad_result_new_event (added), "{'event': <'table-added'>, 'bucket': <uint32 7>}");
  step->number = KAD_STEP_REPLY;
  step->rtt_us = 70;
  step->distance_bits = 12;
  fake_peer_id (&step->peer, FAKE_PEER_A);
  step->stats.heard = 30;
  step->stats.duration_us = 500;
  assert_result (kad_result_new_event (step),
                 "{'event': <'query-step'>, 'peer': <'" FAKE_PEER_A "'>, 'step': <'reply'>,"
                 " 'distance_bits': <uint32 12>, 'duration_us': <int64 500>, 'rtt_us': <int64 70>,"
                 " 'heard': <uint32 30>, 'waiting': <uint32 0>, 'queried': <uint32 0>,"
                 " 'unreachable': <uint32 0>}");
  steps->run = 8;
  steps->text = g_strdup ("bootstrap");
  progress->done = steps->done = 2;
  progress->total = steps->total = 5;
  assert_result (kad_result_new_event (steps),
                 "{'event': <'run-progress'>, 'command': <@ms 'bootstrap'>, 'run': <uint64 8>,"
                 " 'done': <uint32 2>, 'total': <uint32 5>}");
  assert_result (kad_result_new_event (progress),
                 "{'event': <'query-progress'>, 'query': <uint64 3>, 'kind': <'bootstrap'>,"
                 " 'run': <uint64 0>, 'results': <uint32 0>, 'last': <false>,"
                 " 'duration_us': <int64 0>, 'heard': <uint32 0>, 'waiting': <uint32 0>,"
                 " 'queried': <uint32 0>, 'unreachable': <uint32 0>, 'done': <uint32 2>,"
                 " 'total': <uint32 5>}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result/a-peer-has-its-addresses", test_a_peer_has_its_addresses);
  g_test_add_func ("/result/a-record-has-bytes-and-a-source", test_a_record_has_bytes_and_a_source);
  g_test_add_func ("/result/an-identity-is-escaped", test_an_identity_is_escaped);
  g_test_add_func ("/result/an-answer-is-given-as-it-came", test_an_answer_is_given_as_it_came);
  g_test_add_func ("/result/buckets-say-when", test_buckets_say_when);
  g_test_add_func ("/result/rows-say-what-they-know", test_rows_say_what_they_know);
  g_test_add_func ("/result/a-write-says-who-failed", test_a_write_says_who_failed);
  g_test_add_func ("/result/events-say-what-they-carry", test_events_say_what_they_carry);
  return g_test_run ();
}
