/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-engine-private.h"

#include "test-network.h"

typedef struct
{
  guint n_ends;
  guint n_turns;
  gboolean has_reply;
  int code; /* of the error; -1: none */
} Owner;

static void
ended (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  Owner *self = owner;

  self->n_ends++;
  self->has_reply = reply != NULL;
  self->code = error != NULL ? error->code : -1;
}

static void
turned (gpointer owner, const KadContact *contact)
{
  ((Owner *) owner)->n_turns++;
}

static KadContact *
start (Network *net, Owner *owner, guint32 n, KadMessageType type, GError **error)
{
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (KadMessage) message = kad_message_new (type, key);
  g_autoptr (KadPeerInfo) info = n < 100 ? peer_info (n) : make_info (n, NULL);
  KadContactSpec spec
      = { .info = info, .message = message, .func = ended, .on_turn = turned, .owner = owner };
  KadContact *contact;

  kad_engine_enter (net->engine, net->now_us);
  contact = kad_contact_start (net->engine, &spec, error);
  kad_engine_leave (net->engine);
  return contact;
}

static void
test_dials_sends_and_ends_once (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owner = { 0 };
  KadOutput output;

  g_test_summary ("a dial, the message, the answer; a second answer is nobody's");
  g_assert_nonnull (start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL));
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), ==, 1);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
  network_connect (net, 1);
  g_assert_cmpuint (owner.n_turns, ==, 1);
  g_assert_true (network_take (net, KAD_OUTPUT_SEND, 1, &output));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

      kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
    }
  kad_output_clear (&output);
  g_assert_cmpuint (owner.n_ends, ==, 1);
  g_assert_true (owner.has_reply);
  g_assert_cmpint (owner.code, ==, -1);
}

static void
test_two_share_a_dial (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owners[2] = { { 0 } };

  g_test_summary ("two messages to one peer are one dial, whose failure ends both");
  start (net, &owners[0], 1, KAD_MESSAGE_FIND_NODE, NULL);
  start (net, &owners[1], 1, KAD_MESSAGE_GET_VALUE, NULL);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), ==, 1);
  network_fail_dial (net, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (owners[i].n_ends, ==, 1);
      g_assert_cmpint (owners[i].code, ==, KAD_ERROR_DIAL_FAILED);
    }
}

static void
test_nobody_knows_where (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GError) error = NULL;
  Owner owner = { 0 };

  g_test_summary ("without address and connection there is no contact, and nobody is told");
  g_assert_null (start (net, &owner, 100, KAD_MESSAGE_FIND_NODE, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_assert_cmpuint (owner.n_ends, ==, 0);
  g_assert_cmpuint (kad_peer_book_get_size (net->engine->book), ==, 0);
}

static void
test_deadlines (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owner = { 0 };

  g_test_summary ("10 s for the dial, and 10 s for the answer from when it was sent");
  start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL);
  network_advance (net, 9 * SECOND);
  network_connect (net, 1);
  network_advance (net, 10 * SECOND - 1);
  g_assert_cmpuint (owner.n_ends, ==, 0);
  network_advance (net, 1);
  g_assert_cmpuint (owner.n_ends, ==, 1);
  g_assert_cmpint (owner.code, ==, KAD_ERROR_TIMEOUT);

  owner = (Owner){ 0 };
  start (net, &owner, 2, KAD_MESSAGE_FIND_NODE, NULL);
  network_advance (net, 10 * SECOND);
  g_assert_cmpint (owner.code, ==, KAD_ERROR_DIAL_FAILED);
}

static void
test_lost_connection_is_tried_once_more (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owner = { 0 };

  g_test_summary ("a connection that ends is dialled again once; the second time it is an error");
  network_connect (net, 1);
  start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL);
  network_disconnect (net, 1);
  g_assert_cmpuint (owner.n_ends, ==, 0);
  g_assert_cmpuint (owner.n_turns, ==, 1);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), ==, 1);
  network_connect (net, 1);
  g_assert_cmpuint (owner.n_turns, ==, 2);
  network_disconnect (net, 1);
  g_assert_cmpuint (owner.n_ends, ==, 1);
  g_assert_cmpint (owner.code, ==, KAD_ERROR_CLOSED);
}

