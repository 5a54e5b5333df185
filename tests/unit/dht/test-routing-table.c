/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-routing-table.h"

#include "test-peers.h"

#define LOCAL 1000000

static KadRoutingTable *
make_table (guint k)
{
  KadPeerId local = make_peer (LOCAL);

  return kad_routing_table_new (&local, k);
}

static guint
bucket_of (guint32 n)
{
  KadPeerId local = make_peer (LOCAL), peer = make_peer (n);
  KadKey local_key, key;

  kad_key_init_from_peer (&local_key, &local);
  kad_key_init_from_peer (&key, &peer);
  return kad_key_common_prefix (&local_key, &key);
}

/* The @index-th number whose peer is in bucket 0. */
static guint32
far_peer (guint index)
{
  guint32 n = 0;

  for (;; n++)
    {
      if (bucket_of (n) == 0 && index-- == 0)
        return n;
    }
}

static KadTableVerdict
add (KadRoutingTable *table, guint32 n, const char *address, gint64 now_us, KadPeerId *check)
{
  g_autoptr (KadPeerInfo) info = make_info (n, address);

  return kad_routing_table_add (table, info, now_us, check);
}

static gboolean
has (KadRoutingTable *table, guint32 n)
{
  KadPeerId peer = make_peer (n);

  return kad_routing_table_find (table, &peer) != NULL;
}

static void
seen (KadRoutingTable *table, guint32 n, gint64 now_us)
{
  KadPeerId peer = make_peer (n);

  kad_routing_table_seen (table, &peer, now_us);
}

static gboolean
remove_peer (KadRoutingTable *table, guint32 n, gint64 now_us, KadPeerInfo **promoted)
{
  KadPeerId peer = make_peer (n);

  return kad_routing_table_remove (table, &peer, now_us, promoted);
}

static void
assert_id (const KadPeerId *peer, guint32 n)
{
  KadPeerId expected = make_peer (n);

  g_assert_true (kad_peer_id_equal (peer, &expected));
}

/* A table whose bucket 0 has far_peer (0) .. far_peer (k - 1), seen at 0 .. k - 1. */
static KadRoutingTable *
make_full_table (guint k)
{
  KadRoutingTable *table = make_table (k);

  for (guint i = 0; i < k; i++)
    g_assert_cmpint (add (table, far_peer (i), NULL, i, NULL), ==, KAD_TABLE_ADDED);
  return table;
}

static void
test_a_peer_is_added_and_renewed (void)
{
  g_autoptr (KadRoutingTable) table = make_table (0);
  KadPeerId peer = make_peer (1);
  const KadTableEntry *entry;

  g_test_summary ("Added, then updated: the times, the failures and the addresses follow");

  g_assert_null (kad_routing_table_find (table, &peer));
  g_assert_cmpint (add (table, 1, "/ip4/1.2.3.4/tcp/1", 100, NULL), ==, KAD_TABLE_ADDED);
  g_assert_cmpuint (kad_routing_table_note_failure (table, &peer), ==, 1);
  g_assert_cmpuint (kad_routing_table_note_failure (table, &peer), ==, 2);
  g_assert_cmpuint (kad_routing_table_find (table, &peer)->failures, ==, 2);
  g_assert_cmpint (add (table, 1, "/ip4/1.2.3.4/tcp/2", 200, NULL), ==, KAD_TABLE_UPDATED);

  entry = kad_routing_table_find (table, &peer);
  g_assert_cmpuint (entry->bucket, ==, bucket_of (1));
  g_assert_cmpuint (entry->failures, ==, 0);
  g_assert_cmpint (entry->added_us, ==, 100);
  g_assert_cmpint (entry->last_seen_us, ==, 200);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (entry->info), ==, 1);
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, 1);
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, bucket_of (1)), ==, 1);
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, 255), ==, 0);
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, 256), ==, 0);
}

static void
test_an_update_without_addresses_keeps_the_old (void)
{
  g_autoptr (KadRoutingTable) table = make_table (0);
  KadPeerId peer = make_peer (1);
  g_autoptr (KadPeerInfo) many = make_info (1, NULL);

  g_test_summary ("No addresses replace none, and of many the first eight are kept");

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/1.2.3.4/tcp/%u", i + 1);

      add_address (many, text);
    }
  kad_routing_table_add (table, many, 1, NULL);
  g_assert_cmpint (add (table, 1, NULL, 2, NULL), ==, KAD_TABLE_UPDATED);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (kad_routing_table_find (table, &peer)->info), ==,
                    8);
}

