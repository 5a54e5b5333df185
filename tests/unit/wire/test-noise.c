/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-noise.h"

#include <sodium.h>

#include "kad-noise-payload.h"
#include "kad-noise-xx.h"
#include "kad-wire-testing.h"

#define PREFIX "noise-libp2p-static-key:"

static const char *const yamux_only[] = { "/yamux/1.0.0", NULL };
static const char *const mplex_only[] = { "/mplex/6.7.0", NULL };

static KadNoiseIdentity *
make_identity (const KadPrivateKey *key, guint8 number, const char *const *muxers)
{
  guint8 secret[32];
  g_autoptr (GError) error = NULL;
  KadNoiseIdentity *identity;

  memset (secret, number, sizeof secret);
  identity = kad_noise_identity_new (key, secret, muxers, &error);
  g_assert_no_error (error);
  return identity;
}

static KadNoise *
make_noise (KadRole role, KadNoiseIdentity *identity, const KadPeerId *expected)
{
  guint8 secret[32];

  memset (secret, role == KAD_ROLE_INITIATOR ? 101 : 102, sizeof secret);
  return kad_noise_new (role, identity, secret, expected);
}

/* Gives the whole of @from to @to. */
static KadWireStatus
pass (KadNoise *to, KadBuffer *from, KadBuffer *answer, GError **error)
{
  gsize used;
  KadWireStatus status = kad_noise_feed (to, kad_buffer_peek (from), kad_buffer_get_length (from),
                                         &used, answer, error);

  kad_buffer_consume (from, used);
  return status;
}

typedef struct
{
  KadNoise *sides[2]; /* initiator, responder */
} Handshake;

static void
handshake_clear (Handshake *self)
{
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->sides[i], kad_noise_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Handshake, handshake_clear)

static void
complete (Handshake *self, KadNoiseIdentity *a, KadNoiseIdentity *b, const KadPeerId *expected)
{
  g_auto (KadBuffer) to_b = KAD_BUFFER_INIT;
  g_auto (KadBuffer) to_a = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  self->sides[0] = make_noise (KAD_ROLE_INITIATOR, a, expected);
  self->sides[1] = make_noise (KAD_ROLE_RESPONDER, b, NULL);
  kad_noise_start (self->sides[0], &to_b);
  kad_noise_start (self->sides[1], &to_a);
  g_assert_cmpuint (kad_buffer_get_length (&to_a), ==, 0);
  g_assert_cmpuint (kad_buffer_get_length (&to_b), ==, 2 + 32); /* no payload */
  g_assert_cmpint (pass (self->sides[1], &to_b, &to_a, &error), ==, KAD_WIRE_MORE);
  g_assert_null (kad_noise_get_remote_peer (self->sides[1]));
  g_assert_cmpint (pass (self->sides[0], &to_a, &to_b, &error), ==, KAD_WIRE_DONE);
  g_assert_cmpint (pass (self->sides[1], &to_b, &to_a, &error), ==, KAD_WIRE_DONE);
  g_assert_no_error (error);
}

static void
test_both_sides_prove_themselves (void)
{
  g_autoptr (KadPrivateKey) key_a = test_key (1), key_b = test_key (2);
  g_autoptr (KadNoiseIdentity) a = make_identity (key_a, 11, NULL);
  g_autoptr (KadNoiseIdentity) b = make_identity (key_b, 12, NULL);
  g_auto (Handshake) handshake = { 0 };
  KadNoiseSession sessions[2];
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  gsize used, len, expected_len;
  const guint8 *key, *expected;

  g_test_summary ("After three messages each knows the other, and the sessions fit");

  complete (&handshake, a, b, key_peer (key_b));
  g_assert_true (
      kad_peer_id_equal (kad_noise_get_remote_peer (handshake.sides[0]), key_peer (key_b)));
  g_assert_true (
      kad_peer_id_equal (kad_noise_get_remote_peer (handshake.sides[1]), key_peer (key_a)));
  key = kad_noise_get_remote_public_key (handshake.sides[0], &len);
  expected = kad_public_key_get_protobuf (kad_private_key_get_public_key (key_b), &expected_len);
  g_assert_cmpmem (key, len, expected, expected_len);

  for (guint i = 0; i < 2; i++)
    kad_noise_take_session (handshake.sides[i], &sessions[i]);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (kad_noise_session_seal (&sessions[i], BYTES ("secret"), &sealed, NULL));
      g_assert_true (kad_noise_session_open (&sessions[1 - i], kad_buffer_peek (&sealed),
                                             kad_buffer_get_length (&sealed), &used, &plain, NULL));
      assert_buffer (&plain, BYTES ("secret"));
      kad_buffer_clear (&sealed);
      kad_buffer_clear (&plain);
    }
}

