/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-database-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-error.h"

#define BUSY_TIMEOUT_MS 200

/* What SQLite keeps beside the file. */
static const char *const companions[] = { "", "-wal", "-journal", "-shm" };

void
kad_database_file_init (KadDatabaseFile *self, const char *path)
{
  *self = (KadDatabaseFile){ .path = g_strdup (path) };
}

void
kad_database_file_clear (KadDatabaseFile *self)
{
  kad_database_file_close (self);
  g_clear_pointer (&self->path, g_free);
}

void
kad_database_file_close (KadDatabaseFile *self)
{
  if (self->db == NULL)
    return;
  for (guint i = 0; i < KAD_DATABASE_N_TABLES; i++)
    {
      g_clear_pointer (&self->puts[i], sqlite3_finalize);
      g_clear_pointer (&self->removes[i], sqlite3_finalize);
      g_clear_pointer (&self->sweeps[i], sqlite3_finalize);
      g_clear_pointer (&self->pages[i], sqlite3_finalize);
    }
  g_clear_pointer (&self->set_generation, sqlite3_finalize);
  sqlite3_close (self->db);
  self->db = NULL;
}

/* ---- opening ---- */

static KadDatabaseVerdict
fail (KadDatabaseVerdict verdict, const char *what, GError **error)
{
  g_set_error_literal (error, KAD_ERROR,
                       verdict == KAD_DATABASE_DAMAGED ? KAD_ERROR_CORRUPT : KAD_ERROR_FAILED,
                       what);
  return verdict;
}

static KadDatabaseVerdict
fail_errno (GError **error)
{
  int number = errno;

  if (number == ENOSPC || number == EDQUOT)
    return fail (KAD_DATABASE_UNAVAILABLE, "the disk is full", error);
  return fail (KAD_DATABASE_UNAVAILABLE, g_strerror (number), error);
}

/* SQLite would wait for a FIFO's other end, and make a file that others may read. */
static KadDatabaseVerdict
check_path (KadDatabaseFile *self, goffset *size, GError **error)
{
  struct stat status;
  int fd;

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *path = g_strconcat (self->path, companions[i], NULL);

      if (lstat (path, &status) == 0 && !S_ISREG (status.st_mode))
        return fail (KAD_DATABASE_DAMAGED, "it is no regular file", error);
    }
  *size = 0;
  if (lstat (self->path, &status) == 0)
    {
      *size = status.st_size;
      if (access (self->path, R_OK | W_OK) != 0)
        return errno == EACCES
                   ? fail (KAD_DATABASE_DAMAGED, "it may not be read and written", error)
                   : fail_errno (error);
      if ((status.st_mode & 077) != 0 && chmod (self->path, 0600) != 0)
        return fail_errno (error);
      return KAD_DATABASE_OK;
    }
  if (errno != ENOENT)
    return fail_errno (error);
  fd = open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (error);
  close (fd);
  return KAD_DATABASE_OK;
}

static KadDatabaseVerdict
configure (KadDatabaseFile *self, GError **error)
{
  /* Alone with the file, SQLite needs no shared memory for its log. */
  static const char *const sql
      = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
        "PRAGMA journal_size_limit = 4194304;";
  int code;

  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);
  self->is_durable = FALSE;
  return kad_database_schema_judge (self->db, code, error);
}

static KadDatabaseVerdict
check_pages (KadDatabaseFile *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (self->db, "PRAGMA quick_check (1)", -1, &statement, NULL);
  KadDatabaseVerdict verdict;

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  verdict = kad_database_schema_judge (self->db, code, error);
  if (verdict == KAD_DATABASE_OK && code == SQLITE_ROW
      && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") != 0)
    verdict = fail (KAD_DATABASE_DAMAGED, (const char *) sqlite3_column_text (statement, 0), error);
  sqlite3_finalize (statement);
  return verdict;
}

static KadDatabaseVerdict
prepare (KadDatabaseFile *self, const char *sql, sqlite3_stmt **statement, GError **error)
{
  int code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);

  return kad_database_schema_judge (self->db, code, error);
}

static KadDatabaseVerdict
prepare_table (KadDatabaseFile *self, KadDatabaseTable table, GError **error)
{
  const KadDatabaseLayout *layout = kad_database_layout_get (table);
  g_autoptr (GString) put = g_string_new (NULL);
  g_autoptr (GString) removal = g_string_new (NULL);
  g_autoptr (GString) page = g_string_new ("SELECT rowid");
  g_autofree char *sweep = g_strdup_printf ("DELETE FROM %s WHERE generation < ?", layout->name);
  KadDatabaseVerdict verdict;

  g_string_printf (put, "INSERT OR REPLACE INTO %s (generation", layout->name);
  g_string_printf (removal, "DELETE FROM %s", layout->name);
  for (guint i = 0; i < layout->n_columns; i++)
    {
      g_string_append_printf (put, ", %s", layout->columns[i].name);
      g_string_append_printf (page, ", %s", layout->columns[i].name);
      if (i < layout->n_keys)
        g_string_append_printf (removal, "%s %s = ?", i == 0 ? " WHERE" : " AND",
                                layout->columns[i].name);
    }
  g_string_append (put, ") VALUES (?");
  for (guint i = 0; i < layout->n_columns; i++)
    g_string_append (put, ", ?");
  g_string_append_c (put, ')');
  g_string_append_printf (page, " FROM %s WHERE rowid > ? ORDER BY rowid LIMIT ?", layout->name);

  verdict = prepare (self, put->str, &self->puts[table], error);
  if (verdict == KAD_DATABASE_OK)
    verdict = prepare (self, removal->str, &self->removes[table], error);
  if (verdict == KAD_DATABASE_OK)
    verdict = prepare (self, page->str, &self->pages[table], error);
  if (verdict == KAD_DATABASE_OK)
    verdict = prepare (self, sweep, &self->sweeps[table], error);
  return verdict;
}

