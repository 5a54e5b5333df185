/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The longest line that is taken. */
#define KAD_MAX_LINE_BYTES (8 * 1024 * 1024)

/* Reads lines of a descriptor in the default main context. */
typedef struct _KadLineReader KadLineReader;

/* @line: without its end, not NUL-terminated; NULL for one that was too long and was skipped */
typedef void (*KadLineFunc) (const char *line, gsize len, gpointer user_data);
/* The input has ended, or broken. */
typedef void (*KadLineEndFunc) (gpointer user_data);

KadLineReader *kad_line_reader_new (int fd, KadLineFunc on_line, KadLineEndFunc on_end,
                                    gpointer user_data);
/* Calls nothing any more. */
void kad_line_reader_free (KadLineReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadLineReader, kad_line_reader_free)

G_END_DECLS