static void
test_every_key_type (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "keys", "specs-peer-ids.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (KadPrivateKey) own = test_key (1);
  g_autoptr (KadNoiseIdentity) own_identity = make_identity (own, 11, yamux_only);
  guint n = 0;

  g_test_summary ("RSA, ECDSA, secp256k1 and Ed25519 identities, in both roles");

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (KadPrivateKey) key = NULL;
      g_autoptr (KadNoiseIdentity) identity = NULL;

      if (g_strv_length (columns) != 3 || !g_str_equal (columns[1], "private"))
        continue;
      bytes = hex_to_bytes (columns[2]);
      key = kad_private_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                               g_bytes_get_size (bytes), NULL);
      g_assert_nonnull (key);
      identity = make_identity (key, 12, yamux_only);
      for (guint role = 0; role < 2; role++)
        {
          g_auto (Handshake) handshake = { 0 };

          complete (&handshake, role == 0 ? identity : own_identity,
                    role == 0 ? own_identity : identity, key_peer (role == 0 ? own : key));
          g_assert_true (kad_peer_id_equal (kad_noise_get_remote_peer (handshake.sides[1 - role]),
                                            key_peer (key)));
        }
      n++;
    }
  g_assert_cmpuint (n, ==, 4);
}

static void
test_rule_10_early_muxer_both_outcomes (void)
{
  static const struct
  {
    const char *const *a;
    const char *const *b;
    const char *agreed;
  } cases[] = {
    { yamux_only, yamux_only, "/yamux/1.0.0" }, /* multistream is skipped */
    { yamux_only, NULL, NULL },                 /* rust never sends it */
    { NULL, yamux_only, NULL },
    { NULL, NULL, NULL },
    { yamux_only, mplex_only, NULL }, /* go falls back to multistream */
  };
  g_autoptr (KadPrivateKey) key_a = test_key (1), key_b = test_key (2);

  g_test_summary ("stream_muxers of both sides decide; of one side, or without overlap, nothing");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KadNoiseIdentity) a = make_identity (key_a, 11, cases[i].a);
      g_autoptr (KadNoiseIdentity) b = make_identity (key_b, 12, cases[i].b);
      g_auto (Handshake) handshake = { 0 };

      complete (&handshake, a, b, NULL);
      for (guint side = 0; side < 2; side++)
        g_assert_cmpstr (kad_noise_get_early_muxer (handshake.sides[side]), ==, cases[i].agreed);
    }
}

static void
test_rule_10_the_initiators_order_counts (void)
{
  static const char *const list_a[] = { "/other/1", "/mplex/6.7.0", "/yamux/1.0.0", NULL };
  static const char *const list_b[] = { "/yamux/1.0.0", "/mplex/6.7.0", NULL };
  g_autoptr (KadPrivateKey) key_a = test_key (1), key_b = test_key (2);
  g_autoptr (KadNoiseIdentity) a = make_identity (key_a, 11, list_a);
  g_autoptr (KadNoiseIdentity) b = make_identity (key_b, 12, list_b);
  g_auto (Handshake) handshake = { 0 };

  g_test_summary ("The first of the initiator's list that the responder also has, on both sides");

  complete (&handshake, a, b, NULL);
  for (guint side = 0; side < 2; side++)
    g_assert_cmpstr (kad_noise_get_early_muxer (handshake.sides[side]), ==, "/mplex/6.7.0");
}

