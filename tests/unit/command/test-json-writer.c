/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-json-writer.h"

#include <math.h>
#include <string.h>

static void
check_owned (GVariant *value, const char *expected)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autoptr (GString) json = g_string_new (NULL);

  kad_json_append_variant (json, owned);
  g_assert_cmpstr (json->str, ==, expected);
}

static void
check (const char *variant, const char *expected)
{
  check_owned (g_variant_new_parsed (variant), expected);
}

static void
test_values (void)
{
  g_test_summary ("Each type of value has its form in JSON");

  check ("true", "true");
  check ("'x'", "\"x\"");
  check ("<int32 -5>", "-5");
  check ("byte 0xff", "255");
  check ("int64 -9223372036854775808", "-9223372036854775808");
  check ("uint64 18446744073709551615", "18446744073709551615");
  check ("uint16 7", "7");
  check ("1.5", "1.5");
  check ("@ms nothing", "null");
  check ("@ms 'x'", "\"x\"");
  check ("@as []", "[]");
  check ("['a', 'b']", "[\"a\",\"b\"]");
  check ("@a{sv} {}", "{}");
  check ("{'b': <1>, 'a': <{'c': <@mas nothing>}>}", "{\"b\":1,\"a\":{\"c\":null}}");
  check ("[{'p': <'x'>}, {'p': <'y'>}]", "[{\"p\":\"x\"},{\"p\":\"y\"}]");
  check ("(1, 'x')", "[1,\"x\"]");
  check_owned (g_variant_new_double (INFINITY), "null");
  check_owned (g_variant_new_double (NAN), "null");
}

static void
test_bytes (void)
{
  g_test_summary ("Bytes become base64 under their name, and a value is text beside it if it can");

  check ("{'raw': <[byte 0x00, 0xff]>}", "{\"raw_base64\":\"AP8=\"}");
  check ("{'value': <[byte 0x61]>}", "{\"value_base64\":\"YQ==\",\"value\":\"a\"}");
  check ("{'value': <[byte 0x61, 0x00]>}", "{\"value_base64\":\"YQA=\",\"value\":\"a\\u0000\"}");
  check ("{'value': <[byte 0xc3]>}", "{\"value_base64\":\"ww==\"}");
  check ("{'value': <[byte 0x00, 0xff]>}", "{\"value_base64\":\"AP8=\"}");
  check ("{'value': <@ay []>}", "{\"value_base64\":\"\",\"value\":\"\"}");
  check ("{'key': <[byte 0x61]>, 'x': <1>}", "{\"key_base64\":\"YQ==\",\"x\":1}");
  check ("{'value': <'text'>}", "{\"value\":\"text\"}");
}

static void
check_string (const char *text, const char *expected)
{
  g_autoptr (GString) json = g_string_new (NULL);

  kad_json_append_string (json, text, strlen (text));
  g_assert_cmpstr (json->str, ==, expected);
}

static void
test_escapes (void)
{
  g_test_summary ("Whatever a terminal might act on is escaped, letters of all scripts are not");

  check_string ("", "\"\"");
  check_string ("a\"\\/\n\t\r", "\"a\\\"\\\\/\\n\\t\\u000d\"");
  check_string ("\x1b[31m\x07\x7f", "\"\\u001b[31m\\u0007\\u007f\"");
  check_string ("\xc2\x9b", "\"\\u009b\"");
  check_string ("\xe2\x80\xae\xe2\x80\xa8\xe2\x80\xa9", "\"\\u202e\\u2028\\u2029\"");
  check_string ("\xef\xbb\xbf", "\"\\ufeff\"");
  check_string ("\xf3\xa0\x80\x81", "\"\\udb40\\udc01\"");
  check_string ("grüße 节点 😀", "\"grüße 节点 😀\"");
}

static void
test_members (void)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed ("{'a': <1>, 'b': <'x'>}"));
  g_autoptr (GString) json = g_string_new ("{\"id\":7,");

  g_test_summary ("Members come without braces, to go behind others");

  kad_json_append_members (json, dict);
  g_assert_cmpstr (json->str, ==, "{\"id\":7,\"a\":1,\"b\":\"x\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/values", test_values);
  g_test_add_func ("/json-writer/bytes", test_bytes);
  g_test_add_func ("/json-writer/escapes", test_escapes);
  g_test_add_func ("/json-writer/members", test_members);
  return g_test_run ();
}
