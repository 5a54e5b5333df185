/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/* Monotonic time is a plain `gint64 now_us` everywhere: microseconds of a clock
 * that never steps. Wall-clock time is this type and nothing else, so that the
 * compiler keeps the two apart. */

/**
 * KadWallTime:
 * @unix_us: microseconds since 1970-01-01 UTC
 *
 * A moment by the calendar.
 */
typedef struct
{
  gint64 unix_us;
} KadWallTime;

/**
 * KAD_TIME_NEVER:
 *
 * A moment that never comes.
 */
#define KAD_TIME_NEVER G_MAXINT64

/**
 * KAD_USEC_PER_MSEC:
 *
 * Microseconds of a millisecond.
 */
#define KAD_USEC_PER_MSEC ((gint64) 1000)

/**
 * KAD_USEC_PER_SEC:
 *
 * Microseconds of a second.
 */
#define KAD_USEC_PER_SEC ((gint64) 1000000)

/**
 * KAD_USEC_PER_HOUR:
 *
 * Microseconds of an hour.
 */
#define KAD_USEC_PER_HOUR ((gint64) 3600 * KAD_USEC_PER_SEC)

/* now + delay, saturating at KAD_TIME_NEVER: no deadline ever wraps. */
static inline gint64
kad_time_add (gint64 now_us, gint64 delay_us)
{
  gint64 sum;
  if (__builtin_add_overflow (now_us, delay_us, &sum))
    return delay_us > 0 ? KAD_TIME_NEVER : G_MININT64;
  return sum;
}

/* RFC 3339, UTC, always with nine digits of fraction. */
KAD_API char *kad_wall_time_to_rfc3339 (KadWallTime time);
/* FALSE if @text is no RFC 3339 time (with or without fraction, any offset). */
KAD_API gboolean kad_wall_time_parse_rfc3339 (const char *text, KadWallTime *time);

G_END_DECLS
