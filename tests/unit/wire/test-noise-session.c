/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-noise.h"

#include "kad-noise-symmetric.h"
#include "kad-wire-testing.h"

static void
pair_init (KadNoiseSession *a, KadNoiseSession *b)
{
  memset (a, 0, sizeof *a);
  memset (b, 0, sizeof *b);
  memset (a->send_key, 1, 32);
  memset (b->receive_key, 1, 32);
  memset (a->receive_key, 2, 32);
  memset (b->send_key, 2, 32);
}

static gboolean
open_all (KadNoiseSession *self, const guint8 *data, gsize len, KadBuffer *out, GError **error)
{
  gsize used;
  gboolean is_open = kad_noise_session_open (self, data, len, &used, out, error);

  g_assert_true (!is_open || used == len);
  return is_open;
}

static void
test_both_directions (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;

  g_test_summary ("What one side seals the other opens, in both directions");

  pair_init (&a, &b);
  g_assert_true (kad_noise_session_seal (&a, BYTES ("hello"), &sealed, NULL));
  g_assert_cmpuint (kad_buffer_get_length (&sealed), ==, 2 + 5 + 16);
  g_assert_true (open_all (&b, kad_buffer_peek (&sealed), 23, &plain, NULL));
  assert_buffer (&plain, BYTES ("hello"));
  kad_buffer_clear (&sealed);
  g_assert_true (kad_noise_session_seal (&b, BYTES ("yes"), &sealed, NULL));
  g_assert_true (open_all (&a, kad_buffer_peek (&sealed), 21, &plain, NULL));
  assert_buffer (&plain, BYTES ("helloyes"));
}

static void
test_splits_at_the_largest_message (void)
{
  static const gsize sizes[]
      = { 0, 1, KAD_NOISE_MAX_PLAINTEXT, KAD_NOISE_MAX_PLAINTEXT + 1, 300000 };

  g_test_summary ("65519 bytes fill a message, more take as many as needed, none takes none");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      KadNoiseSession a, b;
      gsize n_messages = (sizes[i] + KAD_NOISE_MAX_PLAINTEXT - 1) / KAD_NOISE_MAX_PLAINTEXT;
      g_autofree guint8 *data = g_malloc (sizes[i] + 1);
      g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;

      pair_init (&a, &b);
      for (gsize k = 0; k < sizes[i]; k++)
        data[k] = (guint8) (k * 31 >> 3);
      g_assert_true (kad_noise_session_seal (&a, data, sizes[i], &sealed, NULL));
      g_assert_cmpuint (a.send_nonce, ==, n_messages);
      g_assert_cmpuint (kad_buffer_get_length (&sealed), ==, sizes[i] + n_messages * 18);
      if (sizes[i] == 0)
        continue;
      g_assert_true (
          open_all (&b, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed), &plain, NULL));
      g_assert_cmpuint (b.receive_nonce, ==, n_messages);
      assert_buffer (&plain, data, sizes[i]);
    }
}

static void
test_opens_whole_messages_only (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  g_test_summary ("Cut at each byte: what is whole is opened, the rest waits");

  pair_init (&a, &b);
  kad_noise_session_seal (&a, BYTES ("one"), &sealed, NULL);
  kad_noise_session_seal (&a, BYTES ("three"), &sealed, NULL);
  for (gsize len = 0; len <= 21 + 23; len++)
    {
      KadNoiseSession fresh = b;
      g_autofree guint8 *copy = g_memdup2 (kad_buffer_peek (&sealed), len);
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
      gsize used;

      g_assert_true (kad_noise_session_open (&fresh, copy, len, &used, &plain, NULL));
      g_assert_cmpuint (used, ==, len < 21 ? 0 : len < 44 ? 21 : 44);
      g_assert_cmpuint (kad_buffer_get_length (&plain), ==, len < 21 ? 0 : len < 44 ? 3 : 8);
    }
}

static void
test_takes_empty_messages (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  guint8 message[2 + KAD_NOISE_TAG_BYTES] = { 0, KAD_NOISE_TAG_BYTES };
  gsize used;

  g_test_summary ("A message without plain text is allowed, counts, and gives nothing");

  pair_init (&a, &b);
  g_assert_true (kad_noise_aead_seal (a.send_key, &a.send_nonce, NULL, 0, NULL, 0, message + 2));
  g_assert_true (kad_noise_session_open (&b, message, sizeof message, &used, &plain, NULL));
  g_assert_cmpuint (used, ==, sizeof message);
  g_assert_cmpuint (b.receive_nonce, ==, 1);
  g_assert_cmpuint (kad_buffer_get_length (&plain), ==, 0);
}

