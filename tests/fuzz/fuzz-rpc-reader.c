/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-frame.h"
#include "kad-rpc-private.h"

/* The reader of kad messages, over a stream that the input fills. Its frames are those that
 * kad_frame_peek() finds in all of the bytes at once, in this order, and the node's account of
 * assembled bytes is what it holds. The stream stands for kad-stream.c. */

struct _KadStream
{
  KadBuffer waiting;
};

const guint8 *
kad_stream_peek (KadStream *self, gsize *len)
{
  *len = kad_buffer_get_length (&self->waiting);
  return kad_buffer_peek (&self->waiting);
}

void
kad_stream_consume (KadStream *self, gsize len)
{
  kad_buffer_consume (&self->waiting, len);
}

gint64
kad_reactor_get_now (KadReactor *reactor)
{
  return 1;
}

static KadBudget budget;

KadBudget *
kad_reactor_get_budget (KadReactor *reactor)
{
  return &budget;
}

typedef struct
{
  KadRpc rpc;
  KadRpcReader reader;
  KadStream stream;
  KadBuffer all;
  gsize read; /* of all */
  gboolean is_over;
} Lab;

static void
put (Lab *self, const guint8 *data, gsize len)
{
  kad_buffer_append (&self->all, data, len);
  kad_buffer_append (&self->stream.waiting, data, len);
}

static void
check_frame (Lab *self, KadWireStatus status, const guint8 *frame, gsize len)
{
  const guint8 *expected = NULL;
  gsize expected_len = 0, used = 0;
  KadWireStatus expected_status = kad_frame_peek (
      kad_buffer_peek (&self->all) + self->read, kad_buffer_get_length (&self->all) - self->read,
      KAD_MAX_MESSAGE_BYTES, &expected, &expected_len, &used, NULL);

  g_assert_cmpint (status, ==, expected_status);
  if (status != KAD_WIRE_DONE)
    return;
  g_assert_cmpmem (frame, len, expected, expected_len);
  self->read += used;
}

static void
read_frames (Lab *self)
{
  while (!self->is_over && kad_buffer_get_length (&self->all) > 0)
    {
      g_autoptr (GError) error = NULL;
      const guint8 *frame = NULL;
      gsize len = 0;
      KadWireStatus status
          = kad_rpc_reader_read (&self->reader, &self->stream, &frame, &len, &error);

      g_assert_true ((status == KAD_WIRE_ERROR) == (error != NULL));
      g_assert_cmpuint (budget.assembly_bytes, ==, kad_buffer_get_length (&self->reader.partial));
      check_frame (self, status, frame, len);
      self->is_over = status == KAD_WIRE_ERROR;
      if (status != KAD_WIRE_DONE)
        return;
      kad_rpc_reader_next_frame (&self->reader, &self->stream);
      g_assert_true (kad_rpc_reader_has_partial (&self->reader, &self->stream)
                     == (kad_buffer_get_length (&self->all) > self->read));
    }
}

/* A frame of up to a megabyte, of zeros. */
static void
put_frame (Lab *self, FuzzInput *input)
{
  static const guint8 zeros[1 << 20];
  g_auto (KadBuffer) prefix = KAD_BUFFER_INIT;
  gsize len = (gsize) fuzz_uint16 (input) * 16, there = (gsize) fuzz_uint16 (input) * 16;

  kad_frame_append_prefix (&prefix, len);
  put (self, kad_buffer_peek (&prefix), kad_buffer_get_length (&prefix));
  put (self, zeros, MIN (len, MAX (there, 1)));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  Lab lab = { 0 };

  budget.max_assembly_bytes = kad_limit_find ("assembly-bytes")->fallback;
  kad_rpc_reader_init (&lab.reader, &lab.rpc);
  while (input.len > 0 && kad_buffer_get_length (&lab.all) < 6 * 1024 * 1024)
    {
      guint choice = fuzz_byte (&input);
      gsize len = choice / 4;
      const guint8 *bytes;

      if (choice % 4 == 0)
        put_frame (&lab, &input);
      else
        {
          bytes = fuzz_take (&input, &len);
          put (&lab, bytes, len);
        }
      if (choice % 4 != 1)
        read_frames (&lab);
    }
  read_frames (&lab);
  kad_rpc_reader_clear (&lab.reader);
  g_assert_cmpuint (budget.assembly_bytes, ==, 0);
  kad_buffer_clear (&lab.all);
  kad_buffer_clear (&lab.stream.waiting);
  return 0;
}
