/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-json-indent.h"

static void
test_nests_by_two_columns (void)
{
  g_autofree char *text = kad_json_dup_indented ("{\"a\":1,\"b\":[2,{\"c\":\"x\"}]}");

  g_test_summary ("each member and each element has a line of its own");
  g_assert_cmpstr (text, ==,
                   "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    {\n      \"c\": \"x\"\n    }\n  ]\n}");
}

static void
test_leaves_texts_alone (void)
{
  g_autofree char *text = kad_json_dup_indented ("{\"a{,:]\":\"\\\"[1,2]\\\\\"}");

  g_test_summary ("what looks like JSON in a text is a text");
  g_assert_cmpstr (text, ==, "{\n  \"a{,:]\": \"\\\"[1,2]\\\\\"\n}");
}

static void
test_keeps_what_is_empty_on_a_line (void)
{
  g_autofree char *text = kad_json_dup_indented ("{\"a\":{},\"b\":[]}");
  g_autofree char *nothing = kad_json_dup_indented ("{}");

  g_test_summary ("empty objects and lists take no lines");
  g_assert_cmpstr (text, ==, "{\n  \"a\": {},\n  \"b\": []\n}");
  g_assert_cmpstr (nothing, ==, "{}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/json-indent/nests-by-two-columns", test_nests_by_two_columns);
  g_test_add_func ("/tools/json-indent/leaves-texts-alone", test_leaves_texts_alone);
  g_test_add_func ("/tools/json-indent/keeps-what-is-empty-on-a-line",
                   test_keeps_what_is_empty_on_a_line);
  return g_test_run ();
}
