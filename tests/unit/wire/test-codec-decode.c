/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-codec.h"

#include "kad-wire-testing.h"

#define KEY_HASH "1220d18f46f364ebeeec500929c72a4898feb2747730b129d970de15cf80626ebcbc"

/* 34 bytes of id, distinct by number. */
static void
add_id (GByteArray *out, guint32 number)
{
  guint8 id[36] = { 0x0a, 0x22, 0x12, 0x20 };

  memcpy (id + 4, &number, sizeof number);
  g_byte_array_append (out, id, sizeof id);
}

/* /ip4/192.0.2.1/tcp/PORT */
static void
add_address (GByteArray *out, guint16 port)
{
  guint8 address[10] = { 0x12, 0x08, 0x04, 192, 0, 2, 1, 0x06 };

  address[8] = (guint8) (port >> 8);
  address[9] = (guint8) (port & 0xff);
  g_byte_array_append (out, address, sizeof address);
}

static void
add_message (GByteArray *out, guint8 tag, const GByteArray *inner)
{
  guint8 head[4] = { tag, (guint8) (inner->len | 0x80), (guint8) (inner->len >> 7 | 0x80),
                     (guint8) (inner->len >> 14) };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, inner->data, inner->len);
}

static void
add_peer (GByteArray *out, guint8 tag, guint32 number, guint n_addresses)
{
  g_autoptr (GByteArray) peer = g_byte_array_new ();

  add_id (peer, number);
  for (guint i = 0; i < n_addresses; i++)
    add_address (peer, (guint16) (4001 + i));
  add_message (out, tag, peer);
}

static KadMessage *
decode (const guint8 *data, gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);
  g_autoptr (GError) error = NULL;
  KadMessage *message = kad_codec_decode (copy, len, &error);

  g_assert_no_error (error);
  g_assert_nonnull (message);
  return message;
}

static void
expect_refused (const guint8 *data, gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_codec_decode (copy, len, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static KadMessage *
decode_file (const char *folder, guint number)
{
  g_autofree char *name = g_strdup_printf ("msg-%u", number);
  g_autofree char *path = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), folder, name, NULL);
  g_autofree char *data = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &data, &len, NULL));
  return decode ((const guint8 *) data, len);
}

static void
assert_bytes (GBytes *bytes, const guint8 *data, gsize len)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, len);
}

static void
test_messages_of_go (gconstpointer folder)
{
  static const KadMessageType types[]
      = { KAD_MESSAGE_FIND_NODE,    KAD_MESSAGE_PUT_VALUE,   KAD_MESSAGE_GET_VALUE,
          KAD_MESSAGE_FIND_NODE,    KAD_MESSAGE_FIND_NODE,   KAD_MESSAGE_FIND_NODE,
          KAD_MESSAGE_ADD_PROVIDER, KAD_MESSAGE_ADD_PROVIDER };
  g_autoptr (GBytes) hash = hex_to_bytes (KEY_HASH);

  g_test_summary ("Eight messages that go made");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (KadMessage) message = decode_file (folder, i + 1);
      guint n_providers = i < 6 ? 0 : 1;

      g_assert_cmpint (kad_message_get_message_type (message), ==, types[i]);
      if (i < 3)
        assert_bytes (kad_message_get_key (message), BYTES ("/v/hello"));
      else
        g_assert_true (g_bytes_equal (kad_message_get_key (message), hash));
      g_assert_cmpuint (kad_message_get_n_closer (message), ==, 0);
      g_assert_cmpuint (kad_message_get_n_providers (message), ==, n_providers);
      g_assert_true ((kad_message_get_record (message) != NULL) == (i == 1));
    }
}

static void
test_fixture_details (gconstpointer folder)
{
  g_autoptr (KadMessage) put = decode_file (folder, 2), provide = decode_file (folder, 7);
  KadRecord *record = kad_message_get_record (put);
  KadPeerInfo *provider = kad_message_get_provider (provide, 0);
  g_autofree char *address = NULL;
  g_autoptr (GBytes) id
      = hex_to_bytes ("122090c9620a79a8ba913d9f84394a32488494f98cf0ce4dddbb86cb44519970c4e0");
  gsize len;
  const guint8 *data = kad_peer_id_get_data (kad_peer_info_get_peer (provider), &len);

  g_test_summary ("The record of msg-2 and the provider of msg-7");

  assert_bytes (kad_record_get_key (record), BYTES ("/v/hello"));
  assert_bytes (kad_record_get_value (record), BYTES ("world"));
  g_assert_null (kad_record_get_time_received (record));
  assert_bytes (id, data, len);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (provider), ==, 1);
  address = kad_multiaddr_to_string (kad_peer_info_get_address (provider, 0));
  g_assert_cmpstr (address, ==, "/ip4/127.0.0.1/tcp/58555");
}

