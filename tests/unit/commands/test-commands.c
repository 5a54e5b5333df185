/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-commands.h"

#include <glib/gi18n-lib.h>

#include "fake-swarm.h"

static void
test_the_contract_s_names_are_registered (void)
{
  static const char *const names[] = { "ask",
                                       "bootstrap",
                                       "check-health",
                                       "closest-peers",
                                       "dial",
                                       "find-peer",
                                       "free-memory",
                                       "get-providers",
                                       "get-record",
                                       "hang-up",
                                       "keep-quiet",
                                       "ping-peer",
                                       "protect-peer",
                                       "provide-many",
                                       "publish",
                                       "put-record",
                                       "refresh-publication",
                                       "remove-record",
                                       "renew",
                                       "set-mode",
                                       "show-buckets",
                                       "show-connections",
                                       "show-identity",
                                       "show-modules",
                                       "show-providers",
                                       "show-publications",
                                       "show-queries",
                                       "show-reachability",
                                       "show-records",
                                       "show-stats",
                                       "show-table",
                                       "start-provide",
                                       "stop-provide",
                                       "unprotect-peer",
                                       "unpublish" };
  g_auto (GStrv) registered = NULL;

  g_test_summary ("Exactly the commands of the contract are there, however often they register");

  kad_commands_register ();
  registered = kad_command_registry_list ();
  g_assert_cmpuint (g_strv_length (registered), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (registered[i], ==, names[i]);
}

static void
test_everything_is_documented (void)
{
  g_auto (GStrv) names = kad_command_registry_list ();

  g_test_summary ("Each command has a summary, each option a nick and a blurb");

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree GParamSpec **options = NULL;
      const char *summary = kad_command_registry_get_summary (names[i]);
      guint n_options;

      g_assert_nonnull (summary);
      g_assert_false (g_str_has_suffix (summary, "."));
      options = kad_command_registry_list_options (names[i], &n_options);
      g_assert_cmpuint (n_options, >, 0);
      for (guint j = 0; j < n_options; j++)
        {
          g_assert_cmpstr (g_param_spec_get_nick (options[j]), !=, options[j]->name);
          g_assert_nonnull (g_param_spec_get_blurb (options[j]));
        }
    }
}

static void
test_none_listens_to_other_broadcasts (void)
{
  const guint64 changes = KAD_EVENT_BIT (KAD_EVENT_PUBLICATION_CHANGED);
  g_auto (GStrv) names = kad_command_registry_list ();

  g_test_summary ("They look at their own queries only, so that they cost no other event; publish "
                  "waits for its announcement");

  for (guint i = 0; names[i] != NULL; i++)
    {
      KadCommandHandlerClass *klass = g_type_class_ref (kad_command_registry_lookup (names[i]));

      g_assert_cmpuint (klass->broadcasts, ==,
                        g_str_equal (names[i], "publish") ? changes : KAD_EVENT_BITS_OWN);
      g_type_class_unref (klass);
    }
}

static void
test_required_options_are_the_contract_s (void)
{
  static const char *const wanted[][3] = {
    { "ask", "address", "request" },     { "put-record", "key", "value" },
    { "dial", "address", "timeout-ms" }, { "get-record", "key", "quorum" },
    { "hang-up", "peer", "timeout-ms" }, { "get-providers", "key", "limit" },
    { "publish", "key", "value" },       { "unpublish", "key", "kind" },
    { "provide-many", "keys", "once" },
  };

  g_test_summary ("The first options are what stands on a command line");

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree GParamSpec **options = NULL;
      guint n_options;

      options = kad_command_registry_list_options (wanted[i][0], &n_options);
      g_assert_cmpstr (options[0]->name, ==, wanted[i][1]);
      g_assert_cmpstr (options[1]->name, ==, wanted[i][2]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/commands/the-contract-s-names-are-registered",
                   test_the_contract_s_names_are_registered);
  g_test_add_func ("/commands/everything-is-documented", test_everything_is_documented);
  g_test_add_func ("/commands/none-listens-to-broadcasts", test_none_listens_to_other_broadcasts);
  g_test_add_func ("/commands/required-options-are-the-contract-s",
                   test_required_options_are_the_contract_s);
  return g_test_run ();
}
