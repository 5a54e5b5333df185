/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Arrays and objects inside one another. */
#define KAD_MAX_JSON_DEPTH 16

/* One JSON object as `a{sv}`: text is s, whole numbers are x (or t above that), others d, arrays
 * av, objects a{sv}, null an empty mv. InvalidArgument says what is wrong, and where. */
GVariant *kad_json_read_object (const char *text, gsize len, GError **error);
/* The number that is the value of the object's own member @name, as it was written: an id is
 * echoed as it came. NULL if there is none. @text must be an object that was read. */
char *kad_json_find_number (const char *text, gsize len, const char *name);

G_END_DECLS
