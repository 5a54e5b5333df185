/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-alarm.h"

#include "kad-random.h"

typedef struct
{
  KadAlarm alarm;
  KadAlarms *alarms;
  guint number;
  gint64 again_us; /* 0: not again */
} TestAlarm;

static void
ring (KadAlarm *alarm, gpointer user_data)
{
  TestAlarm *self = (TestAlarm *) alarm;
  GArray *rung = user_data;

  g_assert_false (kad_alarm_is_set (alarm));
  g_array_append_val (rung, self->number);
  if (self->again_us > 0)
    kad_alarms_set (self->alarms, alarm, self->again_us, ring);
}

static void
test_rings_in_order (void)
{
  KadAlarms alarms = { 0 };
  TestAlarm all[4] = { { .number = 0 }, { .number = 1 }, { .number = 2 }, { .number = 3 } };
  g_autoptr (GArray) rung = g_array_new (FALSE, FALSE, sizeof (guint));

  g_test_summary ("soonest first, those of one moment as they were set, none too early");
  g_assert_cmpint (kad_alarms_get_next (&alarms), ==, KAD_TIME_NEVER);
  kad_alarms_set (&alarms, &all[0].alarm, 30, ring);
  kad_alarms_set (&alarms, &all[1].alarm, 10, ring);
  kad_alarms_set (&alarms, &all[2].alarm, 30, ring);
  kad_alarms_set (&alarms, &all[3].alarm, 31, ring);
  kad_alarms_set (&alarms, &all[3].alarm, KAD_TIME_NEVER, ring);
  g_assert_cmpint (kad_alarms_get_next (&alarms), ==, 10);
  kad_alarms_ring (&alarms, 9, rung);
  g_assert_cmpuint (rung->len, ==, 0);
  kad_alarms_ring (&alarms, 100, rung);
  g_assert_cmpuint (rung->len, ==, 3);
  g_assert_cmpuint (g_array_index (rung, guint, 0), ==, 1);
  g_assert_cmpuint (g_array_index (rung, guint, 1), ==, 0);
  g_assert_cmpuint (g_array_index (rung, guint, 2), ==, 2);
  kad_alarms_clear (&alarms);
}

static void
test_what_is_set_meanwhile_waits (void)
{
  KadAlarms alarms = { 0 };
  TestAlarm again = { .number = 7, .alarms = &alarms, .again_us = 5 };
  g_autoptr (GArray) rung = g_array_new (FALSE, FALSE, sizeof (guint));

  g_test_summary ("an alarm that sets itself again, already due, does not hold its caller");
  kad_alarms_set (&alarms, &again.alarm, 5, ring);
  kad_alarms_ring (&alarms, 10, rung);
  g_assert_cmpuint (rung->len, ==, 1);
  kad_alarms_ring (&alarms, 10, rung);
  g_assert_cmpuint (rung->len, ==, 2);
  kad_alarms_clear (&alarms);
}

static void
test_cancelled_ones_are_silent (void)
{
  KadAlarms alarms = { 0 };
  TestAlarm all[200] = { 0 };
  g_autoptr (GArray) rung = g_array_new (FALSE, FALSE, sizeof (guint));
  KadRandom random;
  gint64 last_us = 0;

  g_test_summary ("of 200 at random times, half cancelled from anywhere in the heap");
  kad_random_init_from_number (&random, 1);
  for (guint i = 0; i < 200; i++)
    {
      all[i].number = i;
      kad_alarms_set (&alarms, &all[i].alarm, 1 + kad_random_below (&random, 1000), ring);
    }
  for (guint i = 0; i < 200; i += 2)
    kad_alarms_cancel (&alarms, &all[i].alarm);
  while (kad_alarms_get_next (&alarms) != KAD_TIME_NEVER)
    {
      g_assert_cmpint (kad_alarms_get_next (&alarms), >, last_us);
      last_us = kad_alarms_get_next (&alarms);
      kad_alarms_ring (&alarms, last_us, rung);
    }
  g_assert_cmpuint (rung->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (g_array_index (rung, guint, i) % 2, ==, 1);
  kad_alarms_clear (&alarms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/alarm/order", test_rings_in_order);
  g_test_add_func ("/dht/alarm/set-meanwhile", test_what_is_set_meanwhile_waits);
  g_test_add_func ("/dht/alarm/cancel", test_cancelled_ones_are_silent);
  return g_test_run ();
}
