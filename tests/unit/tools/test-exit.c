/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-exit.h"

#include <gio/gio.h>

#include "kad-error.h"

static void
check (GQuark domain, int code, KadExit expected)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "x");

  g_assert_cmpint (kad_exit_from_error (error), ==, expected);
}

static void
test_documented_codes (void)
{
  g_test_summary ("Each documented exit code comes of the errors that it is for");

  g_assert_cmpint (kad_exit_from_error (NULL), ==, 0);
  check (KAD_ERROR, KAD_ERROR_FAILED, 1);
  check (KAD_ERROR, KAD_ERROR_QUORUM_FAILED, 1);
  check (KAD_ERROR, KAD_ERROR_DIAL_FAILED, 1);
  check (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, 2);
  check (KAD_ERROR, KAD_ERROR_INVALID_KEY, 2);
  check (KAD_ERROR, KAD_ERROR_INVALID_ADDRESS, 2);
  check (KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND, 2);
  check (KAD_ERROR, KAD_ERROR_TIMEOUT, 3);
  check (KAD_ERROR, KAD_ERROR_OFFLINE, 4);
  check (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED, 4);
  check (KAD_ERROR, KAD_ERROR_LIMIT_REACHED, 5);
  check (KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED, 5);
  check (KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE, 5);
  check (KAD_ERROR, KAD_ERROR_PAUSED, 5);
  check (KAD_ERROR, KAD_ERROR_NOT_RUNNING, 8);
  check (KAD_ERROR, KAD_ERROR_NOT_FOUND, 10);
  check (KAD_ERROR, KAD_ERROR_CANCELLED, 130);
}

static void
test_foreign_errors (void)
{
  g_test_summary ("GIO's cancellation and timeout count as ours; other foreign errors are 1");

  check (G_IO_ERROR, G_IO_ERROR_CANCELLED, 130);
  check (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, 3);
  check (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, 1);
  check (G_FILE_ERROR, G_FILE_ERROR_ACCES, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exit/documented-codes", test_documented_codes);
  g_test_add_func ("/exit/foreign-errors", test_foreign_errors);
  return g_test_run ();
}
