/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The node of the scenes: who it is, whom it knows, what it counted. */
#include <math.h>
#include <string.h>

#include "kad-gui-bucket.h"
#include "kad-gui-test-scene.h"
#include "kad-peer-id.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)

static const char *const agents[] = {
  "kubo/0.29.0/3f0947b",
  "go-libp2p/0.36.2",
  "rust-libp2p/0.53.2",
  "js-libp2p/1.9.0",
  "kad/1.0.0",
  "kubo/0.32.1/",
  "go-ipfs/0.8.0/48f94e2/dk",
  "storm",
  "",
};

void
kad_gui_test_set (gpointer item, const char *format, ...)
{
  g_autoptr (GVariant) members = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  members = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_assert_no_error (error);
  kad_gui_item_apply (item, members);
}

/* ---- peers ---- */

static void
init_peer (KadPeerId *id, guint number)
{
  static const guint8 prefix[] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
  guint8 bytes[sizeof prefix + 32];
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = 32;

  memcpy (bytes, prefix, sizeof prefix);
  g_checksum_update (sum, (const guint8 *) &(guint32){ GUINT32_TO_BE (number) }, 4);
  g_checksum_get_digest (sum, bytes + sizeof prefix, &len);
  g_assert_true (kad_peer_id_init_from_bytes (id, bytes, sizeof bytes, NULL));
}

char *
kad_gui_test_dup_peer (guint number)
{
  KadPeerId id;

  init_peer (&id, number);
  return kad_peer_id_to_string (&id);
}

static char *
dup_address (guint number, gboolean with_quic)
{
  static const char *const nets[] = { "192.0.2", "198.51.100", "203.0.113" };

  if (number % 11 == 7)
    return g_strdup_printf ("/ip6/2001:db8::%x/tcp/4001", number);
  return g_strdup_printf ("/ip4/%s.%u/%s", nets[number % 3], 1 + number % 254,
                          with_quic ? "udp/4001/quic-v1" : "tcp/4001");
}

static gint64
get_rtt (guint number)
{
  /* Most are within 20 to 220 ms, some take long. */
  return number % 17 == 3 ? 900000 + number * 1300 : 18000 + (gint64) (number * 7919 % 200000);
}

static void
add_row (GVariantBuilder *rows, guint number, guint bucket, guint seat)
{
  g_autofree char *peer = kad_gui_test_dup_peer (number);
  g_autofree char *tcp = dup_address (number, FALSE);
  g_autofree char *quic = dup_address (number, TRUE);
  const char *const addresses[] = { tcp, quic, NULL };
  gint64 age_us = seat % 40 == 9 ? 2 * SECOND : (1 + number % 300) * MINUTE;
  guint flags = (seat % 9 == 0 ? 1 : 0) | (seat % 13 == 5 ? 2 : 0) | (seat % 19 == 7 ? 4 : 0)
                | (seat == 0 ? 8 : 0);

  g_variant_builder_add (rows, "(suttts^asu)", peer, bucket, (guint64) get_rtt (number),
                         (guint64) (KAD_GUI_TEST_NOW_US - (number % 600) * SECOND),
                         (guint64) (KAD_GUI_TEST_NOW_US - age_us),
                         agents[number % G_N_ELEMENTS (agents)], addresses, flags);
}

static guint
find_bucket (const KadKey *self, guint number)
{
  KadPeerId id;
  KadKey key;

  init_peer (&id, number);
  kad_key_init_from_peer (&key, &id);
  return kad_key_common_prefix (self, &key);
}

/* As tables are: the nearer the emptier. */
static guint
get_seats (guint bucket)
{
  static const guint near[] = { 14, 9, 5, 2, 1 };

  if (bucket < 5)
    return 20;
  return bucket < 5 + G_N_ELEMENTS (near) ? near[bucket - 5] : 0;
}

