/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-store.h"

#include <string.h>

#include "kad-error.h"
#include "test-peers.h"

#define H1 G_GINT64_CONSTANT (3600000000)
#define H24 (24 * H1)
#define H48 (48 * H1)
#define ADDRESS "/ip4/1.2.3.4/tcp/1"

static const KadKey local_key = { { 0x40, 1, 2, 3 } };

static GBytes *
make_key (guint32 n)
{
  guint8 bytes[34] = { 0x12, 0x20 };

  memcpy (bytes + 2, &n, sizeof n);
  return g_bytes_new (bytes, sizeof bytes);
}

static gboolean
add (KadProviderStore *store, guint32 key_number, guint32 peer, gint64 expires_us, gint64 now_us,
     GError **error)
{
  g_autoptr (GBytes) key = make_key (key_number);
  g_autoptr (KadPeerInfo) info = make_info (peer, ADDRESS);

  return store->klass->add (store, key, info, expires_us, now_us, error);
}

static GPtrArray *
get (KadProviderStore *store, guint32 key_number, guint max, gint64 now_us)
{
  g_autoptr (GBytes) key = make_key (key_number);

  return store->klass->get (store, key, max, now_us);
}

static gboolean
has (KadProviderStore *store, guint32 key_number, guint32 peer, gint64 now_us)
{
  g_autoptr (GPtrArray) infos = get (store, key_number, G_MAXUINT, now_us);
  KadPeerId expected = make_peer (peer);

  for (guint i = 0; i < infos->len; i++)
    {
      if (kad_peer_id_equal (kad_peer_info_get_peer (infos->pdata[i]), &expected))
        return TRUE;
    }
  return FALSE;
}

static void
get_point (guint32 key_number, KadKey *point)
{
  g_autoptr (GBytes) key = make_key (key_number);

  kad_key_init (point, g_bytes_get_data (key, NULL), 34);
}

static int
compare_nearness (gconstpointer a, gconstpointer b)
{
  KadKey point_a, point_b;

  get_point (*(const guint32 *) a, &point_a);
  get_point (*(const guint32 *) b, &point_b);
  return kad_key_compare_distance (&local_key, &point_a, &point_b);
}

/* Numbers from 0, the one whose key is nearest to us first. */
static GArray *
make_numbers_by_nearness (guint n)
{
  GArray *numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);

  for (guint32 i = 0; i < n; i++)
    g_array_append_val (numbers, i);
  g_array_sort (numbers, compare_nearness);
  return numbers;
}

#define NTH(numbers, index) g_array_index (numbers, guint32, index)

static void
test_providers_are_given_the_latest_first (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) some = NULL;
  g_autoptr (GPtrArray) none = NULL;

  g_test_summary ("By when their records end, the last one first, at most as many as asked");

  add (store, 1, 10, 1000, 0, NULL);
  add (store, 1, 11, 3000, 0, NULL);
  add (store, 1, 12, 2000, 0, NULL);
  all = get (store, 1, 20, 1);
  g_assert_cmpuint (all->len, ==, 3);
  assert_peer (all->pdata[0], 11);
  assert_peer (all->pdata[1], 12);
  assert_peer (all->pdata[2], 10);
  some = get (store, 1, 2, 1);
  g_assert_cmpuint (some->len, ==, 2);
  assert_peer (some->pdata[0], 11);
  none = get (store, 2, 20, 1);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (store->klass->count (store), ==, 3);
}

static void
test_a_record_ends_at_its_deadline (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);

  g_test_summary ("At the deadline it is gone, a microsecond before it is there");

  g_assert_cmpint (store->klass->next_deadline (store), ==, KAD_TIME_NEVER);
  add (store, 1, 10, 1000, 0, NULL);
  add (store, 1, 11, 2000, 0, NULL);
  g_assert_cmpint (store->klass->next_deadline (store), ==, 1000);
  store->klass->expire (store, 999);
  g_assert_cmpuint (store->klass->count (store), ==, 2);
  g_assert_true (has (store, 1, 10, 999));
  g_assert_false (has (store, 1, 10, 1000));
  g_assert_true (has (store, 1, 11, 1999));
  store->klass->expire (store, 2000);
  g_assert_cmpuint (store->klass->count (store), ==, 0);
  g_assert_cmpint (store->klass->next_deadline (store), ==, KAD_TIME_NEVER);
}

