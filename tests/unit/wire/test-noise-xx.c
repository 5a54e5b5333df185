/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-noise-xx.h"

#include <sodium.h>

#include "kad-wire-testing.h"

#define N_SIDES 2

typedef struct
{
  guint8 static_secret[32];
  guint8 static_public[32];
  guint8 ephemeral_secret[32];
  KadNoiseXx xx;
  KadNoiseSession session;
} Side;

static void
side_init (Side *side, KadRole role, const guint8 *prologue, gsize prologue_len)
{
  g_assert_cmpint (crypto_scalarmult_curve25519_base (side->static_public, side->static_secret), ==,
                   0);
  kad_noise_xx_init (&side->xx, role, prologue, prologue_len, side->static_secret,
                     side->static_public, side->ephemeral_secret);
}

static void
plain_sides (Side sides[N_SIDES])
{
  for (guint i = 0; i < N_SIDES; i++)
    {
      memset (sides[i].static_secret, (int) (10 + i), 32);
      memset (sides[i].ephemeral_secret, (int) (20 + i), 32);
      side_init (&sides[i], i == 0 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER, NULL, 0);
    }
}

static GBytes *
vector_bytes (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *hex = g_key_file_get_string (file, group, key, NULL);

  return hex != NULL ? hex_to_bytes (hex) : NULL;
}

static void
vector_secret (GKeyFile *file, const char *group, const char *key, guint8 out[32])
{
  g_autofree char *hex = g_key_file_get_string (file, group, key, NULL);

  g_assert_nonnull (hex);
  hex_into (hex, out, 32);
}

static void
check_handshake_message (Side *writer, Side *reader, GBytes *payload, GBytes *expected)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  guint8 read[512];
  gsize len, read_len = 0;
  const guint8 *data = g_bytes_get_data (payload, &len);

  g_assert_true (kad_noise_xx_is_my_turn (&writer->xx));
  g_assert_true (kad_noise_xx_write (&writer->xx, data, len, &out));
  assert_buffer (&out, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  g_assert_true (kad_noise_xx_read (&reader->xx, kad_buffer_peek (&out),
                                    kad_buffer_get_length (&out), read, &read_len));
  g_assert_cmpmem (read, read_len, data, len);
}

/* A session puts two bytes of length before what the vector has. */
static void
check_transport_message (Side *writer, Side *reader, GBytes *payload, GBytes *expected)
{
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  gsize len, used;
  const guint8 *data = g_bytes_get_data (payload, &len);

  g_assert_true (kad_noise_session_seal (&writer->session, data, len, &sealed, NULL));
  g_assert_cmpmem (kad_buffer_peek (&sealed) + 2, kad_buffer_get_length (&sealed) - 2,
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  g_assert_true (kad_noise_session_open (&reader->session, kad_buffer_peek (&sealed),
                                         kad_buffer_get_length (&sealed), &used, &plain, NULL));
  assert_buffer (&plain, data, len);
}

static void
check_vector (GKeyFile *file, const char *group)
{
  Side sides[N_SIDES] = { 0 };
  g_autoptr (GBytes) hash = vector_bytes (file, group, "handshake_hash");
  g_autoptr (GBytes) prologue = vector_bytes (file, group, "init_prologue");
  guint n = 0;

  vector_secret (file, group, "init_static", sides[0].static_secret);
  vector_secret (file, group, "init_ephemeral", sides[0].ephemeral_secret);
  vector_secret (file, group, "resp_static", sides[1].static_secret);
  vector_secret (file, group, "resp_ephemeral", sides[1].ephemeral_secret);
  for (guint i = 0; i < N_SIDES; i++)
    side_init (&sides[i], i == 0 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER,
               g_bytes_get_data (prologue, NULL), g_bytes_get_size (prologue));

  for (;; n++)
    {
      g_autofree char *payload_name = g_strdup_printf ("payload_%u", n);
      g_autofree char *cipher_name = g_strdup_printf ("ciphertext_%u", n);
      g_autoptr (GBytes) payload = vector_bytes (file, group, payload_name);
      g_autoptr (GBytes) expected = vector_bytes (file, group, cipher_name);
      Side *writer = &sides[n % 2], *reader = &sides[(n + 1) % 2];

      if (payload == NULL)
        break;
      if (n < 3)
        check_handshake_message (writer, reader, payload, expected);
      else
        check_transport_message (writer, reader, payload, expected);
      if (n != 2)
        continue;
      for (guint i = 0; i < N_SIDES; i++)
        {
          g_assert_true (kad_noise_xx_is_over (&sides[i].xx));
          kad_noise_xx_split (&sides[i].xx, &sides[i].session);
          g_assert_cmpmem (sides[i].xx.remote_static, 32, sides[1 - i].static_public, 32);
          if (hash != NULL)
            g_assert_cmpmem (sides[i].xx.symmetric.hash, 32, g_bytes_get_data (hash, NULL),
                             g_bytes_get_size (hash));
        }
    }
  g_assert_cmpuint (n, >=, 5);
}

static void
test_published_vectors (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "noise",
                                            "xx-25519-chachapoly-sha256.ini", NULL);
  g_auto (GStrv) groups = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Each message of the published vectors, and the transport messages after them");

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  groups = g_key_file_get_groups (file, NULL);
  g_assert_cmpuint (g_strv_length (groups), ==, 2);
  for (guint i = 0; groups[i] != NULL; i++)
    check_vector (file, groups[i]);
}

