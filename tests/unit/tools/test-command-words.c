/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-words.h"

#include "kad-error.h"
#include "kad-node.h"

static GVariant *
read_options (const char *command, const char *text, guint first_word, GError **error)
{
  g_auto (GStrv) argv = g_strsplit (text, " ", -1);
  g_autofree KadOption *table = kad_command_words_new_table (command);
  const KadOption *const tables[] = { table, NULL };
  g_autoptr (KadArguments) arguments = NULL;
  GVariant *options;

  arguments = kad_arguments_parse ((const char *const *) argv, tables, error);
  g_assert_nonnull (arguments);
  options = kad_command_words_read (arguments, command, first_word, error);
  return options != NULL ? g_variant_ref_sink (options) : NULL;
}

static void
check (const char *command, const char *text, guint first_word, const char *name,
       const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) options = read_options (command, text, first_word, &error);
  const char *value = NULL;

  g_assert_no_error (error);
  g_variant_lookup (options, name, "&s", &value);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_table_from_properties (void)
{
  g_autofree KadOption *table = kad_command_words_new_table ("put-record");
  g_autofree KadOption *provide = kad_command_words_new_table ("start-provide");
  const KadOption *const tables[] = { table, NULL };
  const KadOption *const provide_tables[] = { provide, NULL };
  const KadOption *key = kad_option_find (tables, "key", 3);

  g_test_summary ("Each property is an option, bytes are one more in base64, booleans switches");

  g_assert_nonnull (key);
  g_assert_cmpint (key->kind, ==, KAD_OPTION_TEXT);
  g_assert_cmpstr (key->argument, ==, "KEY");
  g_assert_nonnull (kad_option_find (tables, "value-base64", 12));
  g_assert_nonnull (kad_option_find (tables, "timeout-ms", 10));
  g_assert_null (kad_option_find (tables, "quorum-base64", 13));
  g_assert_cmpint (kad_option_find (provide_tables, "once", 4)->kind, ==, KAD_OPTION_SWITCH);
}

static void
test_words_are_options_in_order (void)
{
  g_test_summary ("Words go to the options that are not given by name, required ones first");

  check ("put-record", "k v", 0, "key", "k");
  check ("put-record", "k v", 0, "value", "v");
  check ("put-record", "name k v", 1, "value", "v");
  check ("put-record", "v --key k", 0, "value", "v");
  check ("put-record", "v --key-base64 aw==", 0, "value", "v");
  check ("put-record", "v --key-base64 aw==", 0, "key-base64", "aw==");
  check ("show-identity", "peer", 0, "peer", "peer");
  check ("get-record", "k --quorum all", 0, "quorum", "all");
  check ("get-record", "k", 0, "quorum", NULL);
}

static void
test_a_list_takes_the_rest (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) options = read_options ("provide-many", "name a --once b c", 1, &error);
  g_autofree char *text = NULL;

  g_test_summary ("An option that is a list takes all words that are left");

  g_assert_no_error (error);
  text = g_variant_print (options, FALSE);
  g_assert_nonnull (strstr (text, "'keys': <['a', 'b', 'c']>"));
  check ("provide-many", "a b --keys c", 0, "keys", "c");
}

static void
test_too_many_words (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary (
      "A word that no option is left for is an error; what every command has takes none");

  g_assert_null (read_options ("put-record", "k v one more", 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (read_options ("show-connections", "100", 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_has_option (void)
{
  g_test_summary ("Whether a command has an option is known by its name");

  g_assert_true (kad_command_words_has_option ("get-record", "limit"));
  g_assert_false (kad_command_words_has_option ("put-record", "limit"));
  g_assert_false (kad_command_words_has_option ("frob", "limit"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_modules_load ();
  g_test_add_func ("/command-words/table-from-properties", test_table_from_properties);
  g_test_add_func ("/command-words/words-are-options-in-order", test_words_are_options_in_order);
  g_test_add_func ("/command-words/a-list-takes-the-rest", test_a_list_takes_the_rest);
  g_test_add_func ("/command-words/too-many-words", test_too_many_words);
  g_test_add_func ("/command-words/has-option", test_has_option);
  return g_test_run ();
}
