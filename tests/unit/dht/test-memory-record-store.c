/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-store.h"

#include <string.h>

#include "kad-error.h"
#include "test-peers.h"

#define H48 G_GINT64_CONSTANT (172800000000)

static const KadKey local_key = { { 0x80, 1, 2, 3 } };

static GBytes *
make_key (guint32 n)
{
  guint8 bytes[8] = { '/', 'k', '/' };

  memcpy (bytes + 4, &n, sizeof n);
  return g_bytes_new (bytes, sizeof bytes);
}

static gboolean
put_sized (KadRecordStore *store, guint32 n, gsize size, guint8 fill, gint64 expires_us,
           gint64 now_us, GError **error)
{
  g_autoptr (GBytes) key = make_key (n);
  guint8 *data = g_malloc (MAX (size, 1));
  g_autoptr (GBytes) value = NULL;
  g_autoptr (KadRecord) record = NULL;

  memset (data, fill, MAX (size, 1));
  value = g_bytes_new_take (data, size);
  record = kad_record_new (key, value, "2026-11-21T09:00:00.000000001Z");
  return store->klass->put (store, record, NULL, expires_us, now_us, error);
}

static gboolean
put (KadRecordStore *store, guint32 n, gint64 expires_us, gint64 now_us, GError **error)
{
  return put_sized (store, n, 4, (guint8) n, expires_us, now_us, error);
}

static KadRecord *
get (KadRecordStore *store, guint32 n, gint64 now_us)
{
  g_autoptr (GBytes) key = make_key (n);

  return store->klass->get (store, key, now_us);
}

static gboolean
has (KadRecordStore *store, guint32 n, gint64 now_us)
{
  g_autoptr (KadRecord) record = get (store, n, now_us);

  return record != NULL;
}

