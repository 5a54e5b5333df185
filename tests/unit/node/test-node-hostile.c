/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A running node and raw sockets that never get as far as a secure connection. Another, honest,
 * node is served within a second all the while. */
#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-multiaddr.h"
#include "kad-node-testing.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_IS_COUNTED FALSE
#define SLOWNESS 5
#else
#define MEMORY_IS_COUNTED TRUE
#define SLOWNESS 1
#endif

#define HEAD "\x13/multistream/1.0.0\n"
#define NOISE "\x07/noise\n"

typedef struct
{
  KadNode *server;
  char *address;
  guint16 port;
} Lab;

static void
lab_init (Lab *lab)
{
  g_auto (GStrv) addresses = NULL;
  g_autoptr (KadMultiaddr) address = NULL;

  lab->server = make_node (KAD_MODE_SERVER, NULL);
  start_node (lab->server);
  addresses = kad_node_dup_addresses (lab->server);
  lab->address = g_strdup (addresses[0]);
  address = kad_multiaddr_new_from_string (lab->address, NULL);
  g_assert_true (kad_multiaddr_get_port (address, &lab->port));
}

/* A node that was never there before dials, asks and is answered. */
static void
check_honest_is_served (Lab *lab)
{
  KadNode *honest = make_node (KAD_MODE_CLIENT, NULL);
  g_autofree char *options = g_strdup_printf (
      "{'address': <'%s'>, 'request': <'find-node'>, 'key': <'text:x'>}", lab->address);
  g_autoptr (GVariant) summary = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begun_us;
  Wait wait = { 0 };

  start_node (honest);
  begun_us = g_get_monotonic_time ();
  kad_node_run_async (honest, "ask", g_variant_new_parsed (options), NULL, NULL, NULL, NULL,
                      wait_on_ready, &wait);
  summary = kad_node_run_finish (honest, wait_for (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, <, SLOWNESS * G_USEC_PER_SEC);
  wait_clear (&wait);
  stop_node (honest);
  g_assert_finalize_object (honest);
}

static void
lab_clear (Lab *lab)
{
  check_honest_is_served (lab);
  stop_node (lab->server);
  g_assert_finalize_object (lab->server);
  g_free (lab->address);
  finish_turns ();
}

static int
raw_connect (Lab *lab)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (lab->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static gboolean
is_closed (int fd)
{
  char bytes[4096];
  gssize n;

  while ((n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    ;
  return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static gboolean
closes_within (int fd, gint64 limit_us)
{
  gint64 give_up_us = g_get_monotonic_time () + limit_us;

  while (!is_closed (fd))
    {
      if (g_get_monotonic_time () > give_up_us)
        return FALSE;
      g_usleep (1000);
    }
  return TRUE;
}

static gsize
get_used_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static void
test_half_handshakes (void)
{
  enum
  {
    N = 2000
  };
  static const char *const beginnings[] = { "", "\x13", HEAD, HEAD NOISE, HEAD NOISE "\x20" };
  Lab lab;
  int fds[N];
  guint n_open = 0;
  gsize before;

  g_test_summary ("2,000 handshakes that stop: bounded in number and memory, gone when they go");

  lab_init (&lab);
  check_honest_is_served (&lab);
  before = get_used_bytes ();
  for (guint i = 0; i < N; i++)
    {
      const char *bytes = beginnings[i % G_N_ELEMENTS (beginnings)];
      gsize len = strlen (bytes);

      fds[i] = raw_connect (&lab);
      g_assert_cmpint (send (fds[i], bytes, len, MSG_NOSIGNAL), ==, len);
      if (i % 500 == 250)
        check_honest_is_served (&lab);
    }
  check_honest_is_served (&lab);
  for (guint i = 0; i < N; i++)
    n_open += !is_closed (fds[i]);
  g_assert_cmpuint (n_open, <=, 1024);
  g_assert_cmpuint (n_open, >, 0);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 16 * 1024 * 1024);
  for (guint i = 0; i < N; i++)
    close (fds[i]);
  /* The last of the closes has been heard when one more visitor was. */
  check_honest_is_served (&lab);
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 1024 * 1024);
  lab_clear (&lab);
}

static void
test_few_descriptors (void)
{
  struct rlimit kept, few;
  int fds[400];
  guint n = 0, n_open = 0;
  Lab lab;

  g_test_summary ("A process that may have few descriptors still lets honest peers in");

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &kept), ==, 0);
  few = kept;
  few.rlim_cur = 300;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  lab_init (&lab);
  /* Our own ends are of the same process, so they may have what is above the node's share. */
  few.rlim_cur = MIN (1000, kept.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  for (; n < G_N_ELEMENTS (fds); n++)
    fds[n] = raw_connect (&lab);
  check_honest_is_served (&lab);
  for (guint i = 0; i < n; i++)
    n_open += !is_closed (fds[i]);
  g_assert_cmpuint (n_open, <=, 300 / 2);
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  lab_clear (&lab);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &kept), ==, 0);
}

