/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-deadline-heap.h"

static void
test_earliest_comes_first (void)
{
  KadDeadlineHeap heap;
  KadDeadline deadlines[] = { { 0 }, { 0 }, { 0 }, { 0 }, { 0 } };
  static const gint64 times[] = { 50, 10, 40, 10, 30 };
  static const gint64 sorted[] = { 10, 10, 30, 40, 50 };

  g_test_summary ("Deadlines come out by time, whatever order they went in");

  kad_deadline_heap_init (&heap);
  g_assert_null (kad_deadline_heap_peek (&heap));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    kad_deadline_heap_add (&heap, &deadlines[i], times[i]);
  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    {
      KadDeadline *first = kad_deadline_heap_peek (&heap);

      g_assert_cmpint (first->at_us, ==, sorted[i]);
      kad_deadline_heap_remove (&heap, first);
    }
  g_assert_null (kad_deadline_heap_peek (&heap));
  kad_deadline_heap_clear (&heap);
}

static void
test_any_can_be_removed (void)
{
  enum
  {
    N = 500
  };
  g_autofree KadDeadline *deadlines = g_new0 (KadDeadline, N);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  KadDeadlineHeap heap;
  gint64 last = 0;
  guint n_left = 0;

  g_test_summary ("Removing from the middle keeps the order; removing twice does nothing");

  kad_deadline_heap_init (&heap);
  for (guint i = 0; i < N; i++)
    kad_deadline_heap_add (&heap, &deadlines[i], g_rand_int_range (rand, 0, 100));
  for (guint i = 0; i < N; i += 2)
    {
      kad_deadline_heap_remove (&heap, &deadlines[i]);
      kad_deadline_heap_remove (&heap, &deadlines[i]);
      g_assert_cmpuint (deadlines[i].index, ==, 0);
    }
  for (KadDeadline *first; (first = kad_deadline_heap_peek (&heap)) != NULL; n_left++)
    {
      g_assert_cmpint (first->at_us, >=, last);
      last = first->at_us;
      kad_deadline_heap_remove (&heap, first);
    }
  g_assert_cmpuint (n_left, ==, N / 2);
  kad_deadline_heap_clear (&heap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deadline-heap/earliest-comes-first", test_earliest_comes_first);
  g_test_add_func ("/deadline-heap/any-can-be-removed", test_any_can_be_removed);
  return g_test_run ();
}
