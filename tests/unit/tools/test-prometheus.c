/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-prometheus.h"

#include <string.h>

static char *
format (const char *stats)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = g_variant_parse (G_VARIANT_TYPE_VARDICT, stats, NULL, NULL, &error);

  g_assert_no_error (error);
  return kad_prometheus_format (parsed);
}

static void
test_nothing (void)
{
  g_autofree char *text = format ("{}");

  g_test_summary ("What is missing is left out");

  g_assert_cmpstr (text, ==, "");
}

static void
test_numbers (void)
{
  g_autofree char *text = format ("{'uptime_us': <int64 1500000>, "
                                  "'now': <{'table': <uint32 20>, 'records_bytes': <uint64 7>}>, "
                                  "'network_size': <{'estimate': <1234.5>}>, "
                                  "'traffic': <{'in_bytes': <uint64 18446744073709551615>}>}");

  g_test_summary ("Gauges and counters, durations in seconds, counts to the last digit");

  g_assert_cmpstr (text, ==,
                   "# HELP kad_uptime_seconds Time since the node was started.\n"
                   "# TYPE kad_uptime_seconds gauge\n"
                   "kad_uptime_seconds 1.5\n"
                   "# HELP kad_table_peers Peers in the routing table.\n"
                   "# TYPE kad_table_peers gauge\n"
                   "kad_table_peers 20\n"
                   "# HELP kad_records_bytes What the value records take.\n"
                   "# TYPE kad_records_bytes gauge\n"
                   "kad_records_bytes 7\n"
                   "# HELP kad_received_bytes_total Bytes that transports received.\n"
                   "# TYPE kad_received_bytes_total counter\n"
                   "kad_received_bytes_total 18446744073709551615\n"
                   "# HELP kad_network_size How many servers the network is estimated to have; 0: "
                   "not known.\n"
                   "# TYPE kad_network_size gauge\n"
                   "kad_network_size 1234.5\n");
}

static void
test_labels (void)
{
  g_autofree char *text
      = format ("{'requests': <{'served': <{'find-node': <{'ok': <uint64 3>, 'failed': <uint64 "
                "1>}>}>, 'asked': <{'ping': <{'ok': <uint64 0>}>}>}>, "
                "'dials': <{'tc\"p\\\\\\n': <{'ok': <uint64 2>}>}>}");

  g_test_summary ("Nested counts are one family with a label a level, escaped");

  g_assert_cmpstr (
      text, ==,
      "# HELP kad_dials_total Dials by transport and result.\n"
      "# TYPE kad_dials_total counter\n"
      "kad_dials_total{transport=\"tc\\\"p\\\\\\n\",result=\"ok\"} 2\n"
      "# HELP kad_requests_total Requests that were served and asked, by type and result.\n"
      "# TYPE kad_requests_total counter\n"
      "kad_requests_total{direction=\"served\",request=\"find-node\",result=\"ok\"} 3\n"
      "kad_requests_total{direction=\"served\",request=\"find-node\",result=\"failed\"} 1\n"
      "kad_requests_total{direction=\"asked\",request=\"ping\",result=\"ok\"} 0\n");
}

static void
test_other_shapes (void)
{
  g_autofree char *text = format ("{'requests': <{'served': <uint64 1>, 'x': <{'y': <{'z': <{'a': "
                                  "<uint64 1>}>}>}>}>, 'uptime_us': <'long'>, 'now': <uint32 1>}");

  g_test_summary ("Shapes that are not the ones expected give nothing, and no broken line");

  g_assert_cmpstr (text, ==, "");
}

static void
test_commands (void)
{
  g_autofree char *text = format (
      "{'operations': <[{'command': <'get-record'>, 'count': <uint64 4>, 'failures': <uint64 1>, "
      "'cancelled': <uint64 2>, 'mean_us': <int64 250000>, 'p50_us': <int64 200000>, "
      "'p95_us': <int64 900000>}]>}");

  g_test_summary ("Commands are a summary with quantiles, sum and count");

  g_assert_cmpstr (text, ==,
                   "# HELP kad_command_seconds How long the runs of each command took, since the "
                   "node was started.\n"
                   "# TYPE kad_command_seconds summary\n"
                   "kad_command_seconds{command=\"get-record\",quantile=\"0.5\"} 0.2\n"
                   "kad_command_seconds{command=\"get-record\",quantile=\"0.95\"} 0.9\n"
                   "kad_command_seconds_sum{command=\"get-record\"} 1\n"
                   "kad_command_seconds_count{command=\"get-record\"} 4\n"
                   "# HELP kad_command_failures_total Runs of each command that failed.\n"
                   "# TYPE kad_command_failures_total counter\n"
                   "kad_command_failures_total{command=\"get-record\"} 1\n"
                   "# HELP kad_command_cancelled_total Runs of each command that were cancelled.\n"
                   "# TYPE kad_command_cancelled_total counter\n"
                   "kad_command_cancelled_total{command=\"get-record\"} 2\n");
}

static void
test_info (void)
{
  g_autofree char *text
      = format ("{'node': <{'peer': <'12D3'>, 'agent': <'kad/0.1.0'>, 'protocol': "
                "<'/ipfs/kad/1.0.0'>, 'mode': <'auto'>, 'server': <true>}>}");

  g_test_summary ("Who the node is stands in the labels of a constant");

  g_assert_nonnull (strstr (text, "kad_info{peer=\"12D3\",agent=\"kad/0.1.0\",protocol="
                                  "\"/ipfs/kad/1.0.0\",mode=\"auto\"} 1\n"));
  g_assert_nonnull (strstr (text, "kad_server 1\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prometheus/nothing", test_nothing);
  g_test_add_func ("/prometheus/numbers", test_numbers);
  g_test_add_func ("/prometheus/labels", test_labels);
  g_test_add_func ("/prometheus/other-shapes", test_other_shapes);
  g_test_add_func ("/prometheus/commands", test_commands);
  g_test_add_func ("/prometheus/info", test_info);
  return g_test_run ();
}
