/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-noise-xx.h"

#include <sodium.h>
#include <string.h>

#define PROTOCOL_NAME "Noise_XX_25519_ChaChaPoly_SHA256"
#define N_MESSAGES 3
#define MAX_TOKENS 5

typedef enum
{
  TOKEN_END,
  TOKEN_E,
  TOKEN_S,
  TOKEN_EE,
  TOKEN_ES,
  TOKEN_SE,
} Token;

/* -> e     <- e, ee, s, es     -> s, se */
static const Token pattern[N_MESSAGES][MAX_TOKENS] = {
  { TOKEN_E },
  { TOKEN_E, TOKEN_EE, TOKEN_S, TOKEN_ES },
  { TOKEN_S, TOKEN_SE },
};

G_STATIC_ASSERT (KAD_NOISE_DH_BYTES == crypto_scalarmult_curve25519_BYTES);
G_STATIC_ASSERT (KAD_NOISE_DH_BYTES == crypto_scalarmult_curve25519_SCALARBYTES);

void
kad_noise_xx_init (KadNoiseXx *self, KadRole role, const guint8 *prologue, gsize prologue_len,
                   const guint8 static_secret[KAD_NOISE_DH_BYTES],
                   const guint8 static_public[KAD_NOISE_DH_BYTES],
                   const guint8 ephemeral_secret[KAD_NOISE_DH_BYTES])
{
  memset (self, 0, sizeof *self);
  self->role = role;
  self->static_secret = static_secret;
  self->static_public = static_public;
  memcpy (self->ephemeral_secret, ephemeral_secret, KAD_NOISE_DH_BYTES);
  kad_noise_symmetric_init (&self->symmetric, PROTOCOL_NAME);
  kad_noise_symmetric_mix_hash (&self->symmetric, prologue, prologue_len);
}

void
kad_noise_xx_clear (KadNoiseXx *self)
{
  sodium_memzero (self, sizeof *self);
  self->has_failed = TRUE;
}

gboolean
kad_noise_xx_is_over (const KadNoiseXx *self)
{
  return self->n_messages == N_MESSAGES;
}

gboolean
kad_noise_xx_is_my_turn (const KadNoiseXx *self)
{
  gboolean is_initiators = self->n_messages % 2 == 0;

  return !kad_noise_xx_is_over (self) && !self->has_failed
         && is_initiators == (self->role == KAD_ROLE_INITIATOR);
}

/* FALSE for a public key of small order: libsodium refuses a result of zeros. */
static gboolean
mix_shared (KadNoiseXx *self, const guint8 *secret, const guint8 *public_key)
{
  guint8 shared[KAD_NOISE_DH_BYTES];
  gboolean is_good = crypto_scalarmult_curve25519 (shared, secret, public_key) == 0;

  if (is_good)
    kad_noise_symmetric_mix_key (&self->symmetric, shared, sizeof shared);
  sodium_memzero (shared, sizeof shared);
  return is_good;
}

static gboolean
mix_token (KadNoiseXx *self, Token token)
{
  gboolean is_initiator = self->role == KAD_ROLE_INITIATOR;

  if (token == TOKEN_EE)
    return mix_shared (self, self->ephemeral_secret, self->remote_ephemeral);
  /* The first letter is the initiator's key, the second the responder's. */
  if ((token == TOKEN_ES) == is_initiator)
    return mix_shared (self, self->ephemeral_secret, self->remote_static);
  return mix_shared (self, self->static_secret, self->remote_ephemeral);
}

static gboolean
write_token (KadNoiseXx *self, Token token, KadBuffer *out)
{
  switch (token)
    {
    case TOKEN_E:
      if (crypto_scalarmult_curve25519_base (self->ephemeral_public, self->ephemeral_secret) != 0)
        return FALSE;
      kad_buffer_append (out, self->ephemeral_public, KAD_NOISE_DH_BYTES);
      kad_noise_symmetric_mix_hash (&self->symmetric, self->ephemeral_public, KAD_NOISE_DH_BYTES);
      return TRUE;
    case TOKEN_S:
      return kad_noise_symmetric_encrypt (&self->symmetric, self->static_public, KAD_NOISE_DH_BYTES,
                                          out);
    case TOKEN_EE:
    case TOKEN_ES:
    case TOKEN_SE:
    case TOKEN_END:
    default:
      return mix_token (self, token);
    }
}

static gboolean
read_token (KadNoiseXx *self, Token token, const guint8 **data, gsize *len)
{
  gsize sealed_len = KAD_NOISE_DH_BYTES, opened_len;

  switch (token)
    {
    case TOKEN_E:
      if (*len < KAD_NOISE_DH_BYTES)
        return FALSE;
      memcpy (self->remote_ephemeral, *data, KAD_NOISE_DH_BYTES);
      kad_noise_symmetric_mix_hash (&self->symmetric, *data, KAD_NOISE_DH_BYTES);
      break;
    case TOKEN_S:
      sealed_len += KAD_NOISE_TAG_BYTES; /* XX always has a key by then */
      if (*len < sealed_len
          || !kad_noise_symmetric_decrypt (&self->symmetric, *data, sealed_len, self->remote_static,
                                           &opened_len))
        return FALSE;
      break;
    case TOKEN_EE:
    case TOKEN_ES:
    case TOKEN_SE:
    case TOKEN_END:
    default:
      return mix_token (self, token);
    }
  *data += sealed_len;
  *len -= sealed_len;
  return TRUE;
}

gboolean
kad_noise_xx_write (KadNoiseXx *self, const guint8 *payload, gsize len, KadBuffer *out)
{
  g_return_val_if_fail (kad_noise_xx_is_my_turn (self), FALSE);

  for (const Token *token = pattern[self->n_messages]; *token != TOKEN_END; token++)
    if (!write_token (self, *token, out))
      {
        self->has_failed = TRUE;
        return FALSE;
      }
  if (!kad_noise_symmetric_encrypt (&self->symmetric, payload, len, out))
    {
      self->has_failed = TRUE;
      return FALSE;
    }
  self->n_messages++;
  return TRUE;
}

gboolean
kad_noise_xx_read (KadNoiseXx *self, const guint8 *data, gsize len, guint8 *payload,
                   gsize *payload_len)
{
  if (self->has_failed || kad_noise_xx_is_over (self) || kad_noise_xx_is_my_turn (self))
    return FALSE;

  /* Whatever fails below leaves a state that nothing may be built on. */
  self->has_failed = TRUE;
  for (const Token *token = pattern[self->n_messages]; *token != TOKEN_END; token++)
    if (!read_token (self, *token, &data, &len))
      return FALSE;
  if (!kad_noise_symmetric_decrypt (&self->symmetric, data, len, payload, payload_len))
    return FALSE;

  self->has_failed = FALSE;
  self->n_messages++;
  return TRUE;
}

void
kad_noise_xx_split (const KadNoiseXx *self, KadNoiseSession *session)
{
  gboolean is_initiator = self->role == KAD_ROLE_INITIATOR;

  g_return_if_fail (kad_noise_xx_is_over (self));

  session->send_nonce = session->receive_nonce = 0;
  kad_noise_symmetric_split (&self->symmetric,
                             is_initiator ? session->send_key : session->receive_key,
                             is_initiator ? session->receive_key : session->send_key);
}
