/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-database-testing.h"

/* ---- what is kept ---- */

static void
test_what_was_flushed_is_there (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GPtrArray) rows = bench_new_rows ();
  const KadDatabaseRow *row;

  g_test_summary ("What was put and flushed is read again, to the last cell");

  bench_init (&bench);
  bench_start (&bench);
  row = NULL;
  {
    KadDatabaseRow *put = bench_new_publication ("key", "tag", 1795251914000000);

    kad_database_row_set_number (put, KAD_PUBLICATION_ROW_KIND, 1);
    kad_database_row_set_bytes (put, KAD_PUBLICATION_ROW_VALUE, "", 0);
    kad_database_row_set_text (put, KAD_PUBLICATION_ROW_ERROR, "nobody");
    kad_database_put (bench.database, put);
  }
  g_assert_no_error (bench_flush (&bench));
  bench_close (&bench);
  bench_open (&bench);
  g_assert_true (kad_database_load_now (bench.database, KAD_DATABASE_PUBLICATION, rows));
  g_assert_cmpuint (rows->len, ==, 1);
  row = rows->pdata[0];
  g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_KIND].number, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (row->cells[KAD_PUBLICATION_ROW_KEY].bytes, NULL),
                   g_bytes_get_size (row->cells[KAD_PUBLICATION_ROW_KEY].bytes), "key", 3);
  g_assert_cmpstr (row->cells[KAD_PUBLICATION_ROW_TAG].text, ==, "tag");
  g_assert_nonnull (row->cells[KAD_PUBLICATION_ROW_VALUE].bytes);
  g_assert_cmpuint (g_bytes_get_size (row->cells[KAD_PUBLICATION_ROW_VALUE].bytes), ==, 0);
  g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_NEXT_RUN].number, ==, 1795251914000000);
  g_assert_cmpstr (row->cells[KAD_PUBLICATION_ROW_ERROR].text, ==, "nobody");
  g_assert_cmpstr (bench.warnings->str, ==, "");
}

static void
test_modes (void)
{
  g_auto (Bench) bench = { 0 };
  struct stat status;

  g_test_summary ("Nobody else can read the file, its log or its lock, nor see the folder");

  bench_init (&bench);
  g_assert_cmpint (g_rmdir (bench.folder), ==, 0);
  bench_start (&bench);
  g_assert_no_error (bench_flush (&bench));
  g_assert_cmpint (stat (bench.folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpint (stat (bench.path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path
          = g_build_filename (bench.folder, i == 0 ? "kad.db-wal" : "kad.lock", NULL);

      g_assert_cmpint (stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0777, ==, 0600);
    }
}

static void
test_the_last_word_counts (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GPtrArray) rows = bench_new_rows ();

  g_test_summary ("Of several words on one row the last one is kept");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 1000; i++)
    {
      kad_database_put (bench.database, bench_new_publication ("a", "", i));
      kad_database_put (bench.database, bench_new_publication ("b", "", i));
      kad_database_remove (bench.database, bench_new_publication ("b", "", i));
      kad_database_put (bench.database, bench_new_publication ("a", "other", i));
    }
  bench_close (&bench);
  bench_open (&bench);
  g_assert_true (kad_database_load_now (bench.database, KAD_DATABASE_PUBLICATION, rows));
  g_assert_cmpuint (rows->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const KadDatabaseRow *row = rows->pdata[i];

      g_assert_cmpint (row->cells[KAD_PUBLICATION_ROW_NEXT_RUN].number, ==, 999);
    }
}

/* What a process that is killed now would leave. */
static void
bench_copy (Bench *from, Bench *to)
{
  static const char *const suffixes[] = { "", "-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *source = g_strconcat (from->path, suffixes[i], NULL);
      g_autofree char *target = g_strconcat (to->path, suffixes[i], NULL);
      g_autofree char *data = NULL;
      gsize len;

      g_unlink (target);
      if (g_file_get_contents (source, &data, &len, NULL))
        g_assert_true (g_file_set_contents (target, data, (gssize) len, NULL));
    }
}

static void
test_groups (void)
{
  g_auto (Bench) bench = { 0 };
  g_auto (Bench) other = { 0 };

  g_test_summary ("What nobody waits for is in the file soon, for a process that was killed, too");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 5000; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  bench_init (&other);
  for (guint i = 0; i < 200 && bench_count (&other, KAD_DATABASE_PROVIDER) < 5000; i++)
    {
      g_usleep (KAD_DATABASE_GROUP_US);
      bench_copy (&bench, &other);
    }
  g_assert_cmpuint (bench_count (&other, KAD_DATABASE_PROVIDER), ==, 5000);
  kad_database_remove (bench.database, bench_new_provider (17));
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 4999);
}

