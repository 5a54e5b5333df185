/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multiaddr.h"

#include <string.h>

#include "kad-error.h"
#include "kad-multiaddr-protocols.h"
#include "kad-multiaddr-values.h"
#include "kad-varint.h"

/* The text that is still to be read. */
typedef struct
{
  const char *at; /* at the slash before the next piece, or at the end */
  const char *end;
} Reader;

static gboolean
next_piece (Reader *reader, const char **piece, gsize *len)
{
  const char *slash;

  if (reader->at == reader->end)
    return FALSE;

  *piece = reader->at + 1;
  slash = memchr (*piece, '/', (gsize) (reader->end - *piece));
  reader->at = slash != NULL ? slash : reader->end;
  *len = (gsize) (reader->at - *piece);
  return TRUE;
}

/* A path takes all that is left, with the slash before it. */
static gboolean
next_value (Reader *reader, const KadMultiaddrProtocol *protocol, const char **piece, gsize *len)
{
  if (protocol->value != KAD_MULTIADDR_VALUE_PATH)
    return next_piece (reader, piece, len);

  *piece = reader->at;
  *len = (gsize) (reader->end - reader->at);
  reader->at = reader->end;
  return *len > 0;
}

static void
append_varint (GByteArray *out, guint64 value)
{
  guint8 bytes[KAD_MAX_VARINT_BYTES];
  gsize n = kad_varint_encode (value, bytes);

  g_byte_array_append (out, bytes, (guint) n);
}

static gboolean
parse_component (Reader *reader, guint number, GByteArray *out, GError **error)
{
  const KadMultiaddrProtocol *protocol;
  g_autoptr (GByteArray) value = NULL;
  const char *piece = NULL;
  gsize len = 0;

  next_piece (reader, &piece, &len);
  protocol = kad_multiaddr_protocol_by_name (piece, len);
  if (protocol == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "Component %u of a multiaddr names a protocol that nobody registered", number);
      return FALSE;
    }

  append_varint (out, protocol->code);
  if (protocol->size_bytes == 0)
    return TRUE;

  if (!next_value (reader, protocol, &piece, &len))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "A multiaddr ends after /%s, which needs a value", protocol->name);
      return FALSE;
    }

  value = g_byte_array_new ();
  if (!kad_multiaddr_value_parse (protocol, piece, len, value, error))
    return FALSE;

  if (protocol->size_bytes == KAD_MULTIADDR_SIZE_VARIABLE)
    append_varint (out, value->len);
  g_byte_array_append (out, value->data, value->len);
  return TRUE;
}

/**
 * kad_multiaddr_new_from_string:
 * @text: like `/ip4/127.0.0.1/tcp/4001`; slashes at the end count for nothing
 * @error: return location
 *
 * Reads the text of a multiaddr (multiformats/multiaddr, "Human-readable").
 * /ipfs is /p2p; the value of /p2p is a base58btc multihash or the CID of a
 * libp2p key; /unix takes all that follows as its path.
 *
 * Fails with %KAD_ERROR_INVALID_ADDRESS on text longer than
 * %KAD_MAX_MULTIADDR_TEXT and on whatever kad_multiaddr_new_from_bytes()
 * refuses.
 *
 * Returns: (transfer full) (nullable): the multiaddr
 */
KadMultiaddr *
kad_multiaddr_new_from_string (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  gsize len = strnlen (text, KAD_MAX_MULTIADDR_TEXT + 1);
  Reader reader;

  if (len > KAD_MAX_MULTIADDR_TEXT)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "The text of a multiaddr has more than %d bytes", KAD_MAX_MULTIADDR_TEXT);
      return NULL;
    }

  while (len > 0 && text[len - 1] == '/')
    len--;
  if (len == 0 || text[0] != '/')
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "A multiaddr begins with a slash and a protocol, like /ip4/127.0.0.1/tcp/4001");
      return NULL;
    }

  bytes = g_byte_array_new ();
  reader = (Reader){ text, text + len };
  for (guint number = 1; reader.at < reader.end; number++)
    {
      if (!parse_component (&reader, number, bytes, error))
        return NULL;
    }

  return kad_multiaddr_new_from_bytes (bytes->data, bytes->len, error);
}

static const KadMultiaddrProtocol *
append_name (guint32 code, GString *text)
{
  const KadMultiaddrProtocol *protocol = kad_multiaddr_protocol_by_code (code);

  g_string_append_c (text, '/');
  g_string_append (text, protocol->name);
  return protocol;
}

/**
 * kad_multiaddr_to_string:
 * @self: a multiaddr
 *
 * Writes the text, which kad_multiaddr_new_from_string() reads back to equal
 * bytes. It is valid UTF-8 without control characters, but a name in it is a
 * peer's word: escape it before it is shown.
 *
 * Returns: (transfer full): the text
 */
char *
kad_multiaddr_to_string (const KadMultiaddr *self)
{
  GString *text = g_string_new (NULL);
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;

  kad_multiaddr_iter_init (&iter, self);
  while (kad_multiaddr_iter_next (&iter, &code, &value, &len))
    {
      const KadMultiaddrProtocol *protocol = append_name (code, text);

      if (protocol->size_bytes == 0)
        continue;
      if (protocol->value != KAD_MULTIADDR_VALUE_PATH)
        g_string_append_c (text, '/');
      kad_multiaddr_value_append_text (protocol, value, len, text);
    }

  return g_string_free (text, FALSE);
}

/**
 * kad_multiaddr_dup_value:
 * @self: a multiaddr
 * @code: a protocol
 * @error: return location
 *
 * Gives the value of the first component of a protocol, as text. Fails with
 * %KAD_ERROR_NOT_FOUND when there is none.
 *
 * Returns: (transfer full) (nullable): the text; empty for a protocol without value
 */
char *
kad_multiaddr_dup_value (const KadMultiaddr *self, guint32 code, GError **error)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 found;

  kad_multiaddr_iter_init (&iter, self);
  while (kad_multiaddr_iter_next (&iter, &found, &value, &len))
    {
      const KadMultiaddrProtocol *protocol = kad_multiaddr_protocol_by_code (found);
      GString *text;

      if (found != code)
        continue;

      text = g_string_new (NULL);
      if (protocol->size_bytes != 0)
        kad_multiaddr_value_append_text (protocol, value, len, text);
      return g_string_free (text, FALSE);
    }

  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "A multiaddr has no component of protocol %u",
               code);
  return NULL;
}
