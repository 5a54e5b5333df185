/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-key-message.h"

#include <sodium.h>

#include "kad-error.h"
#include "kad-keys.pb-c.h"

/**
 * kad_key_message_parse: (skip)
 * @self: where to write; to be cleared after success
 * @bytes: a serialized PublicKey or PrivateKey message; the caller bounded @len
 * @len: its length in bytes
 * @error: InvalidKey if it is none, NotSupported if the type has no number of ours
 *
 * Splits a key's message into type and data (libp2p specs, peer-ids, "Keys").
 * An absent type is RSA, as writers of proto3 leave a 0 out; absent or empty
 * data is an error. Unknown fields are ignored.
 *
 * Returns: %TRUE on success
 */
gboolean
kad_key_message_parse (KadKeyMessage *self, const guint8 *bytes, gsize len, GError **error)
{
  Kad__Keys__KeyMessage *message = kad__keys__key_message__unpack (NULL, len, bytes);
  gboolean ok = FALSE;

  if (message == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The %" G_GSIZE_FORMAT " bytes of a key are no protobuf message", len);
      return FALSE;
    }

  if (message->type > KAD_KEY_TYPE_ECDSA)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "A key has the unknown type %u",
                 message->type);
  else if (message->data.len == 0)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "A key's message has no data");
  else
    ok = TRUE;

  if (ok)
    {
      self->type = (KadKeyType) message->type;
      self->len = message->data.len;
      self->data = g_memdup2 (message->data.data, message->data.len);
    }
  if (message->data.len > 0)
    sodium_memzero (message->data.data, message->data.len);
  kad__keys__key_message__free_unpacked (message, NULL);
  return ok;
}

/**
 * kad_key_message_clear: (skip)
 * @self: a message, or one that is cleared already
 *
 * Wipes and frees the data.
 */
void
kad_key_message_clear (KadKeyMessage *self)
{
  if (self->data != NULL)
    sodium_memzero (self->data, self->len);
  g_clear_pointer (&self->data, g_free);
  self->len = 0;
}

static Kad__Keys__KeyMessage
describe (KadKeyType type, const guint8 *data, gsize data_len)
{
  Kad__Keys__KeyMessage message = KAD__KEYS__KEY_MESSAGE__INIT;

  message.has_type = TRUE;
  message.type = type;
  message.has_data = TRUE;
  message.data.data = (guint8 *) data;
  message.data.len = data_len;
  return message;
}

/**
 * kad_key_message_encoded_size: (skip)
 * @type: the type of a key
 * @data_len: length of its data in bytes
 *
 * Returns: how many bytes kad_key_message_encode() writes
 */
gsize
kad_key_message_encoded_size (KadKeyType type, gsize data_len)
{
  static const guint8 any = 0;
  Kad__Keys__KeyMessage message = describe (type, &any, data_len);

  return kad__keys__key_message__get_packed_size (&message);
}

/**
 * kad_key_message_encode: (skip)
 * @type: the type of a key
 * @data: its data
 * @data_len: their length in bytes
 * @out: kad_key_message_encoded_size() bytes
 *
 * Writes the deterministic form that peer ids are made of: both fields, in the
 * order of their tags, minimal varints (libp2p specs, peer-ids, "Keys").
 *
 * Returns: how many bytes were written
 */
gsize
kad_key_message_encode (KadKeyType type, const guint8 *data, gsize data_len, guint8 *out)
{
  Kad__Keys__KeyMessage message = describe (type, data, data_len);

  return kad__keys__key_message__pack (&message, out);
}
