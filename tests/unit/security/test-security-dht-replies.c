/* SPDX-License-Identifier: GPL-3.0-or-later */
/* go-libp2p-kad-dht #1270, #1281 and c5e0ce5: long lists of peers, fat ones, and stuffed requests.
 * CVE-2023-40583: peers that are only named fill no memory. */
#include <malloc.h>
#include <time.h>

#include "test-network.h"

#include "kad-codec.h"
#include "kad-engine-private.h"

/* ---- what we read ---- */

static void
append_varint (GByteArray *out, guint64 number)
{
  guint8 byte;

  do
    {
      byte = (guint8) ((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
      g_byte_array_append (out, &byte, 1);
      number >>= 7;
    }
  while (number > 0);
}

static void
append_field (GByteArray *out, guint field, const guint8 *data, gsize len)
{
  append_varint (out, field << 3 | 2);
  append_varint (out, len);
  g_byte_array_append (out, data, len);
}

/* A FIND_NODE reply that names @n peers, as the wire has it. */
static GByteArray *
make_long_reply (guint32 n)
{
  GByteArray *reply = g_byte_array_new ();
  const guint8 address[8] = { 4, 10, 0, 0, 1, 6, 0x0f, 0xa1 };
  const guint8 type[2] = { 1 << 3, KAD_MESSAGE_FIND_NODE };

  g_byte_array_append (reply, type, sizeof type);
  for (guint32 i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) peer = g_byte_array_new ();
      guint8 id[34] = { 0x12, 32 };

      memcpy (id + 2, &i, sizeof i);
      append_field (peer, 1, id, sizeof id);
      append_field (peer, 2, address, sizeof address);
      append_field (reply, 8, peer->data, peer->len);
    }
  return reply;
}

static gint64
time_decoding (GByteArray *reply)
{
  gint64 best_ns = G_MAXINT64;

  for (guint i = 0; i < 20; i++)
    {
      struct timespec start, end;
      g_autoptr (KadMessage) message = NULL;

      clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &start);
      message = kad_codec_decode (reply->data, reply->len, NULL);
      clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &end);
      g_assert_nonnull (message);
      g_assert_cmpuint (kad_message_get_n_closer (message), ==, KAD_MAX_CLOSER_PEERS);
      best_ns = MIN (best_ns, (end.tv_sec - start.tv_sec) * G_GINT64_CONSTANT (1000000000)
                                  + end.tv_nsec - start.tv_nsec);
    }
  return best_ns;
}

static void
test_long_reply_is_linear (void)
{
  g_autoptr (GByteArray) thousand = make_long_reply (1000);
  g_autoptr (GByteArray) ten_thousand = make_long_reply (10000);
  gint64 short_ns, long_ns;

  g_test_summary ("of 10,000 peers 40 are taken, at a cost that grows no faster than the bytes");
  short_ns = time_decoding (thousand);
  long_ns = time_decoding (ten_thousand);
  g_test_message ("1,000 peers: %" G_GINT64_FORMAT " us, 10,000: %" G_GINT64_FORMAT " us",
                  short_ns / 1000, long_ns / 1000);
  /* Ten times the bytes; a list walked for each of its peers would be a hundred times. */
  g_assert_cmpint (long_ns, <, 30 * short_ns);
}

static void
test_of_a_reply_forty_are_heard (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  KadQueryId id;

  g_test_summary ("the engine listens to 40 of a reply, whoever decoded it");
  network_add_server (net, 1);
  id = network_start (net, spec);
  for (guint32 i = 100; i < 1100; i++)
    kad_message_take_closer (reply, peer_info (i));
  network_reply (net, 1, reply);
  kad_engine_cancel_query (net->engine, id, net->now_us);
  g_assert_cmpuint (network_last (net, id)->stats.heard, <=, 1 + KAD_MAX_CLOSER_PEERS);
}

/* ---- what we write ---- */

static KadMessage *
ask (Network *net, KadMessage *request)
{
  g_autoptr (KadMessage) owned = request;
  KadPeerId from = make_peer (9999);

  return kad_engine_handle_request (net->engine, &from, owned, net->now_us, NULL);
}

