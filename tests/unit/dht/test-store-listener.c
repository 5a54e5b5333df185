/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever listens to a store knows what is in it, whatever is put, evicted, removed or expires. */
#include <string.h>

#include "kad-random.h"
#include "kad-store.h"
#include "test-peers.h"

#define N_STEPS 20000
#define N_KEYS 200
#define N_PEERS 20

static const KadKey local_key = { { 0x40, 1, 2, 3 } };

typedef struct
{
  GHashTable *held;      /* text of key and peer -> its end */
  GHashTable *addresses; /* text of peer -> end of its addresses */
  guint n_told;
} Mirror;

static void
mirror_init (Mirror *self)
{
  self->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->n_told = 0;
}

static void
mirror_clear (Mirror *self)
{
  g_hash_table_unref (self->held);
  g_hash_table_unref (self->addresses);
}

static void
set (GHashTable *table, char *name, gint64 end_us)
{
  g_hash_table_replace (table, name, g_memdup2 (&end_us, sizeof end_us));
}

static void
assert_same (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer name, end;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &end))
    {
      gint64 *other = g_hash_table_lookup (b, name);

      g_assert_nonnull (other);
      g_assert_cmpint (*(gint64 *) end, ==, *other);
    }
}

static char *
name_of (const guint8 *key, gsize len, const KadPeerId *peer)
{
  g_autofree char *id = peer != NULL ? kad_peer_id_to_string (peer) : g_strdup ("own");
  guint32 number;

  memcpy (&number, key + len - 4, 4);
  return g_strdup_printf ("%u %s", number, id);
}

static GBytes *
make_key (guint32 number)
{
  guint8 bytes[34] = { 0x12, 0x20 };

  memcpy (bytes + 30, &number, sizeof number);
  return g_bytes_new (bytes, sizeof bytes);
}

/* ---- records ---- */

static void
on_put (gpointer user_data, KadRecord *record, const KadPeerId *from, gint64 expires_us)
{
  Mirror *self = user_data;
  gsize len;
  const guint8 *data = g_bytes_get_data (kad_record_get_key (record), &len);

  self->n_told++;
  set (self->held, name_of (data, len, NULL), expires_us);
}

static void
on_record_removed (gpointer user_data, GBytes *key)
{
  Mirror *self = user_data;
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  g_autofree char *name = name_of (data, len, NULL);

  g_assert_true (g_hash_table_remove (self->held, name));
}

static void
test_records (void)
{
  static const KadRecordListener listener = { on_put, on_record_removed };
  const KadStoreLimits limits = { .max_items = 50, .max_per_peer = 30 };
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new_limited (&local_key, &limits);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  Mirror told, seen;
  KadRandom random;
  guint32 cursor = 0;
  gint64 now_us = 0;

  g_test_summary ("What is told of records and what a visit shows is the same");

  kad_random_init (&random, (const guint8[KAD_RANDOM_SEED_BYTES]){ 7 });
  mirror_init (&told);
  mirror_init (&seen);
  store->listener = &listener;
  store->listener_data = &told;
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autoptr (GBytes) key = make_key (kad_random_below (&random, N_KEYS));
      g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);
      KadPeerId from = make_peer (kad_random_below (&random, N_PEERS));
      gboolean is_own = kad_random_below (&random, 5) == 0;

      now_us += kad_random_below (&random, 10);
      if (kad_random_below (&random, 10) == 0)
        store->klass->remove (store, key);
      else
        store->klass->put (store, record, is_own ? NULL : &from,
                           now_us + 1 + kad_random_below (&random, 400), now_us, NULL);
    }
  g_assert_cmpuint (told.n_told, >, N_STEPS / 4);
  while (store->klass->visit (store, &cursor, 7, on_put, &seen))
    ;
  g_assert_cmpuint (g_hash_table_size (seen.held), ==, store->klass->count (store));
  assert_same (told.held, seen.held);
  store->klass->expire (store, KAD_TIME_NEVER - 1);
  g_assert_cmpuint (g_hash_table_size (told.held), ==, 0);
  mirror_clear (&told);
  mirror_clear (&seen);
}

/* ---- providers ---- */

static void
on_added (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer,
          gint64 expires_us)
{
  Mirror *self = user_data;

  self->n_told++;
  set (self->held, name_of (key, len, peer), expires_us);
}

static void
on_removed (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer)
{
  g_autofree char *name = name_of (key, len, peer);

  g_assert_true (g_hash_table_remove (((Mirror *) user_data)->held, name));
}

static void
on_moved (gpointer user_data, KadPeerInfo *info, gint64 expires_us)
{
  Mirror *self = user_data;
  g_autofree char *name = kad_peer_id_to_string (kad_peer_info_get_peer (info));

  if (kad_peer_info_get_n_addresses (info) == 0)
    g_assert_true (g_hash_table_remove (self->addresses, name));
  else
    set (self->addresses, g_steal_pointer (&name), expires_us);
}

