/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "kad-database.h"
#include "kad-error.h"

G_BEGIN_DECLS

/* A folder that goes with its test, rows to put into it, and what a database tells. */

typedef struct
{
  KadDatabase *database;
  GMainContext *context;
  char *folder;
  char *path;
  guint n_rewrites;
  GString *warnings;
} Bench;

static inline void
bench_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  Bench *self = user_data;

  if ((level & G_LOG_LEVEL_WARNING) != 0)
    g_string_append_printf (self->warnings, "%s\n", message);
  else if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR)) != 0)
    g_log_default_handler (domain, level, message, NULL);
}

static inline void
bench_rewrite (gpointer user_data)
{
  ((Bench *) user_data)->n_rewrites++;
}

static const KadDatabaseDelegate bench_delegate = { .rewrite = bench_rewrite };

static inline void
bench_init (Bench *self)
{
  *self = (Bench){ .context = g_main_context_new () };
  self->folder = g_dir_make_tmp ("kad-database-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "kad.db", NULL);
  self->warnings = g_string_new (NULL);
  /* A warning is what is expected here, not a failure. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_FLAG_RECURSION);
  g_log_set_default_handler (bench_log, self);
}

static inline void
bench_open (Bench *self)
{
  g_autoptr (GError) error = NULL;

  self->database = kad_database_open (self->folder, self->context, &bench_delegate, self, &error);
  g_assert_no_error (error);
}

static inline void
bench_start (Bench *self)
{
  bench_open (self);
  kad_database_start (self->database);
}

static inline void
bench_close (Bench *self)
{
  g_clear_pointer (&self->database, kad_database_close);
}

static inline void
bench_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      bench_remove (inner);
    }
  g_remove (path);
}

static inline void
bench_clear (Bench *self)
{
  bench_close (self);
  g_log_set_default_handler (g_log_default_handler, NULL);
  bench_remove (self->folder);
  g_main_context_unref (self->context);
  g_string_free (self->warnings, TRUE);
  g_free (self->folder);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static inline KadDatabaseRow *
bench_new_provider (guint number)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PROVIDER);

  kad_database_row_set_bytes (row, KAD_PROVIDER_KEY, &number, sizeof number);
  kad_database_row_set_bytes (row, KAD_PROVIDER_PEER_ID, "peer", 4);
  kad_database_row_set_number (row, KAD_PROVIDER_EXPIRES, number * 1000);
  return row;
}

static inline KadDatabaseRow *
bench_new_publication (const char *key, const char *tag, gint64 next_run_us)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PUBLICATION);

  kad_database_row_set_bytes (row, KAD_PUBLICATION_ROW_KEY, key, strlen (key));
  kad_database_row_set_text (row, KAD_PUBLICATION_ROW_TAG, tag);
  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_NEXT_RUN, next_run_us);
  return row;
}

typedef struct
{
  gboolean is_done;
  GError *error;
} Flushed;

static inline void
bench_on_flushed (gpointer user_data, const GError *error)
{
  Flushed *self = user_data;

  self->is_done = TRUE;
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

#define bench_run_until(bench, condition)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 give_up_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                             \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration ((bench)->context, FALSE))                                   \
          g_usleep (200);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* NULL: it is on the disk. */
static inline GError *
bench_flush (Bench *self)
{
  Flushed flushed = { 0 };

  kad_database_flush (self->database, bench_on_flushed, &flushed);
  g_assert_false (flushed.is_done);
  bench_run_until (self, flushed.is_done);
  return flushed.error;
}

static inline GPtrArray *
bench_new_rows (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) (gpointer) kad_database_row_free);
}

/* How many rows of a table the file has: of a database that is closed. */
static inline guint
bench_count (Bench *self, KadDatabaseTable table)
{
  g_autoptr (GPtrArray) rows = bench_new_rows ();

  bench_open (self);
  g_assert_true (kad_database_load_now (self->database, table, rows));
  bench_close (self);
  return rows->len;
}

static inline guint
bench_count_damaged (Bench *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "kad.db.damaged-") && !g_str_has_suffix (name, "-wal");
  return n;
}

G_END_DECLS
