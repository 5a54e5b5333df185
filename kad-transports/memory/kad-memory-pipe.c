/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-pipe.h"

/* The bytes are in a ring that doubles from MIN_CAPACITY to KAD_MAX_MEMORY_PIPE_BYTES and is given
 * back when it is empty, so that an idle connection holds none.
 *
 * Who waits in a main loop has a PipeSource. It has no functions that look at the pipe at each turn
 * of the loop, where a node has a hundred that are quiet: whoever changes the pipe, in whatever
 * thread, sets when it is ready. That is the time of another source under it, the waker, which does
 * nothing else and refers to nothing. So `wakers` can own references, which makes touching a waker
 * safe at any time, and no circle comes of it.
 *
 * Who waits in a thread waits for `changed`.
 *
 * With latency the bytes are in the ring at once, and count against its room, but the reader sees
 * `arrived` of them: the rest are parcels under way, which arrive one after the other. Nothing
 * runs for it: who waits knows when the next one is due. */

#define MIN_CAPACITY 4096
/* What is written within this time travels together. */
#define PARCEL_US (1 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gint64 sent_us;
  gint64 due_us;
  gsize length;
} Parcel;

struct _KadMemoryPipe
{
  gatomicrefcount refs;
  GMutex lock; /* guards what follows */
  GCond changed;
  guint8 *data;
  gsize capacity, start, length;
  KadMemoryLatency latencies[KAD_MAX_MEMORY_LATENCIES];
  guint n_latencies;
  gsize arrived;     /* of length */
  GQueue parcels;    /* (element-type Parcel) under way, the first to arrive first */
  gint64 end_due_us; /* when the reader is told that the writer has closed */
  gboolean reader_closed, writer_closed;
  GList *wakers; /* (element-type Waker) owned */
};

typedef struct
{
  GSource base;
  gboolean for_reading;
} Waker;

typedef struct
{
  GSource base;
  KadMemoryPipe *pipe;       /* (owned) */
  GObject *stream;           /* (owned) */
  Waker *waker;              /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable) */
} PipeSource;

