/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text in quotes. Everything that a terminal might act on is escaped. */
void kad_json_append_string (GString *json, const char *text, gsize len);
/* The members of an `a{sv}`, without its braces. */
void kad_json_append_members (GString *json, GVariant *dict);
/* Any value: `a{sv}` is an object, other arrays are arrays, an empty maybe is null. */
void kad_json_append_variant (GString *json, GVariant *value);

G_END_DECLS
