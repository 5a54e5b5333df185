/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-noise.h"

#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-noise-payload.h"
#include "kad-noise-xx.h"

/* The handshake as libp2p has it (libp2p specs, noise): three messages, each
 * behind its length in two bytes, big-endian; the prologue is empty; the first
 * message has no payload, the others carry identity, signature and extensions.
 *
 * What a responder pays for a stranger: the first message costs one base
 * multiplication and two shared secrets, the third one shared secret and one
 * verification. The own payload was made when the process started. */

#define LENGTH_BYTES 2
/* ephemeral key, static key and its tag, payload and its tag */
#define MAX_HANDSHAKE_MESSAGE                                                                      \
  (2 * KAD_NOISE_DH_BYTES + 2 * KAD_NOISE_TAG_BYTES + KAD_MAX_NOISE_PAYLOAD)

struct _KadNoiseIdentity
{
  gatomicrefcount refs;
  guint8 static_secret[KAD_NOISE_DH_BYTES];
  guint8 static_public[KAD_NOISE_DH_BYTES];
  GBytes *payload;
  GStrv muxers; /* (nullable) */
};

struct _KadNoise
{
  KadNoiseIdentity *identity;
  KadNoiseXx xx;
  KadPeerId expected;       /* not set: anybody */
  KadPublicKey *remote_key; /* (nullable) until it is proven */
  const char *early_muxer;  /* (nullable) (unowned) of the identity's list */
};

/**
 * kad_noise_identity_new:
 * @identity: the key that is the peer id
 * @static_secret: 32 random bytes, to be kept secret and used for nothing else
 * @muxers: (nullable) (array zero-terminated=1): names to send as `stream_muxers`: exactly
 *   `/yamux/1.0.0`, for with more than one name implementations choose
 *   differently; %NULL sends no extension
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the identity; %NULL when @identity cannot sign
 */
KadNoiseIdentity *
kad_noise_identity_new (const KadPrivateKey *identity, const guint8 static_secret[32],
                        const char *const *muxers, GError **error)
{
  g_autoptr (KadNoiseIdentity) self = g_new0 (KadNoiseIdentity, 1);

  g_atomic_ref_count_init (&self->refs);
  memcpy (self->static_secret, static_secret, KAD_NOISE_DH_BYTES);
  if (crypto_scalarmult_curve25519_base (self->static_public, self->static_secret) != 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "The Noise key cannot be used");
      return NULL;
    }
  self->payload = kad_noise_payload_new (identity, self->static_public, muxers, error);
  if (self->payload == NULL)
    return NULL;
  self->muxers = g_strdupv ((char **) muxers);
  return g_steal_pointer (&self);
}

KadNoiseIdentity *
kad_noise_identity_ref (KadNoiseIdentity *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_noise_identity_unref (KadNoiseIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  sodium_memzero (self->static_secret, sizeof self->static_secret);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_strfreev (self->muxers);
  g_free (self);
}

/**
 * kad_noise_new:
 * @role: which side we are
 * @identity: who we are; a reference is taken
 * @ephemeral_secret: 32 random bytes, used for this connection only
 * @expected: (nullable): the peer that was dialled: any other one is an error
 *
 * Returns: (transfer full): a handshake, which lives until the session is taken
 */
KadNoise *
kad_noise_new (KadRole role, KadNoiseIdentity *identity, const guint8 ephemeral_secret[32],
               const KadPeerId *expected)
{
  KadNoise *self = g_new0 (KadNoise, 1);

  self->identity = kad_noise_identity_ref (identity);
  if (expected != NULL)
    self->expected = *expected;
  kad_noise_xx_init (&self->xx, role, NULL, 0, identity->static_secret, identity->static_public,
                     ephemeral_secret);
  return self;
}

void
kad_noise_free (KadNoise *self)
{
  if (self == NULL)
    return;
  kad_noise_xx_clear (&self->xx);
  g_clear_pointer (&self->remote_key, kad_public_key_unref);
  kad_noise_identity_unref (self->identity);
  g_free (self);
}

static KadWireStatus
fail (KadNoise *self, GError **error, const char *message)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, message);
  kad_noise_xx_clear (&self->xx);
  return KAD_WIRE_ERROR;
}

static gboolean
write_message (KadNoise *self, const guint8 *payload, gsize len, KadBuffer *out)
{
  g_auto (KadBuffer) message = KAD_BUFFER_INIT;
  guint8 length[LENGTH_BYTES];
  gsize n;

  if (!kad_noise_xx_write (&self->xx, payload, len, &message))
    return FALSE;
  n = kad_buffer_get_length (&message);
  length[0] = (guint8) (n >> 8);
  length[1] = (guint8) (n & 0xff);
  kad_buffer_append (out, length, sizeof length);
  kad_buffer_append (out, kad_buffer_peek (&message), n);
  return TRUE;
}

/**
 * kad_noise_start:
 * @self: a new handshake
 * @out: where the initiator's first message is appended; the responder waits
 */
void
kad_noise_start (KadNoise *self, KadBuffer *out)
{
  if (kad_noise_xx_is_my_turn (&self->xx))
    write_message (self, NULL, 0, out);
}

