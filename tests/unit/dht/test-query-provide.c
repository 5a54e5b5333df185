/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static Network *
make_network (guint n)
{
  Network *net = network_new ();

  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

static KadQueryId
provide (Network *net, guint n, gboolean once)
{
  g_autoptr (GBytes) key = text_bytes ("k");
  KadQueryId id
      = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PROVIDE, .key = key, .once = once });

  for (guint32 i = 1; i <= n; i++)
    network_reply_found (net, i, 0, 0);
  return id;
}

static void
written (Network *net, guint32 n)
{
  KadOutput output;

  g_assert_true (network_take (net, KAD_OUTPUT_SEND, n, &output));
  g_assert_cmpint (kad_message_get_message_type (output.message), ==, KAD_MESSAGE_ADD_PROVIDER);
  g_assert_false (output.expects_reply);
  g_assert_cmpuint (kad_message_get_n_providers (output.message), ==, 1);
  assert_peer (kad_message_get_provider (output.message, 0), 0);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (kad_message_get_provider (output.message, 0)),
                    ==, 1);
  kad_engine_request_sent (net->engine, output.request, net->now_us);
  kad_output_clear (&output);
}

static gboolean
stop (Network *net)
{
  g_autoptr (GBytes) key = text_bytes ("k");

  return kad_engine_stop_provide (net->engine, key, NULL);
}

static void
test_written_is_stored (void)
{
  g_autoptr (Network) net = make_network (2);
  KadQueryId id = provide (net, 2, FALSE);
  KadEvent *last;

  g_test_summary ("no answer is waited for; done when both were written");
  written (net, 1);
  g_assert_null (network_last (net, id));
  written (net, 2);
  last = network_last (net, id);
  g_assert_no_error (last->error);
  g_assert_cmpuint (last->stored, ==, 2);
  g_assert_cmpuint (last->wanted, ==, 2);
}

static void
test_announced_again_within_22_hours (void)
{
  g_autoptr (Network) net = make_network (0);
  g_autoptr (GBytes) key = text_bytes ("k");
  KadEvent *again;

  g_test_summary ("again after 19.8 to 22 hours, or when there is somebody, until it is stopped");
  network_add_server (net, 1);
  provide (net, 1, FALSE);
  written (net, 1);
  network_forget (net);
  network_advance (net, 198 * KAD_USEC_PER_HOUR / 10 - SECOND);
  for (guint i = 0; i < net->events->len; i++)
    g_assert_cmpint (((KadEvent *) g_ptr_array_index (net->events, i))->kind, !=,
                     KAD_QUERY_PROVIDE);
  network_forget (net);
  network_advance (net, 22 * KAD_USEC_PER_HOUR / 10 + 2 * SECOND);
  /* Nobody answered for so long that nobody is left: it waits for somebody. */
  g_assert_cmpuint (net->events->len, ==, 1);
  again = g_ptr_array_index (net->events, 0);
  g_assert_cmpint (again->type, ==, KAD_EVENT_PUBLICATION_CHANGED);
  g_assert_error (again->publication->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  network_forget (net);
  network_add_server (net, 1);
  network_advance (net, 11 * SECOND);
  again = NULL;
  for (guint i = 0; i < net->events->len; i++)
    {
      KadEvent *event = g_ptr_array_index (net->events, i);

      if (event->type == KAD_EVENT_QUERY_STARTED && event->kind == KAD_QUERY_PROVIDE
          && again == NULL)
        again = event;
    }
  g_assert_nonnull (again);
  g_assert_true (g_bytes_equal (again->key, key));
  g_assert_true (stop (net));
  g_assert_false (stop (net));
}

static void
test_a_node_without_address_cannot_provide (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  KadQueryId id;

  g_test_summary ("an error that says so, and nothing is sent");
  network_add_server (net, 1);
  network_forget (net);
  id = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PROVIDE, .key = key });
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
}

static void
test_stopped_while_it_is_announced (void)
{
  g_autoptr (Network) net = make_network (1);
  KadQueryId id = provide (net, 1, FALSE);

  g_test_summary ("stop-provide during the first announcement holds after it");
  g_assert_true (stop (net));
  written (net, 1);
  g_assert_no_error (network_last (net, id)->error);
  g_assert_false (stop (net));
}

static void
test_a_failure_or_once_keeps_nothing (void)
{
  g_autoptr (Network) net = make_network (1);
  KadQueryId id = provide (net, 1, FALSE);

  g_test_summary ("announced to nobody, cancelled, or announced once: not provided afterwards");
  network_fail (net, 1, KAD_ERROR_CLOSED);
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_false (stop (net));
  id = provide (net, 1, FALSE);
  kad_engine_cancel_query (net->engine, id, net->now_us);
  g_assert_false (stop (net));
  network_forget (net);
  provide (net, 1, TRUE);
  written (net, 1);
  g_assert_false (stop (net));
}

static void
test_we_name_ourselves (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (KadMessage) later = NULL;
  KadPeerId from = make_peer (9);

  g_test_summary ("asked for providers of our key we are one, with the addresses of now");
  provide (net, 1, FALSE);
  network_listen (net, "/ip4/10.8.8.8/tcp/2");
  reply = kad_engine_handle_request (net->engine, &from, request, net->now_us, NULL);
  g_assert_cmpuint (kad_message_get_n_providers (reply), ==, 1);
  assert_peer (kad_message_get_provider (reply, 0), 0);
  g_assert_true (stop (net));
  later = kad_engine_handle_request (net->engine, &from, request, net->now_us, NULL);
  g_assert_cmpuint (kad_message_get_n_providers (later), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-provide/written", test_written_is_stored);
  g_test_add_func ("/dht/query-provide/again", test_announced_again_within_22_hours);
  g_test_add_func ("/dht/query-provide/no-address", test_a_node_without_address_cannot_provide);
  g_test_add_func ("/dht/query-provide/stopped", test_stopped_while_it_is_announced);
  g_test_add_func ("/dht/query-provide/failure", test_a_failure_or_once_keeps_nothing);
  g_test_add_func ("/dht/query-provide/ourselves", test_we_name_ourselves);
  return g_test_run ();
}