static void
test_the_local_peer_and_no_peer_stay_out (void)
{
  g_autoptr (KadRoutingTable) table = make_table (0);
  KadPeerId none = { 0 };

  g_test_summary ("We are not in our own table; unknown peers change nothing");

  g_assert_cmpint (add (table, LOCAL, NULL, 1, NULL), ==, KAD_TABLE_REFUSED);
  seen (table, 5, 1);
  g_assert_false (remove_peer (table, 5, 1, NULL));
  g_assert_false (remove_peer (table, LOCAL, 1, NULL));
  g_assert_false (kad_routing_table_remove (table, &none, 1, NULL));
  g_assert_null (kad_routing_table_find (table, &none));
  g_assert_cmpuint (kad_routing_table_note_failure (table, &none), ==, 0);
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, 0);
}

static void
test_a_full_bucket_asks_for_the_oldest (void)
{
  g_autoptr (KadRoutingTable) table = make_full_table (3);
  KadPeerId check = { 0 };

  g_test_summary ("A newcomer is pending, and the one seen longest ago is named");

  g_assert_cmpint (add (table, far_peer (3), NULL, 10, &check), ==, KAD_TABLE_PENDING);
  assert_id (&check, far_peer (0));
  seen (table, far_peer (0), 11);
  g_assert_cmpint (add (table, far_peer (3), NULL, 12, &check), ==, KAD_TABLE_PENDING);
  assert_id (&check, far_peer (1));
  g_assert_cmpint (add (table, far_peer (4), NULL, 13, NULL), ==, KAD_TABLE_PENDING);
  g_assert_false (has (table, far_peer (3)));
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, 0), ==, 3);
}

static void
test_a_live_peer_is_never_evicted (void)
{
  g_autoptr (KadRoutingTable) table = make_full_table (3);
  KadPeerId check;

  g_test_summary ("As long as each checked peer answers, a thousand newcomers change nothing");

  for (guint i = 3, n = 0; n < 1000; i++)
    {
      gint64 now_us = (gint64) i * 60000000;

      if (bucket_of (i) != 0)
        continue;
      n++;
      if (has (table, i))
        continue;
      if (add (table, i, NULL, now_us, &check) == KAD_TABLE_PENDING)
        kad_routing_table_seen (table, &check, now_us + 1);
      g_assert_cmpuint (kad_routing_table_get_size (table), ==, 3);
    }
  for (guint i = 0; i < 3; i++)
    g_assert_true (has (table, far_peer (i)));
}

static void
test_the_newcomer_seen_last_takes_the_place (void)
{
  g_autoptr (KadRoutingTable) table = make_full_table (3);
  g_autoptr (KadPeerInfo) promoted = NULL;
  KadPeerInfo *nobody;
  KadPeerId newcomer = make_peer (far_peer (4));

  g_test_summary ("A peer that is gone makes room for the newcomer that was seen last");

  add (table, far_peer (3), NULL, 10, NULL);
  add (table, far_peer (4), NULL, 20, NULL);
  g_assert_true (remove_peer (table, far_peer (1), 30, &promoted));
  assert_peer (promoted, far_peer (4));
  g_assert_cmpint (kad_routing_table_find (table, &newcomer)->last_seen_us, ==, 20);
  g_assert_cmpint (kad_routing_table_find (table, &newcomer)->added_us, ==, 30);

  /* The one that still waits is forgotten as a peer that is not in the table. */
  g_assert_false (remove_peer (table, far_peer (3), 40, NULL));
  g_assert_true (remove_peer (table, far_peer (0), 50, &nobody));
  g_assert_null (nobody);
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, 2);
}

static void
test_a_ninth_newcomer_is_refused (void)
{
  g_autoptr (KadRoutingTable) table = make_full_table (1);
  KadPeerId check = { 0 };

  g_test_summary ("Eight newcomers wait in a bucket, one more is refused");

  for (guint i = 1; i <= KAD_MAX_BUCKET_REPLACEMENTS; i++)
    g_assert_cmpint (add (table, far_peer (i), NULL, i, NULL), ==, KAD_TABLE_PENDING);
  g_assert_cmpint (add (table, far_peer (9), NULL, 10, &check), ==, KAD_TABLE_REFUSED);
  g_assert_false (kad_peer_id_is_set (&check));
  g_assert_cmpint (add (table, far_peer (4), NULL, 11, &check), ==, KAD_TABLE_PENDING);
  assert_id (&check, far_peer (0));
}

