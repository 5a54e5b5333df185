/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-transport-loader.h"

#include <glib/gstdio.h>

#include "kad-transport.h"

/* Modules are loaded for good: the tests build on each other, in their order. */

static char *
get_folder (const char *name)
{
  return g_build_filename (g_getenv ("KAD_TEST_MODULES"), name, NULL);
}

static void
assert_list (const char *wanted)
{
  g_auto (GStrv) names = kad_transport_loader_list ();
  g_autofree char *joined = g_strjoinv (" ", names);

  g_assert_cmpstr (joined, ==, wanted);
}

static gboolean
has_failure (const char *folder, const char *file, const char *reason)
{
  g_autofree char *path = get_folder (folder);
  g_autofree char *prefix = g_strdup_printf ("%s/%s: ", path, file);
  g_auto (GStrv) failures = kad_transport_loader_dup_failures ();

  for (guint i = 0; failures[i] != NULL; i++)
    if (g_str_has_prefix (failures[i], prefix))
      {
        g_test_message ("%s", failures[i]);
        return strstr (failures[i] + strlen (prefix), reason) != NULL
               && strstr (failures[i] + strlen (prefix), path) == NULL;
      }
  return FALSE;
}

static guint
count_failures (void)
{
  g_auto (GStrv) failures = kad_transport_loader_dup_failures ();

  return g_strv_length (failures);
}

static void
test_nothing (void)
{
  g_autofree char *missing = get_folder ("missing");
  g_autoptr (GPtrArray) transports = NULL;

  g_test_summary ("Without folders there is nothing, and a missing installed one is no failure");

  assert_list ("");
  kad_transport_loader_init (NULL, NULL);
  kad_transport_loader_init ("", missing);
  kad_transport_loader_init ("::", NULL);
  assert_list ("");
  g_assert_cmpuint (count_failures (), ==, 0);
  transports = kad_transport_loader_create_all ();
  g_assert_cmpuint (transports->len, ==, 0);
}

static void
test_missing_folder (void)
{
  g_autofree char *typo = get_folder ("typo");
  g_auto (GStrv) failures = NULL;

  g_test_summary ("A folder that a person named and that is not there is told of");

  kad_transport_loader_init (typo, NULL);
  failures = kad_transport_loader_dup_failures ();
  g_assert_cmpuint (g_strv_length (failures), ==, 1);
  g_assert_true (g_str_has_prefix (failures[0], typo));
}

static void
test_folders (void)
{
  g_autofree char *first = get_folder ("first");
  g_autofree char *second = get_folder ("second");
  g_autofree char *broken = g_build_filename (first, "libbroken.so", NULL);
  g_autofree char *junk = g_strnfill (4096, 'x');
  g_autofree char *ignored = g_build_filename (first, "README", NULL);

  g_test_summary ("What can be loaded is, a named file standing in for the installed one, and each "
                  "failure has its reason");

  g_assert_true (g_file_set_contents (broken, junk, -1, NULL));
  g_assert_true (g_file_set_contents (ignored, "no module", -1, NULL));
  kad_transport_loader_init (first, second);
  assert_list ("apple zebra");
  g_assert_true (has_failure ("first", "libbroken.so", "ELF"));
  g_assert_true (has_failure ("first", "libno-load.so", "it is no module of Kad"));
  g_assert_true (has_failure ("first", "libempty.so", "it registers neither"));
  g_assert_true (has_failure ("first", "libunresolved.so", "kad_function_that_nobody_has"));
  g_assert_true (has_failure ("second", "libtaken.so", "“zebra” is taken"));
  g_assert_cmpuint (count_failures (), ==, 6);
  g_unlink (broken);
  g_unlink (ignored);
}

static void
test_create (void)
{
  g_autoptr (GPtrArray) transports = kad_transport_loader_create_all ();

  g_test_summary ("One instance of each is made, of the type that came first");

  g_assert_cmpuint (transports->len, ==, 2);
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (transports->pdata[0]), ==, "test_module_second_libother_so");
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (transports->pdata[1]), ==, "test_module_first_libgood_so");
}

static void
test_again (void)
{
  g_autofree char *first = get_folder ("first");
  g_autofree char *twisted = g_strconcat (first, "/../first/", NULL);

  g_test_summary ("A folder is scanned once, however it is written");

  kad_transport_loader_init (first, first);
  kad_transport_loader_init (twisted, NULL);
  assert_list ("apple zebra");
  g_assert_cmpuint (count_failures (), ==, 6);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport-loader-modules/nothing", test_nothing);
  g_test_add_func ("/transport-loader-modules/missing-folder", test_missing_folder);
  g_test_add_func ("/transport-loader-modules/folders", test_folders);
  g_test_add_func ("/transport-loader-modules/create", test_create);
  g_test_add_func ("/transport-loader-modules/again", test_again);
  return g_test_run ();
}