static void
on_shown (gpointer user_data, const guint8 *key, gsize len, KadPeerInfo *info, gint64 expires_us,
          gint64 addresses_expire_us)
{
  Mirror *self = user_data;

  on_added (self, key, len, kad_peer_info_get_peer (info), expires_us);
  if (addresses_expire_us != KAD_TIME_NEVER)
    on_moved (self, info, addresses_expire_us);
}

static void
test_providers (void)
{
  static const KadProviderListener listener = { on_added, on_removed, on_moved };
  const KadStoreLimits limits = { .max_items = 100, .max_per_peer = 30 };
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (&local_key, &limits);
  Mirror told, seen;
  KadRandom random;
  guint32 cursor = 0;
  gint64 now_us = 0;

  g_test_summary (
      "What is told of providers and their addresses and what a visit shows is the same");

  kad_random_init (&random, (const guint8[KAD_RANDOM_SEED_BYTES]){ 8 });
  mirror_init (&told);
  mirror_init (&seen);
  store->listener = &listener;
  store->listener_data = &told;
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autoptr (GBytes) key = make_key (kad_random_below (&random, N_KEYS));
      guint32 peer = kad_random_below (&random, N_PEERS);
      g_autoptr (KadPeerInfo) info
          = make_info (peer, kad_random_below (&random, 3) == 0 ? NULL : "/ip4/1.2.3.4/tcp/1");
      KadPeerId id = make_peer (peer);

      /* A step may be hours: addresses expire before their records. */
      now_us += kad_random_below (&random, 200) == 0 ? 20 * KAD_USEC_PER_HOUR : KAD_USEC_PER_SEC;
      if (kad_random_below (&random, 10) == 0)
        g_assert_true (store->klass->has (store, key, &id)
                       == store->klass->remove (store, key, &id));
      else
        store->klass->add (store, key, info,
                           now_us + 1 + kad_random_below (&random, 48) * KAD_USEC_PER_HOUR, now_us,
                           NULL);
    }
  g_assert_cmpuint (told.n_told, >, N_STEPS / 4);
  while (store->klass->visit (store, &cursor, 7, on_shown, &seen))
    ;
  g_assert_cmpuint (g_hash_table_size (seen.held), ==, store->klass->count (store));
  assert_same (told.held, seen.held);
  assert_same (told.addresses, seen.addresses);
  g_assert_cmpuint (g_hash_table_size (told.addresses), >, 0);
  store->klass->expire (store, KAD_TIME_NEVER - 1);
  g_assert_cmpuint (g_hash_table_size (told.held) + g_hash_table_size (told.addresses), ==, 0);
  mirror_clear (&told);
  mirror_clear (&seen);
}

static void
test_restored_addresses (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (KadPeerInfo) nowhere = make_info (1, NULL);
  g_autoptr (KadPeerInfo) there = make_info (1, "/ip4/1.2.3.4/tcp/1");
  g_autoptr (KadPeerInfo) here = make_info (1, "/ip4/5.6.7.8/tcp/1");
  g_autoptr (KadPeerInfo) stranger = make_info (2, "/ip4/1.2.3.4/tcp/1");
  g_autoptr (GBytes) key = make_key (1);
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GPtrArray) later = NULL;

  g_test_summary (
      "Addresses of an earlier life hold until their end, and give way to what was said");

  g_assert_true (
      store->klass->add (store, key, nowhere, 40 * KAD_USEC_PER_HOUR, KAD_USEC_PER_HOUR, NULL));
  g_assert_false (
      store->klass->restore (store, stranger, 2 * KAD_USEC_PER_HOUR, KAD_USEC_PER_HOUR));
  g_assert_false (store->klass->restore (store, there, KAD_USEC_PER_HOUR, KAD_USEC_PER_HOUR));
  g_assert_true (store->klass->restore (store, there, 2 * KAD_USEC_PER_HOUR, KAD_USEC_PER_HOUR));
  infos = store->klass->get (store, key, 1, 2 * KAD_USEC_PER_HOUR - 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (infos->pdata[0]), ==, 1);
  later = store->klass->get (store, key, 1, 2 * KAD_USEC_PER_HOUR);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (later->pdata[0]), ==, 0);

  g_assert_true (
      store->klass->add (store, key, here, 40 * KAD_USEC_PER_HOUR, 3 * KAD_USEC_PER_HOUR, NULL));
  g_assert_true (
      store->klass->restore (store, there, 5 * KAD_USEC_PER_HOUR, 3 * KAD_USEC_PER_HOUR));
  g_clear_pointer (&later, g_ptr_array_unref);
  later = store->klass->get (store, key, 1, 6 * KAD_USEC_PER_HOUR);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (later->pdata[0]), ==, 1);
  g_assert_true (kad_multiaddr_equal (kad_peer_info_get_address (later->pdata[0], 0),
                                      kad_peer_info_get_address (here, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/store-listener/records", test_records);
  g_test_add_func ("/dht/store-listener/providers", test_providers);
  g_test_add_func ("/dht/store-listener/restored-addresses", test_restored_addresses);
  return g_test_run ();
}
