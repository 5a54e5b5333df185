/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-reactor.h"

#include <gio/gio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-clocks-testing.h"

typedef struct
{
  KadReactor *reactor;
  KadWatch watch;
  int fds[2];
  guint calls;
  struct _Loop *loop;
} End;

typedef struct _Loop
{
  GMainContext *context;
  KadReactor *reactor;
  guint hooks;
  guint calls_at_hook;
  End ends[3];
} Loop;

static void
on_hook (gpointer user_data, gint64 now_us)
{
  Loop *loop = user_data;

  loop->hooks++;
  loop->calls_at_hook = 0;
  for (guint i = 0; i < G_N_ELEMENTS (loop->ends); i++)
    loop->calls_at_hook += loop->ends[i].calls;
}

static void
on_end (gpointer user_data, guint32 events)
{
  End *end = user_data;
  char byte;

  end->calls++;
  g_assert_cmpint (read (end->fds[0], &byte, 1), ==, 1);
}

static void
loop_init (Loop *loop)
{
  g_autoptr (GError) error = NULL;

  loop->context = g_main_context_new ();
  loop->reactor = kad_reactor_new (loop->context, &error);
  g_assert_no_error (error);
  kad_reactor_set_hook (loop->reactor, on_hook, loop);
  for (guint i = 0; i < G_N_ELEMENTS (loop->ends); i++)
    {
      End *end = &loop->ends[i];

      end->loop = loop;
      end->reactor = loop->reactor;
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end->fds), ==, 0);
      g_assert_true (kad_reactor_watch (loop->reactor, &end->watch, end->fds[0], EPOLLIN, on_end,
                                        end, &error));
    }
}

static void
loop_clear (Loop *loop)
{
  for (guint i = 0; i < G_N_ELEMENTS (loop->ends); i++)
    {
      kad_reactor_unwatch (loop->reactor, &loop->ends[i].watch);
      close (loop->ends[i].fds[0]);
      close (loop->ends[i].fds[1]);
    }
  kad_reactor_free (loop->reactor);
  g_main_context_unref (loop->context);
}

static void
test_one_batch_then_the_hook (void)
{
  Loop loop = { 0 };

  g_test_summary ("What is ready at once is handled in one batch, and the hook runs after it");

  loop_init (&loop);
  for (guint i = 0; i < G_N_ELEMENTS (loop.ends); i++)
    g_assert_cmpint (write (loop.ends[i].fds[1], "x", 1), ==, 1);
  g_main_context_iteration (loop.context, TRUE);
  g_assert_cmpuint (loop.hooks, ==, 1);
  g_assert_cmpuint (loop.calls_at_hook, ==, 3);
  loop_clear (&loop);
}

static void
unwatch_others (gpointer user_data, guint32 events)
{
  End *end = user_data;

  end->calls++;
  for (guint i = 0; i < G_N_ELEMENTS (end->loop->ends); i++)
    if (&end->loop->ends[i] != end)
      kad_reactor_unwatch (end->reactor, &end->loop->ends[i].watch);
}

static void
test_an_unwatched_descriptor_is_struck_from_the_batch (void)
{
  Loop loop = { 0 };
  guint calls = 0;

  g_test_summary ("Who is unwatched inside of a batch is not called for what is already ready");

  loop_init (&loop);
  for (guint i = 0; i < G_N_ELEMENTS (loop.ends); i++)
    {
      loop.ends[i].watch.func = unwatch_others;
      g_assert_cmpint (write (loop.ends[i].fds[1], "x", 1), ==, 1);
    }
  g_main_context_iteration (loop.context, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (loop.ends); i++)
    calls += loop.ends[i].calls;
  g_assert_cmpuint (calls, ==, 1);
  loop_clear (&loop);
}

static void
on_timer (gpointer user_data, gint64 now_us)
{
  (*(guint *) user_data)++;
}

static void
test_a_timer_wakes_the_loop (void)
{
  Loop loop = { 0 };
  KadTimer timer;
  guint fired = 0;

  g_test_summary (
      "An armed timer wakes a loop that has nothing else to do; a disarmed one does not");

  loop_init (&loop);
  kad_timer_init (&timer, on_timer, &fired);
  kad_reactor_arm (loop.reactor, &timer, kad_reactor_update_now (loop.reactor) + 1000);
  while (fired == 0)
    g_main_context_iteration (loop.context, TRUE);
  g_assert_cmpuint (fired, ==, 1);

  kad_reactor_arm (loop.reactor, &timer, kad_reactor_update_now (loop.reactor));
  kad_reactor_disarm (loop.reactor, &timer);
  while (g_main_context_iteration (loop.context, FALSE))
    ;
  g_assert_cmpuint (fired, ==, 1);
  loop_clear (&loop);
}

