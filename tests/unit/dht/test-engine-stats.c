/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-engine-stats.h"

#include "kad-engine-private.h"
#include "test-network.h"

static void
get_stats (Network *net, KadEngineStats *stats)
{
  kad_engine_get_stats (net->engine, stats);
}

static void
test_at_first (void)
{
  g_autoptr (Network) net = network_new ();
  KadNetworkSizeEstimate estimate;
  KadEngineStats stats;

  g_test_summary ("An engine that has done nothing has nothing to say");
  get_stats (net, &stats);
  g_assert_cmpuint (stats.n_queries, ==, 0);
  g_assert_cmpuint (stats.n_records, ==, 0);
  g_assert_cmpuint (stats.table_size, ==, 0);
  g_assert_cmpuint (stats.n_publications_run, ==, 0);
  kad_engine_get_network_size (net->engine, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);
  g_assert_cmpfloat (estimate.estimate, ==, 0);
}

static void
test_expired (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadRecord) plain = kad_record_new (key, key, NULL);
  g_autoptr (KadRecord) record = kad_record_with_publisher (plain, NULL, 3600);
  g_autoptr (GError) error = NULL;
  KadPeerId from = make_peer (7);
  KadEngineStats stats;

  g_test_summary ("A record is held for its hour, and then counted as expired");
  g_assert_true (kad_engine_store_record (net->engine, record, &from, &error));
  get_stats (net, &stats);
  g_assert_cmpuint (stats.n_records, ==, 1);
  g_assert_cmpuint (stats.record_bytes, >, 0);
  g_assert_cmpuint (stats.n_records_expired, ==, 0);
  network_advance (net, 2 * KAD_USEC_PER_HOUR);
  get_stats (net, &stats);
  g_assert_cmpuint (stats.n_records, ==, 0);
  g_assert_cmpuint (stats.n_records_expired, ==, 1);
  g_assert_cmpuint (stats.n_providers_expired, ==, 0);
}

static void
look_up (Network *net, gboolean answers)
{
  g_autoptr (GBytes) key = text_bytes ("somewhere");

  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  if (answers)
    network_reply_found (net, 1, 0, 0);
  else
    network_fail (net, 1, KAD_ERROR_PROTOCOL);
  network_drain (net);
}

static void
test_network_size (void)
{
  g_autoptr (Network) net = network_new ();
  KadNetworkSizeEstimate estimate;
  KadEngineStats stats;

  g_test_summary ("A lookup that found everybody counts; one whose peers failed does not");
  network_add_server (net, 1);
  look_up (net, FALSE);
  kad_engine_get_network_size (net->engine, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 0);

  look_up (net, TRUE);
  get_stats (net, &stats);
  g_assert_cmpuint (stats.table_size, ==, 1);
  kad_engine_get_network_size (net->engine, &estimate);
  g_assert_cmpuint (estimate.n_samples, ==, 1);
  /* The one that answered, and ourselves. */
  g_assert_cmpfloat (estimate.estimate, ==, 2);

  kad_engine_set_mode (net->engine, KAD_MODE_CLIENT, net->now_us);
  kad_engine_get_network_size (net->engine, &estimate);
  g_assert_cmpfloat (estimate.estimate, ==, 1);
}

static void
test_publications (void)
{
  g_autoptr (Network) net = network_new ();
  KadEngineStats stats;

  g_test_summary ("Announcements are counted, and those that nobody took");
  kad_engine_note_publication (net->engine, TRUE);
  kad_engine_note_publication (net->engine, FALSE);
  get_stats (net, &stats);
  g_assert_cmpuint (stats.n_publications_run, ==, 2);
  g_assert_cmpuint (stats.n_publications_failed, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-stats/at-first", test_at_first);
  g_test_add_func ("/engine-stats/expired", test_expired);
  g_test_add_func ("/engine-stats/network-size", test_network_size);
  g_test_add_func ("/engine-stats/publications", test_publications);
  return g_test_run ();
}
