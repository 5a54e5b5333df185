/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-rates.h"

#include "test-peers.h"

#define SECOND KAD_USEC_PER_SEC

static const guint per_second[KAD_N_RATES] = { [KAD_RATE_PUT] = 1, [KAD_RATE_PROVIDE] = 10 };

static guint
take_all (KadRates *rates, guint32 n, KadRateKind kind, gint64 now_us)
{
  KadPeerId peer = make_peer (n);
  guint taken = 0;

  while (kad_rates_take (rates, &peer, kind, now_us))
    taken++;
  return taken;
}

static void
test_a_burst_then_the_rate (void)
{
  g_autoptr (KadRates) rates = kad_rates_new (per_second, 10);

  g_test_summary ("16 s at once, then what time gives, and never more than 16 s");
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, 0), ==, 160);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, SECOND / 10 - 1), ==, 0);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, SECOND / 10), ==, 1);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, 2 * SECOND), ==, 19);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, 1000 * SECOND), ==, 160);
  /* Time that goes back gives nothing, and takes nothing. */
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, 999 * SECOND), ==, 0);
}

static void
test_peers_and_kinds_are_apart (void)
{
  g_autoptr (KadRates) rates = kad_rates_new (per_second, 10);

  g_test_summary ("what one used of one kind concerns nobody and nothing else");
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PROVIDE, 0), ==, 160);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PUT, 0), ==, 16);
  g_assert_cmpuint (take_all (rates, 2, KAD_RATE_PROVIDE, 0), ==, 160);
}

static void
test_peers_are_bounded (void)
{
  g_autoptr (KadRates) rates = kad_rates_new (per_second, 10);

  g_test_summary ("of the peers those are remembered that took something last");
  for (guint32 i = 1; i <= 10; i++)
    take_all (rates, i, KAD_RATE_PUT, 0);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PUT, 0), ==, 0);
  for (guint32 i = 11; i <= 19; i++)
    take_all (rates, i, KAD_RATE_PUT, 0);
  g_assert_cmpuint (kad_rates_get_size (rates), ==, 10);
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PUT, 0), ==, 0);
  g_assert_cmpuint (take_all (rates, 2, KAD_RATE_PUT, 0), ==, 16);
}

static void
test_ends_of_time_and_range (void)
{
  const guint odd[KAD_N_RATES] = { 0, G_MAXUINT };
  g_autoptr (KadRates) rates = kad_rates_new (odd, 10);
  KadPeerId peer = make_peer (1);

  g_test_summary ("rates out of range are the nearest in it; near the end of time nothing wraps");
  g_assert_cmpuint (take_all (rates, 1, KAD_RATE_PUT, 0), ==, 16);
  g_assert_true (kad_rates_take (rates, &peer, KAD_RATE_PROVIDE, G_MAXINT64 - 1));
  g_assert_true (kad_rates_take (rates, &peer, KAD_RATE_PUT, G_MAXINT64 - 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/rates/burst-then-rate", test_a_burst_then_the_rate);
  g_test_add_func ("/dht/rates/apart", test_peers_and_kinds_are_apart);
  g_test_add_func ("/dht/rates/bounded", test_peers_are_bounded);
  g_test_add_func ("/dht/rates/ends", test_ends_of_time_and_range);
  return g_test_run ();
}
