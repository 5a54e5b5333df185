/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the tool's exit status means: scripts depend on these numbers. */
typedef enum
{
  KAD_EXIT_OK = 0,
  KAD_EXIT_ERROR = 1,
  KAD_EXIT_USAGE = 2,
  KAD_EXIT_TIMEOUT = 3,
  KAD_EXIT_OFFLINE = 4,
  KAD_EXIT_REFUSED = 5,
  KAD_EXIT_NOT_RUNNING = 8,
  KAD_EXIT_NOT_FOUND = 10,
  KAD_EXIT_INTERRUPTED = 130,
} KadExit;

KadExit kad_exit_from_error (const GError *error);

G_END_DECLS
