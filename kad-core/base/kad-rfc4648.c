/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-rfc4648.h"

#include "kad-alphabet.h"
#include "kad-error.h"

/* How many characters make a group of whole bytes: 2 for base16, 8 for base32, 4 for base64. */
static gsize
group_chars (const KadRfc4648 *encoding)
{
  return encoding->bits_per_char == 4 ? 2 : encoding->bits_per_char == 5 ? 8 : 4;
}

/**
 * kad_rfc4648_append:
 * @encoding: which
 * @data: (array length=len): bytes
 * @len: how many
 * @out: text that grows
 */
void
kad_rfc4648_append (const KadRfc4648 *encoding, const guint8 *data, gsize len, GString *out)
{
  guint bits = encoding->bits_per_char;
  guint mask = (1u << bits) - 1;
  guint32 buffer = 0;
  guint held = 0;
  gsize written = 0;

  for (gsize i = 0; i < len; i++)
    {
      buffer = (buffer << 8) | data[i];
      held += 8;
      while (held >= bits)
        {
          held -= bits;
          g_string_append_c (out, encoding->alphabet[(buffer >> held) & mask]);
          written++;
        }
      buffer &= (1u << held) - 1;
    }

  if (held > 0)
    {
      g_string_append_c (out, encoding->alphabet[(buffer << (bits - held)) & mask]);
      written++;
    }

  for (; encoding->padded && written % group_chars (encoding) != 0; written++)
    g_string_append_c (out, '=');
}

/* Takes the padding off; FALSE when it is not what the length asks for. */
static gboolean
strip_padding (const KadRfc4648 *encoding, const char *text, gsize *len)
{
  gsize padding = 0;

  if (!encoding->padded)
    return TRUE;
  if (*len % group_chars (encoding) != 0)
    return FALSE;

  while (padding < *len && padding < group_chars (encoding) && text[*len - 1 - padding] == '=')
    padding++;
  *len -= padding;

  return padding < group_chars (encoding);
}

static gboolean
decode_digits (const KadRfc4648 *encoding, const char *text, gsize len, GByteArray *out,
               GError **error)
{
  guint bits = encoding->bits_per_char;
  guint32 buffer = 0;
  guint held = 0;

  for (gsize i = 0; i < len; i++)
    {
      int digit = kad_alphabet_digit (encoding->alphabet, text[i], encoding->any_case);

      if (digit < 0)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "Character %" G_GSIZE_FORMAT " is not a character of %s", i + 1,
                       encoding->name);
          return FALSE;
        }

      buffer = (buffer << bits) | (guint) digit;
      held += bits;
      if (held >= 8)
        {
          guint8 byte = (guint8) (buffer >> (held - 8));

          held -= 8;
          buffer &= (1u << held) - 1;
          g_byte_array_append (out, &byte, 1);
        }
    }

  if (held >= bits || (buffer != 0 && !encoding->loose_tail))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The text of %" G_GSIZE_FORMAT " characters ends inside a byte of %s", len,
                   encoding->name);
      return FALSE;
    }

  return TRUE;
}

/**
 * kad_rfc4648_decode:
 * @encoding: which
 * @text: (array length=len): characters
 * @len: how many
 * @out: bytes that grow; left as they were on failure
 * @error: return location
 *
 * Fails with %KAD_ERROR_INVALID_ARGUMENT on a character that is not of the
 * alphabet, on wrong padding, on a length that no bytes have, and, unless
 * the encoding is loose, on unused bits that are not zero. Time is linear.
 *
 * Returns: whether the text was read
 */
gboolean
kad_rfc4648_decode (const KadRfc4648 *encoding, const char *text, gsize len, GByteArray *out,
                    GError **error)
{
  guint before = out->len;

  if (!strip_padding (encoding, text, &len))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "The padding of %s text is wrong",
                   encoding->name);
      return FALSE;
    }
  if (!decode_digits (encoding, text, len, out, error))
    {
      g_byte_array_set_size (out, before);
      return FALSE;
    }

  return TRUE;
}
