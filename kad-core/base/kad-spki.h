/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <gnutls/abstract.h>

G_BEGIN_DECLS

/* DER SubjectPublicKeyInfo (RFC 5280, 4.1), the form of RSA and ECDSA public
 * keys in libp2p. Private to base. */
gboolean kad_spki_check_rsa_bits (guint bits, GError **error);
gnutls_pubkey_t kad_spki_import_rsa (const guint8 *data, gsize len, GError **error);
gnutls_pubkey_t kad_spki_import_p256 (const guint8 *data, gsize len, GError **error);

G_END_DECLS