/* Points of small order (and their non-canonical forms) on Curve25519. */
static const char *const small_order[] = {
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void
test_refuses_ephemeral_keys_of_small_order (void)
{
  g_test_summary ("A shared secret of zeros is refused: the ephemeral key in both roles");

  for (guint i = 0; i < G_N_ELEMENTS (small_order); i++)
    {
      Side sides[N_SIDES];
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      guint8 data[96] = { 0 }, payload[96];
      gsize len;

      /* The responder learns it in message 1 and fails when it answers. */
      plain_sides (sides);
      hex_into (small_order[i], data, 32);
      g_assert_true (kad_noise_xx_read (&sides[1].xx, data, 32, payload, &len));
      g_assert_false (kad_noise_xx_write (&sides[1].xx, NULL, 0, &out));
      g_assert_false (kad_noise_xx_is_my_turn (&sides[1].xx));

      /* The initiator fails on message 2, before it opens anything. */
      g_assert_true (kad_noise_xx_write (&sides[0].xx, NULL, 0, &out));
      g_assert_false (kad_noise_xx_read (&sides[0].xx, data, sizeof data, payload, &len));
      g_assert_true (sides[0].xx.has_failed);
    }
}

static void
test_refuses_static_keys_of_small_order (void)
{
  g_test_summary ("A shared secret of zeros is refused: the static key in both roles");

  for (guint i = 0; i < G_N_ELEMENTS (small_order); i++)
    for (guint liar = 0; liar < N_SIDES; liar++)
      {
        Side sides[N_SIDES];
        gboolean is_read = TRUE;
        guint n;

        plain_sides (sides);
        hex_into (small_order[i], sides[liar].static_public, 32);
        for (n = 0; n < 3 && is_read; n++)
          {
            g_auto (KadBuffer) out = KAD_BUFFER_INIT;
            guint8 payload[96];
            gsize len;

            g_assert_true (kad_noise_xx_write (&sides[n % 2].xx, NULL, 0, &out));
            is_read = kad_noise_xx_read (&sides[(n + 1) % 2].xx, kad_buffer_peek (&out),
                                         kad_buffer_get_length (&out), payload, &len);
          }
        g_assert_false (is_read);
        g_assert_cmpuint (n, ==, liar == 0 ? 3 : 2);
      }
}

static void
test_refuses_what_is_not_its_turn (void)
{
  Side sides[N_SIDES];
  guint8 data[64] = { 9 }, payload[64];
  gsize len;

  g_test_summary ("The initiator does not read first, and nobody reads after the end");

  plain_sides (sides);
  g_assert_false (kad_noise_xx_read (&sides[0].xx, data, sizeof data, payload, &len));
  g_assert_false (kad_noise_xx_is_my_turn (&sides[1].xx));
  g_assert_true (kad_noise_xx_is_my_turn (&sides[0].xx));
  kad_noise_xx_clear (&sides[0].xx);
  g_assert_false (kad_noise_xx_is_my_turn (&sides[0].xx));
}

/* Runs the handshake and hands message @damaged over with byte @at flipped, or with
 * @at bytes only. FALSE: it was refused. @size: (out): of that message. */
static gboolean
run_damaged (guint damaged, gsize at, gboolean cut, gsize *size)
{
  Side sides[N_SIDES];

  plain_sides (sides);
  for (guint n = 0;; n++)
    {
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      guint8 payload[256];
      gsize len, n_bytes;
      gboolean is_read;

      g_assert_true (kad_noise_xx_write (&sides[n % 2].xx, BYTES ("payload"), &out));
      n_bytes = *size = kad_buffer_get_length (&out);
      if (n == damaged && cut)
        n_bytes = MIN (at, n_bytes);
      else if (n == damaged && at < n_bytes)
        out.data[out.start + at] ^= 0x40;
      is_read = kad_noise_xx_read (&sides[(n + 1) % 2].xx, kad_buffer_peek (&out), n_bytes, payload,
                                   &len);
      if (n == damaged)
        return is_read;
      g_assert_true (is_read);
    }
}

static void
test_no_byte_can_be_changed_or_cut (void)
{
  g_test_summary ("Messages 2 and 3 with a byte changed, or cut short, are refused");

  for (guint damaged = 1; damaged < 3; damaged++)
    {
      gsize size = 1;

      for (gsize at = 0; at < size; at++)
        {
          g_assert_false (run_damaged (damaged, at, TRUE, &size));
          g_assert_false (run_damaged (damaged, at, FALSE, &size));
        }
      g_assert_cmpuint (size, >, 70);
      g_assert_true (run_damaged (damaged, size, TRUE, &size));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise-xx/published-vectors", test_published_vectors);
  g_test_add_func ("/security/CVE-2025-69277/ephemeral-keys-of-small-order",
                   test_refuses_ephemeral_keys_of_small_order);
  g_test_add_func ("/security/CVE-2025-69277/static-keys-of-small-order",
                   test_refuses_static_keys_of_small_order);
  g_test_add_func ("/noise-xx/refuses-what-is-not-its-turn", test_refuses_what_is_not_its_turn);
  g_test_add_func ("/noise-xx/no-byte-can-be-changed-or-cut", test_no_byte_can_be_changed_or_cut);
  return g_test_run ();
}
