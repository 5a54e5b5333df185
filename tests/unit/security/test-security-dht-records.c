/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durations from the wire (the overflow of a time to live that rust-libp2p tests for; the class of
 * CVE-2026-33040 and CVE-2026-34219), and records that became invalid where they lay (go #1285). */
#include "test-network.h"

#include "kad-codec.h"
#include "kad-engine-private.h"

#define H48 (48 * KAD_USEC_PER_HOUR)

static KadRecord *
make_record (const char *key, const char *value, guint32 ttl_s)
{
  g_autoptr (GBytes) key_bytes = text_bytes (key);
  g_autoptr (GBytes) value_bytes = text_bytes (value);
  g_autoptr (KadRecord) plain = kad_record_new (key_bytes, value_bytes, NULL);

  return kad_record_with_publisher (plain, NULL, ttl_s);
}

static gboolean
put (Network *net, KadRecord *record)
{
  g_autoptr (KadMessage) message
      = kad_message_new (KAD_MESSAGE_PUT_VALUE, kad_record_get_key (record));
  g_autoptr (KadMessage) reply = NULL;
  KadPeerId from = make_peer (1);

  kad_message_set_record (message, record);
  reply = kad_engine_handle_request (net->engine, &from, message, net->now_us, NULL);
  return reply != NULL;
}

static KadRecord *
get (Network *net, const char *key)
{
  g_autoptr (GBytes) bytes = text_bytes (key);
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_GET_VALUE, bytes);
  g_autoptr (KadMessage) reply = NULL;
  KadPeerId from = make_peer (2);
  KadRecord *record;

  reply = kad_engine_handle_request (net->engine, &from, message, net->now_us, NULL);
  g_assert_nonnull (reply);
  record = kad_message_get_record (reply);
  return record != NULL ? kad_record_ref (record) : NULL;
}

static gboolean
is_served (Network *net, const char *key)
{
  g_autoptr (KadRecord) record = get (net, key);

  return record != NULL;
}

static void
test_ttl_is_clamped (void)
{
  const guint32 ttls[] = { 0, 1, 172800, 172801, G_MAXINT32, G_MAXUINT32 - 1, G_MAXUINT32 };

  g_test_summary ("whatever a record wants, it stays 48 h at most; 0 says nothing");
  for (guint i = 0; i < G_N_ELEMENTS (ttls); i++)
    {
      g_autoptr (Network) net = network_new ();
      g_autoptr (KadRecord) record = make_record ("key", "value", ttls[i]);
      gint64 life_us = ttls[i] == 0 ? H48 : MIN ((gint64) ttls[i] * SECOND, H48);

      g_assert_true (put (net, record));
      network_forget (net);
      net->now_us += life_us - 1;
      g_assert_true (is_served (net, "key"));
      net->now_us += 1;
      g_assert_false (is_served (net, "key"));
    }
}

/* The field is a uint32: of a longer varint the low 32 bits count (protobuf, "Encoding"). */
static void
test_ttl_of_64_bits (void)
{
  static const guint8 records[][20] = {
    /* 2^63, 2^32, 2^64 - 1 */
    { 0x0a, 1, 'k', 0x12, 1, 'v', 0xc8, 0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
      0x01 },
    { 0x0a, 1, 'k', 0x12, 1, 'v', 0xc8, 0x30, 0x80, 0x80, 0x80, 0x80, 0x90, 0x80, 0x80, 0x80, 0x80,
      0x00 },
    { 0x0a, 1, 'k', 0x12, 1, 'v', 0xc8, 0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0x01 },
  };
  guint n_read = 0;

  g_test_summary ("2^32, 2^63 and 2^64 - 1 on the wire: no error of ours, no life beyond 48 h");
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (KadRecord) record = kad_codec_decode_record (records[i], 18, NULL);
      g_autoptr (Network) net = network_new ();

      if (record == NULL)
        continue;
      n_read++;
      g_assert_true (put (net, record));
      net->now_us += H48;
      g_assert_false (is_served (net, "k"));
    }
  g_assert_cmpuint (n_read, >, 0);
}

