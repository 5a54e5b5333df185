/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-tcp-socket.h"

#include <errno.h>
#include <unistd.h>

#include "kad-error.h"
#include "tcp-socket.h"

static void
test_tune (void)
{
  KadTcpAddress address = { .any = { .sa_family = AF_INET } };
  int fd = kad_tcp_socket_new (&address);

  g_test_summary ("A socket of ours never blocks or delays, is kept alive, and no child has it");

  g_assert_cmpint (fd, >=, 0);
  kad_tcp_socket_tune (fd);
  assert_is_tuned (fd);
  close (fd);
}

static void
test_new_fails (void)
{
  KadTcpAddress address = { .any = { .sa_family = AF_MAX } };

  g_test_summary ("A family that the system does not have is an errno");

  g_assert_cmpint (kad_tcp_socket_new (&address), ==, -1);
  g_assert_cmpint (errno, ==, EAFNOSUPPORT);
}

static void
test_errors (void)
{
  static const struct
  {
    KadTcpAction action;
    int number;
    KadError code;
    const char *message;
  } rows[] = {
    { KAD_TCP_CONNECT, ECONNREFUSED, KAD_ERROR_DIAL_FAILED,
      "Could not connect to /ip4/127.0.0.1/tcp/7: Connection refused" },
    /* Of the remote, not of an address here. */
    { KAD_TCP_CONNECT, EADDRNOTAVAIL, KAD_ERROR_DIAL_FAILED,
      "Could not connect to /ip4/127.0.0.1/tcp/7: Cannot assign requested address" },
    { KAD_TCP_CONNECT, EACCES, KAD_ERROR_DIAL_FAILED,
      "Could not connect to /ip4/127.0.0.1/tcp/7: Permission denied" },
    { KAD_TCP_CONNECT, EMFILE, KAD_ERROR_LIMIT_REACHED,
      "Could not connect to /ip4/127.0.0.1/tcp/7: Too many open files; raise the limit of open "
      "files, or allow fewer connections" },
    { KAD_TCP_LISTEN, EADDRINUSE, KAD_ERROR_INVALID_ADDRESS,
      "Could not listen on /ip4/127.0.0.1/tcp/7: Address already in use; choose another port, or "
      "stop the program that has this one" },
    { KAD_TCP_LISTEN, EADDRNOTAVAIL, KAD_ERROR_INVALID_ADDRESS,
      "Could not listen on /ip4/127.0.0.1/tcp/7: Cannot assign requested address; choose an "
      "address that this machine has" },
    { KAD_TCP_LISTEN, EACCES, KAD_ERROR_NOT_AUTHORIZED,
      "Could not listen on /ip4/127.0.0.1/tcp/7: Permission denied; choose a port above 1023" },
    { KAD_TCP_ACCEPT, ENOBUFS, KAD_ERROR_LIMIT_REACHED,
      "Could not accept on /ip4/127.0.0.1/tcp/7: No buffer space available" },
    { KAD_TCP_ACCEPT, EINVAL, KAD_ERROR_FAILED,
      "Could not accept on /ip4/127.0.0.1/tcp/7: Invalid argument" },
  };
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/7", NULL);

  g_test_summary ("An errno becomes what it means to a caller, and what a person can do");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      kad_tcp_socket_set_error (&error, rows[i].action, address, rows[i].number);
      g_assert_error (error, KAD_ERROR, (gint) rows[i].code);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/tcp-socket/tune", test_tune);
  g_test_add_func ("/transports/tcp-socket/new-fails", test_new_fails);
  g_test_add_func ("/transports/tcp-socket/errors", test_errors);
  return g_test_run ();
}
