/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-streams.h"

#include <string.h>

#include "kad-error.h"
#include "kad-stream-writer.h"

/*
 * A stream without steps and deliveries is fed by the watch that the service has anyway; one with
 * them by a trace of the chain, which tells every event, too, in order with its delivery. A line is
 * made once for all streams that want it.
 */

/* What is left of a second's bytes for one caller. */
typedef struct
{
  guint n_streams;
  double bytes;
  gint64 filled_us;
  gboolean is_over; /* until some of it is there again */
} Budget;

typedef struct
{
  KadStreams *streams;
  KadCaller *caller; /* (owned) */
  guint gone;
  KadStreamTopics topics;
  KadStreamWriter *writer;
  Budget *budget;
  guint64 n_limited; /* over the budget, not told yet */
} Stream;

struct _KadStreams
{
  KadService *service;
  KadNode *node; /* (nullable) (owned) */
  guint trace;   /* watch of the chain; 0: none */
  GPtrArray *streams;
  GHashTable *budgets; /* KadCaller -> Budget */
};

/* ---- lines ---- */

static char *
format_lost (guint64 n_lost)
{
  return kad_stream_format_lost (g_get_real_time (), n_lost);
}

static gboolean
spend (Budget *self, gsize bytes)
{
  gint64 now_us = g_get_monotonic_time ();

  self->bytes
      += (double) (now_us - self->filled_us) * KAD_MAX_TRACE_BYTES_PER_SECOND / G_USEC_PER_SEC;
  self->bytes = MIN (self->bytes, KAD_MAX_TRACE_BYTES_PER_SECOND);
  self->filled_us = now_us;
  /* Not one line, one loss, one line: losses are told, too. */
  if (self->bytes < (self->is_over ? KAD_MAX_TRACE_BYTES_PER_SECOND / 8.0 : (double) bytes))
    {
      self->is_over = TRUE;
      return FALSE;
    }
  self->is_over = FALSE;
  self->bytes -= (double) bytes;
  return TRUE;
}

/* @is_bounded: counts against the budget of its caller */
static void
write_line (Stream *self, const char *line, gboolean is_bounded)
{
  if (is_bounded && !spend (self->budget, strlen (line) + 1))
    {
      self->n_limited++;
      return;
    }
  if (self->n_limited > 0)
    kad_stream_writer_lose (self->writer, self->n_limited);
  self->n_limited = 0;
  kad_stream_writer_write (self->writer, line);
}

/* @is_traced: it came by the trace, not by the watch */
static void
tell_event (KadStreams *self, KadEvent *event, gboolean is_traced)
{
  KadStreamTopics topic = kad_stream_topic_of_event (event->type);
  g_autofree char *line = NULL;

  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];

      if (!(stream->topics & topic) || kad_stream_topics_need_trace (stream->topics) != is_traced)
        continue;
      if (line == NULL)
        line = kad_stream_format_event (event);
      write_line (stream, line, topic == KAD_STREAM_STEPS);
    }
}

static void
tell_delivery (KadStreams *self, KadDelivery *delivery)
{
  g_autofree char *line = NULL;

  tell_event (self, kad_delivery_get_event (delivery), TRUE);
  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];

      if (!(stream->topics & KAD_STREAM_TRACE))
        continue;
      if (line == NULL)
        line = kad_stream_format_delivery (delivery);
      write_line (stream, line, TRUE);
    }
}

static void
on_trace (KadNode *node, KadDelivery *delivery, guint64 n_lost, gpointer user_data)
{
  KadStreams *self = user_data;

  if (delivery != NULL)
    {
      tell_delivery (self, delivery);
      return;
    }
  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];

      if (kad_stream_topics_need_trace (stream->topics))
        kad_stream_writer_lose (stream->writer, n_lost);
    }
}

void
kad_streams_note_event (KadStreams *self, KadEvent *event)
{
  if (self->streams->len > 0)
    tell_event (self, event, FALSE);
}

