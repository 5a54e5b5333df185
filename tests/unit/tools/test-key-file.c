/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key-file.h"

#include <string.h>

#include "kad-error.h"
#include "kad-key-text.h"

static void
check (const char *text, gsize len, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = kad_key_file_parse ("keys", text, len, FALSE, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = g_strjoinv ("|", keys);
  g_assert_cmpstr (joined, ==, expected);
}

static void
refuse (const char *text, gsize len, KadError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_key_file_parse ("keys", text, len, FALSE, &error));
  g_assert_error (error, KAD_ERROR, (gint) code);
  if (!g_str_has_prefix (error->message, words))
    g_error ("“%s” does not begin with “%s”", error->message, words);
}

#define CHECK(text, expected) check (text, strlen (text), expected)

static void
test_lines_are_keys (void)
{
  g_test_summary ("Each line is a key, with LF or CRLF at its end, or nothing at the last one's");

  CHECK ("text:a\ntext:b\n", "text:a|text:b");
  CHECK ("text:a\r\ntext:b\r\n", "text:a|text:b");
  CHECK ("text:a\ntext:b", "text:a|text:b");
  CHECK ("text:a\ntext:a\n", "text:a|text:a");
  CHECK ("text: two words \n", "text: two words ");
  CHECK ("text:a\rb\n", "text:a\rb");
}

static void
test_what_is_no_key_is_skipped (void)
{
  g_test_summary ("Empty lines and comments are skipped, also with space ahead of them");

  CHECK ("", "");
  CHECK ("\n\r\n \t \n", "");
  CHECK ("# a\n  # b\n\t#\r\ntext:#c\n", "text:#c");
}

static void
test_errors_name_the_line (void)
{
  static const char nul[] = "text:a\ntext:\0b\n";

  g_test_summary ("What is wrong is told with the line's number, counted with those skipped");

  refuse ("text:a\n\n# x\nnope\n", 17, KAD_ERROR_INVALID_KEY, "keys, line 4: ");
  refuse ("text:a\n\xff\n", 9, KAD_ERROR_INVALID_KEY, "keys, line 2: ");
  refuse (nul, sizeof nul - 1, KAD_ERROR_INVALID_KEY, "keys, line 2: ");
  refuse (" text:a", 7, KAD_ERROR_INVALID_KEY, "keys, line 1: ");
}

static void
test_their_number_is_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("# the first\n");
  g_auto (GStrv) keys = NULL;

  g_test_summary ("4,096 keys are taken, and one more is refused");

  for (guint i = 0; i < KAD_MAX_KEY_LIST; i++)
    g_string_append (text, "text:k\n");
  keys = kad_key_file_parse ("keys", text->str, text->len, FALSE, NULL);
  g_assert_cmpuint (g_strv_length (keys), ==, KAD_MAX_KEY_LIST);
  g_string_append (text, "text:k\n");
  refuse (text->str, text->len, KAD_ERROR_LIMIT_REACHED, "keys, line 4098: ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-file/lines-are-keys", test_lines_are_keys);
  g_test_add_func ("/key-file/what-is-no-key-is-skipped", test_what_is_no_key_is_skipped);
  g_test_add_func ("/key-file/errors-name-the-line", test_errors_name_the_line);
  g_test_add_func ("/key-file/their-number-is-bounded", test_their_number_is_bounded);
  return g_test_run ();
}
