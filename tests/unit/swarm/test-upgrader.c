/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-upgrader.h"

#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-keystore.h"
#include "kad-yamux.h"

static const char *const muxers[] = { KAD_YAMUX_PROTOCOL, NULL };

/* Two upgraders that are handed each other's bytes. */
typedef struct
{
  KadPrivateKey *key;
  KadNoiseIdentity *identity;
  KadUpgrader *upgrader;
  KadBuffer out;
  KadWireStatus status;
  GError *error;
} End;

typedef struct
{
  End a; /* the initiator */
  End b;
} Ends;

static const KadPeerId *
end_get_peer (const End *end)
{
  return kad_public_key_get_peer_id (kad_private_key_get_public_key (end->key));
}

static void
end_init (End *end, guint8 number, gboolean is_early)
{
  g_autoptr (GError) error = NULL;
  guint8 secret[32];

  *end = (End){ .status = KAD_WIRE_MORE };
  end->key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, &error);
  g_assert_no_error (error);
  memset (secret, number, sizeof secret);
  end->identity = kad_noise_identity_new (end->key, secret, is_early ? muxers : NULL, &error);
  g_assert_no_error (error);
}

static void
end_begin (End *end, KadRole role, const KadPeerId *expected)
{
  guint8 secret[32];

  memset (secret, 100 + role, sizeof secret);
  g_clear_pointer (&end->upgrader, kad_upgrader_free);
  g_clear_error (&end->error);
  kad_buffer_clear (&end->out);
  end->status = KAD_WIRE_MORE;
  end->upgrader = kad_upgrader_new (role, end->identity, secret, expected);
  kad_upgrader_start (end->upgrader, &end->out);
}

static void
end_clear (End *end)
{
  g_clear_pointer (&end->upgrader, kad_upgrader_free);
  g_clear_error (&end->error);
  kad_buffer_clear (&end->out);
  kad_noise_identity_unref (end->identity);
  kad_private_key_unref (end->key);
}

static void
ends_init (Ends *ends, gboolean a_early, gboolean b_early)
{
  g_assert_cmpint (sodium_init (), >=, 0);
  end_init (&ends->a, 1, a_early);
  end_init (&ends->b, 2, b_early);
}

static void
ends_begin (Ends *ends)
{
  end_begin (&ends->a, KAD_ROLE_INITIATOR, end_get_peer (&ends->b));
  end_begin (&ends->b, KAD_ROLE_RESPONDER, NULL);
}

static void
ends_clear (Ends *ends)
{
  end_clear (&ends->a);
  end_clear (&ends->b);
}

/* Gives @to what @from has to say, in pieces of at most @piece bytes. What an upgrader does not
 * eat is offered again with what follows, as a connection does. */
static void
pass (End *from, End *to, gsize piece)
{
  g_auto (KadBuffer) pending = KAD_BUFFER_INIT;

  while (kad_buffer_get_length (&from->out) > 0 && to->status == KAD_WIRE_MORE)
    {
      gsize n = MIN (piece, kad_buffer_get_length (&from->out));
      gsize used = 0;

      kad_buffer_append (&pending, kad_buffer_peek (&from->out), n);
      kad_buffer_consume (&from->out, n);
      to->status
          = kad_upgrader_feed (to->upgrader, kad_buffer_peek (&pending),
                               kad_buffer_get_length (&pending), &used, &to->out, &to->error);
      kad_buffer_consume (&pending, used);
    }
  /* Not eaten: for the layer above. */
  if (kad_buffer_get_length (&pending) > 0)
    {
      g_auto (KadBuffer) rest = KAD_BUFFER_INIT;

      kad_buffer_append (&rest, kad_buffer_peek (&pending), kad_buffer_get_length (&pending));
      kad_buffer_append (&rest, kad_buffer_peek (&from->out), kad_buffer_get_length (&from->out));
      kad_buffer_clear (&from->out);
      from->out = rest;
      rest = (KadBuffer) KAD_BUFFER_INIT;
    }
}

static void
run (Ends *ends, gsize piece)
{
  for (guint i = 0; i < 8; i++)
    {
      pass (&ends->a, &ends->b, piece);
      pass (&ends->b, &ends->a, piece);
    }
}

