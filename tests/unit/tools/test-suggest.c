/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-suggest.h"

static const char *
nearest (const char *typed)
{
  static const char *const words[]
      = { "status",         "stats",     "up",        "peer",         "peers",
          "find providers", "find peer", "doctor",    "get",          "put",
          "pause",          "--json",    "--timeout", "publications", NULL };
  KadSuggest suggest;

  kad_suggest_init (&suggest, typed);
  for (guint i = 0; words[i] != NULL; i++)
    kad_suggest_offer (&suggest, words[i]);
  return suggest.nearest;
}

static void
test_slips (void)
{
  g_test_summary ("a letter too many, too few, another one, and two that changed places");
  g_assert_cmpstr (nearest ("statuss"), ==, "status");
  g_assert_cmpstr (nearest ("statu"), ==, "status");
  g_assert_cmpstr (nearest ("ststus"), ==, "status");
  g_assert_cmpstr (nearest ("sttaus"), ==, "status");
  g_assert_cmpstr (nearest ("paus"), ==, "pause");
  g_assert_cmpstr (nearest ("gte"), ==, "get");
  g_assert_cmpstr (nearest ("dcotor"), ==, "doctor");
  g_assert_cmpstr (nearest ("find provider"), ==, "find providers");
  g_assert_cmpstr (nearest ("find pers"), ==, "find peer");
  g_assert_cmpstr (nearest ("--jsn"), ==, "--json");
  g_assert_cmpstr (nearest ("--tiemout"), ==, "--timeout");
}

static void
test_beginnings (void)
{
  g_test_summary ("the beginning of a word is near to it");
  g_assert_cmpstr (nearest ("pub"), ==, "publications");
  g_assert_cmpstr (nearest ("doc"), ==, "doctor");
}

static void
test_what_is_far (void)
{
  static const char *const far[] = { "", "x", "frob", "text:x", "frobnicate", "zz" };
  g_autofree char *huge = g_strnfill (100000, 's');

  g_test_summary ("what is like nothing is like nothing");
  for (guint i = 0; i < G_N_ELEMENTS (far); i++)
    g_assert_cmpstr (nearest (far[i]), ==, NULL);
  g_assert_cmpstr (nearest (huge), ==, NULL);
}

static void
test_asks (void)
{
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "No");
  KadSuggest suggest;

  g_test_summary ("the question stands behind what is wrong, and nowhere if nothing is near");
  kad_suggest_init (&suggest, "statsu");
  kad_suggest_ask (&suggest, &error);
  g_assert_cmpstr (error->message, ==, "No");
  kad_suggest_offer (&suggest, "stats");
  kad_suggest_ask (&suggest, &error);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "No; did you mean “stats”?");
  kad_suggest_ask (&suggest, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/suggest/slips", test_slips);
  g_test_add_func ("/tools/suggest/beginnings", test_beginnings);
  g_test_add_func ("/tools/suggest/what-is-far", test_what_is_far);
  g_test_add_func ("/tools/suggest/asks", test_asks);
  return g_test_run ();
}
