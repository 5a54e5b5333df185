/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_MAX_MEMORY_PIPE_BYTES (256 * 1024)

/* Of both ends of a connection. */
#define KAD_MAX_MEMORY_LATENCIES 2

typedef struct
{
  gint64 latency_us;
  gint64 from_us;
} KadMemoryLatency;

/* One direction of a connection inside of a process: a bounded queue of bytes with a reader
 * and a writer, each in any thread. Reference counted. */
typedef struct _KadMemoryPipe KadMemoryPipe;

KadMemoryPipe *kad_memory_pipe_new (void);
/* What is written from a time on (monotonic microseconds) is so much longer under way, and so is
 * the end. Before anybody writes; at most KAD_MAX_MEMORY_LATENCIES, which add up. */
void kad_memory_pipe_add_latency (KadMemoryPipe *self, const KadMemoryLatency *latency);
KadMemoryPipe *kad_memory_pipe_ref (KadMemoryPipe *self);
void kad_memory_pipe_unref (KadMemoryPipe *self);
/* As read(): 0 at the end; WOULD_BLOCK if it is empty and not @blocking. */
gssize kad_memory_pipe_read (KadMemoryPipe *self, void *data, gsize len, gboolean blocking,
                             GCancellable *cancellable, GError **error);
/* As write(): perhaps fewer bytes; BROKEN_PIPE if the reader is gone. */
gssize kad_memory_pipe_write (KadMemoryPipe *self, const void *data, gsize len, gboolean blocking,
                              GCancellable *cancellable, GError **error);
void kad_memory_pipe_close_reader (KadMemoryPipe *self);
/* The reader gets what is queued, then the end. */
void kad_memory_pipe_close_writer (KadMemoryPipe *self);
gboolean kad_memory_pipe_is_readable (KadMemoryPipe *self);
gboolean kad_memory_pipe_is_writable (KadMemoryPipe *self);
/* A source for GPollableSourceFunc, called with @stream. */
GSource *kad_memory_pipe_create_source (KadMemoryPipe *self, GObject *stream, gboolean for_reading,
                                        GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadMemoryPipe, kad_memory_pipe_unref)

G_END_DECLS
