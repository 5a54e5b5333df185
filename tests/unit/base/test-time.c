/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-time.h"

static const struct
{
  gint64 unix_us;
  const char *text;
} moments[] = {
  { 0, "1970-01-01T00:00:00.000000000Z" },
  { -1, "1969-12-31T23:59:59.999999000Z" },
  { 1795251914123456, "2026-11-21T09:05:14.123456000Z" },
  { 951782400000000, "2000-02-29T00:00:00.000000000Z" },
  { 4107542399999999, "2100-02-28T23:59:59.999999000Z" },
  { 4107542400000000, "2100-03-01T00:00:00.000000000Z" },
  { -62167219200000000, "0000-01-01T00:00:00.000000000Z" },
  { 253402300799999999, "9999-12-31T23:59:59.999999000Z" },
};

static void
test_writes_utc_with_nine_digits (void)
{
  g_test_summary ("A moment is written in UTC, always with nine digits of fraction");

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *text = kad_wall_time_to_rfc3339 ((KadWallTime){ moments[i].unix_us });

      g_assert_cmpstr (text, ==, moments[i].text);
    }
}

static void
test_clamps_what_has_no_year (void)
{
  g_autofree char *late = kad_wall_time_to_rfc3339 ((KadWallTime){ G_MAXINT64 });
  g_autofree char *early = kad_wall_time_to_rfc3339 ((KadWallTime){ G_MININT64 });

  g_test_summary ("Moments beyond four digits of a year become the nearest second");

  g_assert_cmpstr (late, ==, "9999-12-31T23:59:59.000000000Z");
  g_assert_cmpstr (early, ==, "0000-01-01T00:00:00.000000000Z");
}

static void
test_reads_what_it_wrote (void)
{
  g_test_summary ("What was written is read as the same moment");

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      KadWallTime time = { 4711 };

      g_assert_true (kad_wall_time_parse_rfc3339 (moments[i].text, &time));
      g_assert_cmpint (time.unix_us, ==, moments[i].unix_us);
    }
}

static void
test_agrees_with_glib_day_by_day (void)
{
  g_test_summary ("Every day of 500 years is the one of GLib's calendar");

  for (gint64 day = -100000; day < 100000; day += 1)
    {
      gint64 seconds = day * 86400 + 12345;
      g_autoptr (GDateTime) other = g_date_time_new_from_unix_utc (seconds);
      g_autofree char *date = g_date_time_format (other, "%Y-%m-%dT%H:%M:%S.000000000Z");
      g_autofree char *text = kad_wall_time_to_rfc3339 ((KadWallTime){ seconds * 1000000 });
      KadWallTime back;

      g_assert_cmpstr (text, ==, date);
      g_assert_true (kad_wall_time_parse_rfc3339 (text, &back));
      g_assert_cmpint (back.unix_us, ==, seconds * 1000000);
    }
}

static void
test_reads_every_form (void)
{
  static const struct
  {
    const char *text;
    gint64 unix_us;
  } forms[] = {
    { "2026-11-21T09:05:14Z", 1795251914000000 },
    { "2026-11-21t09:05:14z", 1795251914000000 },
    { "2026-11-21T09:05:14.1Z", 1795251914100000 },
    { "2026-11-21T09:05:14.123456789Z", 1795251914123456 },
    { "2026-11-21T09:05:14.12345678901234567890Z", 1795251914123456 },
    { "2026-11-21T10:05:14+01:00", 1795251914000000 },
    { "2026-11-21T03:35:14.5-05:30", 1795251914500000 },
    { "2026-11-20T23:59:60Z", 1795219200000000 },
    { "9999-12-31T23:59:59.999999+00:00", 253402300799999999 },
    { "0000-01-01T00:01:00+00:01", -62167219200000000 },
  };

  g_test_summary ("Fractions of any length, offsets, lower case and leap seconds are read");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      KadWallTime time = { 0 };

      g_assert_true (kad_wall_time_parse_rfc3339 (forms[i].text, &time));
      g_assert_cmpint (time.unix_us, ==, forms[i].unix_us);
    }
}

static void
test_refuses_what_is_no_time (void)
{
  static const char *const bad[] = {
    "",
    "0",
    "1754042400",
    "now",
    "2026-11-21",
    "2026-11-21 09:05:14Z",
    "2026-11-21T09:05:14",
    "2026-11-21T09:05:14.Z",
    "2026-11-21T09:05:14,5Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T09:60:14Z",
    "2026-11-21T09:05:61Z",
    "2026-11-21T09:05:14+24:00",
    "2026-11-21T09:05:14+01:60",
    "2026-11-21T09:05:14+0100",
    "2026-11-21T09:05:14Zx",
    "+026-11-21T09:05:14Z",
    "20266-11-21T09:05:14Z",
    " 2026-11-21T09:05:14Z",
    "2026-11-21T09:05:14.123456",
    "9999-12-31T23:59:59-00:01", /* the year 10000 in UTC */
    "9999-12-31T23:59:60Z",
    "0000-01-01T00:00:00+00:01", /* the year -1 in UTC */
  };

  g_test_summary ("What is no RFC 3339 time is refused, and the result is untouched");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      KadWallTime time = { 4711 };

      g_assert_false (kad_wall_time_parse_rfc3339 (bad[i], &time));
      g_assert_cmpint (time.unix_us, ==, 4711);
    }
}

static void
test_deadlines_saturate (void)
{
  g_test_summary ("No sum of a time and a delay wraps");

  g_assert_cmpint (kad_time_add (5, 7), ==, 12);
  g_assert_cmpint (kad_time_add (G_MAXINT64 - 1, 1), ==, KAD_TIME_NEVER);
  g_assert_cmpint (kad_time_add (G_MAXINT64 - 1, 2), ==, KAD_TIME_NEVER);
  g_assert_cmpint (kad_time_add (KAD_TIME_NEVER, KAD_USEC_PER_HOUR), ==, KAD_TIME_NEVER);
  g_assert_cmpint (kad_time_add (G_MININT64, -1), ==, G_MININT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/writes-utc-with-nine-digits", test_writes_utc_with_nine_digits);
  g_test_add_func ("/time/clamps-what-has-no-year", test_clamps_what_has_no_year);
  g_test_add_func ("/time/reads-what-it-wrote", test_reads_what_it_wrote);
  g_test_add_func ("/time/agrees-with-glib-day-by-day", test_agrees_with_glib_day_by_day);
  g_test_add_func ("/time/reads-every-form", test_reads_every_form);
  g_test_add_func ("/time/refuses-what-is-no-time", test_refuses_what_is_no_time);
  g_test_add_func ("/time/deadlines-saturate", test_deadlines_saturate);
  return g_test_run ();
}
