/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MODULE_API_VERSION:
 *
 * What a module and the library agree on: the classes that a module subclasses, and the functions
 * that it may call. It grows when something that a module was built against no longer holds; a
 * module that was built for another number is refused before it registers anything. Additions
 * do not change it.
 */
#define KAD_MODULE_API_VERSION 1

/**
 * KadModuleInfo:
 * @size: the size of this struct as the module was built
 * @api_version: %KAD_MODULE_API_VERSION as the module was built
 * @name: what the module is called, like `count-peers`: lower-case words joined by hyphens, at most
 *   64 characters
 * @version: its own version, like `1.2.3`; at most 64 bytes
 * @summary: what it is, in one line; at most 256 bytes
 *
 * What a module says of itself. %KAD_MODULE_DEFINE writes it; the library reads it before
 * it asks the module for anything.
 */
typedef struct
{
  guint32 size;
  guint32 api_version;
  const char *name;
  const char *version;
  const char *summary;
} KadModuleInfo;

/**
 * KAD_MODULE_DEFINE:
 * @NAME: the module's name, a string literal
 * @VERSION: its version, a string literal
 * @SUMMARY: what it is, a string literal
 *
 * Stands once in a module, outside of any function, and has no semicolon behind it. It defines and
 * exports the #KadModuleInfo `kad_module_info`, without which a file is no module of Kad.
 *
 * Beside it, a module has the two functions of every #GIOModule: g_io_module_load() registers types
 * and implements the extension points %KAD_COMMAND_EXTENSION_POINT_NAME and
 * %KAD_TRANSPORT_EXTENSION_POINT_NAME, as often as it likes; g_io_module_unload() is never called,
 * since what runs cannot be unloaded, but must be there.
 */
#define KAD_MODULE_DEFINE(NAME, VERSION, SUMMARY)                                                  \
  G_MODULE_EXPORT extern const KadModuleInfo kad_module_info;                                      \
  const KadModuleInfo kad_module_info = { (guint32) sizeof (KadModuleInfo),                        \
                                          KAD_MODULE_API_VERSION, (NAME), (VERSION), (SUMMARY) };

/**
 * KadModuleState:
 * @KAD_MODULE_LOADED: it is loaded, and provides something
 * @KAD_MODULE_FAILED: it provides nothing; kad_module_get_error() says why
 *
 * What became of a module.
 */
typedef enum
{
  KAD_MODULE_LOADED,
  KAD_MODULE_FAILED,
} KadModuleState;

#define KAD_TYPE_MODULE (kad_module_get_type ())

/**
 * KadModule:
 *
 * A file that was to be loaded as a module, or a folder of modules that could not be read, and what
 * became of it. Immutable and reference counted; any thread.
 */
typedef struct _KadModule KadModule;

KAD_API GType kad_module_get_type (void);
KAD_API KadModule *kad_module_ref (KadModule *self);
KAD_API void kad_module_unref (KadModule *self);

KAD_API KadModuleState kad_module_get_state (KadModule *self);
KAD_API const char *kad_module_get_file (KadModule *self);
KAD_API const char *kad_module_get_name (KadModule *self);
KAD_API const char *kad_module_get_version (KadModule *self);
KAD_API const char *kad_module_get_summary (KadModule *self);
KAD_API const char *const *kad_module_get_commands (KadModule *self);
KAD_API const char *const *kad_module_get_transports (KadModule *self);
KAD_API const char *kad_module_get_error (KadModule *self);
KAD_API gboolean kad_module_is_own (KadModule *self);

KAD_API GPtrArray *kad_modules_list (void);
KAD_API KadModule *kad_modules_find_command (const char *name);
KAD_API KadModule *kad_modules_load_file (const char *file);
KAD_API void kad_modules_load_folder (const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadModule, kad_module_unref)

G_END_DECLS
