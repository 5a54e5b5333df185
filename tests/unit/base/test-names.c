/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-names.h"

#include <string.h>

#include "kad-error.h"

static const char *const names[] = { "red", "green", "blue" };

static void
test_finds_each_name (void)
{
  g_test_summary ("A name gives its index");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      guint index = 99;

      g_assert_true (
          kad_names_parse (names, G_N_ELEMENTS (names), "a colour", names[i], &index, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (index, ==, i);
    }
}

static void
test_lists_the_names (void)
{
  static const char *const bad[] = { "", "Red", "red ", "re", "gold\033[31m" };

  g_test_summary ("Another name is InvalidArgument, which lists the choices and escapes what came");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint index = 99;

      g_assert_false (
          kad_names_parse (names, G_N_ELEMENTS (names), "a colour", bad[i], &index, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, "is not a colour: use red, green or blue"));
      g_assert_null (strchr (error->message, '\033'));
      g_assert_cmpuint (index, ==, 99);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/finds-each-name", test_finds_each_name);
  g_test_add_func ("/names/lists-the-names", test_lists_the_names);
  return g_test_run ();
}
