/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread that owns the file: see the essay in kad-database.c. */
#include <unistd.h>

#include "kad-database-lock.h"
#include "kad-database-private.h"
#include "kad-error.h"
#include "kad-time.h"

/* ---- the file ---- */

static gboolean
set_aside (KadDatabase *self, const char *reason, char **warning, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *aside = NULL;

  if (!kad_database_file_set_aside (self->file.path, g_get_real_time (), &aside, &local))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED,
                   "The database \"%s\" cannot be used (%s), and %s: nothing is kept until "
                   "somebody moves it away",
                   self->file.path, reason, local->message);
      return FALSE;
    }
  *warning
      = g_strdup_printf ("The database \"%s\" cannot be used: %s. It was moved to \"%s\", and a "
                         "new one is begun",
                         self->file.path, reason, aside);
  return TRUE;
}

gboolean
kad_database_begin_file (KadDatabase *self, char **warning, GError **error)
{
  g_autoptr (GError) local = NULL;
  KadDatabaseVerdict verdict;
  gboolean is_taken;

  if (self->lock_fd < 0)
    self->lock_fd = kad_database_lock (self->folder, &is_taken, error);
  if (self->lock_fd < 0)
    return FALSE;
  verdict = kad_database_file_open (&self->file, &local);
  if (verdict == KAD_DATABASE_DAMAGED)
    {
      if (!set_aside (self, local->message, warning, error))
        return FALSE;
      g_clear_error (&local);
      verdict = kad_database_file_open (&self->file, &local);
    }
  if (verdict == KAD_DATABASE_OK)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED,
               "Cannot open the database \"%s\": %s. Nothing is kept until it can be opened",
               self->file.path, local->message);
  return FALSE;
}

/* ---- telling ---- */

static void
warn (KadDatabase *self, char *text)
{
  KadDatabaseMessage *message = g_new0 (KadDatabaseMessage, 1);

  message->warning = text;
  kad_database_tell (self, message);
}

static void
answer (KadDatabase *self, KadDatabaseWaiter *waiter, const GError *error)
{
  KadDatabaseMessage *message = g_new0 (KadDatabaseMessage, 1);

  message->func = waiter->func;
  message->user_data = waiter->user_data;
  message->error = error != NULL ? g_error_copy (error) : NULL;
  kad_database_tell (self, message);
  g_free (waiter);
}

static void
answer_all (KadDatabase *self, GQueue *waiters, const GError *error)
{
  KadDatabaseWaiter *waiter;

  while ((waiter = g_queue_pop_head (waiters)) != NULL)
    answer (self, waiter, error);
}

void
kad_database_fall_behind (KadDatabase *self)
{
  KadDatabaseMessage *message;

  kad_database_queue_clear (&self->queue);
  kad_database_queue_init (&self->queue);
  self->due_us = KAD_TIME_NEVER;
  self->is_rewriting = FALSE;
  self->is_behind = TRUE;
  message = g_new0 (KadDatabaseMessage, 1);
  message->is_rewrite = TRUE;
  kad_database_tell (self, message);
}

void
kad_database_set_trouble (KadDatabase *self, GError *error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->trouble == NULL)
    {
      self->retry_delay_us = KAD_DATABASE_RETRY_FIRST_US;
      warn (self, g_strdup (error->message));
    }
  else
    self->retry_delay_us = MIN (2 * self->retry_delay_us, KAD_DATABASE_RETRY_LONGEST_US);
  g_clear_error (&self->trouble);
  self->trouble = error;
  self->is_retry_wanted = FALSE;
  self->tried_us = now_us;
  self->retry_us = now_us + self->retry_delay_us;
  kad_database_queue_clear (&self->queue);
  kad_database_queue_init (&self->queue);
  self->due_us = KAD_TIME_NEVER;
  self->is_rewriting = FALSE;
  answer_all (self, &self->waiters, self->trouble);
}

void
kad_database_replace_file (KadDatabase *self, const GError *reason)
{
  g_autofree char *text = g_strdup (reason->message);
  g_autofree char *again = NULL;
  char *warning = NULL;
  GError *error = NULL;
  gboolean ok;

  g_mutex_unlock (&self->lock);
  kad_database_file_close (&self->file);
  ok = set_aside (self, text, &warning, &error) && kad_database_begin_file (self, &again, &error);
  g_mutex_lock (&self->lock);
  if (warning != NULL)
    warn (self, warning);
  if (ok)
    kad_database_fall_behind (self);
  else
    kad_database_set_trouble (self, error);
}

