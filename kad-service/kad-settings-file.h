/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_MAX_SETTINGS_FILE_BYTES (1024 * 1024)

/* The usual file of settings, where GSettings has no place of its own that keeps them. */
char *kad_settings_file_dup_usual_path (void);
/* What GSettings says nothing of: the usual file is there, and is not read. */
void kad_settings_file_warn_unread (void);
/* Likewise: settings in @path that @general or the networks' @network do not have, and values that
 * are none. Warns of each, once. @group: of the general ones. */
void kad_settings_file_warn_unknown (const char *path, const char *group, GSettingsSchema *general,
                                     GSettingsSchema *network);

G_END_DECLS
