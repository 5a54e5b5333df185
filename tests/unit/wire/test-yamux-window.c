/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

#define RTT (50 * 1000)
#define HALF (KAD_YAMUX_INITIAL_WINDOW / 2)

static guint32
use_up (KadYamuxWindow *window, guint32 len, gint64 from_us, gint64 to_us, gint64 rtt_us,
        KadYamuxBudget *budget)
{
  g_assert_true (kad_yamux_window_take (window, len, from_us));
  return kad_yamux_window_consume (window, len, to_us, rtt_us, budget);
}

static void
test_credit_is_exact (void)
{
  KadYamuxWindow window;

  g_test_summary ("The remote may send its credit to the byte and not one more");

  kad_yamux_window_init (&window);
  g_assert_false (kad_yamux_window_take (&window, KAD_YAMUX_INITIAL_WINDOW + 1, 0));
  g_assert_cmpuint (window.credit, ==, KAD_YAMUX_INITIAL_WINDOW);
  g_assert_true (kad_yamux_window_take (&window, KAD_YAMUX_INITIAL_WINDOW, 0));
  g_assert_true (kad_yamux_window_take (&window, 0, 0));
  g_assert_false (kad_yamux_window_take (&window, 1, 0));
}

static void
test_credit_comes_by_halves (void)
{
  KadYamuxWindow window;
  KadYamuxBudget budget = { .limit_bytes = BUDGET };

  g_test_summary ("Credit is announced when half of the window is used up, not before");

  kad_yamux_window_init (&window);
  g_assert_cmpuint (use_up (&window, HALF - 1, 0, 1, -1, &budget), ==, 0);
  g_assert_cmpuint (use_up (&window, 1, 1, 2, -1, &budget), ==, HALF);
  g_assert_cmpuint (window.credit, ==, KAD_YAMUX_INITIAL_WINDOW);
}

static void
test_unread_bytes_earn_no_credit (void)
{
  KadYamuxWindow window;
  KadYamuxBudget budget = { .limit_bytes = BUDGET };

  g_test_summary ("Only what was consumed comes back as credit");

  kad_yamux_window_init (&window);
  g_assert_true (kad_yamux_window_take (&window, KAD_YAMUX_INITIAL_WINDOW, 0));
  g_assert_cmpuint (kad_yamux_window_consume (&window, HALF, 1, -1, &budget), ==, HALF);
  g_assert_cmpuint (window.credit, ==, HALF);
  g_assert_cmpuint (window.held, ==, HALF);
}

static void
test_quick_use_doubles (void)
{
  KadYamuxWindow window;
  KadYamuxBudget budget = { .limit_bytes = 64 * 1024 * 1024 };
  guint32 size = KAD_YAMUX_INITIAL_WINDOW;
  gint64 now_us = 0;

  g_test_summary ("A window used up within four round trips doubles, to 16 MiB and no further");

  kad_yamux_window_init (&window);
  for (guint i = 0; i < 10; i++)
    {
      const guint32 used = window.credit;

      size = MIN (size * 2, KAD_YAMUX_MAX_WINDOW);
      g_assert_cmpuint (use_up (&window, used, now_us, now_us + 4 * RTT - 1, RTT, &budget), ==,
                        size);
      g_assert_cmpuint (window.size, ==, size);
      now_us += 4 * RTT - 1;
    }
  g_assert_cmpuint (size, ==, KAD_YAMUX_MAX_WINDOW);
  g_assert_cmpuint (budget.used_bytes, ==, KAD_YAMUX_MAX_WINDOW - KAD_YAMUX_INITIAL_WINDOW);
  kad_yamux_window_clear (&window, &budget);
  g_assert_cmpuint (budget.used_bytes, ==, 0);
}

static void
test_slow_use_does_not_grow (void)
{
  KadYamuxWindow window;
  KadYamuxBudget budget = { .limit_bytes = BUDGET };

  g_test_summary ("Four round trips or more, or none measured: the window stays as it is");

  kad_yamux_window_init (&window);
  g_assert_cmpuint (use_up (&window, HALF, 0, 4 * RTT, RTT, &budget), ==, HALF);
  g_assert_cmpuint (use_up (&window, HALF, 4 * RTT, 4 * RTT + 1, -1, &budget), ==, HALF);
  g_assert_cmpuint (window.size, ==, KAD_YAMUX_INITIAL_WINDOW);
}

static void
test_time_before_the_first_byte_does_not_count (void)
{
  KadYamuxWindow window;
  KadYamuxBudget budget = { .limit_bytes = BUDGET };

  g_test_summary ("A stream that was idle first grows as any other");

  kad_yamux_window_init (&window);
  g_assert_cmpuint (use_up (&window, HALF, 3600 * SECOND, 3600 * SECOND + RTT, RTT, &budget), ==,
                    HALF + KAD_YAMUX_INITIAL_WINDOW);
}

static void
test_budget_limits_growth (void)
{
  KadYamuxWindow windows[2];
  KadYamuxBudget budget = { .limit_bytes = KAD_YAMUX_INITIAL_WINDOW + 1000 };

  g_test_summary ("All windows together grow by the session's budget and no more");

  kad_yamux_window_init (&windows[0]);
  kad_yamux_window_init (&windows[1]);
  use_up (&windows[0], HALF, 0, 1, RTT, &budget);
  g_assert_cmpuint (windows[0].size, ==, 2 * KAD_YAMUX_INITIAL_WINDOW);
  g_assert_cmpuint (use_up (&windows[1], HALF, 0, 1, RTT, &budget), ==, HALF + 1000);
  g_assert_cmpuint (windows[1].size, ==, KAD_YAMUX_INITIAL_WINDOW + 1000);
  use_up (&windows[0], KAD_YAMUX_INITIAL_WINDOW, 1, 2, RTT, &budget);
  g_assert_cmpuint (windows[0].size, ==, 2 * KAD_YAMUX_INITIAL_WINDOW);
  g_assert_cmpuint (budget.used_bytes, ==, budget.limit_bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux-window/credit-is-exact", test_credit_is_exact);
  g_test_add_func ("/yamux-window/credit-comes-by-halves", test_credit_comes_by_halves);
  g_test_add_func ("/yamux-window/unread-bytes-earn-no-credit", test_unread_bytes_earn_no_credit);
  g_test_add_func ("/yamux-window/quick-use-doubles", test_quick_use_doubles);
  g_test_add_func ("/yamux-window/slow-use-does-not-grow", test_slow_use_does_not_grow);
  g_test_add_func ("/yamux-window/idle-time-does-not-count",
                   test_time_before_the_first_byte_does_not_count);
  g_test_add_func ("/yamux-window/budget-limits-growth", test_budget_limits_growth);
  return g_test_run ();
}