typedef struct
{
  Bench *bench;
  guint n_rows, n_pages;
  gboolean is_end;
} Reading;

static void
on_page (gpointer user_data, GPtrArray *rows, gint64 after, gboolean is_end, const GError *error)
{
  Reading *self = user_data;

  g_assert_no_error (error);
  self->n_rows += rows->len;
  self->n_pages++;
  self->is_end = is_end;
  if (!is_end)
    kad_database_load (self->bench->database, KAD_DATABASE_PROVIDER, after, 100, on_page, self);
}

static void
test_pages (void)
{
  g_auto (Bench) bench = { 0 };
  Reading reading = { .bench = &bench };

  g_test_summary ("Rows are read a page at a time, each of them once");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 1000; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  g_assert_no_error (bench_flush (&bench));
  kad_database_load (bench.database, KAD_DATABASE_PROVIDER, 0, 100, on_page, &reading);
  bench_run_until (&bench, reading.is_end);
  g_assert_cmpuint (reading.n_rows, ==, 1000);
  g_assert_cmpuint (reading.n_pages, ==, 11);
}

static void
test_one_node_a_folder (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *pid = g_strdup_printf ("process %d", (int) getpid ());

  g_test_summary (
      "A second one is refused, by name of the first; after its end the folder is free");

  bench_init (&bench);
  bench_start (&bench);
  g_assert_null (kad_database_open (bench.folder, bench.context, &bench_delegate, &bench, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, pid));
  g_assert_nonnull (strstr (error->message, bench.folder));
  bench_close (&bench);
  bench_start (&bench);
}

/* ---- writing anew ---- */

static void
test_whether_there_are_publications (void)
{
  g_auto (Bench) bench = { 0 };
  g_autofree char *nowhere = NULL;

  g_test_summary ("Whether a folder has publications is known without a node, and looking makes "
                  "no files");

  bench_init (&bench);
  nowhere = g_build_filename (bench.folder, "nowhere", NULL);
  g_assert_false (kad_database_has_publications (nowhere));
  g_assert_false (g_file_test (nowhere, G_FILE_TEST_EXISTS));
  g_assert_false (kad_database_has_publications (bench.folder));
  g_assert_false (g_file_test (bench.path, G_FILE_TEST_EXISTS));
  bench_start (&bench);
  g_assert_no_error (bench_flush (&bench));
  bench_close (&bench);
  g_assert_false (kad_database_has_publications (bench.folder));
  bench_open (&bench);
  kad_database_start (bench.database);
  kad_database_put (bench.database, bench_new_publication ("key", "tag", 1795251914000000));
  g_assert_no_error (bench_flush (&bench));
  /* A node has the folder. */
  g_assert_false (kad_database_has_publications (bench.folder));
  bench_close (&bench);
  g_assert_true (kad_database_has_publications (bench.folder));
  g_assert_true (kad_database_has_publications (bench.folder));
  g_assert_true (g_file_set_contents (bench.path, "no database at all, but text", -1, NULL));
  g_assert_false (kad_database_has_publications (bench.folder));
  g_assert_cmpint (g_unlink (bench.path), ==, 0);
  g_assert_false (kad_database_has_publications (bench.folder));
  g_assert_cmpstr (bench.warnings->str, ==, "");
}

