/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-json-text.h"

#include <string.h>

static void
assert_text (const char *json, const char *wanted)
{
  g_autofree char *text = kad_gui_json_text (json);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_writes_a_member_a_line (void)
{
  g_test_summary ("JSON is written a member a line, short lists on one");
  assert_text ("{\"a\":1,\"b\":[1,2],\"c\":\"x:{,}\"}",
               "{\n  \"a\": 1,\n  \"b\": [1, 2],\n  \"c\": \"x:{,}\"\n}");
  assert_text ("{\"a\":{\"b\":{\"c\":1}}}", "{\n  \"a\": {\n    \"b\": {\"c\": 1}\n  }\n}");
  assert_text ("{\"a\":\"\\\"}\"}", "{\n  \"a\": \"\\\"}\"\n}");
}

static void
test_bears_what_is_no_json (void)
{
  g_autofree char *deep = g_strnfill (5000, '[');
  g_autofree char *text = kad_gui_json_text (deep);

  g_test_summary ("What is no JSON comes out bounded and without what could mislead");
  assert_text ("", "");
  assert_text ("\"open", "\"open");
  assert_text ("}}]\x1b[0m", "\n}\n}\n]\\x1b[\n  0m");
  assert_text ("\xff", "\\xff");
  g_assert_cmpuint (strlen (text), <, 5000 * 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/json-text/writes-a-member-a-line", test_writes_a_member_a_line);
  g_test_add_func ("/gui/json-text/bears-what-is-no-json", test_bears_what_is_no_json);
  return g_test_run ();
}
