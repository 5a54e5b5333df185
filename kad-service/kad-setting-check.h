/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether @value can be the setting of @key: its type, its range, and what it means. @name: as a
 * person calls it. Errors: InvalidArgument (says the range), InvalidAddress, LimitReached. */
gboolean kad_setting_check (const char *name, GSettingsSchemaKey *key, GVariant *value,
                            GError **error);

G_END_DECLS
