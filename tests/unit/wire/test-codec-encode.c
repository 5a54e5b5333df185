/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-codec.h"

#include "kad-frame.h"
#include "kad-time.h"
#include "kad-wire-testing.h"

static KadPeerInfo *
make_peer (guint32 number, guint n_addresses, KadConnectionType connection)
{
  guint8 id[34] = { 0x12, 0x20 };
  KadPeerId peer;
  KadPeerInfo *info;

  memcpy (id + 2, &number, sizeof number);
  g_assert_true (kad_peer_id_init_from_bytes (&peer, id, sizeof id, NULL));
  info = kad_peer_info_new (&peer);
  kad_peer_info_set_connection (info, connection);
  for (guint i = 0; i < n_addresses; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/192.0.2.1/udp/%u/quic-v1", 4001 + i);
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

      g_assert_true (kad_peer_info_add_address (info, address));
    }
  return info;
}

static KadMessage *
make_reply (guint n_closer, guint n_providers, guint n_addresses)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("some key", 8);
  KadMessage *message = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);

  for (guint i = 0; i < n_closer; i++)
    kad_message_take_closer (message, make_peer (i, n_addresses, KAD_CONNECTION_CONNECTED));
  for (guint i = 0; i < n_providers; i++)
    kad_message_take_provider (message,
                               make_peer (5000 + i, n_addresses, KAD_CONNECTION_NOT_CONNECTED));
  return message;
}

/* Encodes, checks the frame and its size, and gives what is read back. */
static KadMessage *
there_and_back (const KadMessage *message, gsize max_bytes, gsize *message_bytes)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  const guint8 *frame;
  gsize frame_len, used;
  KadMessage *read;

  g_assert_true (kad_codec_encode (message, max_bytes, &out, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kad_frame_peek (kad_buffer_peek (&out), kad_buffer_get_length (&out), max_bytes,
                                   &frame, &frame_len, &used, NULL),
                   ==, KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, kad_buffer_get_length (&out));
  read = kad_codec_decode (frame, frame_len, &error);
  g_assert_no_error (error);
  if (message_bytes != NULL)
    *message_bytes = frame_len;
  return read;
}

static void
assert_same_peer (const KadPeerInfo *a, const KadPeerInfo *b)
{
  g_assert_true (kad_peer_id_equal (kad_peer_info_get_peer (a), kad_peer_info_get_peer (b)));
  g_assert_cmpint (kad_peer_info_get_connection (a), ==, kad_peer_info_get_connection (b));
  g_assert_cmpuint (kad_peer_info_get_n_addresses (a), ==, kad_peer_info_get_n_addresses (b));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (a); i++)
    g_assert_true (
        kad_multiaddr_equal (kad_peer_info_get_address (a, i), kad_peer_info_get_address (b, i)));
}

static void
test_comes_back_as_it_went (void)
{
  g_autoptr (KadMessage) message = make_reply (20, 5, 2);
  g_autoptr (KadMessage) read = there_and_back (message, KAD_MAX_EMITTED_MESSAGE_BYTES, NULL);

  g_test_summary ("A reply of 20 peers and 5 providers is read as it was written");

  g_assert_cmpint (kad_message_get_message_type (read), ==, KAD_MESSAGE_GET_PROVIDERS);
  g_assert_true (g_bytes_equal (kad_message_get_key (read), kad_message_get_key (message)));
  g_assert_cmpuint (kad_message_get_n_closer (read), ==, 20);
  g_assert_cmpuint (kad_message_get_n_providers (read), ==, 5);
  for (guint i = 0; i < 20; i++)
    assert_same_peer (kad_message_get_closer (read, i), kad_message_get_closer (message, i));
  for (guint i = 0; i < 5; i++)
    assert_same_peer (kad_message_get_provider (read, i), kad_message_get_provider (message, i));
}

static void
test_is_written_as_the_specification_says (void)
{
  static const guint8 expected[] = "\x47\x08\x00\x12\x02/k\x1a\x0f\x0a\x02/k\x12\x01v\x2a\x06"
                                   "a time\x42\x2e\x0a\x22\x12\x20\x09";
  static const guint8 tail[] = "\x12\x08\x04\xc0\x00\x02\x01\x06\x0f\xa1";
  g_autoptr (GBytes) key = g_bytes_new_static ("/k", 2);
  g_autoptr (GBytes) value = g_bytes_new_static ("v", 1);
  g_autoptr (KadRecord) record = kad_record_new (key, value, "a time");
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_autoptr (KadMultiaddr) address
      = kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/4001", NULL);
  KadPeerInfo *info = make_peer (9, 0, KAD_CONNECTION_NOT_CONNECTED);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint8 *data;
  gsize len;

  g_test_summary ("Each field at its number; the type even when it is 0, the connection not");

  kad_peer_info_add_address (info, address);
  kad_message_set_record (message, record);
  kad_message_take_closer (message, info);
  g_assert_true (kad_codec_encode (message, 1000, &out, NULL));
  data = kad_buffer_peek (&out);
  len = kad_buffer_get_length (&out);
  g_assert_cmpuint (len, ==, 1 + data[0]);
  g_assert_cmpmem (data + 1, sizeof expected - 2, expected + 1, sizeof expected - 2);
  g_assert_cmpmem (data + len - (sizeof tail - 1), sizeof tail - 1, tail, sizeof tail - 1);
}

