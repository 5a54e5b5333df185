/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-arguments.h"

#include "kad-error.h"

static const KadOption first[] = {
  { "json", KAD_OPTION_FLAG, NULL, "" },
  { "timeout", KAD_OPTION_TEXT, "SECONDS", "" },
  { "join", KAD_OPTION_TEXTS, "ADDR", "" },
  { NULL },
};
static const KadOption second[] = {
  { "once", KAD_OPTION_SWITCH, NULL, "" },
  { "verbose", KAD_OPTION_FLAG, NULL, "" },
  { "help", KAD_OPTION_FLAG, NULL, "" },
  { "limit", KAD_OPTION_TEXT, "N", "" },
  { NULL },
};
static const KadOption *const tables[] = { first, second, NULL };

static KadArguments *
parse (const char *line)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;
  KadArguments *arguments;

  arguments = kad_arguments_parse ((const char *const *) argv, tables, &error);
  g_assert_no_error (error);
  return arguments;
}

static void
check_bad (const char *line)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_arguments_parse ((const char *const *) argv, tables, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_words_and_options (void)
{
  g_autoptr (KadArguments) arguments = parse ("a --json - --timeout 5 --join x --join=y=z b");

  g_test_summary ("Words and options come in any order, values behind a space or an equals sign");

  g_assert_cmpuint (kad_arguments_get_n_words (arguments), ==, 3);
  g_assert_cmpstr (kad_arguments_get_word (arguments, 0), ==, "a");
  g_assert_cmpstr (kad_arguments_get_word (arguments, 1), ==, "-");
  g_assert_cmpstr (kad_arguments_get_word (arguments, 2), ==, "b");
  g_assert_null (kad_arguments_get_word (arguments, 3));
  g_assert_true (kad_arguments_has (arguments, "json"));
  g_assert_false (kad_arguments_has (arguments, "verbose"));
  g_assert_cmpstr (kad_arguments_get_text (arguments, "timeout"), ==, "5");
  g_assert_null (kad_arguments_get_text (arguments, "limit"));
  g_assert_cmpstrv (kad_arguments_get_texts (arguments, "join"),
                    ((const char *const[]){ "x", "y=z", NULL }));
  g_assert_null (kad_arguments_get_texts (arguments, "limit")[0]);
}

static void
test_two_dashes (void)
{
  g_autoptr (KadArguments) arguments = parse ("--json -- --timeout -5 --");

  g_test_summary ("Behind two dashes there are only words");

  g_assert_cmpuint (kad_arguments_get_n_words (arguments), ==, 3);
  g_assert_cmpstr (kad_arguments_get_word (arguments, 0), ==, "--timeout");
  g_assert_cmpstr (kad_arguments_get_word (arguments, 2), ==, "--");
  g_assert_false (kad_arguments_has (arguments, "timeout"));
}

static void
test_switches (void)
{
  g_test_summary ("A switch takes true or false, and anything else is the next word");

  {
    g_autoptr (KadArguments) arguments = parse ("--once key");

    g_assert_cmpstr (kad_arguments_get_text (arguments, "once"), ==, "true");
    g_assert_cmpstr (kad_arguments_get_word (arguments, 0), ==, "key");
  }
  {
    g_autoptr (KadArguments) arguments = parse ("--once false key");

    g_assert_cmpstr (kad_arguments_get_text (arguments, "once"), ==, "false");
    g_assert_cmpstr (kad_arguments_get_word (arguments, 0), ==, "key");
  }
  {
    g_autoptr (KadArguments) arguments = parse ("key --once");

    g_assert_cmpstr (kad_arguments_get_text (arguments, "once"), ==, "true");
  }
}

static void
test_short_forms (void)
{
  g_autoptr (KadArguments) arguments = parse ("-h a -v b");

  g_test_summary ("-h and -v are the two short forms");

  g_assert_true (kad_arguments_has (arguments, "help"));
  g_assert_true (kad_arguments_has (arguments, "verbose"));
  g_assert_cmpuint (kad_arguments_get_n_words (arguments), ==, 2);
}

static void
test_wrong_lines (void)
{
  g_test_summary ("Unknown options, missing values, values of flags and options given twice");

  check_bad ("--frob");
  check_bad ("-x");
  check_bad ("--js");
  check_bad ("--jsonx");
  check_bad ("--=x");
  check_bad ("---json");
  check_bad ("--timeout");
  check_bad ("a --join");
  check_bad ("--json=yes");
  check_bad ("--timeout 1 --timeout 2");
  check_bad ("--once --once");
}

static void
check_number (const char *line, gboolean is_good, guint64 expected)
{
  g_autoptr (KadArguments) arguments = parse (line);
  g_autoptr (GError) error = NULL;
  guint64 number = 99;

  g_assert_true (kad_arguments_get_number (arguments, "limit", 1, 10, &number, &error) == is_good);
  g_assert_cmpuint (number, ==, expected);
  if (is_good)
    g_assert_no_error (error);
  else
    g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_numbers (void)
{
  g_test_summary ("Numbers are whole, within their bounds, and stay as they were otherwise");

  check_number ("a", TRUE, 99);
  check_number ("--limit 1", TRUE, 1);
  check_number ("--limit 10", TRUE, 10);
  check_number ("--limit 11", FALSE, 99);
  check_number ("--limit 0", FALSE, 99);
  check_number ("--limit -1", FALSE, 99);
  check_number ("--limit 1.5", FALSE, 99);
  check_number ("--limit x", FALSE, 99);
  check_number ("--limit=", FALSE, 99);
  check_number ("--limit 99999999999999999999", FALSE, 99);
}

static void
check_seconds (const char *line, gboolean is_good, gint64 expected_us)
{
  g_autoptr (KadArguments) arguments = parse (line);
  g_autoptr (GError) error = NULL;
  gint64 duration_us = -1;

  g_assert_true (kad_arguments_get_seconds (arguments, "timeout", &duration_us, &error) == is_good);
  g_assert_cmpint (duration_us, ==, expected_us);
}

static void
test_seconds (void)
{
  g_test_summary ("Seconds may have a fraction, and are neither nothing nor more than a day");

  check_seconds ("a", TRUE, -1);
  check_seconds ("--timeout 5", TRUE, 5000000);
  check_seconds ("--timeout 0.25", TRUE, 250000);
  check_seconds ("--timeout 86400", TRUE, G_GINT64_CONSTANT (86400000000));
  check_seconds ("--timeout 86401", FALSE, -1);
  check_seconds ("--timeout 0", FALSE, -1);
  check_seconds ("--timeout -1", FALSE, -1);
  check_seconds ("--timeout 1e3", FALSE, -1);
  check_seconds ("--timeout 0x10", FALSE, -1);
  check_seconds ("--timeout inf", FALSE, -1);
  check_seconds ("--timeout nan", FALSE, -1);
  check_seconds ("--timeout 1.2.3", FALSE, -1);
  check_seconds ("--timeout=", FALSE, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arguments/words-and-options", test_words_and_options);
  g_test_add_func ("/arguments/two-dashes", test_two_dashes);
  g_test_add_func ("/arguments/switches", test_switches);
  g_test_add_func ("/arguments/short-forms", test_short_forms);
  g_test_add_func ("/arguments/wrong-lines", test_wrong_lines);
  g_test_add_func ("/arguments/numbers", test_numbers);
  g_test_add_func ("/arguments/seconds", test_seconds);
  return g_test_run ();
}
