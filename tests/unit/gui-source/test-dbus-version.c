/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-private.h"

#define WHOLE                                                                                      \
  "<node>"                                                                                         \
  "<interface name='org.libkad.Kad1.Node'><method name='Start'/><method name='Stop'/></interface>" \
  "<interface name='org.libkad.Kad1.Monitor'><method name='Watch'/><method name='OpenStream'/>"    \
  "<method name='GetStats'/><method name='GetSeries'/></interface>"                                \
  "<interface name='org.libkad.Kad1.Table'><method name='GetPeers'/><method name='GetBuckets'/>"   \
  "<method name='GetConnections'/></interface>"                                                    \
  "<interface name='org.libkad.Kad1.Routing'><method name='PrepareQuery'/><method name='Run'/>"    \
  "<method name='GetCommands'/><method name='ListQueries'/></interface>"                           \
  "<interface name='org.libkad.Kad1.Publications'><method name='List'/></interface>"               \
  "<interface name='org.libkad.Kad1.Records'><method name='ListRecords'/>"                         \
  "<method name='ListProviders'/></interface>"                                                     \
  "</node>"

static void
test_whole (void)
{
  g_autofree char *missing = NULL;

  g_test_summary ("A service that has what is needed is taken.");
  g_assert_true (kad_gui_dbus_check_interfaces (WHOLE, &missing));
  g_assert_null (missing);
}

static void
test_missing (void)
{
  static const struct
  {
    const char *word;
    const char *missing;
  } words[] = {
    { "OpenStream", "org.libkad.Kad1.Monitor.OpenStream()" },
    { "GetPeers", "org.libkad.Kad1.Table.GetPeers()" },
    { "Kad1.Records", "org.libkad.Kad1.Records" },
  };

  g_test_summary ("What is missing is named.");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_auto (GStrv) parts = g_strsplit (WHOLE, words[i].word, -1);
      g_autofree char *xml = g_strjoinv ("Other", parts);
      g_autofree char *missing = NULL;

      g_assert_false (kad_gui_dbus_check_interfaces (xml, &missing));
      g_assert_cmpstr (missing, ==, words[i].missing);
    }
}

static void
test_nonsense (void)
{
  static const char *const texts[] = { "", "nonsense", "<node>", "<node/>" };

  g_test_summary ("What is no description of interfaces has none of them.");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *missing = NULL;

      g_assert_false (kad_gui_dbus_check_interfaces (texts[i], &missing));
      g_assert_cmpstr (missing, ==, "org.libkad.Kad1.Node");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-source/dbus-version/whole", test_whole);
  g_test_add_func ("/gui-source/dbus-version/missing", test_missing);
  g_test_add_func ("/gui-source/dbus-version/nonsense", test_nonsense);
  return g_test_run ();
}
