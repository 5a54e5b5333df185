/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-json-reader.h"

#include <string.h>

#include "kad-error.h"

static void
check (const char *json, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) object = kad_json_read_object (json, strlen (json), &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT));
  text = g_variant_print (object, TRUE);
  g_assert_cmpstr (text, ==, expected);
}

static void
check_bad_bytes (const char *json, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) object = kad_json_read_object (json, len, &error);

  g_assert_null (object);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_prefix (error->message, "Bad JSON at byte "));
}

static void
check_bad (const char *json)
{
  check_bad_bytes (json, strlen (json));
}

static void
test_values (void)
{
  g_test_summary ("Each kind of value has its type");

  check ("{}", "@a{sv} {}");
  check (" { \"a\" : \"b\" } \r\n", "{'a': <'b'>}");
  check ("{\"a\":true,\"b\":false}", "{'a': <true>, 'b': <false>}");
  check ("{\"a\":null}", "{'a': <@mv nothing>}");
  check ("{\"a\":[]}", "{'a': <@av []>}");
  check ("{\"a\":[1,\"x\",[null]]}", "{'a': <[<int64 1>, <'x'>, <[<@mv nothing>]>]>}");
  check ("{\"a\":{\"b\":{}}}", "{'a': <{'b': <@a{sv} {}>}>}");
}

static void
test_numbers (void)
{
  g_test_summary ("Whole numbers stay whole as long as they fit, others are doubles");

  check ("{\"a\":0}", "{'a': <int64 0>}");
  check ("{\"a\":-0}", "{'a': <int64 0>}");
  check ("{\"a\":9223372036854775807}", "{'a': <int64 9223372036854775807>}");
  check ("{\"a\":-9223372036854775808}", "{'a': <int64 -9223372036854775808>}");
  check ("{\"a\":9223372036854775808}", "{'a': <uint64 9223372036854775808>}");
  check ("{\"a\":18446744073709551615}", "{'a': <uint64 18446744073709551615>}");
  check ("{\"a\":1.5}", "{'a': <1.5>}");
  check ("{\"a\":-2e3}", "{'a': <-2000.0>}");
  check ("{\"a\":1E-2}", "{'a': <0.01>}");
  check ("{\"a\":100000000000000000000}", "{'a': <1e+20>}");
}

static void
test_text (void)
{
  g_test_summary ("Escapes are what they stand for, pairs of surrogates one character");

  check ("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "{'a': <'\"\\\\/\\b\\f\\n\\r\\t'>}");
  check ("{\"\\u0061\":\"gr\\u00fc\xc3\x9f\"}", "{'a': <'grüß'>}");
  check ("{\"a\":\"\\ud83d\\ude00\"}", "{'a': <'😀'>}");
  check ("{\"a\":\"\x7f\"}", "{'a': <'\\u007f'>}");
}

static void
test_refuses_what_is_no_json (void)
{
  static const char *const bad[] = {
    "",
    " ",
    "{",
    "}",
    "[]",
    "\"a\"",
    "1",
    "null",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":'b'}",
    "{\"a\":[1,]}",
    "{\"a\":[1}",
    "{\"a\":01}",
    "{\"a\":0x1}",
    "{\"a\":+1}",
    "{\"a\":-}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":1e999}",
    "{\"a\":NaN}",
    "{\"a\":Infinity}",
    "{\"a\":tru}",
    "{\"a\":TRUE}",
    "{\"a\":nullx}",
    "{\"a\":1} {}",
    "{\"a\":1}x",
    "{\"a\":\"b}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\",
    "{\"a\":\"tab\tin it\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"a\":{\"b\":1,\"b\":1}}",
    "{\"a\":1 // x\n}",
    "var x = {\"a\":1}",
  };

  g_test_summary ("What is not JSON is an error that says where, and never half an object");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    check_bad (bad[i]);
  check_bad_bytes ("{\"a\":1\0}", 8);
  check_bad_bytes ("{\"a\0\":1}", 8);
}

static void
test_every_prefix (void)
{
  static const char json[] = "{\"a\":[1.5e3,{\"b\":\"x\\u00e9\\n\"},null,true],\"c\":-12}";

  g_test_summary ("Each beginning of an object is an error, only the whole is none");

  for (gsize len = 0; len < strlen (json); len++)
    {
      /* In a block of its own size, so that a byte too far is seen. */
      g_autofree char *copy = g_memdup2 (json, len);

      check_bad_bytes (copy, len);
    }
  check (json, "{'a': <[<1500.0>, <{'b': <'xé\\n'>}>, <@mv nothing>, <true>]>, 'c': <int64 -12>}");
}

static void
test_bounded_depth (void)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_test_summary ("Brackets may be inside one another as deep as the bound, and no deeper");

  for (guint extra = 0; extra <= 1; extra++)
    {
      g_string_assign (json, "{\"a\":");
      for (guint i = 1; i < KAD_MAX_JSON_DEPTH + extra; i++)
        g_string_append_c (json, '[');
      for (guint i = 1; i < KAD_MAX_JSON_DEPTH + extra; i++)
        g_string_append_c (json, ']');
      g_string_append_c (json, '}');
      if (extra == 0)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GVariant) object = kad_json_read_object (json->str, json->len, &error);

          g_assert_no_error (error);
          g_assert_nonnull (object);
        }
      else
        check_bad (json->str);
    }

  g_string_assign (json, "{\"a\":");
  for (guint i = 0; i < 4000000; i++)
    g_string_append_c (json, '[');
  check_bad (json->str);
}

static void
check_number (const char *json, const char *name, const char *expected)
{
  g_autofree char *number = kad_json_find_number (json, strlen (json), name);

  g_assert_cmpstr (number, ==, expected);
}

static void
test_finds_numbers_as_written (void)
{
  g_test_summary ("A number comes as it was written, of the object's own members only");

  check_number ("{\"id\":7}", "id", "7");
  check_number ("{\"x\":1, \"id\" : 1.50 , \"y\":2}", "id", "1.50");
  check_number ("{\"id\":-1E+2}", "id", "-1E+2");
  check_number ("{\"id\":123456789012345678901234567890}", "id", "123456789012345678901234567890");
  check_number ("{\"\\u0069d\":7}", "id", "7");
  check_number ("{\"id\":\"7\"}", "id", NULL);
  check_number ("{\"id\":true}", "id", NULL);
  check_number ("{\"id\":null}", "id", NULL);
  check_number ("{\"id\":[7]}", "id", NULL);
  check_number ("{\"x\":{\"id\":7}}", "id", NULL);
  check_number ("{}", "id", NULL);
  check_number ("not json", "id", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-reader/values", test_values);
  g_test_add_func ("/json-reader/numbers", test_numbers);
  g_test_add_func ("/json-reader/text", test_text);
  g_test_add_func ("/json-reader/refuses-what-is-no-json", test_refuses_what_is_no_json);
  g_test_add_func ("/json-reader/every-prefix", test_every_prefix);
  g_test_add_func ("/json-reader/bounded-depth", test_bounded_depth);
  g_test_add_func ("/json-reader/finds-numbers-as-written", test_finds_numbers_as_written);
  return g_test_run ();
}