/* A remote that follows the pattern but says what it wants: our side's role,
 * the payload it gets, and whom it expects. Gives what our side makes of it. */
static KadWireStatus
meet (KadRole role, GBytes *payload, const KadPeerId *expected, GError **error)
{
  g_autoptr (KadPrivateKey) own_key = test_key (1);
  g_autoptr (KadNoiseIdentity) own = make_identity (own_key, 11, NULL);
  g_autoptr (KadNoise) noise = make_noise (role, own, expected);
  guint8 secret[32], public_key[32], ephemeral[32], scratch[512];
  g_auto (KadBuffer) in = KAD_BUFFER_INIT;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint8 *data;
  guint8 *room;
  gsize len, scratch_len, payload_len, at;
  KadNoiseXx xx;
  KadWireStatus status;

  memset (secret, 12, sizeof secret);
  memset (ephemeral, 103, sizeof ephemeral);
  crypto_scalarmult_curve25519_base (public_key, secret);
  kad_noise_xx_init (&xx, role == KAD_ROLE_INITIATOR ? KAD_ROLE_RESPONDER : KAD_ROLE_INITIATOR,
                     NULL, 0, secret, public_key, ephemeral);
  data = g_bytes_get_data (payload, &payload_len);

  kad_noise_start (noise, &out);
  if (role == KAD_ROLE_RESPONDER)
    {
      kad_buffer_append (&in, "\0\x20", 2);
      g_assert_true (kad_noise_xx_write (&xx, NULL, 0, &in));
      g_assert_cmpint (pass (noise, &in, &out, NULL), ==, KAD_WIRE_MORE);
    }
  len = kad_buffer_get_length (&out);
  g_assert_true (
      kad_noise_xx_read (&xx, kad_buffer_peek (&out) + 2, len - 2, scratch, &scratch_len));
  kad_buffer_clear (&out);

  at = kad_buffer_get_length (&in);
  kad_buffer_append (&in, "\0\0", 2);
  g_assert_true (kad_noise_xx_write (&xx, data, payload_len, &in));
  room = in.data + in.start + at;
  len = kad_buffer_get_length (&in) - at - 2;
  room[0] = (guint8) (len >> 8);
  room[1] = (guint8) len;
  status = pass (noise, &in, &out, error);
  if (status != KAD_WIRE_DONE)
    {
      gsize used;

      /* Nothing is told about the remote, nothing more is said, and it stays so. */
      g_assert_null (kad_noise_get_remote_peer (noise));
      g_assert_null (kad_noise_get_remote_public_key (noise, &len));
      g_assert_null (kad_noise_get_early_muxer (noise));
      g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
      g_assert_cmpint (kad_noise_feed (noise, BYTES ("\0\x10................"), &used, &out, NULL),
                       ==, KAD_WIRE_ERROR);
    }
  return status;
}

static void
append_field (GByteArray *out, guint8 number, const guint8 *data, gsize len)
{
  guint8 head[3] = { (guint8) (number << 3 | 2), (guint8) (len | 0x80), (guint8) (len >> 7) };

  g_byte_array_append (out, head, sizeof head);
  if (len > 0)
    g_byte_array_append (out, data, (guint) len);
}

