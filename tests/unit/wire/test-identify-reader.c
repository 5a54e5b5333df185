/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-identify.h"

#include "kad-envelope.h"
#include "kad-escape.h"
#include "kad-frame.h"
#include "kad-wire-testing.h"

/* A frame under construction, by hand. */
typedef GByteArray Frame;

static void
add (Frame *frame, guint8 number, const guint8 *data, gsize len)
{
  guint8 head[3] = { (guint8) (number << 3 | 2), (guint8) (len | 0x80), (guint8) (len >> 7) };

  g_byte_array_append (frame, head, sizeof head);
  if (len > 0)
    g_byte_array_append (frame, data, (guint) len);
}

static void
add_address (Frame *frame, guint8 number, const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);

  add (frame, number, data, len);
}

static void
add_record (Frame *frame, const KadPrivateKey *key, guint64 seq, const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GBytes) record = kad_peer_record_seal (key, seq, &address, 1, NULL);

  add (frame, 8, g_bytes_get_data (record, NULL), g_bytes_get_size (record));
}

static KadWireStatus
feed (KadIdentifyReader *reader, Frame *frame, GError **error)
{
  g_auto (KadBuffer) in = KAD_BUFFER_INIT;
  KadWireStatus status;
  gsize used, len;

  kad_frame_append_prefix (&in, frame->len);
  kad_buffer_append (&in, frame->data, frame->len);
  len = kad_buffer_get_length (&in);
  status = kad_identify_reader_feed (reader, kad_buffer_peek (&in), len, &used, error);
  g_assert_cmpuint (used, ==, len);
  return status;
}

static void
assert_addresses (const KadIdentity *identity, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < identity->addresses->len; i++)
    {
      g_autofree char *address
          = kad_multiaddr_to_string (g_ptr_array_index (identity->addresses, i));

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", address);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_rule_03_merges_up_to_ten_frames (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  gsize used;

  g_test_summary ("Lists grow, the last single field counts, and the tenth frame is the last");

  for (guint i = 0; i < KAD_MAX_IDENTIFY_FRAMES; i++)
    {
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autofree char *address = g_strdup_printf ("/ip4/192.0.2.%u/tcp/1", i);
      g_autofree char *name = g_strdup_printf ("/p/%u", i);

      add_address (frame, 2, address);
      add (frame, 3, (const guint8 *) name, strlen (name));
      add (frame, 6, (const guint8 *) name, strlen (name));
      g_assert_cmpint (feed (reader, frame, NULL), ==, i < 9 ? KAD_WIRE_MORE : KAD_WIRE_DONE);
    }
  g_assert_cmpint (kad_identify_reader_feed (reader, BYTES ("\x01x"), &used, NULL), ==,
                   KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, 0);
  identity = kad_identify_reader_finish (reader, NULL);
  g_assert_cmpuint (identity->addresses->len, ==, 10);
  g_assert_cmpuint (g_strv_length (identity->protocols), ==, 10);
  g_assert_true (kad_identity_has_protocol (identity, "/p/9"));
  g_assert_cmpstr (identity->agent, ==, "/p/9");
  g_assert_false (identity->is_signed);
}

static void
test_reads_what_go_splits_in_two (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GByteArray) first = g_byte_array_new (), second = g_byte_array_new ();

  g_test_summary ("The signed record alone in a second frame takes the place of the addresses");

  add_address (first, 2, "/ip4/192.0.2.1/tcp/1");
  add (first, 6, BYTES ("go-libp2p"));
  add_record (second, key, 3, "/ip4/192.0.2.9/tcp/9");
  g_assert_cmpint (feed (reader, first, NULL), ==, KAD_WIRE_MORE);
  g_assert_cmpint (feed (reader, second, NULL), ==, KAD_WIRE_MORE);
  identity = kad_identify_reader_finish (reader, NULL);
  g_assert_true (identity->is_signed);
  assert_addresses (identity, "/ip4/192.0.2.9/tcp/9");
  g_assert_cmpstr (identity->agent, ==, "go-libp2p");
}

static void
test_older_records_do_not_go_back (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GByteArray) first = g_byte_array_new (), second = g_byte_array_new ();

  g_test_summary ("Of two signed records the higher sequence counts");

  add_record (first, key, 9, "/ip4/192.0.2.9/tcp/9");
  add_record (second, key, 8, "/ip4/192.0.2.8/tcp/8");
  feed (reader, first, NULL);
  feed (reader, second, NULL);
  identity = kad_identify_reader_finish (reader, NULL);
  assert_addresses (identity, "/ip4/192.0.2.9/tcp/9");
}

