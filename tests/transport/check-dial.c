/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dialling: who answers, who refuses, who cannot be reached, and what is no address of ours. */
#include <netinet/in.h>
#include <unistd.h>

#include "fixture.h"

#include "kad-error.h"

static void
test_what_is_dialled_is_accepted (Fixture *f, gconstpointer data)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  KadMultiaddr *near_local;

  g_test_summary ("Both ends of a connection agree on where they are");

  fixture_connect_links (f, &near_link, &far_link);
  near_local = kad_link_get_local_address (near_link);
  g_assert_true (kad_multiaddr_equal (kad_link_get_remote_address (near_link), f->address));
  g_assert_true (kad_multiaddr_equal (kad_link_get_local_address (far_link), f->address));
  g_assert_nonnull (kad_link_get_remote_address (far_link));
  if (near_local != NULL)
    g_assert_true (kad_multiaddr_equal (near_local, kad_link_get_remote_address (far_link)));
}

static void
test_a_link_is_of_one_kind (Fixture *f, gconstpointer data)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  KadLink *links[2];

  g_test_summary ("A link has a descriptor, a stream that can be polled, or a connection");

  fixture_connect_links (f, &near_link, &far_link);
  links[0] = near_link;
  links[1] = far_link;
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      guint n = (kad_link_get_fd (links[i]) >= 0) + (kad_link_get_stream (links[i]) != NULL)
                + (kad_link_get_connection (links[i]) != NULL);

      g_assert_cmpuint (n, ==, 1);
    }
}

static void
test_a_link_nobody_uses_is_closed (Fixture *f, gconstpointer data)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("Dropping a link that was never used closes its connection");

  fixture_connect_links (f, &near_link, &far_link);
  g_clear_object (&near_link);
  channel_init (&far_end, g_steal_pointer (&far_link));
  channel_expect_close (&far_end);
}

/* Dials and expects DialFailed with an address and a reason. */
static void
expect_failure (Fixture *f, KadMultiaddr *address)
{
  g_autofree char *where = kad_multiaddr_to_string (address);
  g_auto (Dial) dial = { 0 };
  g_autoptr (GError) error = NULL;

  dial_start (&dial, f, address);
  dial_wait (&dial, f);
  g_assert_null (dial_finish (&dial, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, "Could not connect to /"));
  g_assert_nonnull (strstr (error->message, where));
}

static void
test_where_nobody_listens_is_refused (Fixture *f, gconstpointer data)
{
  g_test_summary ("Dialling where nobody listens is DialFailed, and the error says where");

  kad_listener_close (f->listener);
  expect_failure (f, f->address);
}

/* The address of the listener with another IP address or port. */
static KadMultiaddr *
replace (KadMultiaddr *address, const char *ip, guint16 port)
{
  g_autofree char *text = kad_multiaddr_to_string (address);
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  g_autofree char *replaced = NULL;

  for (guint i = 1; parts[i] != NULL && parts[i + 1] != NULL; i++)
    {
      gboolean is_ip = g_str_equal (parts[i], "ip4") || g_str_equal (parts[i], "ip6");
      char *value = NULL;

      if (is_ip && ip != NULL)
        value = g_strdup (ip);
      else if (g_str_equal (parts[i], "tcp") && port != 0)
        value = g_strdup_printf ("%u", port);
      if (value == NULL)
        continue;
      g_free (parts[i + 1]);
      parts[++i] = value;
    }
  replaced = g_strjoinv ("/", parts);
  return fixture_parse (replaced);
}

static gboolean
is_ip6 (const Fixture *f)
{
  return kad_multiaddr_has_protocol (f->address, KAD_MULTIADDR_IP6);
}

/* A group has no TCP: the kernel refuses at once, and nothing leaves this machine. */
static void
test_who_cannot_be_reached_is_not_waited_for (Fixture *f, gconstpointer data)
{
  g_autoptr (KadMultiaddr) address = replace (f->address, is_ip6 (f) ? "ff02::1" : "224.0.0.1", 0);

  g_test_summary ("An address to which there is no way is DialFailed in bounded time");

  expect_failure (f, address);
}

/* ---- somebody who does not answer ---- */

typedef struct
{
  int fd;
  int fillers[4];
  guint16 port;
} Silent;

typedef union
{
  struct sockaddr any;
  struct sockaddr_in ip4;
  struct sockaddr_in6 ip6;
} SocketAddress;

/* A socket that listens and never accepts. @is_full: with its queue full, so that the next
 * connect() gets no answer at all. */
static void
silent_init (Silent *self, const Fixture *f, gboolean is_full)
{
  SocketAddress address = { 0 };
  socklen_t size = is_ip6 (f) ? sizeof address.ip6 : sizeof address.ip4;

  address.any.sa_family = is_ip6 (f) ? AF_INET6 : AF_INET;
  if (is_ip6 (f))
    address.ip6.sin6_addr = in6addr_loopback;
  else
    address.ip4.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->fd = socket (address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, &address.any, size), ==, 0);
  g_assert_cmpint (listen (self->fd, is_full ? 0 : 16), ==, 0);
  g_assert_cmpint (getsockname (self->fd, &address.any, &size), ==, 0);
  self->port = ntohs (is_ip6 (f) ? address.ip6.sin6_port : address.ip4.sin_port);
  for (guint i = 0; i < G_N_ELEMENTS (self->fillers); i++)
    {
      self->fillers[i] = -1;
      if (!is_full)
        continue;
      self->fillers[i]
          = socket (address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      (void) !connect (self->fillers[i], &address.any, size);
    }
}

