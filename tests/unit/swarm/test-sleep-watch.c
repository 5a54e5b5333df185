/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sleep-watch.h"

#include <poll.h>
#include <unistd.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define HOUR (3600 * SECOND)

/* Clocks that stand still but for what the test does. */
typedef struct
{
  gint64 monotonic_us, boottime_us;
  gint64 interrupted_us; /* what passes within the next reading of both clocks; then 0 */
} Clocks;

static gint64
get_monotonic (gpointer user_data)
{
  return ((Clocks *) user_data)->monotonic_us;
}

/* Whoever reads is interrupted before. */
static gint64
get_boottime (gpointer user_data)
{
  Clocks *self = user_data;

  self->monotonic_us += self->interrupted_us;
  self->boottime_us += self->interrupted_us;
  self->interrupted_us = 0;
  return self->boottime_us;
}

static KadSleepWatch
make_watch (Clocks *clocks)
{
  KadClocks functions = { get_monotonic, get_boottime, get_monotonic, clocks };
  KadSleepWatch watch;

  *clocks = (Clocks){ 100 * SECOND, 7100 * SECOND, 0 };
  kad_sleep_watch_init (&watch, &functions);
  return watch;
}

static void
wake_for (Clocks *clocks, gint64 duration_us)
{
  clocks->monotonic_us += duration_us;
  clocks->boottime_us += duration_us;
}

static void
test_sleep_is_told_once (void)
{
  Clocks clocks;
  KadSleepWatch watch = make_watch (&clocks);

  g_test_summary ("Sleep before the beginning is none; sleep after it is told once, and counts");

  g_assert_cmpint (kad_sleep_watch_get_now (&watch), ==, 100 * SECOND);
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  wake_for (&clocks, 10 * SECOND);
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  clocks.boottime_us += 8 * HOUR;
  g_assert_cmpint (kad_sleep_watch_get_now (&watch), ==, 110 * SECOND);
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 8 * HOUR);
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  g_assert_cmpint (kad_sleep_watch_get_now (&watch), ==, 110 * SECOND + 8 * HOUR);
  clocks.boottime_us += HOUR;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, HOUR);
  g_assert_cmpint (watch.slept_us, ==, 9 * HOUR);
}

static void
test_naps_add_up (void)
{
  Clocks clocks;
  KadSleepWatch watch = make_watch (&clocks);

  g_test_summary ("What is too short to be told is told with what follows");

  clocks.boottime_us += 600 * 1000;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  clocks.boottime_us += 600 * 1000;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 1200 * 1000);
}

static void
test_who_is_interrupted_did_not_sleep (void)
{
  Clocks clocks;
  KadSleepWatch watch = make_watch (&clocks);

  g_test_summary ("Three seconds between reading one clock and the other are no sleep");

  clocks.interrupted_us = 3 * SECOND;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  clocks.interrupted_us = 3 * SECOND;
  clocks.boottime_us += HOUR;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, HOUR);
}

static void
test_time_never_goes_back (void)
{
  Clocks clocks;
  KadSleepWatch watch = make_watch (&clocks);

  g_test_summary ("A boottime that falls back is no reason for time to do so");

  clocks.boottime_us -= HOUR;
  g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  g_assert_cmpint (kad_sleep_watch_get_now (&watch), ==, 100 * SECOND);
}

static void
test_the_system_s_clocks (void)
{
  KadSleepWatch watch;
  gint64 before_us = g_get_monotonic_time ();
  gint64 wall_us = g_get_real_time ();

  g_test_summary ("By the system's clocks nobody has slept in this test");

  kad_sleep_watch_init (&watch, NULL);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (kad_sleep_watch_look (&watch), ==, 0);
  g_assert_cmpint (kad_sleep_watch_get_now (&watch), >=, before_us);
  g_assert_cmpint (kad_sleep_watch_get_now (&watch), <=, g_get_monotonic_time ());
  g_assert_cmpint (watch.clocks.get_wall (NULL), >=, wall_us);
  g_assert_cmpint (watch.clocks.get_boottime (NULL), >=, before_us);
}

static void
test_the_descriptor_is_silent (void)
{
  int fd = kad_sleep_watch_open_fd ();
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  g_test_summary (
      "The descriptor wakes nobody while nothing happens, and can be read all the same");

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (poll (&poll_fd, 1, 20), ==, 0);
  kad_sleep_watch_clear_fd (fd);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sleep-watch/told-once", test_sleep_is_told_once);
  g_test_add_func ("/sleep-watch/naps", test_naps_add_up);
  g_test_add_func ("/sleep-watch/interrupted", test_who_is_interrupted_did_not_sleep);
  g_test_add_func ("/sleep-watch/never-back", test_time_never_goes_back);
  g_test_add_func ("/sleep-watch/system", test_the_system_s_clocks);
  g_test_add_func ("/sleep-watch/descriptor", test_the_descriptor_is_silent);
  return g_test_run ();
}
