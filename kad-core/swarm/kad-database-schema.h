/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The version that this build writes; PRAGMA user_version has it. */
#define KAD_DATABASE_VERSION 2
/* PRAGMA application_id: "Kad1" */
#define KAD_DATABASE_APPLICATION_ID 0x4b616431

/* What became of the file. */
typedef enum
{
  KAD_DATABASE_OK,
  KAD_DATABASE_DAMAGED,     /* it is not ours, or not whole: it is to be set aside */
  KAD_DATABASE_UNAVAILABLE, /* it may be good, but cannot be read or written now */
} KadDatabaseVerdict;

/* Makes the tables of an empty file, or brings those of an older version up to ours, in one
 * transaction. A newer version, and another program's file, is DAMAGED, and the error says so. */
KadDatabaseVerdict kad_database_schema_prepare (sqlite3 *db, GError **error);

/* What an error of SQLite means for the file, and the error in words, with errno's where there is
 * one. */
KadDatabaseVerdict kad_database_schema_judge (sqlite3 *db, int code, GError **error);

G_END_DECLS
