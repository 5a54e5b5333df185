/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-delivery-private.h"

static KadDelivery *
new_delivery (guint n_asked, const char *consumer)
{
  g_autoptr (KadEvent) event = kad_event_new_progress (3, KAD_QUERY_GET_RECORD);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (guint64));
  KadTrace trace = { .event = event, .n_asked = n_asked, .duration_us = 12 };

  event->wall_us = 1700000000000000;
  for (guint64 i = 0; i < n_asked; i++)
    {
      guint64 number = 100 + i;

      g_ptr_array_add (names, g_strdup_printf ("command-%u", (guint) i));
      g_array_append_val (runs, number);
    }
  g_ptr_array_add (names, NULL);
  trace.asked = (const char *const *) names->pdata;
  trace.runs = (const guint64 *) (gpointer) runs->data;
  trace.consumer = consumer;
  trace.consumer_run = consumer != NULL ? 99 + n_asked : 0;
  return kad_delivery_new (&trace);
}

static void
test_it_keeps_what_a_trace_lends (void)
{
  g_autoptr (KadDelivery) delivery = new_delivery (2, "command-1");
  g_autoptr (KadDelivery) again = kad_delivery_ref (delivery);
  const guint64 *runs;
  guint n_runs;

  g_test_summary ("Names, runs, consumer and times outlive the trace");

  g_assert_cmpuint (kad_event_get_query (kad_delivery_get_event (again)), ==, 3);
  g_assert_cmpuint (kad_delivery_get_n_asked (delivery), ==, 2);
  g_assert_cmpstr (kad_delivery_get_asked (delivery)[0], ==, "command-0");
  g_assert_cmpstr (kad_delivery_get_asked (delivery)[1], ==, "command-1");
  g_assert_null (kad_delivery_get_asked (delivery)[2]);
  runs = kad_delivery_get_asked_runs (delivery, &n_runs);
  g_assert_cmpuint (n_runs, ==, 2);
  g_assert_cmpuint (runs[1], ==, 101);
  g_assert_cmpstr (kad_delivery_get_consumer (delivery), ==, "command-1");
  g_assert_cmpuint (kad_delivery_get_consumer_run (delivery), ==, 101);
  g_assert_cmpint (kad_delivery_get_duration_us (delivery), ==, 12);
  g_assert_cmpint (kad_delivery_get_wall_us (delivery), ==, 1700000000000000);
}

static void
test_nobody_is_no_consumer (void)
{
  g_autoptr (KadDelivery) delivery = new_delivery (0, NULL);
  guint n_runs = 7;

  g_test_summary ("An event that nobody was asked about has empty lists and no consumer");

  g_assert_null (kad_delivery_get_asked (delivery)[0]);
  g_assert_null (kad_delivery_get_asked_runs (delivery, &n_runs));
  g_assert_cmpuint (n_runs, ==, 0);
  g_assert_null (kad_delivery_get_consumer (delivery));
  g_assert_cmpuint (kad_delivery_get_consumer_run (delivery), ==, 0);
}

static void
test_a_long_chain_is_counted_and_not_kept (void)
{
  g_autoptr (KadDelivery) delivery = new_delivery (1000, NULL);
  guint n_runs;

  g_test_summary ("Of a thousand who were asked 64 are named and all are counted");

  g_assert_cmpuint (kad_delivery_get_n_asked (delivery), ==, 1000);
  kad_delivery_get_asked_runs (delivery, &n_runs);
  g_assert_cmpuint (n_runs, ==, KAD_MAX_DELIVERY_ASKED);
  g_assert_cmpuint (g_strv_length ((char **) kad_delivery_get_asked (delivery)), ==,
                    KAD_MAX_DELIVERY_ASKED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delivery/it-keeps-what-a-trace-lends", test_it_keeps_what_a_trace_lends);
  g_test_add_func ("/delivery/nobody-is-no-consumer", test_nobody_is_no_consumer);
  g_test_add_func ("/delivery/a-long-chain-is-counted-and-not-kept",
                   test_a_long_chain_is_counted_and_not_kept);
  return g_test_run ();
}
