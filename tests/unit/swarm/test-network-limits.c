/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole node at each of its limits: what comes too much is refused or goes, the record says which
 * limit it was, and an honest peer is served afterwards (kad-attacker-testing.h). */
#include "kad-attacker-testing.h"
#include "kad-limit-values.h"

static void
set (KadLimits *limits, const char *name, guint64 value)
{
  g_autoptr (GError) error = NULL;

  kad_limits_set (limits, name, value, &error);
  g_assert_no_error (error);
}

static guint32
loopback (guint third, guint fourth)
{
  return htonl (127u << 24 | third << 8 | fourth);
}

static guint
get_n (Lab *lab)
{
  return kad_network_get_n_connections (lab->server.network);
}

static void
close_all (Lab *lab, int *fds, guint n)
{
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  context_run_until (lab->context, get_n (lab) == 0);
}

/* How many of these the node did not close. */
static guint
count_open (const int *fds, guint n)
{
  guint open = 0;

  for (guint i = 0; i < n; i++)
    open += !raw_is_closed (fds[i]);
  return open;
}

/* ---- counted at accept ---- */

static void
test_of_one_host (void)
{
  KadLimits limits;
  Lab lab;
  int fds[7];

  g_test_summary ("CVE-2022-23492: connections of one host are bounded; another host is let in");

  kad_limits_init (&limits);
  set (&limits, "loopback-exempt", 0);
  set (&limits, "connections-per-address", 3);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 6; i++)
    fds[i] = raw_connect_from (loopback (5, 1), node_get_port (&lab.server));
  context_run_until (lab.context, count_open (fds, 6) == 3);
  fds[6] = raw_connect_from (loopback (5, 2), node_get_port (&lab.server));
  context_run_until (lab.context, get_n (&lab) == 4);
  g_assert_cmpuint (count_open (fds, 7), ==, 4);
  close_all (&lab, fds, 7);
  fds[0] = raw_connect_from (loopback (5, 1), node_get_port (&lab.server));
  context_run_until (lab.context, get_n (&lab) == 1);
  close_all (&lab, fds, 1);
  lab_clear (&lab);
}

static void
test_of_one_subnet (void)
{
  KadLimits limits;
  Lab lab;
  int fds[7];

  g_test_summary ("CVE-2022-23492: connections of one /24 are bounded; another one is let in");

  kad_limits_init (&limits);
  set (&limits, "loopback-exempt", 0);
  set (&limits, "connections-per-subnet", 3);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 6; i++)
    fds[i] = raw_connect_from (loopback (5, 1 + i), node_get_port (&lab.server));
  context_run_until (lab.context, count_open (fds, 6) == 3);
  fds[6] = raw_connect_from (loopback (6, 1), node_get_port (&lab.server));
  context_run_until (lab.context, get_n (&lab) == 4);
  g_assert_cmpuint (count_open (fds, 7), ==, 4);
  close_all (&lab, fds, 7);
  lab_clear (&lab);
}

static void
test_loopback_is_exempt (void)
{
  KadLimits limits;
  Lab lab;
  int fds[8];

  g_test_summary ("By default this machine is free of the limits by address");

  kad_limits_init (&limits);
  set (&limits, "connections-per-address", 1);
  set (&limits, "connections-per-subnet", 1);
  set (&limits, "half-open-per-subnet", 1);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 8; i++)
    fds[i] = raw_connect (node_get_port (&lab.server));
  context_run_until (lab.context, get_n (&lab) == 8);
  context_turns (lab.context, 20);
  g_assert_cmpuint (count_open (fds, 8), ==, 8);
  close_all (&lab, fds, 8);
  lab_clear (&lab);
}

