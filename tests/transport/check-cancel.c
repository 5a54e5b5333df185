/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cancelling a dial, and closing a listener beneath it, at every stage there is. */
#include "fixture.h"

#include "kad-error.h"

/* No transport needs more turns of the main loop on one machine. */
#define MAX_STAGES 2000

static void
expect_cancelled (Dial *dial)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dial_finish (dial, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_before_the_dial (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A dial that was cancelled before it began gives no link");

  g_cancellable_cancel (cancellable);
  g_assert_null (channel_dial (f->transport, f->address, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_drop_visitors (f);
}

/* Turns the loop up to @n_turns times. TRUE if the dial has ended by then. */
static gboolean
turn (Dial *dial, Fixture *f, guint n_turns)
{
  for (guint i = 0; i < n_turns && dial->result == NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      fixture_drop_visitors (f);
    }
  return dial->result != NULL;
}

/* TRUE if the dial was done before it could be cancelled. */
static gboolean
cancel_after (Fixture *f, guint n_turns, guint n_times)
{
  g_auto (Dial) dial = { 0 };

  dial_start (&dial, f, f->address);
  if (turn (&dial, f, n_turns))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadLink) link G_GNUC_UNUSED = dial_finish (&dial, &error);

      g_assert_no_error (error);
      return TRUE;
    }
  for (guint i = 0; i < n_times; i++)
    g_cancellable_cancel (dial.cancellable);
  dial_wait (&dial, f);
  expect_cancelled (&dial);
  return FALSE;
}

/* At each number of turns until there are so many that the dial succeeds. */
static void
for_all_stages (Fixture *f, guint n_times)
{
  guint n = 0;

  while (!cancel_after (f, n, n_times))
    {
      n++;
      g_assert_cmpuint (n, <, MAX_STAGES);
    }
  g_assert_cmpuint (n, >, 0);
  g_test_message ("cancelled at each of %u stages", n);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fixture_drop_visitors (f);
}

static void
test_at_each_stage (Fixture *f, gconstpointer data)
{
  g_test_summary ("Wherever a dial has come to, cancelling ends it without a link");

  for_all_stages (f, 1);
}

static void
test_twice_at_each_stage (Fixture *f, gconstpointer data)
{
  g_test_summary ("Cancelling twice is cancelling once");

  for_all_stages (f, 2);
}

static void
test_many_at_once (Fixture *f, gconstpointer data)
{
  Dial dials[32];

  g_test_summary ("One of many dials is cancelled, and the others go on");

  for (guint i = 0; i < G_N_ELEMENTS (dials); i++)
    dial_start (&dials[i], f, f->address);
  for (guint i = 0; i < G_N_ELEMENTS (dials); i += 2)
    g_cancellable_cancel (dials[i].cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (dials); i++)
    {
      dial_wait (&dials[i], f);
      if (i % 2 == 0)
        expect_cancelled (&dials[i]);
      else
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (KadLink) link G_GNUC_UNUSED = dial_finish (&dials[i], &error);

          g_assert_no_error (error);
        }
      dial_clear (&dials[i]);
    }
  fixture_drop_visitors (f);
}

static void
test_after_the_end (Fixture *f, gconstpointer data)
{
  g_auto (Dial) dial = { 0 };
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  g_autoptr (GError) error = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  g_test_summary ("Cancelling what is done already does nothing to the connection");

  dial_start (&dial, f, f->address);
  while (dial.result == NULL || far_link == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      if (far_link == NULL)
        far_link = kad_listener_accept (f->listener, NULL);
      if (dial.result == NULL || far_link == NULL)
        fixture_turn (f);
    }
  near_link = dial_finish (&dial, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (dial.cancellable);
  g_cancellable_cancel (dial.cancellable);
  fixture_turn (f);
  channel_init (&near_end, g_steal_pointer (&near_link));
  channel_init (&far_end, g_steal_pointer (&far_link));
  fixture_exchange (&near_end, &far_end);
}

static KadListener *
listen_once_more (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  KadListener *listener = kad_transport_listen (f->transport, f->address, &error);

  g_assert_no_error (error);
  return listener;
}

/* TRUE if the dial was done before the listener closed. */
static gboolean
close_after (Fixture *f, guint n_turns)
{
  g_auto (Dial) dial = { 0 };
  g_autoptr (KadLink) link = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  dial_start (&dial, f, f->address);
  is_done = turn (&dial, f, n_turns);
  kad_listener_close (f->listener);
  dial_wait (&dial, f);
  link = dial_finish (&dial, &error);
  if (link == NULL)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_clear_object (&link);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&f->listener));
  f->listener = listen_once_more (f);
  return is_done;
}

static void
test_a_listener_closes_at_each_stage (Fixture *f, gconstpointer data)
{
  guint n = 0;

  g_test_summary ("Wherever a dial has come to when its listener closes, it ends with a link or "
                  "with DialFailed, and the address is free");

  while (!close_after (f, n))
    {
      n++;
      g_assert_cmpuint (n, <, MAX_STAGES);
    }
  g_test_message ("closed at each of %u stages", n);
}

void
check_cancel_add (void)
{
  fixture_add ("cancel/before-the-dial", test_before_the_dial);
  fixture_add ("cancel/at-each-stage", test_at_each_stage);
  fixture_add ("cancel/twice-at-each-stage", test_twice_at_each_stage);
  fixture_add ("cancel/many-at-once", test_many_at_once);
  fixture_add ("cancel/a-listener-closes-at-each-stage", test_a_listener_closes_at_each_stage);
  if (subject.has_bytes)
    fixture_add ("cancel/after-the-end", test_after_the_end);
}