KadMemoryPipe *
kad_memory_pipe_new (void)
{
  KadMemoryPipe *self = g_new0 (KadMemoryPipe, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

void
kad_memory_pipe_add_latency (KadMemoryPipe *self, const KadMemoryLatency *latency)
{
  g_return_if_fail (self->n_latencies < KAD_MAX_MEMORY_LATENCIES && latency->latency_us >= 0);

  g_mutex_lock (&self->lock);
  if (latency->latency_us > 0)
    self->latencies[self->n_latencies++] = *latency;
  g_mutex_unlock (&self->lock);
}

KadMemoryPipe *
kad_memory_pipe_ref (KadMemoryPipe *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_memory_pipe_unref (KadMemoryPipe *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_assert (self->wakers == NULL);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_queue_clear_full (&self->parcels, g_free);
  g_free (self->data);
  g_free (self);
}

/* ---- the ring; under the lock ---- */

static void
grow (KadMemoryPipe *self, gsize wanted)
{
  gsize capacity = MAX (self->capacity, MIN_CAPACITY);
  gsize first = MIN (self->length, self->capacity - self->start);
  guint8 *data;

  while (capacity < wanted)
    capacity *= 2;
  if (capacity == self->capacity)
    return;
  data = g_malloc (capacity);
  if (self->length > 0)
    {
      memcpy (data, self->data + self->start, first);
      memcpy (data + first, self->data, self->length - first);
    }
  g_free (self->data);
  self->data = data;
  self->capacity = capacity;
  self->start = 0;
}

static gint64
find_due (KadMemoryPipe *self, gint64 now_us)
{
  gint64 due_us = now_us;

  for (guint i = 0; i < self->n_latencies; i++)
    if (now_us >= self->latencies[i].from_us)
      due_us += self->latencies[i].latency_us;
  return due_us;
}

static void
send (KadMemoryPipe *self, gsize len)
{
  Parcel *last = g_queue_peek_tail (&self->parcels);
  gint64 now_us;

  if (self->n_latencies == 0)
    {
      self->arrived += len;
      return;
    }
  now_us = g_get_monotonic_time ();
  if (last == NULL || now_us - last->sent_us >= PARCEL_US)
    {
      last = g_new0 (Parcel, 1);
      last->sent_us = now_us;
      last->due_us = find_due (self, now_us);
      g_queue_push_tail (&self->parcels, last);
    }
  last->length += len;
}

/* What is due by now arrives. */
static void
receive (KadMemoryPipe *self)
{
  Parcel *first = g_queue_peek_head (&self->parcels);
  gint64 now_us = first != NULL ? g_get_monotonic_time () : 0;

  for (; first != NULL && first->due_us <= now_us; first = g_queue_peek_head (&self->parcels))
    {
      self->arrived += first->length;
      g_free (g_queue_pop_head (&self->parcels));
    }
}

static gsize
put (KadMemoryPipe *self, const guint8 *data, gsize len)
{
  gsize end, first;

  len = MIN (len, KAD_MAX_MEMORY_PIPE_BYTES - self->length);
  if (len == 0)
    return 0;
  grow (self, self->length + len);
  end = (self->start + self->length) % self->capacity;
  first = MIN (len, self->capacity - end);
  memcpy (self->data + end, data, first);
  memcpy (self->data, data + first, len - first);
  self->length += len;
  send (self, len);
  return len;
}

static void
drop_all (KadMemoryPipe *self)
{
  g_queue_clear_full (&self->parcels, g_free);
  self->arrived = 0;
  g_clear_pointer (&self->data, g_free);
  self->capacity = self->start = self->length = 0;
}

static gsize
take (KadMemoryPipe *self, guint8 *data, gsize len)
{
  gsize first;

  len = MIN (len, self->arrived);
  if (len == 0)
    return 0;
  first = MIN (len, self->capacity - self->start);
  memcpy (data, self->data + self->start, first);
  memcpy (data + first, self->data, len - first);
  self->start = (self->start + len) % self->capacity;
  self->length -= len;
  self->arrived -= len;
  if (self->length == 0)
    drop_all (self);
  return len;
}

/* That the writer has closed travels behind the last parcel. */
static gboolean
has_ended (KadMemoryPipe *self)
{
  return self->writer_closed && self->length == 0
         && (self->n_latencies == 0 || g_get_monotonic_time () >= self->end_due_us);
}

static gboolean
is_readable (KadMemoryPipe *self)
{
  receive (self);
  return self->arrived > 0 || self->reader_closed || has_ended (self);
}

/* When it may be readable though nobody does anything; -1: never. */
static gint64
next_due (KadMemoryPipe *self)
{
  Parcel *first = g_queue_peek_head (&self->parcels);

  if (first != NULL)
    return first->due_us;
  return self->writer_closed && self->length == 0 ? self->end_due_us : -1;
}

static gboolean
is_writable (KadMemoryPipe *self)
{
  return self->length < KAD_MAX_MEMORY_PIPE_BYTES || self->reader_closed || self->writer_closed;
}

/* Under the lock, so that no change falls between. */
static void
set_ready_time (KadMemoryPipe *self, Waker *waker)
{
  gint64 ready_us = -1;

  if (waker->for_reading ? is_readable (self) : is_writable (self))
    ready_us = 0;
  else if (waker->for_reading)
    ready_us = next_due (self);
  g_source_set_ready_time (&waker->base, ready_us);
}

static void
tell_change (KadMemoryPipe *self)
{
  for (GList *l = self->wakers; l != NULL; l = l->next)
    set_ready_time (self, l->data);
  g_cond_broadcast (&self->changed);
}

/* ---- waiting in a thread ---- */

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  KadMemoryPipe *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* FALSE with an error if nothing can be done now, or it was cancelled meanwhile. */
static gboolean
wait_until (KadMemoryPipe *self, gboolean (*is_ready) (KadMemoryPipe *), gboolean blocking,
            GCancellable *cancellable, GError **error)
{
  gint64 due_us;

  while (!is_ready (self))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!blocking)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                               "The connection would block");
          return FALSE;
        }
      due_us = is_ready == is_readable ? next_due (self) : -1;
      if (due_us < 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock, due_us);
    }
  return TRUE;
}

static gulong
watch_cancellable (KadMemoryPipe *self, gboolean blocking, GCancellable *cancellable)
{
  if (!blocking || cancellable == NULL)
    return 0;
  return g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
}

gssize
kad_memory_pipe_read (KadMemoryPipe *self, void *data, gsize len, gboolean blocking,
                      GCancellable *cancellable, GError **error)
{
  gulong watch = watch_cancellable (self, blocking, cancellable);
  gboolean was_full;
  gssize n_read = -1;

  g_mutex_lock (&self->lock);
  if (wait_until (self, is_readable, blocking, cancellable, error))
    {
      was_full = !is_writable (self);
      if (self->reader_closed)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "Reading has been closed");
      else
        n_read = (gssize) take (self, data, len);
      if (was_full && n_read > 0)
        tell_change (self);
    }
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, watch);
  return n_read;
}