static void
test_ip_groups_are_limited (void)
{
  g_autoptr (KadRoutingTable) table = make_table (20);
  KadRandom random;

  g_test_summary ("A thousand ids of one /16 get three seats, a thousand of loopback get theirs");

  kad_random_init_from_number (&random, 31);
  kad_routing_table_set_ip_limits (table, 2, 3, FALSE);
  for (guint32 n = 0; n < 1000; n++)
    {
      g_autofree char *text = g_strdup_printf (
          "/ip4/8.8.%u.%u/tcp/1", kad_random_below (&random, 256), kad_random_below (&random, 256));

      add (table, n, text, n, NULL);
    }
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, 3);
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, 0), <=, 2);

  for (guint32 n = 1000; n < 2000; n++)
    add (table, n, "/ip4/127.0.0.1/tcp/1", n, NULL);
  g_assert_cmpuint (kad_routing_table_get_size (table), >, 80);
}

static void
test_ip_limits_hold_for_updates_and_promotions (void)
{
  g_autoptr (KadRoutingTable) table = make_table (2);
  g_autoptr (KadPeerInfo) promoted = NULL;
  KadPeerId second = make_peer (far_peer (1));

  g_test_summary ("A peer cannot move into a crowded group, nor a newcomer that waits");

  kad_routing_table_set_ip_limits (table, 1, 0, FALSE);
  add (table, far_peer (0), "/ip4/8.8.1.1/tcp/1", 1, NULL);
  add (table, far_peer (1), "/ip4/9.9.1.1/tcp/1", 2, NULL);
  g_assert_cmpint (add (table, far_peer (1), "/ip4/8.8.1.2/tcp/1", 3, NULL), ==, KAD_TABLE_UPDATED);
  {
    g_auto (GStrv) texts
        = kad_peer_info_dup_addresses (kad_routing_table_find (table, &second)->info);
    g_assert_cmpstr (texts[0], ==, "/ip4/9.9.1.1/tcp/1");
  }

  g_assert_cmpint (add (table, far_peer (2), "/ip4/8.8.1.3/tcp/1", 4, NULL), ==, KAD_TABLE_REFUSED);
  g_assert_cmpint (add (table, far_peer (2), "/ip4/7.7.1.1/tcp/1", 5, NULL), ==, KAD_TABLE_PENDING);
  g_assert_cmpint (add (table, far_peer (3), "/ip4/7.7.1.2/tcp/1", 6, NULL), ==, KAD_TABLE_PENDING);
  g_assert_true (remove_peer (table, far_peer (0), 7, &promoted));
  assert_peer (promoted, far_peer (3));
  g_clear_pointer (&promoted, kad_peer_info_unref);

  /* Number 2 waits, but number 3 has the group's seat now. */
  g_assert_true (remove_peer (table, far_peer (1), 8, &promoted));
  g_assert_null (promoted);
  g_assert_true (remove_peer (table, far_peer (3), 9, &promoted));
  assert_peer (promoted, far_peer (2));
}

static void
test_ip_limits_count_who_is_there (void)
{
  g_autoptr (KadRoutingTable) table = make_table (20);

  g_test_summary ("Limits that come late keep everybody, and count them");

  for (guint i = 0; i < 5; i++)
    add (table, far_peer (i), "/ip4/8.8.1.1/tcp/1", i, NULL);
  kad_routing_table_set_ip_limits (table, 2, 3, FALSE);
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, 5);
  g_assert_cmpint (add (table, far_peer (5), "/ip4/8.8.9.9/tcp/1", 9, NULL), ==, KAD_TABLE_REFUSED);
  kad_routing_table_set_ip_limits (table, 0, 0, FALSE);
  g_assert_cmpint (add (table, far_peer (5), "/ip4/8.8.9.9/tcp/1", 9, NULL), ==, KAD_TABLE_ADDED);
}

