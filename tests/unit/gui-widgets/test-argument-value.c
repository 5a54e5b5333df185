/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-argument-value.h"

static KadGuiArgument *
new_argument (const char *type, const char *form, const char *minimum, const char *maximum)
{
  KadGuiArgument *argument = kad_gui_argument_new ();

  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_NAME, "it");
  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_TYPE, type);
  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_FORM, form);
  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_MINIMUM_TEXT, minimum);
  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_MAXIMUM_TEXT, maximum);
  return argument;
}

/* @expected: as GVariant text with types; NULL: it is refused with words. */
static void
check_form (const char *type, const char *form, const char *minimum, const char *maximum,
            KadGuiBytesForm bytes, const char *text, const char *expected)
{
  g_autoptr (KadGuiArgument) argument = new_argument (type, form, minimum, maximum);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = kad_gui_argument_parse (argument, text, bytes, &error);
  g_autofree char *printed = value != NULL ? g_variant_print (value, TRUE) : NULL;

  g_assert_cmpstr (printed, ==, expected);
  if (expected != NULL)
    g_assert_no_error (error);
  else
    g_assert_cmpstr (error->message, !=, "");
}

static void
check (const char *type, const char *text, const char *expected)
{
  check_form (type, "", "", "", KAD_GUI_BYTES_TEXT, text, expected);
}

static void
test_whole_numbers (void)
{
  g_test_summary ("Whole numbers have the width of their type, and its range");
  check ("u", "7", "uint32 7");
  check ("u", "4294967296", NULL);
  check ("u", "-1", NULL);
  check ("u", "1.5", NULL);
  check ("u", "", NULL);
  check ("y", "255", "byte 0xff");
  check ("y", "256", NULL);
  check ("n", "-32768", "int16 -32768");
  check ("q", "65535", "uint16 65535");
  check ("i", "-7", "-7");
  check ("x", "-9223372036854775808", "int64 -9223372036854775808");
  check ("t", "18446744073709551615", "uint64 18446744073709551615");
  check ("t", "-1", NULL);
}

static void
test_ranges (void)
{
  g_test_summary ("A number beyond what the command takes is refused");
  check_form ("u", "", "1", "20", KAD_GUI_BYTES_TEXT, "20", "uint32 20");
  check_form ("u", "", "1", "20", KAD_GUI_BYTES_TEXT, "21", NULL);
  check_form ("u", "", "1", "20", KAD_GUI_BYTES_TEXT, "0", NULL);
  check_form ("t", "", "0", "9", KAD_GUI_BYTES_TEXT, "10", NULL);
  check_form ("d", "", "0", "1", KAD_GUI_BYTES_TEXT, "0.5", "0.5");
  check_form ("d", "", "0", "1", KAD_GUI_BYTES_TEXT, "1.5", NULL);
  check_form ("d", "", "", "", KAD_GUI_BYTES_TEXT, "inf", NULL);
  check_form ("d", "", "", "", KAD_GUI_BYTES_TEXT, "1x", NULL);
}

static void
test_bytes (void)
{
  g_test_summary ("Bytes are written as text, hex or base64; who mistypes is told");
  check_form ("ay", "", "", "", KAD_GUI_BYTES_TEXT, "hi", "[byte 0x68, 0x69]");
  check_form ("ay", "", "", "", KAD_GUI_BYTES_HEX, "00fF", "[byte 0x00, 0xff]");
  check_form ("ay", "", "", "", KAD_GUI_BYTES_HEX, "00f", NULL);
  check_form ("ay", "", "", "", KAD_GUI_BYTES_HEX, "0g", NULL);
  check_form ("ay", "", "", "", KAD_GUI_BYTES_BASE64, "aGk=", "[byte 0x68, 0x69]");
  check_form ("ay", "", "", "", KAD_GUI_BYTES_BASE64, "aGk", NULL);
  check_form ("ay", "", "", "", KAD_GUI_BYTES_BASE64, "a===", NULL);
  check_form ("ay", "", "", "", KAD_GUI_BYTES_BASE64, "aG!=", NULL);
}

static void
test_text (void)
{
  g_autoptr (KadGuiArgument) choice = new_argument ("s", "", "", "");
  static const char *const words[] = { "one", "two", NULL };
  g_autoptr (GVariant) good = NULL;
  g_autoptr (GVariant) bad = NULL;

  g_test_summary ("Keys and endpoints are looked at before they are sent, other text is not");
  check ("s", "any thing", "'any thing'");
  check ("b", "true", "true");
  check ("b", "false", "false");
  check ("as", "a\n\n b \n", "['a', 'b']");
  check_form ("s", "key", "", "", KAD_GUI_BYTES_TEXT, "/pk/abc", "'/pk/abc'");
  check_form ("s", "key", "", "", KAD_GUI_BYTES_TEXT, "text:hello", "'text:hello'");
  check_form ("s", "key", "", "", KAD_GUI_BYTES_TEXT, "no key at all", NULL);
  check_form ("s", "endpoint", "", "", KAD_GUI_BYTES_TEXT, "/ip4/127.0.0.1/tcp/4001",
              "'/ip4/127.0.0.1/tcp/4001'");
  check_form ("s", "endpoint", "", "", KAD_GUI_BYTES_TEXT, "localhost:4001", NULL);
  kad_gui_item_set_strv (choice, KAD_GUI_ARGUMENT_FIELD_VALUES, words);
  good = kad_gui_argument_parse (choice, "two", KAD_GUI_BYTES_TEXT, NULL);
  bad = kad_gui_argument_parse (choice, "three", KAD_GUI_BYTES_TEXT, NULL);
  g_assert_nonnull (good);
  g_assert_null (bad);
}

static void
test_any_type (void)
{
  g_test_summary ("A type that has no editor of its own is written as GVariant text");
  check ("a{sv}", "{'a': <1>}", "{'a': <1>}");
  check ("(uu)", "(1, 2)", "(uint32 1, uint32 2)");
  check ("a{sv}", "nonsense", NULL);
  check ("nonsense", "1", NULL);
  check ("*", "1", NULL);
  check ("", "1", NULL);
}

static void
test_range_of_a_spin_button (void)
{
  g_autoptr (KadGuiArgument) small = new_argument ("u", "", "0", "4294967295");
  g_autoptr (KadGuiArgument) large = new_argument ("t", "", "0", "18446744073709551615");
  g_autoptr (KadGuiArgument) none = new_argument ("u", "", "", "");
  double minimum, maximum;

  g_test_summary ("A range that a double does not have exactly is none");
  g_assert_true (kad_gui_argument_get_range (small, &minimum, &maximum));
  g_assert_cmpfloat (maximum, ==, 4294967295.0);
  g_assert_false (kad_gui_argument_get_range (large, &minimum, &maximum));
  g_assert_false (kad_gui_argument_get_range (none, &minimum, &maximum));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/argument-value/whole-numbers", test_whole_numbers);
  g_test_add_func ("/gui/argument-value/ranges", test_ranges);
  g_test_add_func ("/gui/argument-value/bytes", test_bytes);
  g_test_add_func ("/gui/argument-value/text", test_text);
  g_test_add_func ("/gui/argument-value/any-type", test_any_type);
  g_test_add_func ("/gui/argument-value/range-of-a-spin-button", test_range_of_a_spin_button);
  return g_test_run ();
}
