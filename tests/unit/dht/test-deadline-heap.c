/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-deadline-heap.h"

#include "kad-random.h"

#define N_ITEMS 300

static void
test_due_at_the_very_deadline (void)
{
  KadDeadlineHeap heap;
  guint32 item = 0;

  g_test_summary ("An item is due at its microsecond, not before");

  kad_deadline_heap_init (&heap);
  g_assert_cmpint (kad_deadline_heap_get_next (&heap), ==, KAD_TIME_NEVER);
  g_assert_false (kad_deadline_heap_peek_due (&heap, KAD_TIME_NEVER, &item));

  kad_deadline_heap_set (&heap, 7, 1000);
  g_assert_cmpint (kad_deadline_heap_get_next (&heap), ==, 1000);
  g_assert_false (kad_deadline_heap_peek_due (&heap, 999, &item));
  g_assert_true (kad_deadline_heap_peek_due (&heap, 1000, &item));
  g_assert_cmpuint (item, ==, 7);
  kad_deadline_heap_clear (&heap);
}

static void
test_unknown_items_never_are_due (void)
{
  KadDeadlineHeap heap;

  g_test_summary ("An item that is not in the heap has no deadline, and can be removed again");

  kad_deadline_heap_init (&heap);
  kad_deadline_heap_set (&heap, 3, 5);
  kad_deadline_heap_remove (&heap, 2);
  kad_deadline_heap_remove (&heap, 1000000);
  g_assert_cmpint (kad_deadline_heap_get_due (&heap, 2), ==, KAD_TIME_NEVER);
  g_assert_cmpint (kad_deadline_heap_get_due (&heap, 1000000), ==, KAD_TIME_NEVER);
  g_assert_cmpint (kad_deadline_heap_get_due (&heap, 3), ==, 5);
  kad_deadline_heap_remove (&heap, 3);
  kad_deadline_heap_remove (&heap, 3);
  g_assert_cmpint (kad_deadline_heap_get_next (&heap), ==, KAD_TIME_NEVER);
  kad_deadline_heap_clear (&heap);
}

static gint64
model_next (const gint64 *model)
{
  gint64 next = KAD_TIME_NEVER;

  for (guint i = 0; i < N_ITEMS; i++)
    next = MIN (next, model[i]);
  return next;
}

static void
test_follows_a_plain_array (void)
{
  KadDeadlineHeap heap;
  KadRandom random;
  gint64 model[N_ITEMS];

  g_test_summary ("Through 20,000 seeded changes the heap knows what an array knows");

  kad_deadline_heap_init (&heap);
  kad_random_init_from_number (&random, 11);
  for (guint i = 0; i < N_ITEMS; i++)
    model[i] = KAD_TIME_NEVER;

  for (guint step = 0; step < 20000; step++)
    {
      guint32 item = kad_random_below (&random, N_ITEMS);
      guint32 due;

      if (kad_random_below (&random, 3) == 0)
        {
          model[item] = KAD_TIME_NEVER;
          kad_deadline_heap_remove (&heap, item);
        }
      else
        {
          model[item] = (gint64) kad_random_below (&random, 1000) - 500;
          kad_deadline_heap_set (&heap, item, model[item]);
        }

      g_assert_cmpint (kad_deadline_heap_get_due (&heap, item), ==, model[item]);
      g_assert_cmpint (kad_deadline_heap_get_next (&heap), ==, model_next (model));
      if (kad_deadline_heap_peek_due (&heap, 0, &due))
        g_assert_cmpint (model[due], ==, model_next (model));
      else
        g_assert_cmpint (model_next (model), >, 0);
    }
  kad_deadline_heap_clear (&heap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/deadline-heap/due", test_due_at_the_very_deadline);
  g_test_add_func ("/dht/deadline-heap/unknown", test_unknown_items_never_are_due);
  g_test_add_func ("/dht/deadline-heap/model", test_follows_a_plain_array);
  return g_test_run ();
}
