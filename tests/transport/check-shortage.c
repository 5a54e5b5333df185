/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process without a free descriptor: nothing hangs, nothing spins, and it passes. */
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"

#include "kad-error.h"

#define SHORTAGE_US (300 * 1000)
/* A loop that sleeps turns less often by far. */
#define MAX_TURNS 3000

static struct rlimit limit_before;

static void
begin_shortage (void)
{
  struct rlimit limit;
  int lowest_free = dup (1);

  g_assert_cmpint (lowest_free, >=, 0);
  close (lowest_free);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit_before), ==, 0);
  limit = limit_before;
  limit.rlim_cur = (rlim_t) lowest_free;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static void
end_shortage (void)
{
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit_before), ==, 0);
}

/* Drives the listener as the swarm does: the loop sleeps until its descriptor polls readable, or
 * it calls. Gives how often it was woken. */
static guint
drive (Fixture *f, Dial *dial, gint64 until_us)
{
  guint n_turns = 0;

  while (g_get_monotonic_time () < until_us)
    {
      GPollFD poll_fd = { .fd = kad_listener_get_fd (f->listener), .events = G_IO_IN };
      guint n_dispatched = 0;

      while (n_dispatched < 100 && g_main_context_iteration (NULL, FALSE))
        n_dispatched++;
      n_turns += n_dispatched;
      fixture_drop_visitors (f);
      if (g_poll (&poll_fd, 1, 5) > 0)
        n_turns++;
    }
  return n_turns;
}

/* Turns until the dialler has his descriptor, and stops before who listens takes one if he can. */
static void
wait_for_dialler (Dial *dial, guint n_descriptors)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (dial->result == NULL && channel_count_descriptors () == n_descriptors)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
connect_again (Fixture *f)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;

  /* Who was turned away may still be in the queue. */
  fixture_turn (f);
  fixture_drop_visitors (f);
  fixture_connect_links (f, &near_link, &far_link);
}

static void
test_accepting_recovers (Fixture *f, gconstpointer data)
{
  g_auto (Dial) dial = { 0 };
  g_autoptr (KadLink) link = NULL;
  guint n_descriptors = channel_count_descriptors ();
  guint n_turns;

  g_test_summary ("A listener without a free descriptor lets the loop sleep, and the next one is "
                  "served when there are some again");

  dial_start (&dial, f, f->address);
  wait_for_dialler (&dial, n_descriptors);
  begin_shortage ();
  n_turns = drive (f, &dial, g_get_monotonic_time () + SHORTAGE_US);
  end_shortage ();
  g_test_message ("%u turns", n_turns);
  g_assert_cmpuint (n_turns, <, MAX_TURNS);
  dial_wait (&dial, f);
  link = dial_finish (&dial, NULL);
  g_clear_object (&link);
  connect_again (f);
}

static void
test_dialling_recovers (Fixture *f, gconstpointer data)
{
  g_auto (Dial) dial = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A dial without a free descriptor fails with LimitReached in bounded time, and "
                  "the next one is fine");

  begin_shortage ();
  dial_start (&dial, f, f->address);
  drive (f, &dial, g_get_monotonic_time () + SHORTAGE_US);
  end_shortage ();
  dial_wait (&dial, f);
  g_assert_null (dial_finish (&dial, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  connect_again (f);
}

static void
test_listening_recovers (Fixture *f, gconstpointer data)
{
  g_autoptr (KadMultiaddr) wanted = fixture_parse (subject.listen);
  g_autoptr (KadListener) listener = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Listening without a free descriptor fails with LimitReached");

  begin_shortage ();
  listener = kad_transport_listen (f->transport, wanted, &error);
  end_shortage ();
  g_assert_null (listener);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  kad_listener_close (f->listener);
  listener = kad_transport_listen (f->transport, wanted, NULL);
  g_assert_nonnull (listener);
  kad_listener_close (listener);
}

void
check_shortage_add (void)
{
  if (!subject.has_descriptors)
    {
      g_print ("# A connection has no descriptors: there is no shortage of them\n");
      return;
    }
  fixture_add ("shortage/accepting-recovers", test_accepting_recovers);
  fixture_add ("shortage/dialling-recovers", test_dialling_recovers);
  fixture_add ("shortage/listening-recovers", test_listening_recovers);
}