/* NULL leaves a field out. */
static GBytes *
make_payload (GBytes *key, GBytes *signature)
{
  GByteArray *out = g_byte_array_new ();

  if (key != NULL)
    append_field (out, 1, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  if (signature != NULL)
    append_field (out, 2, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
key_bytes (const KadPrivateKey *key)
{
  gsize len;
  const guint8 *data = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &len);

  return g_bytes_new (data, len);
}

/* The signature of @key over @prefix and the static key of the remote in meet(), or of
 * another one. */
static GBytes *
sign_static (const KadPrivateKey *key, const char *prefix, guint8 static_number)
{
  guint8 secret[32], public_key[32];
  g_autoptr (GByteArray) text = g_byte_array_new ();

  memset (secret, static_number, sizeof secret);
  crypto_scalarmult_curve25519_base (public_key, secret);
  g_byte_array_append (text, (const guint8 *) prefix, (guint) strlen (prefix));
  g_byte_array_append (text, public_key, sizeof public_key);
  return kad_private_key_sign (key, text->data, text->len, NULL);
}

static GBytes *
cut (GBytes *bytes, gsize len)
{
  return g_bytes_new_from_bytes (bytes, 0, len);
}

static GBytes *
flip (GBytes *bytes, gsize at)
{
  gsize len;
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &len), g_bytes_get_size (bytes));

  copy[at] ^= 1;
  return g_bytes_new_take (copy, len);
}

static void
expect_refused (const char *name, GBytes *payload, const KadPeerId *expected)
{
  for (guint role = 0; role < 2; role++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s, our role %u", name, role);
      g_assert_cmpint (meet ((KadRole) role, payload, expected, &error), ==, KAD_WIRE_ERROR);
      g_assert_true (error != NULL && error->domain == KAD_ERROR);
    }
  g_bytes_unref (payload);
}

static void
test_takes_the_right_identity (void)
{
  g_autoptr (KadPrivateKey) key = test_key (2);
  g_autoptr (GBytes) public_key = key_bytes (key);
  g_autoptr (GBytes) signature = sign_static (key, PREFIX, 12);
  g_autoptr (GBytes) payload = make_payload (public_key, signature);

  g_test_summary ("The remote that lies in the next test is believed when it does not");

  for (guint role = 0; role < 2; role++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (meet ((KadRole) role, payload, key_peer (key), &error), ==, KAD_WIRE_DONE);
      g_assert_no_error (error);
      g_assert_cmpint (meet ((KadRole) role, payload, NULL, &error), ==, KAD_WIRE_DONE);
    }
}

static void
test_refuses_what_proves_nothing (void)
{
  g_autoptr (KadPrivateKey) key = test_key (2), other = test_key (3);
  g_autoptr (GBytes) own = key_bytes (key), others = key_bytes (other);
  g_autoptr (GBytes) good = sign_static (key, PREFIX, 12);
  g_autoptr (GBytes) by_other = sign_static (other, PREFIX, 12);
  g_autoptr (GBytes) bare = sign_static (key, "", 12);
  g_autoptr (GBytes) no_colon = sign_static (key, "noise-libp2p-static-key", 12);
  g_autoptr (GBytes) replayed = sign_static (key, PREFIX, 13);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) short_signature = cut (good, 63), flipped = flip (good, 5);
  g_autoptr (GBytes) short_key = cut (own, 35), no_key = cut (own, 2);
  g_autoptr (GBytes) unknown_type = flip (own, 1); /* Ed25519 becomes RSA */
  g_autoptr (GBytes) zeros = hex_to_bytes ("080112200000000000000000000000000000000000000000"
                                           "000000000000000000000000");
  g_autoptr (GBytes) garbage = g_bytes_new_static ("\xff\xff\xff\xff", 4);

  g_test_summary ("Each way to claim an identity without owning it, in both roles");

  expect_refused ("no payload", g_bytes_ref (nothing), NULL);
  expect_refused ("no signature", make_payload (own, NULL), NULL);
  expect_refused ("no key", make_payload (NULL, good), NULL);
  expect_refused ("empty signature", make_payload (own, nothing), NULL);
  expect_refused ("empty key", make_payload (nothing, good), NULL);
  expect_refused ("swapped fields", make_payload (good, own), NULL);
  expect_refused ("signed by another key", make_payload (own, by_other), NULL);
  expect_refused ("another key's name", make_payload (others, good), NULL);
  expect_refused ("signed without prefix", make_payload (own, bare), NULL);
  expect_refused ("signed with half a prefix", make_payload (own, no_colon), NULL);
  expect_refused ("signed another static key", make_payload (own, replayed), NULL);
  expect_refused ("truncated signature", make_payload (own, short_signature), NULL);
  expect_refused ("flipped signature", make_payload (own, flipped), NULL);
  expect_refused ("truncated key", make_payload (short_key, good), NULL);
  expect_refused ("key without bytes", make_payload (no_key, good), NULL);
  expect_refused ("another key type", make_payload (unknown_type, good), NULL);
  expect_refused ("key of zeros", make_payload (zeros, good), NULL);
  expect_refused ("no protobuf", g_bytes_ref (garbage), NULL);
  expect_refused ("not who was dialled", make_payload (own, good), key_peer (other));
}