/* Both sessions carry a text each way, and nothing was left over. */
static void
check_sessions (Ends *ends)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) a_plain = KAD_BUFFER_INIT, b_plain = KAD_BUFFER_INIT;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT, opened = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  gsize used = 0;

  kad_upgrader_take_session (ends->a.upgrader, &a, &a_plain);
  kad_upgrader_take_session (ends->b.upgrader, &b, &b_plain);
  g_assert_cmpuint (kad_buffer_get_length (&a_plain), ==, 0);
  g_assert_cmpuint (kad_buffer_get_length (&b_plain), ==, 0);
  g_assert_true (kad_noise_session_seal (&a, (const guint8 *) "ping", 4, &sealed, &error));
  g_assert_true (kad_noise_session_open (&b, kad_buffer_peek (&sealed),
                                         kad_buffer_get_length (&sealed), &used, &opened, &error));
  g_assert_cmpmem (kad_buffer_peek (&opened), kad_buffer_get_length (&opened), "ping", 4);
  kad_noise_session_clear (&a);
  kad_noise_session_clear (&b);
}

static void
test_both_outcomes (gconstpointer data)
{
  guint early = GPOINTER_TO_UINT (data);
  static const gsize pieces[] = { 1, 7, 100000 };
  Ends ends;

  g_test_summary ("rule 10: with the early muxer of both sides multistream is skipped, else not; "
                  "however the bytes are cut");

  ends_init (&ends, early & 1, early & 2);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      ends_begin (&ends);
      g_assert_cmpstr (kad_upgrader_get_phase (ends.b.upgrader), ==, "security");
      run (&ends, pieces[i]);
      g_assert_no_error (ends.a.error);
      g_assert_no_error (ends.b.error);
      g_assert_cmpint (ends.a.status, ==, KAD_WIRE_DONE);
      g_assert_cmpint (ends.b.status, ==, KAD_WIRE_DONE);
      g_assert_cmpstr (kad_upgrader_get_phase (ends.a.upgrader), ==, "done");
      g_assert_true (
          kad_peer_id_equal (kad_upgrader_get_peer (ends.a.upgrader), end_get_peer (&ends.b)));
      g_assert_true (
          kad_peer_id_equal (kad_upgrader_get_peer (ends.b.upgrader), end_get_peer (&ends.a)));
      check_sessions (&ends);
    }
  ends_clear (&ends);
}

static void
test_first_flight (void)
{
  static const char head[] = "\x13/multistream/1.0.0\n\x07/noise\n";
  Ends ends;

  g_test_summary (
      "The initiator's first flight holds header, proposal and the first Noise message");

  ends_init (&ends, TRUE, TRUE);
  ends_begin (&ends);
  g_assert_cmpuint (kad_buffer_get_length (&ends.a.out), ==, sizeof head - 1 + 2 + 32);
  g_assert_cmpmem (kad_buffer_peek (&ends.a.out), sizeof head - 1, head, sizeof head - 1);
  ends_clear (&ends);
}

static void
test_payload_behind_the_handshake (void)
{
  KadNoiseSession session;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  g_auto (KadBuffer) b_plain = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  KadNoiseSession other;
  Ends ends;

  g_test_summary ("What comes in one flight with the agreement on the muxer is not lost");

  ends_init (&ends, TRUE, FALSE);
  ends_begin (&ends);
  while (ends.b.status == KAD_WIRE_MORE)
    {
      pass (&ends.a, &ends.b, 100000);
      if (ends.b.status == KAD_WIRE_MORE)
        pass (&ends.b, &ends.a, 100000);
    }
  /* The responder is done; the initiator hears its answer and the first data in one read. */
  kad_upgrader_take_session (ends.b.upgrader, &session, &b_plain);
  g_assert_true (
      kad_noise_session_seal (&session, (const guint8 *) "early", 5, &ends.b.out, &error));
  pass (&ends.b, &ends.a, 100000);
  g_assert_cmpint (ends.a.status, ==, KAD_WIRE_DONE);
  kad_upgrader_take_session (ends.a.upgrader, &other, &plain);
  g_assert_cmpmem (kad_buffer_peek (&plain), kad_buffer_get_length (&plain), "early", 5);
  kad_noise_session_clear (&session);
  kad_noise_session_clear (&other);
  ends_clear (&ends);
}

/* What the initiator says in the @nth flight of a good handshake. */
static GBytes *
dup_flight (Ends *ends, guint nth)
{
  ends_begin (ends);
  for (guint i = 0; i < nth; i++)
    {
      pass (&ends->a, &ends->b, 100000);
      pass (&ends->b, &ends->a, 100000);
    }
  return g_bytes_new (kad_buffer_peek (&ends->a.out), kad_buffer_get_length (&ends->a.out));
}

