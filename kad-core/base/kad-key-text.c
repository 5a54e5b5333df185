/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-key-text.h"

#include <string.h>

#include "kad-cid.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-key.h"
#include "kad-multibase.h"
#include "kad-multihash.h"
#include "kad-peer-id.h"

/* Twice the longest key in hex, with its prefix, and room. */
#define MAX_TEXT_BYTES 4096
#define MAX_SHOWN_BYTES 64

/* Two digits a byte, of either case. */
static GBytes *
decode_hex (const char *digits)
{
  g_autofree guint8 *data = NULL;
  gsize len = strlen (digits);

  if (len % 2 != 0)
    return NULL;
  data = g_malloc (len / 2 + 1);
  for (gsize i = 0; i < len; i += 2)
    {
      int high = g_ascii_xdigit_value (digits[i]);
      int low = g_ascii_xdigit_value (digits[i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      data[i / 2] = (guint8) (high << 4 | low);
    }
  return g_bytes_new_take (g_steal_pointer (&data), len / 2);
}

/* The standard and the URL-safe alphabet (RFC 4648, 4 and 5), padded or not:
 * brought to the unpadded URL-safe form, which the multibase decoder reads
 * strictly. */
static GBytes *
decode_base64 (const char *text)
{
  gsize len = strlen (text);
  gsize padding = 0;
  g_autofree char *plain = NULL;

  while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
    padding++;
  if (padding > 0 && len % 4 != 0)
    return NULL;
  plain = g_strdup_printf ("u%.*s", (int) (len - padding), text);
  g_strdelimit (plain + 1, "+", '-');
  g_strdelimit (plain + 1, "/", '_');
  return kad_multibase_decode (plain, NULL, NULL);
}

static GBytes *
encode_text (const char *text, KadKeyUse use, gboolean raw_text)
{
  gsize len = strlen (text);

  if (len == 0 || !g_utf8_validate (text, (gssize) len, NULL))
    return NULL;
  if (use == KAD_KEY_USE_PROVIDER && !raw_text)
    return kad_multihash_new_sha256 ((const guint8 *) text, len);
  return g_bytes_new (text, len);
}

static GBytes *
decode_cid (const char *text, KadKeyUse use)
{
  g_autoptr (KadCid) cid = kad_cid_new_from_string (text, NULL);

  if (cid == NULL)
    return NULL;
  if (use == KAD_KEY_USE_RECORD)
    return kad_cid_to_bytes (cid);
  return g_bytes_ref (kad_cid_get_multihash (cid));
}

static GBytes *
decode_multihash (const char *text)
{
  g_autoptr (GBytes) bytes = kad_base58btc_decode (text, NULL);
  const guint8 *data;
  gsize len;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &len);
  if (!kad_multihash_validate (data, len, NULL))
    return NULL;
  return g_steal_pointer (&bytes);
}

/* What has no prefix. A CID of codec libp2p-key is a peer id, for records too:
 * that is the form in which the network knows the peer. */
static GBytes *
decode_name (const char *text, KadKeyUse use)
{
  KadPeerId peer;
  GBytes *bytes;

  if (kad_peer_id_parse (&peer, text, NULL))
    return kad_peer_id_to_bytes (&peer);
  bytes = decode_cid (text, use);
  return bytes != NULL ? bytes : decode_multihash (text);
}

static const char *
after_prefix (const char *text, const char *prefix)
{
  return g_str_has_prefix (text, prefix) ? text + strlen (prefix) : NULL;
}

static GBytes *
decode (const char *text, KadKeyUse use, gboolean raw_text)
{
  const char *rest;

  if (text[0] == '/')
    return g_bytes_new (text, strlen (text));
  if ((rest = after_prefix (text, "text:")) != NULL)
    return encode_text (rest, use, raw_text);
  if ((rest = after_prefix (text, "hex:")) != NULL)
    return decode_hex (rest);
  if ((rest = after_prefix (text, "base64:")) != NULL)
    return decode_base64 (rest);
  return decode_name (text, use);
}

/**
 * kad_key_text_parse:
 * @text: a key as a person writes it
 * @use: what it is for
 * @raw_text: whether `text:` is taken as it is for providers too
 * @error: InvalidKey; the message has @text escaped
 *
 * Turns the text of a key into the bytes that the wire carries:
 *
 * - `/namespace/...` and `text:...` (UTF-8) are their bytes; for providers a
 *   `text:` becomes its sha2-256 multihash unless @raw_text
 * - `hex:...` and `base64:...` (either alphabet, padding optional) are what
 *   they encode, whatever the use
 * - a peer id in any text form, a CID of codec libp2p-key included, is its
 *   binary form
 * - a CID is its own bytes for records, its multihash otherwise
 * - a base58btc multihash is its bytes
 *
 * A key has 1 to %KAD_MAX_KEY_PREIMAGE_BYTES bytes, for providers at most
 * %KAD_MAX_PROVIDER_KEY_BYTES, which is what go's servers take.
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
kad_key_text_parse (const char *text, KadKeyUse use, gboolean raw_text, GError **error)
{
  g_autoptr (GBytes) key = NULL;
  g_autofree char *escaped = NULL;
  gsize max = use == KAD_KEY_USE_PROVIDER ? KAD_MAX_PROVIDER_KEY_BYTES : KAD_MAX_KEY_PREIMAGE_BYTES;

  g_return_val_if_fail (text != NULL, NULL);

  if (strnlen (text, MAX_TEXT_BYTES + 1) <= MAX_TEXT_BYTES)
    key = decode (text, use, raw_text);
  if (key != NULL && g_bytes_get_size (key) > 0 && g_bytes_get_size (key) <= max)
    return g_steal_pointer (&key);

  escaped = kad_escape_peer_text (text, -1, MAX_SHOWN_BYTES);
  if (key != NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                 "The key “%s” has %" G_GSIZE_FORMAT " bytes; it must have 1 to %" G_GSIZE_FORMAT,
                 escaped, g_bytes_get_size (key), max);
  else if (text[0] != '\0' && strpbrk (text, ":/") == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                 "“%s” is no key: words are written as “text:%s”; else use a CID, a peer id, a "
                 "base58btc multihash, /namespace/..., hex:... or base64:...",
                 escaped, escaped);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                 "“%s” is no key: use a CID, a peer id, a base58btc multihash, /namespace/..., "
                 "text:..., hex:... or base64:...",
                 escaped);
  return NULL;
}
