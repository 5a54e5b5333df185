/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client-errors.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "kad-error.h"

/* Errors of the bus and of GIO that mean something of our own. */
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
  { g_dbus_error_quark, G_DBUS_ERROR_LIMITS_EXCEEDED, KAD_ERROR_LIMIT_REACHED },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMEOUT, KAD_ERROR_TIMEOUT },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMED_OUT, KAD_ERROR_TIMEOUT },
  { g_io_error_quark, G_IO_ERROR_TIMED_OUT, KAD_ERROR_TIMEOUT },
  { g_io_error_quark, G_IO_ERROR_CANCELLED, KAD_ERROR_CANCELLED },
  { g_io_error_quark, G_IO_ERROR_CLOSED, KAD_ERROR_NOT_RUNNING },
};

static const char *
find_words (KadError meaning)
{
  switch (meaning)
    {
    case KAD_ERROR_NOT_RUNNING:
      return N_ ("The service has gone, or is not there");
    case KAD_ERROR_NOT_SUPPORTED:
      return N_ ("This service is too old, or too new, for that");
    case KAD_ERROR_TIMEOUT:
      return N_ ("The service did not answer in time");
    case KAD_ERROR_CANCELLED:
      return N_ ("Interrupted");
    default:
      return NULL;
    }
}

GError *
kad_client_errors_convert (GError *error)
{
  g_autoptr (GError) owned = error;

  g_dbus_error_strip_remote_error (owned);
  if (owned->domain == KAD_ERROR)
    return g_steal_pointer (&owned);
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_error_matches (owned, meanings[i].domain (), meanings[i].code))
      {
        KadError meaning = meanings[i].meaning;
        const char *words = find_words (meaning);

        if (words == NULL)
          return g_error_new_literal (KAD_ERROR, meaning, owned->message);
        if (meaning == KAD_ERROR_CANCELLED)
          return g_error_new_literal (KAD_ERROR, meaning, _ (words));
        return g_error_new (KAD_ERROR, meaning, "%s (%s)", _ (words), owned->message);
      }
  return g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, owned->message);
}

GError *
kad_client_errors_new (const char *name, const char *message)
{
  if (g_str_has_prefix (name, KAD_DBUS_ERROR_PREFIX))
    name += strlen (KAD_DBUS_ERROR_PREFIX);
  for (int code = KAD_ERROR_FAILED; code <= KAD_ERROR_QUORUM_FAILED; code++)
    if (g_str_equal (name, kad_error_code_get_name ((KadError) code)))
      return g_error_new_literal (KAD_ERROR, code, message);
  return g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, message);
}
