/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-noise-payload.h"

static const char *const muxers[] = { "/yamux/1.0.0", "/mplex/6.7.0", NULL };
static const guint8 remote_static[32] = { 9 };

/* What the remote of a handshake says: raw bytes, or a good payload and whatever follows it, which
 * protobuf merges with it. Nobody else's identity comes out, and only a muxer of ours. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  guint choice = fuzz_byte (&input);
  KadRole role = choice & 1 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER;
  const char *const *own = choice & 2 ? muxers : NULL;
  const char *early = NULL;
  g_auto (KadBuffer) payload = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPublicKey) key = NULL;
  g_autofree guint8 *bytes = NULL;

  if (choice & 4)
    {
      g_autoptr (GBytes) good
          = kad_noise_payload_new (fuzz_key (1), remote_static, choice & 8 ? muxers : NULL, NULL);

      kad_buffer_append (&payload, g_bytes_get_data (good, NULL), g_bytes_get_size (good));
    }
  kad_buffer_append (&payload, input.data, input.len);
  bytes = fuzz_copy (kad_buffer_peek (&payload), kad_buffer_get_length (&payload));
  key = kad_noise_payload_verify (bytes, kad_buffer_get_length (&payload), remote_static, role, own,
                                  &early, &error);
  fuzz_assert_outcome (key != NULL, error);
  if ((choice & 4) && input.len == 0)
    g_assert_no_error (error);
  if (key == NULL)
    return 0;
  g_assert_true (early == NULL || (own != NULL && g_strv_contains (own, early)));
  /* Only fuzz_key (1) signed anything over this static key, so only it can come out, unless the
   * fuzzer forged a signature. */
  g_assert_true (kad_peer_id_equal (kad_public_key_get_peer_id (key), fuzz_peer (1)));
  return 0;
}
