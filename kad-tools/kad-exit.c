/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-exit.h"

#include <gio/gio.h>

#include "kad-error.h"

/* The one table from errors to exit codes; what is not here is KAD_EXIT_ERROR. */
static const struct
{
  KadError code;
  KadExit exit;
} exits[] = {
  { KAD_ERROR_INVALID_ARGUMENT, KAD_EXIT_USAGE },
  { KAD_ERROR_INVALID_KEY, KAD_EXIT_USAGE },
  { KAD_ERROR_INVALID_ADDRESS, KAD_EXIT_USAGE },
  { KAD_ERROR_UNKNOWN_COMMAND, KAD_EXIT_USAGE },
  { KAD_ERROR_TIMEOUT, KAD_EXIT_TIMEOUT },
  { KAD_ERROR_OFFLINE, KAD_EXIT_OFFLINE },
  { KAD_ERROR_NOT_BOOTSTRAPPED, KAD_EXIT_OFFLINE },
  { KAD_ERROR_PAUSED, KAD_EXIT_REFUSED },
  { KAD_ERROR_LIMIT_REACHED, KAD_EXIT_REFUSED },
  { KAD_ERROR_RECORD_TOO_LARGE, KAD_EXIT_REFUSED },
  { KAD_ERROR_NOT_AUTHORIZED, KAD_EXIT_REFUSED },
  { KAD_ERROR_NOT_RUNNING, KAD_EXIT_NOT_RUNNING },
  { KAD_ERROR_NOT_FOUND, KAD_EXIT_NOT_FOUND },
  { KAD_ERROR_CANCELLED, KAD_EXIT_INTERRUPTED },
};

/**
 * kad_exit_from_error:
 * @error: (nullable): what ended a command
 *
 * Returns: the exit code; %KAD_EXIT_OK without an error
 */
KadExit
kad_exit_from_error (const GError *error)
{
  if (error == NULL)
    return KAD_EXIT_OK;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return KAD_EXIT_INTERRUPTED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return KAD_EXIT_TIMEOUT;
  for (guint i = 0; i < G_N_ELEMENTS (exits); i++)
    if (g_error_matches (error, KAD_ERROR, exits[i].code))
      return exits[i].exit;
  return KAD_EXIT_ERROR;
}
