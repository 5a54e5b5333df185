/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-query-spec.h"

#include <string.h>

#include "kad-error.h"

static void
test_kinds_have_names_of_commands (void)
{
  static const char *const names[]
      = { "closest-peers", "find-peer", "get-record", "put-record", "get-providers",
          "start-provide", "bootstrap", "refresh",    "operation" };

  g_test_summary ("Each kind has the name of the command that asks for it");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (kad_query_kind_get_name ((KadQueryKind) i), ==, names[i]);
}

static void
test_reads_quorums (void)
{
  static const struct
  {
    const char *text;
    guint quorum;
  } cases[] = {
    { "one", 1 }, { "majority", KAD_QUORUM_MAJORITY }, { "all", KAD_QUORUM_ALL }, { "1", 1 },
    { "20", 20 }, { "2147483647", G_MAXINT },
  };

  g_test_summary ("Words and numbers from 1 on are quorums");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint quorum = 99;

      g_assert_true (kad_quorum_parse (cases[i].text, &quorum, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (quorum, ==, cases[i].quorum);
    }
}

static void
test_refuses_other_quorums (void)
{
  static const char *const bad[]
      = { "",    "0",    "-1",         "+1",         " 1",         "1 ",
          "1x",  "1.5",  "2147483648", "4294967295", "4294967294", "99999999999999999999",
          "One", "half", "\033[2J" };

  g_test_summary ("Other text is InvalidArgument, and no number can pass for a word");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint quorum = 99;

      g_assert_false (kad_quorum_parse (bad[i], &quorum, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_assert_null (strchr (error->message, '\033'));
      g_assert_cmpuint (quorum, ==, 99);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query-spec/kinds-have-names-of-commands", test_kinds_have_names_of_commands);
  g_test_add_func ("/query-spec/reads-quorums", test_reads_quorums);
  g_test_add_func ("/query-spec/refuses-other-quorums", test_refuses_other_quorums);
  return g_test_run ();
}
