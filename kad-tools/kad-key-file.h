/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KAD_MAX_KEY_FILE_BYTES (1024 * 1024)

/* The keys of providers in a file, or in stdin for "-": one a line, with LF or CRLF at its end.
 * Empty lines and lines that begin with # are none. At most KAD_MAX_KEY_LIST. An error says in
 * which line it is. (transfer full) */
GStrv kad_key_file_read (const char *path, gboolean is_raw, GError **error);
/* The same of text that was read. @name: what the errors call it */
GStrv kad_key_file_parse (const char *name, const char *text, gsize len, gboolean is_raw,
                          GError **error);

G_END_DECLS