static void
test_half_open_of_one_subnet (void)
{
  KadLimits limits;
  Lab lab;
  int fds[6], other;

  g_test_summary ("CVE-2022-23492: of handshakes from one /24 the oldest goes; others are not "
                  "touched");

  kad_limits_init (&limits);
  set (&limits, "loopback-exempt", 0);
  set (&limits, "half-open-per-subnet", 2);
  lab_init_with_limits (&lab, &limits);
  other = raw_connect_from (loopback (6, 1), node_get_port (&lab.server));
  context_run_until (lab.context, get_n (&lab) == 1);
  for (guint i = 0; i < 6; i++)
    {
      fds[i] = raw_connect_from (loopback (5, 1 + i), node_get_port (&lab.server));
      context_run_until (lab.context, get_n (&lab) == MIN (i, 1) + 2);
      context_turns (lab.context, 5);
    }
  for (guint i = 0; i < 6; i++)
    g_assert_true (raw_is_closed (fds[i]) == (i < 4));
  g_assert_false (raw_is_closed (other));
  close (other);
  close_all (&lab, fds, 6);
  lab_clear (&lab);
}

/* ---- who goes when there are too many ---- */

static void
test_high_water (void)
{
  KadLimits limits;
  Lab lab;
  Attacker idle[7];
  KadPeerSession *session;

  g_test_summary ("Above high-water the least useful connections are closed down to low-water, "
                  "protected ones never, and the event says why");

  kad_limits_init (&limits);
  set (&limits, "high-water", 6);
  set (&limits, "low-water", 4);
  set (&limits, "grace-period", 0);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 6; i++)
    attacker_init (&idle[i], &lab);
  /* Those that came first, so that they would go first. */
  for (guint i = 0; i < 3; i++)
    {
      session = kad_connection_book_get (lab.server.network->book, i);
      g_assert_true (kad_swarm_protect_peer (KAD_SWARM (lab.server.network),
                                             kad_connection_get_peer (session->connection), "test",
                                             NULL));
    }
  context_turns (lab.context, 20);
  g_assert_cmpuint (get_n (&lab), ==, 6);
  g_assert_cmpuint (node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED), ==, 0);
  attacker_init (&idle[6], &lab);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 3);
  context_turns (lab.context, 20);
  g_assert_cmpuint (get_n (&lab), ==, 4);
  g_assert_nonnull (
      strstr (node_find (&lab.server, KAD_EVENT_PEER_DISCONNECTED, 0)->text, "high-water is 6"));
  for (guint i = 0; i < 7; i++)
    {
      g_assert_true (raw_is_closed (idle[i].fd) == (i >= 3 && i < 6));
      close (idle[i].fd);
      idle[i].fd = -1;
    }
  context_run_until (lab.context, get_n (&lab) == 0);
  for (guint i = 0; i < 7; i++)
    attacker_clear (&idle[i]);
  lab_clear (&lab);
}

static void
test_grace (void)
{
  KadLimits limits;
  Lab lab;
  Attacker idle[4];

  g_test_summary ("In its time of grace a connection is not trimmed");

  kad_limits_init (&limits);
  set (&limits, "high-water", 2);
  set (&limits, "low-water", 1);
  set (&limits, "grace-period", 3600);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 4; i++)
    attacker_init (&idle[i], &lab);
  context_turns (lab.context, 50);
  g_assert_cmpuint (get_n (&lab), ==, 4);
  for (guint i = 0; i < 4; i++)
    close (idle[i].fd);
  context_run_until (lab.context, get_n (&lab) == 0);
  for (guint i = 0; i < 4; i++)
    {
      idle[i].fd = -1;
      attacker_clear (&idle[i]);
    }
  lab_clear (&lab);
}