static void
test_config_is_clamped (void)
{
  KadEngineConfig config
      = { .mode = KAD_MODE_SERVER, .record_ttl_us = G_MAXINT64, .provider_ttl_us = G_MAXINT64 };
  g_autoptr (Network) net = network_new_with (&config);
  g_autoptr (KadRecord) record = make_record ("key", "value", 0);

  g_test_summary ("nor does a configuration make it longer");
  g_assert_true (put (net, record));
  network_forget (net);
  net->now_us += H48;
  g_assert_false (is_served (net, "key"));
}

static void
test_clock_near_its_end (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadRecord) record = make_record ("key", "value", G_MAXUINT32);
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (KadMessage) provide = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);
  KadPeerId from = make_peer (1);

  g_test_summary ("near the last microsecond nothing wraps: what was put is there, and time that "
                  "goes back is no time");
  net->now_us = G_MAXINT64 - 5;
  g_assert_true (put (net, record));
  kad_message_take_provider (provide, peer_info (1));
  kad_engine_handle_request (net->engine, &from, provide, net->now_us, NULL);
  network_forget (net);
  g_assert_true (is_served (net, "key"));
  kad_engine_advance (net->engine, G_MAXINT64 - 1);
  network_forget (net);
  g_assert_cmpint (kad_engine_next_deadline (net->engine), >=, net->now_us);
  kad_engine_advance (net->engine, 0);
  kad_engine_advance (net->engine, G_MININT64);
  g_assert_true (is_served (net, "key"));
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_forget (net);
}

/* ---- records that are not what they were ---- */

/* What accept-any of the tests refuses: more than 1,024 bytes. */
static void
corrupt (Network *net, const char *key)
{
  KadRecordStore *store = net->engine->config.records;
  g_autofree char *rubbish = g_strnfill (2000, 'x');
  g_autoptr (KadRecord) bad = make_record (key, rubbish, 0);

  g_assert_true (store->klass->put (store, bad, NULL, net->now_us + H48, net->now_us, NULL));
}

static void
test_an_invalid_record_is_not_served (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadRecord) record = make_record ("key", "value", 0);
  KadRecordStore *store = net->engine->config.records;

  g_test_summary ("changed in the store, a record is neither served nor kept");
  g_assert_true (put (net, record));
  g_assert_true (is_served (net, "key"));
  corrupt (net, "key");
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  g_assert_false (is_served (net, "key"));
  g_assert_cmpuint (store->klass->count (store), ==, 0);
}

static void
test_an_invalid_record_is_no_result (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQueryId id;

  g_test_summary ("nor is it a result of our own looking, nor does it keep a valid one out");
  corrupt (net, "key");
  network_add_server (net, 1);
  id = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_GET_RECORD, .key = key });
  network_reply (net, 1, kad_message_new (KAD_MESSAGE_GET_VALUE, key));
  network_advance (net, 60 * SECOND);
  g_assert_null (network_step (net, id, 0));
  g_assert_nonnull (network_last (net, id)->error);

  corrupt (net, "key");
  {
    g_autoptr (KadRecord) good = make_record ("key", "value", 0);

    g_assert_true (put (net, good));
    g_assert_true (is_served (net, "key"));
  }
}

static void
test_an_invalid_record_is_not_stored (void)
{
  g_autoptr (Network) net = network_new ();
  g_autofree char *rubbish = g_strnfill (2000, 'x');
  g_autoptr (KadRecord) bad = make_record ("key", rubbish, 0);
  KadRecordStore *store = net->engine->config.records;

  g_test_summary ("and it does not get in by being put");
  g_assert_false (put (net, bad));
  g_assert_cmpuint (store->klass->count (store), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/ttl-overflow/clamped", test_ttl_is_clamped);
  g_test_add_func ("/security/ttl-overflow/64-bits", test_ttl_of_64_bits);
  g_test_add_func ("/security/ttl-overflow/configuration", test_config_is_clamped);
  g_test_add_func ("/security/ttl-overflow/clock-near-its-end", test_clock_near_its_end);
  g_test_add_func ("/security/go-1285/not-served", test_an_invalid_record_is_not_served);
  g_test_add_func ("/security/go-1285/no-result", test_an_invalid_record_is_no_result);
  g_test_add_func ("/security/go-1285/not-stored", test_an_invalid_record_is_not_stored);
  return g_test_run ();
}
