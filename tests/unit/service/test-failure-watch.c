/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-failure-watch.h"

#include <string.h>

#define DAY 86400

/* One publication that fails and is kept, one that is not kept. */
static KadFailureWatch *
new_watch (void)
{
  KadFailureWatch *watch = kad_failure_watch_new ();

  kad_failure_watch_note (watch, "record-1", TRUE, TRUE);
  kad_failure_watch_note (watch, "provider-2", FALSE, TRUE);
  return watch;
}

static KadFailureWatch *
new_again (KadFailureWatch *watch)
{
  KadFailureWatch *again = kad_failure_watch_new ();
  g_autofree char *text = NULL;
  gsize len;

  text = kad_failure_watch_save (watch, &len);
  g_assert_true (kad_failure_watch_load (again, text, len));
  return again;
}

static void
test_a_day (void)
{
  g_test_summary ("What failed for a day is told, and not before");
  g_autoptr (KadFailureWatch) watch = new_watch ();

  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY - 1, DAY), ==, 0);
  g_assert_cmpuint (kad_failure_watch_pass (watch, 1, DAY), ==, 2);
}

static void
test_failing_again (void)
{
  g_test_summary ("A further failure does not begin the day anew, a success does");
  g_autoptr (KadFailureWatch) watch = new_watch ();

  kad_failure_watch_pass (watch, DAY / 2, DAY);
  kad_failure_watch_note (watch, "record-1", TRUE, TRUE);
  kad_failure_watch_note (watch, "provider-2", FALSE, FALSE);
  kad_failure_watch_note (watch, "provider-2", FALSE, TRUE);
  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY / 2, DAY), ==, 1);
}

static void
test_once (void)
{
  g_test_summary ("Who was told is not told again until everything was announced");
  g_autoptr (KadFailureWatch) watch = new_watch ();

  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY, DAY), ==, 2);
  /* It could not be shown: again. */
  g_assert_cmpuint (kad_failure_watch_pass (watch, 1, DAY), ==, 2);
  kad_failure_watch_set_told (watch);
  g_assert_cmpuint (kad_failure_watch_pass (watch, 10 * DAY, DAY), ==, 0);
  kad_failure_watch_note (watch, "record-1", TRUE, FALSE);
  kad_failure_watch_note (watch, "record-3", TRUE, TRUE);
  g_assert_cmpuint (kad_failure_watch_pass (watch, 10 * DAY, DAY), ==, 0);
  kad_failure_watch_forget (watch, "provider-2");
  kad_failure_watch_note (watch, "record-3", TRUE, FALSE);
  g_assert_true (kad_failure_watch_is_empty (watch));
  kad_failure_watch_note (watch, "record-1", TRUE, TRUE);
  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY, DAY), ==, 1);
}

static void
test_kept (void)
{
  g_test_summary ("What was counted is there after a restart, of what is there itself");
  g_autoptr (KadFailureWatch) watch = new_watch ();
  g_autoptr (KadFailureWatch) again = NULL;

  kad_failure_watch_pass (watch, DAY - 10, DAY);
  again = new_again (watch);
  g_assert_cmpuint (kad_failure_watch_pass (again, 9, DAY), ==, 0);
  g_assert_cmpuint (kad_failure_watch_pass (again, 1, DAY), ==, 1);
}

static void
test_told_is_kept (void)
{
  g_test_summary ("Who was told before a restart is not told after it");
  g_autoptr (KadFailureWatch) watch = new_watch ();
  g_autoptr (KadFailureWatch) again = NULL;

  kad_failure_watch_pass (watch, DAY, DAY);
  kad_failure_watch_set_told (watch);
  again = new_again (watch);
  g_assert_cmpuint (kad_failure_watch_pass (again, DAY, DAY), ==, 0);
}

static void
test_told_of_what_is_gone (void)
{
  g_test_summary ("If nothing of what was told is there after a restart, the next is told");
  g_autoptr (KadFailureWatch) watch = kad_failure_watch_new ();
  g_autoptr (KadFailureWatch) again = NULL;

  kad_failure_watch_note (watch, "provider-2", FALSE, TRUE);
  kad_failure_watch_pass (watch, DAY, DAY);
  kad_failure_watch_set_told (watch);
  again = new_again (watch);
  kad_failure_watch_note (again, "provider-2", FALSE, TRUE);
  g_assert_cmpuint (kad_failure_watch_pass (again, DAY, DAY), ==, 1);
}

static void
test_nonsense (void)
{
  g_test_summary ("A file that somebody else wrote does no harm");
  static const char *const texts[] = { "", "nonsense", "[failing]\nx=1", "[notice]\n[notice" };
  const char *const huge = "[notice]\ntold=perhaps\n[failing]\na=-5\nb=99999999999999999999\nc=x\n"
                           "d=18446744073709551615\n";
  g_autoptr (KadFailureWatch) watch = new_watch ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (kad_failure_watch_load (watch, texts[i], strlen (texts[i])));
  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY, DAY), ==, 2);
  g_assert_true (kad_failure_watch_load (watch, huge, strlen (huge)));
  g_assert_cmpuint (kad_failure_watch_pass (watch, G_MAXUINT64, 10 * DAY), ==, 6);
  g_assert_cmpuint (kad_failure_watch_pass (watch, G_MAXUINT64, 10 * DAY), ==, 6);
}

static void
test_many (void)
{
  g_test_summary ("No more are counted than the limit says");
  g_autoptr (KadFailureWatch) watch = kad_failure_watch_new ();

  for (guint i = 0; i < 2 * KAD_MAX_FAILING; i++)
    {
      g_autofree char *what = g_strdup_printf ("record-%u", i);

      kad_failure_watch_note (watch, what, TRUE, TRUE);
    }
  g_assert_cmpuint (kad_failure_watch_pass (watch, DAY, DAY), ==, KAD_MAX_FAILING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service/failure-watch/a-day", test_a_day);
  g_test_add_func ("/service/failure-watch/failing-again", test_failing_again);
  g_test_add_func ("/service/failure-watch/once", test_once);
  g_test_add_func ("/service/failure-watch/kept", test_kept);
  g_test_add_func ("/service/failure-watch/told-is-kept", test_told_is_kept);
  g_test_add_func ("/service/failure-watch/told-of-what-is-gone", test_told_of_what_is_gone);
  g_test_add_func ("/service/failure-watch/nonsense", test_nonsense);
  g_test_add_func ("/service/failure-watch/many", test_many);
  return g_test_run ();
}
