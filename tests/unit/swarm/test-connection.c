/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-swarm-testing.h"

static void
test_upgrade (gconstpointer data)
{
  guint early = GPOINTER_TO_UINT (data);
  Pair pair;

  g_test_summary ("Two sides upgrade and know each other, with and without the early muxer");

  pair_init_bare (&pair, early & 1, early & 2);
  pair_connect (&pair);
  pair_run_until (&pair, pair.a.opened && pair.b.opened);
  g_assert_true (
      kad_peer_id_equal (kad_connection_get_peer (pair.a.connection), side_get_peer (&pair.b)));
  g_assert_true (
      kad_peer_id_equal (kad_connection_get_peer (pair.b.connection), side_get_peer (&pair.a)));
  g_assert_cmpuint (pair.a.opened, ==, 1);
  g_assert_cmpuint (pair.b.opened, ==, 1);
  g_assert_cmpuint (pair.a.closed + pair.b.closed, ==, 0);
  pair_clear (&pair);
}

static void
test_another_peer_than_dialled (void)
{
  Pair pair;
  int fds[2];

  g_test_summary ("Who proves to be another peer than the one that was dialled is closed");

  pair_init_bare (&pair, TRUE, TRUE);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  side_connect (&pair.b, fds[1], KAD_ROLE_RESPONDER, NULL);
  side_connect (&pair.a, fds[0], KAD_ROLE_INITIATOR, side_get_peer (&pair.a));
  pair_run_until (&pair, pair.a.closed && pair.b.closed);
  g_assert_cmpuint (pair.a.opened + pair.b.opened, ==, 0);
  pair_clear (&pair);
}

static void
test_nonsense_closes (void)
{
  static const char *const nonsense[] = {
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "\x13/multistream/1.0.0\n\x07/noise\n\xff\xff garbage garbage garbage garbage",
    "\x13/multistream/1.0.0\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
  };

  g_test_summary ("What does not speak the protocol is closed, once, with a reason");

  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      Pair pair;
      int fds[2];
      gsize len = strlen (nonsense[i]);

      pair_init_bare (&pair, TRUE, TRUE);
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
      side_connect (&pair.b, fds[1], KAD_ROLE_RESPONDER, NULL);
      g_assert_cmpint (write (fds[0], nonsense[i], len), ==, len);
      g_assert_cmpint (shutdown (fds[0], SHUT_WR), ==, 0);
      pair_run_until (&pair, pair.b.closed);
      g_assert_cmpuint (pair.b.opened, ==, 0);
      g_assert_cmpuint (strlen (pair.b.reason->message), >, 0);
      close (fds[0]);
      pair_clear (&pair);
    }
}

static void
test_remote_goes_away (void)
{
  Pair pair;

  g_test_summary ("When one side closes, the other hears it");

  pair_init (&pair);
  kad_connection_close (pair.a.connection, g_error_new_literal (G_IO_ERROR, 0, "enough"));
  g_assert_cmpuint (pair.a.closed, ==, 1);
  g_assert_cmpstr (pair.a.reason->message, ==, "enough");
  pair_run_until (&pair, pair.b.closed);
  g_assert_error (pair.b.reason, KAD_ERROR, KAD_ERROR_CLOSED);
  pair_clear (&pair);
}

static void
test_one_byte_at_a_time (void)
{
  Pair pair;
  int left[2], right[2];

  g_test_summary ("A handshake that comes byte by byte ends like any other");

  pair_init_bare (&pair, TRUE, FALSE);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, left), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, right), ==, 0);
  side_connect (&pair.a, left[0], KAD_ROLE_INITIATOR, NULL);
  side_connect (&pair.b, right[0], KAD_ROLE_RESPONDER, NULL);
  for (guint i = 0; i < 100000 && !(pair.a.opened && pair.b.opened); i++)
    {
      char byte;

      if (read (left[1], &byte, 1) == 1)
        g_assert_cmpint (write (right[1], &byte, 1), ==, 1);
      if (read (right[1], &byte, 1) == 1)
        g_assert_cmpint (write (left[1], &byte, 1), ==, 1);
      g_main_context_iteration (pair.context, FALSE);
    }
  g_assert_cmpuint (pair.a.opened, ==, 1);
  g_assert_cmpuint (pair.b.opened, ==, 1);
  close (left[1]);
  close (right[1]);
  pair_clear (&pair);
}

static void
test_ping_measures (void)
{
  Pair pair;

  g_test_summary ("A muxer ping gives the round trip");

  pair_init (&pair);
  kad_connection_ping (pair.a.connection);
  pair_run_until (&pair, kad_connection_get_rtt_us (pair.a.connection) >= 0);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint early = 0; early < 4; early++)
    {
      g_autofree char *path = g_strdup_printf ("/connection/upgrade/rule-10-early-muxer-%u", early);

      g_test_add_data_func (path, GUINT_TO_POINTER (early), test_upgrade);
    }
  g_test_add_func ("/connection/another-peer-than-dialled", test_another_peer_than_dialled);
  g_test_add_func ("/connection/nonsense-closes", test_nonsense_closes);
  g_test_add_func ("/connection/remote-goes-away", test_remote_goes_away);
  g_test_add_func ("/connection/one-byte-at-a-time", test_one_byte_at_a_time);
  g_test_add_func ("/connection/ping-measures", test_ping_measures);
  return g_test_run ();
}
