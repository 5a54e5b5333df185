/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-timer-heap.h"

#include "kad-time.h"

typedef struct
{
  KadTimer timer;
  KadTimerHeap *heap;
  GArray *fired; /* of deadlines */
  gint64 again_us;
} Owner;

static void
on_fire (gpointer user_data, gint64 now_us)
{
  Owner *self = user_data;

  g_array_append_val (self->fired, self->timer.deadline_us);
  if (self->again_us != 0)
    kad_timer_heap_arm (self->heap, &self->timer, self->again_us);
}

static void
test_fires_in_order_of_deadline (void)
{
  KadTimerHeap heap;
  Owner owners[200] = { 0 };
  g_autoptr (GArray) fired = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  g_test_summary ("Whatever the order of arming, moving and disarming, due timers fire in order");

  kad_timer_heap_init (&heap);
  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      owners[i].heap = &heap;
      owners[i].fired = fired;
      kad_timer_init (&owners[i].timer, on_fire, &owners[i]);
      kad_timer_heap_arm (&heap, &owners[i].timer, g_rand_int_range (random, 0, 10000));
    }
  for (guint i = 0; i < G_N_ELEMENTS (owners); i += 3)
    kad_timer_heap_arm (&heap, &owners[i].timer, g_rand_int_range (random, 0, 10000));
  for (guint i = 0; i < G_N_ELEMENTS (owners); i += 4)
    kad_timer_heap_disarm (&heap, &owners[i].timer);

  kad_timer_heap_fire (&heap, 10000, G_MAXUINT);
  g_assert_cmpuint (fired->len, ==, 150);
  for (guint i = 1; i < fired->len; i++)
    g_assert_cmpint (g_array_index (fired, gint64, i - 1), <=, g_array_index (fired, gint64, i));
  g_assert_cmpint (kad_timer_heap_next (&heap), ==, KAD_TIME_NEVER);
  kad_timer_heap_clear (&heap);
}

static void
test_only_what_is_due_fires (void)
{
  KadTimerHeap heap;
  Owner early = { 0 }, late = { 0 };
  g_autoptr (GArray) fired = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_test_summary ("A timer fires at its deadline, not before, and once");

  kad_timer_heap_init (&heap);
  early.fired = late.fired = fired;
  kad_timer_init (&early.timer, on_fire, &early);
  kad_timer_init (&late.timer, on_fire, &late);
  kad_timer_heap_arm (&heap, &late.timer, 200);
  kad_timer_heap_arm (&heap, &early.timer, 100);

  g_assert_cmpint (kad_timer_heap_next (&heap), ==, 100);
  g_assert_cmpuint (kad_timer_heap_fire (&heap, 99, 10), ==, 0);
  g_assert_cmpuint (kad_timer_heap_fire (&heap, 100, 10), ==, 1);
  g_assert_cmpuint (kad_timer_heap_fire (&heap, 100, 10), ==, 0);
  g_assert_cmpint (kad_timer_heap_next (&heap), ==, 200);
  g_assert_cmpuint (early.timer.index, ==, 0);
  kad_timer_heap_clear (&heap);
  g_assert_cmpuint (late.timer.index, ==, 0);
}

static void
test_a_timer_that_rearms_in_the_past_is_bounded (void)
{
  KadTimerHeap heap;
  Owner owner = { 0 };
  g_autoptr (GArray) fired = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_test_summary ("A timer which arms itself in the past again and again does not hold the loop");

  kad_timer_heap_init (&heap);
  owner.heap = &heap;
  owner.fired = fired;
  owner.again_us = 1;
  kad_timer_init (&owner.timer, on_fire, &owner);
  kad_timer_heap_arm (&heap, &owner.timer, 1);
  g_assert_cmpuint (kad_timer_heap_fire (&heap, 50, 16), ==, 16);
  kad_timer_heap_clear (&heap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer-heap/fires-in-order-of-deadline", test_fires_in_order_of_deadline);
  g_test_add_func ("/timer-heap/only-what-is-due-fires", test_only_what_is_due_fires);
  g_test_add_func ("/timer-heap/a-timer-that-rearms-in-the-past-is-bounded",
                   test_a_timer_that_rearms_in_the_past_is_bounded);
  return g_test_run ();
}