gssize
kad_memory_pipe_write (KadMemoryPipe *self, const void *data, gsize len, gboolean blocking,
                       GCancellable *cancellable, GError **error)
{
  gulong watch = watch_cancellable (self, blocking, cancellable);
  gboolean was_empty;
  gssize n_written = -1;

  g_mutex_lock (&self->lock);
  if (wait_until (self, is_writable, blocking, cancellable, error))
    {
      if (self->writer_closed)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "Writing has been closed");
      else if (self->reader_closed)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                             "The other side has closed the connection");
      else
        {
          was_empty = self->length == 0;
          n_written = (gssize) put (self, data, len);
          if (was_empty)
            tell_change (self);
        }
    }
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, watch);
  return n_written;
}

void
kad_memory_pipe_close_reader (KadMemoryPipe *self)
{
  g_mutex_lock (&self->lock);
  self->reader_closed = TRUE;
  drop_all (self);
  tell_change (self);
  g_mutex_unlock (&self->lock);
}

void
kad_memory_pipe_close_writer (KadMemoryPipe *self)
{
  g_mutex_lock (&self->lock);
  if (!self->writer_closed)
    self->end_due_us = self->n_latencies > 0 ? find_due (self, g_get_monotonic_time ()) : 0;
  self->writer_closed = TRUE;
  tell_change (self);
  g_mutex_unlock (&self->lock);
}

static gboolean
ask (KadMemoryPipe *self, gboolean (*question) (KadMemoryPipe *))
{
  gboolean answer;

  g_mutex_lock (&self->lock);
  answer = question (self);
  g_mutex_unlock (&self->lock);
  return answer;
}

gboolean
kad_memory_pipe_is_readable (KadMemoryPipe *self)
{
  return ask (self, is_readable);
}

gboolean
kad_memory_pipe_is_writable (KadMemoryPipe *self)
{
  return ask (self, is_writable);
}

/* ---- waiting in a main loop ---- */

/* What there is to do is its PipeSource's, which is dispatched with it. */
static gboolean
waker_dispatch (GSource *waker, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs waker_funcs = { .dispatch = waker_dispatch };

static gboolean
source_dispatch (GSource *base, GSourceFunc callback, gpointer user_data)
{
  PipeSource *source = (PipeSource *) base;
  GPollableSourceFunc func = (GPollableSourceFunc) (void (*) (void)) callback;
  gboolean shall_stay = G_SOURCE_CONTINUE;

  if (ask (source->pipe, source->waker->for_reading ? is_readable : is_writable)
      || g_cancellable_is_cancelled (source->cancellable))
    shall_stay = func != NULL ? func (source->stream, user_data) : G_SOURCE_REMOVE;
  if (!shall_stay || g_source_is_destroyed (base))
    return G_SOURCE_REMOVE;
  g_mutex_lock (&source->pipe->lock);
  set_ready_time (source->pipe, source->waker);
  g_mutex_unlock (&source->pipe->lock);
  return G_SOURCE_CONTINUE;
}

static void
source_finalize (GSource *base)
{
  PipeSource *source = (PipeSource *) base;

  g_mutex_lock (&source->pipe->lock);
  source->pipe->wakers = g_list_remove (source->pipe->wakers, source->waker);
  g_mutex_unlock (&source->pipe->lock);
  g_source_unref (&source->waker->base); /* the list's */
  g_source_unref (&source->waker->base);
  g_clear_object (&source->cancellable);
  g_object_unref (source->stream);
  kad_memory_pipe_unref (source->pipe);
}

static GSourceFuncs source_funcs = {
  .dispatch = source_dispatch,
  .finalize = source_finalize,
};

static void
watch_source_cancellable (PipeSource *source, GCancellable *cancellable)
{
  g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

  g_source_set_dummy_callback (child);
  g_source_add_child_source (&source->base, child);
  source->cancellable = g_object_ref (cancellable);
}

GSource *
kad_memory_pipe_create_source (KadMemoryPipe *self, GObject *stream, gboolean for_reading,
                               GCancellable *cancellable)
{
  GSource *base = g_source_new (&source_funcs, sizeof (PipeSource));
  PipeSource *source = (PipeSource *) base;

  g_source_set_static_name (base, "KadMemoryPipe");
  source->pipe = kad_memory_pipe_ref (self);
  source->stream = g_object_ref (stream);
  source->waker = (Waker *) g_source_new (&waker_funcs, sizeof (Waker));
  source->waker->for_reading = for_reading;
  g_source_add_child_source (base, &source->waker->base);
  if (cancellable != NULL)
    watch_source_cancellable (source, cancellable);
  g_mutex_lock (&self->lock);
  g_source_ref (&source->waker->base);
  self->wakers = g_list_prepend (self->wakers, source->waker);
  set_ready_time (self, source->waker);
  g_mutex_unlock (&self->lock);
  return base;
}