static void
test_wrong_answers_and_none (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owner = { 0 };
  KadOutput output;

  g_test_summary (
      "an answer of another type is an error; ADD_PROVIDER has none and ends when written");
  network_connect (net, 1);
  start (net, &owner, 1, KAD_MESSAGE_GET_VALUE, NULL);
  network_reply_found (net, 1, 0, 0);
  g_assert_cmpint (owner.code, ==, KAD_ERROR_PROTOCOL);

  owner = (Owner){ 0 };
  start (net, &owner, 1, KAD_MESSAGE_ADD_PROVIDER, NULL);
  g_assert_true (network_take (net, KAD_OUTPUT_SEND, 1, &output));
  g_assert_false (output.expects_reply);
  kad_engine_request_sent (net->engine, output.request, net->now_us);
  kad_output_clear (&output);
  g_assert_cmpuint (owner.n_ends, ==, 1);
  g_assert_false (owner.has_reply);
  g_assert_cmpint (owner.code, ==, -1);
}

static void
test_abandoned_ones_tell_nobody (void)
{
  g_autoptr (Network) net = network_new ();
  Owner owner = { 0 };

  g_test_summary (
      "what was sent is still waited for, what was not never is; the owner hears nothing");
  network_connect (net, 1);
  kad_contact_abandon (net->engine, start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL));
  kad_contact_abandon (net->engine, start (net, &owner, 2, KAD_MESSAGE_FIND_NODE, NULL));
  network_connect (net, 2);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 1);
  network_reply_found (net, 1, 0, 0);
  g_assert_cmpuint (owner.n_ends, ==, 0);
}

static void
test_slow_answers_are_remembered (void)
{
  g_autoptr (Network) net = network_new ();
  KadPeerId peer = make_peer (1);
  Owner owner = { 0 };

  g_test_summary ("who took a second is slow until it answers faster; the usual time is learnt");
  network_connect (net, 1);
  /* A client is in no table: nothing else is asked of it. */
  network_identify (net, 1, FALSE);
  g_assert_cmpint (kad_peer_book_find (net->engine->book, &peer)->rtt_us, ==, -1);
  for (guint i = 0; i < 2; i++)
    {
      start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL);
      network_advance (net, i == 0 ? SECOND : SECOND / 10);
      network_reply_found (net, 1, 0, 0);
      g_assert_cmpint (kad_peer_book_find (net->engine->book, &peer)->slow, ==, i == 0);
      g_assert_cmpint (kad_peer_book_find (net->engine->book, &peer)->rtt_us, ==,
                       i == 0 ? SECOND : SECOND / 10);
    }
  for (guint i = 0; i < 200; i++)
    {
      start (net, &owner, 1, KAD_MESSAGE_FIND_NODE, NULL);
      /* Every third answer takes 5 s: the median does not mind. */
      network_advance (net, i % 3 == 0 ? 5 * SECOND : SECOND / 10);
      network_reply_found (net, 1, 0, 0);
    }
  g_assert_cmpint (net->engine->usual_us, >=, SECOND / 10);
  g_assert_cmpint (net->engine->usual_us, <, SECOND / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/contact/dial-send-end", test_dials_sends_and_ends_once);
  g_test_add_func ("/dht/contact/shared-dial", test_two_share_a_dial);
  g_test_add_func ("/dht/contact/nowhere", test_nobody_knows_where);
  g_test_add_func ("/dht/contact/deadlines", test_deadlines);
  g_test_add_func ("/dht/contact/once-more", test_lost_connection_is_tried_once_more);
  g_test_add_func ("/dht/contact/wrong-answers", test_wrong_answers_and_none);
  g_test_add_func ("/dht/contact/abandoned", test_abandoned_ones_tell_nobody);
  g_test_add_func ("/dht/contact/slow", test_slow_answers_are_remembered);
  return g_test_run ();
}
