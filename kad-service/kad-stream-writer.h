/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What waits for a reader that is slower than what happens; what does not fit is lost. */
#define KAD_MAX_STREAM_BUFFER_BYTES (256 * 1024)

/* The writing end of a stream of lines. Never blocks: what a slow reader does not take waits, then
 * is lost and counted, and told once there is room again. Main thread only. */
typedef struct _KadStreamWriter KadStreamWriter;

/* A line without its end that says how many were lost. (transfer full) */
typedef char *(*KadStreamLostFunc) (guint64 n_lost);
/* Nobody reads any more: free it, here or later. */
typedef void (*KadStreamClosedFunc) (KadStreamWriter *writer, gpointer user_data);

/* @reader: (out): the other end, which blocks and is closed on exec; the caller's to close */
KadStreamWriter *kad_stream_writer_new (int *reader, KadStreamLostFunc format_lost,
                                        KadStreamClosedFunc closed, gpointer user_data,
                                        GError **error);
/* The reader gets the end of the stream, after what it can take at once. */
void kad_stream_writer_free (KadStreamWriter *self);
/* A line without its end. FALSE: it is lost. */
gboolean kad_stream_writer_write (KadStreamWriter *self, const char *line);
/* So many were lost before they came here. */
void kad_stream_writer_lose (KadStreamWriter *self, guint64 n_lost);
gsize kad_stream_writer_get_waiting (KadStreamWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadStreamWriter, kad_stream_writer_free)

G_END_DECLS