static void
test_renewing_moves_the_deadline (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GPtrArray) infos = NULL;

  g_test_summary ("The same peer again is one record with the new deadline, and its place");

  add (store, 1, 10, 1000, 0, NULL);
  add (store, 1, 11, 2000, 0, NULL);
  add (store, 1, 10, 3000, 0, NULL);
  g_assert_cmpuint (store->klass->count (store), ==, 2);
  g_assert_cmpint (store->klass->next_deadline (store), ==, 2000);
  add (store, 1, 11, 1500, 0, NULL);
  g_assert_cmpint (store->klass->next_deadline (store), ==, 1500);
  infos = get (store, 1, 5, 10);
  assert_peer (infos->pdata[0], 10);
  assert_peer (infos->pdata[1], 11);
}

static void
test_addresses_end_before_the_record (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  g_test_summary ("After 24 h a provider is given without addresses, after 48 h not at all");

  g_assert_true (add (store, 1, 10, H48, 0, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, H24);
  before = get (store, 1, 1, H24 - 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (before->pdata[0]), ==, 1);
  after = get (store, 1, 1, H24);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (after->pdata[0]), ==, 0);
  assert_peer (after->pdata[0], 10);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (before->pdata[0]), ==, 1);
  g_assert_cmpint (store->klass->next_deadline (store), ==, H48);
  g_assert_false (has (store, 1, 10, H48));
}

static void
test_addresses_are_renewed_by_any_record (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GPtrArray) infos = NULL;

  g_test_summary ("A peer that provides another key renews its addresses for all of them");

  add (store, 1, 10, H48, 0, NULL);
  add (store, 2, 10, H48, H1, NULL);
  infos = get (store, 1, 1, H24);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (infos->pdata[0]), ==, 1);
}

static void
test_renewing_renews_the_addresses (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  g_test_summary ("The same record again after 22 h has addresses until 46 h");

  add (store, 1, 10, H48, 0, NULL);
  add (store, 1, 10, 22 * H1 + H48, 22 * H1, NULL);
  before = get (store, 1, 1, 46 * H1 - 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (before->pdata[0]), ==, 1);
  after = get (store, 1, 1, 46 * H1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (after->pdata[0]), ==, 0);
}

