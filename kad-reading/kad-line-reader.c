/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-line-reader.h"

#include <gio/gunixinputstream.h>
#include <string.h>

#define CHUNK_BYTES (64 * 1024)

/* GDataInputStream has no bound for a line, so the lines are cut here. */
struct _KadLineReader
{
  GInputStream *stream;
  GCancellable *cancellable; /* while a read is under way it owns the struct, too */
  KadLineFunc on_line;
  KadLineEndFunc on_end;
  gpointer user_data;
  GByteArray *pending;  /* a line without its end yet */
  gboolean is_skipping; /* the rest of a line that was too long */
  gboolean is_freed;
  guint8 chunk[CHUNK_BYTES];
};

static void read_more (KadLineReader *self);

static void
destroy (KadLineReader *self)
{
  g_object_unref (self->stream);
  g_object_unref (self->cancellable);
  g_byte_array_unref (self->pending);
  g_free (self);
}

static void
give_line (KadLineReader *self)
{
  gsize len = self->pending->len;

  if (len > 0 && self->pending->data[len - 1] == '\r')
    len--;
  if (!self->is_skipping)
    /* An array that never had a byte has no data. */
    self->on_line (len > 0 ? (const char *) self->pending->data : "", len, self->user_data);
  self->is_skipping = FALSE;
  g_byte_array_set_size (self->pending, 0);
}

static void
keep (KadLineReader *self, const guint8 *data, gsize len)
{
  if (self->is_skipping)
    return;
  if (len <= KAD_MAX_LINE_BYTES - self->pending->len)
    {
      g_byte_array_append (self->pending, data, (guint) len);
      return;
    }
  self->is_skipping = TRUE;
  g_byte_array_unref (self->pending);
  self->pending = g_byte_array_new ();
  self->on_line (NULL, 0, self->user_data);
}

static void
cut_lines (KadLineReader *self, const guint8 *data, gsize len)
{
  while (len > 0 && !self->is_freed)
    {
      const guint8 *end = memchr (data, '\n', len);
      gsize part = end != NULL ? (gsize) (end - data) : len;

      keep (self, data, part);
      if (end == NULL)
        return;
      if (!self->is_freed)
        give_line (self);
      data += part + 1;
      len -= part + 1;
    }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadLineReader *self = user_data;
  gssize n = g_input_stream_read_finish (self->stream, result, NULL);

  if (n > 0 && !self->is_freed)
    cut_lines (self, self->chunk, (gsize) n);
  if (n <= 0 && !self->is_freed && self->pending->len > 0)
    give_line (self); /* the last line may lack its end */
  if (self->is_freed)
    destroy (self);
  else if (n > 0)
    read_more (self);
  else
    {
      g_clear_object (&self->stream);
      self->on_end (self->user_data);
    }
}

static void
read_more (KadLineReader *self)
{
  g_input_stream_read_async (self->stream, self->chunk, sizeof self->chunk, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, self);
}

KadLineReader *
kad_line_reader_new (int fd, KadLineFunc on_line, KadLineEndFunc on_end, gpointer user_data)
{
  KadLineReader *self = g_new0 (KadLineReader, 1);

  self->stream = g_unix_input_stream_new (fd, FALSE);
  self->cancellable = g_cancellable_new ();
  self->on_line = on_line;
  self->on_end = on_end;
  self->user_data = user_data;
  self->pending = g_byte_array_new ();
  read_more (self);
  return self;
}

void
kad_line_reader_free (KadLineReader *self)
{
  gboolean is_reading = self->stream != NULL;

  self->is_freed = TRUE;
  if (is_reading)
    {
      g_cancellable_cancel (self->cancellable);
      return;
    }
  g_clear_object (&self->cancellable);
  g_byte_array_unref (self->pending);
  g_free (self);
}
