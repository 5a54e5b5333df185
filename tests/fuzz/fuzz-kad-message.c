/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-codec.h"
#include "kad-frame.h"

static GBytes *
encode (const KadMessage *message, gsize max_bytes)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  const guint8 *frame;
  gsize len, used;
  gboolean ok = kad_codec_encode (message, max_bytes, &out, &error);

  fuzz_assert_outcome (ok, error);
  if (!ok)
    {
      g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
      return NULL;
    }
  g_assert_cmpint (kad_frame_peek (kad_buffer_peek (&out), kad_buffer_get_length (&out), max_bytes,
                                   &frame, &len, &used, NULL),
                   ==, KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, kad_buffer_get_length (&out));
  return g_bytes_new (frame, len);
}

static void
check_infos (const KadMessage *message)
{
  g_assert_cmpuint (kad_message_get_n_closer (message), <=, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (message), <=, KAD_MAX_PROVIDER_PEERS);
  for (guint i = 0; i < kad_message_get_n_closer (message); i++)
    {
      KadPeerInfo *info = kad_message_get_closer (message, i);

      g_assert_true (kad_peer_id_is_set (kad_peer_info_get_peer (info)));
      g_assert_cmpuint (kad_peer_info_get_n_addresses (info), <=, KAD_MAX_PEER_ADDRESSES);
    }
}

static void
check_record (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadRecord) record = kad_codec_decode_record (data, size, &error);
  g_autoptr (KadRecord) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;

  fuzz_assert_outcome (record != NULL, error);
  if (record == NULL)
    return;
  bytes = kad_codec_encode_record (record);
  again
      = kad_codec_decode_record (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  bytes_again = kad_codec_encode_record (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

/* A message that is taken is written, and what is written says the same; what is written to fit
 * fits. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMessage) message = kad_codec_decode (data, size, &error);
  g_autoptr (KadMessage) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (GBytes) small = NULL;

  check_record (data, size);
  fuzz_assert_outcome (message != NULL, error);
  if (message == NULL)
    return 0;
  check_infos (message);
  bytes = encode (message, KAD_MAX_MESSAGE_BYTES);
  g_assert_nonnull (bytes);
  again = kad_codec_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kad_message_get_n_closer (again), ==, kad_message_get_n_closer (message));
  g_assert_cmpuint (kad_message_get_n_providers (again), ==, kad_message_get_n_providers (message));
  bytes_again = encode (again, KAD_MAX_MESSAGE_BYTES);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
  small = encode (message, g_bytes_get_size (bytes) / 2);
  if (small != NULL)
    g_assert_cmpuint (g_bytes_get_size (small), <=, g_bytes_get_size (bytes) / 2);
  return 0;
}
