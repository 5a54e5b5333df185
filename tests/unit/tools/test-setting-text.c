/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-setting-text.h"

/* What is written is read as what it was. */
static void
assert_round_trip (const char *type, const char *written, const char *canonical)
{
  g_autoptr (GError) error = NULL;
  GVariant *floating = kad_setting_parse (written, G_VARIANT_TYPE (type), &error);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  value = g_variant_take_ref (floating);
  g_assert_true (g_variant_is_of_type (value, G_VARIANT_TYPE (type)));
  text = kad_setting_dup_text (value);
  g_assert_cmpstr (text, ==, canonical);
}

static void
test_reads_what_people_write (void)
{
  g_test_summary ("text needs no quotes, numbers no type, lists no brackets");
  assert_round_trip ("s", "public", "public");
  assert_round_trip ("s", "", "");
  assert_round_trip ("s", "'quoted'", "'quoted'");
  assert_round_trip ("u", "70", "70");
  assert_round_trip ("t", "1099511627776", "1099511627776");
  assert_round_trip ("b", "true", "true");
  assert_round_trip ("b", "on", "true");
  assert_round_trip ("b", "no", "false");
  assert_round_trip ("as", "a,b", "a,b");
  assert_round_trip ("as", " a , b ", "a,b");
  assert_round_trip ("as", "", "");
  assert_round_trip ("as", "['a', 'b,c']", "a,b,c");
  assert_round_trip ("a{st}", "{'connections': 5}", "{'connections': 5}");
}

static void
test_refuses_other_types (void)
{
  static const char *const wrong[][3] = {
    { "u", "many", "whole number" },
    { "u", "-1", "whole number" },
    { "u", "", "whole number" },
    { "u", "4294967296", "to 4294967295" },
    { "t", "-1", "to 18446744073709551615" },
    { "b", "2", "true or false" },
    { "b", "", "true or false" },
    { "as", "[1, 2]", "commas" },
    { "a{st}", "5", "{'connections': 500}" },
    { "ay", "x", "“x” is no value for this setting; it wants ay" },
  };

  g_test_summary ("what is of another type is told with what was written, and what is wanted");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_setting_parse (wrong[i][1], G_VARIANT_TYPE (wrong[i][0]), &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, wrong[i][1]));
      g_assert_nonnull (strstr (error->message, wrong[i][2]));
    }
}

static void
test_escapes (void)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string ("a\033[31mb"));
  g_autofree char *text = kad_setting_dup_text (value);

  g_test_summary ("nothing in a setting acts on a terminal");
  g_assert_null (strchr (text, '\033'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/setting-text/reads-what-people-write", test_reads_what_people_write);
  g_test_add_func ("/tools/setting-text/refuses-other-types", test_refuses_other_types);
  g_test_add_func ("/tools/setting-text/escapes", test_escapes);
  return g_test_run ();
}
