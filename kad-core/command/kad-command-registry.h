/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-command-handler.h"

G_BEGIN_DECLS

/**
 * KAD_COMMAND_EXTENSION_POINT_NAME:
 *
 * Commands are GIO extensions of this point; the extension's name is the
 * command's name ("get-record").
 */
#define KAD_COMMAND_EXTENSION_POINT_NAME "kad-command"

/* Registers the point; safe to call often, from any thread. */
KAD_API void kad_command_registry_init (void);
/* A type under a name: FALSE and a warning-free error if the name is taken or bad. */
KAD_API gboolean kad_command_registry_add (const char *name, GType type, GError **error);
/* Loads the GIOModules of a folder; failures are told by kad_command_registry_dup_failures(). */
KAD_API void kad_command_registry_load (const char *directory);
/* "file: reason" for each module not loaded and each name taken (transfer full). */
KAD_API char **kad_command_registry_dup_failures (void);
/* Names in alphabetical order (transfer full). */
KAD_API char **kad_command_registry_list (void);
KAD_API GType kad_command_registry_lookup (const char *name);
KAD_API const char *kad_command_registry_get_summary (const char *name);
/* The class's own construct properties in the order of the class, required ones first; then
 * what every command has. (transfer container) */
KAD_API GParamSpec **kad_command_registry_list_options (const char *name, guint *n_options);
/* A run of @name with @options (`a{sv}`, nullable): names with - or _; values of the property's
 * type or text that is converted; `value`/`value_base64` and `key` as cli.md says. Unknown names,
 * wrong types, missing required options: InvalidArgument/InvalidKey/UnknownCommand, and nothing
 * happens. */
KAD_API KadCommandHandler *kad_command_registry_create (const char *name, GVariant *options,
                                                        GError **error);

G_END_DECLS
