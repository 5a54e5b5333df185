/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A value of a setting as people read and write it: text without quotes, lists with commas. */
char *kad_setting_dup_text (GVariant *value);
/* The other way: text as it is, "true", "on", "5", a list as "a,b" or in the notation of GVariant.
 * Floating. */
GVariant *kad_setting_parse (const char *text, const GVariantType *type, GError **error);

G_END_DECLS
