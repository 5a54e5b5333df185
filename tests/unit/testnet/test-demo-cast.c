/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demo-cast.h"

#include "kad-key-text.h"

#define N_NODES 500

static char *
dup_peer (guint64 seed, guint number, guint generation)
{
  g_autoptr (KadPrivateKey) key = kad_demo_cast_new_key (seed, number, generation);

  return kad_peer_id_to_string (kad_public_key_get_peer_id (kad_private_key_get_public_key (key)));
}

static void
test_identities (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_test_summary ("Each place has other identities, and they follow from the seed");

  for (guint number = 0; number < 50; number++)
    for (guint generation = 0; generation < KAD_DEMO_GENERATIONS; generation++)
      {
        g_autofree char *again = dup_peer (1, number, generation);

        g_assert_true (g_hash_table_add (seen, dup_peer (1, number, generation)));
        g_assert_true (g_hash_table_contains (seen, again));
        g_assert_true (g_hash_table_add (seen, dup_peer (2, number, generation)));
      }
}

static void
test_agents (void)
{
  static const char *const families[]
      = { "kubo/", "go-libp2p/", "rust-libp2p/", "js-libp2p/", "kad/" };
  guint counts[G_N_ELEMENTS (families)] = { 0 };

  g_test_summary ("A hundred nodes have every kind of agent, and always the same");

  for (guint number = 0; number < 100; number++)
    {
      const char *agent = kad_demo_cast_get_agent (1, number, 0);

      g_assert_cmpstr (agent, ==, kad_demo_cast_get_agent (1, number, 0));
      for (guint i = 0; i < G_N_ELEMENTS (families); i++)
        counts[i] += g_str_has_prefix (agent, families[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    g_assert_cmpuint (counts[i], >, 2);
}

static void
test_latencies (void)
{
  guint n_near = 0;
  guint n_slow = 0;
  guint n_very_slow = 0;

  g_test_summary ("Most are near, a few are a second away, fewer four, and none is silent");

  for (guint number = 0; number < N_NODES; number++)
    {
      guint latency_ms = kad_demo_cast_get_latency (1, number, 0);

      g_assert_cmpuint (latency_ms, ==, kad_demo_cast_get_latency (1, number, 0));
      g_assert_cmpuint (latency_ms, >, 0);
      g_assert_cmpuint (latency_ms, <, KAD_DEMO_SILENT_MS / 10);
      n_near += latency_ms < 100;
      n_slow += latency_ms >= 400;
      n_very_slow += latency_ms >= 1500;
    }
  g_assert_cmpuint (n_near, >, N_NODES / 2);
  g_assert_cmpuint (n_slow, >, N_NODES / 50);
  g_assert_cmpuint (n_slow, <, N_NODES / 5);
  g_assert_cmpuint (n_very_slow, >, 0);
  for (guint64 seed = 0; seed < 100; seed++)
    g_assert_cmpuint (kad_demo_cast_get_latency (seed, 0, 0), <, 20);
}

static void
test_keys (void)
{
  guint n_records;
  guint n_contents;
  const KadDemoRecord *records = kad_demo_cast_get_records (&n_records);
  const KadDemoContent *contents = kad_demo_cast_get_contents (&n_contents);
  guint most = 0;

  g_test_summary ("All keys can be read, and some content is had by many");

  for (guint i = 0; i < n_records; i++)
    {
      g_autoptr (GBytes) key = kad_key_text_parse (records[i].key, KAD_KEY_USE_RECORD, FALSE, NULL);

      g_assert_nonnull (key);
      g_assert_true (g_utf8_validate (records[i].value, -1, NULL));
    }
  for (guint i = 0; i < n_contents; i++)
    {
      g_autoptr (GBytes) key
          = kad_key_text_parse (contents[i].key, KAD_KEY_USE_PROVIDER, FALSE, NULL);

      g_assert_nonnull (key);
      g_assert_cmpuint (contents[i].percentage, <=, 100);
      most = MAX (most, contents[i].percentage);
    }
  g_assert_cmpuint (n_records, >=, 10);
  g_assert_cmpuint (most, >, 20);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/testnet/demo-cast/identities", test_identities);
  g_test_add_func ("/testnet/demo-cast/agents", test_agents);
  g_test_add_func ("/testnet/demo-cast/latencies", test_latencies);
  g_test_add_func ("/testnet/demo-cast/keys", test_keys);
  return g_test_run ();
}
