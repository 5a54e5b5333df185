/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-describe.h"

#include "fake-command.h"
#include "kad-command-registry.h"

static GVariant *
find_argument (GVariant *command, const char *wanted)
{
  g_autoptr (GVariant) arguments
      = g_variant_lookup_value (command, "arguments", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (arguments); i++)
    {
      g_autoptr (GVariant) argument = g_variant_get_child_value (arguments, i);
      const char *name = NULL;

      g_assert_true (g_variant_lookup (argument, "name", "&s", &name));
      if (g_str_equal (name, wanted))
        return g_steal_pointer (&argument);
    }
  g_assert_not_reached ();
}

/* That an argument of the fake command is described as @expected, in the text of GVariant. */
static void
assert_argument (const char *name, const char *expected)
{
  g_autoptr (GVariant) command = g_variant_ref_sink (kad_command_describe ("fake"));
  g_autoptr (GVariant) argument = find_argument (command, name);
  g_autofree char *text = g_variant_print (argument, TRUE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_a_command_says_what_it_is (void)
{
  g_autoptr (GVariant) command = NULL;
  const char *name = NULL;
  const char *summary = NULL;
  gboolean own = FALSE;

  g_test_summary ("A command is described by its name and summary; no command, no description");

  command = g_variant_ref_sink (kad_command_describe ("fake"));
  g_assert_true (g_variant_lookup (command, "name", "&s", &name));
  g_assert_true (g_variant_lookup (command, "summary", "&s", &summary));
  g_assert_true (g_variant_lookup (command, "own", "b", &own));
  g_assert_cmpstr (name, ==, "fake");
  g_assert_cmpstr (summary, ==, kad_command_registry_get_summary ("fake"));
  g_assert_true (own);
  g_assert_false (g_variant_lookup (command, "module", "&s", &name));
  g_assert_null (kad_command_describe ("no-such-command"));
}

static void
test_arguments_have_types_and_ranges (void)
{
  g_test_summary ("An argument has a type as on D-Bus, its default, its range and its form");

  assert_argument ("key", "{'name': <'key'>, 'type': <'s'>, 'form': <'key'>, 'blurb': <''>, "
                          "'required': <true>}");
  assert_argument ("value", "{'name': <'value'>, 'type': <'ay'>, 'blurb': <''>, "
                            "'required': <false>}");
  assert_argument ("some-peer", "{'name': <'some-peer'>, 'type': <'s'>, 'form': <'endpoint'>, "
                                "'blurb': <''>, 'required': <false>}");
  assert_argument ("count",
                   "{'name': <'count'>, 'type': <'u'>, 'blurb': <''>, 'required': <false>, "
                   "'default': <uint32 1>, 'minimum': <uint32 1>, 'maximum': <uint32 100>}");
  assert_argument ("offset", "{'name': <'offset'>, 'type': <'i'>, 'blurb': <''>, "
                             "'required': <false>, 'default': <0>, 'minimum': <-10>, "
                             "'maximum': <10>}");
  assert_argument ("large", "{'name': <'large'>, 'type': <'t'>, 'blurb': <''>, "
                            "'required': <false>, 'default': <uint64 0>, 'minimum': <uint64 0>, "
                            "'maximum': <uint64 18446744073709551615>}");
  assert_argument ("ratio", "{'name': <'ratio'>, 'type': <'d'>, 'blurb': <''>, "
                            "'required': <false>, 'default': <0.0>, 'minimum': <0.0>, "
                            "'maximum': <1.0>}");
  assert_argument ("flag", "{'name': <'flag'>, 'type': <'b'>, 'blurb': <''>, 'required': <false>, "
                           "'default': <false>}");
}

static void
test_words_are_listed (void)
{
  g_autoptr (GVariant) command = NULL;
  g_autoptr (GVariant) argument = NULL;
  g_autofree const char **values = NULL;
  const char *fallback = NULL;

  g_test_summary ("An argument that takes some words only lists them, and its default is one");

  command = g_variant_ref_sink (kad_command_describe ("fake"));
  argument = find_argument (command, "protocol");
  g_assert_true (g_variant_lookup (argument, "values", "^a&s", &values));
  g_assert_true (g_variant_lookup (argument, "default", "&s", &fallback));
  g_assert_true (g_strv_contains (values, "tcp"));
  g_assert_true (g_strv_contains (values, "udp"));
  g_assert_cmpstr (fallback, ==, "tcp");
}

static void
test_defaults_in_words (void)
{
  static const struct
  {
    const char *name;
    const char *text;
  } defaults[] = { { "key", NULL },     { "value", NULL }, { "text", NULL },     { "count", "1" },
                   { "flag", "false" }, { "ratio", "0" },  { "protocol", "tcp" } };
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  g_test_summary ("A default is written as a person writes the value; some have none");

  options = kad_command_registry_list_options ("fake", &n_options);
  for (guint i = 0; i < n_options; i++)
    for (guint k = 0; k < G_N_ELEMENTS (defaults); k++)
      {
        g_autofree char *text = kad_command_argument_dup_default (options[i]);

        if (g_str_equal (options[i]->name, defaults[k].name))
          g_assert_cmpstr (text, ==, defaults[k].text);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (kad_command_registry_add ("fake", FAKE_TYPE_COMMAND, NULL));
  g_test_add_func ("/command/describe/a-command-says-what-it-is", test_a_command_says_what_it_is);
  g_test_add_func ("/command/describe/arguments-have-types-and-ranges",
                   test_arguments_have_types_and_ranges);
  g_test_add_func ("/command/describe/words-are-listed", test_words_are_listed);
  g_test_add_func ("/command/describe/defaults-in-words", test_defaults_in_words);
  return g_test_run ();
}
