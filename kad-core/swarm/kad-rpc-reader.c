/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-rpc-private.h"

#include "kad-error.h"
#include "kad-frame.h"

#define KAD_RPC_IN_PLACE_BYTES (128 * 1024) /* below half of the initial window */

void
kad_rpc_reader_init (KadRpcReader *self, KadRpc *rpc)
{
  *self = (KadRpcReader){ .rpc = rpc };
}

void
kad_rpc_reader_clear (KadRpcReader *self)
{
  kad_reactor_get_budget (self->rpc->reactor)->assembly_bytes
      -= kad_buffer_get_length (&self->partial);
  kad_buffer_clear (&self->partial);
}

/* Moves what the stream has into `partial`, within the budget. */
static gboolean
assemble (KadRpcReader *self, KadStream *stream, GError **error)
{
  KadBudget *budget = kad_reactor_get_budget (self->rpc->reactor);
  const guint8 *data;
  gsize len;

  data = kad_stream_peek (stream, &len);
  if (budget->assembly_bytes + len > budget->max_assembly_bytes)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                           "Too many bytes of large messages are in flight (the limit "
                           "assembly-bytes)");
      return FALSE;
    }
  kad_buffer_append (&self->partial, data, len);
  budget->assembly_bytes += len;
  kad_stream_consume (stream, len);
  return TRUE;
}

KadWireStatus
kad_rpc_reader_read (KadRpcReader *self, KadStream *stream, const guint8 **frame, gsize *len,
                     GError **error)
{
  const guint8 *data;
  gsize available, used = 0;
  KadWireStatus status;

  if (kad_buffer_get_length (&self->partial) == 0)
    {
      data = kad_stream_peek (stream, &available);
      status = kad_frame_peek (data, available, KAD_MAX_MESSAGE_BYTES, frame, len, &used, error);
      self->in_place = used;
      if (status == KAD_WIRE_MORE && available > 0 && self->since_us == 0)
        self->since_us = kad_reactor_get_now (self->rpc->reactor);
      if (status != KAD_WIRE_MORE || available < KAD_RPC_IN_PLACE_BYTES)
        return status;
    }

  self->in_place = 0;
  if (!assemble (self, stream, error))
    return KAD_WIRE_ERROR;
  /* What followed a whole large frame is the beginning of the next: its time runs from now. */
  if (self->since_us == 0)
    self->since_us = kad_reactor_get_now (self->rpc->reactor);
  return kad_frame_peek (kad_buffer_peek (&self->partial), kad_buffer_get_length (&self->partial),
                         KAD_MAX_MESSAGE_BYTES, frame, len, &used, error);
}

void
kad_rpc_reader_next_frame (KadRpcReader *self, KadStream *stream)
{
  const guint8 *frame;
  gsize len, used = 0;

  self->since_us = 0;
  if (self->in_place > 0)
    {
      kad_stream_consume (stream, self->in_place);
      self->in_place = 0;
      return;
    }
  kad_frame_peek (kad_buffer_peek (&self->partial), kad_buffer_get_length (&self->partial),
                  KAD_MAX_MESSAGE_BYTES, &frame, &len, &used, NULL);
  kad_buffer_consume (&self->partial, used);
  kad_reactor_get_budget (self->rpc->reactor)->assembly_bytes -= used;
  kad_buffer_trim (&self->partial);
}

gboolean
kad_rpc_reader_has_partial (const KadRpcReader *self, KadStream *stream)
{
  gsize len;

  kad_stream_peek (stream, &len);
  return len > 0 || kad_buffer_get_length (&self->partial) > 0;
}