static void
test_each_flipped_byte_ends_it (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  g_test_summary ("A flipped byte never opens, and nothing opens or is sealed after it");

  pair_init (&a, &b);
  kad_noise_session_seal (&a, BYTES ("first"), &sealed, NULL);
  kad_noise_session_seal (&a, BYTES ("second"), &sealed, NULL);
  for (gsize at = 2; at < 23; at++)
    {
      KadNoiseSession victim = b;
      g_autofree guint8 *copy = g_memdup2 (kad_buffer_peek (&sealed), 47);
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      g_autoptr (GError) error = NULL;
      gsize used;

      copy[at] ^= 0x10;
      g_assert_false (kad_noise_session_open (&victim, copy, 47, &used, &plain, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      g_assert_cmpuint (used, ==, 0);
      g_assert_cmpuint (kad_buffer_get_length (&plain), ==, 0);
      copy[at] ^= 0x10;
      g_assert_false (kad_noise_session_open (&victim, copy, 47, &used, &plain, NULL));
      g_assert_false (kad_noise_session_seal (&victim, BYTES ("x"), &out, NULL));
      g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
    }
}

static void
test_replay_and_reorder_end_it (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  const guint8 *data;

  g_test_summary ("The same message again, and the next one first, are refused");

  pair_init (&a, &b);
  kad_noise_session_seal (&a, BYTES ("one"), &sealed, NULL);
  kad_noise_session_seal (&a, BYTES ("two"), &sealed, NULL);
  data = kad_buffer_peek (&sealed);
  {
    KadNoiseSession victim = b;
    g_auto (KadBuffer) plain = KAD_BUFFER_INIT;

    g_assert_true (open_all (&victim, data, 21, &plain, NULL));
    g_assert_false (open_all (&victim, data, 21, &plain, NULL));
    assert_buffer (&plain, BYTES ("one"));
  }
  {
    KadNoiseSession victim = b;
    g_auto (KadBuffer) plain = KAD_BUFFER_INIT;

    g_assert_false (open_all (&victim, data + 21, 21, &plain, NULL));
    g_assert_false (open_all (&victim, data, 21, &plain, NULL));
    g_assert_cmpuint (kad_buffer_get_length (&plain), ==, 0);
  }
}

static void
test_keeps_what_came_before_a_bad_tag (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  gsize used;

  g_test_summary ("Messages before the bad one were authentic and stay");

  pair_init (&a, &b);
  kad_noise_session_seal (&a, BYTES ("one"), &sealed, NULL);
  kad_noise_session_seal (&a, BYTES ("two"), &sealed, NULL);
  sealed.data[sealed.end - 1] ^= 1;
  g_assert_false (kad_noise_session_open (&b, kad_buffer_peek (&sealed), 42, &used, &plain, NULL));
  g_assert_cmpuint (used, ==, 21);
  assert_buffer (&plain, BYTES ("one"));
}

static void
test_lengths_below_a_tag_end_it (void)
{
  g_test_summary ("A length of less than 16 is refused without waiting");

  for (guint8 n = 0; n < 16; n++)
    {
      KadNoiseSession a, b;
      guint8 data[2] = { 0, n };
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
      g_autoptr (GError) error = NULL;

      pair_init (&a, &b);
      g_assert_false (open_all (&b, data, 2, &plain, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
    }
}

static void
test_nonces_never_wrap (void)
{
  KadNoiseSession a, b;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The nonce before the last one works, and then the session is over");

  pair_init (&a, &b);
  a.send_nonce = b.receive_nonce = G_MAXUINT64 - 1;
  g_assert_true (kad_noise_session_seal (&a, BYTES ("end"), &sealed, NULL));
  g_assert_true (open_all (&b, kad_buffer_peek (&sealed), 21, &plain, NULL));
  g_assert_false (kad_noise_session_seal (&a, BYTES ("x"), &sealed, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpuint (kad_buffer_get_length (&sealed), ==, 21);
  g_assert_false (open_all (&b, kad_buffer_peek (&sealed), 21, &plain, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise-session/both-directions", test_both_directions);
  g_test_add_func ("/noise-session/splits-at-the-largest-message",
                   test_splits_at_the_largest_message);
  g_test_add_func ("/noise-session/opens-whole-messages-only", test_opens_whole_messages_only);
  g_test_add_func ("/noise-session/takes-empty-messages", test_takes_empty_messages);
  g_test_add_func ("/security/RUSTSEC-2024-0011/each-flipped-byte-ends-it", test_each_flipped_byte_ends_it);
  g_test_add_func ("/security/RUSTSEC-2024-0011/replay-and-reorder-end-it", test_replay_and_reorder_end_it);
  g_test_add_func ("/noise-session/keeps-what-came-before-a-bad-tag",
                   test_keeps_what_came_before_a_bad_tag);
  g_test_add_func ("/noise-session/lengths-below-a-tag-end-it", test_lengths_below_a_tag_end_it);
  g_test_add_func ("/security/RUSTSEC-2024-0011/nonces-never-wrap", test_nonces_never_wrap);
  return g_test_run ();
}
