/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-varint.h"

/**
 * kad_varint_encode:
 * @value: the value, of which all 64 bits may be used
 * @out: (out caller-allocates): receives 1 to %KAD_MAX_VARINT_BYTES bytes
 *
 * Writes the shortest form, seven bits a byte, least significant first.
 *
 * A value above 2^63 - 1 takes ten bytes, which protobuf allows and
 * kad_varint_decode() refuses.
 *
 * Returns: the number of bytes written
 */
gsize
kad_varint_encode (guint64 value, guint8 out[KAD_MAX_VARINT_BYTES])
{
  gsize n = 0;

  while (value >= 0x80)
    {
      out[n++] = (guint8) (value | 0x80);
      value >>= 7;
    }
  out[n++] = (guint8) value;

  return n;
}

/**
 * kad_varint_size:
 * @value: a value
 *
 * Returns: how many bytes kad_varint_encode() would write
 */
gsize
kad_varint_size (guint64 value)
{
  gsize n = 1;

  while (value >= 0x80)
    {
      value >>= 7;
      n++;
    }

  return n;
}

static KadVarintStatus
read_groups (const guint8 *data, gsize len, gsize max_bytes, guint64 *value, gsize *used)
{
  guint64 result = 0;

  for (gsize i = 0; i < len && i < max_bytes; i++)
    {
      /* The tenth byte has room for one bit of the 64 only. */
      if (i == 9 && data[i] > 1)
        return KAD_VARINT_BAD;

      result |= (guint64) (data[i] & 0x7f) << (7 * i);
      if (data[i] < 0x80)
        {
          *value = result;
          *used = i + 1;
          return KAD_VARINT_OK;
        }
    }

  return len < max_bytes ? KAD_VARINT_MORE : KAD_VARINT_BAD;
}

/**
 * kad_varint_decode:
 * @data: (array length=len): bytes that begin with a varint
 * @len: how many bytes there are; 0 is %KAD_VARINT_MORE
 * @value: (out): the value; untouched unless %KAD_VARINT_OK
 * @used: (out): how many bytes the varint takes; untouched unless %KAD_VARINT_OK
 *
 * Reads a varint under the rules of multiformats: at most nine bytes and 63
 * bits, and only the shortest form (multiformats/unsigned-varint).
 *
 * Returns: whether a value was read
 */
KadVarintStatus
kad_varint_decode (const guint8 *data, gsize len, guint64 *value, gsize *used)
{
  guint64 result;
  gsize n;
  KadVarintStatus status = read_groups (data, len, KAD_MAX_MULTIFORMATS_VARINT_BYTES, &result, &n);

  if (status != KAD_VARINT_OK)
    return status;
  if (n > 1 && data[n - 1] == 0)
    return KAD_VARINT_BAD;

  *value = result;
  *used = n;
  return KAD_VARINT_OK;
}

/**
 * kad_varint_decode_lenient:
 * @data: (array length=len): bytes that begin with a varint
 * @len: how many bytes there are; 0 is %KAD_VARINT_MORE
 * @value: (out): the value; untouched unless %KAD_VARINT_OK
 * @used: (out): how many bytes the varint takes; untouched unless %KAD_VARINT_OK
 *
 * Reads a varint under the rules of protobuf: at most ten bytes and 64 bits,
 * and a form longer than needed is good.
 *
 * Returns: whether a value was read
 */
KadVarintStatus
kad_varint_decode_lenient (const guint8 *data, gsize len, guint64 *value, gsize *used)
{
  return read_groups (data, len, KAD_MAX_VARINT_BYTES, value, used);
}
