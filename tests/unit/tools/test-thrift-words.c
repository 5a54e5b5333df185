/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-thrift-words.h"

static void
test_words (void)
{
  static const char *const reasons[] = { "metered", "power-saver", "battery", "low-memory", NULL };

  g_test_summary ("Each reason that the service knows has words, and no other");

  for (guint i = 0; reasons[i] != NULL; i++)
    g_assert_cmpstr (kad_thrift_word_get (reasons[i]), !=, NULL);
  g_assert_null (kad_thrift_word_get ("user"));
  g_assert_null (kad_thrift_word_get (""));
}

static void
test_list (void)
{
  static const char *const none[] = { NULL };
  static const char *const some[] = { "metered", "moonlight", "low-memory", NULL };
  g_autofree char *nothing = kad_thrift_words_dup (none);
  g_autofree char *text = kad_thrift_words_dup (some);

  g_test_summary ("All of them in a row, the unknown one as it is");

  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (text, ==, "metered connection, moonlight, low memory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/thrift-words/words", test_words);
  g_test_add_func ("/tools/thrift-words/list", test_list);
  return g_test_run ();
}
