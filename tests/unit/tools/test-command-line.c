/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-line.h"

#include "kad-error.h"
#include "kad-node.h"

static gboolean
split (KadCommandLine *line, const char *text, GError **error)
{
  char **argv = g_strsplit (text, " ", -1);

  /* The line borrows; what is split lives as long as the test. */
  if (text[0] == '\0')
    argv[0] = NULL;
  g_test_queue_destroy ((GDestroyNotify) g_strfreev, argv);
  return kad_command_line_split (line, (const char *const *) argv, error);
}

static void
check (const char *text, const char *command, const char *rest)
{
  KadCommandLine line;
  g_autoptr (GError) error = NULL;
  g_autofree char *joined = NULL;

  g_assert_true (split (&line, text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (line.command->name, ==, command);
  joined = g_strjoinv (" ", (char **) line.rest->pdata);
  g_assert_cmpstr (joined, ==, rest);
  kad_command_line_clear (&line);
}

static void
test_finds_the_command (void)
{
  g_test_summary ("One or two words name the command, the rest is its own");

  check ("get text:x", "get", "text:x");
  check ("find peer x --json", "find peer", "x --json");
  check ("id distance a b", "id distance", "a b");
  check ("bootstrap", "bootstrap", "");
  check ("help find peer", "help", "find peer");
}

static void
test_options_ahead (void)
{
  g_test_summary ("Options ahead of the command belong to it, with their values");

  check ("--json get text:x", "get", "--json text:x");
  check ("--timeout 5 --join get get text:x", "get", "--timeout 5 --join get text:x");
  check ("--timeout=5 -v find peer x", "find peer", "--timeout=5 -v x");
}

static void
test_version_and_help (void)
{
  KadCommandLine line;

  g_test_summary ("--version and --help ahead of a command are for the tool as a whole");

  g_assert_true (split (&line, "--version", NULL));
  g_assert_true (line.wants_version);
  kad_command_line_clear (&line);
  g_assert_true (split (&line, "--json -h", NULL));
  g_assert_true (line.wants_help);
  kad_command_line_clear (&line);
  g_assert_true (split (&line, "get --help", NULL));
  g_assert_false (line.wants_help);
  kad_command_line_clear (&line);
}

static void
test_no_such_command (void)
{
  static const char *const bad[]
      = { "", "frob", "find", "find frob", "id", "get-record text:x", "--json" };

  g_test_summary ("Nothing, half a command and an unknown one are errors in words");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      KadCommandLine line = { NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (split (&line, bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      kad_command_line_clear (&line);
    }
}

static void
check_words (const char *command, const char *text, gboolean is_good)
{
  g_auto (GStrv) argv = g_strsplit (text, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadArguments) arguments = NULL;

  if (text[0] == '\0')
    g_clear_pointer (&argv[0], g_free);
  arguments = kad_command_line_parse (kad_tool_find_command (command), (const char *const *) argv,
                                      &error);
  g_assert_true ((arguments != NULL) == is_good);
  if (!is_good)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_counts_words (void)
{
  g_test_summary ("Required words must be there, optional ones may, and no more");

  check_words ("get", "", FALSE);
  check_words ("get", "a", TRUE);
  check_words ("get", "a b", FALSE);
  check_words ("get", "--help", TRUE);
  check_words ("put", "a", TRUE);
  check_words ("put", "a b", TRUE);
  check_words ("put", "a b c", FALSE);
  check_words ("ask", "a", FALSE);
  check_words ("ask", "a b c d", TRUE);
  check_words ("node", "", TRUE);
  check_words ("node", "a", FALSE);
  check_words ("help", "a b c d e", TRUE);
}

static void
test_options_of_registered_commands (void)
{
  g_test_summary ("kad run knows the options of the command that it runs, and of no other");

  check_words ("run", "", FALSE);
  check_words ("run", "get-record --key text:x --quorum all --timeout-ms 5", TRUE);
  check_words ("run", "start-provide text:x --once false", TRUE);
  check_words ("run", "get-record --once text:x", FALSE);
  check_words ("run", "--json get-record --key-base64 eA==", TRUE);
  check_words ("run", "get-record --frob 1 text:x", FALSE);
}

static void
test_options_of_foreign_commands (void)
{
  const KadToolCommand *run = kad_tool_find_command ("run");
  const char *const argv[]
      = { "frob", "--key", "text:x", "--deep=5", "--twice", "--json", "--last", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (KadArguments) arguments = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GVariant) expected
      = g_variant_ref_sink (g_variant_new_parsed ("{'key': <'text:x'>, 'deep': <'5'>,"
                                                  " 'twice': <'true'>, 'last': <'true'>}"));

  g_test_summary ("Options of a command that only the service may know go to it as they stand");

  arguments = kad_command_line_parse (run, argv, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kad_arguments_get_n_words (arguments), ==, 1);
  g_assert_true (kad_arguments_has (arguments, "json"));
  options = g_variant_ref_sink (kad_command_line_read_foreign (run, arguments));
  g_assert_cmpuint (g_variant_n_children (options), ==, g_variant_n_children (expected));
  for (gsize i = 0; i < g_variant_n_children (expected); i++)
    {
      const char *name;
      g_autoptr (GVariant) value = NULL;
      g_autoptr (GVariant) given = NULL;

      g_variant_get_child (expected, i, "{&sv}", &name, &value);
      given = g_variant_lookup_value (options, name, NULL);
      g_assert_nonnull (given);
      g_assert_true (g_variant_equal (given, value));
    }
}

static void
test_sees_json_early (void)
{
  static const char *const with[] = { "get", "--json", NULL };
  static const char *const without[] = { "put", "--", "--json", NULL };

  g_test_summary ("--json is known ahead of parsing, but not behind two dashes");

  g_assert_true (kad_command_line_wants_json (with));
  g_assert_false (kad_command_line_wants_json (without));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_modules_load ();
  g_test_add_func ("/command-line/finds-the-command", test_finds_the_command);
  g_test_add_func ("/command-line/options-ahead", test_options_ahead);
  g_test_add_func ("/command-line/version-and-help", test_version_and_help);
  g_test_add_func ("/command-line/no-such-command", test_no_such_command);
  g_test_add_func ("/command-line/counts-words", test_counts_words);
  g_test_add_func ("/command-line/options-of-registered-commands",
                   test_options_of_registered_commands);
  g_test_add_func ("/command-line/options-of-foreign-commands", test_options_of_foreign_commands);
  g_test_add_func ("/command-line/sees-json-early", test_sees_json_early);
  return g_test_run ();
}
