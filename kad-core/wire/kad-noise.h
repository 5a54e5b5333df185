/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-peer-id.h"
#include "kad-private-key.h"
#include "kad-wire.h"

G_BEGIN_DECLS

#define KAD_NOISE_PROTOCOL "/noise"
#define KAD_NOISE_MAX_MESSAGE 65535
#define KAD_NOISE_MAX_PLAINTEXT 65519
#define KAD_MAX_NOISE_PAYLOAD 8192

/* The static key of this process and its signature by the identity, made once:
 * signing costs more than the rest of an own handshake payload. Reference counted,
 * immutable, shared by all connections of a node. */
typedef struct _KadNoiseIdentity KadNoiseIdentity;

/* @static_secret: 32 random bytes (X25519 secret). @muxers: (nullable) the early
 * muxer list to send, as {"/yamux/1.0.0", NULL}; NULL sends no extension. */
KadNoiseIdentity *kad_noise_identity_new (const KadPrivateKey *identity,
                                          const guint8 static_secret[32],
                                          const char *const *muxers, GError **error);
KadNoiseIdentity *kad_noise_identity_ref (KadNoiseIdentity *self);
void kad_noise_identity_unref (KadNoiseIdentity *self);

/* Both directions of a secured connection; embedded by the connection, 80 bytes
 * or so. Nonces advance only on success and never wrap. */
typedef struct
{
  guint8 send_key[32];
  guint8 receive_key[32];
  guint64 send_nonce;
  guint64 receive_nonce;
} KadNoiseSession;

/* Seals @len bytes into as many messages as they need (2-byte length, cipher text, tag). */
gboolean kad_noise_session_seal (KadNoiseSession *self, const guint8 *data, gsize len,
                                 KadBuffer *out, GError **error);
/* Opens every whole message at the front of @data; appends the plain text. The
 * first bad tag is an error and ends the session. */
gboolean kad_noise_session_open (KadNoiseSession *self, const guint8 *data, gsize len, gsize *used,
                                 KadBuffer *out, GError **error);
void kad_noise_session_clear (KadNoiseSession *self);

/* Noise_XX_25519_ChaChaPoly_SHA256 with the libp2p payload (libp2p specs, noise). */
typedef struct _KadNoise KadNoise;

/* @ephemeral_secret: 32 random bytes. @expected: (nullable) the peer that was dialled:
 * another one is an error. */
KadNoise *kad_noise_new (KadRole role, KadNoiseIdentity *identity,
                         const guint8 ephemeral_secret[32], const KadPeerId *expected);
void kad_noise_free (KadNoise *self);
void kad_noise_start (KadNoise *self, KadBuffer *out);
KadWireStatus kad_noise_feed (KadNoise *self, const guint8 *data, gsize len, gsize *used,
                              KadBuffer *out, GError **error);
/* After DONE: who it is, proven. */
const KadPeerId *kad_noise_get_remote_peer (const KadNoise *self);
const guint8 *kad_noise_get_remote_public_key (const KadNoise *self, gsize *len);
/* After DONE: the muxer that both sides' extensions agree on ("/yamux/1.0.0"), or NULL:
 * multistream for the muxer must follow. */
const char *kad_noise_get_early_muxer (const KadNoise *self);
/* After DONE, once. */
void kad_noise_take_session (KadNoise *self, KadNoiseSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadNoiseIdentity, kad_noise_identity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadNoise, kad_noise_free)

G_END_DECLS