static gboolean
prove_remote (KadNoise *self, const guint8 *payload, gsize len, GError **error)
{
  g_autoptr (KadPublicKey) key = NULL;
  const char *early_muxer = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;

  key = kad_noise_payload_verify (payload, len, self->xx.remote_static, self->xx.role,
                                  (const char *const *) self->identity->muxers, &early_muxer,
                                  error);
  if (key == NULL)
    return FALSE;
  if (kad_peer_id_is_set (&self->expected)
      && !kad_peer_id_equal (&self->expected, kad_public_key_get_peer_id (key)))
    {
      wanted = kad_peer_id_to_string (&self->expected);
      found = kad_peer_id_to_string (kad_public_key_get_peer_id (key));
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "Dialled peer %s, but %s answered", wanted,
                   found);
      return FALSE;
    }
  self->remote_key = g_steal_pointer (&key);
  self->early_muxer = early_muxer;
  return TRUE;
}

static KadWireStatus
take_message (KadNoise *self, const guint8 *data, gsize len, KadBuffer *out, GError **error)
{
  guint8 payload[MAX_HANDSHAKE_MESSAGE];
  gsize payload_len;
  gboolean is_first = self->xx.n_messages == 0;
  gsize own_len;
  const guint8 *own = g_bytes_get_data (self->identity->payload, &own_len);

  if (!kad_noise_xx_read (&self->xx, data, len, payload, &payload_len))
    return fail (self, error, "A Noise handshake message is malformed or does not authenticate");
  /* What the first message carries is neither secret nor authentic: not looked at. */
  if (!is_first && !prove_remote (self, payload, payload_len, error))
    {
      kad_noise_xx_clear (&self->xx);
      return KAD_WIRE_ERROR;
    }
  if (kad_noise_xx_is_my_turn (&self->xx) && !write_message (self, own, own_len, out))
    return fail (self, error, "The peer's Noise key is worth nothing");
  return kad_noise_xx_is_over (&self->xx) ? KAD_WIRE_DONE : KAD_WIRE_MORE;
}

/**
 * kad_noise_feed:
 * @self: a handshake that is not done
 * @data: (array length=len): what was received and not yet consumed
 * @len: bytes of @data
 * @used: (out): bytes to consume, whatever the result
 * @out: where answers are appended; after %KAD_WIRE_DONE they must still be sent
 * @error: return location for a #GError
 *
 * Takes whole handshake messages from the front of @data. After %KAD_WIRE_DONE what is left
 * belongs to the session. After %KAD_WIRE_ERROR every further call fails too.
 *
 * Returns: the status; %KAD_ERROR_PROTOCOL, or %KAD_ERROR_INVALID_KEY for an identity
 *   that is no key
 */
KadWireStatus
kad_noise_feed (KadNoise *self, const guint8 *data, gsize len, gsize *used, KadBuffer *out,
                GError **error)
{
  KadWireStatus status = KAD_WIRE_MORE;

  *used = 0;
  g_return_val_if_fail (!kad_noise_xx_is_over (&self->xx), KAD_WIRE_DONE);

  while (status == KAD_WIRE_MORE && len - *used >= LENGTH_BYTES)
    {
      const guint8 *at = data + *used;
      gsize n = (gsize) at[0] << 8 | at[1];

      if (n > MAX_HANDSHAKE_MESSAGE)
        return fail (self, error, "A Noise handshake message is too long");
      if (n > len - *used - LENGTH_BYTES)
        return KAD_WIRE_MORE;
      *used += LENGTH_BYTES + n;
      status = take_message (self, at + LENGTH_BYTES, n, out, error);
    }
  return status;
}

/**
 * kad_noise_get_remote_peer:
 * @self: a handshake that is done
 *
 * Returns: (transfer none) (nullable): the peer that was proven; %NULL before that
 */
const KadPeerId *
kad_noise_get_remote_peer (const KadNoise *self)
{
  if (self->remote_key == NULL)
    return NULL;
  return kad_public_key_get_peer_id (self->remote_key);
}

/**
 * kad_noise_get_remote_public_key:
 * @self: a handshake that is done
 * @len: (out): bytes of the key
 *
 * Returns: (transfer none) (nullable): the proven peer's serialized public key
 */
const guint8 *
kad_noise_get_remote_public_key (const KadNoise *self, gsize *len)
{
  *len = 0;
  if (self->remote_key == NULL)
    return NULL;
  return kad_public_key_get_protobuf (self->remote_key, len);
}

/**
 * kad_noise_get_early_muxer:
 * @self: a handshake that is done
 *
 * Returns: (transfer none) (nullable): the muxer that was agreed in the handshake, so
 *   that multistream for it is skipped; lives as long as @self. %NULL: negotiate
 */
const char *
kad_noise_get_early_muxer (const KadNoise *self)
{
  return self->early_muxer;
}

/**
 * kad_noise_take_session:
 * @self: a handshake that is done
 * @session: (out caller-allocates): the keys, at nonce 0
 *
 * Once: the handshake keeps no copy, so that no key is ever used from two places.
 */
void
kad_noise_take_session (KadNoise *self, KadNoiseSession *session)
{
  kad_noise_session_clear (session);
  g_return_if_fail (kad_noise_xx_is_over (&self->xx) && self->remote_key != NULL);

  kad_noise_xx_split (&self->xx, session);
  kad_noise_xx_clear (&self->xx);
}