static void
test_every_truncation_waits (void)
{
  Ends ends;

  g_test_summary ("Of a flight that is cut anywhere the rest is awaited, without error");

  ends_init (&ends, FALSE, FALSE);
  for (guint nth = 0; nth < 3; nth++)
    {
      g_autoptr (GBytes) flight = dup_flight (&ends, nth);
      gsize len = g_bytes_get_size (flight);

      for (gsize cut = 0; cut < len; cut++)
        {
          g_autoptr (GBytes) again = dup_flight (&ends, nth);

          g_assert_cmpuint (g_bytes_get_size (again), ==, len);
          /* The responder has heard all flights before this one, and this one up to the cut. */
          kad_buffer_clear (&ends.a.out);
          kad_buffer_append (&ends.a.out, g_bytes_get_data (again, NULL), cut);
          pass (&ends.a, &ends.b, 100000);
          g_assert_no_error (ends.b.error);
          g_assert_cmpint (ends.b.status, ==, KAD_WIRE_MORE);
        }
    }
  ends_clear (&ends);
}

static void
test_every_flipped_byte_fails (void)
{
  Ends ends;
  guint8 bits[] = { 0x01, 0x80 };

  g_test_summary ("No flight of which a byte was changed leads to a session with the dialled peer");

  ends_init (&ends, FALSE, FALSE);
  for (guint nth = 0; nth < 3; nth++)
    {
      g_autoptr (GBytes) flight = dup_flight (&ends, nth);
      gsize len = g_bytes_get_size (flight);

      for (gsize at = 0; at < len * 2; at++)
        {
          g_autoptr (GBytes) again = dup_flight (&ends, nth);
          g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (again, NULL), len);

          bytes[at / 2] ^= bits[at % 2];
          kad_buffer_clear (&ends.a.out);
          kad_buffer_append (&ends.a.out, bytes, len);
          run (&ends, 100000);
          g_assert_false (ends.a.status == KAD_WIRE_DONE && ends.b.status == KAD_WIRE_DONE);
        }
    }
  ends_clear (&ends);
}

static void
feed_text (Ends *ends, KadRole role, const char *bytes, gsize len, int code)
{
  End *end = role == KAD_ROLE_RESPONDER ? &ends->b : &ends->a;
  gsize used = 0;

  ends_begin (ends);
  end->status = kad_upgrader_feed (end->upgrader, (const guint8 *) bytes, len, &used, &end->out,
                                   &end->error);
  g_assert_cmpint (end->status, ==, KAD_WIRE_ERROR);
  g_assert_error (end->error, KAD_ERROR, code);
}

static void
test_garbage (void)
{
  Ends ends;
  g_autofree char *long_token = g_malloc0 (2000);
  g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: %0100d\r\n\r\n", 0);
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 400 Bad Request\r\nX: %0100d\r\n", 0);

  g_test_summary ("What is no handshake is an error, in both roles");

  ends_init (&ends, TRUE, TRUE);
  feed_text (&ends, KAD_ROLE_RESPONDER, request, strlen (request), KAD_ERROR_PROTOCOL);
  feed_text (&ends, KAD_ROLE_INITIATOR, answer, strlen (answer), KAD_ERROR_PROTOCOL);
  feed_text (&ends, KAD_ROLE_RESPONDER, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10,
             KAD_ERROR_PROTOCOL);
  feed_text (&ends, KAD_ROLE_RESPONDER, "\x80\x00", 2, KAD_ERROR_PROTOCOL);
  long_token[0] = '\x81', long_token[1] = '\x08'; /* 1025 bytes */
  feed_text (&ends, KAD_ROLE_RESPONDER, long_token, 2000, KAD_ERROR_PROTOCOL);
  /* A Noise message of 65535 bytes is refused by its length alone. */
  feed_text (&ends, KAD_ROLE_RESPONDER, "\x13/multistream/1.0.0\n\x07/noise\n\xff\xff", 30,
             KAD_ERROR_PROTOCOL);
  /* The remote has no protocol of ours. */
  feed_text (&ends, KAD_ROLE_INITIATOR, "\x13/multistream/1.0.0\n\x03na\n", 24,
             KAD_ERROR_NOT_SUPPORTED);
  ends_clear (&ends);
}

