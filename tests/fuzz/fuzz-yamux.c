/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-yamux-header.h"
#include "kad-yamux.h"

/* One session, a remote that sends anything, and an application that does anything, in turns. After
 * each step: what waits in memory is what the streams say and within the bounds, and what goes out
 * is whole frames that obey the remote's windows. */

#define BUDGET (1024 * 1024)
#define MAX_STREAMS 1024

typedef struct
{
  KadYamux *yamux;
  GPtrArray *streams; /* held by the application */
  gint64 now_us;
  gboolean is_over;
  guint64 fed;
} Lab;

static KadYamuxStream *
pick (Lab *self, FuzzInput *input)
{
  guint n = fuzz_byte (input);

  return self->streams->len > 0 ? self->streams->pdata[n % self->streams->len] : NULL;
}

static void
feed (Lab *self, const guint8 *data, gsize len)
{
  g_autofree guint8 *bytes = fuzz_copy (data, len);
  g_autoptr (GError) error = NULL;
  gboolean ok = kad_yamux_feed (self->yamux, bytes, len, self->now_us, &error);

  fuzz_assert_outcome (ok, error);
  if (self->is_over)
    g_assert_false (ok);
  if (!ok)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      self->is_over = TRUE;
    }
  self->fed += len;
}

/* A frame that is right as far as one byte a field can say. */
static void
feed_frame (Lab *self, FuzzInput *input)
{
  static const guint8 zeros[65536];
  KadYamuxHeader header = { .type = fuzz_below (input, 4), .flags = fuzz_below (input, 16) };
  guint8 bytes[KAD_YAMUX_HEADER_BYTES];
  guint scale = fuzz_below (input, 4);

  header.stream_id = fuzz_byte (input);
  header.length = (guint32) fuzz_uint16 (input) << (scale == 3 ? 16 : scale * 2);
  kad_yamux_header_encode (&header, bytes);
  feed (self, bytes, sizeof bytes);
  if (header.type != KAD_YAMUX_DATA || self->is_over)
    return;
  for (gsize left = MIN (header.length, 1u << 18); left > 0 && !self->is_over;)
    {
      gsize n = MIN (left, sizeof zeros);

      feed (self, zeros, n);
      left -= n;
    }
}

static void
feed_raw (Lab *self, FuzzInput *input)
{
  gsize len = fuzz_byte (input);
  const guint8 *bytes = fuzz_take (input, &len);

  feed (self, bytes, len);
}

static void
take_events (Lab *self, FuzzInput *input)
{
  KadYamuxEvent event;
  gboolean accepts = fuzz_byte (input) % 8 != 0;

  for (guint n = 0; kad_yamux_next_event (self->yamux, &event); n++)
    {
      g_assert_cmpuint (n, <, 4 * MAX_STREAMS);
      if (event.type == KAD_YAMUX_GO_AWAY)
        {
          g_assert_null (event.stream);
          continue;
        }
      g_assert_nonnull (event.stream);
      if (event.type == KAD_YAMUX_STREAM_OPENED)
        {
          g_assert_null (kad_yamux_stream_get_user_data (event.stream));
          g_assert_false (g_ptr_array_find (self->streams, event.stream, NULL));
          if (!accepts)
            {
              kad_yamux_stream_reset (self->yamux, event.stream);
              continue;
            }
          kad_yamux_stream_set_user_data (event.stream, self);
          g_ptr_array_add (self->streams, event.stream);
        }
      else
        {
          g_assert_true (g_ptr_array_find (self->streams, event.stream, NULL));
          if (event.type == KAD_YAMUX_STREAM_RESET)
            g_assert_true (kad_yamux_stream_is_reset (event.stream));
        }
    }
}

static void
open_stream (Lab *self)
{
  g_autoptr (GError) error = NULL;
  KadYamuxStream *stream = kad_yamux_open (self->yamux, &error);

  fuzz_assert_outcome (stream != NULL, error);
  if (stream == NULL)
    return;
  kad_yamux_stream_set_user_data (stream, self);
  g_ptr_array_add (self->streams, stream);
}

static void
write_stream (Lab *self, FuzzInput *input)
{
  static const guint8 zeros[1 << 18];
  KadYamuxStream *stream = pick (self, input);
  gsize len = (gsize) fuzz_uint16 (input) * 4;

  if (stream != NULL)
    g_assert_cmpuint (kad_yamux_stream_write (self->yamux, stream, zeros, len), <=, len);
}

