/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-session.h"

#include <glib-unix.h>
#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-ws-frame.h"

/* A byte stream through binary messages whose borders mean nothing.
 *
 * The frames are our own, not SoupWebsocketConnection's: that one reads as fast as the remote sends
 * and queues without bound what it is given to send; it cannot be paused, and does not count
 * fragments (CVE-2025-32049). Here the socket is read only when somebody reads the stream, at
 * most KAD_MAX_WS_RECEIVE_BYTES ahead, and one frame at most waits to be sent: the kernel's
 * buffers, and TCP's window with them, hold the remote back, and us.
 *
 * What was given to write() counts as sent: a frame that the socket took only half of is sent on
 * by a source of our own, in the context in which the session was made, even if nobody
 * writes any more.
 *
 * WebSocket has no half-close. A Close frame is answered when our own writing ends (RFC 6455
 * section 5.5.1 lets who is in the middle of a message finish it), so that between two of us
 * half-close works all the same; another implementation answers at once, and our reading
 * ends then, too. An end without a Close frame is an end if it is between frames, and a broken
 * connection inside of one. */

/* A Close frame, and the answer to one Ping, beside a data frame. */
#define CONTROL_ROOM (2 * (KAD_MAX_WS_FRAME_HEADER + KAD_MAX_WS_CONTROL_BYTES))
#define OUT_CAPACITY (KAD_MAX_WS_FRAME_HEADER + KAD_MAX_WS_SEND_BYTES + CONTROL_ROOM)
/* How often one read() asks the socket, when frames come without payload. */
#define MAX_ROUNDS 4

struct _KadWsSession
{
  gatomicrefcount n_refs;
  KadWsSocket *socket; /* (owned) */
  KadWsReader reader;
  gboolean has_control; /* a control frame's header was read, its payload not */
  guint8 *in;           /* (nullable) KAD_MAX_WS_RECEIVE_BYTES, while something is in it */
  gsize in_at, in_len;
  gboolean is_starved; /* what is in `in` is of no use without more */
  guint8 *out;         /* (nullable) OUT_CAPACITY, while something is in it */
  gsize out_at, out_len;
  gboolean has_pong; /* in `out` */
  gboolean is_close_sent, is_close_received, is_ended, is_closed;
  GError *failure; /* (nullable) */
  GMainContext *context;
  GSource *flusher; /* (nullable) */
};

