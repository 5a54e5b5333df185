/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sleep, as a node sees it.
 *
 * What is held, announced or waited for grows older while the machine sleeps: others' records end,
 * and others forget ours, whether we are awake or not. So a node's time goes on in sleep. The
 * monotonic clock, by which the poll counts, stands still then; CLOCK_BOOTTIME does not. The node's
 * time is the monotonic clock plus the sleep that was noticed: where the second is ahead of the
 * first by more than before, the machine slept. That is looked at once a turn of the loop, before
 * anything of the turn has happened, so that what is due is not late by some turns, and whoever has
 * to know of the sleep hears of it before the first timer fires.
 *
 * Nobody has to poll for it: a timer of the calendar that is never due, with
 * TFD_TIMER_CANCEL_ON_SET, wakes the loop when the calendar and the monotonic clock part, which is
 * when the machine wakes up and when somebody sets the calendar.
 */
#include "kad-sleep-watch.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The two clocks are read one after the other. Whoever is interrupted between them reads again. */
#define MOST_BETWEEN_US (20 * G_TIME_SPAN_MILLISECOND)
#define MAX_READS 5
/* The year 2200: a timer that is due neither before nor too far away for the kernel. */
#define NEVER_UNIX_S G_GINT64_CONSTANT (7258118400)

static gint64
get_monotonic (gpointer user_data)
{
  return g_get_monotonic_time ();
}

static gint64
get_boottime (gpointer user_data)
{
  struct timespec time;

  if (clock_gettime (CLOCK_BOOTTIME, &time) != 0)
    return g_get_monotonic_time ();
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gint64
get_wall (gpointer user_data)
{
  return g_get_real_time ();
}

const KadClocks kad_clocks_system = { get_monotonic, get_boottime, get_wall, NULL };

/* By how much boottime is ahead; the best of some readings. */
static gint64
read_ahead (const KadSleepWatch *self)
{
  const KadClocks *clocks = &self->clocks;
  gint64 best_us = 0, between_us = G_MAXINT64;

  for (guint i = 0; i < MAX_READS && between_us > MOST_BETWEEN_US; i++)
    {
      gint64 before_us = clocks->get_monotonic (clocks->user_data);
      gint64 boottime_us = clocks->get_boottime (clocks->user_data);
      gint64 after_us = clocks->get_monotonic (clocks->user_data);

      if (after_us - before_us >= between_us)
        continue;
      between_us = after_us - before_us;
      best_us = boottime_us - before_us;
    }
  return best_us;
}

void
kad_sleep_watch_init (KadSleepWatch *self, const KadClocks *clocks)
{
  *self = (KadSleepWatch){ .clocks = clocks != NULL ? *clocks : kad_clocks_system };
  self->ahead_us = read_ahead (self);
}

gint64
kad_sleep_watch_get_now (const KadSleepWatch *self)
{
  return self->clocks.get_monotonic (self->clocks.user_data) + self->slept_us;
}

gint64
kad_sleep_watch_look (KadSleepWatch *self)
{
  gint64 slept_us = read_ahead (self) - self->ahead_us;

  if (slept_us < KAD_SLEEP_LEAST_US)
    return 0;
  self->ahead_us += slept_us;
  self->slept_us += slept_us;
  return slept_us;
}

int
kad_sleep_watch_open_fd (void)
{
  const struct itimerspec never = { .it_value.tv_sec = NEVER_UNIX_S };
  int fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);

  if (fd >= 0
      && timerfd_settime (fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) != 0)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

/* It says ECANCELED, and waits for the next time. */
void
kad_sleep_watch_clear_fd (int fd)
{
  guint64 n;

  while (read (fd, &n, sizeof n) > 0)
    ;
}