static void
consume (Lab *self, FuzzInput *input)
{
  KadYamuxStream *stream = pick (self, input);
  gsize len, n = (gsize) fuzz_uint16 (input) * 8;

  if (stream == NULL)
    return;
  kad_yamux_stream_peek (stream, &len);
  kad_yamux_stream_consume (self->yamux, stream, MIN (n, len), self->now_us);
}

static void
end_stream (Lab *self, FuzzInput *input)
{
  KadYamuxStream *stream = pick (self, input);
  guint how = fuzz_below (input, 3);

  if (stream == NULL)
    return;
  if (how == 0)
    {
      kad_yamux_stream_shutdown (self->yamux, stream);
      return;
    }
  g_ptr_array_remove_fast (self->streams, stream);
  if (how == 1)
    kad_yamux_stream_release (self->yamux, stream);
  else
    kad_yamux_stream_reset (self->yamux, stream);
}

/* Takes @max bytes in whole frames. */
static void
drain (Lab *self, gsize max)
{
  KadBuffer *output = kad_yamux_get_output (self->yamux);
  gsize taken = 0;

  while (taken < max && kad_buffer_get_length (output) > 0)
    {
      KadYamuxHeader header;
      g_autoptr (GError) error = NULL;
      gsize len = KAD_YAMUX_HEADER_BYTES;

      g_assert_cmpuint (kad_buffer_get_length (output), >=, len);
      g_assert_true (kad_yamux_header_decode (&header, kad_buffer_peek (output), &error));
      g_assert_no_error (error);
      if (header.type == KAD_YAMUX_DATA)
        {
          g_assert_cmpuint (header.length, <=, KAD_YAMUX_MAX_FRAME);
          len += header.length;
        }
      g_assert_cmpuint (kad_buffer_get_length (output), >=, len);
      kad_buffer_consume (output, len);
      taken += len;
    }
  kad_buffer_trim (output);
}

static void
check (Lab *self)
{
  gsize buffered = 0;

  for (guint i = 0; i < self->streams->len; i++)
    {
      gsize len;

      kad_yamux_stream_peek (self->streams->pdata[i], &len);
      g_assert_cmpuint (len, <=, KAD_YAMUX_MAX_WINDOW);
      buffered += len;
    }
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (self->yamux), >=, buffered);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (self->yamux), <=, self->fed);
  g_assert_cmpuint (kad_yamux_get_n_streams (self->yamux), >=, self->streams->len);
  g_assert_cmpuint (kad_yamux_get_n_streams (self->yamux), <=,
                    KAD_YAMUX_MAX_STREAMS + KAD_YAMUX_MAX_BACKLOG + MAX_STREAMS);
}

static void
step (Lab *self, FuzzInput *input)
{
  switch (fuzz_below (input, 14))
    {
    case 0:
    case 1:
    case 2:
      if (kad_yamux_get_wants_input (self->yamux))
        feed_frame (self, input);
      break;
    case 3:
      feed_raw (self, input);
      break;
    case 4:
      take_events (self, input);
      break;
    case 5:
      if (self->streams->len < MAX_STREAMS)
        open_stream (self);
      break;
    case 6:
      write_stream (self, input);
      break;
    case 7:
      consume (self, input);
      break;
    case 8:
    case 9:
      end_stream (self, input);
      break;
    case 10:
      kad_yamux_ping (self->yamux, self->now_us);
      break;
    case 11:
      kad_yamux_go_away (self->yamux, fuzz_byte (input));
      break;
    case 12:
      self->now_us += (gint64) fuzz_uint16 (input) * 100;
      break;
    default:
      drain (self, (gsize) fuzz_byte (input) * 1024);
      break;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  KadRole role = fuzz_byte (&input) & 1 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER;
  Lab lab = { .yamux = kad_yamux_new (role, BUDGET), .now_us = 1000000 };

  lab.streams = g_ptr_array_new ();
  while (input.len > 0 && lab.fed < 16 * 1024 * 1024)
    {
      step (&lab, &input);
      check (&lab);
    }
  take_events (&lab, &input);
  while (lab.streams->len > 0)
    kad_yamux_stream_reset (lab.yamux, g_ptr_array_steal_index_fast (lab.streams, 0));
  drain (&lab, G_MAXSIZE);
  /* Streams of which nobody was told, and released ones, hold nothing unread. */
  take_events (&lab, &input);
  while (lab.streams->len > 0)
    kad_yamux_stream_reset (lab.yamux, g_ptr_array_steal_index_fast (lab.streams, 0));
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (lab.yamux), ==, 0);
  g_assert_cmpuint (kad_yamux_get_n_streams (lab.yamux), ==, 0);
  g_ptr_array_unref (lab.streams);
  kad_yamux_free (lab.yamux);
  return 0;
}
