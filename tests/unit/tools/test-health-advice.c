/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-health-advice.h"

static void
test_every_word_has_a_sentence (void)
{
  g_autoptr (GRegex) pattern = g_regex_new ("KAD_ADVICE_\\w+ \"([a-z-]+)\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *source = NULL;
  guint n = 0;

  g_test_summary ("Each advice of kad-health-checks.h has a sentence");

  g_file_get_contents (g_getenv ("KAD_TEST_HEALTH_CHECKS"), &source, NULL, &error);
  g_assert_no_error (error);
  for (g_regex_match (pattern, source, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *word = g_match_info_fetch (match, 1);

      g_test_message ("%s", word);
      g_assert_nonnull (kad_health_advice_get (word));
      n++;
    }
  g_assert_cmpuint (n, ==, 13);
}

static void
test_nothing_to_do (void)
{
  g_test_summary ("No advice, and an unknown one, have none");

  g_assert_null (kad_health_advice_get (""));
  g_assert_null (kad_health_advice_get ("stand-on-your-head"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health-advice/every-word-has-a-sentence", test_every_word_has_a_sentence);
  g_test_add_func ("/health-advice/nothing-to-do", test_nothing_to_do);
  return g_test_run ();
}