static void
test_proto3_leaves_zeros_out (void)
{
  g_autoptr (KadMessage) put = decode (BYTES ("\x12\x02/k\x1a\x06\x0a\x02/k\x12\x00"));
  g_autoptr (KadMessage) nothing = decode (NULL, 0);

  g_test_summary ("An absent type is PUT_VALUE, an absent value is empty");

  g_assert_cmpint (kad_message_get_message_type (put), ==, KAD_MESSAGE_PUT_VALUE);
  assert_bytes (kad_record_get_value (kad_message_get_record (put)), NULL, 0);
  g_assert_cmpint (kad_message_get_message_type (nothing), ==, KAD_MESSAGE_PUT_VALUE);
  g_assert_null (kad_message_get_key (nothing));
  g_assert_null (kad_message_get_record (nothing));
}

static void
test_an_empty_key_is_not_an_absent_one (void)
{
  g_autoptr (KadMessage) message = decode (BYTES ("\x08\x04\x12\x00"));

  g_test_summary ("An empty key field gives an empty key");

  assert_bytes (kad_message_get_key (message), NULL, 0);
}

static void
test_unknown_fields_are_no_error (void)
{
  g_autoptr (KadMessage) message
      = decode (BYTES ("\x08\x03\x50\x0a\x5a\x04stat\x42\x07\x22\x05proof\x12\x03key\x1a\x0a"
                       "\x0a\x02/k\x1a\x04whom"));

  g_test_summary ("py's 11 and Peer.4, rust's 10, removed fields of a record");

  g_assert_cmpint (kad_message_get_message_type (message), ==, KAD_MESSAGE_GET_PROVIDERS);
  assert_bytes (kad_message_get_key (message), BYTES ("key"));
  g_assert_nonnull (kad_message_get_record (message));
}

static void
test_rule_08_time_received_missing_or_malformed (void)
{
  static const struct
  {
    const char *field;
    gsize len;
    const char *time;
  } cases[] = {
    { "", 0, NULL },                 /* rust */
    { "\x28\x92\xf4\x03", 4, NULL }, /* a number */
    { "\x2a\x05"
      "63000",
      7, "63000" }, /* cpp: ticks as text */
    { "\x2a\x00", 2, NULL },
    { "\x2a\x04\xff\xfe\xfd\xfc", 6, "\xff\xfe\xfd\xfc" }, /* no UTF-8 */
    { "\x2a\x1e"
      "2026-11-20T10:00:00.123456789Z",
      32, "2026-11-20T10:00:00.123456789Z" },
  };

  g_test_summary ("A record is good without a time, and with one that is none");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) record = g_byte_array_new ();
      g_autoptr (GByteArray) data = g_byte_array_new ();
      g_autoptr (KadMessage) message = NULL;

      g_byte_array_append (record, BYTES ("\x0a\x02/k\x12\x01v"));
      g_byte_array_append (record, (const guint8 *) cases[i].field, (guint) cases[i].len);
      add_message (data, 0x1a, record);
      message = decode (data->data, data->len);
      assert_bytes (kad_record_get_value (kad_message_get_record (message)), BYTES ("v"));
      g_assert_cmpstr (kad_record_get_time_received (kad_message_get_record (message)), ==,
                       cases[i].time);
    }
}

static void
test_rule_13_a_put_reply_without_record_is_read (void)
{
  g_autoptr (KadMessage) reply = decode (BYTES ("\x08\x00\x12\x02/k"));

  g_test_summary ("py answers a PUT_VALUE without a record: it is read, and has none");

  g_assert_cmpint (kad_message_get_message_type (reply), ==, KAD_MESSAGE_PUT_VALUE);
  g_assert_null (kad_message_get_record (reply));
}

