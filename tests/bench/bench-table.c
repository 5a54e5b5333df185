/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the table and the stores cost, in nanoseconds and bytes: quality targets B3
 * and B6, and the laws that expiry and reading follow what is due and returned. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kad-random.h"
#include "kad-routing-table.h"
#include "kad-store.h"

#define K 20
#define N_TARGETS 1024

static gint64
now_ns (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_MONOTONIC, &spec);
  return spec.tv_sec * G_GINT64_CONSTANT (1000000000) + spec.tv_nsec;
}

static gsize
heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static KadPeerId
random_peer (KadRandom *random)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
  KadPeerId peer;

  kad_random_bytes (random, bytes + 6, 32);
  kad_peer_id_init_from_bytes (&peer, bytes, sizeof bytes, NULL);
  return peer;
}

static KadPeerInfo *
random_info (KadRandom *random)
{
  KadPeerId peer = random_peer (random);
  KadPeerInfo *info = kad_peer_info_new (&peer);

  for (guint i = 0; i < 3; i++)
    {
      guint32 ip = kad_random_uint32 (random);
      g_autofree char *text
          = g_strdup_printf ("/ip4/%u.%u.%u.%u/tcp/%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
                             ip & 255, 1 + kad_random_below (random, 65535));
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

      kad_peer_info_add_address (info, address);
    }
  return info;
}

static GBytes *
number_key (guint32 number)
{
  guint8 bytes[34] = { 0x12, 0x20 };

  memcpy (bytes + 2, &number, sizeof number);
  return g_bytes_new (bytes, sizeof bytes);
}

static KadRoutingTable *
fill_table (KadRandom *random, guint n, guint k)
{
  KadPeerId local = random_peer (random);
  KadRoutingTable *table = kad_routing_table_new (&local, k);

  for (guint tries = 0; kad_routing_table_get_size (table) < n && tries < 100 * n; tries++)
    {
      g_autoptr (KadPeerInfo) info = random_info (random);

      kad_routing_table_add (table, info, 0, NULL);
    }
  return table;
}

static double
time_closest (KadRoutingTable *table, const KadKey *targets, guint rounds)
{
  KadPeerInfo *infos[K];
  gint64 best = G_MAXINT64;

  for (guint run = 0; run < 5; run++)
    {
      gint64 start = now_ns ();

      for (guint i = 0; i < rounds; i++)
        {
          if (kad_routing_table_closest (table, &targets[i % N_TARGETS], K, infos) == 0)
            exit (1);
        }
      best = MIN (best, now_ns () - start);
    }
  return (double) best / rounds;
}

static void
bench_closest (void)
{
  static const struct
  {
    guint n, k;
    const char *what;
  } cases[] = {
    { 131, 20, "k 20, as in a network of 1,000" },
    { 160, 4096, "one flat fill" },
    { 266, 20, "as much as k 20 gives" },
    { 1000, 65536, "one flat fill" },
    { 10000, 65536, "one flat fill" },
    { 100000, 65536, "one flat fill" },
  };
  KadRandom random;
  KadKey targets[N_TARGETS];

  kad_random_init_from_number (&random, 1);
  for (guint i = 0; i < N_TARGETS; i++)
    kad_random_bytes (&random, targets[i].bytes, sizeof targets[i].bytes);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize before = heap_bytes ();
      g_autoptr (KadRoutingTable) table = fill_table (&random, cases[i].n, cases[i].k);
      guint size = kad_routing_table_get_size (table);

      printf ("closest-20 of %6u: %6.0f ns, %4.0f bytes a peer (%s)\n", size,
              time_closest (table, targets, 200000), (double) (heap_bytes () - before) / size,
              cases[i].what);
    }
}

