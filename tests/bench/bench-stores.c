/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Floods of provider records at full size, and what the work beside them costs.
 *
 *   bench-stores                    a million ADD_PROVIDER of 1, 10 and 1,000 ids
 *   bench-stores WHAT N             WHAT is refuse, read or idle, beside N records
 *
 * The second is for counting instructions of what is measured alone, which does not mind a busy
 * machine: valgrind --tool=callgrind --toggle-collect=measured bench-stores refuse 1000 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kad-random.h"
#include "kad-store.h"

#define FLOOD 1000000
#define HONEST 1000
#define HONEST_PEERS 100
#define REPEATS 1000

static const KadKey local_key = { { 0x40, 1, 2, 3 } };

static gint64
now_ns (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spec);
  return spec.tv_sec * G_GINT64_CONSTANT (1000000000) + spec.tv_nsec;
}

static gsize
heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static GBytes *
make_key (guint32 n)
{
  guint8 bytes[34] = { 0x12, 0x20 };

  memcpy (bytes + 2, &n, sizeof n);
  return g_bytes_new (bytes, sizeof bytes);
}

static KadPeerInfo *
make_info (guint32 n)
{
  guint8 bytes[34] = { 0x12, 0x20 };
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/1", NULL);
  KadPeerInfo *info;
  KadPeerId peer;

  memcpy (bytes + 2, &n, sizeof n);
  if (!kad_peer_id_init_from_bytes (&peer, bytes, sizeof bytes, NULL))
    exit (1);
  info = kad_peer_info_new (&peer);
  kad_peer_info_add_address (info, address);
  return info;
}

static guint
measure_nearness (guint32 n)
{
  g_autoptr (GBytes) key = make_key (n);
  KadKey point;

  kad_key_init (&point, g_bytes_get_data (key, NULL), 34);
  return kad_key_common_prefix (&local_key, &point);
}

static gboolean
add (KadProviderStore *store, guint32 n, KadPeerInfo *info)
{
  g_autoptr (GBytes) key = make_key (n);

  return store->klass->add (store, key, info, KAD_PROVIDER_TTL_US, 0, NULL);
}

/* ---- floods ---- */

static void
flood (guint n_ids, guint max_items)
{
  gsize before = heap_bytes ();
  KadStoreLimits limits = { .max_items = max_items };
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (&local_key, &limits);
  g_autofree guint32 *honest = g_new (guint32, HONEST);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  guint n = 0, n_in = 0, n_kept = 0;
  gint64 start;

  for (guint32 key = 0; n < HONEST; key++)
    {
      g_autoptr (KadPeerInfo) info = make_info (n % HONEST_PEERS);

      if (measure_nearness (key) < 7)
        continue;
      honest[n++] = key;
      add (store, key, info);
    }
  for (guint i = 0; i < n_ids; i++)
    g_ptr_array_add (ids, make_info (1000 + i));
  start = now_ns ();
  for (guint32 i = 0; i < FLOOD; i++)
    n_in += add (store, 100000000 + i, g_ptr_array_index (ids, i % n_ids));
  printf ("%4u ids, room for %7u: %5.0f ns each, %6u let in, %6u held, %6.1f MiB counted, "
          "%6.1f MiB allocated",
          n_ids, max_items, (double) (now_ns () - start) / FLOOD, n_in, store->klass->count (store),
          store->klass->get_bytes (store) / 1048576.0,
          (heap_bytes () - before) / 1048576.0);
  for (guint i = 0; i < HONEST; i++)
    {
      g_autoptr (GBytes) key = make_key (honest[i]);
      g_autoptr (GPtrArray) found = store->klass->get (store, key, 20, 0);

      n_kept += found->len > 0;
    }
  printf (", %5.1f %% of honest keys kept\n", n_kept * 100.0 / HONEST);
}

/* ---- instructions ---- */

G_NO_INLINE static guint
measured (KadProviderStore *store, const char *what, GBytes **keys, KadPeerInfo *info)
{
  guint n = 0;

  for (guint i = 0; i < REPEATS; i++)
    {
      if (g_str_equal (what, "refuse"))
        n += !store->klass->add (store, keys[i], info, KAD_PROVIDER_TTL_US, 0, NULL);
      else if (g_str_equal (what, "read"))
        g_ptr_array_unref (store->klass->get (store, keys[0], 20, 0));
      else
        store->klass->expire (store, 1);
    }
  return n;
}

static int
measure (const char *what, guint n)
{
  KadStoreLimits limits = { .max_items = n + 20, .max_per_peer = n + 20 };
  g_autoptr (KadProviderStore) store = kad_memory_provider_store_new_limited (&local_key, &limits);
  GBytes *keys[REPEATS];
  g_autoptr (KadPeerInfo) info = make_info (1);
  guint32 number = 1;
  gint64 start;

  /* Nearer than what will be refused. */
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (KadPeerInfo) provider = make_info (1000 + i);

      add (store, 0, provider);
    }
  for (guint i = 0; i < n; number++)
    {
      g_autoptr (KadPeerInfo) holder = make_info (2000 + i % 1000);

      if (measure_nearness (number) >= 1)
        i += add (store, number, holder);
    }
  for (guint i = 0; i < REPEATS; i++)
    {
      if (g_str_equal (what, "refuse"))
        while (measure_nearness (++number) >= 1)
          ;
      keys[i] = make_key (g_str_equal (what, "refuse") ? number : 0);
    }
  /* The farthest one is looked for once. */
  if (g_str_equal (what, "refuse"))
    store->klass->add (store, keys[0], info, KAD_PROVIDER_TTL_US, 0, NULL);
  start = now_ns ();
  number = measured (store, what, keys, info);
  printf ("%s beside %u: %.0f ns each; %u refused\n", what, store->klass->count (store),
          (double) (now_ns () - start) / REPEATS, number);
  for (guint i = 0; i < REPEATS; i++)
    g_bytes_unref (keys[i]);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3)
    return measure (argv[1], (guint) strtoul (argv[2], NULL, 10));
  for (guint i = 1; i <= 1000; i *= i == 1 ? 10 : 100)
    {
      flood (i, 100000);
      flood (i, 1000000);
    }
  return 0;
}
