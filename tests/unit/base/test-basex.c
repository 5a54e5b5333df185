/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-basex.h"

#include <string.h>

#include "kad-error.h"

static const KadBasex base16 = { "base16", "0123456789abcdef", 16, TRUE };
static const KadBasex base58
    = { "base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 58, FALSE };

static void
test_leading_zeros_are_kept (void)
{
  static const guint8 zeros[3] = { 0 };
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_test_summary ("Each leading zero byte is one zero character, and nothing is nothing");

  kad_basex_append (&base58, NULL, 0, text);
  g_assert_cmpstr (text->str, ==, "x");
  kad_basex_append (&base58, zeros, 3, text);
  g_assert_cmpstr (text->str, ==, "x111");
  g_assert_true (kad_basex_decode (&base58, "111", 3, bytes, NULL));
  g_assert_cmpmem (bytes->data, bytes->len, zeros, 3);
  g_assert_true (kad_basex_decode (&base58, "", 0, bytes, NULL));
  g_assert_cmpuint (bytes->len, ==, 3);
}

static void
test_every_length_comes_back (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7002);

  g_test_summary ("Bytes of every length come back, in the smallest base and in an odd one");

  for (gsize len = 0; len < 130; len++)
    {
      g_autofree guint8 *data = g_malloc (MAX (len, 1));

      for (gsize i = 0; i < len; i++)
        data[i] = i < len / 4 ? 0 : (guint8) (g_rand_int (rand) | (i % 3 ? 0xff : 0));

      for (int odd = 0; odd < 2; odd++)
        {
          const KadBasex *encoding = odd ? &base58 : &base16;
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GByteArray) bytes = g_byte_array_new ();

          kad_basex_append (encoding, data, len, text);
          g_assert_true (kad_basex_decode (encoding, text->str, text->len, bytes, NULL));
          g_assert_cmpmem (bytes->data, bytes->len, data, len);
        }
    }
}

static void
test_wrong_characters_are_refused (void)
{
  static const char *const wrong[] = { "0", "I", "O", "l", "1 ", "z\n", "\xc3\xa9", "abc0" };

  g_test_summary ("Characters outside the alphabet are refused and leave the output alone");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (kad_basex_decode (&base58, wrong[i], strlen (wrong[i]), bytes, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_cmpuint (bytes->len, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/basex/leading-zeros-are-kept", test_leading_zeros_are_kept);
  g_test_add_func ("/basex/every-length-comes-back", test_every_length_comes_back);
  g_test_add_func ("/basex/wrong-characters-are-refused", test_wrong_characters_are_refused);
  return g_test_run ();
}