static void
test_refreshes_are_remembered (void)
{
  g_autoptr (KadRoutingTable) table = make_table (0);

  g_test_summary ("Each bucket has the time of its last refresh, never to begin with");

  g_assert_cmpint (kad_routing_table_get_refreshed (table, 7), ==, G_MININT64);
  kad_routing_table_mark_refreshed (table, 7, 42);
  kad_routing_table_mark_refreshed (table, 256, 42);
  kad_routing_table_mark_refreshed (table, G_MAXUINT, 42);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, 6), ==, G_MININT64);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, 7), ==, 42);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, 8), ==, G_MININT64);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, 256), ==, G_MININT64);
}

static void
collect (const KadTableEntry *entry, gpointer data)
{
  g_array_append_val ((GArray *) data, *entry);
}

static void
test_visits_by_bucket_and_age (void)
{
  g_autoptr (KadRoutingTable) table = make_table (4);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KadTableEntry));

  g_test_summary ("Every entry once, by bucket, and in it the one seen longest ago first");

  for (guint32 n = 0; n < 200; n++)
    add (table, n, NULL, (n * 7919) % 200, NULL);
  for (guint32 n = 0; n < 200; n += 3)
    seen (table, n, 200 + n);
  kad_routing_table_foreach (table, collect, entries);

  g_assert_cmpuint (entries->len, ==, kad_routing_table_get_size (table));
  for (guint i = 1; i < entries->len; i++)
    g_assert_cmpuint (g_array_index (entries, KadTableEntry, i - 1).bucket, <=,
                      g_array_index (entries, KadTableEntry, i).bucket);
}

/* ---- against brute force ---- */

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer target)
{
  return kad_key_compare_distance (target, &((const KadTableEntry *) a)->key,
                                   &((const KadTableEntry *) b)->key);
}

static void
assert_closest (KadRoutingTable *table, KadKey target, guint max)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KadTableEntry));
  KadPeerInfo *infos[64];
  guint n;

  kad_routing_table_foreach (table, collect, entries);
  g_array_sort_with_data (entries, compare_entries, &target);
  n = kad_routing_table_closest (table, &target, max, infos);
  g_assert_cmpuint (n, ==, MIN (max, entries->len));
  for (guint i = 0; i < n; i++)
    g_assert_true (infos[i] == g_array_index (entries, KadTableEntry, i).info);
}

static void
test_closest_equals_brute_force (void)
{
  KadRandom random;

  g_test_summary ("For tables of many sizes, random targets, our own key and every entry's");

  kad_random_init_from_number (&random, 41);
  for (guint size = 0; size <= 400; size = size * 2 + 1)
    {
      g_autoptr (KadRoutingTable) table = make_table (1 + kad_random_below (&random, 40));
      g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KadTableEntry));
      KadPeerId local = make_peer (LOCAL);
      KadKey target;

      for (guint i = 0; i < size; i++)
        add (table, kad_random_below (&random, 100000), NULL, i, NULL);

      for (guint i = 0; i < 30; i++)
        {
          random_key (&random, &target);
          assert_closest (table, target, 20);
          assert_closest (table, target, kad_random_below (&random, 65));
        }
      kad_key_init_from_peer (&target, &local);
      assert_closest (table, target, 20);
      kad_routing_table_foreach (table, collect, entries);
      for (guint i = 0; i < entries->len; i++)
        assert_closest (table, g_array_index (entries, KadTableEntry, i).key, 20);
    }
}

/* ---- against a naive model ---- */

#define N_MODEL_PEERS 120
#define MODEL_K 4

typedef struct
{
  gboolean present;
  gint64 order; /* of being seen */
  guint failures;
} ModelPeer;

static guint
model_bucket_size (const ModelPeer *model, guint bucket)
{
  guint n = 0;

  for (guint32 i = 0; i < N_MODEL_PEERS; i++)
    n += model[i].present && bucket_of (i) == bucket;
  return n;
}

static guint32
model_oldest (const ModelPeer *model, guint bucket)
{
  guint32 oldest = N_MODEL_PEERS;

  for (guint32 i = 0; i < N_MODEL_PEERS; i++)
    {
      if (model[i].present && bucket_of (i) == bucket
          && (oldest == N_MODEL_PEERS || model[i].order < model[oldest].order))
        oldest = i;
    }
  return oldest;
}

