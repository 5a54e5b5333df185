/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-tls.h"

#include "kad-error.h"
#include "kad-escape.h"

/* GnuTLS itself rather than through GIO: there (glib-networking) each handshake holds a thread of
 * the pool that looks names up, too, so that some silent visitors stop both; and closing waits.
 * Here a handshake is one more thing that waits for its descriptor.
 *
 * A remote's certificate is checked on every dial, with its name; there is no way not to. Who
 * listens asks for none: who the peer is says Noise, which runs inside. */

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define MAX_SHOWN_REASON 256
#define SERVER_SESSION_ID_AT (2 + 32)
#define N_EXTENSION_TYPES 65536

struct _KadWsTls
{
  gatomicrefcount n_refs;
  gnutls_certificate_credentials_t credentials;
  gnutls_priority_t priority;
  gboolean is_server;
};

static KadWsTls *
tls_new (gboolean is_server)
{
  KadWsTls *self = g_new0 (KadWsTls, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->is_server = is_server;
  if (gnutls_certificate_allocate_credentials (&self->credentials) != GNUTLS_E_SUCCESS)
    g_error ("Out of memory");
  if (gnutls_priority_init (&self->priority, PRIORITY, NULL) != GNUTLS_E_SUCCESS)
    g_error ("GnuTLS knows no TLS 1.3");
  return self;
}

KadWsTls *
kad_ws_tls_ref (KadWsTls *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
kad_ws_tls_unref (KadWsTls *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  gnutls_certificate_free_credentials (self->credentials);
  gnutls_priority_deinit (self->priority);
  g_free (self);
}

KadWsTls *
kad_ws_tls_new_server (const char *certificate_file, const char *key_file, GError **error)
{
  g_autoptr (KadWsTls) self = tls_new (TRUE);
  const char *key = key_file != NULL ? key_file : certificate_file;
  int code = gnutls_certificate_set_x509_key_file (self->credentials, certificate_file, key,
                                                   GNUTLS_X509_FMT_PEM);

  if (code >= 0)
    return g_steal_pointer (&self);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "Could not use the certificate \"%s\" with the private key \"%s\": %s; both have "
               "to be PEM files, and belong together",
               certificate_file, key, gnutls_strerror (code));
  return NULL;
}

KadWsTls *
kad_ws_tls_new_client (const char *ca_file, GError **error)
{
  g_autoptr (KadWsTls) self = tls_new (FALSE);
  int code = gnutls_certificate_set_x509_system_trust (self->credentials);

  if (code < 0)
    g_debug ("Without the system's authorities: %s", gnutls_strerror (code));
  if (ca_file == NULL)
    return g_steal_pointer (&self);
  code = gnutls_certificate_set_x509_trust_file (self->credentials, ca_file, GNUTLS_X509_FMT_PEM);
  if (code > 0)
    return g_steal_pointer (&self);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "Could not read certificates of authorities from \"%s\": %s", ca_file,
               code < 0 ? gnutls_strerror (code) : "it has none; it must be a PEM file");
  return NULL;
}

/* RFC 8446 section 4.2: no more than one extension of a type. GnuTLS 3.7 lets a ServerHello have
 * several, computes the secret for each share in it, and loses all but the last one's memory. */

static int
note_extension (void *context, unsigned type, const unsigned char *data, unsigned size)
{
  guint8 *seen = context;
  guint8 bit = (guint8) (1 << type % 8);

  if (type >= N_EXTENSION_TYPES || (seen[type / 8] & bit) != 0)
    return GNUTLS_E_RECEIVED_ILLEGAL_EXTENSION;
  seen[type / 8] |= bit;
  return 0;
}

static int
check_server_hello (gnutls_session_t session, unsigned type, unsigned when, unsigned is_incoming,
                    const gnutls_datum_t *message)
{
  guint8 seen[N_EXTENSION_TYPES / 8] = { 0 };
  gnutls_datum_t extensions;
  guint at;

  if (!is_incoming || message->size <= SERVER_SESSION_ID_AT)
    return 0;
  /* Behind the id of the session a suite and a compression. */
  at = SERVER_SESSION_ID_AT + 1 + message->data[SERVER_SESSION_ID_AT] + 3;
  if (message->size <= at)
    return 0;
  extensions = (gnutls_datum_t){ message->data + at, message->size - at };
  return gnutls_ext_raw_parse (seen, note_extension, &extensions, 0);
}

static gboolean
set_up_client (KadWsTls *self, gnutls_session_t session, const char *host)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);

  /* RFC 6066 section 3: no address of IP in the server's name. */
  if (inet == NULL
      && gnutls_server_name_set (session, GNUTLS_NAME_DNS, host, strlen (host)) != GNUTLS_E_SUCCESS)
    return FALSE;
  gnutls_session_set_verify_cert (session, host, 0);
  gnutls_handshake_set_hook_function (session, GNUTLS_HANDSHAKE_SERVER_HELLO, GNUTLS_HOOK_PRE,
                                      check_server_hello);
  return TRUE;
}

gnutls_session_t
kad_ws_tls_open (KadWsTls *self, int fd, const char *host)
{
  guint flags = (self->is_server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK
                | GNUTLS_NO_SIGNAL | (self->is_server ? GNUTLS_NO_TICKETS : 0);
  const gnutls_datum_t protocol = { (guint8 *) "http/1.1", strlen ("http/1.1") };
  gnutls_session_t session;
  char *owned_host = g_strdup (host);

  if (gnutls_init (&session, flags) != GNUTLS_E_SUCCESS)
    {
      g_free (owned_host);
      return NULL;
    }
  /* GnuTLS keeps the pointer to the name; it and the credentials live as long as the session. */
  gnutls_session_set_ptr (session, owned_host);
  gnutls_db_set_ptr (session, kad_ws_tls_ref (self));
  if (gnutls_priority_set (session, self->priority) == GNUTLS_E_SUCCESS
      && gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, self->credentials)
             == GNUTLS_E_SUCCESS
      && gnutls_alpn_set_protocols (session, &protocol, 1, 0) == GNUTLS_E_SUCCESS
      && (self->is_server || set_up_client (self, session, owned_host)))
    {
      gnutls_transport_set_int (session, fd);
      return session;
    }
  kad_ws_tls_close (session);
  return NULL;
}

void
kad_ws_tls_close (gnutls_session_t session)
{
  KadWsTls *self = gnutls_db_get_ptr (session);
  char *host = gnutls_session_get_ptr (session);

  gnutls_deinit (session);
  g_free (host);
  kad_ws_tls_unref (self);
}

char *
kad_ws_tls_explain (gnutls_session_t session, int code)
{
  gnutls_datum_t text = { NULL, 0 };
  g_autofree char *status = NULL;

  if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
      && gnutls_certificate_verification_status_print (
             gnutls_session_get_verify_cert_status (session), GNUTLS_CRT_X509, &text, 0)
             == GNUTLS_E_SUCCESS)
    {
      status = kad_escape_peer_text ((const char *) text.data, -1, MAX_SHOWN_REASON);
      gnutls_free (text.data);
      return g_strdup_printf ("its certificate is refused: %s", g_strstrip (status));
    }
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
    return g_strdup_printf ("TLS failed: the remote says \"%s\"",
                            gnutls_alert_get_name (gnutls_alert_get (session)));
  return g_strdup_printf ("TLS failed: %s", gnutls_strerror (code));
}