KadWsSession *
kad_ws_session_new (KadWsSocket *socket, gboolean is_client, const guint8 *head, gsize head_len)
{
  KadWsSession *self = g_new0 (KadWsSession, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->socket = socket;
  self->reader.is_client = is_client;
  self->context = g_main_context_ref_thread_default ();
  if (head_len > 0)
    {
      self->in = g_malloc (KAD_MAX_WS_RECEIVE_BYTES);
      self->in_len = MIN (head_len, KAD_MAX_WS_RECEIVE_BYTES);
      memcpy (self->in, head, self->in_len);
    }
  return self;
}

KadWsSession *
kad_ws_session_ref (KadWsSession *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

static void
drop_flusher (KadWsSession *self)
{
  if (self->flusher == NULL)
    return;
  g_source_destroy (self->flusher);
  g_clear_pointer (&self->flusher, g_source_unref);
}

void
kad_ws_session_unref (KadWsSession *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  /* It holds us while it is attached: here its context is gone already. */
  g_clear_pointer (&self->flusher, g_source_unref);
  kad_ws_socket_shut_down (self->socket);
  kad_ws_socket_unref (self->socket);
  g_main_context_unref (self->context);
  g_clear_error (&self->failure);
  g_free (self->in);
  g_free (self->out);
  g_free (self);
}

/* ---- sending ---- */

static void
drop_output (KadWsSession *self)
{
  g_clear_pointer (&self->out, g_free);
  self->out_at = self->out_len = 0;
  self->has_pong = FALSE;
}

/* There is always room: for one data frame, one Pong and one Close. */
static void
queue_frame (KadWsSession *self, KadWsOpcode opcode, const void *data, gsize len)
{
  guint8 mask[4];
  gsize header_len;

  if (self->out == NULL)
    self->out = g_malloc (OUT_CAPACITY);
  if (self->out_at > 0)
    memmove (self->out, self->out + self->out_at, self->out_len);
  self->out_at = 0;
  if (self->reader.is_client)
    randombytes_buf (mask, sizeof mask);
  header_len = kad_ws_frame_write_header (self->out + self->out_len, opcode, len,
                                          self->reader.is_client ? mask : NULL);
  self->out_len += header_len;
  if (self->reader.is_client)
    kad_ws_frame_mask (self->out + self->out_len, data, len, mask, 0);
  else if (len > 0)
    memcpy (self->out + self->out_len, data, len);
  self->out_len += len;
}

static void
queue_close (KadWsSession *self, KadWsStatus status)
{
  const guint8 payload[] = { (guint8) (status >> 8), (guint8) status };

  if (self->is_close_sent)
    return;
  self->is_close_sent = TRUE;
  queue_frame (self, KAD_WS_CLOSE, payload, sizeof payload);
}

/* FALSE: the socket is broken. Something may be left. */
static gboolean
send_some (KadWsSession *self, GError **error)
{
  while (self->out_len > 0)
    {
      g_autoptr (GError) local_error = NULL;
      gssize n = kad_ws_socket_write (self->socket, self->out + self->out_at, self->out_len,
                                      &local_error);

      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return TRUE;
      if (n < 0)
        {
          drop_output (self);
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      self->out_at += (gsize) n;
      self->out_len -= (gsize) n;
    }
  drop_output (self);
  return TRUE;
}

/* All is sent, or nothing more can be. */
static void
end_sending (KadWsSession *self)
{
  drop_flusher (self);
  if (self->is_closed)
    kad_ws_socket_shut_down (self->socket);
  else if (self->failure != NULL)
    kad_ws_socket_end_writing (self->socket);
}

static gboolean
on_flush (int fd, GIOCondition condition, gpointer user_data)
{
  KadWsSession *self = user_data;
  gboolean is_too_late = condition == 0;

  if (is_too_late)
    drop_output (self);
  else if (send_some (self, NULL) && self->out_len > 0)
    return G_SOURCE_CONTINUE;
  end_sending (self);
  return G_SOURCE_REMOVE;
}

/* Sends what it can now, and the rest when the socket takes it. */
static gboolean
flush (KadWsSession *self, GError **error)
{
  gboolean is_fine = send_some (self, error);

  if (self->out_len == 0)
    {
      end_sending (self);
      return is_fine;
    }
  if (self->flusher != NULL)
    return TRUE;
  self->flusher = g_unix_fd_source_new (kad_ws_socket_get_fd (self->socket), G_IO_OUT);
  g_source_set_callback (self->flusher, G_SOURCE_FUNC (on_flush), kad_ws_session_ref (self),
                         (GDestroyNotify) kad_ws_session_unref);
  g_source_attach (self->flusher, self->context);
  return TRUE;
}

static gssize
refuse_write (KadWsSession *self, GError **error)
{
  if (self->failure != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, self->failure->message);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "Our writing has ended");
  return -1;
}

gssize
kad_ws_session_write (KadWsSession *self, const void *data, gsize len, GError **error)
{
  if (self->is_closed || self->is_close_sent)
    return refuse_write (self, error);
  if (len == 0)
    return 0;
  if (!flush (self, error))
    return -1;
  if (self->out_len > 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
      return -1;
    }
  len = MIN (len, KAD_MAX_WS_SEND_BYTES);
  queue_frame (self, KAD_WS_BINARY, data, len);
  return flush (self, error) ? (gssize) len : -1;
}

void
kad_ws_session_end_writing (KadWsSession *self)
{
  if (self->is_closed || self->is_close_sent)
    return;
  queue_close (self, KAD_WS_STATUS_NORMAL);
  flush (self, NULL);
}

void
kad_ws_session_close (KadWsSession *self)
{
  if (self->is_closed)
    return;
  queue_close (self, KAD_WS_STATUS_NORMAL);
  self->is_closed = TRUE;
  g_clear_pointer (&self->in, g_free);
  self->in_len = 0;
  flush (self, NULL);
  if (self->flusher != NULL)
    g_source_set_ready_time (self->flusher, g_get_monotonic_time () + KAD_MAX_WS_LINGER_US);
}

/* ---- receiving ---- */

static void
fail (KadWsSession *self, KadWsStatus status, const char *reason)
{
  self->failure = g_error_new (KAD_ERROR, KAD_ERROR_PROTOCOL,
                               "The remote broke the WebSocket protocol: %s", reason);
  queue_close (self, status);
  flush (self, NULL);
}

static void
skip (KadWsSession *self, gsize len)
{
  self->in_at += len;
  self->in_len -= len;
}

static void
take_control (KadWsSession *self)
{
  guint8 payload[KAD_MAX_WS_CONTROL_BYTES];
  gsize len = (gsize) self->reader.left;

  kad_ws_reader_take (&self->reader, payload, self->in + self->in_at, len);
  skip (self, len);
  self->has_control = FALSE;
  if (self->reader.opcode == KAD_WS_CLOSE)
    {
      /* RFC 6455 section 5.5.1: nothing, or a status and a reason. */
      if (len == 1)
        fail (self, KAD_WS_STATUS_PROTOCOL, "a Close frame has half a status");
      self->is_close_received = TRUE;
    }
  /* RFC 6455 section 5.5.3: the answer to the last Ping is enough; while one waits it is to
   * an earlier one. */
  else if (self->reader.opcode == KAD_WS_PING && !self->has_pong && !self->is_close_sent)
    {
      self->has_pong = TRUE;
      queue_frame (self, KAD_WS_PONG, payload, len);
      flush (self, NULL);
    }
}

/* Between frames: FALSE if more bytes are wanted, or none. */
static gboolean
take_header (KadWsSession *self)
{
  const char *reason;
  KadWsStatus status;
  gssize n = kad_ws_reader_read_header (&self->reader, self->in + self->in_at, self->in_len,
                                        &status, &reason);

  if (n < 0)
    fail (self, status, reason);
  if (n <= 0)
    return FALSE;
  skip (self, (gsize) n);
  self->has_control = self->reader.opcode >= KAD_WS_CLOSE;
  return TRUE;
}

/* Payload out of what was read. */
static gsize
take_payload (KadWsSession *self, guint8 *data, gsize len)
{
  gsize total = 0;

  while (total < len && self->failure == NULL && !self->is_close_received)
    {
      gsize n;

      self->is_starved = TRUE;
      if (!self->has_control && self->reader.left == 0 && !take_header (self))
        break;
      if (self->has_control)
        {
          if (self->in_len < self->reader.left)
            break;
          take_control (self);
          continue;
        }
      n = MIN (MIN (self->in_len, self->reader.left), len - total);
      if (n == 0 && self->reader.left > 0)
        break;
      kad_ws_reader_take (&self->reader, data + total, self->in + self->in_at, n);
      skip (self, n);
      total += n;
    }
  if (total == len)
    self->is_starved = FALSE;
  return total;
}

static gboolean
is_between_frames (const KadWsSession *self)
{
  return self->in_len == 0 && self->reader.left == 0 && !self->has_control;
}

/* FALSE and an error; at the end it sets is_ended. */
static gboolean
fill (KadWsSession *self, GError **error)
{
  gssize n;

  if (self->in == NULL)
    self->in = g_malloc (KAD_MAX_WS_RECEIVE_BYTES);
  if (self->in_at > 0)
    memmove (self->in, self->in + self->in_at, self->in_len);
  self->in_at = 0;
  n = kad_ws_socket_read (self->socket, self->in + self->in_len,
                          KAD_MAX_WS_RECEIVE_BYTES - self->in_len, error);
  if (n < 0)
    return FALSE;
  if (n == 0 && !is_between_frames (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           "The connection ended inside of a frame");
      return FALSE;
    }
  self->is_ended = n == 0;
  self->in_len += (gsize) n;
  self->is_starved = FALSE;
  return TRUE;
}

static gssize
read_some (KadWsSession *self, guint8 *data, gsize len, GError **error)
{
  for (guint i = 0; i <= MAX_ROUNDS; i++)
    {
      gsize n = self->in_len > 0 || self->has_control ? take_payload (self, data, len) : 0;

      if (n > 0)
        return (gssize) n;
      if (self->failure != NULL)
        {
          g_propagate_error (error, g_error_copy (self->failure));
          return -1;
        }
      if (self->is_close_received || self->is_ended)
        return 0;
      if (i < MAX_ROUNDS && !fill (self, error))
        return -1;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
  return -1;
}

gssize
kad_ws_session_read (KadWsSession *self, void *data, gsize len, GError **error)
{
  gssize n;

  if (self->is_closed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
      return -1;
    }
  if (len == 0)
    return 0;
  n = read_some (self, data, len, error);
  /* An idle connection holds no buffer. */
  if (self->in_len == 0)
    {
      g_clear_pointer (&self->in, g_free);
      self->in_at = 0;
    }
  return n;
}

/* ---- readiness ---- */

/* Whether a call would not block, as far as we know without the descriptor. */
static gboolean
is_ready_by_itself (KadWsSession *self, GIOCondition condition)
{
  if (self->is_closed || self->failure != NULL)
    return TRUE;
  if (condition == G_IO_OUT)
    return self->is_close_sent;
  return self->is_close_received || self->is_ended || (self->in_len > 0 && !self->is_starved)
         || kad_ws_socket_has_pending (self->socket);
}

gboolean
kad_ws_session_is_ready (KadWsSession *self, GIOCondition condition)
{
  GPollFD poll_fd = { .fd = kad_ws_socket_get_fd (self->socket), .events = condition };

  return is_ready_by_itself (self, condition) || g_poll (&poll_fd, 1, 0) > 0;
}

gboolean
kad_ws_session_wait (KadWsSession *self, GIOCondition condition, GCancellable *cancellable,
                     GError **error)
{
  GPollFD poll_fds[2] = { { .fd = kad_ws_socket_get_fd (self->socket), .events = condition } };
  guint n = 1;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (is_ready_by_itself (self, condition))
    return TRUE;
  if (g_cancellable_make_pollfd (cancellable, &poll_fds[1]))
    n++;
  g_poll (poll_fds, n, -1);
  if (n == 2)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

typedef struct
{
  GSource source;

  KadWsSession *session; /* (owned) */
  GObject *stream;       /* (owned) */
  GIOCondition condition;
  gpointer tag;
} SessionSource;

static gboolean
source_prepare (GSource *source, int *timeout)
{
  SessionSource *self = (SessionSource *) source;

  *timeout = -1;
  return is_ready_by_itself (self->session, self->condition);
}

static gboolean
source_check (GSource *source)
{
  SessionSource *self = (SessionSource *) source;

  return is_ready_by_itself (self->session, self->condition)
         || g_source_query_unix_fd (source, self->tag) != 0;
}

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  GPollableSourceFunc func = (GPollableSourceFunc) (gpointer) callback;

  return func (((SessionSource *) source)->stream, user_data);
}

static void
source_finalize (GSource *source)
{
  SessionSource *self = (SessionSource *) source;

  g_object_unref (self->stream);
  kad_ws_session_unref (self->session);
}

static GSourceFuncs source_funcs
    = { source_prepare, source_check, source_dispatch, source_finalize, NULL, NULL };

GSource *
kad_ws_session_create_source (KadWsSession *self, GObject *stream, GIOCondition condition,
                              GCancellable *cancellable)
{
  GSource *source = g_source_new (&source_funcs, sizeof (SessionSource));
  SessionSource *session_source = (SessionSource *) source;

  g_source_set_static_name (source, "KadWsSession");
  session_source->session = kad_ws_session_ref (self);
  session_source->stream = g_object_ref (stream);
  session_source->condition = condition;
  session_source->tag
      = g_source_add_unix_fd (source, kad_ws_socket_get_fd (self->socket), condition);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  return source;
}
