/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-tool.h"

G_BEGIN_DECLS

/* Where a node of its own listens that provides something, without --listen. */
#define KAD_PROVIDE_LISTEN "/ip4/127.0.0.1/tcp/0"

/* `kad provide` with two keys or more, as publications of the service or by one run of the command
 * provide-many. The exit code is that of the first key that failed; the others are done all the
 * same. */
KadExit kad_provide_list_run (KadTool *tool, const char *const *keys, gboolean by_publication);

G_END_DECLS
