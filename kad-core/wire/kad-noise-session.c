/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-noise.h"

#include <sodium.h>

#include "kad-error.h"
#include "kad-noise-symmetric.h"

#define LENGTH_BYTES 2

G_STATIC_ASSERT (KAD_NOISE_MAX_PLAINTEXT + KAD_NOISE_TAG_BYTES == KAD_NOISE_MAX_MESSAGE);

/**
 * kad_noise_session_clear:
 * @self: a session
 *
 * Wipes the keys. A cleared session seals and opens nothing any more.
 */
void
kad_noise_session_clear (KadNoiseSession *self)
{
  sodium_memzero (self, sizeof *self);
  self->send_nonce = self->receive_nonce = G_MAXUINT64;
}

static gboolean
end_session (KadNoiseSession *self, GError **error, const char *message)
{
  kad_noise_session_clear (self);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, message);
  return FALSE;
}

/**
 * kad_noise_session_seal:
 * @self: a session
 * @data: (array length=len): plain text
 * @len: bytes of @data; nothing is sent for 0
 * @out: where the messages are appended: sealed straight into its storage
 * @error: return location for a #GError
 *
 * Returns: %FALSE with %KAD_ERROR_PROTOCOL when the nonces are used up or the session
 *   has ended
 */
gboolean
kad_noise_session_seal (KadNoiseSession *self, const guint8 *data, gsize len, KadBuffer *out,
                        GError **error)
{
  const gsize overhead = LENGTH_BYTES + KAD_NOISE_TAG_BYTES;
  gsize n_messages = len / KAD_NOISE_MAX_PLAINTEXT + 1;

  g_return_val_if_fail (len <= G_MAXSSIZE / 2, FALSE);
  kad_buffer_reserve (out, len + n_messages * overhead);

  while (len > 0)
    {
      gsize n = MIN (len, KAD_NOISE_MAX_PLAINTEXT);
      guint8 *room = kad_buffer_reserve (out, n + overhead);
      guint length = (guint) n + KAD_NOISE_TAG_BYTES;

      room[0] = (guint8) (length >> 8);
      room[1] = (guint8) (length & 0xff);
      if (!kad_noise_aead_seal (self->send_key, &self->send_nonce, NULL, 0, data, n,
                                room + LENGTH_BYTES))
        return end_session (self, error, "No message can be sealed in this Noise session any more");
      kad_buffer_commit (out, n + overhead);
      data += n;
      len -= n;
    }
  return TRUE;
}

/**
 * kad_noise_session_open:
 * @self: a session
 * @data: (array length=len): what was received and not yet consumed
 * @len: bytes of @data
 * @used: (out): bytes of whole messages that were opened: consume them
 * @out: where the plain text is appended: opened straight into its storage
 * @error: return location for a #GError
 *
 * Opens the messages that are whole. The first that was not sealed by the
 * remote, in this place, ends the session for both directions; what was opened before
 * it stays in @out.
 *
 * Returns: %FALSE with %KAD_ERROR_PROTOCOL
 */
gboolean
kad_noise_session_open (KadNoiseSession *self, const guint8 *data, gsize len, gsize *used,
                        KadBuffer *out, GError **error)
{
  *used = 0;
  while (len - *used >= LENGTH_BYTES)
    {
      const guint8 *at = data + *used;
      gsize n = (gsize) at[0] << 8 | at[1];

      if (n < KAD_NOISE_TAG_BYTES)
        return end_session (self, error, "A Noise message is too short");
      if (n > len - *used - LENGTH_BYTES)
        break;
      /* Room for one byte more: an empty message is allowed, and needs none. */
      if (!kad_noise_aead_open (self->receive_key, &self->receive_nonce, NULL, 0, at + LENGTH_BYTES,
                                n, kad_buffer_reserve (out, n - KAD_NOISE_TAG_BYTES + 1)))
        return end_session (self, error, "A Noise message does not authenticate");
      kad_buffer_commit (out, n - KAD_NOISE_TAG_BYTES);
      *used += LENGTH_BYTES + n;
    }
  return TRUE;
}