static int
compare_nearness (gconstpointer a, gconstpointer b)
{
  g_autoptr (GBytes) key_a = make_key (*(const guint32 *) a);
  g_autoptr (GBytes) key_b = make_key (*(const guint32 *) b);
  KadKey point_a, point_b;

  kad_key_init (&point_a, g_bytes_get_data (key_a, NULL), 8);
  kad_key_init (&point_b, g_bytes_get_data (key_b, NULL), 8);
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
test_a_record_is_kept_whole (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  g_autoptr (GBytes) key = make_key (1);
  g_autoptr (GBytes) value = g_bytes_new ("value", 5);
  g_autoptr (KadRecord) plain = kad_record_new (key, value, "yesterday");
  KadPeerId publisher = make_peer (3);
  g_autoptr (KadRecord) record = kad_record_with_publisher (plain, &publisher, 77);
  g_autoptr (KadRecord) found = NULL;

  g_test_summary ("Key, value, time, publisher and TTL come back; the bytes are copies");

  g_assert_true (store->klass->put (store, record, NULL, 100, 0, NULL));
  found = store->klass->get (store, key, 99);
  g_assert_true (g_bytes_equal (kad_record_get_key (found), key));
  g_assert_true (g_bytes_equal (kad_record_get_value (found), value));
  g_assert_false (kad_record_get_value (found) == value);
  g_assert_cmpstr (kad_record_get_time_received (found), ==, "yesterday");
  g_assert_true (kad_peer_id_equal (kad_record_get_publisher (found), &publisher));
  g_assert_cmpuint (kad_record_get_ttl_s (found), ==, 77);
  g_assert_cmpuint (store->klass->count (store), ==, 1);

  /* The stored one can be put again. */
  g_assert_true (store->klass->put (store, found, NULL, 200, 1, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  g_assert_true (store->klass->remove (store, key));
  g_assert_false (store->klass->remove (store, key));
  g_assert_cmpuint (store->klass->count (store), ==, 0);
}

static void
test_a_record_ends_at_its_deadline (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);

  g_test_summary ("At the deadline it is gone, a microsecond before it is there");

  g_assert_cmpint (store->klass->next_deadline (store), ==, KAD_TIME_NEVER);
  g_assert_true (put (store, 1, 1000, 0, NULL));
  g_assert_true (put (store, 2, 2000, 0, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, 1000);
  g_assert_true (has (store, 1, 999));
  g_assert_false (has (store, 1, 1000));
  store->klass->expire (store, 999);
  g_assert_cmpuint (store->klass->count (store), ==, 2);
  store->klass->expire (store, 1000);
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  g_assert_cmpint (store->klass->next_deadline (store), ==, 2000);
  g_assert_true (has (store, 2, 1000));
}

static void
test_a_new_value_replaces_and_renews (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  g_autoptr (KadRecord) found = NULL;

  g_test_summary ("The same key again: the new value, with the new deadline, earlier or later");

  g_assert_true (put_sized (store, 1, 4, 'a', 1000, 0, NULL));
  g_assert_true (put_sized (store, 1, 4, 'b', 500, 0, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, 500);
  g_assert_true (put_sized (store, 1, 4, 'c', 3000, 0, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, 3000);
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  found = get (store, 1, 2999);
  g_assert_cmpmem (g_bytes_get_data (kad_record_get_value (found), NULL), 4, "cccc", 4);
}

static void
test_times_are_clamped (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  g_autoptr (GError) error = NULL;

  g_test_summary ("No more than 48 h whatever was asked; the end of the clock does not wrap");

  g_assert_true (put (store, 1, G_MAXINT64, 1000, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, 1000 + H48);
  g_assert_true (put (store, 1, 1000 + H48 + 1, 1000, NULL));
  g_assert_cmpint (store->klass->next_deadline (store), ==, 1000 + H48);

  g_assert_false (put (store, 2, 1000, 1000, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
  g_clear_error (&error);
  g_assert_false (put (store, 2, G_MININT64, 1000, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);

  g_assert_true (put (store, 3, G_MAXINT64, G_MAXINT64 - 5, NULL));
  g_assert_true (has (store, 3, G_MAXINT64 - 1));
  g_assert_false (has (store, 3, G_MAXINT64));
  g_assert_cmpuint (store->klass->count (store), ==, 1);
}

static void
test_sizes_are_refused (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  g_autofree guint8 *zeros = g_malloc0 (KAD_MAX_KEY_PREIMAGE_BYTES + 1);
  const gsize bad_lengths[] = { 0, KAD_MAX_KEY_PREIMAGE_BYTES + 1 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A value past 64 KiB and a key of no or too many bytes are not stored");

  g_assert_true (put_sized (store, 1, KAD_MAX_RECORD_BYTES, 0, 10, 0, NULL));
  g_assert_false (put_sized (store, 2, KAD_MAX_RECORD_BYTES + 1, 0, 10, 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_lengths); i++)
    {
      g_autoptr (GBytes) key = g_bytes_new (zeros, bad_lengths[i]);
      g_autoptr (GBytes) value = g_bytes_new ("v", 1);
      g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);

      g_clear_error (&error);
      g_assert_false (store->klass->put (store, record, NULL, 10, 0, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
  g_assert_cmpuint (store->klass->count (store), ==, 1);
}

static void
test_the_nearest_are_kept_when_it_is_full (void)
{
  g_autoptr (KadRecordStore) store
      = kad_memory_record_store_new_limited (&local_key, &(KadStoreLimits){ .max_items = 50 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (1000);

  g_test_summary ("Of a thousand records in any order the fifty nearest to us stay");

  for (guint32 n = 0; n < 1000; n++)
    {
      g_autoptr (GError) error = NULL;

      if (!put (store, n, 1000, 0, &error))
        g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
    }
  g_assert_cmpuint (store->klass->count (store), ==, 50);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (has (store, NTH (numbers, i), 1), ==, i < 50);
}

static void
test_expired_ones_go_first (void)
{
  g_autoptr (KadRecordStore) store
      = kad_memory_record_store_new_limited (&local_key, &(KadStoreLimits){ .max_items = 3 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (4);

  g_test_summary ("The farthest is taken in while something nearer, but expired, makes room");

  g_assert_true (put (store, NTH (numbers, 0), 10, 0, NULL));
  g_assert_true (put (store, NTH (numbers, 1), 100, 0, NULL));
  g_assert_true (put (store, NTH (numbers, 2), 100, 0, NULL));
  g_assert_false (put (store, NTH (numbers, 3), 100, 9, NULL));
  g_assert_true (put (store, NTH (numbers, 3), 100, 10, NULL));
  g_assert_false (has (store, NTH (numbers, 0), 9));
  g_assert_true (has (store, NTH (numbers, 2), 10));
}

static void
test_bytes_are_bounded (void)
{
  g_autoptr (KadRecordStore) store
      = kad_memory_record_store_new_limited (&local_key, &(KadStoreLimits){ .max_bytes = 10000 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (12);
  g_autoptr (GError) error = NULL;

  g_test_summary ("A large record takes the place of several farther ones, or of none");

  /* Ten of 8 + 600 + 256 bytes, all but the nearest and the farthest number. */
  for (guint i = 1; i <= 10; i++)
    g_assert_true (put_sized (store, NTH (numbers, i), 600, 0, 1000, 0, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 10);

  /* The farthest would need room of nearer ones; nothing is touched for it. */
  g_assert_false (put_sized (store, NTH (numbers, 11), 3000, 0, 1000, 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_cmpuint (store->klass->count (store), ==, 10);

  /* 3264 bytes for the nearest: 8640 + 3264 - 10000 are three records. */
  g_assert_true (put_sized (store, NTH (numbers, 0), 3000, 0, 1000, 0, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 8);
  g_assert_true (has (store, NTH (numbers, 7), 1));
  g_assert_false (has (store, NTH (numbers, 8), 1));
  g_assert_false (has (store, NTH (numbers, 9), 1));
  g_assert_false (has (store, NTH (numbers, 10), 1));
}

static void
test_a_renewal_that_grew_keeps_the_old_if_it_must (void)
{
  g_autoptr (KadRecordStore) store
      = kad_memory_record_store_new_limited (&local_key, &(KadStoreLimits){ .max_bytes = 2000 });
  g_autoptr (GArray) numbers = make_numbers_by_nearness (2);
  g_autoptr (KadRecord) kept = NULL;

  g_test_summary ("The farthest record may not push out a nearer one by growing");

  g_assert_true (put_sized (store, NTH (numbers, 0), 600, 'n', 1000, 0, NULL));
  g_assert_true (put_sized (store, NTH (numbers, 1), 600, 'f', 1000, 0, NULL));
  g_assert_false (put_sized (store, NTH (numbers, 1), 1000, 'g', 1000, 0, NULL));
  kept = get (store, NTH (numbers, 1), 1);
  g_assert_cmpuint (g_bytes_get_size (kad_record_get_value (kept)), ==, 600);

  /* Within the bound it may, and as nearest it may push out the other. */
  g_assert_true (put_sized (store, NTH (numbers, 1), 850, 'g', 1000, 0, NULL));
  g_assert_true (put_sized (store, NTH (numbers, 0), 1000, 'n', 1000, 0, NULL));
  g_assert_cmpuint (store->klass->count (store), ==, 1);
  g_assert_true (has (store, NTH (numbers, 0), 1));
}

/* ---- against a naive model ---- */

#define N_MODEL 60

static void
test_follows_a_naive_model (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  gint64 model[N_MODEL] = { 0 }; /* when each expires */
  gint64 now_us = 1;
  KadRandom random;

  g_test_summary ("Through seeded random operations the store knows what an array knows");

  kad_random_init_from_number (&random, 61);
  for (guint step = 0; step < 20000; step++)
    {
      guint32 n = kad_random_below (&random, N_MODEL);
      g_autoptr (GBytes) key = make_key (n);

      switch (kad_random_below (&random, 6))
        {
        case 0:
          now_us += kad_random_below (&random, 50);
          break;
        case 1:
          store->klass->expire (store, now_us);
          for (guint i = 0; i < N_MODEL; i++)
            model[i] = model[i] > now_us ? model[i] : 0;
          break;
        case 2:
          if (store->klass->remove (store, key))
            g_assert_cmpint (model[n], !=, 0);
          model[n] = 0;
          break;
        default:
          model[n] = now_us + 1 + kad_random_below (&random, 1000);
          g_assert_true (put (store, n, model[n], now_us, NULL));
          break;
        }
      n = kad_random_below (&random, N_MODEL);
      g_assert_cmpint (has (store, n, now_us), ==, model[n] > now_us);
    }
}

static void
test_another_may_replace_our_own (void)
{
  g_autoptr (KadRecordStore) store = kad_memory_record_store_new (&local_key);
  g_autoptr (GBytes) key = make_key (1);
  g_autoptr (KadRecord) record = kad_record_new (key, key, "2026-11-21T09:00:00.000000001Z");
  g_autoptr (GError) error = NULL;
  KadPeerId stranger = make_peer (7);

  g_test_summary ("A peer that has nothing here may put what replaces a record of our own");

  g_assert_true (put (store, 1, H48, 0, &error));
  g_assert_true (store->klass->put (store, record, &stranger, H48, 0, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/dht/memory-record-store/" name, func)
  ADD ("whole", test_a_record_is_kept_whole);
  ADD ("deadline", test_a_record_ends_at_its_deadline);
  ADD ("replace", test_a_new_value_replaces_and_renews);
  ADD ("clamp", test_times_are_clamped);
  ADD ("sizes", test_sizes_are_refused);
  ADD ("nearest", test_the_nearest_are_kept_when_it_is_full);
  ADD ("expired-first", test_expired_ones_go_first);
  ADD ("bytes", test_bytes_are_bounded);
  ADD ("growing", test_a_renewal_that_grew_keeps_the_old_if_it_must);
  ADD ("model", test_follows_a_naive_model);
  ADD ("replaces-own", test_another_may_replace_our_own);
#undef ADD
  return g_test_run ();
}