static void
test_times_are_clamped (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GError) error = NULL;

  g_test_summary ("No more than 48 h whatever was asked; the end of the clock does not wrap");

  add (store, 1, 10, G_MAXINT64, 1000, NULL);
  g_assert_true (has (store, 1, 10, 1000 + H48 - 1));
  g_assert_false (has (store, 1, 10, 1000 + H48));
  g_assert_false (add (store, 1, 10, 1000, 1000, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
  g_assert_false (add (store, 1, 10, G_MININT64, 1000, NULL));

  g_assert_true (add (store, 2, 10, G_MAXINT64, G_MAXINT64 - 5, NULL));
  g_assert_true (has (store, 2, 10, G_MAXINT64 - 1));
  g_assert_false (has (store, 2, 10, G_MAXINT64));
}

static void
test_keys_are_1_to_80_bytes (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (KadPeerInfo) info = make_info (1, NULL);
  const guint8 zeros[81] = { 0 };

  g_test_summary ("Any bytes are a key, but no none and no more than eighty");

  for (gsize len = 0; len <= 81; len++)
    {
      g_autoptr (GBytes) key = g_bytes_new (zeros, len);
      g_autoptr (GError) error = NULL;

      if (store->klass->add (store, key, info, 10, 0, &error))
        g_assert_true (len >= 1 && len <= 80);
      else
        g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
  g_assert_cmpuint (store->klass->count (store), ==, 80);
}

static void
test_removing_takes_one_provider (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GBytes) key = make_key (1);
  g_autoptr (GBytes) other = make_key (2);
  KadPeerId peer = make_peer (10), stranger = make_peer (12);

  g_test_summary ("Only the named peer of the named key goes");

  add (store, 1, 10, 1000, 0, NULL);
  add (store, 1, 11, 1000, 0, NULL);
  g_assert_false (store->klass->remove (store, other, &peer));
  g_assert_false (store->klass->remove (store, key, &stranger));
  g_assert_true (store->klass->remove (store, key, &peer));
  g_assert_false (store->klass->remove (store, key, &peer));
  g_assert_false (has (store, 1, 10, 0));
  g_assert_true (has (store, 1, 11, 0));
}

static void
test_a_full_key_keeps_who_renews (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  g_autoptr (GError) error = NULL;
  gint64 now_us = 0;

  g_test_summary (
      "A flood of ids moves no provider of a full key that renewed within half its time");

  for (guint32 n = 0; n < KAD_MAX_PROVIDERS_PER_KEY; n++)
    g_assert_true (add (store, 1, n, H48, 0, NULL));
  for (guint32 n = 1000; n < 2000; n++)
    g_assert_false (add (store, 1, n, H48, 0, NULL));

  /* Number 7 went away; all others renew after 22 h. */
  now_us = 22 * H1;
  for (guint32 n = 0; n < KAD_MAX_PROVIDERS_PER_KEY; n++)
    {
      if (n != 7)
        g_assert_true (add (store, 1, n, now_us + H48, now_us, NULL));
    }
  g_assert_false (add (store, 1, 1000, H24 + H48, H24, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_true (add (store, 1, 1000, H24 + H48 + 2, H24 + 2, NULL));
  g_assert_false (has (store, 1, 7, H24 + 2));
  g_assert_false (add (store, 1, 1001, H24 + H48 + 2, H24 + 2, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, KAD_MAX_PROVIDERS_PER_KEY);
  g_assert_true (add (store, 1, 8, H24 + H48 + 3, H24 + 3, NULL));
}

static void
test_a_peer_has_a_quota (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (
      &local_key, &(KadStoreLimits){ .max_per_peer = 100 });
  g_autoptr (GError) error = NULL;

  g_test_summary ("A hundred keys of one peer, no more; others and renewals are not touched");

  for (guint32 n = 0; n < 100; n++)
    g_assert_true (add (store, n, 10, 1000, 0, NULL));
  g_assert_false (add (store, 100, 10, 1000, 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_true (add (store, 55, 10, 2000, 0, NULL));
  g_assert_true (add (store, 100, 11, 1000, 0, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 101);

  /* 99 expire: there is room again. */
  g_assert_true (add (store, 100, 10, 2000, 1000, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 2);
}

static void
test_the_nearest_keys_are_kept_when_it_is_full (void)
{
  g_autoptr (KadProviderStore) store
      = kad_memory_provider_store_new_limited (&local_key, &(KadStoreLimits){ .max_items = 50 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (1000);

  g_test_summary ("Of a thousand keys in any order the fifty nearest to us stay, and are renewed");

  for (guint32 n = 0; n < 1000; n++)
    {
      g_autoptr (GError) error = NULL;

      if (!add (store, n, n % 3, 1000, 0, &error))
        g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
    }
  g_assert_cmpuint (store->klass->count (store), ==, 50);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (has (store, NTH (numbers, i), NTH (numbers, i) % 3, 1), ==, i < 50);

  g_assert_true (add (store, NTH (numbers, 49), NTH (numbers, 49) % 3, 2000, 0, NULL));
  g_assert_false (add (store, NTH (numbers, 49), 77, 2000, 0, NULL));
  g_assert_true (add (store, NTH (numbers, 48), 77, 2000, 0, NULL));
  g_assert_false (has (store, NTH (numbers, 49), NTH (numbers, 49) % 3, 1));
}

static void
test_a_peer_can_push_out_its_own_last_record (void)
{
  g_autoptr (KadProviderStore) store
      = kad_memory_provider_store_new_limited (&local_key, &(KadStoreLimits){ .max_items = 1 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (2);
  g_autoptr (GPtrArray) infos = NULL;

  g_test_summary ("Though with it, for a moment, the peer itself is gone");

  g_assert_true (add (store, NTH (numbers, 1), 10, 1000, 0, NULL));
  g_assert_true (add (store, NTH (numbers, 0), 10, 1000, 0, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  infos = get (store, NTH (numbers, 0), 1, 1);
  assert_peer (infos->pdata[0], 10);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (infos->pdata[0]), ==, 1);
}

/* ---- against a naive model ---- */

#define N_MODEL_KEYS 12
#define N_MODEL_PEERS 12

static gint64
model_next (gint64 model[N_MODEL_KEYS][N_MODEL_PEERS])
{
  gint64 next = KAD_TIME_NEVER;

  for (guint key = 0; key < N_MODEL_KEYS; key++)
    {
      for (guint peer = 0; peer < N_MODEL_PEERS; peer++)
        {
          if (model[key][peer] != 0)
            next = MIN (next, model[key][peer]);
        }
    }
  return next;
}

static guint
model_expire (gint64 model[N_MODEL_KEYS][N_MODEL_PEERS], gint64 now_us)
{
  guint left = 0;

  for (guint key = 0; key < N_MODEL_KEYS; key++)
    {
      for (guint peer = 0; peer < N_MODEL_PEERS; peer++)
        {
          if (model[key][peer] <= now_us)
            model[key][peer] = 0;
          left += model[key][peer] != 0;
        }
    }
  return left;
}

static void
test_follows_a_naive_model (void)
{
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new (&local_key);
  gint64 model[N_MODEL_KEYS][N_MODEL_PEERS] = { 0 };
  gint64 now_us = 1;
  KadRandom random;

  g_test_summary ("Through seeded random operations the store knows what a matrix knows");

  kad_random_init_from_number (&random, 71);
  for (guint step = 0; step < 5000; step++)
    {
      guint32 key = kad_random_below (&random, N_MODEL_KEYS);
      guint32 peer = kad_random_below (&random, N_MODEL_PEERS);
      g_autoptr (GBytes) bytes = make_key (key);
      KadPeerId id = make_peer (peer);

      now_us += kad_random_below (&random, 5);
      store->klass->expire (store, now_us);
      g_assert_cmpuint (store->klass->count (store), ==, model_expire (model, now_us));
      if (kad_random_below (&random, 4) == 0)
        {
          g_assert_cmpint (store->klass->remove (store, bytes, &id), ==, model[key][peer] != 0);
          model[key][peer] = 0;
        }
      else
        {
          model[key][peer] = now_us + 1 + kad_random_below (&random, 500);
          g_assert_true (add (store, key, peer, model[key][peer], now_us, NULL));
        }

      key = kad_random_below (&random, N_MODEL_KEYS);
      peer = kad_random_below (&random, N_MODEL_PEERS);
      g_assert_cmpint (has (store, key, peer, now_us), ==, model[key][peer] > now_us);
      /* Addresses live far longer here. */
      if (model_next (model) != KAD_TIME_NEVER)
        g_assert_cmpint (store->klass->next_deadline (store), ==, model_next (model));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/dht/memory-provider-store/" name, func)
  ADD ("order", test_providers_are_given_the_latest_first);
  ADD ("deadline", test_a_record_ends_at_its_deadline);
  ADD ("renew", test_renewing_moves_the_deadline);
  ADD ("addresses", test_addresses_end_before_the_record);
  ADD ("addresses-renewed", test_addresses_are_renewed_by_any_record);
  ADD ("addresses-with-record", test_renewing_renews_the_addresses);
  ADD ("clamp", test_times_are_clamped);
  ADD ("keys", test_keys_are_1_to_80_bytes);
  ADD ("remove", test_removing_takes_one_provider);
  ADD ("full-key", test_a_full_key_keeps_who_renews);
  ADD ("quota", test_a_peer_has_a_quota);
  ADD ("nearest", test_the_nearest_keys_are_kept_when_it_is_full);
  ADD ("own-victim", test_a_peer_can_push_out_its_own_last_record);
  ADD ("model", test_follows_a_naive_model);
#undef ADD
  return g_test_run ();
}