/* Under the lock. Takes @error. */
static void
fail (KadDatabase *self, KadDatabaseVerdict verdict, GError *error)
{
  GError *trouble;

  if (verdict == KAD_DATABASE_DAMAGED)
    {
      kad_database_replace_file (self, error);
      g_error_free (error);
      return;
    }
  kad_database_file_close (&self->file);
  trouble = g_error_new (KAD_ERROR, KAD_ERROR_FAILED,
                         "Cannot write the database \"%s\": %s. What this node knows is kept in "
                         "memory only until it can be written again",
                         self->file.path, error->message);
  g_error_free (error);
  kad_database_set_trouble (self, trouble);
}

/* ---- writing ---- */

static KadDatabaseVerdict
write_rows (KadDatabase *self, KadDatabaseQueue *batch, guint generation, gboolean is_durable,
            GError **error)
{
  KadDatabaseVerdict verdict = kad_database_file_begin (&self->file, is_durable, error);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, batch->rows);
  while (verdict == KAD_DATABASE_OK && g_hash_table_iter_next (&iter, &row, NULL))
    verdict = kad_database_file_write (&self->file, row, error);
  for (guint i = 0; i < KAD_DATABASE_N_TABLES && verdict == KAD_DATABASE_OK; i++)
    if (batch->sweeps[i])
      verdict = kad_database_file_sweep (&self->file, i, generation, error);
  /* Also what a flush writes that has nothing else to write, but to be brought to the disk. */
  if (verdict == KAD_DATABASE_OK
      && (generation != self->file.generation || kad_database_queue_is_empty (batch)))
    verdict = kad_database_file_set_generation (&self->file, generation, error);
  if (verdict == KAD_DATABASE_OK)
    verdict = kad_database_file_commit (&self->file, error);
  if (verdict != KAD_DATABASE_OK)
    kad_database_file_roll_back (&self->file);
  return verdict;
}

static gboolean
is_ready (const KadDatabase *self, const KadDatabaseWaiter *waiter)
{
  return waiter->is_pace || (!self->is_behind && !self->is_rewriting);
}

static gboolean
take_ready_waiters (KadDatabase *self, GQueue *ready)
{
  gboolean is_durable = FALSE;

  for (guint n = self->waiters.length; n > 0; n--)
    {
      KadDatabaseWaiter *waiter = g_queue_pop_head (&self->waiters);

      g_queue_push_tail (is_ready (self, waiter) ? ready : &self->waiters, waiter);
      is_durable |= is_ready (self, waiter) && !waiter->is_pace;
    }
  return is_durable;
}

/* Who waited for a file that is damaged goes on waiting, for the one that is written anew. */
static void
give_back (KadDatabase *self, GQueue *waiters, const GError *error)
{
  KadDatabaseWaiter *waiter;

  while ((waiter = g_queue_pop_tail (waiters)) != NULL)
    if (waiter->is_pace)
      answer (self, waiter, error);
    else
      g_queue_push_head (&self->waiters, waiter);
}

/* Under the lock, which it gives up meanwhile. */
static void
write_batch (KadDatabase *self)
{
  g_auto (GQueue) ready = G_QUEUE_INIT;
  KadDatabaseQueue batch = self->queue;
  guint generation = self->generation;
  KadDatabaseVerdict verdict = KAD_DATABASE_OK;
  gboolean is_durable = take_ready_waiters (self, &ready) || self->is_closing;
  gboolean is_needed = !kad_database_queue_is_empty (&batch) || (is_durable && self->has_unsynced);
  GError *error = NULL;

  kad_database_queue_init (&self->queue);
  self->due_us = KAD_TIME_NEVER;
  g_mutex_unlock (&self->lock);
  if (is_needed)
    verdict = write_rows (self, &batch, generation, is_durable, &error);
  kad_database_queue_clear (&batch);
  g_mutex_lock (&self->lock);
  if (verdict == KAD_DATABASE_OK)
    {
      if (is_needed)
        self->has_unsynced = !is_durable;
      answer_all (self, &ready, NULL);
      return;
    }
  give_back (self, &ready, error);
  fail (self, verdict, error);
}

/* ---- reading ---- */

