/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* What is announced again in time, seen from outside. */

/* Time passes; server 1 answers walks and stores, or resets what it should store. */
static guint
live (Network *net, gint64 duration_us, gint64 step_us, gboolean stores)
{
  guint n_writes = 0;
  KadOutput output;

  for (gint64 passed_us = 0; passed_us < duration_us; passed_us += step_us)
    {
      network_advance (net, step_us);
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          KadMessageType type = kad_message_get_message_type (output.message);
          g_autoptr (GError) error
              = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "It was reset");
          g_autoptr (KadMessage) found = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);
          gboolean write = type == KAD_MESSAGE_PUT_VALUE || type == KAD_MESSAGE_ADD_PROVIDER;

          n_writes += write;
          if (write && !stores)
            kad_engine_request_failed (net->engine, output.request, error, net->now_us);
          else if (type == KAD_MESSAGE_ADD_PROVIDER)
            kad_engine_request_sent (net->engine, output.request, net->now_us);
          else
            kad_engine_reply_received (net->engine, output.request, write ? output.message : found,
                                       net->now_us);
          kad_output_clear (&output);
        }
    }
  network_forget (net);
  return n_writes;
}

static Network *
make_network (void)
{
  KadEngineConfig config
      = { .mode = KAD_MODE_SERVER, .refresh_interval_us = 1000 * KAD_USEC_PER_HOUR };
  Network *net = network_new_with (&config);

  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  network_add_server (net, 1);
  return net;
}

static void
start (Network *net, KadQueryKind kind, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("key %u", i);
      g_autoptr (GBytes) key = text_bytes (text);

      network_start (net, (KadQuerySpec){ .kind = kind, .key = key, .value = key });
    }
}

static void
test_many_that_are_due_together_take_turns (void)
{
  g_autoptr (Network) net = make_network ();

  g_test_summary ("a hundred keys are announced once in 22 hours each, and none is forgotten");
  start (net, KAD_QUERY_PROVIDE, 100);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND, TRUE), ==, 100);
  g_assert_cmpuint (live (net, 19 * KAD_USEC_PER_HOUR, 600 * SECOND, TRUE), ==, 0);
  g_assert_cmpuint (live (net, 4 * KAD_USEC_PER_HOUR, SECOND, TRUE), ==, 100);
}

static void
test_records_are_put_again_in_ten_hours (void)
{
  g_autoptr (Network) net = make_network ();

  g_test_summary ("between 9 and 10 hours after they were put");
  start (net, KAD_QUERY_PUT_RECORD, 5);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND, TRUE), ==, 5);
  g_assert_cmpuint (live (net, 8 * KAD_USEC_PER_HOUR, 600 * SECOND, TRUE), ==, 0);
  g_assert_cmpuint (live (net, 2 * KAD_USEC_PER_HOUR + 60 * SECOND, 10 * SECOND, TRUE), ==, 5);
}

static void
test_a_failure_is_tried_again_with_growing_pauses (void)
{
  g_autoptr (Network) net = make_network ();
  guint n_tries;

  g_test_summary ("after 1, 2, 4, 8.. minutes and never more than 64 apart; then the usual again");
  start (net, KAD_QUERY_PUT_RECORD, 1);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND, TRUE), ==, 1);
  n_tries = live (net, 11 * KAD_USEC_PER_HOUR, SECOND, FALSE);
  g_assert_cmpuint (n_tries, >=, 6);
  g_assert_cmpuint (n_tries, <=, 9);
  g_assert_cmpuint (live (net, 65 * 60 * SECOND, SECOND, TRUE), ==, 1);
  g_assert_cmpuint (live (net, 8 * KAD_USEC_PER_HOUR, 60 * SECOND, TRUE), ==, 0);
}

static void
test_what_is_provided_is_announced_from_where_we_are (void)
{
  g_autoptr (Network) net = make_network ();

  g_test_summary ("at another address it is told again within seconds, though not at each change");
  start (net, KAD_QUERY_PROVIDE, 3);
  start (net, KAD_QUERY_PUT_RECORD, 2);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND, TRUE), ==, 5);
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  g_assert_cmpuint (live (net, 600 * SECOND, SECOND, TRUE), ==, 0);
  network_listen (net, "/ip4/10.8.8.8/tcp/1");
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND, TRUE), ==, 3);
  network_listen (net, "/ip4/10.7.7.7/tcp/1");
  g_assert_cmpuint (live (net, 60 * SECOND, SECOND, TRUE), ==, 0);
  g_assert_cmpuint (live (net, 300 * SECOND, SECOND, TRUE), ==, 3);
  g_assert_cmpuint (live (net, KAD_USEC_PER_HOUR, 10 * SECOND, TRUE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/publications/turns", test_many_that_are_due_together_take_turns);
  g_test_add_func ("/dht/publications/records", test_records_are_put_again_in_ten_hours);
  g_test_add_func ("/dht/publications/retry", test_a_failure_is_tried_again_with_growing_pauses);
  g_test_add_func ("/dht/publications/moved", test_what_is_provided_is_announced_from_where_we_are);
  return g_test_run ();
}
