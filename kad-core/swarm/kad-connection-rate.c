/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How many requests of a connection are answered in a second, if there is a limit.
 *
 * A stream whose request comes too early is postponed until it is due. Meanwhile nothing is read
 * from its connection, so that what the remote sends waits where it is. A second's worth may come
 * at once.
 */
#include "kad-connection-private.h"

/* FALSE: not before @resume_us. */
static gboolean
is_due (KadConnection *self, gint64 *resume_us)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);

  self->next_taken_us = MAX (self->next_taken_us, now_us - G_USEC_PER_SEC);
  *resume_us = self->next_taken_us;
  return self->next_taken_us <= now_us;
}

static void
postpone (KadStream *stream, gint64 resume_us)
{
  KadConnection *self = stream->connection;

  if (stream->is_postponed)
    return;
  stream->is_postponed = TRUE;
  stream->postponed_link.data = stream;
  g_queue_push_tail_link (&self->postponed, &stream->postponed_link);
  if (self->resume.index == 0)
    kad_reactor_arm (self->reactor, &self->resume, resume_us);
  kad_connection_mark_dirty (self);
}

gboolean
kad_stream_take_request (KadStream *self)
{
  KadConnection *connection = self->connection;
  guint rate = kad_reactor_get_budget (connection->reactor)->request_rate;
  gint64 resume_us;

  if (rate == 0)
    return TRUE;
  if (!is_due (connection, &resume_us))
    {
      postpone (self, resume_us);
      return FALSE;
    }
  connection->next_taken_us += G_USEC_PER_SEC / rate;
  return TRUE;
}

void
kad_stream_forget_rate (KadStream *self)
{
  if (!self->is_postponed)
    return;
  self->is_postponed = FALSE;
  g_queue_unlink (&self->connection->postponed, &self->postponed_link);
}

void
kad_connection_resume (gpointer data, gint64 now_us)
{
  KadConnection *self = data;
  gint64 resume_us = now_us + 1;

  /* Its bytes are here; that they were not read is our doing. */
  self->heard_us = now_us;
  kad_connection_mark_dirty (self);
  kad_connection_begin_work (self);
  while (self->state == KAD_CONNECTION_OPEN && self->postponed.length > 0
         && is_due (self, &resume_us))
    {
      KadStream *stream = self->postponed.head->data;

      kad_stream_forget_rate (stream);
      stream->protocol->readable (stream);
    }
  if (self->state == KAD_CONNECTION_OPEN && self->postponed.length > 0)
    kad_reactor_arm (self->reactor, &self->resume, resume_us);
}

gboolean
kad_stream_set_waiting (KadStream *self, gboolean is_waiting)
{
  KadBudget *budget = kad_reactor_get_budget (self->connection->reactor);

  if (!is_waiting == !self->is_waiting)
    return TRUE;
  if (is_waiting
      && (budget->n_waiting >= budget->max_waiting
          || self->connection->n_waiting >= budget->max_waiting_each))
    return FALSE;
  self->is_waiting = is_waiting;
  budget->n_waiting += is_waiting ? 1 : -1;
  self->connection->n_waiting += is_waiting ? 1 : -1;
  return TRUE;
}