static void
add_connections (KadGuiStore *store, guint n)
{
  static const char *const reasons[] = { "listener", "query", "dial" };
  KadGuiPeerList *peers = kad_gui_store_get_peers (store);
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (G_LIST_MODEL (peers), i);
      gboolean inbound = i % 27 == 0;

      if (!peer->connected)
        continue;
      g_variant_builder_add_parsed (
          &rows,
          "{'peer': <%s>, 'address': <%s>, 'direction': <%s>, 'security': <%s>, 'muxer': <%s>, "
          "'streams': <%u>, 'age_us': <%x>, 'reason': <%s>}",
          peer->id, peer->addresses[i % 2], inbound ? "inbound" : "outbound",
          i % 2 == 0 ? "/noise" : "/tls/1.0.0", "/yamux/1.0.0", i % 4,
          (gint64) (5 + i) * 13 * SECOND, inbound ? reasons[0] : reasons[1 + i % 2]);
    }
  {
    g_autoptr (GVariant) connections = g_variant_ref_sink (g_variant_builder_end (&rows));

    kad_gui_peer_list_reset_connections (peers, connections, kad_gui_store_get_now_us (store));
  }
}

static void
fill_buckets (KadGuiStore *store)
{
  GListModel *buckets = kad_gui_store_get_buckets (store);
  GVariantBuilder rows;
  g_autoptr (GVariant) all = NULL;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a(uuuuxx)"));
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (buckets, i);

      if (bucket->size > 0)
        g_variant_builder_add (&rows, "(uuuuxx)", i, bucket->size,
                               bucket->size == 20 ? 6 - i % 6 : 0, bucket->connected,
                               KAD_GUI_TEST_NOW_US - (i + 1) * 2 * MINUTE,
                               KAD_GUI_TEST_NOW_US - (i + 1) * 17 * SECOND);
    }
  all = g_variant_ref_sink (g_variant_builder_end (&rows));
  kad_gui_store_apply_buckets (store, all);
}

void
kad_gui_test_fill_peers (KadGuiStore *store, guint n_peers)
{
  guint seats[KAD_KEY_BITS] = { 0 };
  GVariantBuilder rows;
  g_autoptr (GVariant) all = NULL;
  KadKey self;
  guint n = 0, number = 0;

  g_assert_true (kad_gui_store_get_self_key (store, &self));
  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a(sutttsasu)"));
  while (n < MIN (n_peers, 131))
    {
      guint bucket = find_bucket (&self, ++number);

      if (seats[bucket] >= get_seats (bucket))
        continue;
      add_row (&rows, number, bucket, n++);
      seats[bucket]++;
    }
  for (guint bucket = 0; n < n_peers && bucket < KAD_KEY_BITS; bucket++)
    for (; n < n_peers && seats[bucket] < 20; seats[bucket]++)
      add_row (&rows, ++number, bucket, n++);
  all = g_variant_ref_sink (g_variant_builder_end (&rows));
  kad_gui_peer_list_reset_table (kad_gui_store_get_peers (store), all,
                                 kad_gui_store_get_now_us (store));
  add_connections (store, n);
  kad_gui_store_table_changed (store);
  fill_buckets (store);
  kad_gui_store_table_changed (store);
}

/* ---- status ---- */

void
kad_gui_test_fill_status (KadGuiStore *store, KadGuiTestScene scene)
{
  KadGuiStatus *status = kad_gui_store_get_status (store);
  g_autofree char *peer = kad_gui_test_dup_peer (0);

  kad_gui_test_set (status,
                    "{'peer_id': <'%s'>, 'mode': <'auto'>, 'network': <'public'>, "
                    "'version': <'1.0.0'>, 'features': <['play', 'health', 'series', 'run']>}",
                    peer);
  if (scene == KAD_GUI_TEST_STOPPED)
    kad_gui_test_set (status, "{'state': <'stopped'>, 'reachability': <'unknown'>}");
  else
    kad_gui_test_set (
        status,
        "{'listen_addresses': <['/ip4/192.0.2.17/tcp/4001/p2p/%s', "
        "'/ip4/192.0.2.17/udp/4001/quic-v1/p2p/%s', '/ip6/2001:db8::17/tcp/4001/p2p/%s']>}",
        peer, peer, peer);
  if (scene == KAD_GUI_TEST_EMPTY)
    kad_gui_test_set (status, "{'state': <'offline'>, 'reachability': <'unknown'>, "
                              "'reachability_why': <'no-inbound'>}");
  if (scene == KAD_GUI_TEST_FULL)
    kad_gui_test_set (status,
                      "{'state': <'online'>, 'reachability': <'private'>, "
                      "'reachability_why': <'behind-router'>, "
                      "'observed_addresses': <['/ip4/203.0.113.9/tcp/53127']>, "
                      "'peer_count': <15>, 'table_size': <131>, 'network_size': <7420>, "
                      "'network_size_error': <381.5>, 'network_size_samples': <23>, "
                      "'network_size_when': <int64 %" G_GINT64_FORMAT ">}",
                      KAD_GUI_TEST_NOW_US - 4 * MINUTE);
  kad_gui_store_status_changed (store);
}

