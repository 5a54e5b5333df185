/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-multibase.h"

static const KadMultibase bases[] = {
  KAD_MULTIBASE_BASE16,        KAD_MULTIBASE_BASE16_UPPER,     KAD_MULTIBASE_BASE32,
  KAD_MULTIBASE_BASE32_PAD,    KAD_MULTIBASE_BASE32_PAD_UPPER, KAD_MULTIBASE_BASE32_UPPER,
  KAD_MULTIBASE_BASE36,        KAD_MULTIBASE_BASE36_UPPER,     KAD_MULTIBASE_BASE58BTC,
  KAD_MULTIBASE_BASE64,        KAD_MULTIBASE_BASE64_PAD,       KAD_MULTIBASE_BASE64URL,
  KAD_MULTIBASE_BASE64URL_PAD,
};

static void
check_data (KadMultibase base, const guint8 *data, gsize len)
{
  g_autofree char *text = kad_multibase_encode (base, data, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) again = NULL;
  KadMultibase base_again = 0;

  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), <=, KAD_MAX_MULTIBASE_TEXT);
  again = kad_multibase_decode (text, &base_again, &error);
  g_assert_no_error (error);
  g_assert_cmpint (base, ==, base_again);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), data, len);
}

/* Text that can be read means bytes whose text means the same; all bytes have a text in each
 * base. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  KadMultibase base = 0;
  g_autoptr (GBytes) bytes = kad_multibase_decode (text, &base, &error);
  g_autoptr (GBytes) bare = NULL;

  fuzz_assert_outcome (bytes != NULL, error);
  if (bytes != NULL)
    {
      g_assert_nonnull (kad_multibase_get_name (base));
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, strlen (text));
      if (g_bytes_get_size (bytes) <= KAD_MAX_MULTIBASE_BIGNUM_DATA)
        check_data (base, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_clear_error (&error);
  bare = kad_base58btc_decode (text, &error);
  fuzz_assert_outcome (bare != NULL, error);
  if (bare != NULL && g_bytes_get_size (bare) <= KAD_MAX_MULTIBASE_BIGNUM_DATA)
    {
      g_autofree char *again
          = kad_base58btc_encode (g_bytes_get_data (bare, NULL), g_bytes_get_size (bare));

      g_assert_cmpstr (again, ==, text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    check_data (bases[i], data, MIN (size, KAD_MAX_MULTIBASE_BIGNUM_DATA));
  return 0;
}