static void
test_another_key_or_record_is_an_error (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1), other = test_key (2);
  gsize len;
  const guint8 *other_key
      = kad_public_key_get_protobuf (kad_private_key_get_public_key (other), &len);

  g_test_summary ("Who has proven one key cannot identify as another");

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      if (i == 0)
        add (frame, 1, other_key, len);
      else if (i == 1)
        add_record (frame, other, 1, "/ip4/192.0.2.1/tcp/1");
      else
        add (frame, 1, BYTES ("\x08")); /* no key at all */
      g_assert_cmpint (feed (reader, frame, &error), ==, KAD_WIRE_ERROR);
      g_assert_true (error != NULL && error->domain == KAD_ERROR);
    }
}

/* The RSA key of the specification's vectors. */
static KadPrivateKey *
rsa_key (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "keys", "specs-peer-ids.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "rsa\tprivate\t"))
      {
        g_autoptr (GBytes) bytes = hex_to_bytes (strrchr (lines[i], '\t') + 1);

        return kad_private_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                                  g_bytes_get_size (bytes), NULL);
      }
  return NULL;
}

static void
test_a_key_without_a_type_is_rsa (void)
{
  g_autoptr (KadPrivateKey) key = rsa_key ();
  gsize len;
  const guint8 *protobuf;

  g_test_summary (
      "Seen on the wire: an absent key type is RSA, and such a key is still the peer's");

  g_assert_nonnull (key);
  protobuf = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &len);
  g_assert_cmpuint (protobuf[0], ==, 0x08);
  g_assert_cmpuint (protobuf[1], ==, 0x00);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autofree guint8 *bare = g_memdup2 (protobuf + 2, len - 2);
      g_autoptr (GError) error = NULL;

      bare[len - 3] ^= i; /* the second time it is another key: its exponent differs */
      add (frame, 1, bare, len - 2);
      if (i == 0)
        g_assert_cmpint (feed (reader, frame, NULL), ==, KAD_WIRE_MORE);
      else
        g_assert_cmpint (feed (reader, frame, &error), ==, KAD_WIRE_ERROR);
    }
}

static void
test_an_unsigned_record_says_nothing (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  g_test_summary ("A record whose signature is wrong leaves the plain addresses");

  add_address (frame, 2, "/ip4/192.0.2.1/tcp/1");
  add_record (frame, key, 1, "/ip4/192.0.2.9/tcp/9");
  frame->data[frame->len - 1] ^= 1;
  g_assert_cmpint (feed (reader, frame, NULL), ==, KAD_WIRE_MORE);
  identity = kad_identify_reader_finish (reader, NULL);
  g_assert_false (identity->is_signed);
  assert_addresses (identity, "/ip4/192.0.2.1/tcp/1");
}

static void
test_bad_fields_are_left_out (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1), other = test_key (2);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autofree char *own = kad_peer_id_to_string (key_peer (key));
  g_autofree char *others = kad_peer_id_to_string (key_peer (other));
  g_autofree char *with_own = g_strconcat ("/ip4/192.0.2.2/tcp/2/p2p/", own, NULL);
  g_autofree char *with_other = g_strconcat ("/ip4/192.0.2.3/tcp/3/p2p/", others, NULL);
  g_autofree char *seen = g_strconcat ("/ip4/192.0.2.4/tcp/4/p2p/", others, NULL);
  guint8 long_name[KAD_MAX_PROTOCOL_NAME_BYTES + 1];

  g_test_summary ("Addresses that are none, names that are too long, and what nobody knows");

  memset (long_name, 'x', sizeof long_name);
  add (frame, 2, BYTES ("\xff\xff"));
  add_address (frame, 2, "/ip4/192.0.2.1/tcp/1");
  add_address (frame, 2, with_own);
  add_address (frame, 2, with_other);
  add (frame, 3, long_name, sizeof long_name);
  add (frame, 3, BYTES ("/a\0b"));
  add (frame, 3, BYTES (""));
  add (frame, 3, BYTES ("/good"));
  add (frame, 7, BYTES ("delta of old versions"));
  add (frame, 15, BYTES ("later"));
  add_address (frame, 4, seen); /* js ends it in our name */
  g_assert_cmpint (feed (reader, frame, NULL), ==, KAD_WIRE_MORE);
  identity = kad_identify_reader_finish (reader, NULL);
  assert_addresses (identity, "/ip4/192.0.2.1/tcp/1 /ip4/192.0.2.2/tcp/2");
  g_assert_cmpuint (g_strv_length (identity->protocols), ==, 1);
  g_assert_cmpstr (identity->protocols[0], ==, "/good");
  {
    g_autofree char *observed = kad_multiaddr_to_string (identity->observed);

    g_assert_cmpstr (observed, ==, "/ip4/192.0.2.4/tcp/4");
  }
}

