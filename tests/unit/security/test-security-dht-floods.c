/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rust-libp2p #5536, CVE-2026-35405, Telcoin #1335, py-libp2p #1425, nim-libp2p #2560: floods of
 * records and provider records. bench-stores runs the same at full size. */
#include "test-network.h"

#include "kad-engine-private.h"

#define HONEST 200
#define HONEST_PEERS 20
#define STORE_ITEMS 20000
#define FLOOD 100000
#define STORE_BYTES (8 * 1024 * 1024)

static KadKey local_key = { { 0x40, 1, 2, 3 } };

static GBytes *
make_key (guint32 n)
{
  guint8 bytes[34] = { 0x12, 0x20 };

  memcpy (bytes + 2, &n, sizeof n);
  return g_bytes_new (bytes, sizeof bytes);
}

static guint
measure_nearness (guint32 key)
{
  g_autoptr (GBytes) bytes = make_key (key);
  KadKey point;

  kad_key_init (&point, g_bytes_get_data (bytes, NULL), 34);
  return kad_key_common_prefix (&local_key, &point);
}

/* Numbers of keys with at least @bits in common with us, from @first on. */
static GArray *
find_near_keys (guint bits, guint n, guint32 first)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = first; keys->len < n; i++)
    {
      if (measure_nearness (i) >= bits)
        g_array_append_val (keys, i);
    }
  return keys;
}

static gboolean
add (KadProviderStore *store, guint32 key, KadPeerInfo *info)
{
  g_autoptr (GBytes) bytes = make_key (key);

  return store->klass->add (store, bytes, info, KAD_PROVIDER_TTL_US, 0, NULL);
}

static guint
count_kept (KadProviderStore *store, GArray *keys)
{
  guint n = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      g_autoptr (GBytes) bytes = make_key (g_array_index (keys, guint32, i));
      g_autoptr (GPtrArray) infos = store->klass->get (store, bytes, 20, 0);

      n += infos->len > 0;
    }
  return n;
}

/* @near_bits: the flood's keys are at least so near to us. */
static void
flood (guint n_ids, guint near_bits)
{
  KadStoreLimits limits = { .max_items = STORE_ITEMS, .max_bytes = STORE_BYTES };
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (&local_key, &limits);
  g_autoptr (GArray) honest = find_near_keys (7, HONEST, 1);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  guint n_added = 0;

  for (guint i = 0; i < HONEST; i++)
    {
      g_autoptr (KadPeerInfo) info = make_info (1 + i % HONEST_PEERS, "/ip4/1.2.3.4/tcp/4001");

      g_assert_true (add (store, g_array_index (honest, guint32, i), info));
    }
  for (guint i = 0; i < n_ids; i++)
    g_ptr_array_add (ids, make_info (1000 + i, "/ip4/9.9.9.9/tcp/4001"));
  for (guint32 key = 10000000; n_added < FLOOD; key++)
    {
      if (near_bits > 0 && measure_nearness (key) < near_bits)
        continue;
      add (store, key, g_ptr_array_index (ids, n_added++ % n_ids));
      g_assert_cmpuint (store->klass->count (store), <=, STORE_ITEMS);
      g_assert_cmpuint (store->klass->get_bytes (store), <=, STORE_BYTES);
    }
  g_assert_cmpuint (count_kept (store, honest) * 100, >=, HONEST * 99);
}

static void
test_flood_of_provider_records (void)
{
  g_test_summary ("100,000 provider records of 1, 10 and 1,000 ids into a store of 20,000: the "
                  "honest keys near us are kept, and the store stays in its bounds");
  flood (1, 0);
  flood (10, 0);
  flood (1000, 0);
}