static void
silent_clear (Silent *self)
{
  close (self->fd);
  for (guint i = 0; i < G_N_ELEMENTS (self->fillers); i++)
    if (self->fillers[i] >= 0)
      close (self->fillers[i]);
}

static void
cancel_while_silent (Fixture *f, gboolean is_full)
{
  g_autoptr (KadMultiaddr) address = NULL;
  g_auto (Dial) dial = { 0 };
  g_autoptr (KadLink) link = NULL;
  g_autoptr (GError) error = NULL;
  gint64 until_us = g_get_monotonic_time () + 200 * 1000;
  Silent silent;

  silent_init (&silent, f, is_full);
  address = replace (f->address, is_ip6 (f) ? "::1" : "127.0.0.1", silent.port);
  dial_start (&dial, f, address);
  while (dial.result == NULL && g_get_monotonic_time () < until_us)
    fixture_turn (f);
  if (dial.result != NULL)
    {
      /* Nothing has to be said for this transport to have a connection. */
      g_assert_false (is_full);
      link = dial_finish (&dial, &error);
      g_assert_no_error (error);
    }
  else
    {
      g_cancellable_cancel (dial.cancellable);
      dial_wait (&dial, f);
      g_assert_null (dial_finish (&dial, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  silent_clear (&silent);
}

static void
test_a_connect_without_an_answer_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_test_summary ("A connect that nobody answers goes on until it is cancelled, ends then and "
                  "leaves nothing");

  cancel_while_silent (f, TRUE);
}

static void
test_a_dial_to_who_says_nothing_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_test_summary ("Where the connection stands and nothing comes, the dial is done, or can be "
                  "cancelled and leaves nothing");

  cancel_while_silent (f, FALSE);
}

/* ---- what is no address of ours ---- */

static void
expect_consistent (Fixture *f, KadMultiaddr *address, gboolean has_to_refuse)
{
  gboolean can_dial = kad_transport_can_dial (f->transport, address);
  gboolean can_listen = kad_transport_can_listen (f->transport, address);

  if (has_to_refuse)
    {
      g_assert_false (can_dial);
      g_assert_false (can_listen);
    }
  if (!can_listen)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_transport_listen (f->transport, address, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
    }
  if (!can_dial)
    {
      g_auto (Dial) dial = { 0 };
      g_autoptr (GError) error = NULL;

      dial_start (&dial, f, address);
      dial_wait (&dial, f);
      g_assert_null (dial_finish (&dial, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
    }
}

static void
test_foreign_addresses_are_refused (Fixture *f, gconstpointer data)
{
  static const char *const others[] = { "/ip4/127.0.0.1/udp/1/quic-v1",
                                        "/dns4/localhost/tcp/1",
                                        "/ip4/127.0.0.1/tcp/1/ws",
                                        "/ip4/127.0.0.1/tcp/1",
                                        "/memory/1/ws",
                                        "/memory/1",
                                        "/unix/tmp/socket",
                                        "/ip4/127.0.0.1",
                                        "/ip6/::1/tcp/1/tls/ws" };
  /* Behind any whole address of a transport. */
  static const char *const tails[] = { "/tcp/1", "/p2p-circuit", "/udp/1/quic-v1" };

  g_test_summary ("What cannot be dialled or listened on is NotSupported from dial and listen, and "
                  "an address with more behind it than the transport knows is one of those");

  g_assert_true (kad_transport_can_dial (f->transport, f->address));
  g_assert_true (kad_transport_can_listen (f->transport, f->address));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (KadMultiaddr) address = fixture_parse (others[i]);

      expect_consistent (f, address, FALSE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autoptr (KadMultiaddr) tail = fixture_parse (tails[i]);
      g_autoptr (KadMultiaddr) address = kad_multiaddr_encapsulate (f->address, tail, NULL);

      /* Nothing can stand behind a path. */
      if (address != NULL)
        expect_consistent (f, address, TRUE);
    }
  for (guint i = 0; subject.foreign != NULL && subject.foreign[i] != NULL; i++)
    {
      g_autoptr (KadMultiaddr) address = fixture_parse (subject.foreign[i]);

      expect_consistent (f, address, TRUE);
    }
}

void
check_dial_add (void)
{
  fixture_add ("dial/what-is-dialled-is-accepted", test_what_is_dialled_is_accepted);
  fixture_add ("dial/a-link-is-of-one-kind", test_a_link_is_of_one_kind);
  fixture_add ("dial/where-nobody-listens-is-refused", test_where_nobody_listens_is_refused);
  fixture_add ("dial/foreign-addresses-are-refused", test_foreign_addresses_are_refused);
  if (subject.has_bytes)
    fixture_add ("dial/a-link-nobody-uses-is-closed", test_a_link_nobody_uses_is_closed);
  if (!subject.is_ip)
    {
      g_print ("# No address of IP and TCP: nobody there who cannot be reached, or is silent\n");
      return;
    }
  fixture_add ("dial/who-cannot-be-reached-is-not-waited-for",
               test_who_cannot_be_reached_is_not_waited_for);
  fixture_add ("dial/a-connect-without-an-answer-can-be-cancelled",
               test_a_connect_without_an_answer_can_be_cancelled);
  fixture_add ("dial/a-dial-to-who-says-nothing-can-be-cancelled",
               test_a_dial_to_who_says_nothing_can_be_cancelled);
}