static void
test_rule_03_replies_stay_at_16_kib (void)
{
  g_test_summary (
      "Whatever is in a reply, no message is over 16 KiB, and none is wastefully short");

  g_assert_cmpuint (KAD_MAX_EMITTED_MESSAGE_BYTES, ==, 16 * 1024);
  for (guint n_providers = 0; n_providers <= 1024; n_providers += 128)
    for (guint n_addresses = 0; n_addresses <= 32; n_addresses += 8)
      {
        g_autoptr (KadMessage) message = make_reply (40, n_providers, n_addresses);
        gsize bytes;
        g_autoptr (KadMessage) read
            = there_and_back (message, KAD_MAX_EMITTED_MESSAGE_BYTES, &bytes);
        gboolean is_whole
            = kad_message_get_n_closer (read) == 40
              && kad_message_get_n_providers (read) == n_providers
              && kad_peer_info_get_n_addresses (kad_message_get_closer (read, 0)) == n_addresses;

        g_assert_cmpuint (bytes, <=, KAD_MAX_EMITTED_MESSAGE_BYTES);
        g_assert_true (is_whole || bytes > KAD_MAX_EMITTED_MESSAGE_BYTES * 3 / 4);
        g_assert_cmpuint (kad_message_get_n_closer (read), >=, 20);
      }
}

static void
test_every_budget_is_kept (void)
{
  g_autoptr (KadMessage) message = make_reply (6, 6, 4);

  g_test_summary ("Each limit from the bare message to the whole one is kept to the byte");

  for (gsize max = 12; max < 1300; max++)
    {
      gsize bytes;
      g_autoptr (KadMessage) read = there_and_back (message, max, &bytes);

      g_assert_cmpuint (bytes, <=, max);
      /* No peer goes while another has two addresses. */
      if (kad_message_get_n_closer (read) > 0 && kad_message_get_n_closer (read) < 6)
        g_assert_cmpuint (kad_peer_info_get_n_addresses (kad_message_get_closer (read, 0)), ==, 1);
      g_assert_cmpuint (
          MAX (kad_message_get_n_closer (read), kad_message_get_n_providers (read))
              - MIN (kad_message_get_n_closer (read), kad_message_get_n_providers (read)),
          <=, 1);
    }
}

static void
test_addresses_go_before_peers (void)
{
  g_autoptr (KadMessage) message = make_reply (20, 0, 30);
  g_autoptr (KadMessage) read = there_and_back (message, 4096, NULL);
  guint n = kad_peer_info_get_n_addresses (kad_message_get_closer (read, 0));

  g_test_summary ("Each peer keeps its first addresses; every peer stays while one fits");

  g_assert_cmpuint (kad_message_get_n_closer (read), ==, 20);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <, 30);
  for (guint i = 0; i < 20; i++)
    {
      KadPeerInfo *info = kad_message_get_closer (read, i);

      g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, n);
      g_assert_true (
          kad_multiaddr_equal (kad_peer_info_get_address (info, 0),
                               kad_peer_info_get_address (kad_message_get_closer (message, i), 0)));
    }
}

static void
test_rule_06_connection_is_0_or_1 (void)
{
  g_test_summary ("Values that rust would drop a peer for are written as not connected");

  for (guint connection = 0; connection <= 3; connection++)
    {
      g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
      g_autoptr (KadMessage) read = NULL;

      kad_message_take_closer (message, make_peer (1, 1, (KadConnectionType) connection));
      read = there_and_back (message, 1000, NULL);
      g_assert_cmpint (kad_peer_info_get_connection (kad_message_get_closer (read, 0)), ==,
                       connection == 1 ? 1 : 0);
    }
}