static void
test_another_peer (void)
{
  Ends ends;

  g_test_summary ("Who is not the dialled peer is refused by the initiator");

  ends_init (&ends, TRUE, TRUE);
  end_begin (&ends.a, KAD_ROLE_INITIATOR, end_get_peer (&ends.a));
  end_begin (&ends.b, KAD_ROLE_RESPONDER, NULL);
  run (&ends, 100000);
  g_assert_error (ends.a.error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpint (ends.b.status, ==, KAD_WIRE_MORE);
  ends_clear (&ends);
}

/* An initiator that has the Noise session and does not care for a muxer. */
static void
shake_hands_only (Ends *ends, KadNoiseSession *session)
{
  static const char head[] = "\x13/multistream/1.0.0\n\x07/noise\n";
  guint8 secret[32];
  g_autoptr (KadNoise) noise = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  gsize used = 0;

  ends_begin (ends);
  memset (secret, 77, sizeof secret);
  noise = kad_noise_new (KAD_ROLE_INITIATOR, ends->a.identity, secret, NULL);
  kad_buffer_append (&out, head, sizeof head - 1);
  kad_noise_start (noise, &out);
  kad_upgrader_feed (ends->b.upgrader, kad_buffer_peek (&out), kad_buffer_get_length (&out), &used,
                     &ends->b.out, &error);
  g_assert_no_error (error);
  kad_buffer_consume (&ends->b.out, sizeof head - 1);
  kad_buffer_clear (&out);
  g_assert_cmpint (kad_noise_feed (noise, kad_buffer_peek (&ends->b.out),
                                   kad_buffer_get_length (&ends->b.out), &used, &out, &error),
                   ==, KAD_WIRE_DONE);
  kad_upgrader_feed (ends->b.upgrader, kad_buffer_peek (&out), kad_buffer_get_length (&out), &used,
                     &ends->b.out, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kad_upgrader_get_phase (ends->b.upgrader), ==, "muxer");
  kad_noise_take_session (noise, session);
}

static void
test_nonsense_before_the_muxer (gconstpointer data)
{
  gboolean is_much = GPOINTER_TO_INT (data);
  g_autofree guint8 *bytes = g_malloc0 (300000);
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  KadNoiseSession session;
  Ends ends;
  gsize used = 0;

  g_test_summary (
      "In the place of the muxer's name nonsense, a flipped bit or too much is an error");

  ends_init (&ends, FALSE, FALSE);
  shake_hands_only (&ends, &session);
  memset (bytes, 'x', 300000);
  g_assert_true (kad_noise_session_seal (&session, bytes, is_much ? 300000 : 200, &sealed, &error));
  ends.b.status
      = kad_upgrader_feed (ends.b.upgrader, kad_buffer_peek (&sealed),
                           kad_buffer_get_length (&sealed), &used, &ends.b.out, &ends.b.error);
  g_assert_cmpint (ends.b.status, ==, KAD_WIRE_ERROR);
  g_assert_error (ends.b.error, KAD_ERROR, KAD_ERROR_PROTOCOL);

  kad_noise_session_clear (&session);
  kad_buffer_clear (&sealed);
  shake_hands_only (&ends, &session);
  g_assert_true (
      kad_noise_session_seal (&session, (const guint8 *) "\x13/mult", 6, &sealed, &error));
  ((guint8 *) kad_buffer_peek (&sealed))[3] ^= 1;
  ends.b.status
      = kad_upgrader_feed (ends.b.upgrader, kad_buffer_peek (&sealed),
                           kad_buffer_get_length (&sealed), &used, &ends.b.out, &ends.b.error);
  g_assert_cmpint (ends.b.status, ==, KAD_WIRE_ERROR);
  kad_noise_session_clear (&session);
  ends_clear (&ends);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint early = 0; early < 4; early++)
    {
      g_autofree char *path = g_strdup_printf ("/upgrader/rule-10-early-muxer-%u", early);

      g_test_add_data_func (path, GUINT_TO_POINTER (early), test_both_outcomes);
    }
  g_test_add_func ("/upgrader/first-flight", test_first_flight);
  g_test_add_func ("/upgrader/payload-behind-the-handshake", test_payload_behind_the_handshake);
  g_test_add_func ("/upgrader/every-truncation-waits", test_every_truncation_waits);
  g_test_add_func ("/upgrader/every-flipped-byte-fails", test_every_flipped_byte_fails);
  g_test_add_func ("/upgrader/garbage", test_garbage);
  g_test_add_func ("/upgrader/another-peer", test_another_peer);
  g_test_add_data_func ("/upgrader/nonsense-before-the-muxer", GINT_TO_POINTER (FALSE),
                        test_nonsense_before_the_muxer);
  g_test_add_data_func ("/upgrader/too-much-before-the-muxer", GINT_TO_POINTER (TRUE),
                        test_nonsense_before_the_muxer);
  return g_test_run ();
}