static void
test_flood_that_comes_near (void)
{
  KadStoreLimits limits = { .max_items = 2000, .max_bytes = STORE_BYTES };
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (&local_key, &limits);
  g_autoptr (GArray) honest = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) near = find_near_keys (4, 6000, 10000000);

  g_test_summary (
      "keys made to be nearer than the honest ones: those who flood lose to each other");
  for (guint32 i = 1; i <= HONEST; i++)
    {
      g_autoptr (KadPeerInfo) info = make_info (1 + i % HONEST_PEERS, NULL);

      g_array_append_val (honest, i);
      g_assert_true (add (store, i, info));
    }
  for (guint i = 0; i < near->len; i++)
    {
      g_autoptr (KadPeerInfo) info = make_info (1000 + i % 10, NULL);

      add (store, g_array_index (near, guint32, i), info);
    }
  g_assert_cmpuint (count_kept (store, honest), ==, HONEST);
}

static void
test_flood_of_records (void)
{
  KadStoreLimits limits = { .max_items = 4000, .max_bytes = 4 * 1024 * 1024 };
  const guint id_counts[] = { 1, 10, 1000 };
  g_autoptr (GArray) honest = find_near_keys (7, HONEST, 1);

  g_test_summary ("the same with value records");
  for (guint i = 0; i < G_N_ELEMENTS (id_counts); i++)
    {
      g_autoptr (KadRecordStore) store = kad_memory_record_store_new_limited (&local_key, &limits);
      g_autoptr (GBytes) value = g_bytes_new_static ("0123456789", 10);
      guint n_kept = 0;

      for (guint32 j = 0; j < HONEST + 20000; j++)
        {
          gboolean is_honest = j < HONEST;
          guint32 number = is_honest ? g_array_index (honest, guint32, j) : 10000000 + j;
          KadPeerId from = make_peer (is_honest ? 1 + j % HONEST_PEERS : 1000 + j % id_counts[i]);
          g_autoptr (GBytes) key = make_key (number);
          g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
          gboolean put = store->klass->put (store, record, &from, KAD_RECORD_TTL_US, 0, NULL);

          g_assert_true (put || !is_honest);
          g_assert_cmpuint (store->klass->count (store), <=, limits.max_items);
          g_assert_cmpuint (store->klass->get_bytes (store), <=, limits.max_bytes);
        }
      for (guint32 j = 0; j < HONEST; j++)
        {
          g_autoptr (GBytes) key = make_key (g_array_index (honest, guint32, j));
          g_autoptr (KadRecord) record = store->klass->get (store, key, 0);

          n_kept += record != NULL;
        }
      g_assert_cmpuint (n_kept * 100, >=, HONEST * 99);
    }
}

/* ---- through the engine ---- */

static KadMessage *
new_add_provider (GBytes *key, guint32 provider)
{
  KadMessage *message = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);

  kad_message_take_provider (message, make_info (provider, "/ip4/1.2.3.4/tcp/4001"));
  return message;
}

static gboolean
provide (Network *net, guint32 from, guint32 provider, GBytes *key, GError **error)
{
  g_autoptr (KadMessage) message = new_add_provider (key, provider);
  g_autoptr (GError) ours = NULL;
  KadPeerId peer = make_peer (from);

  kad_engine_handle_request (net->engine, &peer, message, net->now_us, &ours);
  network_forget (net);
  if (ours == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&ours));
  return FALSE;
}

