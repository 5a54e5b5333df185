/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-basex.h"

#include <string.h>

#include "kad-alphabet.h"
#include "kad-error.h"

/*
 * Both directions are long division by hand: a number of n digits costs n^2
 * steps, so callers bound the length before they come here.
 */

/**
 * kad_basex_append:
 * @encoding: which
 * @data: (array length=len): bytes
 * @len: how many, bounded by the caller: the cost is quadratic
 * @out: text that grows
 */
void
kad_basex_append (const KadBasex *encoding, const guint8 *data, gsize len, GString *out)
{
  g_autofree guint8 *digits = NULL; /* least significant first */
  gsize room, n = 0, zeros = 0;

  while (zeros < len && data[zeros] == 0)
    zeros++;

  room = (len - zeros) * 2; /* the smallest base, 16, takes two digits a byte */
  digits = g_malloc (MAX (room, 1));

  for (gsize i = zeros; i < len; i++)
    {
      guint carry = data[i];

      for (gsize j = 0; j < n; j++)
        {
          carry += (guint) digits[j] << 8;
          digits[j] = (guint8) (carry % encoding->base);
          carry /= encoding->base;
        }
      for (; carry > 0; carry /= encoding->base)
        digits[n++] = (guint8) (carry % encoding->base);
    }

  for (gsize i = 0; i < zeros; i++)
    g_string_append_c (out, encoding->alphabet[0]);
  while (n > 0)
    g_string_append_c (out, encoding->alphabet[digits[--n]]);
}

/* bytes = bytes * base + digit, least significant first */
static gsize
multiply_add (guint8 *bytes, gsize n, guint base, guint digit)
{
  guint carry = digit;

  for (gsize j = 0; j < n; j++)
    {
      carry += (guint) bytes[j] * base;
      bytes[j] = (guint8) carry;
      carry >>= 8;
    }
  for (; carry > 0; carry >>= 8)
    bytes[n++] = (guint8) carry;

  return n;
}

/**
 * kad_basex_decode:
 * @encoding: which
 * @text: (array length=len): characters
 * @len: how many, bounded by the caller: the cost is quadratic
 * @out: bytes that grow; left as they were on failure
 * @error: return location
 *
 * Fails with %KAD_ERROR_INVALID_ARGUMENT on a character that is not of the
 * alphabet. Every text of the alphabet's characters is good.
 *
 * Returns: whether the text was read
 */
gboolean
kad_basex_decode (const KadBasex *encoding, const char *text, gsize len, GByteArray *out,
                  GError **error)
{
  g_autofree guint8 *bytes = g_malloc (MAX (len, 1)); /* a character is never more than a byte */
  gsize n = 0, zeros = 0;
  guint at;

  while (zeros < len && text[zeros] == encoding->alphabet[0])
    zeros++;

  for (gsize i = zeros; i < len; i++)
    {
      int digit = kad_alphabet_digit (encoding->alphabet, text[i], encoding->any_case);

      if (digit < 0)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "Character %" G_GSIZE_FORMAT " is not a character of %s", i + 1,
                       encoding->name);
          return FALSE;
        }
      n = multiply_add (bytes, n, encoding->base, (guint) digit);
    }

  if (zeros + n == 0)
    return TRUE;

  at = out->len;
  g_byte_array_set_size (out, at + (guint) (zeros + n));
  memset (out->data + at, 0, zeros);
  for (gsize i = 0; i < n; i++)
    out->data[at + zeros + i] = bytes[n - 1 - i];

  return TRUE;
}
