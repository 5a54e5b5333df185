/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-database-row.h"

G_BEGIN_DECLS

/* What was queued first is written no later. */
#define KAD_DATABASE_GROUP_US (50 * G_TIME_SPAN_MILLISECOND)
#define KAD_DATABASE_RETRY_FIRST_US (30 * G_TIME_SPAN_SECOND)
#define KAD_DATABASE_RETRY_LONGEST_US (10 * G_TIME_SPAN_MINUTE)
/* A flush has the disk tried again, no more often than this. */
#define KAD_DATABASE_RETRY_SHORTEST_US G_TIME_SPAN_SECOND

/* FOLDER/kad.db behind one thread that writes. See the essay in kad-database.c. All calls in one
 * thread, that of its context, where it calls back, never inside of a call; none waits for the
 * disk but open, load_now and close. */
typedef struct _KadDatabase KadDatabase;

typedef struct
{
  /* The file is another one, or lacks something: everything that is in memory is to be written
   * anew, after kad_database_begin_rewrite(). */
  void (*rewrite) (gpointer user_data);
} KadDatabaseDelegate;

/* @error: (nullable): why it is not on the disk */
typedef void (*KadDatabaseFunc) (gpointer user_data, const GError *error);
/* @rows: (element-type KadDatabaseRow). @after: for the next call. @is_end: there are no more.
 * @error: (nullable): they cannot be read now. */
typedef void (*KadDatabaseLoadFunc) (gpointer user_data, GPtrArray *rows, gint64 after,
                                     gboolean is_end, const GError *error);

/* Locks the folder and opens the file; a damaged one is set aside. NULL and an error: another node
 * has the folder. Whatever else goes wrong is told by a warning, and tried again later; until then
 * nothing is kept. */
KadDatabase *kad_database_open (const char *folder, GMainContext *context,
                                const KadDatabaseDelegate *delegate, gpointer user_data,
                                GError **error);
/* Whether a publication is in the file of a folder that nobody has locked; makes no folder and no
 * file. Waits for the disk. */
gboolean kad_database_has_publications (const char *folder);
/* Writes what is queued, as far as that goes; everybody who waits is told. */
void kad_database_close (KadDatabase *self);

/* Before kad_database_start(): all rows of a table. FALSE: they cannot be read now. */
gboolean kad_database_load_now (KadDatabase *self, KadDatabaseTable table, GPtrArray *rows);
/* From here on the thread runs. */
void kad_database_start (KadDatabase *self);
/* The rows past @after (0: all), at most @max of them. */
void kad_database_load (KadDatabase *self, KadDatabaseTable table, gint64 after, guint max,
                        KadDatabaseLoadFunc func, gpointer user_data);

/* Takes @row. */
void kad_database_put (KadDatabase *self, KadDatabaseRow *row);
/* Takes @row, of which only the keys matter. */
void kad_database_remove (KadDatabase *self, KadDatabaseRow *row);
/* Calls @func once everything from before is on the disk and outlives a loss of power. */
void kad_database_flush (KadDatabase *self, KadDatabaseFunc func, gpointer user_data);

/* From here on each row is of a new generation; until end_rewrite() nobody's flush is done. */
void kad_database_begin_rewrite (KadDatabase *self);
/* Rows of @table that are of older generations go: it was written anew. */
void kad_database_sweep (KadDatabase *self, KadDatabaseTable table);
/* Calls @func once everything from before was written: where a rewrite waits for room. */
void kad_database_pace (KadDatabase *self, KadDatabaseFunc func, gpointer user_data);
void kad_database_end_rewrite (KadDatabase *self);
/* Something is to be written anew, and nobody has begun to. */
gboolean kad_database_is_behind (KadDatabase *self);
/* Why nothing is kept; NULL: it is. (transfer full) */
GError *kad_database_dup_trouble (KadDatabase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDatabase, kad_database_close)

G_END_DECLS
