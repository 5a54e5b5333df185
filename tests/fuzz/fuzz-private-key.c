/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-private-key.h"

/* A key that is taken is written in one form, and its public half verifies what it signs. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint8 message[] = "message";
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPrivateKey) key = kad_private_key_new_from_protobuf (data, size, &error);
  g_autoptr (KadPrivateKey) again = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) signature = NULL;
  KadPublicKey *public;

  fuzz_assert_outcome (key != NULL, error);
  if (key == NULL)
    return 0;
  public = kad_private_key_get_public_key (key);
  written = kad_private_key_to_protobuf (key);
  again = kad_private_key_new_from_protobuf (g_bytes_get_data (written, NULL),
                                             g_bytes_get_size (written), &error);
  g_assert_no_error (error);
  g_assert_true (
      kad_peer_id_equal (kad_public_key_get_peer_id (public),
                         kad_public_key_get_peer_id (kad_private_key_get_public_key (again))));
  signature = kad_private_key_sign (key, message, sizeof message, &error);
  fuzz_assert_outcome (signature != NULL, error);
  if (signature == NULL)
    return 0;
  g_assert_cmpuint (g_bytes_get_size (signature), <=, KAD_MAX_SIGNATURE_BYTES);
  g_assert_true (kad_public_key_verify (public, message, sizeof message,
                                        g_bytes_get_data (signature, NULL),
                                        g_bytes_get_size (signature)));
  g_assert_false (kad_public_key_verify (public, message, sizeof message - 1,
                                         g_bytes_get_data (signature, NULL),
                                         g_bytes_get_size (signature)));
  return 0;
}
