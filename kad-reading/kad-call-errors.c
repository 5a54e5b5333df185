/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-call-errors.h"

static const struct
{
  GQuark (*domain) (void);
  int code;
  KadError meaning;
} meanings[] = {
  { g_dbus_error_quark, G_DBUS_ERROR_SERVICE_UNKNOWN, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_NAME_HAS_NO_OWNER, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_NO_REPLY, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_DISCONNECTED, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_FAILED, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_CHILD_EXITED, KAD_ERROR_NOT_RUNNING },
  { g_dbus_error_quark, G_DBUS_ERROR_UNKNOWN_METHOD, KAD_ERROR_NOT_SUPPORTED },
  { g_dbus_error_quark, G_DBUS_ERROR_UNKNOWN_INTERFACE, KAD_ERROR_NOT_SUPPORTED },
  { g_dbus_error_quark, G_DBUS_ERROR_UNKNOWN_PROPERTY, KAD_ERROR_NOT_SUPPORTED },
  { g_dbus_error_quark, G_DBUS_ERROR_UNKNOWN_OBJECT, KAD_ERROR_NOT_FOUND },
  { g_dbus_error_quark, G_DBUS_ERROR_INVALID_ARGS, KAD_ERROR_INVALID_ARGUMENT },
  { g_dbus_error_quark, G_DBUS_ERROR_ACCESS_DENIED, KAD_ERROR_NOT_AUTHORIZED },
  { g_dbus_error_quark, G_DBUS_ERROR_AUTH_FAILED, KAD_ERROR_NOT_AUTHORIZED },
  { g_dbus_error_quark, G_DBUS_ERROR_LIMITS_EXCEEDED, KAD_ERROR_LIMIT_REACHED },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMEOUT, KAD_ERROR_TIMEOUT },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMED_OUT, KAD_ERROR_TIMEOUT },
  { g_io_error_quark, G_IO_ERROR_TIMED_OUT, KAD_ERROR_TIMEOUT },
  { g_io_error_quark, G_IO_ERROR_CANCELLED, KAD_ERROR_CANCELLED },
  { g_io_error_quark, G_IO_ERROR_CLOSED, KAD_ERROR_NOT_RUNNING },
  { g_io_error_quark, G_IO_ERROR_INVALID_ARGUMENT, KAD_ERROR_PROTOCOL },
};

KadError
kad_call_error_get_meaning (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_error_matches (error, meanings[i].domain (), meanings[i].code))
      return meanings[i].meaning;
  return KAD_ERROR_FAILED;
}