/* ---- figures ---- */

typedef double (*Wave) (gint64 second);

static double
wave_peers (gint64 second)
{
  return 14 + floor (6 * sin ((double) second / 210)) + (double) (second * 7 % 3);
}

static double
wave_table (gint64 second)
{
  return MIN (131, floor (131 * (1 - exp (-(double) (3600 - second) / 500))));
}

static double
wave_queries (gint64 second)
{
  return second % 90 < 12 ? 3 : second % 41 < 9 ? 1 : 0;
}

static double
wave_in (gint64 second)
{
  return 5200 + 4100 * sin ((double) second / 37) + (double) (second * 7919 % 2300);
}

static double
wave_out (gint64 second)
{
  return 3100 + 2000 * sin ((double) second / 53) + (double) (second * 104729 % 1700);
}

static double
wave_requests_in (gint64 second)
{
  return 1.5 + 1.2 * sin ((double) second / 61) + (double) (second * 31 % 5) / 8;
}

static double
wave_requests_out (gint64 second)
{
  return 3.4 + 2.6 * sin ((double) second / 29) + (double) (second * 17 % 7) / 8;
}

static double
wave_size (gint64 second)
{
  return 7420 + 12.0 * (double) (second / 120) * sin ((double) (second / 120));
}

static void
fill_series (KadGuiStore *store, const char *name, Wave wave, gint64 begin, gint64 step)
{
  GVariantBuilder points;
  g_autoptr (GVariant) all = NULL;

  g_variant_builder_init (&points, G_VARIANT_TYPE ("a(xd)"));
  for (gint64 second = begin; second >= 0; second -= second > 600 ? MAX (step, 10) : step)
    /* For a while nobody took any. */
    if (second < 200 || second > 240)
      g_variant_builder_add (&points, "(xd)", KAD_GUI_TEST_NOW_US - second * SECOND, wave (second));
  all = g_variant_ref_sink (g_variant_builder_end (&points));
  kad_gui_series_reset (kad_gui_store_get_series (store, name), all);
}

