/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_MAX_MEMORY_PIPE_BYTES (256 * 1024)

/* One direction of a connection inside of a process: a bounded queue of bytes with a reader
 * and a writer, each in any thread. Reference counted. */
typedef struct _KadMemoryPipe KadMemoryPipe;

KadMemoryPipe *kad_memory_pipe_new (void);
/* How long each byte is under way, and the end; 0 at first. Before anybody writes. */
void kad_memory_pipe_set_latency (KadMemoryPipe *self, gint64 latency_us);
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
