/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-api.h"

G_BEGIN_DECLS

/* @text in quotes. Everything that a terminal might act on is escaped. */
KAD_API void kad_json_append_string (GString *json, const char *text, gsize len);
/* The members of an `a{sv}`, without its braces. */
KAD_API void kad_json_append_members (GString *json, GVariant *dict);
/* Any value: `a{sv}` is an object, other arrays are arrays, an empty maybe is null. */
KAD_API void kad_json_append_variant (GString *json, GVariant *value);

G_END_DECLS
