/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-time.h"

#define SECONDS_PER_DAY ((gint64) 86400)

/* What four digits of a year can say. */
#define MIN_UNIX_S ((gint64) -62167219200) /* 0000-01-01T00:00:00Z */
#define MAX_UNIX_S ((gint64) 253402300799) /* 9999-12-31T23:59:59Z */

/* Rounds to minus infinity, where C's division rounds to zero. */
static gint64
floor_div (gint64 value, gint64 divisor)
{
  gint64 quotient = value / divisor;

  return value % divisor < 0 ? quotient - 1 : quotient;
}

static gboolean
is_leap_year (int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_of_month (int year, int month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  return month == 2 && is_leap_year (year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years are
 * counted from March, so that the leap day is the last of its year. */
static gint64
days_from_date (int year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = floor_div (y, 400);
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * 146097 + day_of_era - 719468;
}

static void
date_from_days (gint64 days, int *year, int *month, int *day)
{
  gint64 z = days + 719468;
  gint64 era = floor_div (z, 146097);
  gint64 day_of_era = z - era * 146097;
  gint64 year_of_era
      = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month_from_march = (5 * day_of_year + 2) / 153;

  *day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
  *month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  *year = (int) (year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

/**
 * kad_wall_time_to_rfc3339:
 * @time: a moment
 *
 * Writes a moment as RFC 3339 in UTC with nine digits of fraction, as the
 * `timeReceived` of a record wants it (js parses strictly and needs a
 * fraction). Moments outside the years 0000 to 9999, which RFC 3339 cannot
 * say, become the nearest second that it can.
 *
 * Returns: (transfer full): for example `2026-11-21T09:05:14.123456000Z`
 */
char *
kad_wall_time_to_rfc3339 (KadWallTime time)
{
  gint64 seconds = floor_div (time.unix_us, KAD_USEC_PER_SEC);
  gint64 remainder_us = time.unix_us % KAD_USEC_PER_SEC;
  gint64 fraction_us = remainder_us < 0 ? remainder_us + KAD_USEC_PER_SEC : remainder_us;
  int year, month, day, second_of_day;

  if (seconds < MIN_UNIX_S || seconds > MAX_UNIX_S)
    {
      seconds = CLAMP (seconds, MIN_UNIX_S, MAX_UNIX_S);
      fraction_us = 0;
    }
  date_from_days (floor_div (seconds, SECONDS_PER_DAY), &year, &month, &day);
  second_of_day = (int) (seconds - floor_div (seconds, SECONDS_PER_DAY) * SECONDS_PER_DAY);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%06d000Z", year, month, day,
                          second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60,
                          (int) fraction_us);
}

/* Reads exactly @digits digits and moves on. */
static gboolean
read_number (const char **text, guint digits, int max, int *value)
{
  int number = 0;

  for (guint i = 0; i < digits; i++)
    {
      if (!g_ascii_isdigit ((*text)[i]))
        return FALSE;
      number = number * 10 + ((*text)[i] - '0');
    }
  *text += digits;
  *value = number;
  return number <= max;
}

static gboolean
read_char (const char **text, char upper)
{
  if (g_ascii_toupper (**text) != upper)
    return FALSE;
  (*text)++;
  return TRUE;
}

/* The digits after the point; what is finer than a microsecond is dropped. */
static gboolean
read_fraction (const char **text, gint64 *fraction_us)
{
  gint64 unit = KAD_USEC_PER_SEC / 10;

  *fraction_us = 0;
  if (!read_char (text, '.'))
    return TRUE;
  if (!g_ascii_isdigit (**text))
    return FALSE;
  for (; g_ascii_isdigit (**text); (*text)++, unit /= 10)
    *fraction_us += (**text - '0') * unit;
  return TRUE;
}

static gboolean
read_offset (const char **text, gint64 *offset_s)
{
  int sign, hours, minutes;

  *offset_s = 0;
  if (read_char (text, 'Z'))
    return TRUE;
  if (**text != '+' && **text != '-')
    return FALSE;
  sign = **text == '-' ? -1 : 1;
  (*text)++;
  if (!read_number (text, 2, 23, &hours) || !read_char (text, ':')
      || !read_number (text, 2, 59, &minutes))
    return FALSE;
  *offset_s = sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

/**
 * kad_wall_time_parse_rfc3339:
 * @text: what may be an RFC 3339 time
 * @time: (out): the moment, untouched on failure
 *
 * Reads an RFC 3339 time (section 5.6), with or without a fraction and with any
 * offset. Digits finer than a microsecond are dropped; a leap second counts as
 * the first second of the next minute. A time whose offset takes it out of the
 * years 0000 to 9999 of UTC is none. Peers put other things into
 * `timeReceived` (nothing, or a number): that is not an error, but %FALSE.
 *
 * Returns: %TRUE if the whole of @text is such a time
 */
gboolean
kad_wall_time_parse_rfc3339 (const char *text, KadWallTime *time)
{
  int year, month, day, hour, minute, second;
  gint64 fraction_us, offset_s, seconds;

  g_return_val_if_fail (text != NULL && time != NULL, FALSE);

  if (!read_number (&text, 4, 9999, &year) || !read_char (&text, '-')
      || !read_number (&text, 2, 12, &month) || !read_char (&text, '-')
      || !read_number (&text, 2, 31, &day) || !read_char (&text, 'T')
      || !read_number (&text, 2, 23, &hour) || !read_char (&text, ':')
      || !read_number (&text, 2, 59, &minute) || !read_char (&text, ':')
      || !read_number (&text, 2, 60, &second) || !read_fraction (&text, &fraction_us)
      || !read_offset (&text, &offset_s) || *text != '\0')
    return FALSE;
  if (month < 1 || day < 1 || day > days_of_month (year, month))
    return FALSE;

  seconds = days_from_date (year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
            - offset_s;
  if (seconds < MIN_UNIX_S || seconds > MAX_UNIX_S)
    return FALSE;
  time->unix_us = seconds * KAD_USEC_PER_SEC + fraction_us;
  return TRUE;
}