static void
test_sender_is_the_provider (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = make_key (1);
  g_autoptr (GError) error = NULL;
  KadProviderStore *store = net->engine->config.providers;

  g_test_summary ("whoever names another as provider is refused, and nothing is stored");
  g_assert_false (provide (net, 1, 2, key, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpuint (store->klass->count (store), ==, 0);
  g_assert_true (provide (net, 2, 2, key, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 1);
}

static void
test_keys_are_short (void)
{
  g_autoptr (Network) net = network_new ();
  guint8 bytes[200] = { 0x12, 0x20 };
  const gsize bad[] = { 0, 81, 128, 200 };
  KadProviderStore *store = net->engine->config.providers;

  g_test_summary ("1 to 80 bytes, as go has it");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) key = g_bytes_new (bytes, bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (provide (net, 1, 1, key, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
  g_assert_cmpuint (store->klass->count (store), ==, 0);
  {
    g_autoptr (GBytes) one = g_bytes_new (bytes, 1);
    g_autoptr (GBytes) eighty = g_bytes_new (bytes, 80);

    g_assert_true (provide (net, 1, 1, one, NULL));
    g_assert_true (provide (net, 1, 1, eighty, NULL));
  }
}

static void
test_rate_of_one_peer (void)
{
  KadLimits limits;
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .limits = &limits };
  g_autoptr (Network) net = NULL;
  guint n = 0;

  g_test_summary ("what 16 s allow at once, then so many a second, and nothing for coming anew; "
                  "others are not concerned");
  kad_limits_init (&limits);
  g_assert_true (kad_limits_set (&limits, "provides-per-peer", 10, NULL));
  net = network_new_with (&config);
  for (guint32 i = 0; i < 1000; i++)
    {
      g_autoptr (GBytes) key = make_key (i);

      n += provide (net, 1, 1, key, NULL);
    }
  g_assert_cmpuint (n, ==, 160);
  network_connect (net, 1);
  network_disconnect (net, 1);
  net->now_us += SECOND;
  for (guint32 i = 0; i < 1000; i++)
    {
      g_autoptr (GBytes) key = make_key (2000 + i);

      n += provide (net, 1, 1, key, NULL);
    }
  g_assert_cmpuint (n, ==, 170);
  {
    g_autoptr (GBytes) key = make_key (1);
    g_autoptr (GError) error = NULL;

    g_assert_false (provide (net, 1, 1, key, &error));
    g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
    g_assert_true (provide (net, 2, 2, key, NULL));
  }
}

static void
test_hundred_thousand_from_one_id (void)
{
  KadLimits limits;
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .limits = &limits };
  g_autoptr (Network) net = NULL;
  KadProviderStore *store;
  KadPeerId asker = make_peer (3);

  g_test_summary ("100,000 ADD_PROVIDER of one id: its quota, and honest keys are served");
  kad_limits_init (&limits);
  net = network_new_with (&config);
  store = net->engine->config.providers;
  for (guint32 i = 0; i < 50; i++)
    {
      g_autoptr (GBytes) key = make_key (i);

      g_assert_true (provide (net, 2, 2, key, NULL));
    }
  for (guint32 i = 0; i < FLOOD; i++)
    {
      g_autoptr (GBytes) key = make_key (1000 + i);

      provide (net, 1, 1, key, NULL);
    }
  g_assert_cmpuint (store->klass->count (store), <=, 50 + 65536);
  g_assert_cmpuint (store->klass->get_bytes (store), <=,
                    kad_limits_get (&limits, KAD_LIMIT_PROVIDER_BYTES_PER_PEER) + 64 * 1024);
  for (guint32 i = 0; i < 50; i++)
    {
      g_autoptr (GBytes) key = make_key (i);
      g_autoptr (KadMessage) ask = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
      g_autoptr (KadMessage) reply
          = kad_engine_handle_request (net->engine, &asker, ask, net->now_us, NULL);

      g_assert_cmpuint (kad_message_get_n_providers (reply), ==, 1);
      assert_peer (kad_message_get_provider (reply, 0), 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/rust-5536/provider-records", test_flood_of_provider_records);
  g_test_add_func ("/security/rust-5536/near-keys", test_flood_that_comes_near);
  g_test_add_func ("/security/rust-5536/value-records", test_flood_of_records);
  g_test_add_func ("/security/rust-5536/sender-is-provider", test_sender_is_the_provider);
  g_test_add_func ("/security/rust-5536/key-length", test_keys_are_short);
  g_test_add_func ("/security/rust-5536/rate", test_rate_of_one_peer);
  g_test_add_func ("/security/CVE-2026-35405/one-id", test_hundred_thousand_from_one_id);
  return g_test_run ();
}
