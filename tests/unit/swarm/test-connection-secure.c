/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection.h"

#include <gio/gio.h>
#include <string.h>

#include "fake-secure.h"
#include "kad-error.h"
#include "kad-swarm-testing.h"

typedef struct
{
  Pair pair;
  FakeSecure *a;
  FakeSecure *b;
} Lab;

typedef struct
{
  GByteArray *got;
  gboolean is_ended;
  gboolean is_paused;
  guint closed;
  KadStream *stream;
} Seen;

static Seen server_seen;

static void
seen_take (KadStream *stream, Seen *seen)
{
  const guint8 *data;
  gsize len;

  data = kad_stream_peek (stream, &len);
  g_byte_array_append (seen->got, data, len);
  kad_stream_consume (stream, len);
  seen->is_ended = kad_stream_is_remote_closed (stream);
}

static void
seen_readable (KadStream *stream)
{
  Seen *seen = kad_stream_get_state (stream);

  if (!seen->is_paused)
    seen_take (stream, seen);
}

static void
seen_closed (KadStream *stream, const GError *reason)
{
  Seen *seen = kad_stream_get_state (stream);

  seen->closed++;
  seen->stream = NULL;
}

static gboolean
sink_accepted (KadStream *stream, gpointer user_data)
{
  server_seen.stream = stream;
  kad_stream_set_state (stream, &server_seen);
  return TRUE;
}

static const KadStreamProtocol sink = {
  .name = "/test/sink",
  .accepted = sink_accepted,
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol client = {
  .name = "/test/sink",
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol *const served[] = { &sink, NULL };

static void
connect_side (Side *side, FakeSecure *fake, KadRole role, const KadPeerId *expected)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/1", NULL);
  g_autoptr (KadLink) link
      = kad_link_new_for_connection (KAD_SECURE_CONNECTION (fake), address, address);
  g_autoptr (GError) error = NULL;
  guint8 secret[32] = { 1 };

  side->connection = kad_connection_new (side->pair->reactor, link, role, side->identity, secret,
                                         expected, "test", &side_delegate, side, &error);
  g_assert_no_error (error);
}

static void
lab_turn (Lab *lab)
{
  gboolean told;

  do
    {
      while (g_main_context_iteration (lab->pair.context, FALSE))
        ;
      told = fake_secure_deliver (lab->a);
      told |= fake_secure_deliver (lab->b);
    }
  while (told);
  while (g_main_context_iteration (lab->pair.context, FALSE))
    ;
}

/* @expected: (nullable): NULL: the one who is there */
static void
lab_init (Lab *lab, const KadPeerId *expected)
{
  server_seen = (Seen){ .got = g_byte_array_new () };
  *lab = (Lab){ 0 };
  pair_init_bare (&lab->pair, TRUE, TRUE);
  fake_secure_new_pair (side_get_peer (&lab->pair.a), side_get_peer (&lab->pair.b), &lab->a,
                        &lab->b);
  lab->pair.b.protocols = served;
  connect_side (&lab->pair.a, lab->a, KAD_ROLE_INITIATOR,
                expected != NULL ? expected : side_get_peer (&lab->pair.b));
  connect_side (&lab->pair.b, lab->b, KAD_ROLE_RESPONDER, NULL);
}

static void
lab_clear (Lab *lab)
{
  pair_clear (&lab->pair);
  g_object_unref (lab->a);
  g_object_unref (lab->b);
  g_byte_array_unref (server_seen.got);
}

static void
test_opens_after_it_was_made (void)
{
  Lab lab;

  g_test_summary (
      "It is open with the next turn, not inside of its making, with the peer it proves");

  lab_init (&lab, NULL);
  g_assert_cmpuint (lab.pair.a.opened, ==, 0);
  lab_turn (&lab);
  g_assert_cmpuint (lab.pair.a.opened, ==, 1);
  g_assert_cmpuint (lab.pair.b.opened, ==, 1);
  g_assert_true (kad_peer_id_equal (kad_connection_get_peer (lab.pair.a.connection),
                                    side_get_peer (&lab.pair.b)));
  lab_turn (&lab);
  g_assert_cmpuint (lab.pair.a.opened, ==, 1);
  lab_clear (&lab);
}

static void
test_another_peer_than_dialled (void)
{
  Lab lab;
  KadPrivateKey *key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, NULL);

  g_test_summary ("The peer that was dialled must be the one that the transport proved");

  lab_init (&lab, kad_public_key_get_peer_id (kad_private_key_get_public_key (key)));
  lab_turn (&lab);
  g_assert_cmpuint (lab.pair.a.opened, ==, 0);
  g_assert_cmpuint (lab.pair.a.closed, ==, 1);
  g_assert_error (lab.pair.a.reason, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpuint (lab.pair.b.closed, ==, 1);
  lab_clear (&lab);
  kad_private_key_unref (key);
}

static void
test_streams_carry_bytes (void)
{
  Lab lab;
  Seen seen = { .got = g_byte_array_new () };
  KadStream *stream;

  g_test_summary ("A stream negotiates, carries bytes and ends, as on a connection of our own");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  stream = kad_stream_open (lab.pair.a.connection, &client, &seen, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "hello", 5));
  kad_stream_shutdown (stream);
  lab_turn (&lab);
  g_assert_cmpmem (server_seen.got->data, server_seen.got->len, "hello", 5);
  g_assert_true (server_seen.is_ended);
  g_assert_true (kad_stream_is_negotiated (stream));
  g_assert_true (kad_stream_write (server_seen.stream, (const guint8 *) "you", 3));
  kad_stream_release (server_seen.stream);
  lab_turn (&lab);
  g_assert_cmpmem (seen.got->data, seen.got->len, "you", 3);
  g_assert_true (seen.is_ended);
  g_assert_cmpuint (seen.closed + server_seen.closed, ==, 0);
  lab_clear (&lab);
  g_byte_array_unref (seen.got);
}

