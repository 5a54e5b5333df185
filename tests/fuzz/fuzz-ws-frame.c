/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-ws-frame.h"

/* The reader of WebSocket frames, both roles: the same frames and the same payload however the
 * bytes are cut, messages within their bounds, and a header that we write is read as it was meant.
 */

typedef struct
{
  KadWsReader reader;
  GByteArray *plain; /* all payload */
  guint n_frames;
  gboolean is_over;
  KadWsStatus status;
} Outcome;

/* Takes what it can of @data; gives how much. */
static gsize
read_some (Outcome *self, const guint8 *data, gsize len)
{
  gsize at = 0;

  while (!self->is_over)
    {
      const char *reason = NULL;
      g_autofree guint8 *rest = fuzz_copy (data + at, len - at);
      g_autofree guint8 *out = NULL;
      gssize used;
      gsize n;

      if (self->reader.left == 0)
        {
          used = kad_ws_reader_read_header (&self->reader, rest, len - at, &self->status, &reason);
          g_assert_cmpint (used, <=, (gssize) (len - at));
          g_assert_true ((used < 0) == (reason != NULL));
          self->is_over = used < 0;
          if (used <= 0)
            break;
          self->n_frames++;
          g_assert_cmpuint (self->reader.n_fragments, <=, KAD_MAX_WS_FRAGMENTS);
          g_assert_cmpuint (self->reader.message_bytes, <=, KAD_MAX_WS_MESSAGE_BYTES);
          at += (gsize) used;
          continue;
        }
      n = (gsize) MIN (self->reader.left, len - at);
      if (n == 0)
        break;
      out = g_malloc (n);
      kad_ws_reader_take (&self->reader, out, rest, n);
      g_byte_array_append (self->plain, out, (guint) n);
      at += n;
    }
  return at;
}

static void
read_all (Outcome *self, gboolean is_client, const guint8 *data, gsize len, gsize step)
{
  gsize at = 0;

  *self = (Outcome){ .reader.is_client = is_client, .plain = g_byte_array_new () };
  for (gsize end = MIN (step, len);; end = MIN (end + step, len))
    {
      at += read_some (self, data + at, end - at);
      if (end == len || self->is_over)
        break;
    }
}

static void
check_written (FuzzInput *input, gboolean is_client)
{
  static const KadWsOpcode opcodes[] = { KAD_WS_BINARY, KAD_WS_CLOSE, KAD_WS_PING, KAD_WS_PONG };
  KadWsOpcode opcode = opcodes[fuzz_below (input, 4)];
  guint64 len
      = fuzz_uint32 (input) % (opcode == KAD_WS_BINARY ? KAD_MAX_WS_MESSAGE_BYTES + 1 : 126);
  guint8 mask[4] = { 1, 2, 3, fuzz_byte (input) };
  guint8 header[KAD_MAX_WS_FRAME_HEADER];
  gsize header_len = kad_ws_frame_write_header (header, opcode, len, is_client ? NULL : mask);
  KadWsReader reader = { .is_client = is_client };
  KadWsStatus status;
  const char *reason = NULL;

  g_assert_cmpint (kad_ws_reader_read_header (&reader, header, header_len, &status, &reason), ==,
                   (gssize) header_len);
  g_assert_cmpuint (reader.left, ==, len);
  g_assert_cmpint (reader.opcode, ==, opcode);
  g_assert_true (reader.is_final);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gboolean is_client = fuzz_byte (&input) & 1;
  gsize step = 1 + fuzz_byte (&input);
  FuzzInput choices = input;
  Outcome whole, pieces;

  read_all (&whole, is_client, input.data, input.len, MAX (input.len, 1));
  read_all (&pieces, is_client, input.data, input.len, step);
  g_assert_cmpint (whole.is_over, ==, pieces.is_over);
  g_assert_cmpint (whole.status, ==, pieces.status);
  g_assert_cmpuint (whole.n_frames, ==, pieces.n_frames);
  g_assert_cmpmem (whole.plain->data, whole.plain->len, pieces.plain->data, pieces.plain->len);
  check_written (&choices, is_client);
  g_byte_array_unref (whole.plain);
  g_byte_array_unref (pieces.plain);
  return 0;
}
