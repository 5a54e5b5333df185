/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-error.h"

#include <gio/gio.h>

/* The one table of names: what follows KAD_DBUS_ERROR_PREFIX on D-Bus and what
 * stands in "code" of the tool's JSON. In the order of the enumeration. */
static const char *const names[] = {
  "Failed",        "NotRunning",     "Offline",       "Paused",          "NotBootstrapped",
  "InvalidKey",    "InvalidAddress", "InvalidRecord", "OlderRecord",     "RecordTooLarge",
  "NotFound",      "DialFailed",     "Timeout",       "Cancelled",       "LimitReached",
  "NotAuthorized", "NotSupported",   "Corrupt",       "InvalidArgument", "UnknownCommand",
  "Protocol",      "Closed",         "QuorumFailed",
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == KAD_ERROR_QUORUM_FAILED + 1);

/**
 * kad_error_quark:
 *
 * Returns: the quark of %KAD_ERROR
 */
/* clang-format off */
G_DEFINE_QUARK (kad-error-quark, kad_error)
/* clang-format on */

/**
 * kad_error_code_get_name: (skip)
 * @code: a code of %KAD_ERROR
 *
 * Returns: (transfer none): its name on D-Bus and in JSON, like `NotFound`;
 *   `Failed` for a number that is no code
 */
const char *
kad_error_code_get_name (KadError code)
{
  if ((guint) code >= G_N_ELEMENTS (names))
    return names[KAD_ERROR_FAILED];
  return names[code];
}

/**
 * kad_error_get_name:
 * @error: an error of any domain
 *
 * Names an error for D-Bus and JSON. GIO's cancellation and timeout count as
 * ours; every other foreign error is `Failed`.
 *
 * Returns: (transfer none): the name, like `NotFound`
 */
const char *
kad_error_get_name (const GError *error)
{
  g_return_val_if_fail (error != NULL, names[KAD_ERROR_FAILED]);

  if (error->domain == KAD_ERROR)
    return kad_error_code_get_name (error->code);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return names[KAD_ERROR_CANCELLED];
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return names[KAD_ERROR_TIMEOUT];
  return names[KAD_ERROR_FAILED];
}