static void
test_rule_06_one_bad_address_spoils_nothing (void)
{
  g_autoptr (GByteArray) good = g_byte_array_new (), data = g_byte_array_new ();
  g_autoptr (GByteArray) nameless = g_byte_array_new (), misnamed = g_byte_array_new ();
  g_autoptr (KadMessage) message = NULL;

  g_test_summary ("Bad addresses and peers without a valid id are left out, the rest stays");

  add_id (good, 1);
  g_byte_array_append (good, BYTES ("\x12\x02\xff\xff"));         /* unknown protocol */
  g_byte_array_append (good, BYTES ("\x12\x04\x04\x7f\x00\x00")); /* short */
  g_byte_array_append (good, BYTES ("\x12\x00"));                 /* nothing */
  add_address (good, 4001);
  add_address (nameless, 4001);
  g_byte_array_append (misnamed, BYTES ("\x0a\x04"
                                        "abcd"));
  add_address (misnamed, 4001);
  add_message (data, 0x42, nameless);
  add_message (data, 0x42, good);
  add_message (data, 0x42, misnamed);
  message = decode (data->data, data->len);
  g_assert_cmpuint (kad_message_get_n_closer (message), ==, 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (kad_message_get_closer (message, 0)), ==, 1);
}

static void
test_rule_06_connection_values (void)
{
  static const struct
  {
    const char *field;
    gsize len;
    KadConnectionType connection;
  } cases[] = {
    { "", 0, KAD_CONNECTION_NOT_CONNECTED },
    { "\x18\x00", 2, KAD_CONNECTION_NOT_CONNECTED },
    { "\x18\x01", 2, KAD_CONNECTION_CONNECTED },
    { "\x18\x02", 2, KAD_CONNECTION_CAN_CONNECT }, /* py */
    { "\x18\x03", 2, KAD_CONNECTION_CANNOT_CONNECT },
    { "\x18\x04", 2, KAD_CONNECTION_NOT_CONNECTED },
    { "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, KAD_CONNECTION_NOT_CONNECTED },
  };

  g_test_summary ("Any connection value keeps the peer; an unknown one is not connected");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) peer = g_byte_array_new (), data = g_byte_array_new ();
      g_autoptr (KadMessage) message = NULL;

      add_id (peer, 1);
      g_byte_array_append (peer, (const guint8 *) cases[i].field, (guint) cases[i].len);
      add_message (data, 0x42, peer);
      message = decode (data->data, data->len);
      g_assert_cmpuint (kad_message_get_n_closer (message), ==, 1);
      g_assert_cmpint (kad_peer_info_get_connection (kad_message_get_closer (message, 0)), ==,
                       cases[i].connection);
    }
}

static void
test_rusts_extensions (void)
{
  g_autoptr (GByteArray) record = g_byte_array_new (), data = g_byte_array_new ();
  g_autoptr (KadMessage) message = NULL;
  KadRecord *read;
  guint8 publisher[3 + 34] = { 0xd2, 0x29, 0x22, 0x12, 0x20, 7 };

  g_test_summary ("Publisher (666) and ttl (777) are read; a bad publisher is none");

  g_byte_array_append (record, BYTES ("\x0a\x02/k\x12\x01v"));
  g_byte_array_append (record, publisher, sizeof publisher);
  g_byte_array_append (record, BYTES ("\xc8\x30\x90\x1c")); /* 3600 */
  add_message (data, 0x1a, record);
  message = decode (data->data, data->len);
  read = kad_message_get_record (message);
  g_assert_cmpuint (kad_record_get_ttl_s (read), ==, 3600);
  g_assert_nonnull (kad_record_get_publisher (read));
  g_clear_pointer (&message, kad_message_unref);

  g_byte_array_set_size (data, 0);
  record->data[7 + 3] = 0x99;
  add_message (data, 0x1a, record);
  message = decode (data->data, data->len);
  read = kad_message_get_record (message);
  g_assert_cmpuint (kad_record_get_ttl_s (read), ==, 3600);
  g_assert_null (kad_record_get_publisher (read));
}