/* ---- who reads ---- */

static void
update_trace (KadStreams *self)
{
  gboolean is_wanted = FALSE;

  for (guint i = 0; i < self->streams->len; i++)
    is_wanted |= kad_stream_topics_need_trace (((Stream *) self->streams->pdata[i])->topics);
  if (is_wanted && self->trace == 0 && self->node != NULL)
    self->trace = kad_node_watch_trace (self->node, on_trace, self, NULL);
  if (!is_wanted && self->trace != 0)
    {
      kad_node_unwatch_trace (self->node, self->trace);
      self->trace = 0;
    }
}

static void
stream_close (Stream *self)
{
  KadStreams *streams = self->streams;

  g_ptr_array_remove_fast (streams->streams, self);
  update_trace (streams);
  if (self->n_limited > 0)
    kad_stream_writer_lose (self->writer, self->n_limited);
  kad_stream_writer_free (self->writer);
  if (--self->budget->n_streams == 0)
    g_hash_table_remove (streams->budgets, self->caller);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_give_back (self->caller, KAD_QUOTA_STREAMS);
  kad_caller_unref (self->caller);
  kad_service_unuse (streams->service);
  g_free (self);
}

static void
on_caller_gone (KadCaller *caller, gpointer user_data)
{
  Stream *stream = user_data;

  stream->gone = 0;
  stream_close (stream);
}

static void
on_reader_gone (KadStreamWriter *writer, gpointer user_data)
{
  stream_close (user_data);
}

static Budget *
hold_budget (KadStreams *self, KadCaller *caller)
{
  Budget *budget = g_hash_table_lookup (self->budgets, caller);

  if (budget == NULL)
    {
      budget = g_new0 (Budget, 1);
      budget->bytes = KAD_MAX_TRACE_BYTES_PER_SECOND;
      budget->filled_us = g_get_monotonic_time ();
      g_hash_table_insert (self->budgets, kad_caller_ref (caller), budget);
    }
  budget->n_streams++;
  return budget;
}

int
kad_streams_open (KadStreams *self, KadCaller *caller, KadStreamTopics topics, GError **error)
{
  g_autofree char *header = NULL;
  Stream *stream;
  int reader = -1;

  if (self->node == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node does not run");
      return -1;
    }
  if (!kad_caller_take (caller, KAD_QUOTA_STREAMS, error))
    return -1;
  stream = g_new0 (Stream, 1);
  stream->writer = kad_stream_writer_new (&reader, format_lost, on_reader_gone, stream, error);
  if (stream->writer == NULL)
    {
      kad_caller_give_back (caller, KAD_QUOTA_STREAMS);
      g_free (stream);
      return -1;
    }
  stream->streams = self;
  stream->caller = kad_caller_ref (caller);
  stream->gone = kad_caller_add_gone (caller, on_caller_gone, stream);
  stream->topics = topics;
  stream->budget = hold_budget (self, caller);
  g_ptr_array_add (self->streams, stream);
  kad_service_use (self->service);
  header = kad_stream_format_header (kad_node_get_peer_id (self->node), g_get_real_time (), topics);
  kad_stream_writer_write (stream->writer, header);
  update_trace (self);
  return reader;
}

/* ---- life ---- */

void
kad_streams_set_node (KadStreams *self, KadNode *node)
{
  while (self->streams->len > 0)
    stream_close (self->streams->pdata[0]);
  g_clear_object (&self->node);
  self->node = node != NULL ? g_object_ref (node) : NULL;
}

KadStreams *
kad_streams_new (KadService *service)
{
  KadStreams *self = g_new0 (KadStreams, 1);

  self->service = service;
  self->streams = g_ptr_array_new ();
  self->budgets = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) kad_caller_unref, g_free);
  return self;
}

void
kad_streams_free (KadStreams *self)
{
  kad_streams_set_node (self, NULL);
  g_ptr_array_unref (self->streams);
  g_hash_table_unref (self->budgets);
  g_free (self);
}