static void
test_a_push_may_be_partial (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  g_test_summary ("What is not said is absent, and a frame of nothing is a frame");

  g_assert_cmpint (feed (reader, frame, NULL), ==, KAD_WIRE_MORE);
  identity = kad_identify_reader_finish (reader, NULL);
  g_assert_nonnull (identity);
  g_assert_null (identity->agent);
  g_assert_null (identity->protocol_version);
  g_assert_null (identity->protocols);
  g_assert_null (identity->observed);
  g_assert_cmpuint (identity->addresses->len, ==, 0);
  g_assert_true (kad_peer_id_equal (&identity->peer, key_peer (key)));
}

static void
test_nothing_said_is_an_error (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (GError) error = NULL;
  gsize used;

  g_test_summary ("A stream that ends before a whole frame says nothing");

  g_assert_cmpint (kad_identify_reader_feed (reader, BYTES ("\x05x"), &used, NULL), ==,
                   KAD_WIRE_MORE);
  g_assert_cmpuint (used, ==, 0);
  g_assert_null (kad_identify_reader_finish (reader, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_CLOSED);
}

static void
test_everything_is_bounded (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  guint8 agent[1000];
  gsize used;

  g_test_summary ("64 addresses, 256 protocols, 128 bytes of agent, 8 KiB a frame");

  memset (agent, 'a', sizeof agent);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GByteArray) frame = g_byte_array_new ();

      for (guint k = 0; k < 90; k++)
        {
          g_autofree char *address = g_strdup_printf ("/ip4/192.0.2.%u/tcp/%u", k, i + 1);

          add_address (frame, 2, address);
          add (frame, 3, BYTES ("/p"));
        }
      add (frame, 6, agent, sizeof agent);
      g_assert_cmpint (feed (reader, frame, NULL), ==, KAD_WIRE_MORE);
    }
  g_assert_cmpint (kad_identify_reader_feed (reader, BYTES ("\x81\x40"), &used, &error), ==,
                   KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  identity = kad_identify_reader_finish (reader, NULL);
  g_assert_cmpuint (identity->addresses->len, ==, KAD_MAX_IDENTIFY_ADDRESSES);
  g_assert_cmpuint (g_strv_length (identity->protocols), ==, KAD_MAX_IDENTITY_PROTOCOLS);
  g_assert_cmpuint (strlen (identity->agent), ==, KAD_MAX_AGENT_BYTES);
}

static void
read_anything (const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (user_data);
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  gsize used;
  KadWireStatus status = kad_identify_reader_feed (reader, data, len, &used, &error);

  g_assert_cmpuint (used, <=, len);
  g_assert_true ((status == KAD_WIRE_ERROR) == (error != NULL));
  identity = kad_identify_reader_finish (reader, NULL);
}

static void
test_survives_truncation_and_mutation (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentity) self = kad_identity_new ();
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Any bytes end in a status, and can be finished");

  self->agent = g_strdup ("kad/0.1.0");
  self->protocols = g_strsplit ("/ipfs/kad/1.0.0 /ipfs/id/1.0.0", " ", -1);
  self->observed = kad_multiaddr_new_from_string ("/ip4/198.51.100.7/tcp/40000", NULL);
  g_ptr_array_add (self->addresses,
                   kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/4001", NULL));
  g_assert_true (kad_identify_encode (self, key, 1, &out, NULL));
  try_truncated (kad_buffer_peek (&out), kad_buffer_get_length (&out), read_anything,
                 (gpointer) key_peer (key));
  try_mutated (kad_buffer_peek (&out), kad_buffer_get_length (&out), 8, 4000, read_anything,
               (gpointer) key_peer (key));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identify-reader/rule-03-merges-up-to-ten-frames",
                   test_rule_03_merges_up_to_ten_frames);
  g_test_add_func ("/identify-reader/reads-what-go-splits-in-two",
                   test_reads_what_go_splits_in_two);
  g_test_add_func ("/identify-reader/older-records-do-not-go-back",
                   test_older_records_do_not_go_back);
  g_test_add_func ("/identify-reader/another-key-or-record-is-an-error",
                   test_another_key_or_record_is_an_error);
  g_test_add_func ("/identify-reader/a-key-without-a-type-is-rsa",
                   test_a_key_without_a_type_is_rsa);
  g_test_add_func ("/identify-reader/an-unsigned-record-says-nothing",
                   test_an_unsigned_record_says_nothing);
  g_test_add_func ("/identify-reader/bad-fields-are-left-out", test_bad_fields_are_left_out);
  g_test_add_func ("/identify-reader/a-push-may-be-partial", test_a_push_may_be_partial);
  g_test_add_func ("/identify-reader/nothing-said-is-an-error", test_nothing_said_is_an_error);
  g_test_add_func ("/identify-reader/everything-is-bounded", test_everything_is_bounded);
  g_test_add_func ("/identify-reader/survives-truncation-and-mutation",
                   test_survives_truncation_and_mutation);
  return g_test_run ();
}
