/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What survives the process: one SQLite file, and one thread that writes it.
 *
 * The swarm's thread queues rows and goes on; of two words on the same row the last one counts. The
 * thread takes whatever is queued, 50 ms after the first of it or when somebody wants it on the
 * disk, and writes it in one transaction. With a log (WAL) a commit outlives the process; those
 * that somebody waits for are brought to the disk (fsync), and everything before them with it, so
 * that they outlive a loss of power as well. Nothing queued: the thread sleeps without a time.
 *
 * The memory is what counts, the file is its shadow. So there is one answer to everything that can
 * go wrong with the file: once there is a good one again, everything is written anew. That is a
 * rewrite: a new generation begins, each row is queued, as fast as the disk takes them, and then
 * what is left of older generations is swept away. Three things ask for one:
 *
 *  - a damaged file, when it is opened or later: it is set aside, and a new one begun;
 *  - a disk that is full or fails: nothing is queued while it lasts, the file is tried again every
 *    now and then, and once it can be written it lacks what happened meanwhile;
 *  - more rows at once than may wait.
 *
 * A flush is done when its transaction is; while a rewrite is due or under way, when that is.
 */
#include "kad-database.h"

#include <unistd.h>

#include "kad-database-lock.h"
#include "kad-database-private.h"
#include "kad-error.h"
#include "kad-time.h"

#define LOAD_ROWS 1000

/* ---- what the thread tells ---- */

void
kad_database_tell (KadDatabase *self, KadDatabaseMessage *message)
{
  g_queue_push_tail (&self->messages, message);
  g_source_set_ready_time (self->inbox, 0);
}

static void
message_free (KadDatabaseMessage *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->warning);
  g_free (self);
}

static void
deliver (KadDatabase *self, KadDatabaseMessage *message)
{
  if (message->warning != NULL)
    g_warning ("%s", message->warning);
  if (message->is_rewrite && !self->is_closing)
    self->delegate->rewrite (self->user_data);
  if (message->func != NULL)
    message->func (message->user_data, message->error);
  if (message->load_func != NULL)
    message->load_func (message->user_data, message->rows, message->after, message->is_end,
                        message->error);
  message_free (message);
}

static gboolean
deliver_all (gpointer user_data)
{
  KadDatabase *self = user_data;
  GQueue messages;
  KadDatabaseMessage *message;

  g_source_set_ready_time (self->inbox, -1);
  g_mutex_lock (&self->lock);
  messages = self->messages;
  g_queue_init (&self->messages);
  g_mutex_unlock (&self->lock);
  while ((message = g_queue_pop_head (&messages)) != NULL)
    deliver (self, message);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc func, gpointer user_data)
{
  return func (user_data);
}

static GSource *
new_inbox (KadDatabase *self, GMainContext *context)
{
  static GSourceFuncs functions = { .dispatch = dispatch };
  GSource *source = g_source_new (&functions, sizeof (GSource));

  g_source_set_static_name (source, "kad-database");
  g_source_set_callback (source, deliver_all, self, NULL);
  g_source_attach (source, context);
  return source;
}

/* ---- life ---- */

gboolean
kad_database_has_publications (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "kad.db", NULL);
  g_autoptr (GPtrArray) rows
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_database_row_free);
  KadDatabaseFile file;
  gboolean is_taken, is_end;
  gint64 after = 0;
  int fd = -1;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    fd = kad_database_lock (folder, &is_taken, NULL);
  if (fd < 0)
    return FALSE;
  kad_database_file_init (&file, path);
  if (kad_database_file_open (&file, NULL) == KAD_DATABASE_OK)
    kad_database_file_load (&file, KAD_DATABASE_PUBLICATION, &after, 1, rows, &is_end, NULL);
  kad_database_file_clear (&file);
  close (fd);
  return rows->len > 0;
}

KadDatabase *
kad_database_open (const char *folder, GMainContext *context, const KadDatabaseDelegate *delegate,
                   gpointer user_data, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "kad.db", NULL);
  g_autofree char *warning = NULL;
  g_autoptr (GError) lock_error = NULL;
  GError *trouble = NULL;
  gboolean is_taken;
  KadDatabase *self;
  int fd = kad_database_lock (folder, &is_taken, &lock_error);

  if (is_taken)
    {
      g_propagate_error (error, g_steal_pointer (&lock_error));
      return NULL;
    }
  self = g_new0 (KadDatabase, 1);
  self->folder = g_strdup (folder);
  self->delegate = delegate;
  self->user_data = user_data;
  self->lock_fd = fd;
  self->due_us = KAD_TIME_NEVER;
  self->inbox = new_inbox (self, context);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  kad_database_queue_init (&self->queue);
  kad_database_file_init (&self->file, path);
  if (!kad_database_begin_file (self, &warning, &trouble))
    {
      g_mutex_lock (&self->lock);
      kad_database_set_trouble (self, trouble);
      g_mutex_unlock (&self->lock);
    }
  self->generation = self->file.generation;
  if (warning != NULL)
    g_warning ("%s", warning);
  return self;
}

void
kad_database_start (KadDatabase *self)
{
  g_autoptr (GError) error = NULL;

  self->thread = g_thread_try_new ("kad-database", kad_database_write_thread, self, &error);
  if (self->thread != NULL)
    return;
  g_mutex_lock (&self->lock);
  kad_database_file_close (&self->file);
  kad_database_set_trouble (self, g_error_new (KAD_ERROR, KAD_ERROR_FAILED,
                                               "Cannot make the thread that writes \"%s\": %s. "
                                               "Nothing is kept until the node is started again",
                                               self->file.path, error->message));
  g_mutex_unlock (&self->lock);
}

