/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-error.h"
#include "kad-yamux-private.h"

/* What the tests of Yamux share: frames by hand, and a look at what a session
 * says. Sessions under test are the responder unless a test says otherwise, so the
 * remote's streams are odd. */

#define SECOND G_GINT64_CONSTANT (1000000)
#define BUDGET (4 * 1024 * 1024)

static inline gboolean
feed_header (KadYamux *self, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length,
             GError **error)
{
  const KadYamuxHeader header = { .type = type, .flags = flags, .stream_id = id, .length = length };
  guint8 bytes[KAD_YAMUX_HEADER_BYTES];

  kad_yamux_header_encode (&header, bytes);
  return kad_yamux_feed (self, bytes, sizeof bytes, SECOND, error);
}

static inline void
feed_frame (KadYamux *self, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (feed_header (self, type, flags, id, length, &error));
  g_assert_no_error (error);
}

static inline void
feed_zeros (KadYamux *self, gsize len)
{
  g_autofree guint8 *zeros = g_malloc0 (len);
  g_autoptr (GError) error = NULL;

  g_assert_true (kad_yamux_feed (self, zeros, len, SECOND, &error));
  g_assert_no_error (error);
}

static inline void
feed_text (KadYamux *self, guint16 flags, guint32 id, const char *text)
{
  g_autoptr (GError) error = NULL;

  feed_frame (self, KAD_YAMUX_DATA, flags, id, strlen (text));
  g_assert_true (kad_yamux_feed (self, (const guint8 *) text, strlen (text), SECOND, &error));
  g_assert_no_error (error);
}

static inline void
assert_refused (KadYamux *self, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (feed_header (self, type, flags, id, length, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

/* The next event must be this one; gives its stream. */
static inline KadYamuxStream *
assert_event (KadYamux *self, KadYamuxEventType type, guint32 id)
{
  KadYamuxEvent event;

  g_assert_true (kad_yamux_next_event (self, &event));
  g_assert_cmpint (event.type, ==, type);
  if (event.stream == NULL)
    g_assert_cmpuint (id, ==, 0);
  else
    g_assert_cmpuint (kad_yamux_stream_get_id (event.stream), ==, id);
  return event.stream;
}

static inline void
assert_no_event (KadYamux *self)
{
  KadYamuxEvent event;

  g_assert_false (kad_yamux_next_event (self, &event));
}

/* Takes the frame at the front of the output, with its payload. FALSE: none. */
static inline gboolean
take_frame (KadYamux *self, KadYamuxHeader *header)
{
  KadBuffer *output = kad_yamux_get_output (self);
  g_autoptr (GError) error = NULL;
  gsize len = KAD_YAMUX_HEADER_BYTES;

  if (kad_buffer_get_length (output) == 0)
    return FALSE;
  g_assert_cmpuint (kad_buffer_get_length (output), >=, len);
  g_assert_true (kad_yamux_header_decode (header, kad_buffer_peek (output), &error));
  g_assert_no_error (error);
  if (header->type == KAD_YAMUX_DATA)
    len += header->length;
  g_assert_cmpuint (kad_buffer_get_length (output), >=, len);
  kad_buffer_consume (output, len);
  kad_buffer_trim (output);
  return TRUE;
}

static inline void
assert_frame (KadYamux *self, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  KadYamuxHeader header;

  g_assert_true (take_frame (self, &header));
  g_assert_cmpuint (header.type, ==, type);
  g_assert_cmphex (header.flags, ==, flags);
  g_assert_cmpuint (header.stream_id, ==, id);
  g_assert_cmpuint (header.length, ==, length);
}

static inline void
assert_no_frame (KadYamux *self)
{
  g_assert_cmpuint (kad_buffer_get_length (kad_yamux_get_output (self)), ==, 0);
}

static inline void
drop_output (KadYamux *self)
{
  KadBuffer *output = kad_yamux_get_output (self);

  kad_buffer_consume (output, kad_buffer_get_length (output));
  kad_buffer_trim (output);
}

/* A stream that the remote opened by an empty frame and we took on. */
static inline KadYamuxStream *
accept_remote_stream (KadYamux *self, guint32 id)
{
  KadYamuxStream *stream;

  feed_frame (self, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, id, 0);
  stream = assert_event (self, KAD_YAMUX_STREAM_OPENED, id);
  kad_yamux_stream_set_user_data (stream, self);
  assert_frame (self, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, id, 0);
  return stream;
}

static inline KadYamuxStream *
open_stream (KadYamux *self)
{
  g_autoptr (GError) error = NULL;
  KadYamuxStream *stream = kad_yamux_open (self, &error);

  g_assert_no_error (error);
  g_assert_nonnull (stream);
  return stream;
}

static inline gsize
write_zeros (KadYamux *self, KadYamuxStream *stream, gsize len)
{
  g_autofree guint8 *zeros = g_malloc0 (len);

  return kad_yamux_stream_write (self, stream, zeros, len);
}

static inline void
assert_readable (KadYamuxStream *stream, const char *text)
{
  gsize len;
  const guint8 *data = kad_yamux_stream_peek (stream, &len);

  g_assert_cmpmem (data, len, text, strlen (text));
}