/* Everything that a message can have. */
static KadMessage *
stuff (KadMessageType type, GBytes *key)
{
  KadMessage *message = kad_message_new (type, key);
  g_autoptr (GBytes) value = g_bytes_new_take (g_malloc0 (60000), 60000);
  g_autoptr (KadRecord) record = kad_record_new (key, value, "2026-11-21T00:00:00Z");

  kad_message_set_record (message, record);
  for (guint32 i = 0; i < 40; i++)
    {
      kad_message_take_closer (message, peer_info (5000 + i));
      kad_message_take_provider (message, peer_info (6000 + i));
    }
  return message;
}

static void
test_stuffed_requests_get_bare_replies (void)
{
  const KadMessageType types[] = { KAD_MESSAGE_PING, KAD_MESSAGE_FIND_NODE, KAD_MESSAGE_GET_VALUE,
                                   KAD_MESSAGE_GET_PROVIDERS };
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");

  g_test_summary ("nothing of what a request was stuffed with comes back; a PING's reply is bare");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (KadMessage) reply = ask (net, stuff (types[i], key));
      g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

      g_assert_nonnull (reply);
      g_assert_null (kad_message_get_record (reply));
      g_assert_cmpuint (kad_message_get_n_closer (reply), ==, 0);
      g_assert_cmpuint (kad_message_get_n_providers (reply), ==, 0);
      g_assert_true (kad_codec_encode (reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &bytes, NULL));
      /* Length, type; with the key: its tag and length. */
      g_assert_cmpuint (kad_buffer_get_length (&bytes), <=, 3 + 2 + 3);
      if (types[i] == KAD_MESSAGE_PING)
        {
          g_assert_null (kad_message_get_key (reply));
          g_assert_cmpuint (kad_buffer_get_length (&bytes), ==, 3);
        }
    }
}

/* With as many and as long addresses as an info takes. */
static KadPeerInfo *
make_fat_info (guint32 n)
{
  KadPeerInfo *info = make_info (n, NULL);

  for (guint i = 0; i < KAD_MAX_PEER_ADDRESSES; i++)
    {
      g_autoptr (GString) name = g_string_new ("/dns4/");
      g_autofree char *label = g_strnfill (60, 'a');

      g_string_append_printf (name, "%u.%s.%s.%s/tcp/4001", i, label, label, label);
      add_address (info, name->str);
    }
  return info;
}

static void
assert_small (KadMessage *reply)
{
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

  g_assert_nonnull (reply);
  g_assert_cmpuint (kad_message_get_n_closer (reply), <=, KAD_MAX_CLOSER_PEERS);
  g_assert_true (kad_codec_encode (reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &bytes, NULL));
  g_assert_cmpuint (kad_buffer_get_length (&bytes), <=, KAD_MAX_EMITTED_MESSAGE_BYTES + 3);
}

static void
test_replies_are_small (void)
{
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .k = 1000 };
  g_autoptr (Network) net = network_new_with (&config);
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (KadMessage) nodes = NULL;
  g_autoptr (KadMessage) providers = NULL;

  g_test_summary ("40 peers and 16 KiB at most, with k of 1,000 and peers as fat as can be");
  for (guint32 i = 1; i <= 100; i++)
    {
      g_autoptr (KadPeerInfo) fat = make_fat_info (i);
      KadMessage *provide = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);
      g_autoptr (KadMessage) owned G_GNUC_UNUSED = provide;
      KadPeerId peer = make_peer (i);

      network_connect (net, i);
      kad_engine_peer_identified (net->engine, fat, TRUE, net->now_us);
      if (network_count (net, KAD_OUTPUT_SEND) > 0)
        network_reply_found (net, i, 0, 0);
      kad_message_take_provider (provide, kad_peer_info_ref (fat));
      kad_engine_handle_request (net->engine, &peer, provide, net->now_us, NULL);
    }
  nodes = ask (net, kad_message_new (KAD_MESSAGE_FIND_NODE, key));
  providers = ask (net, kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key));
  g_assert_cmpuint (kad_message_get_n_closer (nodes), ==, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (providers), >, 0);
  assert_small (nodes);
  assert_small (providers);
}

