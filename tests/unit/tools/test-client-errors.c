/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "kad-client-errors.h"
#include "kad-dbus-errors.h"
#include "kad-error.h"
#include "kad-exit.h"

static void
test_codes_come_back (void)
{
  g_test_summary ("an error of the service is the same error here, and has its exit code");
  kad_dbus_errors_register ();
  for (int code = KAD_ERROR_FAILED; code <= KAD_ERROR_QUORUM_FAILED; code++)
    {
      g_autofree char *name
          = g_strconcat (KAD_DBUS_ERROR_PREFIX, kad_error_code_get_name ((KadError) code), NULL);
      g_autoptr (GError) error
          = kad_client_errors_convert (g_dbus_error_new_for_dbus_error (name, "what happened"));
      g_autoptr (GError) same = kad_client_errors_new (name, "what happened");
      g_autoptr (GError) local = g_error_new_literal (KAD_ERROR, code, "what happened");

      g_assert_error (error, KAD_ERROR, code);
      g_assert_cmpstr (error->message, ==, "what happened");
      g_assert_error (same, KAD_ERROR, code);
      g_assert_cmpint (kad_exit_from_error (error), ==, kad_exit_from_error (local));
    }
}

static void
test_the_bus_speaks_our_words (void)
{
  static const struct
  {
    const char *name;
    KadExit exit;
  } cases[] = {
    { "org.freedesktop.DBus.Error.ServiceUnknown", KAD_EXIT_NOT_RUNNING },
    { "org.freedesktop.DBus.Error.NoReply", KAD_EXIT_NOT_RUNNING },
    { "org.freedesktop.DBus.Error.Disconnected", KAD_EXIT_NOT_RUNNING },
    { "org.freedesktop.DBus.Error.UnknownMethod", KAD_EXIT_ERROR },
    { "org.freedesktop.DBus.Error.UnknownObject", KAD_EXIT_NOT_FOUND },
    { "org.freedesktop.DBus.Error.InvalidArgs", KAD_EXIT_USAGE },
    { "org.freedesktop.DBus.Error.AccessDenied", KAD_EXIT_REFUSED },
    { "org.freedesktop.DBus.Error.LimitsExceeded", KAD_EXIT_REFUSED },
    { "org.freedesktop.DBus.Error.Timeout", KAD_EXIT_TIMEOUT },
    { "org.example.Whatever", KAD_EXIT_ERROR },
  };

  g_test_summary ("errors of the bus have exit codes of ours, and no name of D-Bus in their words");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error
          = kad_client_errors_convert (g_dbus_error_new_for_dbus_error (cases[i].name, "so it is"));

      g_assert_true (error->domain == KAD_ERROR);
      g_assert_cmpint (kad_exit_from_error (error), ==, cases[i].exit);
      g_assert_nonnull (strstr (error->message, "so it is"));
      g_assert_null (strstr (error->message, "GDBus.Error"));
    }
}

static void
test_unknown_names_are_failures (void)
{
  g_autoptr (GError) error = kad_client_errors_new ("NotInvented", "a later version");

  g_test_summary ("a code that a later version has is an error like any other");
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/client-errors/codes-come-back", test_codes_come_back);
  g_test_add_func ("/tools/client-errors/the-bus-speaks-our-words", test_the_bus_speaks_our_words);
  g_test_add_func ("/tools/client-errors/unknown-names-are-failures",
                   test_unknown_names_are_failures);
  return g_test_run ();
}
