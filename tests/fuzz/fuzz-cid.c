/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-cid.h"
#include "kad-error.h"
#include "kad-multihash.h"

static void
check_multihash (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) again = NULL;
  const guint8 *digest = NULL;
  guint64 code = 0;
  gsize digest_len = 0, used = 0;
  gboolean ok = kad_multihash_parse (data, size, &code, &digest, &digest_len, &used, &error);

  fuzz_assert_outcome (ok, error);
  if (!ok)
    return;
  g_assert_cmpuint (used, <=, MIN (size, KAD_MAX_MULTIHASH_BYTES));
  g_assert_cmpuint (digest_len, <=, KAD_MAX_MULTIHASH_DIGEST);
  g_assert_true (digest_len == 0 || digest + digest_len == data + used);
  g_assert_true (kad_multihash_validate (data, used, NULL));
  again = kad_multihash_wrap (code, digest, digest_len, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), data, used);
}

static void
check_text (KadCid *cid, KadMultibase base)
{
  g_autofree char *text = kad_cid_to_string (cid, base);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCid) again = kad_cid_new_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_true (kad_cid_equal (cid, again));
}

/* Binary CIDs and multihashes have one form; every text of a CID means the CID. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const KadMultibase bases[]
      = { KAD_MULTIBASE_BASE16,       KAD_MULTIBASE_BASE32_UPPER, KAD_MULTIBASE_BASE32_PAD,
          KAD_MULTIBASE_BASE36,       KAD_MULTIBASE_BASE58BTC,    KAD_MULTIBASE_BASE64,
          KAD_MULTIBASE_BASE64URL_PAD };
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCid) cid = NULL;
  g_autoptr (GBytes) bytes = NULL;

  check_multihash (data, size);
  cid = kad_cid_new_from_bytes (data, size, &error);
  fuzz_assert_outcome (cid != NULL, error);
  if (cid == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      return 0;
    }
  bytes = kad_cid_to_bytes (cid);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, size);
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    check_text (cid, bases[i]);
  return 0;
}
