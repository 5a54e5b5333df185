/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multistream.h"

#include "kad-wire-testing.h"

#define HEADER "\x13/multistream/1.0.0\n"
#define KAD "\x10/ipfs/kad/1.0.0\n"
#define PING "\x11/ipfs/ping/1.0.0\n"
#define NA "\x03na\n"

static const char *const own_names[] = { "/ipfs/kad/1.0.0", "/noise", NULL };
static const char *const kad_only[] = { "/ipfs/kad/1.0.0", NULL };
static const char *const two_names[] = { "/ipfs/ping/1.0.0", "/ipfs/kad/1.0.0", NULL };

static const char *
match_own (const char *proposed, gpointer user_data)
{
  guint *asked = user_data;

  if (asked != NULL)
    (*asked)++;
  for (guint i = 0; own_names[i] != NULL; i++)
    if (g_str_equal (own_names[i], proposed))
      return own_names[i];
  return NULL;
}

static KadWireStatus
feed (KadMultistream *self, const guint8 *data, gsize len, gsize expect_used, KadBuffer *out,
      GError **error)
{
  gsize used = 9999;
  KadWireStatus status = kad_multistream_feed (self, data, len, &used, out, error);

  g_assert_cmpuint (used, ==, expect_used);
  return status;
}

static void
test_responder_keeps_the_lazy_payload (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Header, protocol and payload in one read: the payload is not touched");

  kad_multistream_start (self, &out);
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
  g_assert_cmpint (feed (self, BYTES (HEADER KAD "\x02hi"), sizeof HEADER KAD - 1, &out, NULL), ==,
                   KAD_WIRE_DONE);
  g_assert_true (kad_multistream_get_protocol (self) == own_names[0]);
  assert_buffer (&out, BYTES (HEADER KAD));
}

