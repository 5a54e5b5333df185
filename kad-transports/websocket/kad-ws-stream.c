/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-stream.h"

#include "kad-ws-input-stream.h"
#include "kad-ws-output-stream.h"

struct _KadWsStream
{
  GIOStream parent_instance;

  KadWsSession *session; /* (owned) */
  GInputStream *input;   /* (owned) */
  GOutputStream *output; /* (owned) */
};

G_DEFINE_DYNAMIC_TYPE (KadWsStream, kad_ws_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return KAD_WS_STREAM (stream)->input;
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return KAD_WS_STREAM (stream)->output;
}

/* Both halves at once; nothing of it blocks. */
static gboolean
close_both (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  KadWsStream *self = KAD_WS_STREAM (stream);

  kad_ws_session_close (self->session);
  return g_output_stream_close (self->output, NULL, error)
         && g_input_stream_close (self->input, NULL, error);
}

static void
finalize (GObject *object)
{
  KadWsStream *self = KAD_WS_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  kad_ws_session_unref (self->session);
  G_OBJECT_CLASS (kad_ws_stream_parent_class)->finalize (object);
}

static void
kad_ws_stream_class_init (KadWsStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
  G_IO_STREAM_CLASS (klass)->close_fn = close_both;
}

static void
kad_ws_stream_class_finalize (KadWsStreamClass *klass)
{
}

static void
kad_ws_stream_init (KadWsStream *self)
{
}

void
kad_ws_stream_register (GTypeModule *module)
{
  kad_ws_input_stream_register (module);
  kad_ws_output_stream_register (module);
  kad_ws_stream_register_type (module);
}

GIOStream *
kad_ws_stream_new (KadWsSession *session)
{
  KadWsStream *self = g_object_new (KAD_TYPE_WS_STREAM, NULL);

  self->session = session;
  self->input = kad_ws_input_stream_new (session);
  self->output = kad_ws_output_stream_new (session);
  return G_IO_STREAM (self);
}
