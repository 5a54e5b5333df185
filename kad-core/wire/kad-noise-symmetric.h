/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"

G_BEGIN_DECLS

#define KAD_NOISE_KEY_BYTES 32
#define KAD_NOISE_HASH_BYTES 32
#define KAD_NOISE_TAG_BYTES 16

/* One direction (Noise, 5.1 CipherState). The nonce moves only when a message was
 * sealed or opened, and its last value is never used. */
typedef struct
{
  guint8 key[KAD_NOISE_KEY_BYTES];
  guint64 nonce;
  gboolean has_key;
} KadNoiseCipher;

/* Noise, 5.2 SymmetricState, with ChaChaPoly and SHA256. Plain struct; holds
 * secrets: kad_noise_symmetric_clear(). */
typedef struct
{
  KadNoiseCipher cipher;
  guint8 chaining_key[KAD_NOISE_HASH_BYTES];
  guint8 hash[KAD_NOISE_HASH_BYTES];
} KadNoiseSymmetric;

/* ChaCha20-Poly1305 with a counter for nonce; FALSE: counter used up, or bad tag.
 * Sealing writes @len + KAD_NOISE_TAG_BYTES bytes, opening @len - KAD_NOISE_TAG_BYTES. */
gboolean kad_noise_aead_seal (const guint8 key[KAD_NOISE_KEY_BYTES], guint64 *nonce,
                              const guint8 *ad, gsize ad_len, const guint8 *plain, gsize len,
                              guint8 *out);
gboolean kad_noise_aead_open (const guint8 key[KAD_NOISE_KEY_BYTES], guint64 *nonce,
                              const guint8 *ad, gsize ad_len, const guint8 *sealed, gsize len,
                              guint8 *out);
/* HKDF of Noise (4.3) = RFC 5869 with an empty info, two outputs. */
void kad_noise_hkdf (const guint8 chaining_key[KAD_NOISE_HASH_BYTES], const guint8 *input,
                     gsize len, guint8 first[KAD_NOISE_HASH_BYTES],
                     guint8 second[KAD_NOISE_HASH_BYTES]);

void kad_noise_symmetric_init (KadNoiseSymmetric *self, const char *protocol_name);
void kad_noise_symmetric_clear (KadNoiseSymmetric *self);
void kad_noise_symmetric_mix_hash (KadNoiseSymmetric *self, const guint8 *data, gsize len);
void kad_noise_symmetric_mix_key (KadNoiseSymmetric *self, const guint8 *data, gsize len);
/* Before there is a key both copy as it is. */
gboolean kad_noise_symmetric_encrypt (KadNoiseSymmetric *self, const guint8 *plain, gsize len,
                                      KadBuffer *out);
/* @out takes what is returned in @out_len: @len less the tag, if there is one. */
gboolean kad_noise_symmetric_decrypt (KadNoiseSymmetric *self, const guint8 *sealed, gsize len,
                                      guint8 *out, gsize *out_len);
/* Keys for initiator to responder and back. */
void kad_noise_symmetric_split (const KadNoiseSymmetric *self,
                                guint8 to_responder[KAD_NOISE_KEY_BYTES],
                                guint8 to_initiator[KAD_NOISE_KEY_BYTES]);

G_END_DECLS