static void
test_much_through_a_handler_that_pauses (void)
{
  Lab lab;
  Seen seen = { .got = g_byte_array_new () };
  KadStream *stream;
  gsize len = 4 * 1024 * 1024;
  g_autofree guint8 *data = g_malloc (len);
  gsize held;

  g_test_summary ("A handler that does not read bounds what is taken; then all comes, in order");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  lab.a->window = lab.b->window = 3 * 1024 * 1024;
  for (gsize i = 0; i < len; i++)
    data[i] = (i * 2654435761u) >> 24;
  server_seen.is_paused = TRUE;
  stream = kad_stream_open (lab.pair.a.connection, &client, &seen, NULL);
  g_assert_true (kad_stream_write (stream, data, len));
  lab_turn (&lab);
  kad_stream_peek (server_seen.stream, &held);
  g_assert_cmpuint (held, >, 0);
  g_assert_cmpuint (held, <, 1200 * 1024);

  server_seen.is_paused = FALSE;
  seen_take (server_seen.stream, &server_seen);
  lab_turn (&lab);
  g_assert_cmpmem (server_seen.got->data, server_seen.got->len, data, len);
  lab_clear (&lab);
  g_byte_array_unref (seen.got);
}

static void
test_resets (void)
{
  Lab lab;
  Seen seen = { .got = g_byte_array_new () };
  KadStream *stream;

  g_test_summary ("A reset is heard after what came before it, and ends the stream alone");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  stream = kad_stream_open (lab.pair.a.connection, &client, &seen, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "last", 4));
  lab_turn (&lab);
  kad_stream_reset (server_seen.stream);
  lab_turn (&lab);
  g_assert_cmpuint (seen.closed, ==, 1);
  g_assert_cmpuint (lab.pair.a.closed + lab.pair.b.closed, ==, 0);
  g_assert_cmpuint (kad_connection_get_n_streams (lab.pair.a.connection), ==, 0);
  lab_clear (&lab);
  g_byte_array_unref (seen.got);
}

static void
test_refused_protocol (void)
{
  Lab lab;
  Seen seen = { .got = g_byte_array_new () };

  g_test_summary ("A protocol that the remote does not have ends the stream alone");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  lab.pair.b.protocols = NULL;
  g_assert_nonnull (kad_stream_open (lab.pair.a.connection, &client, &seen, NULL));
  lab_turn (&lab);
  g_assert_cmpuint (seen.closed, ==, 1);
  g_assert_cmpuint (lab.pair.a.closed, ==, 0);
  lab_clear (&lab);
  g_byte_array_unref (seen.got);
}

static void
test_remote_closes (void)
{
  Lab lab;
  Seen seen = { .got = g_byte_array_new () };

  g_test_summary (
      "When the remote closes, streams hear it, then the connection's owner, once each");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  g_assert_nonnull (kad_stream_open (lab.pair.a.connection, &client, &seen, NULL));
  lab_turn (&lab);
  kad_connection_close (lab.pair.b.connection, g_error_new_literal (G_IO_ERROR, 0, "enough"));
  lab_turn (&lab);
  g_assert_cmpuint (lab.pair.a.closed, ==, 1);
  g_assert_error (lab.pair.a.reason, KAD_ERROR, KAD_ERROR_CLOSED);
  g_assert_cmpuint (seen.closed, ==, 1);
  g_assert_cmpuint (server_seen.closed, ==, 1);
  g_assert_null (kad_stream_open (lab.pair.a.connection, &client, &seen, NULL));
  lab_clear (&lab);
  g_byte_array_unref (seen.got);
}

static void
test_its_transport_watches_over_it (void)
{
  Lab lab;

  g_test_summary ("It is never taken for silent: its transport tells when the remote is gone");

  lab_init (&lab, NULL);
  lab_turn (&lab);
  g_assert_cmpint (kad_connection_get_heard_us (lab.pair.a.connection), ==,
                   kad_reactor_get_now (lab.pair.reactor));
  kad_reactor_update_now (lab.pair.reactor);
  g_assert_cmpint (kad_connection_get_heard_us (lab.pair.a.connection), ==,
                   kad_reactor_get_now (lab.pair.reactor));
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-secure/opens-after-it-was-made", test_opens_after_it_was_made);
  g_test_add_func ("/connection-secure/another-peer-than-dialled", test_another_peer_than_dialled);
  g_test_add_func ("/connection-secure/streams-carry-bytes", test_streams_carry_bytes);
  g_test_add_func ("/connection-secure/much-through-a-handler-that-pauses",
                   test_much_through_a_handler_that_pauses);
  g_test_add_func ("/connection-secure/resets", test_resets);
  g_test_add_func ("/connection-secure/refused-protocol", test_refused_protocol);
  g_test_add_func ("/connection-secure/remote-closes", test_remote_closes);
  g_test_add_func ("/connection-secure/its-transport-watches-over-it",
                   test_its_transport_watches_over_it);
  return g_test_run ();
}
