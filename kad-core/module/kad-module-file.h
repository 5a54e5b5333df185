/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gmodule.h>

#include "kad-module.h"

G_BEGIN_DECLS

/* Whether nobody can put code into @path (a file or a folder) who could not already do so: see
 * kad-module-file.c. @error says who can, and what to do. */
gboolean kad_module_file_is_safe (const char *path, GError **error);
/* Opens a module and reads what it says of itself. @info: (out): its strings live as long as the
 * module is open. */
GModule *kad_module_file_open (const char *path, KadModuleInfo *info, GError **error);
/* Lower-case words with a hyphen between them, at most 64 characters: a module, a command, a
 * transport. */
gboolean kad_module_is_name (const char *name);

#define KAD_MAX_MODULE_NAME 64
#define KAD_MAX_MODULE_VERSION 64
#define KAD_MAX_MODULE_SUMMARY 256

G_END_DECLS