/* As show-stats has it. */
static const char stats[]
    = "{'uptime_us': <int64 8130000000>,"
      "'node': <{'agent': <'kad/1.0.0'>, 'protocol': <'/ipfs/kad/1.0.0'>, 'mode': <'auto'>, "
      "'server': <false>, 'accept_any': <false>, 'data': <'/var/lib/kad'>}>,"
      "'now': <{'peers': <uint32 15>, 'connections_inbound': <uint32 1>, "
      "'connections_outbound': <uint32 14>, 'connections_half_open': <uint32 2>, "
      "'streams': <uint32 21>, 'held_bytes': <uint64 1843200>, 'table': <uint32 131>, "
      "'known_peers': <uint32 412>, 'queries': <uint32 3>, 'commands': <uint32 2>, "
      "'records': <uint32 5>, 'records_bytes': <uint64 4210>, 'providers': <uint32 7>, "
      "'providers_bytes': <uint64 1120>, 'publications': <uint32 6>, 'answer_us': <int64 96000>}>,"
      "'connections': <{'inbound': <{'opened': <uint64 12>, 'closed': <uint64 11>, "
      "'refused': <uint64 0>, 'failed': <uint64 3>}>, 'outbound': <{'opened': <uint64 1310>, "
      "'closed': <uint64 1296>, 'refused': <uint64 0>, 'failed': <uint64 402>}>}>,"
      "'dials': <{'tcp': <{'ok': <uint64 812>, 'failed': <uint64 311>}>, "
      "'quic-v1': <{'ok': <uint64 478>, 'failed': <uint64 82>}>, "
      "'ws': <{'ok': <uint64 20>, 'failed': <uint64 9>}>, "
      "'other': <{'ok': <uint64 0>, 'failed': <uint64 0>}>}>,"
      "'traffic': <{'in_bytes': <uint64 48210334>, 'out_bytes': <uint64 21893410>, "
      "'streams_in': <uint64 211>, 'streams_out': <uint64 9120>, 'streams_refused': <uint64 0>}>,"
      "'requests': <{'served': <{'find-node': <{'ok': <uint64 180>, 'failed': <uint64 2>}>, "
      "'get-value': <{'ok': <uint64 12>, 'failed': <uint64 0>}>, "
      "'put-value': <{'ok': <uint64 5>, 'failed': <uint64 1>}>, "
      "'get-providers': <{'ok': <uint64 33>, 'failed': <uint64 0>}>, "
      "'add-provider': <{'ok': <uint64 7>, 'failed': <uint64 0>}>, "
      "'ping': <{'ok': <uint64 4>, 'failed': <uint64 0>}>}>, "
      "'asked': <{'find-node': <{'ok': <uint64 5120>, 'failed': <uint64 604>}>, "
      "'get-value': <{'ok': <uint64 310>, 'failed': <uint64 41>}>, "
      "'put-value': <{'ok': <uint64 62>, 'failed': <uint64 9>}>, "
      "'get-providers': <{'ok': <uint64 1490>, 'failed': <uint64 133>}>, "
      "'add-provider': <{'ok': <uint64 118>, 'failed': <uint64 14>}>, "
      "'ping': <{'ok': <uint64 88>, 'failed': <uint64 6>}>}>}>,"
      "'records': <{'stored': <uint64 5>, 'refused': <uint64 1>, 'expired': <uint64 0>}>,"
      "'providers': <{'stored': <uint64 7>, 'refused': <uint64 0>, 'expired': <uint64 2>}>,"
      "'publications': <{'run': <uint64 14>, 'failed': <uint64 2>}>,"
      "'rtt': <{'count': <uint64 15>, 'mean_us': <int64 141000>, 'p50_us': <int64 96000>, "
      "'p95_us': <int64 910000>, 'min_us': <int64 18000>, 'max_us': <int64 1010000>}>,"
      "'network_size': <{'estimate': <7420.0>, 'std_error': <381.5>, 'samples': <uint32 23>, "
      "'when_us': <int64 1795262160000000>}>,"
      "'operations': <["
      "{'command': <'bootstrap'>, 'count': <uint64 3>, 'failures': <uint64 0>, "
      "'cancelled': <uint64 0>, 'mean_us': <int64 2210000>, 'p50_us': <int64 2100000>, "
      "'p95_us': <int64 2900000>, 'min_us': <int64 1900000>, 'max_us': <int64 2900000>},"
      "{'command': <'get-providers'>, 'count': <uint64 18>, 'failures': <uint64 1>, "
      "'cancelled': <uint64 2>, 'mean_us': <int64 1180000>, 'p50_us': <int64 820000>, "
      "'p95_us': <int64 4100000>, 'min_us': <int64 160000>, 'max_us': <int64 4130000>},"
      "{'command': <'get-record'>, 'count': <uint64 41>, 'failures': <uint64 3>, "
      "'cancelled': <uint64 0>, 'mean_us': <int64 640000>, 'p50_us': <int64 410000>, "
      "'p95_us': <int64 1900000>, 'min_us': <int64 88000>, 'max_us': <int64 2800000>},"
      "{'command': <'ping-peer'>, 'count': <uint64 9>, 'failures': <uint64 1>, "
      "'cancelled': <uint64 0>, 'mean_us': <int64 52000>, 'p50_us': <int64 42000>, "
      "'p95_us': <int64 96000>, 'min_us': <int64 21000>, 'max_us': <int64 96000>}]>}";

void
kad_gui_test_fill_stats (KadGuiStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) all = g_variant_parse (G_VARIANT_TYPE_VARDICT, stats, NULL, NULL, &error);

  g_assert_no_error (error);
  kad_gui_store_set_stats (store, all);
  fill_series (store, "peers", wave_peers, 3600, 1);
  fill_series (store, "table", wave_table, 3600, 1);
  fill_series (store, "queries", wave_queries, 3600, 1);
  fill_series (store, "bytes_in", wave_in, 3600, 1);
  fill_series (store, "bytes_out", wave_out, 3600, 1);
  fill_series (store, "requests_in", wave_requests_in, 3600, 1);
  fill_series (store, "requests_out", wave_requests_out, 3600, 1);
  fill_series (store, "network_size", wave_size, 3600, 10);
}
