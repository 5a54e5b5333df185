/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-yamux.h"

/* Two sessions with each other, both honest, under any order of what their applications do and any
 * cut of the bytes between them. The model: each stream is a pipe each way. What is read is what
 * was written, neither ever breaks the protocol, and once everything was carried nothing is
 * missing. */

#define MAX_STREAMS 40

typedef struct
{
  guint32 id;
  KadYamuxStream *ends[2]; /* by side; NULL: not there, or let go of */
  guint64 written[2];
  guint64 read[2];
  gboolean is_shut[2];
  gboolean was_let_go[2];
  gboolean was_reset;
} Pipe;

typedef struct
{
  KadYamux *sides[2];
  GPtrArray *pipes; /* (element-type Pipe) */
  gint64 now_us;
  gboolean has_gone;
} Lab;

static guint8
pattern (const Pipe *pipe, guint side, guint64 at)
{
  return (guint8) (pipe->id * 31 + side * 7 + at + (at >> 8));
}

static Pipe *
find_pipe (Lab *self, guint32 id)
{
  for (guint i = 0; i < self->pipes->len; i++)
    if (((Pipe *) self->pipes->pdata[i])->id == id)
      return self->pipes->pdata[i];
  return NULL;
}

static void
take_events (Lab *self, guint side)
{
  KadYamuxEvent event;

  while (kad_yamux_next_event (self->sides[side], &event))
    {
      Pipe *pipe;

      if (event.type == KAD_YAMUX_GO_AWAY)
        continue;
      pipe = find_pipe (self, kad_yamux_stream_get_id (event.stream));
      g_assert_nonnull (pipe);
      if (event.type == KAD_YAMUX_STREAM_OPENED)
        {
          g_assert_null (pipe->ends[side]);
          pipe->ends[side] = event.stream;
          kad_yamux_stream_set_user_data (event.stream, pipe);
        }
      else
        g_assert_true (pipe->ends[side] == event.stream);
      if (event.type == KAD_YAMUX_STREAM_RESET)
        {
          /* Only who was let go of with bytes on their way is reset, or on purpose. */
          g_assert_true (pipe->was_reset || pipe->was_let_go[1 - side] || self->has_gone);
          pipe->was_reset = TRUE;
        }
    }
}

static void
carry (Lab *self, guint from, gsize max)
{
  KadBuffer *output = kad_yamux_get_output (self->sides[from]);
  gsize len = MIN (max, kad_buffer_get_length (output));
  g_autofree guint8 *bytes = fuzz_copy (kad_buffer_peek (output), len);
  g_autoptr (GError) error = NULL;

  if (len == 0 || !kad_yamux_get_wants_input (self->sides[1 - from]))
    return;
  kad_buffer_consume (output, len);
  kad_buffer_trim (output);
  kad_yamux_feed (self->sides[1 - from], bytes, len, self->now_us, &error);
  g_assert_no_error (error);
  take_events (self, 1 - from);
  take_events (self, from);
}

static void
open_pipe (Lab *self, guint side)
{
  KadYamuxStream *stream;
  Pipe *pipe;

  if (self->pipes->len >= MAX_STREAMS)
    return;
  stream = kad_yamux_open (self->sides[side], NULL);
  if (stream == NULL)
    {
      g_assert_true (self->has_gone);
      return;
    }
  pipe = g_new0 (Pipe, 1);
  pipe->id = kad_yamux_stream_get_id (stream);
  pipe->ends[side] = stream;
  kad_yamux_stream_set_user_data (stream, pipe);
  g_assert_null (find_pipe (self, pipe->id));
  g_ptr_array_add (self->pipes, pipe);
}

static void
write_pipe (Lab *self, Pipe *pipe, guint side, gsize len)
{
  g_autofree guint8 *bytes = g_malloc (len + 1);

  if (pipe->ends[side] == NULL)
    return;
  for (gsize i = 0; i < len; i++)
    bytes[i] = pattern (pipe, side, pipe->written[side] + i);
  len = kad_yamux_stream_write (self->sides[side], pipe->ends[side], bytes, len);
  if (pipe->is_shut[side])
    g_assert_cmpuint (len, ==, 0);
  pipe->written[side] += len;
}

