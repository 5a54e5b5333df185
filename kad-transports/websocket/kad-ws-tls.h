/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* Certificates and trust, for any number of connections. See the essay in kad-ws-tls.c. */
typedef struct _KadWsTls KadWsTls;

/* For listening: PEM files. The key may stand in @certificate_file, too (@key_file NULL). */
KadWsTls *kad_ws_tls_new_server (const char *certificate_file, const char *key_file,
                                 GError **error);
/* For dialling: the system's authorities and those of @ca_file (nullable, PEM). */
KadWsTls *kad_ws_tls_new_client (const char *ca_file, GError **error);
KadWsTls *kad_ws_tls_ref (KadWsTls *self);
void kad_ws_tls_unref (KadWsTls *self);
/* A session over @fd, which it does not own. @host: whose certificate it has to be, a name or an
 * address of IP; NULL for who listens. The session holds @self. NULL: out of memory. */
gnutls_session_t kad_ws_tls_open (KadWsTls *self, int fd, const char *host);
void kad_ws_tls_close (gnutls_session_t session);
/* Why a handshake failed, in words for who reads the error of a dial. */
char *kad_ws_tls_explain (gnutls_session_t session, int code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadWsTls, kad_ws_tls_unref)

G_END_DECLS
