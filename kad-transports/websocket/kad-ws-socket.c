/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-error.h"

struct _KadWsSocket
{
  gatomicrefcount n_refs;
  int fd;                   /* (owned) */
  gnutls_session_t session; /* (nullable) */
  gboolean is_record_cut;   /* a record of TLS waits to be sent on */
  gboolean is_shut;
};

KadWsSocket *
kad_ws_socket_new (int fd)
{
  KadWsSocket *self = g_new0 (KadWsSocket, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->fd = fd;
  return self;
}

KadWsSocket *
kad_ws_socket_ref (KadWsSocket *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
kad_ws_socket_unref (KadWsSocket *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_clear_pointer (&self->session, kad_ws_tls_close);
  close (self->fd);
  g_free (self);
}

int
kad_ws_socket_get_fd (const KadWsSocket *self)
{
  return self->fd;
}

gboolean
kad_ws_socket_start_tls (KadWsSocket *self, KadWsTls *tls, const char *host, GError **error)
{
  self->session = kad_ws_tls_open (tls, self->fd, host);
  if (self->session == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "TLS could not be set up");
  return self->session != NULL;
}

static void
set_would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
}

gboolean
kad_ws_socket_handshake (KadWsSocket *self, GIOCondition *wanted, GError **error)
{
  g_autofree char *reason = NULL;
  int code;

  do
    code = gnutls_handshake (self->session);
  while (code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_WARNING_ALERT_RECEIVED);
  if (code == GNUTLS_E_SUCCESS)
    return TRUE;
  *wanted = gnutls_record_get_direction (self->session) == 0 ? G_IO_IN : G_IO_OUT;
  if (code == GNUTLS_E_AGAIN)
    {
      set_would_block (error);
      return FALSE;
    }
  if (gnutls_error_is_fatal (code) && code != GNUTLS_E_FATAL_ALERT_RECEIVED)
    gnutls_alert_send_appropriate (self->session, code);
  reason = kad_ws_tls_explain (self->session, code);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, reason);
  return FALSE;
}

static gssize
set_errno_error (GError **error, const char *what)
{
  int number = errno;

  if (number == EAGAIN || number == EWOULDBLOCK || number == EINTR)
    set_would_block (error);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "Could not %s: %s", what,
                 g_strerror (number));
  return -1;
}

static gssize
set_tls_error (GError **error, int code)
{
  if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
    set_would_block (error);
  else if (code == GNUTLS_E_PUSH_ERROR || code == GNUTLS_E_PULL_ERROR
           || code == GNUTLS_E_SESSION_EOF || code == GNUTLS_E_PREMATURE_TERMINATION)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "The connection is broken");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "TLS failed: %s", gnutls_strerror (code));
  return -1;
}

gssize
kad_ws_socket_read (KadWsSocket *self, void *data, gsize len, GError **error)
{
  gssize n;

  if (self->session == NULL)
    {
      n = recv (self->fd, data, len, MSG_DONTWAIT);
      return n < 0 ? set_errno_error (error, "read") : n;
    }
  n = gnutls_record_recv (self->session, data, len);
  return n < 0 ? set_tls_error (error, (int) n) : n;
}

gssize
kad_ws_socket_write (KadWsSocket *self, const void *data, gsize len, GError **error)
{
  gssize n;

  if (self->session == NULL)
    {
      n = send (self->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
      return n < 0 ? set_errno_error (error, "write") : n;
    }
  /* What follows may have grown meanwhile; GnuTLS wants no new bytes before its own are gone. */
  n = self->is_record_cut ? gnutls_record_send (self->session, NULL, 0)
                          : gnutls_record_send (self->session, data, len);
  self->is_record_cut = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
  return n < 0 ? set_tls_error (error, (int) n) : n;
}

gboolean
kad_ws_socket_has_pending (const KadWsSocket *self)
{
  return self->session != NULL && gnutls_record_check_pending (self->session) > 0;
}

void
kad_ws_socket_end_writing (KadWsSocket *self)
{
  if (self->session != NULL)
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
  shutdown (self->fd, SHUT_WR);
}

void
kad_ws_socket_shut_down (KadWsSocket *self)
{
  if (self->is_shut)
    return;
  self->is_shut = TRUE;
  shutdown (self->fd, SHUT_RDWR);
}

gboolean
kad_ws_socket_is_shut (const KadWsSocket *self)
{
  return self->is_shut;
}