static void
test_rule_08_time_is_written (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/k", 2);
  g_autoptr (GBytes) value = g_bytes_new_static ("v", 1);
  KadWallTime now = { G_GINT64_CONSTANT (1790000000123456) };
  g_autofree char *text = kad_wall_time_to_rfc3339 (now);
  g_autoptr (KadRecord) record = kad_record_new (key, value, text);
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_GET_VALUE, key);
  g_autoptr (KadMessage) read = NULL;
  KadWallTime parsed;

  g_test_summary ("The time that was stamped goes out with its fraction");

  kad_message_set_record (message, record);
  read = there_and_back (message, 1000, NULL);
  g_assert_cmpstr (kad_record_get_time_received (kad_message_get_record (read)), ==, text);
  g_assert_nonnull (strchr (text, '.'));
  g_assert_true (kad_wall_time_parse_rfc3339 (text, &parsed));
  g_assert_cmpint (parsed.unix_us, ==, now.unix_us);
}

static void
test_rule_13_a_put_reply_carries_its_record (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/k", 2);
  g_autoptr (GBytes) value = g_bytes_new_static (NULL, 0);
  g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("The record of a reply is there even if nearly nothing is in it");

  kad_message_set_record (message, record);
  g_assert_true (kad_codec_encode (message, 1000, &out, NULL));
  assert_buffer (&out, BYTES ("\x0e\x08\x00\x12\x02/k\x1a\x06\x0a\x02/k\x12\x00"));
}

static void
test_a_record_that_does_not_fit_is_an_error (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/k", 2);
  g_autoptr (GBytes) value = g_bytes_new_take (g_malloc0 (17000), 17000);
  g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What cannot be left out and does not fit is not sent at all");

  kad_message_set_record (message, record);
  kad_buffer_append (&out, "before", 6);
  g_assert_false (kad_codec_encode (message, KAD_MAX_EMITTED_MESSAGE_BYTES, &out, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE);
  assert_buffer (&out, BYTES ("before"));
}

static void
test_nothing_unknown_is_echoed (void)
{
  static const guint8 stuffed[] = "\x08\x05\x58\x07\x5a\x04"
                                  "echo\x1a\x0a\x0a\x02/k\x22\x04sign";
  static const guint8 bare[] = "\x0a\x08\x05\x1a\x06\x0a\x02/k\x12\x00";
  g_autoptr (KadMessage) message = kad_codec_decode (stuffed, sizeof stuffed - 1, NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("A message that is read and written again has lost what we do not know");

  g_assert_true (kad_codec_encode (message, 1000, &out, NULL));
  assert_buffer (&out, bare, sizeof bare - 1);
}

static void
test_record_alone_comes_back (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/ns/key", 7);
  g_autoptr (GBytes) value = g_bytes_new_static ("\0\xff value", 8);
  g_autoptr (KadRecord) plain = kad_record_new (key, value, "2026-11-20T10:00:00.000000001Z");
  g_autoptr (KadPeerInfo) publisher = make_peer (3, 0, KAD_CONNECTION_NOT_CONNECTED);
  g_autoptr (KadRecord) record
      = kad_record_with_publisher (plain, kad_peer_info_get_peer (publisher), 48 * 3600);
  g_autoptr (GBytes) bytes = kad_codec_encode_record (record);
  g_autoptr (KadRecord) read
      = kad_codec_decode_record (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

  g_test_summary ("All fields of a record, rust's too, survive a file");

  g_assert_true (g_bytes_equal (kad_record_get_key (read), key));
  g_assert_true (g_bytes_equal (kad_record_get_value (read), value));
  g_assert_cmpstr (kad_record_get_time_received (read), ==, "2026-11-20T10:00:00.000000001Z");
  g_assert_true (
      kad_peer_id_equal (kad_record_get_publisher (read), kad_peer_info_get_peer (publisher)));
  g_assert_cmpuint (kad_record_get_ttl_s (read), ==, 48 * 3600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/comes-back-as-it-went", test_comes_back_as_it_went);
  g_test_add_func ("/codec/is-written-as-the-specification-says",
                   test_is_written_as_the_specification_says);
  g_test_add_func ("/codec/rule-03-replies-stay-at-16-kib", test_rule_03_replies_stay_at_16_kib);
  g_test_add_func ("/codec/every-budget-is-kept", test_every_budget_is_kept);
  g_test_add_func ("/codec/addresses-go-before-peers", test_addresses_go_before_peers);
  g_test_add_func ("/codec/rule-06-connection-is-0-or-1", test_rule_06_connection_is_0_or_1);
  g_test_add_func ("/codec/rule-08-time-is-written", test_rule_08_time_is_written);
  g_test_add_func ("/codec/rule-13-a-put-reply-carries-its-record",
                   test_rule_13_a_put_reply_carries_its_record);
  g_test_add_func ("/codec/a-record-that-does-not-fit-is-an-error",
                   test_a_record_that_does_not_fit_is_an_error);
  g_test_add_func ("/codec/nothing-unknown-is-echoed", test_nothing_unknown_is_echoed);
  g_test_add_func ("/codec/record-alone-comes-back", test_record_alone_comes_back);
  return g_test_run ();
}
