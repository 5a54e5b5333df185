/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-reach-words.h"

/* All that a node says, and what the service says without one. */
static const char *const known[][2] = {
  { "local", "listening" },
  { "local", "not-listening" },
  { "public", "inbound-from-outside" },
  { "private", "not-listening" },
  { "private", "behind-router" },
  { "unknown", "nobody-came" },
  { "unknown", "not-running" },
};

static void
test_known (void)
{
  g_test_summary ("each state has words, without the names that programs read");
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *text = kad_reach_words_dup (known[i][0], known[i][1]);

      g_assert_nonnull (strstr (text, "reach") != NULL ? text : strstr (text, "not known"));
      g_assert_null (strstr (text, known[i][1]));
    }
}

static void
test_unknown (void)
{
  g_autofree char *text = kad_reach_words_dup ("half", "moonlight");
  g_autofree char *bare = kad_reach_words_dup ("half", "");

  g_test_summary ("what a later service says is told as it came");
  g_assert_cmpstr (text, ==, "half (moonlight)");
  g_assert_cmpstr (bare, ==, "half");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/reach-words/known", test_known);
  g_test_add_func ("/tools/reach-words/unknown", test_unknown);
  return g_test_run ();
}