static void
test_refuses_unknown_types_and_long_keys (void)
{
  g_autoptr (GByteArray) long_key = g_byte_array_new ();
  g_autoptr (GByteArray) large = g_byte_array_new ();

  g_test_summary ("A type of 6, a key of 1025 bytes and a record of more than 64 KiB are errors");

  expect_refused (BYTES ("\x08\x06"));
  expect_refused (BYTES ("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  g_byte_array_append (long_key, BYTES ("\x08\x04\x12\x81\x08"));
  g_byte_array_set_size (long_key, long_key->len + 1025);
  expect_refused (long_key->data, long_key->len);
  g_byte_array_append (large, BYTES ("\x1a\x85\x80\x04\x12\x81\x80\x04"));
  g_byte_array_set_size (large, large->len + 65537);
  memset (large->data + 8, 0, 65537);
  expect_refused (large->data, large->len);
}

static void
test_rule_03_reads_4_mib (void)
{
  g_autofree guint8 *data = g_malloc0 (KAD_MAX_MESSAGE_BYTES + 1);
  g_autoptr (KadMessage) message = NULL;
  const gsize len = KAD_MAX_MESSAGE_BYTES;

  g_test_summary ("A message of 4 MiB is read, one byte more is not");

  memcpy (data, "\x08\x04\x7a\xfa\xff\xff\x01", 7); /* 15, of all the rest */
  g_assert_cmpuint (7 + 0x3ffffa, ==, len + 1);
  expect_refused (data, len + 1);
  data[3] = 0xf9;
  message = decode (data, len);
  g_assert_cmpint (kad_message_get_message_type (message), ==, KAD_MESSAGE_FIND_NODE);
}

static void
test_long_replies_are_cut (void)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (KadMessage) message = NULL;
  gint64 best = G_MAXINT64;
  gsize len;

  g_test_summary ("Of 10,000 closer peers the first 40 are kept, of providers the first 1024");

  g_byte_array_append (data, BYTES ("\x08\x04"));
  for (guint i = 0; i < 10000; i++)
    add_peer (data, 0x42, i, 2);
  for (guint i = 0; i < 1100; i++)
    add_peer (data, 0x4a, 20000 + i, 1);
  message = decode (data->data, data->len);
  g_assert_cmpuint (kad_message_get_n_closer (message), ==, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (message), ==, KAD_MAX_PROVIDER_PEERS);
  for (guint32 i = 0; i < KAD_MAX_CLOSER_PEERS; i++)
    {
      const guint8 *id = kad_peer_id_get_data (
          kad_peer_info_get_peer (kad_message_get_closer (message, i)), &len);

      g_assert_cmpmem (id + 2, sizeof i, &i, sizeof i);
    }

  /* 10,000 peers alone: at most 2 ms (without sanitizers; printed). */
  g_byte_array_set_size (data, 2);
  for (guint i = 0; i < 10000; i++)
    add_peer (data, 0x42, i, 2);
  for (guint i = 0; i < 5; i++)
    {
      gint64 started = g_get_monotonic_time ();
      g_autoptr (KadMessage) again = kad_codec_decode (data->data, data->len, NULL);

      best = MIN (best, g_get_monotonic_time () - started);
      g_assert_nonnull (again);
    }
  g_test_message ("10,000 peers in %" G_GINT64_FORMAT " us", best);
  g_assert_cmpint (best, <, 50 * G_TIME_SPAN_MILLISECOND);
}

static void
test_many_addresses_are_cut (void)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (KadMessage) message = NULL;
  KadPeerInfo *info;

  g_test_summary ("Of 300 addresses of a peer the first 32 are kept");

  add_peer (data, 0x42, 1, 300);
  message = decode (data->data, data->len);
  info = kad_message_get_closer (message, 0);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, KAD_MAX_PEER_ADDRESSES);
}

static void
fill_junk (guint8 *data, gsize len, guint kind)
{
  static const guint8 pieces[][6] = {
    { 0x78, 0x01 },                         /* unknown varints */
    { 0x42, 0x00 },                         /* empty peers */
    { 0x4a, 0x02, 0x12, 0x00 },             /* providers with an empty address */
    { 0x7a, 0x00 },                         /* unknown bytes */
    { 0x42, 0x04, 0x78, 0x01, 0x78, 0x01 }, /* peers of unknown fields */
  };
  static const gsize sizes[] = { 2, 2, 4, 2, 6 };

  for (gsize at = 0; at + sizes[kind] <= len; at += sizes[kind])
    memcpy (data + at, pieces[kind], sizes[kind]);
}

static gint64
time_junk (const guint8 *data, gsize len)
{
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < 5; i++)
    {
      gint64 started = g_get_monotonic_time ();
      g_autoptr (KadMessage) message = kad_codec_decode (data, len, NULL);

      best = MIN (best, g_get_monotonic_time () - started);
      g_assert_nonnull (message);
    }
  return MAX (best, 1);
}

