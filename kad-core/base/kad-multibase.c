/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multibase.h"

#include <string.h>

#include "kad-basex.h"
#include "kad-error.h"
#include "kad-rfc4648.h"

#define BASE16 "0123456789abcdef"
#define BASE16_UPPER "0123456789ABCDEF"
#define BASE32 "abcdefghijklmnopqrstuvwxyz234567"
#define BASE32_UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define BASE36 "0123456789abcdefghijklmnopqrstuvwxyz"
#define BASE36_UPPER "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BASE58BTC "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

typedef struct
{
  KadMultibase base;
  KadRfc4648 bits; /* used where .name is set */
  KadBasex number; /* used elsewhere */
} Encoding;

static const Encoding encodings[] = {
  { KAD_MULTIBASE_BASE16, { "base16", BASE16, 4, TRUE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE16_UPPER, { "base16upper", BASE16_UPPER, 4, TRUE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE32, { "base32", BASE32, 5, TRUE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE32_UPPER, { "base32upper", BASE32_UPPER, 5, TRUE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE32_PAD, { "base32pad", BASE32, 5, TRUE, TRUE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE32_PAD_UPPER,
    { "base32padupper", BASE32_UPPER, 5, TRUE, TRUE, FALSE },
    { 0 } },
  { KAD_MULTIBASE_BASE36, { 0 }, { "base36", BASE36, 36, TRUE } },
  { KAD_MULTIBASE_BASE36_UPPER, { 0 }, { "base36upper", BASE36_UPPER, 36, TRUE } },
  { KAD_MULTIBASE_BASE58BTC, { 0 }, { "base58btc", BASE58BTC, 58, FALSE } },
  { KAD_MULTIBASE_BASE64, { "base64", BASE64, 6, FALSE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE64_PAD, { "base64pad", BASE64, 6, FALSE, TRUE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE64URL, { "base64url", BASE64URL, 6, FALSE, FALSE, FALSE }, { 0 } },
  { KAD_MULTIBASE_BASE64URL_PAD, { "base64urlpad", BASE64URL, 6, FALSE, TRUE, FALSE }, { 0 } },
};

static const Encoding *
find_encoding (char prefix)
{
  for (gsize i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      if ((char) encodings[i].base == prefix)
        return &encodings[i];
    }

  return NULL;
}

static gboolean
append_encoded (const Encoding *encoding, const guint8 *data, gsize len, GString *out)
{
  gboolean by_bits = encoding->bits.name != NULL;

  if (len > (by_bits ? KAD_MAX_MULTIBASE_DATA : KAD_MAX_MULTIBASE_BIGNUM_DATA))
    return FALSE;

  if (by_bits)
    kad_rfc4648_append (&encoding->bits, data, len, out);
  else
    kad_basex_append (&encoding->number, data, len, out);

  return TRUE;
}

static GBytes *
decode_bounded (const Encoding *encoding, const char *text, gsize len, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gboolean ok;

  if (encoding->bits.name != NULL)
    {
      ok = kad_rfc4648_decode (&encoding->bits, text, len, out, error);
    }
  else if (len > KAD_MAX_MULTIBASE_BIGNUM_TEXT)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Text of %s has more than %d characters", encoding->number.name,
                   KAD_MAX_MULTIBASE_BIGNUM_TEXT);
      ok = FALSE;
    }
  else
    {
      ok = kad_basex_decode (&encoding->number, text, len, out, error);
    }

  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}

/**
 * kad_multibase_encode:
 * @base: the encoding
 * @data: (array length=len) (nullable): bytes
 * @len: how many
 *
 * Writes bytes as text with the prefix character.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL for more bytes than
 *   %KAD_MAX_MULTIBASE_DATA, or %KAD_MAX_MULTIBASE_BIGNUM_DATA for base36 and
 *   base58btc
 */
char *
kad_multibase_encode (KadMultibase base, const guint8 *data, gsize len)
{
  const Encoding *encoding = find_encoding ((char) base);
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (encoding != NULL, NULL);

  text = g_string_new (NULL);
  g_string_append_c (text, (char) base);
  if (!append_encoded (encoding, data, len, text))
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * kad_multibase_decode:
 * @text: text with its prefix character
 * @base_out: (out) (optional): the encoding found
 * @error: return location
 *
 * Reads text of any encoding in #KadMultibase. Letters of base16, base32 and
 * base36 count in both cases, whatever the prefix (multibase, "case
 * insensitivity"). No bytes after the prefix is a good, empty value.
 *
 * Fails with %KAD_ERROR_INVALID_ARGUMENT on an unknown prefix, which includes
 * the identity encoding, on text that is not of the encoding, and on text
 * longer than %KAD_MAX_MULTIBASE_TEXT, or %KAD_MAX_MULTIBASE_BIGNUM_TEXT for
 * base36 and base58btc.
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
kad_multibase_decode (const char *text, KadMultibase *base_out, GError **error)
{
  gsize len = strnlen (text, KAD_MAX_MULTIBASE_TEXT + 1);
  const Encoding *encoding;
  GBytes *bytes;

  if (len == 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Multibase text begins with no prefix; the identity encoding is not supported");
      return NULL;
    }
  if (len > KAD_MAX_MULTIBASE_TEXT)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Multibase text has more than %d characters", KAD_MAX_MULTIBASE_TEXT);
      return NULL;
    }

  encoding = find_encoding (text[0]);
  if (encoding == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Multibase prefix 0x%02x is not supported", (guchar) text[0]);
      return NULL;
    }

  bytes = decode_bounded (encoding, text + 1, len - 1, error);
  if (bytes != NULL && base_out != NULL)
    *base_out = encoding->base;

  return bytes;
}

/**
 * kad_multibase_get_name:
 * @base: an encoding
 *
 * Returns: (nullable): its name in multibase.csv, or %NULL when it is none
 */
const char *
kad_multibase_get_name (KadMultibase base)
{
  const Encoding *encoding = find_encoding ((char) base);

  if (encoding == NULL)
    return NULL;

  return encoding->bits.name != NULL ? encoding->bits.name : encoding->number.name;
}

/**
 * kad_base58btc_encode:
 * @data: (array length=len) (nullable): bytes
 * @len: how many
 *
 * Writes bytes as base58btc, without a prefix.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL for more than
 *   %KAD_MAX_MULTIBASE_BIGNUM_DATA bytes
 */
char *
kad_base58btc_encode (const guint8 *data, gsize len)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!append_encoded (find_encoding (KAD_MULTIBASE_BASE58BTC), data, len, text))
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * kad_base58btc_decode:
 * @text: text without a prefix
 * @error: return location
 *
 * Reads base58btc. Empty text is no bytes.
 *
 * Fails with %KAD_ERROR_INVALID_ARGUMENT on another character and on more than
 * %KAD_MAX_MULTIBASE_BIGNUM_TEXT of them.
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
kad_base58btc_decode (const char *text, GError **error)
{
  return decode_bounded (find_encoding (KAD_MULTIBASE_BASE58BTC), text,
                         strnlen (text, KAD_MAX_MULTIBASE_BIGNUM_TEXT + 1), error);
}
