/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks that are full, read-only or broken, without a disk: SQLite's own layer below says so. */
#include <errno.h>
#include <string.h>

#include "kad-database-testing.h"

/* ---- a disk that fails ---- */

static int failure; /* SQLITE_OK: none. Atomic: the thread writes */

#define MAX_METHODS 8

static struct
{
  const sqlite3_io_methods *real;
  sqlite3_io_methods ours;
} methods[MAX_METHODS];

static const sqlite3_io_methods *
get_real (sqlite3_file *file)
{
  for (guint i = 0; i < MAX_METHODS; i++)
    if (file->pMethods == &methods[i].ours)
      return methods[i].real;
  g_assert_not_reached ();
}

static int
fail_or_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  int code = g_atomic_int_get (&failure);

  return code != SQLITE_OK ? code : get_real (file)->xWrite (file, data, len, offset);
}

static int
fail_or_sync (sqlite3_file *file, int flags)
{
  int code = g_atomic_int_get (&failure);

  return code != SQLITE_OK ? code : get_real (file)->xSync (file, flags);
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  sqlite3_vfs *real = vfs->pAppData;
  int code = real->xOpen (real, name, file, flags, out_flags);

  if (code != SQLITE_OK || file->pMethods == NULL)
    return code;
  for (guint i = 0; i < MAX_METHODS; i++)
    {
      if (methods[i].real != NULL && methods[i].real != file->pMethods)
        continue;
      if (methods[i].real == NULL)
        {
          methods[i].real = file->pMethods;
          methods[i].ours = *file->pMethods;
          methods[i].ours.xWrite = fail_or_write;
          methods[i].ours.xSync = fail_or_sync;
        }
      file->pMethods = &methods[i].ours;
      return SQLITE_OK;
    }
  g_assert_not_reached ();
}

static int
delete_file (sqlite3_vfs *vfs, const char *name, int sync_dir)
{
  sqlite3_vfs *real = vfs->pAppData;

  return real->xDelete (real, name, sync_dir);
}

static int
access_file (sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
  sqlite3_vfs *real = vfs->pAppData;

  return real->xAccess (real, name, flags, result);
}

static int
full_path (sqlite3_vfs *vfs, const char *name, int len, char *path)
{
  sqlite3_vfs *real = vfs->pAppData;

  return real->xFullPathname (real, name, len, path);
}

static void
use_failing_disk (void)
{
  static sqlite3_vfs ours;
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  ours = *real;
  ours.zName = "failing";
  ours.pAppData = real;
  ours.pNext = NULL;
  ours.xOpen = open_file;
  ours.xDelete = delete_file;
  ours.xAccess = access_file;
  ours.xFullPathname = full_path;
  g_assert_cmpint (sqlite3_vfs_register (&ours, 1), ==, SQLITE_OK);
}

/* ---- tests ---- */

static void
write_anew (Bench *bench, guint n)
{
  kad_database_begin_rewrite (bench->database);
  for (guint i = 0; i < n; i++)
    kad_database_put (bench->database, bench_new_provider (i));
  for (guint i = 0; i < KAD_DATABASE_N_TABLES; i++)
    kad_database_sweep (bench->database, i);
  kad_database_end_rewrite (bench->database);
}

/* A flush has the disk tried again, no more often than each second. */
static void
recover (Bench *bench)
{
  gint64 give_up_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  guint before = bench->n_rewrites;

  while (bench->n_rewrites == before && g_get_monotonic_time () < give_up_us)
    {
      g_autoptr (GError) trouble = kad_database_dup_trouble (bench->database);

      if (trouble != NULL)
        g_clear_error (&(GError *){ bench_flush (bench) });
      g_usleep (100000);
      g_main_context_iteration (bench->context, FALSE);
    }
  g_assert_cmpuint (bench->n_rewrites, ==, before + 1);
}

static void
test_full (gconstpointer code)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  g_test_summary ("A disk that cannot be written: the flush says so, and later nothing is missing");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 100; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  g_assert_no_error (bench_flush (&bench));

  g_atomic_int_set (&failure, GPOINTER_TO_INT (code));
  kad_database_put (bench.database, bench_new_provider (100));
  error = bench_flush (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, bench.path));
  if (GPOINTER_TO_INT (code) == SQLITE_FULL)
    g_assert_nonnull (strstr (error->message, "the disk is full"));
  bench_run_until (&bench, bench.warnings->len > 0);
  again = bench_flush (&bench);
  g_assert_error (again, KAD_ERROR, KAD_ERROR_FAILED);
  for (guint i = 0; i < 100000; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  g_assert_cmpuint (bench.n_rewrites, ==, 0);

  g_atomic_int_set (&failure, SQLITE_OK);
  recover (&bench);
  write_anew (&bench, 150);
  g_assert_no_error (bench_flush (&bench));
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 150);
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 0);
}

static void
test_one_warning (void)
{
  g_auto (Bench) bench = { 0 };
  g_auto (GStrv) lines = NULL;

  g_test_summary ("However often it fails, one warning tells it");

  bench_init (&bench);
  bench_start (&bench);
  g_atomic_int_set (&failure, SQLITE_FULL);
  for (guint i = 0; i < 20; i++)
    {
      kad_database_put (bench.database, bench_new_provider (i));
      g_clear_error (&(GError *){ bench_flush (&bench) });
      g_usleep (100000);
    }
  g_atomic_int_set (&failure, SQLITE_OK);
  lines = g_strsplit (bench.warnings->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2); /* the last one is empty */
}

static void
test_full_from_the_beginning (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GPtrArray) rows = bench_new_rows ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A node that starts on a full disk runs in memory, and has its file later");

  bench_init (&bench);
  g_atomic_int_set (&failure, SQLITE_FULL);
  bench_open (&bench);
  g_assert_false (kad_database_load_now (bench.database, KAD_DATABASE_PEER, rows));
  kad_database_start (bench.database);
  error = bench_flush (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "the disk is full"));
  g_atomic_int_set (&failure, SQLITE_OK);
  recover (&bench);
  write_anew (&bench, 3);
  bench_close (&bench);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 3);
}

static void
test_stopping_while_it_is_full (void)
{
  g_auto (Bench) bench = { 0 };

  g_test_summary ("A node stops at once on a full disk, and what was there before is there after");

  bench_init (&bench);
  bench_start (&bench);
  for (guint i = 0; i < 10; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  g_assert_no_error (bench_flush (&bench));
  g_atomic_int_set (&failure, SQLITE_FULL);
  for (guint i = 0; i < 1000; i++)
    kad_database_put (bench.database, bench_new_provider (i));
  bench_close (&bench);
  g_atomic_int_set (&failure, SQLITE_OK);
  g_assert_cmpuint (bench_count (&bench, KAD_DATABASE_PROVIDER), ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  use_failing_disk ();
  g_test_add_data_func ("/swarm/database-full/full", GINT_TO_POINTER (SQLITE_FULL), test_full);
  g_test_add_data_func ("/swarm/database-full/broken", GINT_TO_POINTER (SQLITE_IOERR_WRITE),
                        test_full);
  g_test_add_data_func ("/swarm/database-full/read-only", GINT_TO_POINTER (SQLITE_READONLY),
                        test_full);
  g_test_add_func ("/swarm/database-full/one-warning", test_one_warning);
  g_test_add_func ("/swarm/database-full/from-the-beginning", test_full_from_the_beginning);
  g_test_add_func ("/swarm/database-full/stop", test_stopping_while_it_is_full);
  return g_test_run ();
}
