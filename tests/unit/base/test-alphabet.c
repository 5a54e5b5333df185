/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-alphabet.h"

static void
test_digits_have_their_place (void)
{
  g_test_summary ("A character's value is its place; others, and the end of text, have none");

  g_assert_cmpint (kad_alphabet_digit ("0123abc", '0', FALSE), ==, 0);
  g_assert_cmpint (kad_alphabet_digit ("0123abc", 'c', FALSE), ==, 6);
  g_assert_cmpint (kad_alphabet_digit ("0123abc", 'd', FALSE), ==, -1);
  g_assert_cmpint (kad_alphabet_digit ("0123abc", '\0', FALSE), ==, -1);
  g_assert_cmpint (kad_alphabet_digit ("0123abc", '\xff', TRUE), ==, -1);
}

static void
test_case_counts_unless_told (void)
{
  g_test_summary ("Letters match in the other case only where asked; other characters never do");

  g_assert_cmpint (kad_alphabet_digit ("abc", 'B', FALSE), ==, -1);
  g_assert_cmpint (kad_alphabet_digit ("abc", 'B', TRUE), ==, 1);
  g_assert_cmpint (kad_alphabet_digit ("ABC", 'b', TRUE), ==, 1);
  /* 0x10 ^ 0x20 is '0', 0x5f ^ 0x20 is DEL */
  g_assert_cmpint (kad_alphabet_digit ("0", '\x10', TRUE), ==, -1);
  g_assert_cmpint (kad_alphabet_digit ("_", '\x7f', TRUE), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alphabet/digits-have-their-place", test_digits_have_their_place);
  g_test_add_func ("/alphabet/case-counts-unless-told", test_case_counts_unless_told);
  return g_test_run ();
}