static void
test_small_order_identities (void)
{
  g_test_summary ("An identity that is a point of small order proves nothing, in both roles, "
                  "though R of small order and S = 0 fit its equation");

  for (guint i = 0; i < G_N_ELEMENTS (small_order_points); i++)
    for (guint r = 0; r < G_N_ELEMENTS (small_order_points); r++)
      {
        g_autoptr (GBytes) key = small_order_key (i);
        g_autoptr (GBytes) signature = small_order_signature (r);

        expect_refused (small_order_points[i], make_payload (key, signature), NULL);
      }
}

/* CPU time of looking at @payload, the least of many. */
static gint64
measure_payload_ns (GBytes *payload, const guint8 remote_static[32], gboolean is_good)
{
  gint64 best_ns = G_MAXINT64;

  for (guint i = 0; i < 50; i++)
    {
      const gint64 begun_ns = get_cpu_ns ();
      const char *muxer = NULL;
      g_autoptr (KadPublicKey) key
          = kad_noise_payload_verify (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload),
                                      remote_static, KAD_ROLE_RESPONDER, NULL, &muxer, NULL);

      best_ns = MIN (best_ns, get_cpu_ns () - begun_ns);
      g_assert_true ((key != NULL) == is_good);
    }
  return best_ns;
}

static void
test_huge_rsa_keys_cost_nothing (void)
{
  g_autoptr (KadPrivateKey) own = test_key (2);
  g_autoptr (GBytes) own_key = key_bytes (own), huge = huge_rsa_key ();
  g_autoptr (GBytes) good = sign_static (own, PREFIX, 12);
  g_autoptr (GBytes) signature = g_bytes_new_take (g_malloc0 (1024), 1024);
  g_autoptr (GBytes) accepted = make_payload (own_key, good);
  g_autoptr (GBytes) refused = make_payload (huge, signature);
  guint8 secret[32], public_key[32];

  g_test_summary ("To refuse an RSA key of 16384 bits takes less than to accept an Ed25519 key, "
                  "and less than a millisecond");

  memset (secret, 12, sizeof secret);
  crypto_scalarmult_curve25519_base (public_key, secret);
  g_assert_cmpint (measure_payload_ns (refused, public_key, FALSE), <,
                   MIN (measure_payload_ns (accepted, public_key, TRUE), 1000000));
}

static void
test_refuses_huge_rsa_keys (void)
{
  g_autoptr (GBytes) key = huge_rsa_key ();
  g_autoptr (GBytes) signature = g_bytes_new_take (g_malloc0 (1024), 1024);
  g_autoptr (GBytes) payload = make_payload (key, signature);

  g_test_summary ("An RSA key of 16384 bits is refused for its size, which is looked at first");

  for (guint role = 0; role < 2; role++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (meet ((KadRole) role, payload, NULL, &error), ==, KAD_WIRE_ERROR);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      g_assert_nonnull (strstr (error->message, "16384 bits"));
    }
}