static void
test_a_newcomer_gets_in (void)
{
  KadLimits limits;
  Lab lab;
  Attacker idle[5];

  g_test_summary ("CVE-2022-23492: a node full of idle connections lets a newcomer in, and tells "
                  "who gave way to it");

  kad_limits_init (&limits);
  set (&limits, "connections", 4);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < 4; i++)
    attacker_init (&idle[i], &lab);
  g_assert_cmpuint (get_n (&lab), ==, 4);
  /* It is young itself, as are the four: so let these be older. */
  lab.server.network->limits.values[KAD_LIMIT_GRACE_PERIOD] = 0;
  attacker_init (&idle[4], &lab);
  g_assert_cmpuint (get_n (&lab), ==, 4);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 1);
  g_assert_nonnull (strstr (node_find (&lab.server, KAD_EVENT_PEER_DISCONNECTED, 0)->text,
                            "all 4 connections are in use (the limit connections)"));
  g_assert_true (raw_is_closed (idle[0].fd));
  check_honest_is_served (&lab);
  for (guint i = 0; i < 5; i++)
    close (idle[i].fd);
  context_run_until (lab.context, get_n (&lab) <= 1);
  for (guint i = 0; i < 5; i++)
    {
      idle[i].fd = -1;
      attacker_clear (&idle[i]);
    }
  lab_clear (&lab);
}

static void
test_one_place_displaces_nobody_else (void)
{
  enum
  {
    HONEST = 8,
    SYBILS = 24
  };
  KadLimits limits;
  Lab lab;
  Attacker honest[HONEST], sybils[SYBILS];
  guint n_honest = 0, n_sybils = 0;

  g_test_summary ("CVE-2022-23492: who opens connection after connection from one subnet gets what "
                  "is free, and then takes it from himself");

  kad_limits_init (&limits);
  set (&limits, "connections", HONEST + 4);
  set (&limits, "grace-period", 0);
  lab_init_with_limits (&lab, &limits);
  for (guint i = 0; i < HONEST; i++)
    attacker_init_from (&honest[i], &lab, loopback (20 + i, 1));
  for (guint i = 0; i < SYBILS; i++)
    attacker_init_from (&sybils[i], &lab, loopback (9, 1 + i));
  context_turns (lab.context, 20);
  for (guint i = 0; i < HONEST; i++)
    n_honest += !raw_is_closed (honest[i].fd);
  for (guint i = 0; i < SYBILS; i++)
    n_sybils += !raw_is_closed (sybils[i].fd);
  g_assert_cmpuint (n_honest, ==, HONEST);
  g_assert_cmpuint (n_sybils, ==, 4);
  g_assert_false (raw_is_closed (sybils[SYBILS - 1].fd));
  for (guint i = 0; i < HONEST + SYBILS; i++)
    {
      Attacker *attacker = i < HONEST ? &honest[i] : &sybils[i - HONEST];

      close (attacker->fd);
      attacker->fd = -1;
    }
  context_run_until (lab.context, get_n (&lab) == 0);
  for (guint i = 0; i < HONEST + SYBILS; i++)
    attacker_clear (i < HONEST ? &honest[i] : &sybils[i - HONEST]);
  lab_clear (&lab);
}

/* ---- streams ---- */

static void
test_streams (gconstpointer name)
{
  KadLimits limits;
  Lab lab;
  Attacker attacker;

  g_test_summary ("CVE-2022-23492: streams of a connection and of all are bounded by what is set; "
                  "those that end make room");

  kad_limits_init (&limits);
  set (&limits, name, 5);
  lab_init_with_limits (&lab, &limits);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < 8; i++)
    open_kad (&attacker, 1 + 2 * i, "", 0, 0);
  attacker_run_until (&attacker, attacker.n_resets == 3);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 3);
  g_assert_cmpuint (kad_reactor_get_budget (lab.server.network->reactor)->n_streams, ==, 5);
  for (guint i = 0; i < 5; i++)
    send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1 + 2 * i, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (kad_reactor_get_budget (lab.server.network->reactor)->n_streams, ==, 0);
  open_kad (&attacker, 101, "", 0, 0);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 3);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* ---- requests ---- */

static const guint8 request[] = { 5, 0x08, 4, 0x12, 1, 'k' };

/* FIND_NODE in a table without peers: the type, nothing else. */
#define REPLY_BYTES 3

static void
send_requests (Attacker *self, guint n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, request, sizeof request);
  send_data (self, 0, 1, bytes->data, bytes->len);
}

static guint
get_n_replies (Attacker *self, gsize head)
{
  return (self->data->len - head) / REPLY_BYTES;
}