static void
test_overflow_asks_for_a_rewrite (void)
{
  g_auto (Bench) bench = { 0 };
  Flushed flushed = { 0 };

  g_test_summary (
      "More rows than may wait are dropped, and asked for anew; a flush waits for that");

  bench_init (&bench);
  bench_open (&bench); /* the thread does not run: nothing leaves the queue */
  kad_database_put (bench.database, bench_new_provider (1000000));
  for (guint i = 0; i < 65537; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  bench_run_until (&bench, bench.n_rewrites == 1);
  g_assert_true (kad_database_is_behind (bench.database));
  kad_database_start (bench.database);
  kad_database_flush (bench.database, bench_on_flushed, &flushed);
  g_usleep (100000);
  g_assert_false (g_main_context_iteration (bench.context, FALSE));

  kad_database_begin_rewrite (bench.database);
  g_assert_false (kad_database_is_behind (bench.database));
  for (guint i = 0; i < 10; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  kad_database_sweep (bench.database, KAD_DATABASE_PROVIDER);
  g_assert_false (flushed.is_done);
  kad_database_end_rewrite (bench.database);
  bench_run_until (&bench, flushed.is_done);
  g_assert_no_error (flushed.error);
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 10);
}

static void
test_a_sweep_leaves_what_is_new (void)
{
  g_auto (Bench) bench = { 0 };

  g_test_summary ("After a rewrite only what was written in it is left, also over restarts");

  bench_init (&bench);
  for (guint round = 0; round < 3; round++)
    {
      bench_start (&bench);
      for (guint i = 0; i < 100; i++)
        kad_database_put (bench.database, bench_new_provider (1000 * round + i));
      g_assert_no_error (bench_flush (&bench));
      kad_database_begin_rewrite (bench.database);
      for (guint i = 0; i < 7; i++)
        kad_database_put (bench.database, bench_new_provider (1000 * round + i));
      kad_database_sweep (bench.database, KAD_DATABASE_PROVIDER);
      kad_database_end_rewrite (bench.database);
      bench_close (&bench);
      g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 7);
    }
}

/* ---- damage ---- */

typedef void (*Damage) (Bench *bench);

static void
write_over (Bench *bench, const char *suffix, gsize offset, gsize len, int byte)
{
  g_autofree char *path = g_strconcat (bench->path, suffix, NULL);
  g_autofree char *data = g_malloc (len);
  int fd = g_open (path, O_RDWR | O_CREAT, 0600);

  memset (data, byte, len);
  g_assert_cmpint (pwrite (fd, data, len, (off_t) offset), ==, (gssize) len);
  g_close (fd, NULL);
}

static void
no_database (Bench *bench)
{
  g_assert_true (
      g_file_set_contents (bench->path, "This is no database, but some text.\n", -1, NULL));
}

static void
overwrite_header (Bench *bench)
{
  write_over (bench, "", 0, 100, 0xff);
}

static void
overwrite_pages (Bench *bench)
{
  write_over (bench, "", 4096, 8192, 0xa5);
}

static void
cut_short (Bench *bench)
{
  g_assert_cmpint (truncate (bench->path, 4096 + 100), ==, 0);
}

static void
make_folder (Bench *bench)
{
  g_unlink (bench->path);
  g_assert_cmpint (g_mkdir (bench->path, 0700), ==, 0);
}

static void
make_fifo (Bench *bench)
{
  g_unlink (bench->path);
  g_assert_cmpint (mkfifo (bench->path, 0600), ==, 0);
}

static void
make_link (Bench *bench)
{
  g_unlink (bench->path);
  g_assert_cmpint (symlink ("/nowhere/at/all", bench->path), ==, 0);
}

static void
execute (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
of_another_program (Bench *bench)
{
  g_unlink (bench->path);
  execute (bench->path, "CREATE TABLE bookmarks (url TEXT)");
}

static void
without_a_table (Bench *bench)
{
  execute (bench->path, "DROP TABLE provider");
}

static void
of_a_newer_version (Bench *bench)
{
  execute (bench->path, "PRAGMA user_version = 3");
}

static void
without_permission (Bench *bench)
{
  g_assert_cmpint (g_chmod (bench->path, 0), ==, 0);
}

static const struct
{
  const char *name;
  Damage damage;
  const char *says;
} damages[] = {
  { "no-database", no_database, "not a database" },
  { "header", overwrite_header, "not a database" },
  { "pages", overwrite_pages, "" },
  { "cut-short", cut_short, "" },
  { "folder", make_folder, "no regular file" },
  { "fifo", make_fifo, "no regular file" },
  { "link", make_link, "no regular file" },
  { "another-program", of_another_program, "another program" },
  { "without-a-table", without_a_table, "provider" },
  { "newer", of_a_newer_version, "newer Kad (version 3" },
  { "permission", without_permission, "may not be read" },
};

static void
fill (Bench *bench)
{
  bench_start (bench);
  for (guint i = 0; i < 1000; i++)
    kad_database_put (bench->database, bench_new_provider (i));
  bench_close (bench);
}

static void
test_damaged (gconstpointer number)
{
  guint i = GPOINTER_TO_UINT (number);
  g_auto (Bench) bench = { 0 };

  g_test_summary ("Whatever is wrong with the file: it is set aside, and a new one begun");

  bench_init (&bench);
  fill (&bench);
  damages[i].damage (&bench);
  bench_start (&bench);
  g_assert_nonnull (strstr (bench.warnings->str, bench.path));
  g_assert_nonnull (strstr (bench.warnings->str, "kad.db.damaged-"));
  g_assert_nonnull (strstr (bench.warnings->str, damages[i].says));
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 1);
  kad_database_put (bench.database, bench_new_provider (5));
  g_assert_no_error (bench_flush (&bench));
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 1);
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 1);
}

