/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-escape.h"

#include <string.h>

static void
assert_escaped (const char *text, const char *expected)
{
  g_autofree char *escaped = kad_escape_peer_text (text, -1, 1000);

  g_assert_cmpstr (escaped, ==, expected);
}

static void
test_plain_text_stays (void)
{
  g_test_summary ("Printable text of any script is left as it is, markup included");

  assert_escaped ("", "");
  assert_escaped ("go-ipfs/0.30.0/a+b", "go-ipfs/0.30.0/a+b");
  assert_escaped ("Grüße 世界 🌍 \"q\" ~", "Grüße 世界 🌍 \"q\" ~");
  assert_escaped ("<b>&amp;</b>", "<b>&amp;</b>");
}

static void
test_controls_are_shown (void)
{
  g_test_summary ("Terminal commands and line breaks come out as text");

  assert_escaped ("\033[2J", "\\x1b[2J");
  assert_escaped ("a\nb\r\tc\a", "a\\x0ab\\x0d\\x09c\\x07");
  assert_escaped ("\177", "\\x7f");
  assert_escaped ("\302\233"
                  "2J",
                  "\\u{009b}2J");
  assert_escaped ("\302\200\302\237\302\240", "\\u{0080}\\u{009f}\302\240");
}

static void
test_formatting_is_shown (void)
{
  static const gunichar unsafe[] = { 0x61c,  0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e,
                                     0x2060, 0x2066, 0x2069, 0x206f, 0xfeff, 0xfff9, 0xe0041 };
  static const gunichar safe[] = { 0x61b, 0x200a, 0x2010, 0x2027, 0x202f, 0x2070, 0xfefe, 0xe0080 };

  g_test_summary ("Bidirectional and invisible characters are shown, their neighbours stay");

  for (guint i = 0; i < G_N_ELEMENTS (unsafe); i++)
    {
      char text[8] = { 0 };
      g_autofree char *expected = g_strdup_printf ("\\u{%04x}", unsafe[i]);

      g_unichar_to_utf8 (unsafe[i], text);
      assert_escaped (text, expected);
    }
  for (guint i = 0; i < G_N_ELEMENTS (safe); i++)
    {
      char text[8] = { 0 };

      g_unichar_to_utf8 (safe[i], text);
      assert_escaped (text, text);
    }
  assert_escaped ("safe\xe2\x80\xae"
                  "gpj.exe",
                  "safe\\u{202e}gpj.exe");
}

static void
test_escapes_cannot_be_forged (void)
{
  g_test_summary ("A backslash is doubled, so that every escape was made here");

  assert_escaped ("\\x1b", "\\\\x1b");
  assert_escaped ("\\", "\\\\");
}

static void
test_invalid_utf8_is_shown (void)
{
  g_test_summary ("Bytes that are no UTF-8 are shown one by one");

  assert_escaped ("a\xff\xfe", "a\\xff\\xfe");
  assert_escaped ("\xc3(", "\\xc3(");
  assert_escaped ("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
  assert_escaped ("\xc0\x80", "\\xc0\\x80");          /* an overlong NUL */
  assert_escaped ("end\xe4\xb8", "end\\xe4\\xb8");
}

static void
test_length_is_obeyed (void)
{
  static const char with_nul[] = { 'a', '\0', 'b' };
  g_autofree char *nul = kad_escape_peer_text (with_nul, sizeof with_nul, 100);
  g_autofree char *empty = kad_escape_peer_text (NULL, 0, 100);
  g_autofree char *part = kad_escape_peer_text ("abcdef", 3, 100);
  g_autofree char *cut = kad_escape_peer_text ("abcdef", -1, 4);
  g_autofree char *none = kad_escape_peer_text ("abcdef", -1, 0);
  g_autofree char *whole = kad_escape_peer_text ("世界", -1, 6);
  g_autofree char *border = kad_escape_peer_text ("世界", -1, 5);
  g_autofree char *counted = kad_escape_peer_text ("世界", 6, 4);
  g_autofree char *inside = kad_escape_peer_text ("世界", 5, 100);
  g_autofree char *huge = kad_escape_peer_text ("abc", -1, G_MAXSIZE);

  g_test_summary ("NULs are shown, and a cut falls between characters");

  g_assert_cmpstr (nul, ==, "a\\x00b");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (part, ==, "abc");
  g_assert_cmpstr (cut, ==, "abcd");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (whole, ==, "世界");
  g_assert_cmpstr (border, ==, "世");
  g_assert_cmpstr (counted, ==, "世");
  g_assert_cmpstr (inside, ==, "世\\xe7\\x95");
  g_assert_cmpstr (huge, ==, "abc");
}

static void
test_any_bytes_become_one_safe_line (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  g_test_summary ("Whatever the bytes, the result is valid UTF-8 without controls, and bounded");

  for (guint round = 0; round < 5000; round++)
    {
      gsize len = (gsize) g_rand_int_range (rand, 0, 64);
      g_autofree char *text = g_malloc (len + 1);
      g_autofree char *escaped = NULL;

      for (gsize i = 0; i < len; i++)
        text[i] = (char) g_rand_int_range (rand, 0, 256);
      text[len] = 'x'; /* no NUL where it ends */
      escaped = kad_escape_peer_text (text, (gssize) len, 48);
      g_assert_true (g_utf8_validate (escaped, -1, NULL));
      g_assert_cmpuint (strlen (escaped), <=, 4 * MIN (len, 48));
      for (const char *p = escaped; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/escape/plain-text-stays", test_plain_text_stays);
  g_test_add_func ("/escape/controls-are-shown", test_controls_are_shown);
  g_test_add_func ("/escape/formatting-is-shown", test_formatting_is_shown);
  g_test_add_func ("/escape/escapes-cannot-be-forged", test_escapes_cannot_be_forged);
  g_test_add_func ("/escape/invalid-utf8-is-shown", test_invalid_utf8_is_shown);
  g_test_add_func ("/escape/length-is-obeyed", test_length_is_obeyed);
  g_test_add_func ("/escape/any-bytes-become-one-safe-line", test_any_bytes_become_one_safe_line);
  return g_test_run ();
}
