/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-envelope.h"

static const guint8 record_type[] = { 0x03, 0x01 };

/* Nobody but the owner of a key makes an envelope of it. */
static void
check_raw (const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) record_error = NULL;
  g_autoptr (KadPublicKey) signer = NULL;
  g_autoptr (GBytes) payload = kad_envelope_open (data, len, KAD_PEER_RECORD_DOMAIN, record_type,
                                                  sizeof record_type, &signer, &error);
  g_autoptr (KadPeerRecord) record = kad_peer_record_open (data, len, &record_error);

  fuzz_assert_outcome (payload != NULL, error);
  fuzz_assert_outcome (record != NULL, record_error);
  g_assert_true ((payload != NULL) == (signer != NULL));
  if (record == NULL)
    return;
  g_assert_nonnull (payload);
  g_assert_true (kad_peer_id_equal (&record->peer, kad_public_key_get_peer_id (signer)));
}

/* Any payload under a good signature: what a peer record parser sees of a bad peer. */
static void
check_signed (const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = kad_envelope_seal (fuzz_key (1), KAD_PEER_RECORD_DOMAIN, record_type,
                                                 sizeof record_type, data, len, &error);
  g_autoptr (KadPeerRecord) record = NULL;
  g_autoptr (KadPeerRecord) again = NULL;
  g_autoptr (GBytes) resealed = NULL;
  g_autoptr (GBytes) opened = NULL;
  const guint8 *bytes;
  gsize size;

  g_assert_no_error (error);
  bytes = g_bytes_get_data (sealed, &size);
  record = kad_peer_record_open (bytes, size, &error);
  fuzz_assert_outcome (record != NULL, error);
  if (size <= KAD_MAX_ENVELOPE_BYTES)
    {
      opened = kad_envelope_open (bytes, size, KAD_PEER_RECORD_DOMAIN, record_type,
                                  sizeof record_type, NULL, NULL);
      g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), data, len);
    }
  if (record == NULL)
    return;
  g_assert_true (kad_peer_id_equal (&record->peer, fuzz_peer (1)));
  resealed = kad_peer_record_seal (fuzz_key (1), record->seq,
                                   (KadMultiaddr *const *) record->addresses->pdata,
                                   record->addresses->len, &error);
  g_assert_no_error (error);
  again = kad_peer_record_open (g_bytes_get_data (resealed, NULL), g_bytes_get_size (resealed),
                                &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->seq, ==, record->seq);
  g_assert_cmpuint (again->addresses->len, ==, record->addresses->len);
  for (guint i = 0; i < record->addresses->len; i++)
    g_assert_true (kad_multiaddr_equal (again->addresses->pdata[i], record->addresses->pdata[i]));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };

  if (fuzz_byte (&input) % 2 == 0)
    check_raw (input.data, input.len);
  else
    check_signed (input.data, MIN (input.len, KAD_MAX_ENVELOPE_BYTES));
  return 0;
}
