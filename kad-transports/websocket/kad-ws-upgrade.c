/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-upgrade.h"

#include <glib-unix.h>
#include <string.h>

#include "kad-error.h"
#include "kad-ws-handshake.h"
#include "kad-ws-stream.h"

/* One connection on its way to be a stream. A step does what it can; when the socket has
 * nothing for it, a source waits for the socket, the caller's cancellable and the deadline
 * at once, and the same step comes again.
 *
 * Who is refused gets an answer in HTTP, and is then read for a moment more: closing at once,
 * with unread bytes, would reset the connection, and take the answer with it. */

#define REFUSAL_US (1 * G_USEC_PER_SEC)
#define MAX_DRAINED (64 * 1024)

typedef enum
{
  STAGE_TLS,
  STAGE_SEND,
  STAGE_RECEIVE,
  STAGE_DRAIN,
} Stage;

typedef struct
{
  KadWsSocket *socket; /* (owned) */
  gboolean is_client;
  Stage stage;
  gint64 timeout_us;
  gint64 deadline_us;
  GIOCondition wanted;
  char *key;        /* (nullable) of a client */
  GString *sending; /* our head */
  gsize sent;
  GByteArray *head; /* the remote's, and what follows it */
  gsize head_len;   /* 0: not whole yet */
  gsize drained;
  gboolean is_upgraded;
} Upgrade;

static void
upgrade_free (Upgrade *self)
{
  g_clear_pointer (&self->socket, kad_ws_socket_unref);
  g_free (self->key);
  g_string_free (self->sending, TRUE);
  g_byte_array_unref (self->head);
  g_free (self);
}

static void step (GTask *task);

static gboolean
on_event (int fd, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  Upgrade *self = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (g_get_monotonic_time () < self->deadline_us)
    {
      step (task);
      return G_SOURCE_REMOVE;
    }
  if (self->stage == STAGE_DRAIN)
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_PROTOCOL, "it was refused");
  else
    g_task_return_new_error (
        task, KAD_ERROR, KAD_ERROR_TIMEOUT, "%s did not end in %" G_GINT64_FORMAT " ms",
        self->stage == STAGE_TLS ? "the TLS handshake" : "the upgrade to WebSocket",
        self->timeout_us / 1000);
  return G_SOURCE_REMOVE;
}

static void
wait_for_socket (GTask *task)
{
  Upgrade *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) source = NULL;

  source = g_unix_fd_source_new (kad_ws_socket_get_fd (self->socket),
                                 self->wanted | G_IO_ERR | G_IO_HUP);
  g_source_set_ready_time (source, self->deadline_us);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  g_task_attach_source (task, source, G_SOURCE_FUNC (on_event));
}

static void
end_well (GTask *task)
{
  Upgrade *self = g_task_get_task_data (task);
  KadWsSession *session;

  session
      = kad_ws_session_new (g_steal_pointer (&self->socket), self->is_client,
                            self->head->data + self->head_len, self->head->len - self->head_len);
  g_task_return_pointer (task, kad_ws_stream_new (session), g_object_unref);
}

/* TRUE: the next stage may begin. */
static gboolean
do_tls (Upgrade *self, GError **error)
{
  if (!kad_ws_socket_handshake (self->socket, &self->wanted, error))
    return FALSE;
  self->stage = self->is_client ? STAGE_SEND : STAGE_RECEIVE;
  return TRUE;
}

static gboolean
do_send (Upgrade *self, GError **error)
{
  self->wanted = G_IO_OUT;
  while (self->sent < self->sending->len)
    {
      gssize n = kad_ws_socket_write (self->socket, self->sending->str + self->sent,
                                      self->sending->len - self->sent, error);

      if (n < 0)
        return FALSE;
      self->sent += (gsize) n;
    }
  if (self->is_client)
    self->stage = STAGE_RECEIVE;
  else if (!self->is_upgraded)
    {
      kad_ws_socket_end_writing (self->socket);
      self->stage = STAGE_DRAIN;
      self->deadline_us = MIN (self->deadline_us, g_get_monotonic_time () + REFUSAL_US);
    }
  return TRUE;
}

static void
answer (Upgrade *self, char *text)
{
  g_autofree char *owned = text;

  g_string_assign (self->sending, owned);
  self->stage = STAGE_SEND;
}

