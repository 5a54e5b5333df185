/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening: what is reported, what is refused, and what closing means. */
#include "fixture.h"

#include "kad-error.h"

static void
test_what_is_reported_can_be_dialled (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (f->listener);

  g_test_summary ("Each address that a listener reports has its port or number picked, is one "
                  "that the transport dials, and is answered");

  for (guint i = 0; i < addresses->len; i++)
    {
      g_auto (Dial) dial = { 0 };
      g_autoptr (KadLink) link = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (kad_transport_can_dial (f->transport, addresses->pdata[i]));
      g_assert_true (kad_transport_can_listen (f->transport, addresses->pdata[i]));
      g_assert_cmpint (kad_multiaddr_get_scope (addresses->pdata[i]), !=, KAD_SCOPE_UNSPECIFIED);
      dial_start (&dial, f, addresses->pdata[i]);
      dial_wait (&dial, f);
      link = dial_finish (&dial, &error);
      g_assert_no_error (error);
    }
}

static void
test_two_listeners_are_two_places (Fixture *f, gconstpointer data)
{
  g_autoptr (KadMultiaddr) wanted = fixture_parse (subject.listen);
  g_autoptr (KadListener) other = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GError) error = NULL;
  guint16 port = 0;

  g_test_summary ("Port 0, or the like, picks another one each time");

  if (kad_multiaddr_equal (wanted, f->address)
      || (kad_multiaddr_get_port (wanted, &port) && port != 0))
    {
      g_test_message ("%s picks nothing", subject.listen);
      return;
    }
  other = kad_transport_listen (f->transport, wanted, &error);
  g_assert_no_error (error);
  addresses = kad_listener_get_addresses (other);
  g_assert_cmpuint (addresses->len, >=, 1);
  g_assert_false (kad_multiaddr_equal (addresses->pdata[0], f->address));
  kad_listener_close (other);
}

static void
test_nobody_waiting_would_block (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Accepting never blocks");

  g_assert_null (kad_listener_accept (f->listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
test_an_address_in_use_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *where = kad_multiaddr_to_string (f->address);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Two listeners cannot have one address, and the error names it");

  g_assert_null (kad_transport_listen (f->transport, f->address, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_nonnull (strstr (error->message, "Could not listen on /"));
  g_assert_nonnull (strstr (error->message, where));
}

static void
listen_again (Fixture *f)
{
  g_autoptr (KadListener) again = NULL;
  g_autoptr (GError) error = NULL;

  kad_listener_close (f->listener);
  kad_listener_close (f->listener);
  again = kad_transport_listen (f->transport, f->address, &error);
  g_assert_no_error (error);
  kad_listener_close (again);
}

static void
test_an_address_is_free_again_after_close (Fixture *f, gconstpointer data)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;

  g_test_summary ("A closed listener's address can be taken at once, connections or not");

  fixture_connect_links (f, &near_link, &far_link);
  listen_again (f);
}

static void
test_connections_outlive_their_listener (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("Closing a listener does nothing to what it has accepted");

  fixture_connect (f, &near_end, &far_end);
  kad_listener_close (f->listener);
  fixture_exchange (&near_end, &far_end);
}

static void
test_a_closed_listener_accepts_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Accepting after close is an error of its own, and there is nothing to poll");

  kad_listener_close (f->listener);
  g_assert_null (kad_listener_accept (f->listener, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_CLOSED);
  g_assert_cmpint (kad_listener_get_fd (f->listener), ==, -1);
}

/* The dial may end with a link that is then found closed, or fail, where it is not done before
 * somebody accepts. */
static void
test_who_waits_at_a_closing_listener_is_told (Fixture *f, gconstpointer data)
{
  g_auto (Dial) dial = { 0 };
  g_auto (Channel) near_end = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  KadLink *link;
  gssize n;
  guint8 byte;

  g_test_summary ("Who was not accepted yet sees the end when the listener closes");

  dial_start (&dial, f, f->address);
  for (guint i = 0; i < 100 && dial.result == NULL; i++)
    fixture_turn (f);
  kad_listener_close (f->listener);
  dial_wait (&dial, f);
  link = dial_finish (&dial, &error);
  if (link == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
      return;
    }
  channel_init (&near_end, link);
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_clear_error (&error);
      fixture_turn (f);
      n = g_pollable_input_stream_read_nonblocking (near_end.in, &byte, 1, NULL, &error);
    }
  while (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  g_assert_cmpint (n, <=, 0);
}

void
check_listen_add (void)
{
  fixture_add ("listen/what-is-reported-can-be-dialled", test_what_is_reported_can_be_dialled);
  fixture_add ("listen/two-listeners-are-two-places", test_two_listeners_are_two_places);
  fixture_add ("listen/nobody-waiting-would-block", test_nobody_waiting_would_block);
  fixture_add ("listen/an-address-in-use-is-refused", test_an_address_in_use_is_refused);
  fixture_add ("listen/an-address-is-free-again-after-close",
               test_an_address_is_free_again_after_close);
  fixture_add ("listen/a-closed-listener-accepts-nobody", test_a_closed_listener_accepts_nobody);
  if (!subject.has_bytes)
    return;
  fixture_add ("listen/connections-outlive-their-listener",
               test_connections_outlive_their_listener);
  fixture_add ("listen/who-waits-at-a-closing-listener-is-told",
               test_who_waits_at_a_closing_listener_is_told);
}
