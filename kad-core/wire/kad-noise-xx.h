/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-noise-symmetric.h"
#include "kad-noise.h"

G_BEGIN_DECLS

#define KAD_NOISE_DH_BYTES 32

/* The handshake pattern XX alone (Noise, 5.3 HandshakeState and 7.5), with any
 * prologue and payloads: kad-noise.c gives it libp2p's. Plain struct; holds
 * secrets: kad_noise_xx_clear(). */
typedef struct
{
  KadRole role;
  guint n_messages; /* written or read so far, 3 is all */
  gboolean has_failed;
  KadNoiseSymmetric symmetric;
  const guint8 *static_secret; /* (unowned) */
  const guint8 *static_public; /* (unowned) */
  guint8 ephemeral_secret[KAD_NOISE_DH_BYTES];
  guint8 ephemeral_public[KAD_NOISE_DH_BYTES];
  guint8 remote_static[KAD_NOISE_DH_BYTES];
  guint8 remote_ephemeral[KAD_NOISE_DH_BYTES];
} KadNoiseXx;

/* The static pair must outlive the handshake. */
void kad_noise_xx_init (KadNoiseXx *self, KadRole role, const guint8 *prologue, gsize prologue_len,
                        const guint8 static_secret[KAD_NOISE_DH_BYTES],
                        const guint8 static_public[KAD_NOISE_DH_BYTES],
                        const guint8 ephemeral_secret[KAD_NOISE_DH_BYTES]);
void kad_noise_xx_clear (KadNoiseXx *self);
gboolean kad_noise_xx_is_my_turn (const KadNoiseXx *self);
gboolean kad_noise_xx_is_over (const KadNoiseXx *self);
/* Appends the next message. FALSE: a key of the remote is worth nothing. */
gboolean kad_noise_xx_write (KadNoiseXx *self, const guint8 *payload, gsize len, KadBuffer *out);
/* Reads the next message; @payload takes up to @len bytes. FALSE: refused, and over. */
gboolean kad_noise_xx_read (KadNoiseXx *self, const guint8 *data, gsize len, guint8 *payload,
                            gsize *payload_len);
/* After the third message. */
void kad_noise_xx_split (const KadNoiseXx *self, KadNoiseSession *session);

G_END_DECLS
