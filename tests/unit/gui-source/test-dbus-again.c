/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-again.h"

typedef struct
{
  KadGuiDbusAgain again;
  guint n_begun;
  gint64 begun_us;
} Fixture;

static void
begin (gpointer user_data)
{
  Fixture *self = user_data;

  self->n_begun++;
  self->begun_us = g_get_monotonic_time ();
}

static void
wait_until_begun (Fixture *self, guint n)
{
  gint64 deadline_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (self->n_begun < n && g_get_monotonic_time () < deadline_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_begun, ==, n);
}

static void
test_begins_at_once (void)
{
  Fixture self = { 0 };

  g_test_summary ("Without a delay the first request begins at once, and one that is busy waits.");
  kad_gui_dbus_again_init (&self.again, 0, 0, begin, &self);
  kad_gui_dbus_again_request (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 1);
  kad_gui_dbus_again_request (&self.again);
  kad_gui_dbus_again_now (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 1);
  kad_gui_dbus_again_done (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 2);
  kad_gui_dbus_again_done (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 2);
}

static void
test_keeps_its_interval (void)
{
  Fixture self = { 0 };
  gint64 first_us;

  g_test_summary ("Requests that come within the interval become one when it is over.");
  kad_gui_dbus_again_init (&self.again, 0, 50, begin, &self);
  kad_gui_dbus_again_request (&self.again);
  first_us = self.begun_us;
  kad_gui_dbus_again_done (&self.again);
  for (guint i = 0; i < 10; i++)
    kad_gui_dbus_again_request (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 1);
  wait_until_begun (&self, 2);
  g_assert_cmpint (self.begun_us - first_us, >=, 50 * 1000);
  kad_gui_dbus_again_done (&self.again);
  g_assert_cmpuint (self.again.timer, ==, 0);
}

static void
test_waits_for_more (void)
{
  Fixture self = { 0 };
  gint64 asked_us = g_get_monotonic_time ();

  g_test_summary ("With a delay it waits for other reasons; now() does not.");
  kad_gui_dbus_again_init (&self.again, 30, 0, begin, &self);
  kad_gui_dbus_again_request (&self.again);
  kad_gui_dbus_again_request (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 0);
  wait_until_begun (&self, 1);
  g_assert_cmpint (self.begun_us - asked_us, >=, 30 * 1000);
  kad_gui_dbus_again_done (&self.again);
  kad_gui_dbus_again_request (&self.again);
  kad_gui_dbus_again_now (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 2);
  g_assert_cmpuint (self.again.timer, ==, 0);
  kad_gui_dbus_again_stop (&self.again);
}

static void
test_stops (void)
{
  Fixture self = { 0 };

  g_test_summary ("Stopped, it has no timer, and what was under way counts for nothing.");
  kad_gui_dbus_again_init (&self.again, 10, 0, begin, &self);
  kad_gui_dbus_again_request (&self.again);
  kad_gui_dbus_again_stop (&self.again);
  g_assert_cmpuint (self.again.timer, ==, 0);
  kad_gui_dbus_again_now (&self.again);
  kad_gui_dbus_again_request (&self.again);
  kad_gui_dbus_again_stop (&self.again);
  kad_gui_dbus_again_now (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 2);
  kad_gui_dbus_again_done (&self.again);
  g_assert_cmpuint (self.n_begun, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-source/dbus-again/begins-at-once", test_begins_at_once);
  g_test_add_func ("/gui-source/dbus-again/keeps-its-interval", test_keeps_its_interval);
  g_test_add_func ("/gui-source/dbus-again/waits-for-more", test_waits_for_more);
  g_test_add_func ("/gui-source/dbus-again/stops", test_stops);
  return g_test_run ();
}
