/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-public-key.h"

static void
check_id (const guint8 *data, gsize size)
{
  KadPeerId peer = { 0 }, again = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok = kad_peer_id_init_from_bytes (&peer, data, size, &error);
  const guint8 *bytes, *key;
  gsize len;

  fuzz_assert_outcome (ok, error);
  if (!ok)
    return;
  bytes = kad_peer_id_get_data (&peer, &len);
  g_assert_cmpmem (bytes, len, data, size);
  g_assert_cmpuint (len, <=, KAD_MAX_PEER_ID_BYTES);
  key = kad_peer_id_get_inline_key (&peer, &len);
  if (key != NULL && kad_peer_id_init_from_public_key (&again, key, len, NULL))
    g_assert_true (kad_peer_id_equal (&peer, &again));
}

/* A key that is taken is written in one form, has the id of that form, and verifies no nonsense.
 * The first byte says how much of the input is a signature. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gsize signature_len = fuzz_byte (&input), len;
  const guint8 *signature = fuzz_take (&input, &signature_len);
  g_autofree guint8 *bytes = fuzz_copy (input.data, input.len);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPublicKey) key = kad_public_key_new_from_protobuf (bytes, input.len, &error);
  g_autoptr (KadPublicKey) again = NULL;
  const guint8 *written;
  KadPeerId peer;

  check_id (bytes, input.len);
  fuzz_assert_outcome (key != NULL, error);
  if (key == NULL)
    return 0;
  written = kad_public_key_get_protobuf (key, &len);
  g_assert_cmpuint (len, <=, KAD_MAX_PUBLIC_KEY_BYTES + 16);
  again = kad_public_key_new_from_protobuf (written, len, &error);
  g_assert_no_error (error);
  g_assert_true (
      kad_peer_id_equal (kad_public_key_get_peer_id (key), kad_public_key_get_peer_id (again)));
  g_assert_true (kad_peer_id_init_from_public_key (&peer, written, len, NULL));
  g_assert_true (kad_peer_id_equal (&peer, kad_public_key_get_peer_id (key)));
  g_assert_nonnull (kad_key_type_get_name (kad_public_key_get_key_type (key)));
  kad_public_key_verify (key, (const guint8 *) "message", 7, signature, signature_len);
  return 0;
}
