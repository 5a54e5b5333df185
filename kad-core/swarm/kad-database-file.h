/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-database-row.h"
#include "kad-database-schema.h"

G_BEGIN_DECLS

/* How many files that were set aside stay. */
#define KAD_MAX_DAMAGED_FILES 3
/* A file of no more than this is read whole when it is opened; of a larger one damage shows when it
 * is met. */
#define KAD_MAX_CHECKED_BYTES (4 * 1024 * 1024)

/* The file and the statements on it. One thread at a time. Plain struct inside its owner. */
typedef struct
{
  char *path;
  sqlite3 *db; /* NULL: closed */
  sqlite3_stmt *puts[KAD_DATABASE_N_TABLES];
  sqlite3_stmt *removes[KAD_DATABASE_N_TABLES];
  sqlite3_stmt *sweeps[KAD_DATABASE_N_TABLES];
  sqlite3_stmt *pages[KAD_DATABASE_N_TABLES];
  sqlite3_stmt *set_generation;
  gboolean is_durable; /* each commit is brought to the disk */
  guint generation;
} KadDatabaseFile;

void kad_database_file_init (KadDatabaseFile *self, const char *path);
void kad_database_file_clear (KadDatabaseFile *self);

/* Opens it, makes it if there is none, brings it up to our version. Not OK: it is closed. */
KadDatabaseVerdict kad_database_file_open (KadDatabaseFile *self, GError **error);
/* What is in the log is brought into the file, as far as that goes. */
void kad_database_file_close (KadDatabaseFile *self);

/* Between these, all or nothing. @is_durable: the commit outlives a loss of power, and not only the
 * process. After what is not OK, roll back. */
KadDatabaseVerdict kad_database_file_begin (KadDatabaseFile *self, gboolean is_durable,
                                            GError **error);
KadDatabaseVerdict kad_database_file_write (KadDatabaseFile *self, const KadDatabaseRow *row,
                                            GError **error);
/* Removes what was written before @generation. */
KadDatabaseVerdict kad_database_file_sweep (KadDatabaseFile *self, KadDatabaseTable table,
                                            guint generation, GError **error);
KadDatabaseVerdict kad_database_file_set_generation (KadDatabaseFile *self, guint generation,
                                                     GError **error);
KadDatabaseVerdict kad_database_file_commit (KadDatabaseFile *self, GError **error);
void kad_database_file_roll_back (KadDatabaseFile *self);

/* At most @max rows past *@after, which is moved on; rows whose cells have the wrong type are left
 * out. *@is_end: there are no more. */
KadDatabaseVerdict kad_database_file_load (KadDatabaseFile *self, KadDatabaseTable table,
                                           gint64 *after, guint max, GPtrArray *rows,
                                           gboolean *is_end, GError **error);

/* Renames the (closed) file and its log to PATH.damaged-<UTC time>, and removes the oldest ones of
 * these past KAD_MAX_DAMAGED_FILES. @aside: (out): its new name */
gboolean kad_database_file_set_aside (const char *path, gint64 now_unix_us, char **aside,
                                      GError **error);

G_END_DECLS