static void
test_unknown_payload_fields_are_ignored (void)
{
  g_autoptr (KadPrivateKey) key = test_key (2);
  g_autoptr (GBytes) public_key = key_bytes (key);
  g_autoptr (GBytes) signature = sign_static (key, PREFIX, 12);
  g_autoptr (GBytes) payload = make_payload (public_key, signature);
  g_autoptr (GByteArray) more = g_bytes_unref_to_array (g_steal_pointer (&payload));
  g_autoptr (GBytes) with_more = NULL;

  g_test_summary ("Early data of old versions (3), certificate hashes and what is to come");

  append_field (more, 3, BYTES ("early data"));
  append_field (more, 4, BYTES ("\x0a\x02hh\xfa\x3f\x01x"));
  append_field (more, 9, BYTES ("later"));
  with_more = g_bytes_new (more->data, more->len);
  for (guint role = 0; role < 2; role++)
    g_assert_cmpint (meet ((KadRole) role, with_more, key_peer (key), NULL), ==, KAD_WIRE_DONE);
}

static void
test_byte_by_byte_and_what_follows (void)
{
  g_autoptr (KadPrivateKey) key_a = test_key (1), key_b = test_key (2);
  g_autoptr (KadNoiseIdentity) a = make_identity (key_a, 11, yamux_only);
  g_autoptr (KadNoiseIdentity) b = make_identity (key_b, 12, yamux_only);
  g_autoptr (KadNoise) initiator = make_noise (KAD_ROLE_INITIATOR, a, NULL);
  g_autoptr (KadNoise) responder = make_noise (KAD_ROLE_RESPONDER, b, NULL);
  g_auto (KadBuffer) to_b = KAD_BUFFER_INIT;
  g_auto (KadBuffer) to_a = KAD_BUFFER_INIT;
  gsize len, used;

  g_test_summary ("Any prefix of a message waits; bytes of the session behind it are not touched");

  kad_noise_start (initiator, &to_b);
  g_assert_cmpint (pass (responder, &to_b, &to_a, NULL), ==, KAD_WIRE_MORE);
  len = kad_buffer_get_length (&to_a);
  for (gsize n = 0; n < len; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (kad_buffer_peek (&to_a), n);

      g_assert_cmpint (kad_noise_feed (initiator, copy, n, &used, &to_b, NULL), ==, KAD_WIRE_MORE);
      g_assert_cmpuint (used, ==, 0);
    }
  g_assert_cmpint (pass (initiator, &to_a, &to_b, NULL), ==, KAD_WIRE_DONE);
  len = kad_buffer_get_length (&to_b);
  kad_buffer_append (&to_b, "session", 7);
  g_assert_cmpint (kad_noise_feed (responder, kad_buffer_peek (&to_b),
                                   kad_buffer_get_length (&to_b), &used, &to_a, NULL),
                   ==, KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, len);
}

static void
test_long_messages_are_refused_by_their_length (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadNoiseIdentity) identity = make_identity (key, 11, NULL);

  g_test_summary ("A handshake message of 64 KiB is not waited for, nor one without a key");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (KadNoise) noise = make_noise (KAD_ROLE_RESPONDER, identity, NULL);
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      g_autoptr (GError) error = NULL;
      gsize used;

      if (i == 0)
        g_assert_cmpint (kad_noise_feed (noise, BYTES ("\xff\xff"), &used, &out, &error), ==,
                         KAD_WIRE_ERROR);
      else
        g_assert_cmpint (kad_noise_feed (noise, BYTES ("\0\x04yyyy"), &used, &out, &error), ==,
                         KAD_WIRE_ERROR);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
    }
}

static void
test_session_is_taken_once (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadNoiseIdentity) identity = make_identity (key, 11, NULL);
  g_auto (Handshake) handshake = { 0 };
  KadNoiseSession session;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("A second taker would use the same nonces again: it gets a dead session");

  complete (&handshake, identity, identity, NULL);
  kad_noise_take_session (handshake.sides[0], &session);
  g_assert_cmpuint (session.send_nonce, ==, 0);
  g_test_expect_message ("kad-wire", G_LOG_LEVEL_CRITICAL, "*kad_noise_xx_is_over*");
  kad_noise_take_session (handshake.sides[0], &session);
  g_test_assert_expected_messages ();
  g_assert_false (kad_noise_session_seal (&session, BYTES ("x"), &out, NULL));
}

