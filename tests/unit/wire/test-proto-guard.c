/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-proto-guard.h"

#include "kad-dht.pb-c.h"
#include "kad-wire-testing.h"

static const KadProtoSchema peer_schema = {
  "peer",
  3,
  { { 1, KAD_PROTO_BYTES, 1, 10, KAD_PROTO_LEAVE_OUT, NULL },
    { 2, KAD_PROTO_BYTES, 3, 10, KAD_PROTO_LEAVE_OUT, NULL },
    { 3, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_LEAVE_OUT, NULL } },
};

static const KadProtoSchema message_schema = {
  "test",
  3,
  { { 1, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, 1, 10, KAD_PROTO_REFUSE, NULL },
    { 8, KAD_PROTO_BYTES, 2, 1000, KAD_PROTO_LEAVE_OUT, &peer_schema } },
};

static const KadPb__Message *
unpack (KadArena *arena, const guint8 *data, gsize len, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);

  kad_arena_init (arena, NULL, 0, 64 * 1024);
  return kad_proto_unpack (&kad_pb__message__descriptor, &message_schema, arena, copy, len, error);
}

static void
test_lets_the_known_through (void)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GError) error = NULL;
  const KadPb__Message *message = unpack (&arena,
                                          BYTES ("\x08\x04\x12\x03key\x42\x08\x0a\x02id\x12\x02"
                                                 "a1"),
                                          &error);

  g_test_summary ("A message of known fields is unpacked as it is");

  g_assert_no_error (error);
  g_assert_cmpint (message->type, ==, 4);
  g_assert_cmpmem (message->key.data, message->key.len, "key", 3);
  g_assert_cmpuint (message->n_closer_peers, ==, 1);
  g_assert_cmpmem (message->closer_peers[0]->id.data, message->closer_peers[0]->id.len, "id", 2);
  g_assert_cmpuint (message->closer_peers[0]->n_addrs, ==, 1);
}

static void
test_leaves_the_unknown_out (void)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GError) error = NULL;
  const KadPb__Message *message
      = unpack (&arena,
                BYTES ("\x58\x01\x08\x04"                     /* 11, as py sends it */
                       "\x12\x03key"                          /* the key */
                       "\x42\x0c\x22\x02no\x0a\x02id\x12\x02" /* Peer.4, as py sends it */
                       "a1"
                       "\xd9\x3e"
                       "12345678" /* 1003, 64 bits */
                       "\x7d"
                       "1234"              /* 15, 32 bits */
                       "\x10\x07"          /* the key as a number */
                       "\xfa\x3e\x03xyz"), /* 1007, bytes */
                &error);

  g_test_summary ("Unknown fields, at each depth, and fields of a wrong wire type");

  g_assert_no_error (error);
  g_assert_cmpint (message->type, ==, 4);
  g_assert_cmpmem (message->key.data, message->key.len, "key", 3);
  g_assert_cmpuint (message->base.n_unknown_fields, ==, 0);
  g_assert_cmpuint (message->n_closer_peers, ==, 1);
  g_assert_cmpuint (message->closer_peers[0]->base.n_unknown_fields, ==, 0);
  g_assert_cmpmem (message->closer_peers[0]->id.data, message->closer_peers[0]->id.len, "id", 2);
  g_assert_cmpmem (message->closer_peers[0]->addrs[0].data, message->closer_peers[0]->addrs[0].len,
                   "a1", 2);
}

static void
test_counts (void)
{
  g_auto (KadArena) arena = { 0 };
  const KadPb__Message *message = unpack (&arena,
                                          BYTES ("\x42\x03\x0a\x01p"
                                                 "\x42\x0f\x12\x01"
                                                 "a\x12\x01"
                                                 "b\x12\x01"
                                                 "c\x12\x01"
                                                 "d\x12\x01"
                                                 "e"
                                                 "\x42\x03\x0a\x01r"
                                                 "\x08\x02"),
                                          NULL);

  g_test_summary ("Entries past a count are absent, at each depth; what follows them is not");

  g_assert_cmpuint (message->n_closer_peers, ==, 2);
  g_assert_cmpuint (message->closer_peers[1]->n_addrs, ==, 3);
  g_assert_cmpmem (message->closer_peers[1]->addrs[2].data, 1, "c", 1);
  g_assert_cmpint (message->type, ==, 2);
}

static void
test_lengths (void)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GError) error = NULL;
  const KadPb__Message *message;

  g_test_summary ("A content that is too long is left out, or an error where the table says so");

  message = unpack (&arena,
                    BYTES ("\x42\x10\x0a\x0b"
                           "12345678901\x12\x01"
                           "a"),
                    NULL);
  g_assert_cmpuint (message->closer_peers[0]->id.len, ==, 0);
  g_assert_cmpuint (message->closer_peers[0]->n_addrs, ==, 1);
  kad_arena_clear (&arena);

  message = unpack (&arena,
                    BYTES ("\x12\x0b"
                           "12345678901"),
                    &error);
  g_assert_null (message);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
test_the_last_single_field_counts (void)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GError) error = NULL;
  const KadPb__Message *message = unpack (&arena, BYTES ("\x08\x01\x08\x02\x08\x03"), NULL);

  g_test_summary ("A repeated single field is its last one, and very many are an error");

  g_assert_cmpint (message->type, ==, 3);
  kad_arena_clear (&arena);
  message = unpack (&arena, BYTES ("\x08\x01\x08\x02\x08\x03\x08\x04\x08\x05"), &error);
  g_assert_null (message);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
