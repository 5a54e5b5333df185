/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-output.h"

G_BEGIN_DECLS

#define KAD_MAX_COLUMNS 10

/* A table for people: each column as wide as its widest cell. */
typedef struct _KadColumns KadColumns;

/* @titles: (nullable): NULL-terminated, translated; without them the first column is one of names,
 * in bold. */
KadColumns *kad_columns_new (KadOutput *output, const char *const *titles);
void kad_columns_free (KadColumns *self);
/* A row of as many texts as there are columns: NULL ends it, and is no cell. Empty cells show "-".
 * What peers said is escaped already. */
void kad_columns_add (KadColumns *self, ...) G_GNUC_NULL_TERMINATED;
/* The same of a NULL-terminated array. */
void kad_columns_add_row (KadColumns *self, const char *const *cells);
/* To stdout. */
void kad_columns_print (KadColumns *self);

/* Columns that a text takes on a terminal. */
guint kad_columns_measure (const char *text);
/* A peer id or a key, for a cell: shortened for people who look at a terminal, unless @is_long. */
char *kad_columns_dup_id (KadOutput *output, const char *id, gboolean is_long);
/* "3 s", "12 min", "4 h", "2 d" for a time that has passed or is to come; "-" for 0. */
char *kad_columns_dup_duration (gint64 duration_us);
/* The same from now to @unix_us, or from it to now; "-" for 0. */
char *kad_columns_dup_distance (gint64 unix_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadColumns, kad_columns_free)

G_END_DECLS
