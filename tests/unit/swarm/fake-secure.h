/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <string.h>

#include "kad-secure-connection.h"

G_BEGIN_DECLS

/* A connection that is secure and multiplexed by itself, in memory: two ends which hold each
 * other's bytes. Nothing is told inside of a call; fake_secure_deliver() tells what happened. */

#define FAKE_TYPE_SECURE (fake_secure_get_type ())
G_DECLARE_FINAL_TYPE (FakeSecure, fake_secure, FAKE, SECURE, GObject)

typedef struct
{
  KadSecureEvent event;
  guint64 id;
} FakeNote;

typedef struct
{
  GByteArray *in;
  gboolean is_ended; /* the other side wrote its last */
} FakeStream;

struct _FakeSecure
{
  GObject parent_instance;

  KadPeerId peer;
  FakeSecure *other;   /* (nullable) borrowed: the test holds both */
  GHashTable *streams; /* guint64 -> FakeStream: what came from the other end */
  GQueue notes;        /* (element-type FakeNote) */
  KadSecureFunc func;
  gpointer user_data;
  guint64 next_id;
  gsize window; /* what a stream takes before it is read */
  gboolean is_closed;
};

static inline void
fake_stream_free (gpointer data)
{
  FakeStream *stream = data;

  g_byte_array_unref (stream->in);
  g_free (stream);
}

static inline void
fake_note (FakeSecure *self, KadSecureEvent event, guint64 id)
{
  FakeNote *note = g_new0 (FakeNote, 1);

  note->event = event;
  note->id = id;
  g_queue_push_tail (&self->notes, note);
}

static inline FakeStream *
fake_add_stream (FakeSecure *self, guint64 id)
{
  FakeStream *stream = g_new0 (FakeStream, 1);
  guint64 *key = g_new (guint64, 1);

  *key = id;
  stream->in = g_byte_array_new ();
  g_hash_table_insert (self->streams, key, stream);
  return stream;
}

static const KadPeerId *
fake_get_peer (KadSecureConnection *connection)
{
  return &FAKE_SECURE (connection)->peer;
}

static void
fake_set_func (KadSecureConnection *connection, KadSecureFunc func, gpointer user_data)
{
  FakeSecure *self = FAKE_SECURE (connection);

  self->func = func;
  self->user_data = user_data;
}

static gboolean
fake_open_stream (KadSecureConnection *connection, guint64 *id, GError **error)
{
  FakeSecure *self = FAKE_SECURE (connection);

  if (self->is_closed || self->other == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
      return FALSE;
    }
  *id = self->next_id;
  self->next_id += 2;
  fake_add_stream (self, *id);
  fake_add_stream (self->other, *id);
  fake_note (self->other, KAD_SECURE_STREAM_OPENED, *id);
  return TRUE;
}

static gssize
fake_read (KadSecureConnection *connection, guint64 id, guint8 *data, gsize len, GError **error)
{
  FakeSecure *self = FAKE_SECURE (connection);
  FakeStream *stream = g_hash_table_lookup (self->streams, &id);
  gsize n;
  gboolean was_full;

  if (stream == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The stream was reset");
      return -1;
    }
  n = MIN (len, stream->in->len);
  if (n == 0 && stream->is_ended)
    return 0;
  if (n == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing");
      return -1;
    }
  was_full = stream->in->len >= self->window;
  memcpy (data, stream->in->data, n);
  g_byte_array_remove_range (stream->in, 0, n);
  if (was_full && self->other != NULL)
    fake_note (self->other, KAD_SECURE_STREAM_WRITABLE, id);
  return n;
}

static gssize
fake_write (KadSecureConnection *connection, guint64 id, const guint8 *data, gsize len,
            GError **error)
{
  FakeSecure *self = FAKE_SECURE (connection);
  FakeStream *stream = self->other == NULL ? NULL : g_hash_table_lookup (self->other->streams, &id);
  gsize n;

  if (stream == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "gone");
      return -1;
    }
  n = MIN (len, self->window - MIN (self->window, stream->in->len));
  if (n == 0 && len > 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "full");
      return -1;
    }
  g_byte_array_append (stream->in, data, n);
  fake_note (self->other, KAD_SECURE_STREAM_READABLE, id);
  return n;
}

static void
fake_shutdown_stream (KadSecureConnection *connection, guint64 id)
{
  FakeSecure *self = FAKE_SECURE (connection);
  FakeStream *stream = self->other == NULL ? NULL : g_hash_table_lookup (self->other->streams, &id);

  if (stream == NULL || stream->is_ended)
    return;
  stream->is_ended = TRUE;
  fake_note (self->other, KAD_SECURE_STREAM_READABLE, id);
}

static void
fake_reset_stream (KadSecureConnection *connection, guint64 id)
{
  FakeSecure *self = FAKE_SECURE (connection);

  g_hash_table_remove (self->streams, &id);
  if (self->other != NULL && g_hash_table_contains (self->other->streams, &id))
    fake_note (self->other, KAD_SECURE_STREAM_RESET, id);
}

static void
fake_close (KadSecureConnection *connection)
{
  FakeSecure *self = FAKE_SECURE (connection);

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  if (self->other != NULL)
    fake_note (self->other, KAD_SECURE_CLOSED, 0);
}

static void
fake_secure_iface_init (KadSecureConnectionInterface *iface)
{
  iface->get_peer = fake_get_peer;
  iface->set_func = fake_set_func;
  iface->open_stream = fake_open_stream;
  iface->read = fake_read;
  iface->write = fake_write;
  iface->shutdown_stream = fake_shutdown_stream;
  iface->reset_stream = fake_reset_stream;
  iface->close = fake_close;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSecure, fake_secure, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KAD_TYPE_SECURE_CONNECTION,
                                                      fake_secure_iface_init))

static void
fake_secure_finalize (GObject *object)
{
  FakeSecure *self = FAKE_SECURE (object);

  if (self->other != NULL)
    self->other->other = NULL;
  g_hash_table_unref (self->streams);
  g_queue_clear_full (&self->notes, g_free);
  G_OBJECT_CLASS (fake_secure_parent_class)->finalize (object);
}

static void
fake_secure_class_init (FakeSecureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_secure_finalize;
}

static void
fake_secure_init (FakeSecure *self)
{
  self->streams = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, fake_stream_free);
  g_queue_init (&self->notes);
  self->window = 256 * 1024;
}

/* Two ends: @one sees @other_peer at the other end, and so on. */
static inline void
fake_secure_new_pair (const KadPeerId *one_peer, const KadPeerId *other_peer, FakeSecure **one,
                      FakeSecure **other)
{
  *one = g_object_new (FAKE_TYPE_SECURE, NULL);
  *other = g_object_new (FAKE_TYPE_SECURE, NULL);
  (*one)->peer = *other_peer;
  (*other)->peer = *one_peer;
  (*one)->other = *other;
  (*other)->other = *one;
  (*one)->next_id = 4;
  (*other)->next_id = 5;
}

/* TRUE: something was told. */
static inline gboolean
fake_secure_deliver (FakeSecure *self)
{
  FakeNote *note = g_queue_pop_head (&self->notes);

  if (note == NULL)
    return FALSE;
  if (self->func != NULL)
    self->func (KAD_SECURE_CONNECTION (self), note->event, note->id, self->user_data);
  g_free (note);
  return TRUE;
}

G_END_DECLS