static KadDatabaseVerdict
read_generation (KadDatabaseFile *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  KadDatabaseVerdict verdict
      = prepare (self, "SELECT value FROM meta WHERE name = 'generation'", &statement, error);

  if (verdict == KAD_DATABASE_OK)
    verdict = kad_database_schema_judge (self->db, sqlite3_step (statement), error);
  if (verdict == KAD_DATABASE_OK && sqlite3_data_count (statement) > 0)
    self->generation = (guint) CLAMP (sqlite3_column_int64 (statement, 0), 0, G_MAXINT / 2);
  sqlite3_finalize (statement);
  return verdict;
}

static KadDatabaseVerdict
open_database (KadDatabaseFile *self, GError **error)
{
  KadDatabaseVerdict verdict;
  goffset size;
  int code;

  verdict = check_path (self, &size, error);
  if (verdict != KAD_DATABASE_OK)
    return verdict;
  code = sqlite3_open_v2 (self->path, &self->db,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
  verdict = kad_database_schema_judge (self->db, code, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = configure (self, error);
  if (verdict == KAD_DATABASE_OK && size > 0 && size <= KAD_MAX_CHECKED_BYTES)
    verdict = check_pages (self, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = kad_database_schema_prepare (self->db, error);
  for (guint i = 0; i < KAD_DATABASE_N_TABLES && verdict == KAD_DATABASE_OK; i++)
    verdict = prepare_table (self, i, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = prepare (self, "INSERT OR REPLACE INTO meta VALUES ('generation', ?)",
                       &self->set_generation, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = read_generation (self, error);
  return verdict;
}

KadDatabaseVerdict
kad_database_file_open (KadDatabaseFile *self, GError **error)
{
  KadDatabaseVerdict verdict = open_database (self, error);

  if (verdict != KAD_DATABASE_OK)
    kad_database_file_close (self);
  return verdict;
}

/* ---- writing ---- */

static KadDatabaseVerdict
execute (KadDatabaseFile *self, const char *sql, GError **error)
{
  return kad_database_schema_judge (self->db, sqlite3_exec (self->db, sql, NULL, NULL, NULL),
                                    error);
}

static KadDatabaseVerdict
step (KadDatabaseFile *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);
  KadDatabaseVerdict verdict = kad_database_schema_judge (self->db, code, error);

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return verdict;
}

KadDatabaseVerdict
kad_database_file_begin (KadDatabaseFile *self, gboolean is_durable, GError **error)
{
  KadDatabaseVerdict verdict = KAD_DATABASE_OK;

  if (self->is_durable != is_durable)
    verdict = execute (
        self, is_durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error);
  self->is_durable = is_durable;
  return verdict == KAD_DATABASE_OK ? execute (self, "BEGIN IMMEDIATE", error) : verdict;
}

static void
bind (sqlite3_stmt *statement, int index, const KadDatabaseRow *row, guint column)
{
  const KadDatabaseLayout *layout = kad_database_layout_get (row->table);
  gconstpointer data;
  gsize len;

  switch (layout->columns[column].type)
    {
    case KAD_DATABASE_BYTES:
      if (row->cells[column].bytes == NULL)
        break;
      data = g_bytes_get_data (row->cells[column].bytes, &len);
      /* NULL would be none, and not no bytes. */
      sqlite3_bind_blob64 (statement, index, data != NULL ? data : "", len, SQLITE_STATIC);
      break;
    case KAD_DATABASE_TEXT:
      sqlite3_bind_text (statement, index, row->cells[column].text, -1, SQLITE_STATIC);
      break;
    case KAD_DATABASE_NUMBER:
      sqlite3_bind_int64 (statement, index, row->cells[column].number);
      break;
    }
}

KadDatabaseVerdict
kad_database_file_write (KadDatabaseFile *self, const KadDatabaseRow *row, GError **error)
{
  const KadDatabaseLayout *layout = kad_database_layout_get (row->table);
  sqlite3_stmt *statement = row->is_gone ? self->removes[row->table] : self->puts[row->table];
  guint n = row->is_gone ? layout->n_keys : layout->n_columns;
  int first = row->is_gone ? 1 : 2;

  if (!row->is_gone)
    sqlite3_bind_int64 (statement, 1, row->generation);
  for (guint i = 0; i < n; i++)
    bind (statement, first + (int) i, row, i);
  return step (self, statement, error);
}

KadDatabaseVerdict
kad_database_file_sweep (KadDatabaseFile *self, KadDatabaseTable table, guint generation,
                         GError **error)
{
  sqlite3_bind_int64 (self->sweeps[table], 1, generation);
  return step (self, self->sweeps[table], error);
}

KadDatabaseVerdict
kad_database_file_set_generation (KadDatabaseFile *self, guint generation, GError **error)
{
  KadDatabaseVerdict verdict;

  sqlite3_bind_int64 (self->set_generation, 1, generation);
  verdict = step (self, self->set_generation, error);
  if (verdict == KAD_DATABASE_OK)
    self->generation = generation;
  return verdict;
}

KadDatabaseVerdict
kad_database_file_commit (KadDatabaseFile *self, GError **error)
{
  return execute (self, "COMMIT", error);
}

void
kad_database_file_roll_back (KadDatabaseFile *self)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- reading ---- */

static gboolean
read_cell (sqlite3_stmt *statement, KadDatabaseRow *row, guint column)
{
  const KadDatabaseLayout *layout = kad_database_layout_get (row->table);
  int index = (int) column + 1, type = sqlite3_column_type (statement, index);
  gconstpointer data;

  if (type == SQLITE_NULL)
    return layout->columns[column].is_optional;
  switch (layout->columns[column].type)
    {
    case KAD_DATABASE_BYTES:
      data = sqlite3_column_blob (statement, index);
      kad_database_row_set_bytes (row, column, data != NULL ? data : "",
                                  (gsize) sqlite3_column_bytes (statement, index));
      return type == SQLITE_BLOB;
    case KAD_DATABASE_TEXT:
      kad_database_row_set_text (row, column,
                                 (const char *) sqlite3_column_text (statement, index));
      return type == SQLITE_TEXT && row->cells[column].text != NULL
             && g_utf8_validate (row->cells[column].text, -1, NULL);
    case KAD_DATABASE_NUMBER:
      kad_database_row_set_number (row, column, sqlite3_column_int64 (statement, index));
      return type == SQLITE_INTEGER;
    }
  return FALSE;
}

KadDatabaseVerdict
kad_database_file_load (KadDatabaseFile *self, KadDatabaseTable table, gint64 *after, guint max,
                        GPtrArray *rows, gboolean *is_end, GError **error)
{
  const KadDatabaseLayout *layout = kad_database_layout_get (table);
  sqlite3_stmt *statement = self->pages[table];
  KadDatabaseVerdict verdict;
  guint n = 0;
  int code;

  sqlite3_bind_int64 (statement, 1, *after);
  sqlite3_bind_int64 (statement, 2, max);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      g_autoptr (KadDatabaseRow) row = kad_database_row_new (table);
      gboolean is_whole = TRUE;

      n++;
      *after = sqlite3_column_int64 (statement, 0);
      for (guint i = 0; i < layout->n_columns; i++)
        is_whole &= read_cell (statement, row, i);
      if (is_whole)
        g_ptr_array_add (rows, g_steal_pointer (&row));
    }
  verdict = kad_database_schema_judge (self->db, code, error);
  sqlite3_reset (statement);
  *is_end = n < max;
  return verdict;
}

/* ---- setting aside ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_companion (const char *name)
{
  for (guint i = 1; i < G_N_ELEMENTS (companions); i++)
    if (g_str_has_suffix (name, companions[i]))
      return TRUE;
  return FALSE;
}

/* The times in the names sort as they came. A folder stays. */
static void
remove_old_ones (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, ".damaged-", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && !is_companion (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i + KAD_MAX_DAMAGED_FILES < names->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (companions); j++)
      {
        g_autofree char *file = g_strconcat (folder, "/", names->pdata[i], companions[j], NULL);

        g_unlink (file);
      }
}

static char *
choose_name (const char *path, gint64 now_unix_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_unix_us / G_USEC_PER_SEC);
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  for (guint i = 0;; i++)
    {
      g_autofree char *name = i == 0 ? g_strdup_printf ("%s.damaged-%s", path, stamp)
                                     : g_strdup_printf ("%s.damaged-%s.%u", path, stamp, i);

      if (!g_file_test (name, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&name);
    }
}

gboolean
kad_database_file_set_aside (const char *path, gint64 now_unix_us, char **aside, GError **error)
{
  g_autofree char *name = choose_name (path, now_unix_us);

  /* The file last: whatever ends this, it is met again and moved then. */
  for (guint i = G_N_ELEMENTS (companions); i-- > 0;)
    {
      g_autofree char *from = g_strconcat (path, companions[i], NULL);
      g_autofree char *to = g_strconcat (name, companions[i], NULL);

      if (rename (from, to) != 0 && errno != ENOENT)
        {
          int number = errno;

          g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "it cannot be moved to \"%s\": %s", to,
                       g_strerror (number));
          return FALSE;
        }
    }
  remove_old_ones (path);
  *aside = g_steal_pointer (&name);
  return TRUE;
}