test_refuses_the_malformed (void)
{
  static const struct
  {
    const char *data;
    gsize len;
  } hostile[] = {
    { "\x00\x01", 2 },                                      /* field 0 */
    { "\x0b\x0c", 2 },                                      /* a group */
    { "\x9b\x06\x9c\x06", 4 },                              /* an unknown group */
    { "\x0e", 1 },                                          /* wire type 6 */
    { "\x78\x01\x12\x04key", 7 },                           /* content cut by one, while copying */
    { "\x12\x05key", 5 },                                   /* content cut */
    { "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* a length of 2^64 - 1 */
    { "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11 }, /* more than 64 bits */
    { "\x08", 1 },                                          /* no value */
    { "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12 }, /* a value of 11 bytes */
    { "\xf8\xff\xff\xff\xff\x01\x01", 7 },                      /* a tag of more than 32 bits */
    { "\x79"
      "1234567",
      8 }, /* 64 bits cut */
    { "\x7d"
      "123",
      4 },                     /* 32 bits cut */
    { "\x42\x02\x0a\x05", 4 }, /* content cut inside */
    { "\x42\x02\x0b\x0c", 4 }, /* a group inside */
  };

  g_test_summary ("Groups, cut contents and varints that are none");

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_auto (KadArena) arena = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_null (unpack (&arena, (const guint8 *) hostile[i].data, hostile[i].len, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
    }
}

static void
test_takes_varints_longer_than_needed (void)
{
  g_auto (KadArena) arena = { 0 };
  const KadPb__Message *message = unpack (&arena, BYTES ("\x08\x84\x80\x00\x12\x83\x00key"), NULL);

  g_test_summary ("Protobuf, unlike multiformats, allows them");

  g_assert_nonnull (message);
  g_assert_cmpint (message->type, ==, 4);
  g_assert_cmpmem (message->key.data, message->key.len, "key", 3);
}

static void
test_long_messages_keep_their_shape (void)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GByteArray) data = g_byte_array_new ();
  const KadPb__Message *message;

  g_test_summary ("An inner length of two bytes stays one of two bytes when the inside shrinks");

  g_byte_array_append (data, BYTES ("\x42\xd6\x01\x0a\x02id"));
  g_byte_array_append (data, BYTES ("\x7a\xc8\x01"));
  g_byte_array_set_size (data, data->len + 200);
  memset (data->data + data->len - 200, 'x', 200);
  g_byte_array_append (data, BYTES ("\x12\x05"
                                    "addr1\x08\x05"));
  g_assert_cmpuint (data->len, ==, 3 + 214 + 2);
  message = unpack (&arena, data->data, data->len, NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (message->type, ==, 5);
  g_assert_cmpmem (message->closer_peers[0]->addrs[0].data, 5, "addr1", 5);
}

static void
unpack_anything (const guint8 *data, gsize len, gpointer user_data)
{
  g_auto (KadArena) arena = { 0 };
  g_autoptr (GError) error = NULL;
  const KadPb__Message *message;

  kad_arena_init (&arena, NULL, 0, 64 * 1024);
  message
      = kad_proto_unpack (&kad_pb__message__descriptor, &message_schema, &arena, data, len, &error);
  g_assert_true ((message == NULL) == (error != NULL));
  if (message == NULL)
    return;
  g_assert_cmpuint (message->n_closer_peers, <=, 2);
  for (gsize i = 0; i < message->n_closer_peers; i++)
    g_assert_cmpuint (message->closer_peers[i]->n_addrs, <=, 3);
  g_assert_cmpuint (message->base.n_unknown_fields, ==, 0);
}

static void
test_survives_truncation_and_mutation (void)
{
  static const guint8 data[] = "\x08\x04\x58\x01\x12\x03key\x42\x0c\x22\x02no\x0a\x02id\x12\x02"
                               "a1\xd9\x3e"
                               "12345678\x42\x03\x0a\x01p\x7d"
                               "1234";

  g_test_summary ("Any bytes give a bounded message or an error");

  try_truncated (data, sizeof data - 1, unpack_anything, NULL);
  try_mutated (data, sizeof data - 1, 9, 20000, unpack_anything, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proto-guard/lets-the-known-through", test_lets_the_known_through);
  g_test_add_func ("/proto-guard/leaves-the-unknown-out", test_leaves_the_unknown_out);
  g_test_add_func ("/security/RUSTSEC-2024-0437/counts", test_counts);
  g_test_add_func ("/proto-guard/lengths", test_lengths);
  g_test_add_func ("/proto-guard/the-last-single-field-counts", test_the_last_single_field_counts);
  g_test_add_func ("/security/RUSTSEC-2024-0437/refuses-the-malformed", test_refuses_the_malformed);
  g_test_add_func ("/proto-guard/takes-varints-longer-than-needed",
                   test_takes_varints_longer_than_needed);
  g_test_add_func ("/proto-guard/long-messages-keep-their-shape",
                   test_long_messages_keep_their_shape);
  g_test_add_func ("/proto-guard/survives-truncation-and-mutation",
                   test_survives_truncation_and_mutation);
  return g_test_run ();
}
