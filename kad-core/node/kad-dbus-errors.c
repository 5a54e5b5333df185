/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dbus-errors.h"

#include <gio/gio.h>

/**
 * kad_dbus_errors_register:
 *
 * Makes the codes of %KAD_ERROR known to GDBus, as %KAD_DBUS_ERROR_PREFIX and the code's name. A
 * program that calls the service `org.libkad.Kad1` then gets its errors as %KAD_ERROR, instead of
 * as text. May be called in any thread, and more than once.
 */
void
kad_dbus_errors_register (void)
{
  static gsize is_done = 0;

  if (!g_once_init_enter (&is_done))
    return;
  for (int code = KAD_ERROR_FAILED; code <= KAD_ERROR_QUORUM_FAILED; code++)
    {
      g_autofree char *name
          = g_strconcat (KAD_DBUS_ERROR_PREFIX, kad_error_code_get_name ((KadError) code), NULL);

      g_dbus_error_register_error (KAD_ERROR, code, name);
    }
  g_once_init_leave (&is_done, 1);
}