void
kad_database_close (KadDatabase *self)
{
  KadDatabaseRead *read;

  g_mutex_lock (&self->lock);
  self->is_closing = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  deliver_all (self);
  g_source_destroy (self->inbox);
  g_source_unref (self->inbox);
  while ((read = g_queue_pop_head (&self->reads)) != NULL)
    g_free (read);
  kad_database_file_clear (&self->file);
  kad_database_queue_clear (&self->queue);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_clear_error (&self->trouble);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self->folder);
  g_free (self);
}

/* ---- reading ---- */

gboolean
kad_database_load_now (KadDatabase *self, KadDatabaseTable table, GPtrArray *rows)
{
  KadDatabaseVerdict verdict = KAD_DATABASE_OK;
  gboolean is_end = FALSE;
  g_autoptr (GError) error = NULL;
  gint64 after = 0;

  if (self->trouble != NULL)
    return FALSE;
  while (!is_end && verdict == KAD_DATABASE_OK)
    verdict = kad_database_file_load (&self->file, table, &after, LOAD_ROWS, rows, &is_end, &error);
  if (verdict == KAD_DATABASE_OK)
    return TRUE;
  g_mutex_lock (&self->lock);
  if (verdict == KAD_DATABASE_DAMAGED)
    kad_database_replace_file (self, error);
  else
    {
      kad_database_file_close (&self->file);
      kad_database_set_trouble (self, g_error_new (KAD_ERROR, KAD_ERROR_FAILED,
                                                   "Cannot read the database \"%s\": %s. Nothing "
                                                   "is kept until it can be read",
                                                   self->file.path, error->message));
    }
  g_mutex_unlock (&self->lock);
  return verdict == KAD_DATABASE_DAMAGED;
}

void
kad_database_load (KadDatabase *self, KadDatabaseTable table, gint64 after, guint max,
                   KadDatabaseLoadFunc func, gpointer user_data)
{
  KadDatabaseRead *read = g_new (KadDatabaseRead, 1);

  *read = (KadDatabaseRead){ table, after, max, func, user_data };
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->reads, read);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* ---- writing ---- */

static void
wake (KadDatabase *self)
{
  if (self->due_us != KAD_TIME_NEVER)
    return;
  self->due_us = g_get_monotonic_time () + KAD_DATABASE_GROUP_US;
  g_cond_signal (&self->cond);
}

static void
queue (KadDatabase *self, KadDatabaseRow *row)
{
  g_mutex_lock (&self->lock);
  if (self->trouble != NULL || self->is_behind)
    kad_database_row_free (row);
  else
    {
      row->generation = self->generation;
      if (kad_database_queue_add (&self->queue, row))
        wake (self);
      else
        kad_database_fall_behind (self);
    }
  g_mutex_unlock (&self->lock);
}

void
kad_database_put (KadDatabase *self, KadDatabaseRow *row)
{
  row->is_gone = FALSE;
  queue (self, row);
}

void
kad_database_remove (KadDatabase *self, KadDatabaseRow *row)
{
  row->is_gone = TRUE;
  queue (self, row);
}

static void
add_waiter (KadDatabase *self, KadDatabaseFunc func, gpointer user_data, gboolean is_pace)
{
  g_mutex_lock (&self->lock);
  if (self->trouble != NULL)
    {
      KadDatabaseMessage *message = g_new0 (KadDatabaseMessage, 1);

      message->func = func;
      message->user_data = user_data;
      message->error = g_error_copy (self->trouble);
      kad_database_tell (self, message);
      self->is_retry_wanted = TRUE;
    }
  else
    {
      KadDatabaseWaiter *waiter = g_new (KadDatabaseWaiter, 1);

      *waiter = (KadDatabaseWaiter){ func, user_data, is_pace };
      g_queue_push_tail (&self->waiters, waiter);
    }
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
kad_database_flush (KadDatabase *self, KadDatabaseFunc func, gpointer user_data)
{
  add_waiter (self, func, user_data, FALSE);
}

/* ---- writing anew ---- */

void
kad_database_begin_rewrite (KadDatabase *self)
{
  g_mutex_lock (&self->lock);
  self->is_behind = FALSE;
  self->is_rewriting = TRUE;
  self->generation++;
  g_mutex_unlock (&self->lock);
}

void
kad_database_sweep (KadDatabase *self, KadDatabaseTable table)
{
  g_mutex_lock (&self->lock);
  if (self->is_rewriting)
    {
      kad_database_queue_add_sweep (&self->queue, table);
      wake (self);
    }
  g_mutex_unlock (&self->lock);
}

void
kad_database_pace (KadDatabase *self, KadDatabaseFunc func, gpointer user_data)
{
  add_waiter (self, func, user_data, TRUE);
}

void
kad_database_end_rewrite (KadDatabase *self)
{
  g_mutex_lock (&self->lock);
  self->is_rewriting = FALSE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

gboolean
kad_database_is_behind (KadDatabase *self)
{
  gboolean is_behind;

  g_mutex_lock (&self->lock);
  is_behind = self->is_behind;
  g_mutex_unlock (&self->lock);
  return is_behind;
}

GError *
kad_database_dup_trouble (KadDatabase *self)
{
  GError *error;

  g_mutex_lock (&self->lock);
  error = self->trouble != NULL ? g_error_copy (self->trouble) : NULL;
  g_mutex_unlock (&self->lock);
  return error;
}
