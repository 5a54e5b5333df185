/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-noise-symmetric.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (KAD_NOISE_KEY_BYTES == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT (KAD_NOISE_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES);
G_STATIC_ASSERT (KAD_NOISE_HASH_BYTES == crypto_hash_sha256_BYTES);
G_STATIC_ASSERT (KAD_NOISE_HASH_BYTES == crypto_auth_hmacsha256_BYTES);

/* Noise, 12.3: four zero bytes, then the counter, little-endian. */
static void
write_nonce (guint8 out[crypto_aead_chacha20poly1305_ietf_NPUBBYTES], guint64 counter)
{
  guint64 little_endian = GUINT64_TO_LE (counter);

  memset (out, 0, 4);
  memcpy (out + 4, &little_endian, 8);
}

gboolean
kad_noise_aead_seal (const guint8 key[KAD_NOISE_KEY_BYTES], guint64 *nonce, const guint8 *ad,
                     gsize ad_len, const guint8 *plain, gsize len, guint8 *out)
{
  guint8 npub[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

  if (*nonce == G_MAXUINT64)
    return FALSE;

  write_nonce (npub, *nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt (out, NULL, plain, len, ad, ad_len, NULL, npub, key);
  (*nonce)++;
  return TRUE;
}

gboolean
kad_noise_aead_open (const guint8 key[KAD_NOISE_KEY_BYTES], guint64 *nonce, const guint8 *ad,
                     gsize ad_len, const guint8 *sealed, gsize len, guint8 *out)
{
  guint8 npub[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

  if (*nonce == G_MAXUINT64 || len < KAD_NOISE_TAG_BYTES)
    return FALSE;

  write_nonce (npub, *nonce);
  if (crypto_aead_chacha20poly1305_ietf_decrypt (out, NULL, NULL, sealed, len, ad, ad_len, npub,
                                                 key)
      != 0)
    return FALSE;
  (*nonce)++;
  return TRUE;
}

void
kad_noise_hkdf (const guint8 chaining_key[KAD_NOISE_HASH_BYTES], const guint8 *input, gsize len,
                guint8 first[KAD_NOISE_HASH_BYTES], guint8 second[KAD_NOISE_HASH_BYTES])
{
  guint8 temporary_key[KAD_NOISE_HASH_BYTES];
  guint8 block[KAD_NOISE_HASH_BYTES + 1];
  crypto_auth_hmacsha256_state state;

  crypto_auth_hmacsha256_init (&state, chaining_key, KAD_NOISE_HASH_BYTES);
  if (len > 0)
    crypto_auth_hmacsha256_update (&state, input, len);
  crypto_auth_hmacsha256_final (&state, temporary_key);

  block[0] = 1;
  crypto_auth_hmacsha256 (first, block, 1, temporary_key);
  memcpy (block, first, KAD_NOISE_HASH_BYTES);
  block[KAD_NOISE_HASH_BYTES] = 2;
  crypto_auth_hmacsha256 (second, block, sizeof block, temporary_key);

  sodium_memzero (temporary_key, sizeof temporary_key);
  sodium_memzero (block, sizeof block);
  sodium_memzero (&state, sizeof state);
}

void
kad_noise_symmetric_init (KadNoiseSymmetric *self, const char *protocol_name)
{
  gsize len = strlen (protocol_name);

  memset (self, 0, sizeof *self);
  if (len <= KAD_NOISE_HASH_BYTES)
    memcpy (self->hash, protocol_name, len);
  else
    crypto_hash_sha256 (self->hash, (const guint8 *) protocol_name, len);
  memcpy (self->chaining_key, self->hash, KAD_NOISE_HASH_BYTES);
}

void
kad_noise_symmetric_clear (KadNoiseSymmetric *self)
{
  sodium_memzero (self, sizeof *self);
}

void
kad_noise_symmetric_mix_hash (KadNoiseSymmetric *self, const guint8 *data, gsize len)
{
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, self->hash, KAD_NOISE_HASH_BYTES);
  if (len > 0)
    crypto_hash_sha256_update (&state, data, len);
  crypto_hash_sha256_final (&state, self->hash);
}

void
kad_noise_symmetric_mix_key (KadNoiseSymmetric *self, const guint8 *data, gsize len)
{
  guint8 next[KAD_NOISE_HASH_BYTES];

  kad_noise_hkdf (self->chaining_key, data, len, next, self->cipher.key);
  memcpy (self->chaining_key, next, sizeof next);
  sodium_memzero (next, sizeof next);
  self->cipher.nonce = 0;
  self->cipher.has_key = TRUE;
}

gboolean
kad_noise_symmetric_encrypt (KadNoiseSymmetric *self, const guint8 *plain, gsize len,
                             KadBuffer *out)
{
  gsize tag = self->cipher.has_key ? KAD_NOISE_TAG_BYTES : 0;
  guint8 *room = kad_buffer_reserve (out, len + KAD_NOISE_TAG_BYTES);

  if (!self->cipher.has_key)
    {
      if (len > 0)
        memcpy (room, plain, len);
    }
  else if (!kad_noise_aead_seal (self->cipher.key, &self->cipher.nonce, self->hash,
                                 KAD_NOISE_HASH_BYTES, plain, len, room))
    return FALSE;

  kad_noise_symmetric_mix_hash (self, room, len + tag);
  kad_buffer_commit (out, len + tag);
  return TRUE;
}

gboolean
kad_noise_symmetric_decrypt (KadNoiseSymmetric *self, const guint8 *sealed, gsize len, guint8 *out,
                             gsize *out_len)
{
  if (!self->cipher.has_key)
    {
      if (len > 0)
        memcpy (out, sealed, len);
      *out_len = len;
    }
  else
    {
      if (!kad_noise_aead_open (self->cipher.key, &self->cipher.nonce, self->hash,
                                KAD_NOISE_HASH_BYTES, sealed, len, out))
        return FALSE;
      *out_len = len - KAD_NOISE_TAG_BYTES;
    }
  kad_noise_symmetric_mix_hash (self, sealed, len);
  return TRUE;
}

void
kad_noise_symmetric_split (const KadNoiseSymmetric *self, guint8 to_responder[KAD_NOISE_KEY_BYTES],
                           guint8 to_initiator[KAD_NOISE_KEY_BYTES])
{
  kad_noise_hkdf (self->chaining_key, NULL, 0, to_responder, to_initiator);
}
