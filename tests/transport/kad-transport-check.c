/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every transport has to do, asked of a module. See kad-transport-check(1). */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define EXIT_USAGE 64

static const GOptionEntry entries[] = {
  { "module", 0, 0, G_OPTION_ARG_FILENAME, &subject.module, "The transport's GIO module", "PATH" },
  { "transport", 0, 0, G_OPTION_ARG_STRING, &subject.transport,
    "Its name, if the module has several, or the name of a registered one", "NAME" },
  { "listen", 0, 0, G_OPTION_ARG_STRING, &subject.listen,
    "Where to listen, on this machine; port 0, or the like, picks one", "MULTIADDR" },
  { "option", 0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.options,
    "A setting of the transport; may come again", "NAME=VALUE" },
  { "foreign", 0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.foreign,
    "An address that it has to refuse; may come again", "MULTIADDR" },
  { "without-half-close", 0, 0, G_OPTION_ARG_NONE, &subject.without_half_close,
    "Its connections end in both directions at once", NULL },
  G_OPTION_ENTRY_NULL,
};

static GOptionContext *
make_context (void)
{
  GOptionContext *context = g_option_context_new ("");

  g_option_context_set_summary (context,
                                "Tests a transport of Kad, and tells in TAP what it found.");
  g_option_context_set_description (
      context, "GLib's options for tests are taken as well: -l lists the tests, -p PATH runs one\n"
               "of them or a group, --verbose says more.\n\n"
               "  kad-transport-check --module ./libkad-transport-tcp.so \\\n"
               "    --listen /ip4/127.0.0.1/tcp/0 -p /transport/dial\n");
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

/* GLib's own --help would come first. */
static gboolean
wants (int argc, char **argv, const char *long_name, const char *short_name)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], long_name) || g_str_equal (argv[i], short_name))
      return TRUE;
  return FALSE;
}

static int
complain (const char *message)
{
  fprintf (stderr, "kad-transport-check: %s\n", message);
  return EXIT_USAGE;
}

/* Some machines have no IPv6; those that CI runs on have to. */
static gboolean
is_excused (void)
{
  return g_getenv ("CI") == NULL && g_str_has_prefix (subject.listen, "/ip6/");
}

static void
add_all (void)
{
  if (!subject.has_bytes)
    g_print ("# Its links are secure connections: their streams are not tested\n");
  check_listen_add ();
  check_dial_add ();
  check_cancel_add ();
  check_close_add ();
  check_flow_add ();
  check_many_add ();
  check_shortage_add ();
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = make_context ();
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_set_prgname ("kad-transport-check");
  if (wants (argc, argv, "--help", "-h"))
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      fputs (help, stdout);
      return EXIT_SUCCESS;
    }
  g_test_init (&argc, &argv, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (error->message);
  if (argc > 1)
    return complain ("there are words too many; see --help");
  if (subject.listen == NULL || (subject.module == NULL && subject.transport == NULL))
    return complain ("--listen is missing, or one of --module and --transport; see --help");
  if (!subject_load (&error))
    return complain (error->message);
  if (!fixture_warm_up (&error))
    {
      if (!is_excused ())
        return complain (error->message);
      g_print ("1..0 # SKIP %s\n", error->message);
      return EXIT_SUCCESS;
    }
  add_all ();
  return g_test_run ();
}
