/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim.h"

#include <string.h>

typedef struct
{
  KadKey distance;
  guint node;
} Candidate;

static int
compare (gconstpointer a, gconstpointer b)
{
  return memcmp (((const Candidate *) a)->distance.bytes, ((const Candidate *) b)->distance.bytes,
                 KAD_KEY_BYTES);
}

GArray *
kad_sim_closest (KadSim *self, GBytes *key, guint k, guint except)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (guint));
  const guint8 *data;
  KadKey target;
  gsize len;

  data = g_bytes_get_data (key, &len);
  kad_key_init (&target, data, len);
  for (guint i = 0; i < kad_sim_get_n_nodes (self); i++)
    {
      Candidate candidate = { .node = i };

      if (i == except || !kad_sim_is_alive (self, i)
          || !kad_engine_is_server (kad_sim_get_engine (self, i)))
        continue;
      kad_key_init_from_peer (&candidate.distance, kad_sim_get_id (self, i));
      kad_key_xor (&candidate.distance, &target, &candidate.distance);
      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare);
  for (guint i = 0; i < MIN (k, candidates->len); i++)
    g_array_append_val (nodes, g_array_index (candidates, Candidate, i).node);
  return nodes;
}

gboolean
kad_sim_is_same (KadSim *self, GPtrArray *infos, GArray *nodes)
{
  if (infos == NULL || infos->len != nodes->len)
    return FALSE;
  for (guint i = 0; i < nodes->len; i++)
    {
      if (!kad_peer_id_equal (kad_peer_info_get_peer (g_ptr_array_index (infos, i)),
                              kad_sim_get_id (self, g_array_index (nodes, guint, i))))
        return FALSE;
    }
  return TRUE;
}

gboolean
kad_sim_lookup_is_exact (KadSim *self, guint node, GBytes *key)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  g_autoptr (GPtrArray) steps = kad_sim_query (self, node, &spec);
  g_autoptr (GArray) expected = kad_sim_closest (self, key, KAD_K, node);

  return kad_sim_is_same (self, kad_sim_last_step (steps)->peers, expected);
}

GBytes *
kad_sim_random_key (KadSim *self)
{
  guint8 key[32];

  kad_random_bytes (kad_sim_get_random (self), key, sizeof key);
  return g_bytes_new (key, sizeof key);
}

guint
kad_sim_random_living (KadSim *self)
{
  guint node;

  do
    node = kad_random_below (kad_sim_get_random (self), kad_sim_get_n_nodes (self));
  while (!kad_sim_is_alive (self, node));
  return node;
}

typedef struct
{
  const KadPeerId *local;
  KadKey key;
  GHashTable *seen;
} TableCheck;

static void
check_entry (const KadTableEntry *entry, gpointer user_data)
{
  TableCheck *check = user_data;
  const KadPeerId *peer = kad_peer_info_get_peer (entry->info);
  KadKey key;

  g_assert_false (kad_peer_id_equal (peer, check->local));
  g_assert_true (g_hash_table_add (check->seen, (gpointer) peer));
  kad_key_init_from_peer (&key, peer);
  g_assert_cmpuint (entry->bucket, ==, kad_key_common_prefix (&key, &check->key));
}

void
kad_sim_check_tables (KadSim *self)
{
  for (guint i = 0; i < kad_sim_get_n_nodes (self); i++)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
      TableCheck check = { kad_sim_get_id (self, i), { { 0 } }, seen };
      KadRoutingTable *table;

      if (!kad_sim_is_alive (self, i))
        continue;
      table = kad_engine_get_table (kad_sim_get_engine (self, i));
      kad_key_init_from_peer (&check.key, check.local);
      kad_routing_table_foreach (table, check_entry, &check);
      for (guint bucket = 0; bucket < KAD_KEY_BITS; bucket++)
        g_assert_cmpuint (kad_routing_table_get_bucket_size (table, bucket), <=, KAD_K);
    }
}