/* A head as far as it has come: FALSE if more is wanted, or an error is set. */
static gboolean
look_at_head (Upgrade *self, GError **error)
{
  self->head_len = kad_ws_handshake_find_end (self->head->data, self->head->len);
  if (self->head_len == 0 && self->head->len < KAD_MAX_WS_HEAD_BYTES)
    {
      /* A method is a word; TLS, and much else, does not begin with a letter. */
      if (self->is_client || g_ascii_isupper (self->head->data[0]))
        return FALSE;
      answer (self, kad_ws_handshake_answer_nonsense ());
      return TRUE;
    }
  if (self->is_client)
    {
      if (self->head_len > 0)
        self->is_upgraded
            = kad_ws_handshake_check (self->head->data, self->head_len, self->key, error);
      else
        g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "its headers are too long");
      return self->is_upgraded;
    }
  answer (self, kad_ws_handshake_answer (self->head->data, self->head_len, &self->is_upgraded));
  return TRUE;
}

static gboolean
do_receive (Upgrade *self, GError **error)
{
  guint8 block[KAD_MAX_WS_HEAD_BYTES];
  gssize n;

  self->wanted = G_IO_IN;
  do
    {
      n = kad_ws_socket_read (self->socket, block, KAD_MAX_WS_HEAD_BYTES - self->head->len, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED,
                               "it closed the connection during the upgrade to WebSocket");
          return FALSE;
        }
      g_byte_array_append (self->head, block, (guint) n);
      if (look_at_head (self, error))
        return TRUE;
    }
  while (*error == NULL);
  return FALSE;
}

static gboolean
do_drain (Upgrade *self, GError **error)
{
  guint8 block[4096];
  gssize n;

  self->wanted = G_IO_IN;
  do
    {
      n = kad_ws_socket_read (self->socket, block, sizeof block, error);
      self->drained += n > 0 ? (gsize) n : 0;
    }
  while (n > 0 && self->drained < MAX_DRAINED);
  if (n >= 0)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "it was refused");
  return FALSE;
}

static gboolean
is_done (const Upgrade *self)
{
  return self->is_upgraded && (self->is_client || self->sent == self->sending->len);
}

static void
step (GTask *task)
{
  Upgrade *self = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean goes_on = TRUE;

  while (goes_on && !is_done (self))
    switch (self->stage)
      {
      case STAGE_TLS:
        goes_on = do_tls (self, &error);
        break;
      case STAGE_SEND:
        goes_on = do_send (self, &error);
        break;
      case STAGE_RECEIVE:
        goes_on = do_receive (self, &error);
        break;
      case STAGE_DRAIN:
      default:
        goes_on = do_drain (self, &error);
        break;
      }
  if (error == NULL)
    end_well (task);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_error_free (error);
      wait_for_socket (task);
    }
  else
    g_task_return_error (task, error);
}

static Upgrade *
upgrade_new (KadWsSocket *socket, const KadWsUpgradePlan *plan)
{
  Upgrade *self = g_new0 (Upgrade, 1);
  g_autofree char *request = NULL;

  self->socket = socket;
  self->is_client = plan->is_client;
  self->timeout_us = plan->timeout_us;
  self->deadline_us = g_get_monotonic_time () + plan->timeout_us;
  self->head = g_byte_array_new ();
  self->stage = plan->tls != NULL ? STAGE_TLS : plan->is_client ? STAGE_SEND : STAGE_RECEIVE;
  if (plan->is_client)
    {
      self->key = kad_ws_handshake_new_key ();
      request = kad_ws_handshake_new_request (plan->authority, plan->path, self->key);
    }
  self->sending = g_string_new (request);
  return self;
}

void
kad_ws_upgrade_async (KadWsSocket *socket, const KadWsUpgradePlan *plan, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Upgrade *self = upgrade_new (socket, plan);
  GError *error = NULL;

  g_task_set_source_tag (task, kad_ws_upgrade_async);
  g_task_set_task_data (task, self, (GDestroyNotify) upgrade_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (plan->tls != NULL && !kad_ws_socket_start_tls (socket, plan->tls, plan->host, &error))
    g_task_return_error (task, error);
  else
    step (task);
}

GIOStream *
kad_ws_upgrade_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kad_ws_upgrade_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
