/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-reasons.h"

/* "pause: metered", "quiet: metered battery" or "normal" */
static char *
tell (const KadDesktopReasons *reasons)
{
  const char *pause = kad_desktop_reasons_get_pause (reasons);
  g_auto (GStrv) quiet = kad_desktop_reasons_dup_quiet (reasons);
  g_autofree char *all = g_strjoinv (" ", quiet);

  if (pause != NULL)
    {
      g_assert_cmpstr (all, ==, "");
      return g_strconcat ("pause: ", pause, NULL);
    }
  return *all != '\0' ? g_strconcat ("quiet: ", all, NULL) : g_strdup ("normal");
}

#define assert_is(reasons, expected)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *told_ = tell (reasons);                                                       \
    g_assert_cmpstr (told_, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static void
test_alone (void)
{
  static const struct
  {
    KadThrift thrift;
    const char *while_there;
  } cases[] = {
    { KAD_THRIFT_NORMAL, "normal" },
    { KAD_THRIFT_QUIET, "quiet: battery" },
    { KAD_THRIFT_PAUSE, "pause: battery" },
  };

  g_test_summary ("A reason does what it means while it is there, and nothing before and after");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KadDesktopReasons reasons = { 0 };

      kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_BATTERY, cases[i].thrift);
      assert_is (&reasons, "normal");
      kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, TRUE);
      assert_is (&reasons, cases[i].while_there);
      kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, FALSE);
      assert_is (&reasons, "normal");
    }
}

static void
test_together (void)
{
  KadDesktopReasons reasons = { 0 };

  g_test_summary (
      "A pause beats quiet, and quiet beats normal, in whichever order they come and go");

  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_METERED, KAD_THRIFT_QUIET);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_POWER_SAVER, KAD_THRIFT_NORMAL);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_BATTERY, KAD_THRIFT_PAUSE);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_LOW_MEMORY, KAD_THRIFT_QUIET);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_POWER_SAVER, TRUE);
  assert_is (&reasons, "normal");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_LOW_MEMORY, TRUE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, TRUE);
  assert_is (&reasons, "quiet: metered low-memory");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, TRUE);
  assert_is (&reasons, "pause: battery");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, FALSE);
  assert_is (&reasons, "pause: battery");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, FALSE);
  assert_is (&reasons, "quiet: low-memory");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_LOW_MEMORY, FALSE);
  assert_is (&reasons, "normal");
}

static void
test_overruled (void)
{
  KadDesktopReasons reasons = { 0 };

  g_test_summary ("What a person overruled counts again once it has ended, and not before");

  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_METERED, KAD_THRIFT_PAUSE);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_POWER_SAVER, KAD_THRIFT_QUIET);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_BATTERY, KAD_THRIFT_PAUSE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, TRUE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_POWER_SAVER, TRUE);
  kad_desktop_reasons_overrule (&reasons);
  assert_is (&reasons, "quiet: power-saver");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, TRUE);
  assert_is (&reasons, "quiet: power-saver");
  /* Nobody overruled this one, which came later. */
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, TRUE);
  assert_is (&reasons, "pause: battery");
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_BATTERY, FALSE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, FALSE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, TRUE);
  assert_is (&reasons, "pause: metered");
}

static void
test_meaning (void)
{
  KadDesktopReasons reasons = { 0 };

  g_test_summary ("Another setting is a newer word than what was overruled; the same one is none");

  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_METERED, KAD_THRIFT_PAUSE);
  kad_desktop_reasons_set_there (&reasons, KAD_DESKTOP_METERED, TRUE);
  kad_desktop_reasons_overrule (&reasons);
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_METERED, KAD_THRIFT_PAUSE);
  assert_is (&reasons, "normal");
  kad_desktop_reasons_set_thrift (&reasons, KAD_DESKTOP_METERED, KAD_THRIFT_QUIET);
  assert_is (&reasons, "quiet: metered");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service/desktop-reasons/alone", test_alone);
  g_test_add_func ("/service/desktop-reasons/together", test_together);
  g_test_add_func ("/service/desktop-reasons/overruled", test_overruled);
  g_test_add_func ("/service/desktop-reasons/meaning", test_meaning);
  return g_test_run ();
}
