/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that writes is killed at a random moment, again and again. KAD_KILLS says how often. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kad-database-testing.h"

#define KILLS 100
#define LONGEST_US 40000

/* Publishes and removes, and says of each publication by its number when it is durable. */
static void
write_until_killed (Bench *bench, guint32 number, int fd)
{
  bench_start (bench);
  for (;; number++)
    {
      g_autofree char *key = g_strdup_printf ("%u", number);

      kad_database_put (bench->database, bench_new_publication (key, "", number));
      for (guint i = 0; i < 50; i++)
        kad_database_put (bench->database, bench_new_provider (number * 50 + i));
      if (bench_flush (bench) != NULL || write (fd, &number, sizeof number) != sizeof number)
        _exit (1);
    }
}

static void
test_killed (void)
{
  const char *wanted = g_getenv ("KAD_KILLS");
  guint n_kills = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : KILLS;
  g_auto (Bench) bench = { 0 };
  guint32 next = 0;
  gint64 slowest_us = 0;

  g_test_summary ("Killed at any moment: what was flushed is there, and it opens within a second");

  bench_init (&bench);
  for (guint i = 0; i < n_kills; i++)
    {
      g_autoptr (GPtrArray) rows = bench_new_rows ();
      guint32 acknowledged = next, number;
      gint64 began_us;
      int fds[2], status;
      pid_t pid;

      g_assert_cmpint (pipe (fds), ==, 0);
      pid = fork ();
      if (pid == 0)
        write_until_killed (&bench, next, fds[1]);
      close (fds[1]);
      g_usleep ((gulong) g_random_int_range (0, LONGEST_US));
      kill (pid, SIGKILL);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      while (read (fds[0], &number, sizeof number) == sizeof number)
        acknowledged = number + 1;
      close (fds[0]);

      began_us = g_get_monotonic_time ();
      bench_open (&bench);
      slowest_us = MAX (slowest_us, g_get_monotonic_time () - began_us);
      g_assert_true (kad_database_load_now (bench.database, KAD_DATABASE_PUBLICATION, rows));
      bench_close (&bench);
      /* One more may have been written and not been told. */
      g_assert_cmpuint (rows->len, >=, acknowledged);
      g_assert_cmpuint (rows->len, <=, acknowledged + 1);
      next = rows->len;
    }
  g_assert_cmpint (slowest_us, <, G_USEC_PER_SEC);
  g_assert_cmpstr (bench.warnings->str, ==, "");
  g_assert_cmpuint (bench_count_damaged (&bench), ==, 0);
  g_test_message ("%u publications after %u kills, opened in %.1f ms at most", next, n_kills,
                  (double) slowest_us / 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/database-kill/killed", test_killed);
  return g_test_run ();
}
