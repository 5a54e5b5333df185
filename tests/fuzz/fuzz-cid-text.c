/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-cid.h"
#include "kad-error.h"
#include "kad-peer-id.h"

static void
check_peer_id (const char *text)
{
  KadPeerId peer = { 0 }, again = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok = kad_peer_id_parse (&peer, text, &error);
  g_autofree char *base58 = NULL;
  g_autofree char *cid = NULL;

  fuzz_assert_outcome (ok, error);
  if (!ok)
    return;
  base58 = kad_peer_id_to_string (&peer);
  g_assert_true (kad_peer_id_parse (&again, base58, NULL));
  g_assert_true (kad_peer_id_equal (&peer, &again));
  cid = kad_peer_id_to_cid_string (&peer);
  g_assert_true (kad_peer_id_parse (&again, cid, NULL));
  g_assert_true (kad_peer_id_equal (&peer, &again));
}

/* Text that is a CID has a binary form, and is the CID of that. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCid) cid = kad_cid_new_from_string (text, &error);
  g_autoptr (KadCid) again = NULL;
  g_autoptr (GBytes) bytes = NULL;

  check_peer_id (text);
  fuzz_assert_outcome (cid != NULL, error);
  if (cid == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      return 0;
    }
  bytes = kad_cid_to_bytes (cid);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, KAD_MAX_CID_BYTES);
  again = kad_cid_new_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_true (kad_cid_equal (cid, again));
  return 0;
}
