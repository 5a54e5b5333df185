/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-transport-loader.h"

#include <glib/gstdio.h>

#include "fake-transport.h"

static void
test_what_is_registered_is_made (void)
{
  g_autoptr (GPtrArray) transports = NULL;
  g_auto (GStrv) names = NULL;

  g_test_summary ("Each registered transport is listed once and made once");

  kad_transport_loader_init (NULL, NULL);
  g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, FAKE_TYPE_TRANSPORT, "fake",
                                  0);
  names = kad_transport_loader_list ();
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "fake");
  transports = kad_transport_loader_create_all ();
  g_assert_cmpuint (transports->len, ==, 1);
  g_assert_true (FAKE_IS_TRANSPORT (transports->pdata[0]));
}

static void
test_broken_modules_are_told (void)
{
  g_autofree char *directory = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *broken = g_build_filename (directory, "a-broken.so", NULL);
  g_autofree char *other = g_build_filename (directory, "b-other.so", NULL);
  g_autofree char *path = g_strdup_printf ("/nonexistent::%s", directory);
  g_autoptr (GFile) link = g_file_new_for_path (other);
  g_auto (GStrv) failures = NULL;

  g_test_summary (
      "What is no module, and a named folder that is not there, is a failure with its name; each "
      "folder is scanned once");

  g_assert_true (g_file_set_contents (broken, "not a library", -1, NULL));
  g_assert_true (g_file_make_symbolic_link (link, g_getenv ("KAD_TEST_MODULE_OTHER"), NULL, NULL));
  kad_transport_loader_init (path, "/nonexistent/too");
  kad_transport_loader_init (path, directory);
  failures = kad_transport_loader_dup_failures ();
  g_assert_cmpuint (g_strv_length (failures), ==, 3);
  g_assert_true (g_str_has_prefix (failures[0], "/nonexistent: "));
  g_assert_true (g_str_has_prefix (failures[1], broken));
  g_assert_nonnull (strstr (failures[2], "b-other.so: it is no module of Kad"));
  g_unlink (broken);
  g_unlink (other);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport-loader/what-is-registered-is-made", test_what_is_registered_is_made);
  g_test_add_func ("/transport-loader/broken-modules-are-told", test_broken_modules_are_told);
  return g_test_run ();
}