static void
test_junk_costs_what_it_weighs (void)
{
  const gsize large = 12 * 340000; /* just under 4 MiB, and whole pieces of each kind */
  g_autofree guint8 *data = g_malloc (large);

  g_test_summary ("Time grows with the bytes, whatever fields they are made of");

  for (guint kind = 0; kind < 5; kind++)
    {
      gint64 small_us, large_us;

      fill_junk (data, large, kind);
      small_us = time_junk (data, large / 20);
      large_us = time_junk (data, large);
      g_test_message ("junk %u: %" G_GSIZE_FORMAT " bytes in %" G_GINT64_FORMAT
                      " us, a twentieth in %" G_GINT64_FORMAT " us",
                      kind, large, large_us, small_us);
      /* 20 times the bytes; a square law would be 400. */
      g_assert_cmpint (large_us, <, 120 * MAX (small_us, 50));
    }
}

static void
test_record_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadRecord) record
      = kad_codec_decode_record (BYTES ("\x0a\x02/k\x12\x01v\x2a\x01t"), &error);

  g_test_summary ("A record alone is read, and what is none is an error");

  g_assert_no_error (error);
  assert_bytes (kad_record_get_key (record), BYTES ("/k"));
  assert_bytes (kad_record_get_value (record), BYTES ("v"));
  g_assert_cmpstr (kad_record_get_time_received (record), ==, "t");
  g_assert_null (kad_codec_decode_record (BYTES ("\x0a\x05/k"), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
decode_anything (const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) record_error = NULL;
  g_autoptr (KadMessage) message = kad_codec_decode (data, len, &error);
  g_autoptr (KadRecord) record = kad_codec_decode_record (data, len, &record_error);

  g_assert_true ((message == NULL) == (error != NULL));
  g_assert_true ((record == NULL) == (record_error != NULL));
}

static void
test_survives_truncation_and_mutation (void)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  g_test_summary ("Any bytes give a message or an error");

  g_byte_array_append (data, BYTES ("\x08\x00\x12\x02/k\x1a\x0a\x0a\x02/k\x12\x01v\x2a\x01t"));
  add_peer (data, 0x42, 1, 2);
  add_peer (data, 0x4a, 2, 1);
  g_byte_array_append (data, BYTES ("\x50\x0a\x5a\x04stat"));
  try_truncated (data->data, data->len, decode_anything, NULL);
  try_mutated (data->data, data->len, 10, 20000, decode_anything, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/codec/messages-of-go", "kad", test_messages_of_go);
  g_test_add_data_func ("/codec/messages-of-old-go", "kad/libp2p-kad-dht", test_messages_of_go);
  g_test_add_data_func ("/codec/fixture-details", "kad", test_fixture_details);
  g_test_add_data_func ("/codec/old-fixture-details", "kad/libp2p-kad-dht", test_fixture_details);
  g_test_add_func ("/codec/proto3-leaves-zeros-out", test_proto3_leaves_zeros_out);
  g_test_add_func ("/codec/an-empty-key-is-not-an-absent-one",
                   test_an_empty_key_is_not_an_absent_one);
  g_test_add_func ("/codec/unknown-fields-are-no-error", test_unknown_fields_are_no_error);
  g_test_add_func ("/codec/rule-03-reads-4-mib", test_rule_03_reads_4_mib);
  g_test_add_func ("/codec/rule-06-one-bad-address-spoils-nothing",
                   test_rule_06_one_bad_address_spoils_nothing);
  g_test_add_func ("/codec/rule-06-connection-values", test_rule_06_connection_values);
  g_test_add_func ("/codec/rule-08-time-received-missing-or-malformed",
                   test_rule_08_time_received_missing_or_malformed);
  g_test_add_func ("/codec/rule-13-a-put-reply-without-record-is-read",
                   test_rule_13_a_put_reply_without_record_is_read);
  g_test_add_func ("/codec/rusts-extensions", test_rusts_extensions);
  g_test_add_func ("/codec/refuses-unknown-types-and-long-keys",
                   test_refuses_unknown_types_and_long_keys);
  g_test_add_func ("/codec/long-replies-are-cut", test_long_replies_are_cut);
  g_test_add_func ("/codec/many-addresses-are-cut", test_many_addresses_are_cut);
  g_test_add_func ("/security/RUSTSEC-2024-0437/junk-costs-what-it-weighs", test_junk_costs_what_it_weighs);
  g_test_add_func ("/codec/record-alone", test_record_alone);
  g_test_add_func ("/codec/survives-truncation-and-mutation",
                   test_survives_truncation_and_mutation);
  return g_test_run ();
}