static void
read_pipe (Lab *self, Pipe *pipe, guint side, gsize max)
{
  const guint8 *bytes;
  gsize len;

  if (pipe->ends[side] == NULL)
    return;
  bytes = kad_yamux_stream_peek (pipe->ends[side], &len);
  len = MIN (len, max);
  for (gsize i = 0; i < len; i++)
    g_assert_cmpuint (bytes[i], ==, pattern (pipe, 1 - side, pipe->read[side] + i));
  pipe->read[side] += len;
  g_assert_cmpuint (pipe->read[side], <=, pipe->written[1 - side]);
  kad_yamux_stream_consume (self->sides[side], pipe->ends[side], len, self->now_us);
}

static void
end_pipe (Lab *self, Pipe *pipe, guint side, guint how)
{
  if (pipe->ends[side] == NULL)
    return;
  if (how == 0)
    {
      kad_yamux_stream_shutdown (self->sides[side], pipe->ends[side]);
      pipe->is_shut[side] = TRUE;
      return;
    }
  if (how == 1)
    kad_yamux_stream_release (self->sides[side], pipe->ends[side]);
  else
    {
      kad_yamux_stream_reset (self->sides[side], pipe->ends[side]);
      pipe->was_reset = TRUE;
    }
  pipe->ends[side] = NULL;
  pipe->was_let_go[side] = TRUE;
}

static void
step (Lab *self, FuzzInput *input)
{
  guint op = fuzz_below (input, 9), choice = fuzz_byte (input), side = choice & 1;
  Pipe *pipe = self->pipes->len > 0 ? self->pipes->pdata[(choice >> 1) % self->pipes->len] : NULL;

  if (op == 0)
    open_pipe (self, side);
  else if (op == 1 || op == 2)
    carry (self, side, (gsize) fuzz_uint16 (input) * 2);
  else if (op == 3)
    self->now_us += (gint64) fuzz_uint16 (input) * 50;
  else if (op == 4)
    kad_yamux_ping (self->sides[side], self->now_us);
  else if (op == 5 && choice == 255)
    {
      kad_yamux_go_away (self->sides[side], KAD_YAMUX_CODE_NORMAL);
      self->has_gone = TRUE;
    }
  else if (pipe != NULL && op == 6)
    write_pipe (self, pipe, side, (gsize) fuzz_uint16 (input) * 4);
  else if (pipe != NULL && op == 7)
    read_pipe (self, pipe, side, (gsize) fuzz_uint16 (input) * 4);
  else if (pipe != NULL && op == 8)
    end_pipe (self, pipe, side, fuzz_below (input, 3));
}

/* Carries and reads everything. */
static void
settle (Lab *self)
{
  for (guint round = 0; round < 200; round++)
    {
      for (guint side = 0; side < 2; side++)
        carry (self, side, G_MAXSIZE);
      for (guint i = 0; i < self->pipes->len; i++)
        for (guint side = 0; side < 2; side++)
          read_pipe (self, self->pipes->pdata[i], side, G_MAXSIZE);
      if (kad_buffer_get_length (kad_yamux_get_output (self->sides[0])) == 0
          && kad_buffer_get_length (kad_yamux_get_output (self->sides[1])) == 0)
        return;
    }
  g_assert_not_reached ();
}

static void
check_end (Lab *self)
{
  for (guint i = 0; i < self->pipes->len; i++)
    {
      const Pipe *pipe = self->pipes->pdata[i];

      for (guint side = 0; side < 2; side++)
        {
          if (pipe->ends[side] == NULL || pipe->was_reset)
            continue;
          g_assert_cmpuint (pipe->read[side], ==, pipe->written[1 - side]);
          if (pipe->is_shut[1 - side] || pipe->was_let_go[1 - side])
            g_assert_true (kad_yamux_stream_is_remote_closed (pipe->ends[side]));
        }
    }
  for (guint side = 0; side < 2; side++)
    g_assert_cmpuint (kad_yamux_get_buffered_bytes (self->sides[side]), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  Lab lab = { .now_us = 1000000 };

  lab.sides[0] = kad_yamux_new (KAD_ROLE_INITIATOR, 4 * 1024 * 1024);
  lab.sides[1] = kad_yamux_new (KAD_ROLE_RESPONDER, 1024 * 1024);
  lab.pipes = g_ptr_array_new_with_free_func (g_free);
  for (guint n = 0; input.len > 0 && n < 400; n++)
    step (&lab, &input);
  settle (&lab);
  check_end (&lab);
  kad_yamux_free (lab.sides[0]);
  kad_yamux_free (lab.sides[1]);
  g_ptr_array_unref (lab.pipes);
  return 0;
}