static void
verify_anything (const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPublicKey) key = NULL;
  const char *muxer = NULL;

  key = kad_noise_payload_verify (data, len, user_data, KAD_ROLE_RESPONDER, yamux_only, &muxer,
                                  &error);
  g_assert_true ((key == NULL) == (error != NULL));
  g_assert_true (key != NULL || muxer == NULL);
}

static void
test_payload_survives_truncation_and_mutation (void)
{
  g_autoptr (KadPrivateKey) key = test_key (2);
  guint8 static_public[32] = { 7 };
  g_autoptr (GBytes) payload = kad_noise_payload_new (key, static_public, yamux_only, NULL);
  gsize len;
  const guint8 *data = g_bytes_get_data (payload, &len);
  const char *muxer = NULL;
  g_autoptr (KadPublicKey) proven = NULL;

  g_test_summary ("Any payload gives a key or an error");

  proven = kad_noise_payload_verify (data, len, static_public, KAD_ROLE_RESPONDER, yamux_only,
                                     &muxer, NULL);
  g_assert_nonnull (proven);
  g_assert_cmpstr (muxer, ==, "/yamux/1.0.0");
  try_truncated (data, len, verify_anything, static_public);
  try_mutated (data, len, 3, 3000, verify_anything, static_public);
}

static void
feed_anything (const guint8 *data, gsize len, gpointer user_data)
{
  for (guint role = 0; role < 2; role++)
    {
      g_autoptr (KadNoise) noise = make_noise ((KadRole) role, user_data, NULL);
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      g_autoptr (GError) error = NULL;
      gsize used;

      kad_noise_start (noise, &out);
      g_assert_true ((kad_noise_feed (noise, data, len, &used, &out, &error) == KAD_WIRE_ERROR)
                     == (error != NULL));
      g_assert_cmpuint (used, <=, len);
    }
}

static void
test_handshake_survives_mutation (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadNoiseIdentity) identity = make_identity (key, 11, NULL);
  guint8 data[2 + 200] = { 0, 200, 9 };

  g_test_summary ("Any bytes in either role end in a status");

  try_mutated (data, sizeof data, 4, 300, feed_anything, identity);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise/both-sides-prove-themselves", test_both_sides_prove_themselves);
  g_test_add_func ("/noise/every-key-type", test_every_key_type);
  g_test_add_func ("/noise/rule-10-early-muxer-both-outcomes",
                   test_rule_10_early_muxer_both_outcomes);
  g_test_add_func ("/noise/rule-10-the-initiators-order-counts",
                   test_rule_10_the_initiators_order_counts);
  g_test_add_func ("/noise/takes-the-right-identity", test_takes_the_right_identity);
  g_test_add_func ("/security/RUSTSEC-2019-0004/refuses-what-proves-nothing",
                   test_refuses_what_proves_nothing);
  g_test_add_func ("/security/CVE-2025-69277/small-order-identities", test_small_order_identities);
  g_test_add_func ("/security/CVE-2023-39533/huge-rsa-key-in-noise", test_refuses_huge_rsa_keys);
  g_test_add_func ("/security/CVE-2023-39533/huge-rsa-key-in-noise-costs-nothing",
                   test_huge_rsa_keys_cost_nothing);
  g_test_add_func ("/noise/unknown-payload-fields-are-ignored",
                   test_unknown_payload_fields_are_ignored);
  g_test_add_func ("/noise/byte-by-byte-and-what-follows", test_byte_by_byte_and_what_follows);
  g_test_add_func ("/noise/long-messages-are-refused-by-their-length",
                   test_long_messages_are_refused_by_their_length);
  g_test_add_func ("/noise/session-is-taken-once", test_session_is_taken_once);
  g_test_add_func ("/noise/payload-survives-truncation-and-mutation",
                   test_payload_survives_truncation_and_mutation);
  g_test_add_func ("/noise/handshake-survives-mutation", test_handshake_survives_mutation);
  return g_test_run ();
}
