/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* Puts "v" at "k" with servers 1 to @n, who have answered the walk. */
static KadQueryId
begin (Network *net, guint n, guint quorum)
{
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GBytes) value = text_bytes ("v");
  KadQueryId id;

  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  id = network_start (
      net,
      (KadQuerySpec){ .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value, .quorum = quorum });
  for (guint32 i = 1; i <= n; i++)
    network_reply_found (net, i, 0, 0);
  return id;
}

/* @value: (nullable) of the answer, which carries no record without one. */
static void
answer_put (Network *net, guint32 n, const char *key, const char *value)
{
  g_autoptr (GBytes) key_bytes = text_bytes ("k");
  KadMessage *reply = kad_message_new (KAD_MESSAGE_PUT_VALUE, key_bytes);

  if (value != NULL)
    {
      g_autoptr (GBytes) record_key = text_bytes (key);
      g_autoptr (GBytes) value_bytes = text_bytes (value);
      g_autoptr (KadRecord) record = kad_record_new (record_key, value_bytes, NULL);

      kad_message_set_record (reply, record);
    }
  network_reply (net, n, reply);
}

static void
test_everybody_is_written_to_at_once (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("as many writes are out as peers answered the walk");
  begin (net, 6, KAD_QUORUM_ALL);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 6);
}

static void
test_answers_that_prove_nothing (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id = begin (net, 4, KAD_QUORUM_ALL);
  KadEvent *last;

  g_test_summary ("no record, another key, another value: not stored, and named with the reason");
  answer_put (net, 1, NULL, NULL);
  answer_put (net, 2, "other", "v");
  answer_put (net, 3, "k", "other");
  answer_put (net, 4, "k", "v");
  last = network_last (net, id);
  g_assert_error (last->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_cmpuint (last->stored, ==, 1);
  g_assert_cmpuint (last->wanted, ==, 4);
  g_assert_cmpuint (last->failures->len, ==, 3);
}

static void
test_grace_begins_with_the_quorum (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id = begin (net, 4, KAD_QUORUM_MAJORITY);
  KadEvent *last;

  g_test_summary ("with three of four the last one gets 2 s more, and is then named as silent");
  answer_put (net, 1, "k", "v");
  answer_put (net, 2, "k", "v");
  network_advance (net, 5 * SECOND);
  g_assert_null (network_last (net, id));
  answer_put (net, 3, "k", "v");
  network_advance (net, 2 * SECOND - 1);
  g_assert_null (network_last (net, id));
  network_advance (net, 1);
  last = network_last (net, id);
  g_assert_no_error (last->error);
  g_assert_cmpuint (last->stored, ==, 3);
  g_assert_cmpuint (last->failures->len, ==, 1);
}

static void
test_a_peer_that_goes_away (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id = begin (net, 2, 2);
  KadEvent *last;

  g_test_summary ("one that refuses is counted once, whatever else it does");
  network_fail (net, 1, KAD_ERROR_CLOSED);
  network_disconnect (net, 1);
  g_assert_null (network_last (net, id));
  answer_put (net, 2, "k", "v");
  last = network_last (net, id);
  g_assert_error (last->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_cmpuint (last->stored, ==, 1);
  g_assert_cmpuint (last->failures->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-write/at-once", test_everybody_is_written_to_at_once);
  g_test_add_func ("/dht/query-write/proof", test_answers_that_prove_nothing);
  g_test_add_func ("/dht/query-write/grace", test_grace_begins_with_the_quorum);
  g_test_add_func ("/dht/query-write/gone", test_a_peer_that_goes_away);
  return g_test_run ();
}