static void
test_slow_loris (void)
{
  enum
  {
    N = 200
  };
  static const char drip[] = HEAD NOISE "\x00\x20";
  Lab lab;
  int fds[N];
  guint n_open = N;
  gint64 begun_us = g_get_monotonic_time ();

  g_test_summary (
      "Handshakes of one byte a second are closed after ten seconds, though they go on");

  lab_init (&lab);
  for (guint i = 0; i < N; i++)
    fds[i] = raw_connect (&lab);
  for (guint second = 0; second < 15 && n_open > 0; second++)
    {
      for (guint i = 0; i < N; i++)
        send (fds[i], &drip[MIN (second, sizeof drip - 2)], 1, MSG_NOSIGNAL);
      check_honest_is_served (&lab);
      n_open = 0;
      for (guint i = 0; i < N; i++)
        n_open += !is_closed (fds[i]);
      if (g_get_monotonic_time () - begun_us < 9 * G_USEC_PER_SEC)
        g_assert_cmpuint (n_open, ==, N);
      g_usleep (G_USEC_PER_SEC);
    }
  g_assert_cmpuint (n_open, ==, 0);
  for (guint i = 0; i < N; i++)
    close (fds[i]);
  lab_clear (&lab);
}

static void
test_first_flight_cut_anywhere (void)
{
  guint8 flight[20 + 8 + 2 + 32];
  Lab lab;

  g_test_summary ("A first flight that ends anywhere is closed when it ends");

  memcpy (flight, HEAD NOISE "\x00\x20", 30);
  memset (flight + 30, 7, 32);
  lab_init (&lab);
  for (gsize cut = 0; cut <= sizeof flight; cut++)
    {
      int fd = raw_connect (&lab);

      g_assert_cmpint (send (fd, flight, cut, MSG_NOSIGNAL), ==, cut);
      g_assert_cmpint (shutdown (fd, SHUT_WR), ==, 0);
      g_assert_true (closes_within (fd, SLOWNESS * G_USEC_PER_SEC));
      close (fd);
    }
  lab_clear (&lab);
}

static void
test_nonsense (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gsize len;
  } nonsense[] = {
    { "a token of 1025 bytes", "\x81\x08", 2 },
    { "a length of 2^63", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10 },
    { "a length that never ends", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10 },
    { "a length that is not minimal", "\x80\x00", 2 },
    { "an empty token", "\x00", 1 },
    { "another version", "\x13/multistream/2.0.0\n", 20 },
    { "no newline", "\x13/multistream/1.0.0x", 20 },
    { "a long Noise message", HEAD NOISE "\xff\xff", 30 },
    { "an empty Noise message", HEAD NOISE "\x00\x00", 30 },
    { "a short Noise message",
      HEAD NOISE "\x00\x1f"
                 "0123456789012345678901234567890",
      61 },
    { "a Noise key of zeroes",
      HEAD NOISE "\x00\x20"
                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      62 },
    { "a second message of junk",
      HEAD NOISE "\x00\x20"
                 "01234567890123456789012345678901"
                 "\x00\x40"
                 "0123456789012345678901234567890101234567890123456789012345678901",
      128 },
  };
  Lab lab;

  g_test_summary ("What breaks the first layers closes the connection at once");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      int fd = raw_connect (&lab);

      g_test_message ("%s", nonsense[i].name);
      g_assert_cmpint (send (fd, nonsense[i].bytes, nonsense[i].len, MSG_NOSIGNAL), ==,
                       nonsense[i].len);
      g_assert_true (closes_within (fd, SLOWNESS * G_USEC_PER_SEC));
      close (fd);
    }
  lab_clear (&lab);
}

static void
test_proposals_without_end (void)
{
  Lab lab;
  int fd;

  g_test_summary ("Who proposes other security protocols is refused each, and then closed");

  lab_init (&lab);
  fd = raw_connect (&lab);
  g_assert_cmpint (send (fd, HEAD, 20, MSG_NOSIGNAL), ==, 20);
  for (guint i = 0; i < 100; i++)
    send (fd, "\x0b/tls/1.0.0\n", 12, MSG_NOSIGNAL);
  g_assert_true (closes_within (fd, SLOWNESS * G_USEC_PER_SEC));
  close (fd);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  struct rlimit limit;

  g_test_init (&argc, &argv, NULL);
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = MIN (limit.rlim_max, 16384);
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  g_test_add_func ("/security/CVE-2022-23492/half-handshakes", test_half_handshakes);
  g_test_add_func ("/security/CVE-2022-23492/few-descriptors", test_few_descriptors);
  g_test_add_func ("/node-hostile/first-flight-cut-anywhere", test_first_flight_cut_anywhere);
  g_test_add_func ("/node-hostile/nonsense", test_nonsense);
  g_test_add_func ("/node-hostile/proposals-without-end", test_proposals_without_end);
  g_test_add_func ("/node-hostile/slow-loris", test_slow_loris);
  return g_test_run ();
}