static gsize
open_and_learn_head (Attacker *self)
{
  open_kad (self, 1, "", 0, 0);
  attacker_run_until (self, self->data->len >= 37);
  return self->data->len;
}

/* In how many turns of the node a flood is answered. */
static guint64
count_turns (guint64 turn_us)
{
  KadLimits limits;
  Lab lab;
  Attacker attacker;
  gsize head;
  guint64 before, after;

  kad_limits_init (&limits);
  set (&limits, "turn-time", turn_us);
  lab_init_with_limits (&lab, &limits);
  attacker_init (&attacker, &lab);
  head = open_and_learn_head (&attacker);
  before = kad_reactor_get_n_wakeups (lab.server.network->reactor);
  send_requests (&attacker, 4000);
  attacker_run_until (&attacker, get_n_replies (&attacker, head) == 4000);
  after = kad_reactor_get_n_wakeups (lab.server.network->reactor);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
  return after - before;
}

static void
test_turns (void)
{
  g_test_summary ("A flood of requests is answered by turns as long as it is set");

  g_assert_cmpuint (count_turns (50), >, 2 * count_turns (1000000));
}

static void
test_a_polite_peer_beside_a_flood (void)
{
  Lab lab;
  Attacker flood, polite;
  gsize flood_head, polite_head;

  g_test_summary ("While one peer floods, the one request of another is answered after some of the "
                  "flood's, not after all of them");

  lab_init (&lab);
  attacker_init (&flood, &lab);
  attacker_init (&polite, &lab);
  flood_head = open_and_learn_head (&flood);
  polite_head = open_and_learn_head (&polite);
  for (guint i = 0; i < 5; i++)
    {
      guint before = get_n_replies (&flood, flood_head);

      send_requests (&flood, 2000);
      send_requests (&polite, 1);
      attacker_run_until (&polite, get_n_replies (&polite, polite_head) == i + 1);
      receive (&flood);
      g_assert_cmpuint (get_n_replies (&flood, flood_head) - before, <, 2000);
      attacker_run_until (&flood, get_n_replies (&flood, flood_head) == (i + 1) * 2000);
    }
  attacker_clear (&flood);
  attacker_clear (&polite);
  lab_clear (&lab);
}

static void
test_replies_that_nobody_reads (gconstpointer name)
{
  enum
  {
    STREAMS = 4,
    ALLOWED = 2,
    REQUESTS = 12,
    VALUE = 60000
  };
  static const guint8 get[] = { 5, 0x08, 1, 0x12, 1, 'k' };
  g_autoptr (GByteArray) gets = g_byte_array_new ();
  g_autofree char *value = g_strnfill (VALUE, 'v');
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);
  g_autoptr (GBytes) bytes = g_bytes_new (value, VALUE);
  g_autoptr (KadMessage) put = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_autoptr (KadMessage) echo = NULL;
  g_autoptr (KadRecord) record = kad_record_new (key, bytes, NULL);
  g_autoptr (GError) error = NULL;
  KadLimits limits;
  Lab lab;
  Attacker attacker;

  g_test_summary (
      "Replies that wait for who does not read are bounded, of a connection and in all: "
      "the stream with one more is reset, the others stay");

  kad_limits_init (&limits);
  set (&limits, name, ALLOWED);
  lab_init_with_limits (&lab, &limits);
  kad_message_set_record (put, record);
  echo = kad_engine_handle_request (lab.server.network->engine,
                                    kad_network_get_peer (lab.honest.network), put,
                                    kad_reactor_update_now (lab.server.network->reactor), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < REQUESTS; i++)
    g_byte_array_append (gets, get, sizeof get);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < STREAMS; i++)
    open_kad (&attacker, 1 + 2 * i, gets->data, gets->len, 0);
  /* It reads what comes, and gives no credit. */
  attacker_run_until (&attacker, attacker.n_resets == STREAMS - ALLOWED);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, STREAMS - ALLOWED);
  g_assert_cmpuint (kad_reactor_get_budget (lab.server.network->reactor)->n_waiting, ==, ALLOWED);
  attacker_clear (&attacker);
  context_run_until (lab.context, get_n (&lab) == 0);
  g_assert_cmpuint (kad_reactor_get_budget (lab.server.network->reactor)->n_waiting, ==, 0);
  lab_clear (&lab);
}

