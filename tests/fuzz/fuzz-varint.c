/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-varint.h"

static void
check_value (guint64 value)
{
  guint8 out[KAD_MAX_VARINT_BYTES];
  gsize len = kad_varint_encode (value, out), used = 0;
  guint64 again = ~value;

  g_assert_cmpuint (len, ==, kad_varint_size (value));
  g_assert_cmpuint (kad_varint_decode_lenient (out, len, &again, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (again, ==, value);
  g_assert_cmpuint (used, ==, len);
  for (gsize n = 0; n < len; n++)
    {
      g_autofree guint8 *cut = fuzz_copy (out, n);

      g_assert_cmpuint (kad_varint_decode_lenient (cut, n, &again, &used), ==, KAD_VARINT_MORE);
    }
  g_assert_cmpuint (kad_varint_decode (out, len, &again, &used), ==,
                    value >> 63 ? KAD_VARINT_BAD : KAD_VARINT_OK);
}

/* The strict form is the only one of its value; both forms agree. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint64 strict = 0, lenient = 0;
  gsize strict_used = 0, lenient_used = 0;
  KadVarintStatus status = kad_varint_decode (data, size, &strict, &strict_used);

  if (status == KAD_VARINT_OK)
    {
      guint8 out[KAD_MAX_VARINT_BYTES];

      g_assert_cmpuint (strict_used, <=, KAD_MAX_MULTIFORMATS_VARINT_BYTES);
      g_assert_cmpmem (out, kad_varint_encode (strict, out), data, strict_used);
      check_value (strict);
    }
  if (kad_varint_decode_lenient (data, size, &lenient, &lenient_used) == KAD_VARINT_OK)
    {
      g_assert_cmpuint (lenient_used, <=, MIN (size, KAD_MAX_VARINT_BYTES));
      check_value (lenient);
      if (status == KAD_VARINT_OK)
        {
          g_assert_cmpuint (lenient, ==, strict);
          g_assert_cmpuint (lenient_used, ==, strict_used);
        }
    }
  else
    g_assert_cmpuint (status, !=, KAD_VARINT_OK);
  return 0;
}