static void
test_initiator_sends_one_flight (void)
{
  g_autoptr (KadMultistream) lazy = kad_multistream_new_initiator (kad_only, TRUE);
  g_autoptr (KadMultistream) polite = kad_multistream_new_initiator (kad_only, FALSE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Header and proposal leave together, lazy or not");

  kad_multistream_start (lazy, &out);
  assert_buffer (&out, BYTES (HEADER KAD));
  kad_buffer_clear (&out);
  kad_multistream_start (polite, &out);
  assert_buffer (&out, BYTES (HEADER KAD));
  g_assert_true (kad_multistream_is_optimistic (lazy));
  g_assert_false (kad_multistream_is_optimistic (polite));
  g_assert_null (kad_multistream_get_protocol (lazy));
}

static void
test_initiator_keeps_what_follows_the_answer (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_initiator (kad_only, TRUE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("The answer and the reply in one read: the reply is not touched");

  kad_multistream_start (self, &out);
  kad_buffer_clear (&out);
  g_assert_cmpint (feed (self, BYTES (HEADER KAD "reply"), sizeof HEADER KAD - 1, &out, NULL), ==,
                   KAD_WIRE_DONE);
  g_assert_true (kad_multistream_get_protocol (self) == kad_only[0]);
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
}

static void
test_headers_may_cross (void)
{
  g_autoptr (KadMultistream) initiator = kad_multistream_new_initiator (kad_only, FALSE);
  g_autoptr (KadMultistream) responder = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) to_responder = KAD_BUFFER_INIT;
  g_auto (KadBuffer) to_initiator = KAD_BUFFER_INIT;

  g_test_summary ("A remote that sends its header before it heard ours is understood");

  kad_multistream_start (initiator, &to_responder);
  g_assert_cmpint (feed (initiator, BYTES (HEADER), sizeof HEADER - 1, &to_responder, NULL), ==,
                   KAD_WIRE_MORE);
  g_assert_cmpint (feed (responder, kad_buffer_peek (&to_responder),
                         kad_buffer_get_length (&to_responder), sizeof HEADER KAD - 1,
                         &to_initiator, NULL),
                   ==, KAD_WIRE_DONE);
  kad_buffer_consume (&to_initiator, sizeof HEADER - 1); /* this one crossed */
  g_assert_cmpint (feed (initiator, kad_buffer_peek (&to_initiator),
                         kad_buffer_get_length (&to_initiator), sizeof KAD - 1, &to_responder,
                         NULL),
                   ==, KAD_WIRE_DONE);
}

static void
test_header_alone_is_answered (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("A remote that waits for our header before it proposes gets it");

  g_assert_cmpint (feed (self, BYTES (HEADER), sizeof HEADER - 1, &out, NULL), ==, KAD_WIRE_MORE);
  assert_buffer (&out, BYTES (HEADER));
}

static void
test_refusal_leads_to_the_next_proposal (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_initiator (two_names, FALSE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("After na the next name is proposed");

  kad_multistream_start (self, &out);
  assert_buffer (&out, BYTES (HEADER PING));
  kad_buffer_clear (&out);
  g_assert_cmpint (feed (self, BYTES (HEADER NA), sizeof HEADER NA - 1, &out, NULL), ==,
                   KAD_WIRE_MORE);
  assert_buffer (&out, BYTES (KAD));
  g_assert_cmpint (feed (self, BYTES (KAD), sizeof KAD - 1, &out, NULL), ==, KAD_WIRE_DONE);
  g_assert_true (kad_multistream_get_protocol (self) == two_names[1]);
}

static void
test_last_refusal_is_not_supported (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_initiator (kad_only, FALSE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("When nothing is left to propose the peer does not support it");

  kad_multistream_start (self, &out);
  g_assert_cmpint (feed (self, BYTES (HEADER NA), sizeof HEADER NA - 1, &out, &error), ==,
                   KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_null (kad_multistream_get_protocol (self));
}

static void
test_lazy_refusal_ends_it (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_initiator (two_names, TRUE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Behind a lazy proposal there may be payload: no second one follows");

  kad_multistream_start (self, &out);
  kad_buffer_clear (&out);
  g_assert_cmpint (feed (self, BYTES (HEADER NA), sizeof HEADER NA - 1, &out, &error), ==,
                   KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
}

static void
test_responder_refuses_and_then_agrees (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("An unknown name is answered with na, the known one is repeated");

  g_assert_cmpint (feed (self, BYTES (HEADER PING KAD), sizeof HEADER PING KAD - 1, &out, NULL), ==,
                   KAD_WIRE_DONE);
  assert_buffer (&out, BYTES (HEADER NA KAD));
}

static void
test_ls_is_answered_with_na (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("ls is a name that we do not have");

  g_assert_cmpint (feed (self, BYTES (HEADER "\x03ls\n"), sizeof HEADER NA - 1, &out, NULL), ==,
                   KAD_WIRE_MORE);
  assert_buffer (&out, BYTES (HEADER NA));
}

static void
test_names_with_controls_match_nothing (void)
{
  static const char hidden[] = "\x14/ipfs/kad/1.0.0\0/x\n\n";
  guint asked = 0;
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, &asked);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("A NUL, a newline inside or nothing at all is no name, and nobody is asked");

  feed (self, BYTES (HEADER), sizeof HEADER - 1, &out, NULL);
  kad_buffer_clear (&out);
  g_assert_cmpint (feed (self, BYTES (hidden), sizeof hidden - 1, &out, NULL), ==, KAD_WIRE_MORE);
  g_assert_cmpint (feed (self, BYTES ("\x01\n"), 2, &out, NULL), ==, KAD_WIRE_MORE);
  assert_buffer (&out, BYTES (NA NA));
  g_assert_cmpuint (asked, ==, 0);
}

static void
test_refused_proposals_are_bounded (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A remote that proposes for ever is given up");

  feed (self, BYTES (HEADER), sizeof HEADER - 1, &out, NULL);
  kad_buffer_clear (&out);
  for (guint i = 0; i < KAD_MAX_MULTISTREAM_ROUNDS; i++)
    g_assert_cmpint (feed (self, BYTES (PING), sizeof PING - 1, &out, NULL), ==, KAD_WIRE_MORE);
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, KAD_MAX_MULTISTREAM_ROUNDS * (sizeof NA - 1));
  g_assert_cmpint (feed (self, BYTES (PING), sizeof PING - 1, &out, &error), ==, KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
}

static void
test_token_limit (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  guint8 longest[2 + KAD_MAX_MULTISTREAM_TOKEN] = { 0x80, 0x08 };

  g_test_summary ("1024 bytes with the newline are taken, 1025 are refused by the length");

  memset (longest + 2, 'x', KAD_MAX_MULTISTREAM_TOKEN);
  longest[sizeof longest - 1] = '\n';
  feed (self, BYTES (HEADER), sizeof HEADER - 1, &out, NULL);
  g_assert_cmpint (feed (self, longest, sizeof longest, sizeof longest, &out, NULL), ==,
                   KAD_WIRE_MORE);
  g_assert_cmpint (feed (self, BYTES ("\x81\x08"), 0, &out, &error), ==, KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
test_refuses_what_is_no_multistream (void)
{
  static const struct
  {
    const char *data;
    gsize len;
  } hostile[] = {
    { "\x13/multistream/2.0.0\n", 20 }, /* other version */
    { "\x12/multistream/1.0.0", 19 },   /* no newline */
    { "\x14/multistream/1.0.0\r\n", 21 },
    { "\x00", 1 },
    { "\x93\x00/multistream/1.0.0\n", 21 }, /* length longer than needed */
    { KAD, sizeof KAD - 1 },                /* no header */
    { NA, sizeof NA - 1 },
    { HEADER "\x0f/ipfs/kad/1.0.0", sizeof HEADER + 15 }, /* name without newline */
  };

  g_test_summary ("Wrong headers, missing newlines and bad lengths are errors in both roles");

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    for (guint role = 0; role < 2; role++)
      {
        g_autoptr (KadMultistream) self = role == 0
                                              ? kad_multistream_new_responder (match_own, NULL)
                                              : kad_multistream_new_initiator (kad_only, FALSE);
        g_auto (KadBuffer) out = KAD_BUFFER_INIT;
        g_autoptr (GError) error = NULL;
        gsize used;

        g_assert_cmpint (kad_multistream_feed (self, (const guint8 *) hostile[i].data,
                                               hostile[i].len, &used, &out, &error),
                         ==, KAD_WIRE_ERROR);
        g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
        g_assert_null (kad_multistream_get_protocol (self));
      }
}

static void
test_initiator_refuses_another_answer (void)
{
  g_autoptr (KadMultistream) self = kad_multistream_new_initiator (kad_only, FALSE);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A responder cannot choose what was not proposed");

  kad_multistream_start (self, &out);
  g_assert_cmpint (feed (self, BYTES (HEADER PING), sizeof HEADER PING - 1, &out, &error), ==,
                   KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
test_byte_by_byte (void)
{
  static const guint8 data[] = HEADER PING KAD;
  g_autoptr (KadMultistream) self = kad_multistream_new_responder (match_own, NULL);
  g_auto (KadBuffer) in = KAD_BUFFER_INIT;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  KadWireStatus status = KAD_WIRE_MORE;

  g_test_summary ("Bytes that come one at a time give the same negotiation");

  for (gsize i = 0; i < sizeof data - 1; i++)
    {
      gsize used;

      g_assert_cmpint (status, ==, KAD_WIRE_MORE);
      kad_buffer_append (&in, data + i, 1);
      status = kad_multistream_feed (self, kad_buffer_peek (&in), kad_buffer_get_length (&in),
                                     &used, &out, NULL);
      kad_buffer_consume (&in, used);
    }
  g_assert_cmpint (status, ==, KAD_WIRE_DONE);
  assert_buffer (&out, BYTES (HEADER NA KAD));
}

static void
feed_anything (const guint8 *data, gsize len, gpointer user_data)
{
  for (guint role = 0; role < 2; role++)
    {
      g_autoptr (KadMultistream) self = role == 0
                                            ? kad_multistream_new_responder (match_own, NULL)
                                            : kad_multistream_new_initiator (two_names, FALSE);
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      g_autoptr (GError) error = NULL;
      gsize used;
      KadWireStatus status = kad_multistream_feed (self, data, len, &used, &out, &error);

      g_assert_cmpuint (used, <=, len);
      g_assert_true ((status == KAD_WIRE_ERROR) == (error != NULL));
      g_assert_true ((status == KAD_WIRE_DONE) == (kad_multistream_get_protocol (self) != NULL));
      g_assert_cmpuint (kad_buffer_get_length (&out), <=, 2 * 1024);
    }
}

static void
test_survives_truncation_and_mutation (void)
{
  g_test_summary ("Any bytes end in one of the three results");

  try_truncated (BYTES (HEADER PING NA KAD "rest"), feed_anything, NULL);
  try_mutated (BYTES (HEADER PING NA KAD "rest"), 1, 5000, feed_anything, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multistream/responder-keeps-the-lazy-payload",
                   test_responder_keeps_the_lazy_payload);
  g_test_add_func ("/multistream/initiator-sends-one-flight", test_initiator_sends_one_flight);
  g_test_add_func ("/multistream/initiator-keeps-what-follows-the-answer",
                   test_initiator_keeps_what_follows_the_answer);
  g_test_add_func ("/multistream/headers-may-cross", test_headers_may_cross);
  g_test_add_func ("/multistream/header-alone-is-answered", test_header_alone_is_answered);
  g_test_add_func ("/multistream/refusal-leads-to-the-next-proposal",
                   test_refusal_leads_to_the_next_proposal);
  g_test_add_func ("/multistream/last-refusal-is-not-supported",
                   test_last_refusal_is_not_supported);
  g_test_add_func ("/multistream/lazy-refusal-ends-it", test_lazy_refusal_ends_it);
  g_test_add_func ("/multistream/responder-refuses-and-then-agrees",
                   test_responder_refuses_and_then_agrees);
  g_test_add_func ("/multistream/ls-is-answered-with-na", test_ls_is_answered_with_na);
  g_test_add_func ("/multistream/names-with-controls-match-nothing",
                   test_names_with_controls_match_nothing);
  g_test_add_func ("/multistream/refused-proposals-are-bounded",
                   test_refused_proposals_are_bounded);
  g_test_add_func ("/multistream/token-limit", test_token_limit);
  g_test_add_func ("/multistream/refuses-what-is-no-multistream",
                   test_refuses_what_is_no_multistream);
  g_test_add_func ("/multistream/initiator-refuses-another-answer",
                   test_initiator_refuses_another_answer);
  g_test_add_func ("/multistream/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/multistream/survives-truncation-and-mutation",
                   test_survives_truncation_and_mutation);
  return g_test_run ();
}