static void
read_page (KadDatabase *self)
{
  g_autofree KadDatabaseRead *read = g_queue_pop_head (&self->reads);
  KadDatabaseMessage *message = g_new0 (KadDatabaseMessage, 1);
  KadDatabaseVerdict verdict;
  GError *error = NULL;

  message->load_func = read->func;
  message->user_data = read->user_data;
  message->after = read->after;
  message->rows
      = g_ptr_array_new_with_free_func ((GDestroyNotify) (gpointer) kad_database_row_free);
  message->is_end = TRUE;
  if (self->trouble != NULL)
    {
      message->error = g_error_copy (self->trouble);
      kad_database_tell (self, message);
      return;
    }
  g_mutex_unlock (&self->lock);
  verdict = kad_database_file_load (&self->file, read->table, &message->after, read->max,
                                    message->rows, &message->is_end, &error);
  g_mutex_lock (&self->lock);
  if (verdict != KAD_DATABASE_OK)
    {
      message->is_end = TRUE;
      if (verdict == KAD_DATABASE_UNAVAILABLE)
        message->error = g_error_copy (error);
      fail (self, verdict, error);
    }
  kad_database_tell (self, message);
}

/* ---- the thread ---- */

/* The time of the next attempt. */
static gint64
get_retry (const KadDatabase *self)
{
  return self->is_retry_wanted
             ? MIN (self->retry_us, self->tried_us + KAD_DATABASE_RETRY_SHORTEST_US)
             : self->retry_us;
}

/* Opens the file again and writes something, so that a disk that is still full is not taken for a
 * good one. */
static void
try_again (KadDatabase *self)
{
  KadDatabaseQueue nothing;
  guint generation = self->generation;
  char *warning = NULL;
  GError *error = NULL;
  gboolean ok;

  g_mutex_unlock (&self->lock);
  ok = kad_database_begin_file (self, &warning, &error);
  if (ok)
    {
      g_autoptr (GError) local = NULL;

      generation = MAX (generation, self->file.generation);
      kad_database_queue_init (&nothing);
      ok = write_rows (self, &nothing, generation, TRUE, &local) == KAD_DATABASE_OK;
      kad_database_queue_clear (&nothing);
      if (!ok)
        {
          kad_database_file_close (&self->file);
          g_set_error (&error, KAD_ERROR, KAD_ERROR_FAILED,
                       "Cannot write the database \"%s\": %s. What this node knows is kept in "
                       "memory only until it can be written again",
                       self->file.path, local->message);
        }
    }
  g_mutex_lock (&self->lock);
  if (warning != NULL)
    warn (self, warning);
  if (!ok)
    {
      kad_database_set_trouble (self, error);
      return;
    }
  g_clear_error (&self->trouble);
  self->is_retry_wanted = FALSE;
  self->generation = MAX (self->generation, generation);
  kad_database_fall_behind (self);
}

/* Whether there is something to do now; if not, *@until says when there may be. */
static gboolean
has_work (KadDatabase *self, gint64 *until)
{
  gint64 now_us = g_get_monotonic_time ();

  *until = KAD_TIME_NEVER;
  if (self->is_closing || self->reads.length > 0)
    return TRUE;
  if (self->trouble != NULL)
    *until = get_retry (self);
  else if (!kad_database_queue_is_empty (&self->queue))
    *until = self->due_us;
  for (GList *l = self->waiters.head; l != NULL && self->trouble == NULL; l = l->next)
    if (is_ready (self, l->data))
      return TRUE;
  return *until <= now_us;
}

/* Nothing more can come. */
static gboolean
is_over (const KadDatabase *self)
{
  return self->is_closing && self->reads.length == 0
         && (self->trouble != NULL
             || (kad_database_queue_is_empty (&self->queue) && !self->has_unsynced));
}

static void
end_waiters (KadDatabase *self)
{
  g_autoptr (GError) error = NULL;

  g_set_error (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
               "The node shut down before the database \"%s\" was written anew", self->file.path);
  answer_all (self, &self->waiters, error);
}

gpointer
kad_database_write_thread (gpointer database)
{
  KadDatabase *self = database;
  gint64 until;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      while (!has_work (self, &until))
        {
          if (until == KAD_TIME_NEVER)
            g_cond_wait (&self->cond, &self->lock);
          else
            g_cond_wait_until (&self->cond, &self->lock, until);
        }
      if (self->reads.length > 0)
        read_page (self);
      else if (is_over (self) && (self->trouble != NULL || self->waiters.length == 0))
        break;
      else if (self->trouble != NULL)
        try_again (self);
      else
        {
          write_batch (self);
          if (is_over (self))
            break;
        }
    }
  end_waiters (self);
  g_mutex_unlock (&self->lock);
  kad_database_file_close (&self->file);
  return NULL;
}
