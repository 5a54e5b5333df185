/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-envelope.h"

#include "kad-wire-testing.h"

static GPtrArray *
make_addresses (guint n)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/192.0.2.%u/tcp/4001", i);

      g_ptr_array_add (addresses, kad_multiaddr_new_from_string (text, NULL));
    }
  return addresses;
}

static GBytes *
seal (const KadPrivateKey *key, guint64 seq, guint n)
{
  g_autoptr (GPtrArray) addresses = make_addresses (n);

  return kad_peer_record_seal (key, seq, (KadMultiaddr *const *) addresses->pdata, n, NULL);
}

static KadPeerRecord *
open_bytes (GBytes *envelope, GError **error)
{
  return kad_peer_record_open (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope),
                               error);
}

static void
test_opens_what_was_sealed (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GBytes) envelope = seal (key, G_MAXUINT64, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPeerRecord) record = open_bytes (envelope, &error);
  g_autofree char *text = NULL;

  g_test_summary ("Peer, sequence and addresses come out as they went in");

  g_assert_no_error (error);
  g_assert_true (kad_peer_id_equal (&record->peer, key_peer (key)));
  g_assert_cmpuint (record->seq, ==, G_MAXUINT64);
  g_assert_cmpuint (record->addresses->len, ==, 3);
  text = kad_multiaddr_to_string (g_ptr_array_index (record->addresses, 2));
  g_assert_cmpstr (text, ==, "/ip4/192.0.2.2/tcp/4001");
}

static void
test_rule_12_domain_and_payload_type (void)
{
  static const guint8 type[] = { 0x03, 0x01 };
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GBytes) envelope = seal (key, 7, 1);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPeerRecord) record = NULL;
  gsize id_len, len;
  const guint8 *id = kad_peer_id_get_data (key_peer (key), &id_len);
  const guint8 *data;

  g_test_summary ("libp2p-peer-record and 0x0301; the RFC's old domain is not taken");

  payload = kad_envelope_open (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope),
                               "libp2p-peer-record", type, sizeof type, NULL, &error);
  g_assert_no_error (error);
  /* PeerRecord { peer_id = 1, seq = 2, addresses = 3 { multiaddr = 1 } } */
  data = g_bytes_get_data (payload, &len);
  g_assert_cmpuint (len, ==, 2 + id_len + 2 + 2 + 2 + 8);
  g_assert_cmpint (data[0], ==, 0x0a);
  g_assert_cmpmem (data + 2, id_len, id, id_len);
  g_assert_cmpmem (data + 2 + id_len, 14,
                   "\x10\x07\x1a\x0a\x0a\x08\x04\xc0\x00\x02\x00\x06\x0f\xa1", 14);

  other = kad_envelope_seal (key, "libp2p-routing-state", type, sizeof type, data, len, NULL);
  record = open_bytes (other, &error);
  g_assert_null (record);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
}

static GBytes *
seal_raw (const KadPrivateKey *key, const guint8 *payload, gsize len)
{
  static const guint8 type[] = { 0x03, 0x01 };

  return kad_envelope_seal (key, KAD_PEER_RECORD_DOMAIN, type, sizeof type, payload, len, NULL);
}

static void
test_signer_must_be_the_peer (void)
{
  static const guint8 type[] = { 0x03, 0x01 };
  g_autoptr (KadPrivateKey) key = test_key (1), liar = test_key (2);
  g_autoptr (GBytes) envelope = seal (key, 7, 1);
  g_autoptr (GBytes) payload
      = kad_envelope_open (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope),
                           KAD_PEER_RECORD_DOMAIN, type, sizeof type, NULL, NULL);
  g_autoptr (GBytes) forged
      = seal_raw (liar, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPeerRecord) record = open_bytes (forged, &error);

  g_test_summary ("A record for another peer, properly signed by oneself, is refused");

  g_assert_null (record);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
}

static void
test_bad_addresses_are_left_out (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  g_autoptr (GBytes) envelope = NULL;
  g_autoptr (KadPeerRecord) record = NULL;
  gsize len;
  const guint8 *id = kad_peer_id_get_data (key_peer (key), &len);
  guint8 head[] = { 0x0a, (guint8) len };

  g_test_summary ("What is no multiaddr is left out, no sequence is 0, unknown fields are nothing");

  g_byte_array_append (payload, head, sizeof head);
  g_byte_array_append (payload, id, (guint) len);
  g_byte_array_append (payload, BYTES ("\x1a\x04\x0a\x02\xff\xff")); /* no protocol */
  g_byte_array_append (payload, BYTES ("\x1a\x00"));                 /* nothing */
  g_byte_array_append (payload, BYTES ("\x1a\x0a\x0a\x08\x04\xc0\x00\x02\x01\x06\x0f\xa1"));
  g_byte_array_append (payload, BYTES ("\x7a\x01z"));
  envelope = seal_raw (key, payload->data, payload->len);
  record = open_bytes (envelope, NULL);
  g_assert_nonnull (record);
  g_assert_cmpuint (record->seq, ==, 0);
  g_assert_cmpuint (record->addresses->len, ==, 1);
}

static void
test_addresses_are_bounded (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GBytes) envelope = seal (key, 1, 100);
  g_autoptr (KadPeerRecord) record = open_bytes (envelope, NULL);

  g_test_summary ("Past 64 addresses none is written, and none is read");

  g_assert_cmpuint (record->addresses->len, ==, 64);
}

static void
open_payload (const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (GBytes) envelope = seal_raw (user_data, data, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPeerRecord) record = open_bytes (envelope, &error);

  g_assert_true ((record == NULL) == (error != NULL));
}

static void
test_survives_truncation_and_mutation (void)
{
  static const guint8 type[] = { 0x03, 0x01 };
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GBytes) envelope = seal (key, 300, 2);
  g_autoptr (GBytes) payload
      = kad_envelope_open (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope),
                           KAD_PEER_RECORD_DOMAIN, type, sizeof type, NULL, NULL);
  gsize len;
  const guint8 *data = g_bytes_get_data (payload, &len);

  g_test_summary ("Any payload, properly signed, gives a record or an error");

  try_truncated (data, len, open_payload, key);
  try_mutated (data, len, 6, 1500, open_payload, key);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-record/opens-what-was-sealed", test_opens_what_was_sealed);
  g_test_add_func ("/peer-record/rule-12-domain-and-payload-type",
                   test_rule_12_domain_and_payload_type);
  g_test_add_func ("/peer-record/signer-must-be-the-peer", test_signer_must_be_the_peer);
  g_test_add_func ("/peer-record/bad-addresses-are-left-out", test_bad_addresses_are_left_out);
  g_test_add_func ("/peer-record/addresses-are-bounded", test_addresses_are_bounded);
  g_test_add_func ("/peer-record/survives-truncation-and-mutation",
                   test_survives_truncation_and_mutation);
  return g_test_run ();
}