static void
test_wake_makes_a_turn (void)
{
  Loop loop = { 0 };

  g_test_summary ("A change from outside of a batch gets its turn, once");

  loop_init (&loop);
  kad_reactor_wake (loop.reactor);
  kad_reactor_wake (loop.reactor);
  g_main_context_iteration (loop.context, TRUE);
  g_assert_cmpuint (loop.hooks, ==, 1);
  g_assert_false (g_main_context_iteration (loop.context, FALSE));
  loop_clear (&loop);
}

static void
test_idle_descriptors_do_not_wake (void)
{
  Loop loop = { 0 };
  guint64 before;

  g_test_summary ("Watched descriptors on which nothing happens cause no turn");

  loop_init (&loop);
  while (g_main_context_iteration (loop.context, FALSE))
    ;
  before = kad_reactor_get_n_wakeups (loop.reactor);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (loop.context, FALSE);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (loop.reactor), ==, before);
  loop_clear (&loop);
}

/* ---- sleep ---- */

#define HOUR_US ((gint64) 3600 * G_USEC_PER_SEC)

typedef struct
{
  gint64 slept_us;
  guint n_fired;
  guint n_fired_before; /* when it was heard of the sleep */
} Sleeper;

static void
on_slept (gpointer user_data, gint64 slept_us)
{
  Sleeper *self = user_data;

  self->slept_us += slept_us;
  self->n_fired_before = self->n_fired;
}

static void
on_fired (gpointer user_data, gint64 now_us)
{
  ((Sleeper *) user_data)->n_fired++;
}

static void
run_until_fired (GMainContext *context, Sleeper *sleeper, guint n)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (sleeper->n_fired < n && g_get_monotonic_time () < end_us)
    if (!g_main_context_iteration (context, FALSE))
      g_usleep (200);
  g_assert_cmpuint (sleeper->n_fired, ==, n);
}

static void
test_sleep_is_heard_of_before_timers (void)
{
  GMainContext *context = g_main_context_new ();
  FakeMachine machine = { 0 };
  KadClocks clocks = fake_machine_get_clocks (&machine);
  KadReactor *reactor = kad_reactor_new_with_clocks (context, &clocks, NULL);
  Sleeper sleeper = { 0 };
  KadTimer timer;
  gint64 before_us = kad_reactor_get_now (reactor);

  g_test_summary ("Sleep makes timers due, is heard of before they fire, and delays none after it");

  kad_reactor_set_clock_funcs (reactor, on_slept, NULL, &sleeper);
  kad_timer_init (&timer, on_fired, &sleeper);
  kad_reactor_arm (reactor, &timer, before_us + HOUR_US);
  machine.slept_us = 2 * HOUR_US;
  kad_reactor_wake (reactor);
  run_until_fired (context, &sleeper, 1);
  /* Two clocks are read, one after the other. */
  g_assert_cmpint (sleeper.slept_us, >=, 2 * HOUR_US - 1000);
  g_assert_cmpuint (sleeper.n_fired_before, ==, 0);
  g_assert_cmpint (kad_reactor_get_now (reactor), >=, before_us + 2 * HOUR_US);
  /* The poll counts without the sleep. */
  kad_reactor_arm (reactor, &timer, kad_reactor_update_now (reactor) + 20 * 1000);
  run_until_fired (context, &sleeper, 2);
  kad_reactor_free (reactor);
  g_main_context_unref (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reactor/one-batch-then-the-hook", test_one_batch_then_the_hook);
  g_test_add_func ("/reactor/an-unwatched-descriptor-is-struck-from-the-batch",
                   test_an_unwatched_descriptor_is_struck_from_the_batch);
  g_test_add_func ("/reactor/a-timer-wakes-the-loop", test_a_timer_wakes_the_loop);
  g_test_add_func ("/reactor/wake-makes-a-turn", test_wake_makes_a_turn);
  g_test_add_func ("/reactor/idle-descriptors-do-not-wake", test_idle_descriptors_do_not_wake);
  g_test_add_func ("/reactor/sleep", test_sleep_is_heard_of_before_timers);
  return g_test_run ();
}