static void
test_three_are_kept (void)
{
  g_auto (Bench) bench = { 0 };

  g_test_summary ("Of the files that were set aside the last three stay");

  bench_init (&bench);
  for (guint i = 0; i < 6; i++)
    {
      no_database (&bench);
      bench_start (&bench);
      bench_close (&bench);
    }
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 3);
}

static void
test_a_torn_log (void)
{
  g_auto (Bench) bench = { 0 };
  g_autofree char *copy = NULL;
  g_autofree char *data = NULL;
  gsize len;

  g_test_summary ("A log that was cut anywhere gives a whole state from before, and no complaint");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 100; i++)
    {
      kad_database_put (bench.database, bench_new_provider (i));
      g_assert_no_error (bench_flush (&bench));
    }
  copy = g_strconcat (bench.path, "-wal", NULL);
  g_assert_true (g_file_get_contents (copy, &data, &len, NULL));
  g_assert_cmpuint (len, >, 50000);
  bench_close (&bench);
  for (gsize cut = 30; cut < len; cut += len / 13)
    {
      g_assert_cmpint (g_unlink (bench.path), ==, 0);
      bench_start (&bench); /* a new file, whose log the old one replaces */
      bench_close (&bench);
      g_assert_cmpint (g_unlink (bench.path), ==, 0);
      g_assert_true (g_file_set_contents (bench.path, "", 0, NULL));
      g_assert_true (g_file_set_contents (copy, data, (gssize) cut, NULL));
      g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), <=, 100);
    }
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 0);
}

static void
test_damage_while_it_runs (void)
{
  g_auto (Bench) bench = { 0 };
  Flushed flushed = { 0 };
  GStatBuf status;

  g_test_summary ("Damage that is met later: another file, everything anew, and the flush is true");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 60000; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  bench_close (&bench);
  bench_start (&bench);
  g_assert_cmpint (g_stat (bench.path, &status), ==, 0);
  write_over (&bench, "", 4096, (gsize) status.st_size - 4096, 0xa5);
  for (guint i = 0; i < 60000; i += 100)
    kad_database_put (bench.database, bench_new_provider (i));
  kad_database_flush (bench.database, bench_on_flushed, &flushed);
  bench_run_until (&bench, bench.n_rewrites == 1);
  g_assert_false (flushed.is_done);
  g_assert_nonnull (strstr (bench.warnings->str, "kad.db.damaged-"));
  kad_database_begin_rewrite (bench.database);
  for (guint i = 0; i < 3; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  kad_database_sweep (bench.database, KAD_DATABASE_PROVIDER);
  kad_database_end_rewrite (bench.database);
  bench_run_until (&bench, flushed.is_done);
  g_assert_no_error (flushed.error);
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/database/flushed", test_what_was_flushed_is_there);
  g_test_add_func ("/swarm/database/modes", test_modes);
  g_test_add_func ("/swarm/database/last-word", test_the_last_word_counts);
  g_test_add_func ("/swarm/database/groups", test_groups);
  g_test_add_func ("/swarm/database/pages", test_pages);
  g_test_add_func ("/swarm/database/one-node-a-folder", test_one_node_a_folder);
  g_test_add_func ("/swarm/database/has-publications", test_whether_there_are_publications);
  g_test_add_func ("/swarm/database/overflow", test_overflow_asks_for_a_rewrite);
  g_test_add_func ("/swarm/database/sweep", test_a_sweep_leaves_what_is_new);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/swarm/database/damaged/%s", damages[i].name);

      /* There is nothing that root may not read. */
      if (damages[i].damage != without_permission || geteuid () != 0)
        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_damaged);
    }
  g_test_add_func ("/swarm/database/three-are-kept", test_three_are_kept);
  g_test_add_func ("/swarm/database/torn-log", test_a_torn_log);
  g_test_add_func ("/swarm/database/damage-while-it-runs", test_damage_while_it_runs);
  return g_test_run ();
}
