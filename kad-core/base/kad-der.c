/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-der.h"

#include <string.h>

/* Keys are a few KiB: no length needs more than two bytes. */
#define MAX_LENGTH_BYTES 2

static gboolean
read_length (KadDer *self, gsize *length)
{
  guint n_bytes;

  if (self->len == 0)
    return FALSE;
  n_bytes = self->data[0] & 0x7f;
  if ((self->data[0] & 0x80) == 0)
    {
      *length = self->data[0];
      n_bytes = 0;
    }
  else if (n_bytes == 0 || n_bytes > MAX_LENGTH_BYTES || self->len - 1 < n_bytes)
    {
      return FALSE;
    }
  else
    {
      *length = 0;
      for (guint i = 1; i <= n_bytes; i++)
        *length = *length << 8 | self->data[i];
      /* DER has one form for each length, the shortest. */
      if (*length < (n_bytes == 1 ? 0x80u : 0x100u))
        return FALSE;
    }
  self->data += 1 + n_bytes;
  self->len -= 1 + n_bytes;
  return *length <= self->len;
}

/**
 * kad_der_read: (skip)
 * @self: what is left; moved behind the element on success, undefined on failure
 * @tag: the tag that must come
 * @content: (out): the element's content
 *
 * Reads one element. Lengths must be definite and minimal.
 *
 * Returns: %FALSE if another tag comes, or the element does not fit
 */
gboolean
kad_der_read (KadDer *self, guint8 tag, KadDer *content)
{
  gsize length;

  if (self->len == 0 || self->data[0] != tag)
    return FALSE;
  self->data++;
  self->len--;
  if (!read_length (self, &length))
    return FALSE;
  content->data = self->data;
  content->len = length;
  self->data += length;
  self->len -= length;
  return TRUE;
}

/**
 * kad_der_read_unsigned: (skip)
 * @self: what is left
 * @magnitude: (out): the number, big-endian without leading zeros; empty for 0
 *
 * Reads an INTEGER that is not negative. It must be minimal.
 *
 * Returns: %FALSE if there is none
 */
gboolean
kad_der_read_unsigned (KadDer *self, KadDer *magnitude)
{
  if (!kad_der_read (self, KAD_DER_INTEGER, magnitude) || magnitude->len == 0
      || (magnitude->data[0] & 0x80) != 0)
    return FALSE;
  if (magnitude->data[0] != 0)
    return TRUE;
  if (magnitude->len > 1 && (magnitude->data[1] & 0x80) == 0)
    return FALSE;
  magnitude->data++;
  magnitude->len--;
  return TRUE;
}

/**
 * kad_der_read_exactly: (skip)
 * @self: what is left
 * @bytes: what must come
 * @len: its length
 *
 * Returns: %FALSE if something else comes
 */
gboolean
kad_der_read_exactly (KadDer *self, const guint8 *bytes, gsize len)
{
  if (self->len < len || memcmp (self->data, bytes, len) != 0)
    return FALSE;
  self->data += len;
  self->len -= len;
  return TRUE;
}

/**
 * kad_der_count_bits: (skip)
 * @magnitude: a number of kad_der_read_unsigned()
 *
 * Returns: how many bits it has; 0 for 0
 */
guint
kad_der_count_bits (const KadDer *magnitude)
{
  if (magnitude->len == 0)
    return 0;
  return (guint) magnitude->len * 8 - (guint) (__builtin_clz (magnitude->data[0]) - 24);
}
