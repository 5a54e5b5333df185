/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-input-stream.h"

struct _KadMemoryInputStream
{
  GInputStream parent_instance;

  KadMemoryPipe *pipe; /* (owned) */
};

static void pollable_iface_init (GPollableInputStreamInterface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (KadMemoryInputStream, kad_memory_input_stream, G_TYPE_INPUT_STREAM,
                                0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (G_TYPE_POLLABLE_INPUT_STREAM,
                                                               pollable_iface_init))

static gssize
read_blocking (GInputStream *stream, void *data, gsize len, GCancellable *cancellable,
               GError **error)
{
  KadMemoryInputStream *self = KAD_MEMORY_INPUT_STREAM (stream);

  return kad_memory_pipe_read (self->pipe, data, len, TRUE, cancellable, error);
}

static gssize
read_nonblocking (GPollableInputStream *stream, void *data, gsize len, GError **error)
{
  KadMemoryInputStream *self = KAD_MEMORY_INPUT_STREAM (stream);

  return kad_memory_pipe_read (self->pipe, data, len, FALSE, NULL, error);
}

static gboolean
close_half (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  kad_memory_pipe_close_reader (KAD_MEMORY_INPUT_STREAM (stream)->pipe);
  return TRUE;
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  return kad_memory_pipe_is_readable (KAD_MEMORY_INPUT_STREAM (stream)->pipe);
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return kad_memory_pipe_create_source (KAD_MEMORY_INPUT_STREAM (stream)->pipe, G_OBJECT (stream),
                                        TRUE, cancellable);
}

static void
finalize (GObject *object)
{
  kad_memory_pipe_unref (KAD_MEMORY_INPUT_STREAM (object)->pipe);
  G_OBJECT_CLASS (kad_memory_input_stream_parent_class)->finalize (object);
}

static void
pollable_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = is_readable;
  iface->create_source = create_source;
  iface->read_nonblocking = read_nonblocking;
}

static void
kad_memory_input_stream_class_init (KadMemoryInputStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = read_blocking;
  G_INPUT_STREAM_CLASS (klass)->close_fn = close_half;
}

static void
kad_memory_input_stream_class_finalize (KadMemoryInputStreamClass *klass)
{
}

static void
kad_memory_input_stream_init (KadMemoryInputStream *self)
{
}

void
kad_memory_input_stream_register (GTypeModule *module)
{
  kad_memory_input_stream_register_type (module);
}

GInputStream *
kad_memory_input_stream_new (KadMemoryPipe *pipe)
{
  KadMemoryInputStream *self = g_object_new (KAD_TYPE_MEMORY_INPUT_STREAM, NULL);

  self->pipe = kad_memory_pipe_ref (pipe);
  return G_INPUT_STREAM (self);
}
