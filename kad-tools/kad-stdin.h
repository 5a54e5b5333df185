/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All of a file or a pipe, that the error calls @what; otherwise the same. */
GBytes *kad_stdin_read_fd (int fd, const char *what, gsize max_bytes, GError **error);
/* All of stdin; RecordTooLarge above @max_bytes, Cancelled when a signal comes first. */
GBytes *kad_stdin_read_all (gsize max_bytes, GError **error);
/* The value of a record: @word itself, or from stdin if it is NULL or "-". `ay`, floating. */
GVariant *kad_stdin_take_value (const char *word, GError **error);

G_END_DECLS