static void
bench_providers (guint n)
{
  gsize before = heap_bytes ();
  KadRandom random;
  KadKey local;
  g_autoptr (KadProviderStore) store = NULL;
  g_autoptr (GPtrArray) infos
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  gint64 start;
  guint n_read = 0;

  kad_random_init_from_number (&random, 2);
  kad_random_bytes (&random, local.bytes, sizeof local.bytes);
  store = kad_memory_provider_store_new (&local);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (infos, random_info (&random));

  start = now_ns ();
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = number_key (i);

      if (!store->klass->add (store, key, infos->pdata[i % infos->len], KAD_PROVIDER_TTL_US + i, i,
                              NULL))
        exit (1);
    }
  printf ("providers, %7u: add %5.0f ns, %4.0f bytes a record", n, (double) (now_ns () - start) / n,
          (double) (heap_bytes () - before) / n);

  start = now_ns ();
  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr (GBytes) key = number_key (i * 7919u % n);
      g_autoptr (GPtrArray) found = store->klass->get (store, key, 20, n);

      n_read += found->len;
    }
  if (n_read != 100000)
    exit (1);
  printf (", read %5.0f ns", (double) (now_ns () - start) / 100000);

  start = now_ns ();
  for (guint i = 0; i < 1000000; i++)
    store->klass->expire (store, n);
  printf (", nothing due %3.0f ns", (double) (now_ns () - start) / 1000000);

  start = now_ns ();
  store->klass->expire (store, KAD_TIME_NEVER);
  printf (", all due %5.0f ns a record\n", (double) (now_ns () - start) / n);
  if (store->klass->count (store) != 0)
    exit (1);
}

/* Twenty providers of one key among @n keys of one: reading costs what is returned. */
static void
bench_crowded_key (guint n)
{
  KadRandom random;
  KadKey local;
  g_autoptr (KadProviderStore) store = NULL;
  g_autoptr (KadPeerInfo) other = NULL;
  g_autoptr (GBytes) key = number_key (G_MAXUINT32);
  gint64 start;
  guint n_read = 0;

  kad_random_init_from_number (&random, 3);
  kad_random_bytes (&random, local.bytes, sizeof local.bytes);
  store = kad_memory_provider_store_new (&local);
  for (guint i = 0; i < K; i++)
    {
      g_autoptr (KadPeerInfo) info = random_info (&random);

      store->klass->add (store, key, info, KAD_PROVIDER_TTL_US, 0, NULL);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) other_key = number_key (i);

      if (i % 10000 == 0)
        {
          g_clear_pointer (&other, kad_peer_info_unref);
          other = random_info (&random);
        }
      store->klass->add (store, other_key, other, KAD_PROVIDER_TTL_US, 0, NULL);
    }

  start = now_ns ();
  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr (GPtrArray) found = store->klass->get (store, key, K, 1);

      n_read += found->len;
    }
  if (n_read != 100000 * K)
    exit (1);
  printf ("providers, 20 of %6u: read %5.0f ns\n", store->klass->count (store),
          (double) (now_ns () - start) / 100000);
}

static void
bench_records (guint n)
{
  gsize before = heap_bytes ();
  KadRandom random;
  KadKey local;
  g_autoptr (KadRecordStore) store = NULL;
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  gint64 start;

  kad_random_init_from_number (&random, 4);
  kad_random_bytes (&random, local.bytes, sizeof local.bytes);
  store = kad_memory_record_store_new (&local);

  start = now_ns ();
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = number_key (i);
      g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);

      if (!store->klass->put (store, record, NULL, KAD_RECORD_TTL_US, 0, NULL))
        exit (1);
    }
  printf ("records, %6u: put %5.0f ns, %4.0f bytes each", n, (double) (now_ns () - start) / n,
          (double) (heap_bytes () - before) / n);

  start = now_ns ();
  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr (GBytes) key = number_key (i * 7919u % n);
      g_autoptr (KadRecord) record = store->klass->get (store, key, 1);

      if (record == NULL)
        exit (1);
    }
  printf (", get %5.0f ns\n", (double) (now_ns () - start) / 100000);
}

int
main (void)
{
  bench_closest ();
  bench_providers (20);
  bench_providers (10000);
  bench_providers (1000000);
  bench_crowded_key (0);
  bench_crowded_key (900000);
  bench_records (1000);
  bench_records (65536);
  return 0;
}
