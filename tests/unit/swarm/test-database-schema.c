/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-database-schema.h"
#include "kad-database-testing.h"

/* As version 1 made it, once and for all: what is here is not changed when the schema is. */
static const char *const version_1
    = "PRAGMA journal_mode = WAL;"
      "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value);"
      "INSERT INTO meta VALUES ('created', 1790000000);"
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
      " error_code INTEGER NOT NULL, error TEXT, PRIMARY KEY (kind, key));"
      "PRAGMA application_id = 1264673841; PRAGMA user_version = 1;"
      "INSERT INTO peer VALUES (x'0102', x'', 11, 1);"
      "INSERT INTO record VALUES (x'2f76', x'0a', 'then', x'0102', 12);"
      "INSERT INTO provider VALUES (x'31', x'0102', 13);"
      "INSERT INTO provider_peer VALUES (x'0102', x'', 14);"
      "INSERT INTO publication VALUES (0, x'41', NULL, 1, 2, 3, 4, 5, 6, 0, NULL);"
      "INSERT INTO publication VALUES (1, x'41', x'42', 1, 2, 3, 18, 20, 0, 12, 'late');";

static void
execute (const char *path, const char *sql)
{
  char *message = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

static gint64
query (const char *path, const char *sql)
{
  sqlite3_stmt *statement;
  sqlite3 *db;
  gint64 number;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

static GPtrArray *
load (Bench *bench, KadDatabaseTable table)
{
  GPtrArray *rows = bench_new_rows ();

  bench_open (bench);
  g_assert_true (kad_database_load_now (bench->database, table, rows));
  bench_close (bench);
  return rows;
}

static void
test_new_file (void)
{
  g_auto (Bench) bench = { 0 };

  g_test_summary ("A new file is of our version, and known as ours");

  bench_init (&bench);
  bench_open (&bench);
  bench_close (&bench);
  g_assert_cmpint (query (bench.path, "PRAGMA user_version"), ==, KAD_DATABASE_VERSION);
  g_assert_cmpint (query (bench.path, "PRAGMA application_id"), ==, KAD_DATABASE_APPLICATION_ID);
  g_assert_cmpint (query (bench.path, "SELECT value > 1700000000 FROM meta WHERE name = 'created'"),
                   ==, 1);
}

static void
test_from_version_1 (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GPtrArray) publications = NULL;
  const KadDatabaseRow *row;

  g_test_summary ("A file of version 1 is brought up to ours, and keeps every row");

  bench_init (&bench);
  execute (bench.path, version_1);
  publications = load (&bench, KAD_DATABASE_PUBLICATION);
  g_assert_cmpint (query (bench.path, "PRAGMA user_version"), ==, KAD_DATABASE_VERSION);
  g_assert_cmpuint (publications->len, ==, 2);
  row = publications->pdata[1];
  g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_KIND].number, ==, 1);
  g_assert_cmpstr (row->cells[KAD_PUBLICATION_ROW_TAG].text, ==, "");
  g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_STORED].number, ==, 18);
  g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_ERROR_CODE].number, ==, 12);
  g_assert_cmpstr (row->cells[KAD_PUBLICATION_ROW_ERROR].text, ==, "late");
  for (KadDatabaseTable table = 0; table < KAD_DATABASE_PUBLICATION; table++)
    {
      g_autoptr (GPtrArray) rows = load (&bench, table);

      g_assert_cmpuint (rows->len, ==, 1);
    }
  g_assert_cmpint (query (bench.path, "SELECT value FROM meta WHERE name = 'created'"), ==,
                   1790000000);
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 0);
  g_assert_cmpstr (bench.warnings->str, ==, "");
}

static void
test_migrated_is_as_new (void)
{
  g_auto (Bench) migrated = { 0 };
  g_auto (Bench) fresh = { 0 };

  g_test_summary ("What was migrated has the same columns in the same order as what is new");

  bench_init (&migrated);
  bench_init (&fresh);
  execute (migrated.path, version_1);
  bench_open (&migrated);
  bench_close (&migrated);
  bench_open (&fresh);
  bench_close (&fresh);
  {
    g_autofree char *sql = g_strdup_printf (
        "ATTACH '%s' AS fresh;"
        "CREATE TEMP TABLE a AS SELECT name, sql FROM main.sqlite_schema ORDER BY name;"
        "CREATE TEMP TABLE b AS SELECT name, sql FROM fresh.sqlite_schema ORDER BY name;"
        "CREATE TEMP TABLE same (n INTEGER CHECK (n = 0));"
        "INSERT INTO same SELECT count (*) FROM (SELECT * FROM a EXCEPT SELECT * FROM b);"
        "INSERT INTO same SELECT count (*) FROM (SELECT * FROM b EXCEPT SELECT * FROM a);",
        fresh.path);

    execute (migrated.path, sql);
  }
}

static void
test_half_a_migration (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GPtrArray) rows = NULL;

  g_test_summary ("A migration that fails changes nothing: the file is set aside as it was");

  bench_init (&bench);
  execute (bench.path, version_1);
  /* In the way of the second step. */
  execute (bench.path, "CREATE TABLE publication_1 (x)");
  rows = load (&bench, KAD_DATABASE_PUBLICATION);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 1);
  {
    g_autoptr (GDir) dir = g_dir_open (bench.folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL)
      if (strstr (name, ".damaged-") != NULL && !g_str_has_suffix (name, "-wal"))
        {
          g_autofree char *path = g_build_filename (bench.folder, name, NULL);

          g_assert_cmpint (query (path, "PRAGMA user_version"), ==, 1);
          g_assert_cmpint (query (path, "SELECT count (*) FROM publication"), ==, 2);
        }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/database-schema/new", test_new_file);
  g_test_add_func ("/swarm/database-schema/from-version-1", test_from_version_1);
  g_test_add_func ("/swarm/database-schema/as-new", test_migrated_is_as_new);
  g_test_add_func ("/swarm/database-schema/half", test_half_a_migration);
  return g_test_run ();
}
