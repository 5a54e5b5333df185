/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-stream.h"

#include "kad-memory-input-stream.h"
#include "kad-memory-output-stream.h"

struct _KadMemoryStream
{
  GIOStream parent_instance;

  GInputStream *input;   /* (owned) */
  GOutputStream *output; /* (owned) */
};

G_DEFINE_DYNAMIC_TYPE (KadMemoryStream, kad_memory_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return KAD_MEMORY_STREAM (stream)->input;
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return KAD_MEMORY_STREAM (stream)->output;
}

static void
finalize (GObject *object)
{
  KadMemoryStream *self = KAD_MEMORY_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  G_OBJECT_CLASS (kad_memory_stream_parent_class)->finalize (object);
}

static void
kad_memory_stream_class_init (KadMemoryStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
}

static void
kad_memory_stream_class_finalize (KadMemoryStreamClass *klass)
{
}

static void
kad_memory_stream_init (KadMemoryStream *self)
{
}

void
kad_memory_stream_register (GTypeModule *module)
{
  kad_memory_input_stream_register (module);
  kad_memory_output_stream_register (module);
  kad_memory_stream_register_type (module);
}

static GIOStream *
stream_new (KadMemoryPipe *in, KadMemoryPipe *out)
{
  KadMemoryStream *self = g_object_new (KAD_TYPE_MEMORY_STREAM, NULL);

  self->input = kad_memory_input_stream_new (in);
  self->output = kad_memory_output_stream_new (out);
  return G_IO_STREAM (self);
}

void
kad_memory_stream_new_pair (GIOStream **one, GIOStream **other)
{
  kad_memory_stream_new_slow_pair (NULL, NULL, one, other);
}

void
kad_memory_stream_new_slow_pair (const KadMemoryLatency *of_one, const KadMemoryLatency *of_other,
                                 GIOStream **one, GIOStream **other)
{
  const KadMemoryLatency *const latencies[] = { of_one, of_other };
  g_autoptr (KadMemoryPipe) there = kad_memory_pipe_new ();
  g_autoptr (KadMemoryPipe) back = kad_memory_pipe_new ();

  for (guint i = 0; i < G_N_ELEMENTS (latencies); i++)
    if (latencies[i] != NULL)
      {
        kad_memory_pipe_add_latency (there, latencies[i]);
        kad_memory_pipe_add_latency (back, latencies[i]);
      }
  *one = stream_new (back, there);
  *other = stream_new (there, back);
}
