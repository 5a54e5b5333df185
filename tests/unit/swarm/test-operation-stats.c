/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-operation-stats.h"

#include "kad-error.h"

static void
test_rows (void)
{
  g_autoptr (KadOperationStats) stats = kad_operation_stats_new ();
  g_autoptr (GError) cancelled = g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, "x");
  g_autoptr (GError) failed = g_error_new_literal (KAD_ERROR, KAD_ERROR_OFFLINE, "x");
  g_autoptr (GVariant) rows = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("A row a command, by name, with durations, failures and cancelled runs");

  kad_operation_stats_note (stats, "put-record", 10, NULL);
  kad_operation_stats_note (stats, "get-record", 10, NULL);
  kad_operation_stats_note (stats, "get-record", 20, failed);
  kad_operation_stats_note (stats, "get-record", 30, cancelled);
  rows = g_variant_ref_sink (kad_operation_stats_print (stats));
  text = g_variant_print (rows, FALSE);
  g_assert_cmpstr (text, ==,
                   "[{'command': <'get-record'>, 'count': <uint64 3>, 'failures': <uint64 1>, "
                   "'cancelled': <uint64 1>, 'mean_us': <int64 20>, 'p50_us': <int64 20>, "
                   "'p95_us': <int64 30>, 'min_us': <int64 10>, 'max_us': <int64 30>}, "
                   "{'command': <'put-record'>, 'count': <uint64 1>, 'failures': <uint64 0>, "
                   "'cancelled': <uint64 0>, 'mean_us': <int64 10>, 'p50_us': <int64 10>, "
                   "'p95_us': <int64 10>, 'min_us': <int64 10>, 'max_us': <int64 10>}]");
}

static void
test_bound (void)
{
  g_autoptr (KadOperationStats) stats = kad_operation_stats_new ();
  g_autoptr (GVariant) rows = NULL;
  guint64 n_others = 0;

  g_test_summary ("So many names have rows; all others share one");

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("command-%u", i);

      kad_operation_stats_note (stats, name, 1, NULL);
    }
  rows = g_variant_ref_sink (kad_operation_stats_print (stats));
  g_assert_cmpuint (g_variant_n_children (rows), ==, KAD_MAX_OPERATION_NAMES);
  for (guint i = 0; i < KAD_MAX_OPERATION_NAMES; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      const char *name;

      g_variant_lookup (row, "command", "&s", &name);
      if (g_str_equal (name, "other"))
        g_variant_lookup (row, "count", "t", &n_others);
    }
  g_assert_cmpuint (n_others, ==, 1000 - (KAD_MAX_OPERATION_NAMES - 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation-stats/rows", test_rows);
  g_test_add_func ("/operation-stats/bound", test_bound);
  return g_test_run ();
}
