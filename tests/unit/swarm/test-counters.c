/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-counters.h"

static guint64
get_count (GVariant *dict, const char *a, const char *b, const char *c)
{
  const char *path[] = { a, b, c };
  g_autoptr (GVariant) at = g_variant_ref_sink (dict);

  for (guint i = 0; i < G_N_ELEMENTS (path) && path[i] != NULL; i++)
    {
      GVariant *next = g_variant_lookup_value (at, path[i], NULL);

      g_assert_nonnull (next);
      g_variant_unref (at);
      at = next;
    }
  return g_variant_get_uint64 (at);
}

static void
note (KadCounters *counters, KadEventType type, KadQueryKind kind, KadOutcome outcome)
{
  g_autoptr (KadEvent) event = kad_event_new (type);

  event->kind = kind;
  event->outcome = outcome;
  kad_counters_note_event (counters, event);
}

static void
test_queries (void)
{
  KadCounters counters = { 0 };

  g_test_summary ("Queries are counted by kind and outcome; other events are none");

  note (&counters, KAD_EVENT_QUERY_STARTED, KAD_QUERY_GET_RECORD, 0);
  note (&counters, KAD_EVENT_QUERY_STARTED, KAD_QUERY_GET_RECORD, 0);
  note (&counters, KAD_EVENT_QUERY_FINISHED, KAD_QUERY_GET_RECORD, KAD_OUTCOME_TIMED_OUT);
  note (&counters, KAD_EVENT_QUERY_PROGRESS, KAD_QUERY_GET_RECORD, KAD_OUTCOME_COMPLETED);
  note (&counters, KAD_EVENT_QUERY_FINISHED, (KadQueryKind) 77, KAD_OUTCOME_COMPLETED);
  note (&counters, KAD_EVENT_QUERY_FINISHED, KAD_QUERY_PROVIDE, (KadOutcome) 77);
  g_assert_cmpuint (
      get_count (kad_counters_print_queries (&counters), "get-record", "started", NULL), ==, 2);
  g_assert_cmpuint (
      get_count (kad_counters_print_queries (&counters), "get-record", "timed-out", NULL), ==, 1);
  g_assert_cmpuint (
      get_count (kad_counters_print_queries (&counters), "get-record", "completed", NULL), ==, 0);
}

static void
test_requests (void)
{
  KadCounters counters = { 0 };

  g_test_summary ("Requests are counted by type and result; unknown types are left out");

  kad_counters_note_request (counters.served, KAD_MESSAGE_FIND_NODE, TRUE);
  kad_counters_note_request (counters.asked, KAD_MESSAGE_PUT_VALUE, FALSE);
  kad_counters_note_request (counters.served, (KadMessageType) 6, TRUE);
  kad_counters_note_request (counters.served, (KadMessageType) -1, TRUE);
  g_assert_cmpuint (
      get_count (kad_counters_print_requests (&counters), "served", "find-node", "ok"), ==, 1);
  g_assert_cmpuint (
      get_count (kad_counters_print_requests (&counters), "asked", "put-value", "failed"), ==, 1);
  g_assert_cmpuint (get_count (kad_counters_print_requests (&counters), "asked", "put-value", "ok"),
                    ==, 0);
}

static void
test_dials (void)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GVariant) none = NULL;
  KadCounters counters = { 0 };

  g_test_summary ("Dials are counted by transport; those of no transport have a row if any");

  g_ptr_array_add (names, (gpointer) "memory");
  g_ptr_array_add (names, (gpointer) "tcp");
  kad_counters_note_dial (&counters, 1, TRUE);
  none = g_variant_ref_sink (kad_counters_print_dials (&counters, names));
  g_assert_false (g_variant_lookup (none, "other", "*", NULL));
  kad_counters_note_dial (&counters, G_MAXUINT, FALSE);
  kad_counters_note_dial (&counters, KAD_MAX_COUNTED_TRANSPORTS + 5, FALSE);
  g_assert_cmpuint (get_count (kad_counters_print_dials (&counters, names), "tcp", "ok", NULL), ==,
                    1);
  g_assert_cmpuint (
      get_count (kad_counters_print_dials (&counters, names), "other", "failed", NULL), ==, 2);
}

static void
test_clock (void)
{
  KadCounters counters = { 0 };

  g_test_summary ("Of the clock's steps the largest is kept, in either direction");

  kad_counters_note_clock_step (&counters, 5);
  kad_counters_note_clock_step (&counters, -9);
  kad_counters_note_clock_step (&counters, 7);
  g_assert_cmpuint (counters.n_clock_steps, ==, 3);
  g_assert_cmpint (counters.largest_step_us, ==, -9);
}

static void
test_connections_and_traffic (void)
{
  KadCounters counters = { .inbound = { 1, 2, 3, 4 }, .bytes_in = 5, .n_streams_refused = 6 };

  g_test_summary ("Connections and traffic are printed under their names");

  g_assert_cmpuint (
      get_count (kad_counters_print_connections (&counters), "inbound", "opened", NULL), ==, 1);
  g_assert_cmpuint (
      get_count (kad_counters_print_connections (&counters), "inbound", "closed", NULL), ==, 2);
  g_assert_cmpuint (
      get_count (kad_counters_print_connections (&counters), "inbound", "refused", NULL), ==, 3);
  g_assert_cmpuint (
      get_count (kad_counters_print_connections (&counters), "inbound", "failed", NULL), ==, 4);
  g_assert_cmpuint (
      get_count (kad_counters_print_connections (&counters), "outbound", "opened", NULL), ==, 0);
  g_assert_cmpuint (get_count (kad_counters_print_traffic (&counters), "in_bytes", NULL, NULL), ==,
                    5);
  g_assert_cmpuint (
      get_count (kad_counters_print_traffic (&counters), "streams_refused", NULL, NULL), ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counters/queries", test_queries);
  g_test_add_func ("/counters/requests", test_requests);
  g_test_add_func ("/counters/dials", test_dials);
  g_test_add_func ("/counters/clock", test_clock);
  g_test_add_func ("/counters/connections-and-traffic", test_connections_and_traffic);
  return g_test_run ();
}
