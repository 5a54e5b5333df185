/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tables, and how those of older versions become ours.
 *
 * A version is a row of `steps`: what makes it out of the one before. A new file goes through all
 * of them, so that it cannot differ from a migrated one. What was published is never changed:
 * a change is a new row, a higher KAD_DATABASE_VERSION, and a file of the version before in the
 * test (tests/unit/swarm/test-database-schema.c).
 *
 * `generation` is what tells rows that were written anew from those that were left over: see
 * kad_database_begin_rewrite().
 */
#include "kad-database-schema.h"

#include <errno.h>

#include "kad-error.h"

static const char *const steps[KAD_DATABASE_VERSION] = {
  /* 1 */
  "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value);"
  "INSERT INTO meta VALUES ('created', CAST (strftime ('%s', 'now') AS INTEGER));"
  "CREATE TABLE peer (id BLOB PRIMARY KEY NOT NULL, addresses BLOB NOT NULL,"
  " seen INTEGER NOT NULL, connected INTEGER NOT NULL);"
  "CREATE TABLE record (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL, received TEXT,"
  " holder BLOB NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE provider (key BLOB NOT NULL, peer BLOB NOT NULL, expires INTEGER NOT NULL,"
  " PRIMARY KEY (key, peer));"
  "CREATE TABLE provider_peer (peer BLOB PRIMARY KEY NOT NULL, addresses BLOB NOT NULL,"
  " expires INTEGER NOT NULL);"
  "CREATE TABLE publication (kind INTEGER NOT NULL, key BLOB NOT NULL, value BLOB,"
  " created INTEGER NOT NULL, last_run INTEGER NOT NULL, next_run INTEGER NOT NULL,"
  " stored INTEGER NOT NULL, wanted INTEGER NOT NULL, failures INTEGER NOT NULL,"
  " error_code INTEGER NOT NULL, error TEXT, PRIMARY KEY (kind, key));",
  /* 2: one key is published for several, who are told apart by a tag; records say who published
   * them, and for how long; rows that were left over can be told. */
  "ALTER TABLE peer ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE record ADD COLUMN publisher BLOB;"
  "ALTER TABLE record ADD COLUMN ttl INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE record ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE provider ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE provider_peer ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE publication RENAME TO publication_1;"
  "CREATE TABLE publication (kind INTEGER NOT NULL, key BLOB NOT NULL, tag TEXT NOT NULL,"
  " value BLOB, created INTEGER NOT NULL, last_run INTEGER NOT NULL, next_run INTEGER NOT NULL,"
  " stored INTEGER NOT NULL, wanted INTEGER NOT NULL, failures INTEGER NOT NULL,"
  " error_code INTEGER NOT NULL, error TEXT, generation INTEGER NOT NULL DEFAULT 0,"
  " PRIMARY KEY (kind, key, tag));"
  "INSERT INTO publication (kind, key, tag, value, created, last_run, next_run, stored, wanted,"
  " failures, error_code, error) SELECT kind, key, '', value, created, last_run, next_run, stored,"
  " wanted, failures, error_code, error FROM publication_1;"
  "DROP TABLE publication_1;",
};

static KadDatabaseVerdict
judge_io (sqlite3 *db, int code, GError **error)
{
  int number = sqlite3_system_errno (db);

  if (code == SQLITE_FULL || number == ENOSPC || number == EDQUOT)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "the disk is full");
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "%s%s%s", sqlite3_errmsg (db),
                 number != 0 ? ": " : "", number != 0 ? g_strerror (number) : "");
  return KAD_DATABASE_UNAVAILABLE;
}

KadDatabaseVerdict
kad_database_schema_judge (sqlite3 *db, int code, GError **error)
{
  switch (code & 0xff)
    {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
      return KAD_DATABASE_OK;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return judge_io (db, code & 0xff, error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "another program has it open");
      return KAD_DATABASE_UNAVAILABLE;
    case SQLITE_NOMEM:
    case SQLITE_MISUSE:
    case SQLITE_INTERRUPT:
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, sqlite3_errstr (code));
      return KAD_DATABASE_UNAVAILABLE;
    default: /* CORRUPT, NOTADB; ERROR: a table is missing or another one */
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT, sqlite3_errmsg (db));
      return KAD_DATABASE_DAMAGED;
    }
}

static KadDatabaseVerdict
query_number (sqlite3 *db, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);
  KadDatabaseVerdict verdict;

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  *number = code == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  verdict = kad_database_schema_judge (db, code, error);
  sqlite3_finalize (statement);
  return verdict;
}

static KadDatabaseVerdict
execute (sqlite3 *db, const char *sql, GError **error)
{
  return kad_database_schema_judge (db, sqlite3_exec (db, sql, NULL, NULL, NULL), error);
}

static KadDatabaseVerdict
check_owner (gint64 version, gint64 application, gint64 n_tables, GError **error)
{
  if (version == 0 && application == 0 && n_tables == 0)
    return KAD_DATABASE_OK;
  if (application != KAD_DATABASE_APPLICATION_ID || version < 1)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                           "it is a database of another program");
      return KAD_DATABASE_DAMAGED;
    }
  if (version > KAD_DATABASE_VERSION)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                   "it was written by a newer Kad (version %" G_GINT64_FORMAT
                   " of the database; this one knows %d)",
                   version, KAD_DATABASE_VERSION);
      return KAD_DATABASE_DAMAGED;
    }
  return KAD_DATABASE_OK;
}

static KadDatabaseVerdict
migrate (sqlite3 *db, guint from, GError **error)
{
  g_autofree char *marks = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                            KAD_DATABASE_APPLICATION_ID, KAD_DATABASE_VERSION);
  KadDatabaseVerdict verdict = execute (db, "BEGIN IMMEDIATE", error);

  for (guint i = from; i < KAD_DATABASE_VERSION && verdict == KAD_DATABASE_OK; i++)
    verdict = execute (db, steps[i], error);
  if (verdict == KAD_DATABASE_OK)
    verdict = execute (db, marks, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = execute (db, "COMMIT", error);
  if (verdict != KAD_DATABASE_OK && !sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return verdict;
}

KadDatabaseVerdict
kad_database_schema_prepare (sqlite3 *db, GError **error)
{
  gint64 version = 0, application = 0, n_tables = 0;
  KadDatabaseVerdict verdict = query_number (db, "PRAGMA user_version", &version, error);

  if (verdict == KAD_DATABASE_OK)
    verdict = query_number (db, "PRAGMA application_id", &application, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = query_number (db, "SELECT count (*) FROM sqlite_schema", &n_tables, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = check_owner (version, application, n_tables, error);
  if (verdict == KAD_DATABASE_OK && version < KAD_DATABASE_VERSION)
    verdict = migrate (db, (guint) version, error);
  return verdict;
}
