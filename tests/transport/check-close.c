/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How connections end: one half, both, and in the middle of something. */
#include "fixture.h"

#include <sys/socket.h>

/* Every transport takes so much that nobody reads yet. */
#define UNREAD (16 * 1024)

static void
test_half_a_connection_can_be_closed (Fixture *f, gconstpointer data)
{
  gboolean from_near = GPOINTER_TO_INT (data);
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  Channel *asker = from_near ? &near_end : &far_end;
  Channel *other = from_near ? &far_end : &near_end;
  char text[8];

  g_test_summary ("An answer comes through after the asker has ended its writing");

  fixture_connect (f, &near_end, &far_end);
  channel_write (asker, "question", 8);
  channel_close_write (asker);
  channel_read (other, text, 8);
  g_assert_cmpmem (text, 8, "question", 8);
  channel_expect_end (other);
  channel_write (other, "answer", 6);
  channel_close_write (other);
  channel_read (asker, text, 6);
  g_assert_cmpmem (text, 6, "answer", 6);
  channel_expect_end (asker);
}

static void
test_half_from_the_dialler (Fixture *f, gconstpointer data)
{
  test_half_a_connection_can_be_closed (f, GINT_TO_POINTER (TRUE));
}

static void
test_half_from_the_listener (Fixture *f, gconstpointer data)
{
  test_half_a_connection_can_be_closed (f, GINT_TO_POINTER (FALSE));
}

/* For who has no half-close. */
static void
test_ending_to_write_ends_both (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  char text[8];

  g_test_summary ("Where half a connection cannot be closed, what was written before still comes "
                  "through, then the end, in bounded time for both");

  fixture_connect (f, &near_end, &far_end);
  channel_write (&near_end, "question", 8);
  channel_close_write (&near_end);
  channel_read (&far_end, text, 8);
  g_assert_cmpmem (text, 8, "question", 8);
  channel_expect_close (&far_end);
  channel_clear (&far_end);
  channel_expect_close (&near_end);
}

/* In bounded time. */
static void
expect_no_more_writing (Fixture *f, Channel *channel)
{
  g_autoptr (GError) error = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (error == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_pollable_output_stream_write_nonblocking (channel->out, "x", 1, NULL, &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        g_clear_error (&error);
      fixture_turn (f);
    }
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)
                 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)
                 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED));
}

static void
close_and_look (Fixture *f, Channel *closing, Channel *other)
{
  channel_clear (closing);
  channel_expect_end (other);
  expect_no_more_writing (f, other);
}

static void
test_a_close_is_seen (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("After the dialler has closed the other reads the end and cannot go on writing");

  fixture_connect (f, &near_end, &far_end);
  close_and_look (f, &near_end, &far_end);
}

static void
test_a_close_by_the_listener_is_seen (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("After the listener's side has closed the dialler reads the end and cannot go on "
                  "writing");

  fixture_connect (f, &near_end, &far_end);
  close_and_look (f, &far_end, &near_end);
}

static void
test_what_was_written_comes_before_the_end (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autofree guint8 *sent = g_malloc (UNREAD);
  g_autofree guint8 *got = g_malloc (UNREAD);

  g_test_summary ("Closing at once after writing loses nothing of what was taken");

  for (gsize i = 0; i < UNREAD; i++)
    sent[i] = (guint8) (i * 31 + i / 256);
  fixture_connect (f, &near_end, &far_end);
  channel_write (&near_end, sent, UNREAD);
  channel_clear (&near_end);
  channel_read (&far_end, got, UNREAD);
  g_assert_true (memcmp (sent, got, UNREAD) == 0);
  channel_expect_end (&far_end);
}

/* A socket resets where the transport lends it; elsewhere closing with bytes unread has to do. */
static void
break_off (Channel *channel)
{
  struct linger at_once = { .l_onoff = 1 };

  if (channel->socket != NULL)
    g_assert_cmpint (setsockopt (g_socket_get_fd (channel->socket), SOL_SOCKET, SO_LINGER, &at_once,
                                 sizeof at_once),
                     ==, 0);
  channel_clear (channel);
}

/* Each end is in the middle of a message when @breaking goes. */
static void
break_in_the_middle (Fixture *f, Channel *breaking, Channel *other)
{
  g_autofree guint8 *block = g_malloc0 (UNREAD);
  guint8 byte;

  channel_write (other, block, UNREAD);
  channel_write (breaking, block, UNREAD);
  channel_read (breaking, &byte, 1);
  break_off (breaking);
  g_assert_cmpuint (channel_expect_close (other), <=, UNREAD);
  expect_no_more_writing (f, other);
}

static void
test_a_reset_by_the_dialler_is_seen (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("A dialler that breaks off in the middle is an end or an error in bounded time, "
                  "never bytes that it did not send");

  fixture_connect (f, &near_end, &far_end);
  break_in_the_middle (f, &near_end, &far_end);
}

static void
test_a_reset_by_the_listener_is_seen (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("So is a listener's side that breaks off");

  fixture_connect (f, &near_end, &far_end);
  break_in_the_middle (f, &far_end, &near_end);
}

static void
test_a_close_wakes_who_waits (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("Whose source waits for bytes is woken by the end of the connection");

  fixture_connect (f, &near_end, &far_end);
  channel_clear (&near_end);
  channel_wait_readable (&far_end);
}

void
check_close_add (void)
{
  if (!subject.has_bytes)
    return;
  if (subject.without_half_close)
    {
      g_print ("# Half a connection cannot be closed, says the command line\n");
      fixture_add ("close/ending-to-write-ends-both", test_ending_to_write_ends_both);
    }
  else
    {
      fixture_add ("close/half-a-connection-from-the-dialler", test_half_from_the_dialler);
      fixture_add ("close/half-a-connection-from-the-listener", test_half_from_the_listener);
    }
  fixture_add ("close/a-close-is-seen", test_a_close_is_seen);
  fixture_add ("close/a-close-by-the-listener-is-seen", test_a_close_by_the_listener_is_seen);
  fixture_add ("close/what-was-written-comes-before-the-end",
               test_what_was_written_comes_before_the_end);
  fixture_add ("close/a-reset-by-the-dialler-is-seen", test_a_reset_by_the_dialler_is_seen);
  fixture_add ("close/a-reset-by-the-listener-is-seen", test_a_reset_by_the_listener_is_seen);
  fixture_add ("close/a-close-wakes-who-waits", test_a_close_wakes_who_waits);
}
