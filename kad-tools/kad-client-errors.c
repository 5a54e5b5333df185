/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client-errors.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "kad-call-errors.h"

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
  KadError meaning;
  const char *words;

  g_dbus_error_strip_remote_error (owned);
  if (owned->domain == KAD_ERROR)
    return g_steal_pointer (&owned);
  meaning = kad_call_error_get_meaning (owned);
  words = find_words (meaning);
  if (words == NULL)
    return g_error_new_literal (KAD_ERROR, meaning, owned->message);
  if (meaning == KAD_ERROR_CANCELLED)
    return g_error_new_literal (KAD_ERROR, meaning, _ (words));
  return g_error_new (KAD_ERROR, meaning, "%s (%s)", _ (words), owned->message);
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