static void
model_add (ModelPeer *model, KadRoutingTable *table, guint32 n, gint64 now_us)
{
  KadPeerId check = { 0 };
  KadTableVerdict verdict = add (table, n, NULL, now_us, &check);
  guint in_bucket = model_bucket_size (model, bucket_of (n));

  if (model[n].present)
    g_assert_cmpint (verdict, ==, KAD_TABLE_UPDATED);
  else if (in_bucket < MODEL_K)
    g_assert_cmpint (verdict, ==, KAD_TABLE_ADDED);
  else if (verdict == KAD_TABLE_PENDING)
    assert_id (&check, model_oldest (model, bucket_of (n)));
  else
    g_assert_cmpint (verdict, ==, KAD_TABLE_REFUSED);

  if (verdict == KAD_TABLE_ADDED || verdict == KAD_TABLE_UPDATED)
    model[n] = (ModelPeer){ TRUE, now_us, 0 };
}

static void
model_remove (ModelPeer *model, KadRoutingTable *table, guint32 n, gint64 now_us)
{
  g_autoptr (KadPeerInfo) promoted = NULL;

  g_assert_cmpint (remove_peer (table, n, now_us, &promoted), ==, model[n].present);
  model[n].present = FALSE;
  if (promoted == NULL)
    return;

  for (guint32 i = 0; i < N_MODEL_PEERS; i++)
    {
      KadPeerId peer = make_peer (i);

      if (!kad_peer_id_equal (&peer, kad_peer_info_get_peer (promoted)))
        continue;
      g_assert_false (model[i].present);
      g_assert_cmpuint (bucket_of (i), ==, bucket_of (n));
      model[i] = (ModelPeer){ TRUE, now_us, 0 };
      return;
    }
  g_assert_not_reached ();
}

static void
assert_model (const ModelPeer *model, KadRoutingTable *table)
{
  guint n = 0;

  for (guint32 i = 0; i < N_MODEL_PEERS; i++)
    {
      g_assert_cmpint (has (table, i), ==, model[i].present);
      n += model[i].present;
    }
  g_assert_cmpuint (kad_routing_table_get_size (table), ==, n);
}

static void
test_follows_a_naive_model (void)
{
  g_autoptr (KadRoutingTable) table = make_table (MODEL_K);
  ModelPeer model[N_MODEL_PEERS] = { 0 };
  KadRandom random;

  g_test_summary ("Through seeded random operations the table knows what a plain list knows");

  kad_random_init_from_number (&random, 51);
  for (gint64 step = 1; step <= 4000; step++)
    {
      guint32 n = kad_random_below (&random, N_MODEL_PEERS);
      KadPeerId peer = make_peer (n);

      switch (kad_random_below (&random, 5))
        {
        case 0:
          model_remove (model, table, n, step);
          break;
        case 1:
          seen (table, n, step);
          model[n].order = step;
          model[n].failures = 0;
          break;
        case 2:
          model[n].failures = model[n].present ? model[n].failures + 1 : 0;
          g_assert_cmpuint (kad_routing_table_note_failure (table, &peer), ==, model[n].failures);
          break;
        default:
          model_add (model, table, n, step);
          break;
        }
      if (step % 50 == 0)
        assert_model (model, table);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/dht/routing-table/" name, func)
  ADD ("add", test_a_peer_is_added_and_renewed);
  ADD ("addresses", test_an_update_without_addresses_keeps_the_old);
  ADD ("strangers", test_the_local_peer_and_no_peer_stay_out);
  ADD ("pending", test_a_full_bucket_asks_for_the_oldest);
  ADD ("live-stays", test_a_live_peer_is_never_evicted);
  ADD ("promotion", test_the_newcomer_seen_last_takes_the_place);
  ADD ("refused", test_a_ninth_newcomer_is_refused);
  ADD ("ip-groups", test_ip_groups_are_limited);
  ADD ("ip-changes", test_ip_limits_hold_for_updates_and_promotions);
  ADD ("ip-late", test_ip_limits_count_who_is_there);
  ADD ("refreshed", test_refreshes_are_remembered);
  ADD ("foreach", test_visits_by_bucket_and_age);
  ADD ("closest", test_closest_equals_brute_force);
  ADD ("model", test_follows_a_naive_model);
#undef ADD
  return g_test_run ();
}
