/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"

#include <gio/gio.h>

static void
test_every_code_has_its_own_name (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_test_summary ("Each code has a name that no other code has");

  for (guint code = 0; code <= KAD_ERROR_QUORUM_FAILED; code++)
    g_assert_true (g_hash_table_add (seen, (gpointer) kad_error_code_get_name (code)));
  g_assert_cmpstr (kad_error_code_get_name (KAD_ERROR_NOT_FOUND), ==, "NotFound");
  g_assert_cmpstr (kad_error_code_get_name (KAD_ERROR_QUORUM_FAILED), ==, "QuorumFailed");
  g_assert_cmpstr (kad_error_code_get_name (4711), ==, "Failed");
}

static void
test_foreign_errors_are_named (void)
{
  g_autoptr (GError) cancelled = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_autoptr (GError) timed_out = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "x");
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_EXISTS, "x");
  g_autoptr (GError) ours = g_error_new (KAD_ERROR, KAD_ERROR_OFFLINE, "x");

  g_test_summary ("GIO's cancellation and timeout get our names, the rest is Failed");

  g_assert_cmpstr (kad_error_get_name (cancelled), ==, "Cancelled");
  g_assert_cmpstr (kad_error_get_name (timed_out), ==, "Timeout");
  g_assert_cmpstr (kad_error_get_name (other), ==, "Failed");
  g_assert_cmpstr (kad_error_get_name (ours), ==, "Offline");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/every-code-has-its-own-name", test_every_code_has_its_own_name);
  g_test_add_func ("/error/foreign-errors-are-named", test_foreign_errors_are_named);
  return g_test_run ();
}
