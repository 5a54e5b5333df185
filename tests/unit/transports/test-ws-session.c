/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ws-session.h"

#include <sys/socket.h>
#include <unistd.h>

#include "kad-error.h"

/* Two sessions over one pair of sockets. */
typedef struct
{
  KadWsSession *client;
  KadWsSession *server;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  f->client = kad_ws_session_new (kad_ws_socket_new (fds[0]), TRUE, NULL, 0);
  f->server = kad_ws_session_new (kad_ws_socket_new (fds[1]), FALSE, NULL, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->client, kad_ws_session_unref);
  g_clear_pointer (&f->server, kad_ws_session_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
expect_would_block (KadWsSession *session)
{
  g_autoptr (GError) error = NULL;
  guint8 byte;

  g_assert_cmpint (kad_ws_session_read (session, &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
test_both_ways (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char text[16];

  g_test_summary ("Bytes come through with a mask and without, in pieces of the reader's size");

  expect_would_block (f->server);
  g_assert_cmpint (kad_ws_session_write (f->client, "question", 8, &error), ==, 8);
  g_assert_cmpint (kad_ws_session_read (f->server, text, 3, &error), ==, 3);
  g_assert_true (kad_ws_session_is_ready (f->server, G_IO_IN));
  g_assert_cmpint (kad_ws_session_read (f->server, text + 3, 13, &error), ==, 5);
  g_assert_cmpmem (text, 8, "question", 8);
  expect_would_block (f->server);
  g_assert_false (kad_ws_session_is_ready (f->server, G_IO_IN));
  g_assert_cmpint (kad_ws_session_write (f->server, "answer", 6, &error), ==, 6);
  g_assert_cmpint (kad_ws_session_read (f->client, text, 16, &error), ==, 6);
  g_assert_cmpmem (text, 6, "answer", 6);
  g_assert_no_error (error);
}

static void
test_bytes_behind_the_upgrade (Fixture *f, gconstpointer data)
{
  static const guint8 head[] = { 0x82, 3, 'a', 'b', 'c', 0x82 };
  g_autoptr (KadWsSession) session = NULL;
  char text[4];
  int fds[2];

  g_test_summary ("What came with the server's answer is read first, and half a header waits");

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  session = kad_ws_session_new (kad_ws_socket_new (fds[0]), TRUE, head, sizeof head);
  g_assert_true (kad_ws_session_is_ready (session, G_IO_IN));
  g_assert_cmpint (kad_ws_session_read (session, text, 4, NULL), ==, 3);
  g_assert_cmpmem (text, 3, "abc", 3);
  expect_would_block (session);
  g_assert_false (kad_ws_session_is_ready (session, G_IO_IN));
  g_assert_cmpint (write (fds[1], "\1d", 2), ==, 2);
  g_assert_cmpint (kad_ws_session_read (session, text, 4, NULL), ==, 1);
  g_assert_cmpint (text[0], ==, 'd');
  close (fds[1]);
  g_assert_cmpint (kad_ws_session_read (session, text, 4, NULL), ==, 0);
}

static void
test_a_cut_frame_is_an_error (Fixture *f, gconstpointer data)
{
  g_autoptr (KadWsSession) session = NULL;
  g_autoptr (GError) error = NULL;
  guint8 byte;
  int fds[2];

  g_test_summary ("An end inside of a frame is a broken connection, not the end");

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  session = kad_ws_session_new (kad_ws_socket_new (fds[0]), TRUE, (guint8 *) "\x82\x05x", 3);
  close (fds[1]);
  g_assert_cmpint (kad_ws_session_read (session, &byte, 1, &error), ==, 1);
  g_assert_cmpint (kad_ws_session_read (session, &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_half_close (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char text[8];

  g_test_summary ("Who has ended his writing reads on, and writes no more");

  kad_ws_session_end_writing (f->client);
  kad_ws_session_end_writing (f->client);
  g_assert_cmpint (kad_ws_session_read (f->server, text, 8, &error), ==, 0);
  g_assert_cmpint (kad_ws_session_write (f->server, "answer", 6, &error), ==, 6);
  kad_ws_session_end_writing (f->server);
  g_assert_cmpint (kad_ws_session_read (f->client, text, 8, &error), ==, 6);
  g_assert_cmpint (kad_ws_session_read (f->client, text, 8, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpint (kad_ws_session_write (f->client, "x", 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Writes until nothing more is taken. */
static gsize
fill (KadWsSession *session)
{
  static const guint8 block[40000];
  gsize total = 0;
  gssize n;

  while ((n = kad_ws_session_write (session, block, sizeof block, NULL)) > 0)
    {
      g_assert_cmpint (n, <=, KAD_MAX_WS_SEND_BYTES);
      total += (gsize) n;
    }
  return total;
}

static void
test_what_waits_outlives_a_close (Fixture *f, gconstpointer data)
{
  gsize total, seen = 0;
  gssize n = 1;

  g_test_summary ("What was taken is sent after the close, and then comes the end");

  total = fill (f->client);
  kad_ws_session_close (f->client);
  g_clear_pointer (&f->client, kad_ws_session_unref);
  while (n != 0)
    {
      guint8 block[4096];

      n = kad_ws_session_read (f->server, block, sizeof block, NULL);
      seen += n > 0 ? (gsize) n : 0;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (seen, ==, total);
}

static void
test_lingering_ends (Fixture *f, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();
  guint8 block[4096];
  gssize n;

  g_test_summary ("A close does not wait for ever for who does not read");

  g_assert_cmpuint (fill (f->client), >, 0);
  kad_ws_session_close (f->client);
  g_clear_pointer (&f->client, kad_ws_session_unref);
  while (g_get_monotonic_time () < begin_us + KAD_MAX_WS_LINGER_US)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  do
    {
      g_autoptr (GError) error = NULL;

      n = kad_ws_session_read (f->server, block, sizeof block, &error);
      g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
    }
  while (n > 0);
}

static void
test_waiting (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A blocking wait ends when there is something, or when it is cancelled");

  g_assert_true (kad_ws_session_wait (f->client, G_IO_OUT, cancellable, &error));
  g_assert_cmpint (kad_ws_session_write (f->client, "x", 1, &error), ==, 1);
  g_assert_true (kad_ws_session_wait (f->server, G_IO_IN, cancellable, &error));
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_false (kad_ws_session_wait (f->client, G_IO_IN, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, func) g_test_add ("/ws-session/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("both-ways", test_both_ways);
  ADD ("bytes-behind-the-upgrade", test_bytes_behind_the_upgrade);
  ADD ("a-cut-frame-is-an-error", test_a_cut_frame_is_an_error);
  ADD ("half-close", test_half_close);
  ADD ("what-waits-outlives-a-close", test_what_waits_outlives_a_close);
  ADD ("lingering-ends", test_lingering_ends);
  ADD ("waiting", test_waiting);
  return g_test_run ();
}
