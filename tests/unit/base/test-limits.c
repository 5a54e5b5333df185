/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-limit-values.h"

static void
test_table_is_whole (void)
{
  guint n = 0;

  g_test_summary ("Each limit has a name of its own, a unit, a summary and a default in its range");
  for (const KadLimitInfo *info; (info = kad_limit_get_info (n)) != NULL; n++)
    {
      g_assert_cmpstr (info->name, !=, NULL);
      g_assert_cmpstr (info->unit, !=, NULL);
      g_assert_cmpstr (info->summary, !=, NULL);
      g_assert_cmpuint (info->minimum, <=, info->fallback);
      g_assert_cmpuint (info->fallback, <=, info->maximum);
      g_assert_true (kad_limit_find (info->name) == info);
      for (const char *c = info->name; *c != '\0'; c++)
        g_assert_true (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-');
    }
  g_assert_cmpuint (n, ==, KAD_N_LIMITS);
  g_assert_null (kad_limit_find ("no-such-limit"));
}

static void
test_set_in_range (void)
{
  KadLimits limits;

  g_test_summary ("A limit takes what is in its range, ends included");
  kad_limits_init (&limits);
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    {
      const KadLimitInfo *info = kad_limit_get_info (i);

      g_assert_cmpuint (kad_limits_get (&limits, i), ==, info->fallback);
      g_assert_true (kad_limits_set (&limits, info->name, info->minimum, NULL));
      g_assert_cmpuint (kad_limits_get (&limits, i), ==, info->minimum);
      g_assert_true (kad_limits_set (&limits, info->name, info->maximum, NULL));
      g_assert_cmpuint (kad_limits_get (&limits, i), ==, info->maximum);
    }
}

static void
test_set_refuses (void)
{
  KadLimits limits;
  g_autoptr (GError) error = NULL;

  g_test_summary ("An unknown name and a value out of range are errors that change nothing");
  kad_limits_init (&limits);
  g_assert_false (kad_limits_set (&limits, "connection", 5, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (kad_limits_set (&limits, "connections", 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "The limit connections is from 1 to 1000000 connections, not 0");
  g_clear_error (&error);
  g_assert_false (kad_limits_set (&limits, "connections", G_MAXUINT64, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (kad_limits_get (&limits, KAD_LIMIT_CONNECTIONS), ==, 8192);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/table-is-whole", test_table_is_whole);
  g_test_add_func ("/limits/set/in-range", test_set_in_range);
  g_test_add_func ("/limits/set/refuses", test_set_refuses);
  return g_test_run ();
}
