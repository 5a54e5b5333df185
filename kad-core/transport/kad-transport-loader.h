/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* Registers the extension point and loads the GIOModules of @directory (nullable), then of
 * the folders in @path (colon-separated, nullable: what KAD_TRANSPORT_PATH said), path first.
 * Safe to call often: each folder is scanned once per process. */
KAD_API void kad_transport_loader_init (const char *path, const char *directory);
/* Names of what is registered, in alphabetical order (transfer full). */
KAD_API char **kad_transport_loader_list (void);
/* "file: reason" for each module that could not be loaded (transfer full). */
KAD_API char **kad_transport_loader_dup_failures (void);
/* A new instance of each registered transport. (element-type KadTransport) */
KAD_API GPtrArray *kad_transport_loader_create_all (void);

G_END_DECLS
