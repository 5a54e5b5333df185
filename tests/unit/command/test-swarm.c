/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-swarm.h"

#include "fake-swarm.h"
#include "kad-error.h"

static void
test_calls_reach_the_implementation (void)
{
  g_autoptr (FakeSwarm) fake = fake_swarm_new ();
  KadSwarm *swarm = KAD_SWARM (fake);
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (FAKE_PEER_A, NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_GET_VALUE, key);
  KadPublicationSpec publication = { .kind = KAD_PUBLICATION_PROVIDER };
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) reachability = NULL;

  g_test_summary ("Each operation of the interface calls the method of its name");

  g_assert_cmpuint (kad_swarm_find_closest (swarm, key), ==, 1);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "start-query closest-peers");
  g_assert_true (g_bytes_equal (fake->spec.key, key));
  g_assert_cmpint (fake->timeout_us, ==, 0);
  g_assert_cmpuint (kad_swarm_dial (swarm, endpoint, 11), ==, 2);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "dial " FAKE_PEER_A);
  g_assert_cmpint (fake->timeout_us, ==, 11);
  g_assert_cmpuint (kad_swarm_ping (swarm, endpoint, 12), ==, 3);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "ping " FAKE_PEER_A);
  g_assert_cmpuint (kad_swarm_identify (swarm, endpoint, 13), ==, 4);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "identify " FAKE_PEER_A);
  g_assert_cmpuint (kad_swarm_ask (swarm, endpoint, request, 14), ==, 5);
  g_assert_true (fake->request == request);
  publication.key = key;
  g_assert_cmpuint (kad_swarm_publish (swarm, &publication), ==, 6);
  g_assert_cmpuint (kad_swarm_unpublish (swarm, KAD_PUBLICATION_PROVIDER, key, "mine"), ==, 7);
  g_assert_cmpstr (fake->published->tag, ==, "mine");
  kad_swarm_cancel (swarm, 5);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "cancel 5");
  kad_swarm_set_mode (swarm, KAD_MODE_SERVER);
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "set-mode server");
  fake->stats = "{'uptime_us': <int64 1>}";
  fake->reachability = "{'state': <'public'>, 'why': <'x'>}";
  stats = kad_swarm_dup_stats (swarm);
  g_assert_cmpuint (g_variant_n_children (stats), ==, 1);
  reachability = kad_swarm_dup_reachability (swarm);
  g_assert_cmpuint (g_variant_n_children (reachability), ==, 2);
}

static void
test_answers_at_once_pass_errors_on (void)
{
  g_autoptr (FakeSwarm) fake = fake_swarm_new ();
  KadSwarm *swarm = KAD_SWARM (fake);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (GPtrArray) table = NULL;
  g_autoptr (GPtrArray) connections = NULL;
  g_autoptr (GPtrArray) publications = NULL;
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_still = FALSE;
  KadPeerId peer;

  g_test_summary ("What answers at once gives its answer or the implementation's error");

  fake_peer_id (&peer, FAKE_PEER_B);
  g_assert_true (kad_swarm_hang_up (swarm, &peer, NULL));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "hang-up " FAKE_PEER_B);
  g_assert_true (kad_swarm_protect_peer (swarm, &peer, "mine", NULL));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "protect " FAKE_PEER_B " mine");
  g_assert_true (kad_swarm_unprotect_peer (swarm, &peer, "mine", &is_still, NULL));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "unprotect " FAKE_PEER_B " mine");
  g_assert_true (is_still);
  g_assert_true (kad_swarm_stop_provide (swarm, key, NULL));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "stop-provide 3");
  g_assert_true (kad_swarm_refresh_publication (swarm, KAD_PUBLICATION_RECORD, key, NULL));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "refresh-publication record 3");
  fake->refusal = g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND, "no");
  g_assert_false (kad_swarm_remove_record (swarm, key, &error));
  g_assert_cmpstr (fake_swarm_get_last_call (fake), ==, "remove-record 3");
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  table = kad_swarm_dup_table (swarm);
  connections = kad_swarm_dup_connections (swarm);
  identity = kad_swarm_dup_identity (swarm);
  publications = kad_swarm_dup_publications (swarm);
  g_assert_cmpuint (table->len + connections->len + publications->len, ==, 0);
  g_assert_cmpstr (identity->agent, ==, "kad/0.1.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/calls-reach-the-implementation", test_calls_reach_the_implementation);
  g_test_add_func ("/swarm/answers-at-once-pass-errors-on", test_answers_at_once_pass_errors_on);
  return g_test_run ();
}