static void
test_kept_peers_are_small (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadPeerInfo) fat = make_fat_info (1);
  g_autoptr (KadPeerInfo) kept = NULL;
  KadPeerId peer = make_peer (1);
  gsize bytes = 0;

  g_test_summary ("of a peer's addresses what fits in 8 KiB is kept, whoever told them");
  network_connect (net, 1);
  kad_engine_peer_identified (net->engine, fat, TRUE, net->now_us);
  kad_engine_add_address (net->engine, fat, net->now_us);
  kept = kad_engine_dup_peer_info (net->engine, &peer);
  for (guint i = 0; i < kad_peer_info_get_n_addresses (kept); i++)
    {
      gsize len;

      kad_multiaddr_get_data (kad_peer_info_get_address (kept, i), &len);
      bytes += len;
    }
  g_assert_cmpuint (bytes, >, 0);
  g_assert_cmpuint (bytes, <=, 8192);
}

/* ---- who is named ---- */

#define NAMED 100000

static KadMessage *
name_others (guint32 first)
{
  KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

  for (guint32 i = first; i < first + KAD_MAX_CLOSER_PEERS; i++)
    {
      g_autofree char *address
          = g_strdup_printf ("/ip4/10.%u.%u.%u/tcp/4001", i >> 16 & 255, i >> 8 & 255, i & 255);

      kad_message_take_closer (reply, make_info (i, address));
    }
  return reply;
}

static void
test_naming_grows_nothing (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  guint32 n = 1000;
  gsize before, after;
  guint known;

  g_test_summary ("one peer names 100,000 others, 40 a reply: neither book, table nor memory grow");
  network_add_server (net, 1);
  network_forget (net);
  known = kad_peer_book_get_size (net->engine->book);
  before = mallinfo2 ().uordblks;
  while (n < 1000 + NAMED)
    {
      KadQueryId id = network_start (net, spec);

      network_reply (net, 1, name_others (n));
      n += KAD_MAX_CLOSER_PEERS;
      kad_engine_cancel_query (net->engine, id, net->now_us);
      /* Their dials come to nothing. */
      while (network_count (net, KAD_OUTPUT_DIAL) > 0)
        network_fail_dial (net, 0);
      network_forget (net);
    }
  after = mallinfo2 ().uordblks;
  g_assert_cmpuint (kad_peer_book_get_size (net->engine->book), ==, known);
  g_assert_cmpuint (kad_routing_table_get_size (kad_engine_get_table (net->engine)), ==, 1);
  g_assert_cmpuint (after, <, before + 1024 * 1024);
}

static void
test_who_came_is_forgotten_in_time (void)
{
  KadLimits limits;
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .limits = &limits };
  g_autoptr (Network) net = NULL;
  KadPeerBook *book;

  g_test_summary ("20,000 that came and went: no more than known-peers are remembered, and after "
                  "known-peer-age nobody");
  kad_limits_init (&limits);
  g_assert_true (kad_limits_set (&limits, "known-peers", 500, NULL));
  g_assert_true (kad_limits_set (&limits, "known-peer-age", 600, NULL));
  net = network_new_with (&config);
  book = net->engine->book;
  for (guint32 i = 1; i <= 20000; i++)
    {
      network_connect (net, i);
      {
        g_autoptr (KadPeerInfo) info = make_info (i, "/ip4/10.0.0.1/tcp/4001");

        kad_engine_peer_identified (net->engine, info, FALSE, net->now_us);
      }
      network_disconnect (net, i);
      network_forget (net);
      g_assert_cmpuint (kad_peer_book_get_size (book), <=, 500);
    }
  g_assert_cmpuint (kad_peer_book_get_size (book), ==, 500);
  network_advance (net, 700 * SECOND);
  g_assert_cmpuint (kad_peer_book_get_size (book), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/go-1270/long-reply", test_long_reply_is_linear);
  g_test_add_func ("/security/go-1270/forty-heard", test_of_a_reply_forty_are_heard);
  g_test_add_func ("/security/go-c5e0ce5/stuffed", test_stuffed_requests_get_bare_replies);
  g_test_add_func ("/security/go-1281/small-replies", test_replies_are_small);
  g_test_add_func ("/security/go-1281/small-peers", test_kept_peers_are_small);
  g_test_add_func ("/security/CVE-2023-40583/named", test_naming_grows_nothing);
  g_test_add_func ("/security/CVE-2023-40583/forgotten", test_who_came_is_forgotten_in_time);
  return g_test_run ();
}