static void
test_rate (void)
{
  KadLimits limits;
  Lab lab;
  Attacker attacker;
  gsize head;
  gint64 begun_us;

  g_test_summary (
      "Over its rate a connection's requests wait, none is lost, and others are served");

  kad_limits_init (&limits);
  set (&limits, "request-rate", 40);
  lab_init_with_limits (&lab, &limits);
  attacker_init (&attacker, &lab);
  head = open_and_learn_head (&attacker);
  begun_us = g_get_monotonic_time ();
  send_requests (&attacker, 100);
  attacker_run_until (&attacker, get_n_replies (&attacker, head) >= 40);
  g_assert_cmpuint (get_n_replies (&attacker, head), <, 100);
  check_honest_is_served (&lab);
  attacker_run_until (&attacker, get_n_replies (&attacker, head) == 100);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >, SECOND);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_a_flood_that_ends_is_answered (void)
{
  KadLimits limits;
  Lab lab;
  Attacker attacker;
  gsize head;

  g_test_summary (
      "Requests that are over the rate are answered though the remote has ended its side, "
      "and forgotten when it resets");

  kad_limits_init (&limits);
  set (&limits, "request-rate", 20);
  lab_init_with_limits (&lab, &limits);
  attacker_init (&attacker, &lab);
  head = open_and_learn_head (&attacker);
  send_requests (&attacker, 50);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0, NULL, 0);
  attacker_run_until (&attacker, get_n_replies (&attacker, head) == 50);
  open_kad (&attacker, 3, request, sizeof request, 0);
  for (guint i = 0; i < 20; i++)
    send_data (&attacker, 0, 3, request, sizeof request);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_RST, 3, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (kad_reactor_get_budget (lab.server.network->reactor)->n_streams, ==, 0);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  static const char *const reply_limits[] = { "replies-waiting", "replies-waiting-per-connection" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/CVE-2022-23492/of-one-host", test_of_one_host);
  g_test_add_func ("/security/CVE-2022-23492/of-one-subnet", test_of_one_subnet);
  g_test_add_func ("/security/CVE-2022-23492/half-open-of-one-subnet",
                   test_half_open_of_one_subnet);
  g_test_add_func ("/network-limits/loopback-is-exempt", test_loopback_is_exempt);
  g_test_add_func ("/network-limits/high-water", test_high_water);
  g_test_add_func ("/network-limits/grace", test_grace);
  g_test_add_func ("/security/CVE-2022-23492/a-newcomer-gets-in", test_a_newcomer_gets_in);
  g_test_add_func ("/security/CVE-2022-23492/one-place-displaces-nobody-else",
                   test_one_place_displaces_nobody_else);
  g_test_add_data_func ("/security/CVE-2022-23492/streams", "streams", test_streams);
  g_test_add_data_func ("/security/CVE-2022-23492/streams-per-connection", "streams-per-connection",
                        test_streams);
  for (guint i = 0; i < G_N_ELEMENTS (reply_limits); i++)
    {
      g_autofree char *path = g_strdup_printf ("/network-limits/%s", reply_limits[i]);

      g_test_add_data_func (path, reply_limits[i], test_replies_that_nobody_reads);
    }
  g_test_add_func ("/network-limits/turns", test_turns);
  g_test_add_func ("/network-limits/a-polite-peer-beside-a-flood",
                   test_a_polite_peer_beside_a_flood);
  g_test_add_func ("/network-limits/rate", test_rate);
  g_test_add_func ("/network-limits/a-flood-that-ends-is-answered",
                   test_a_flood_that_ends_is_answered);
  return g_test_run ();
}
