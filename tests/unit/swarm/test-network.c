/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-network.h"

#include <errno.h>
#include <string.h>

#include "kad-error.h"
#include "kad-network-testing.h"

#define SECOND G_USEC_PER_SEC

typedef struct
{
  GMainContext *context;
  Node a; /* serves */
  Node b; /* serves and joins a, if it does */
} Lab;

static void
lab_init_bare (Lab *lab)
{
  *lab = (Lab){ .context = g_main_context_new () };
  g_assert_cmpint (sodium_init (), >=, 0);
  g_main_context_push_thread_default (lab->context);
}

static void
lab_start (Lab *lab, Node *node, const NodeSpec *spec)
{
  g_autoptr (GError) error = NULL;

  node_init (node, lab->context, spec, &error);
  g_assert_no_error (error);
}

static void
lab_init (Lab *lab, gboolean joins)
{
  g_autofree char *address = NULL;

  lab_init_bare (lab);
  lab_start (lab, &lab->a, &(NodeSpec){ .mode = KAD_MODE_SERVER });
  address = node_dup_address (&lab->a, TRUE);
  lab_start (lab, &lab->b, &(NodeSpec){ .mode = KAD_MODE_SERVER, .join = joins ? address : NULL });
  if (joins)
    context_run_until (lab->context, node_count (&lab->b, KAD_EVENT_JOINED) > 0
                                         && kad_network_get_table_size (lab->a.network) == 1);
}

static void
lab_clear (Lab *lab)
{
  node_clear (&lab->b);
  node_clear (&lab->a);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

static KadEndpoint *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadEndpoint *endpoint = kad_endpoint_parse (text, &error);

  g_assert_no_error (error);
  return endpoint;
}

static gint64
now_of (Node *node)
{
  return kad_reactor_update_now (node->network->reactor);
}

/* Waits for the end of an operation of @node. */
static KadEvent *
await_end (Lab *lab, Node *node, KadQueryId query)
{
  g_assert_cmpuint (query, !=, 0);
  context_run_until (lab->context, node_find_end (node, query) != NULL);
  return node_find_end (node, query);
}

/* ---- joining, and what is told of it ---- */

static void
test_joins (void)
{
  Lab lab;
  static const KadEventType order[]
      = { KAD_EVENT_LISTENING, KAD_EVENT_PEER_CONNECTED, KAD_EVENT_PEER_IDENTIFIED };
  guint at = 0;
  KadEvent *event;

  g_test_summary ("Two connect, identify, enter each other's table, and tell of it in that order");

  lab_init (&lab, TRUE);
  context_run_until (lab.context, kad_network_get_table_size (lab.b.network) == 1);
  for (guint i = 0; i < lab.b.events->len && at < G_N_ELEMENTS (order); i++)
    at += ((KadEvent *) lab.b.events->pdata[i])->type == order[at];
  g_assert_cmpuint (at, ==, G_N_ELEMENTS (order));

  event = node_find (&lab.b, KAD_EVENT_PEER_CONNECTED, 0);
  g_assert_true (kad_peer_id_equal (&event->peer, kad_network_get_peer (lab.a.network)));
  g_assert_cmpstr (event->text, ==, "query");
  event = node_find (&lab.a, KAD_EVENT_PEER_CONNECTED, 0);
  g_assert_cmpstr (event->text, ==, "listener");
  event = node_find (&lab.a, KAD_EVENT_PEER_IDENTIFIED, 0);
  g_assert_cmpstr (event->identity->agent, ==, "test/1");
  g_assert_true (kad_identity_has_protocol (event->identity, "/ipfs/kad/1.0.0"));
  g_assert_cmpuint (node_count (&lab.a, KAD_EVENT_PEER_CONNECTED), ==, 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_JOINED), ==, 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_JOIN_FAILED), ==, 0);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_TABLE_ADDED), ==, 1);
  lab_clear (&lab);
}

static void
test_joins_by_address_alone (void)
{
  Lab lab;
  g_autofree char *address = NULL;

  g_test_summary ("A bootstrap peer without an id is dialled to learn it, then asked");

  lab_init_bare (&lab);
  lab_start (&lab, &lab.a, &(NodeSpec){ .mode = KAD_MODE_SERVER });
  address = node_dup_address (&lab.a, FALSE);
  lab_start (&lab, &lab.b, &(NodeSpec){ .mode = KAD_MODE_SERVER, .join = address });
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_JOINED) == 1);
  g_assert_cmpuint (kad_network_get_table_size (lab.b.network), ==, 1);
  lab_clear (&lab);
}

static void
test_client_stays_out_of_tables (void)
{
  Lab lab;
  g_autofree char *address = NULL;

  g_test_summary ("rule 11: a client does not advertise kad, and enters no table");

  lab_init_bare (&lab);
  lab_start (&lab, &lab.a, &(NodeSpec){ .mode = KAD_MODE_SERVER });
  address = node_dup_address (&lab.a, TRUE);
  lab_start (&lab, &lab.b, &(NodeSpec){ .mode = KAD_MODE_CLIENT, .join = address });
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_JOINED) == 1
                                      && node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED) == 1);
  context_turns (lab.context, 100);
  g_assert_false (kad_identity_has_protocol (
      node_find (&lab.a, KAD_EVENT_PEER_IDENTIFIED, 0)->identity, "/ipfs/kad/1.0.0"));
  g_assert_cmpuint (kad_network_get_table_size (lab.a.network), ==, 0);
  g_assert_cmpuint (kad_network_get_table_size (lab.b.network), ==, 1);
  lab_clear (&lab);
}

static void
test_nobody_to_join (gconstpointer data)
{
  gboolean with_id = GPOINTER_TO_INT (data);
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *join = g_strdup_printf (
      "/ip4/127.0.0.1/tcp/%u%s", port,
      with_id ? "/p2p/12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS" : "");
  g_autofree char *bare = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  KadEvent *event;

  g_test_summary ("A join address where nobody is: JOIN_FAILED names it and why");

  close (fd);
  lab_init_bare (&lab);
  lab_start (&lab, &lab.a, &(NodeSpec){ .mode = KAD_MODE_SERVER, .join = join });
  context_run_until (lab.context, node_count (&lab.a, KAD_EVENT_JOIN_FAILED) == 1);
  event = node_find (&lab.a, KAD_EVENT_JOIN_FAILED, 0);
  g_assert_error (event->error, KAD_ERROR, KAD_ERROR_OFFLINE);
  g_assert_nonnull (strstr (event->error->message, bare));
  g_assert_nonnull (strstr (event->error->message, "efused"));
  g_assert_cmpuint (node_count (&lab.a, KAD_EVENT_JOINED), ==, 0);
  lab_clear (&lab);
}

static void
test_joins_later (void)
{
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *bare = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);

  g_test_summary ("Who could not be reached by an address alone is tried again");

  close (fd);
  lab_init_bare (&lab);
  lab_start (&lab, &lab.b, &(NodeSpec){ .mode = KAD_MODE_SERVER, .join = bare });
  lab.b.network->rejoin_delay_us = 100 * G_TIME_SPAN_MILLISECOND;
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_JOIN_FAILED) == 2);
  lab_start (&lab, &lab.a, &(NodeSpec){ .mode = KAD_MODE_SERVER, .listen = bare });
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_JOINED) == 1);
  lab_clear (&lab);
}

static void
test_observed_address (void)
{
  Lab lab;
  KadEvent *event;
  g_autofree char *text = NULL;

  g_test_summary ("How a peer sees us is told once, as long as it stays the same");

  lab_init (&lab, TRUE);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_ADDRESS_FOUND) == 1);
  event = node_find (&lab.b, KAD_EVENT_ADDRESS_FOUND, 0);
  text = kad_multiaddr_to_string (event->address);
  g_assert_true (g_str_has_prefix (text, "/ip4/127.0.0.1/tcp/"));
  kad_network_push_identity (lab.a.network);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_IDENTIFIED) == 2);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_ADDRESS_FOUND), ==, 1);
  lab_clear (&lab);
}

static void
test_address_in_use (void)
{
  Lab lab;
  Node second = { 0 };
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What cannot be listened on is an error that names it");

  lab_init (&lab, FALSE);
  address = node_dup_address (&lab.a, FALSE);
  g_assert_false (node_init (&second, lab.context, &(NodeSpec){ .listen = address }, &error));
  g_assert_nonnull (strstr (error->message, address));
  node_clear (&second);
  g_clear_error (&error);
  g_assert_false (node_init (&second, lab.context,
                             &(NodeSpec){ .listen = "/ip4/127.0.0.1/udp/1/quic-v1" }, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  node_clear (&second);
  lab_clear (&lab);
}

/* ---- ends of connections ---- */

static void
test_hang_up (void)
{
  Lab lab;
  const KadPeerId *peer;
  g_autoptr (GError) error = NULL;
  KadEvent *event;

  g_test_summary ("Hanging up ends the connection; both tell the reason that they have");

  lab_init (&lab, TRUE);
  peer = kad_network_get_peer (lab.a.network);
  g_assert_true (kad_swarm_hang_up (KAD_SWARM (lab.b.network), peer, &error));
  g_assert_no_error (error);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) == 1
                                      && node_count (&lab.a, KAD_EVENT_PEER_DISCONNECTED) == 1);
  event = node_find (&lab.b, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_cmpstr (event->text, ==, "Hung up on request");
  event = node_find (&lab.a, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_cmpstr (event->text, ==, "The remote ended the session (code 0)");
  context_turns (lab.context, 20);
  g_assert_cmpuint (kad_network_get_n_connections (lab.b.network), <=, 1);
  if (kad_network_get_n_connections (lab.b.network) == 0)
    {
      g_assert_false (kad_swarm_hang_up (KAD_SWARM (lab.b.network), peer, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
    }
  lab_clear (&lab);
}

static void
test_silent_peer_is_swept (void)
{
  Lab lab;
  gint64 now_us;
  KadEvent *event;

  g_test_summary ("A peer that is silent is asked for a sign of life, and given up without one");

  lab_init (&lab, TRUE);
  context_turns (lab.context, 100);
  now_us = now_of (&lab.b);
  kad_network_sweep (lab.b.network, now_us + KAD_DEAD_US - SECOND);
  g_assert_cmpuint (node_get_n_open (&lab.b), ==, 1);
  kad_network_sweep (lab.b.network, now_us + KAD_DEAD_US + SECOND);
  g_assert_cmpuint (node_get_n_open (&lab.b), ==, 0);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) == 1);
  event = node_find (&lab.b, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_cmpstr (event->text, ==, "The peer is silent");
  lab_clear (&lab);
}

static void
test_living_peer_is_kept (void)
{
  Lab lab;
  KadConnection *connection;
  gint64 heard_us;

  g_test_summary ("The sign of life is asked for in time, comes, and is heard");

  lab_init (&lab, TRUE);
  context_turns (lab.context, 100);
  connection = kad_connection_book_get (lab.b.network->book, 0)->connection;
  heard_us = kad_connection_get_heard_us (connection);
  kad_network_sweep (lab.b.network, heard_us + KAD_KEEPALIVE_US + SECOND);
  context_run_until (lab.context, kad_connection_get_rtt_us (connection) >= 0);
  g_assert_cmpint (kad_connection_get_heard_us (connection), >, heard_us);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 0);
  lab_clear (&lab);
}

static void
test_handshake_that_never_ends (void)
{
  static const char *const beginnings[]
      = { "", "\x13", "\x13/multistream/1.0.0\n", "\x13/multistream/1.0.0\n\x07/noise\n" };
  Lab lab;
  int fds[G_N_ELEMENTS (beginnings)];
  gint64 now_us;

  g_test_summary ("A handshake that stops anywhere is closed at its deadline, not before");

  lab_init (&lab, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      gsize len = strlen (beginnings[i]);

      fds[i] = raw_connect (node_get_port (&lab.a));
      g_assert_cmpint (write (fds[i], beginnings[i], len), ==, len);
    }
  context_run_until (lab.context, kad_connection_book_get_n_half_open (lab.a.network->book)
                                      == G_N_ELEMENTS (beginnings));
  context_turns (lab.context, 20);
  now_us = now_of (&lab.a);
  kad_network_sweep (lab.a.network, now_us + KAD_UPGRADE_TIMEOUT_US - SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    g_assert_false (raw_is_closed (fds[i]));
  kad_network_sweep (lab.a.network, now_us + KAD_UPGRADE_TIMEOUT_US);
  context_turns (lab.context, 20);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_assert_true (raw_is_closed (fds[i]));
      close (fds[i]);
    }
  g_assert_cmpuint (kad_network_get_n_connections (lab.a.network), ==, 0);
  lab_clear (&lab);
}

static void
test_connections_of_one_peer (void)
{
  Lab lab;
  Node copies[10] = { 0 };
  g_autofree char *address = NULL;
  KadPrivateKey *key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, NULL);

  g_test_summary ("One peer has 8 connections with us; it is told of as connected once");

  lab_init (&lab, FALSE);
  address = node_dup_address (&lab.a, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      lab_start (&lab, &copies[i],
                 &(NodeSpec){ .listen = "", .mode = KAD_MODE_CLIENT, .key = key });
      g_autoptr (KadEndpoint) endpoint = parse (address);

      kad_swarm_dial (KAD_SWARM (copies[i].network), endpoint, 5 * SECOND);
      context_run_until (lab.context, node_count (&copies[i], KAD_EVENT_PEER_CONNECTED) == 1);
    }
  context_run_until (lab.context, node_count (&copies[8], KAD_EVENT_PEER_DISCONNECTED) == 1
                                      && node_count (&copies[9], KAD_EVENT_PEER_DISCONNECTED) == 1);
  g_assert_cmpuint (node_get_n_open (&lab.a), ==, 8);
  g_assert_cmpuint (node_count (&lab.a, KAD_EVENT_PEER_CONNECTED), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    node_clear (&copies[i]);
  context_run_until (lab.context, node_count (&lab.a, KAD_EVENT_PEER_DISCONNECTED) == 1);
  kad_private_key_unref (key);
  lab_clear (&lab);
}

static void
test_full (void)
{
  Lab lab;
  Node late = { 0 };
  int fds[4];
  g_autofree char *address = NULL;
  g_autoptr (KadEndpoint) endpoint = NULL;
  KadQueryId id;

  g_test_summary ("Half-open ones never take all places: who proves itself gets in");

  lab_init_bare (&lab);
  lab_start (&lab, &lab.a, &(NodeSpec){ .mode = KAD_MODE_SERVER, .max_connections = 4 });
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = raw_connect (node_get_port (&lab.a));
      context_turns (lab.context, 10);
    }
  g_assert_cmpuint (kad_connection_book_get_n_half_open (lab.a.network->book), ==, 2);
  g_assert_true (raw_is_closed (fds[0]));
  g_assert_false (raw_is_closed (fds[3]));
  lab_start (&lab, &late, &(NodeSpec){ .mode = KAD_MODE_CLIENT });
  address = node_dup_address (&lab.a, TRUE);
  endpoint = parse (address);
  id = kad_swarm_dial (KAD_SWARM (late.network), endpoint, 5 * SECOND);
  g_assert_no_error (await_end (&lab, &late, id)->error);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  node_clear (&late);
  lab_clear (&lab);
}

/* A link to a socket of which the test holds the other end. */
static KadLink *
make_link (int *fd)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/9", NULL);
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  *fd = fds[1];
  return kad_link_new_for_fd (fds[0], NULL, address);
}

static void
test_one_that_breaks_does_not_hold_others (void)
{
  enum
  {
    N = 7
  };
  Lab lab;
  int fds[N];
  char bytes[64];

  g_test_summary ("When connections break while others are flushed, all the others are flushed");

  lab_init (&lab, FALSE);
  for (guint i = 0; i < N; i++)
    {
      g_autoptr (KadLink) link = make_link (&fds[i]);

      g_assert_nonnull (
          kad_network_add_link (lab.a.network, link, KAD_ROLE_INITIATOR, NULL, "test", NULL));
      /* Nothing to be read tells of it: it breaks when it is written to. */
      if (i % 2 == 1)
        g_assert_cmpint (shutdown (fds[i], SHUT_RD), ==, 0);
    }
  context_turns (lab.context, 20);
  g_assert_cmpuint (kad_network_get_n_connections (lab.a.network), ==, N - N / 2);
  for (guint i = 0; i < N; i++)
    {
      if (i % 2 == 0)
        g_assert_cmpint (recv (fds[i], bytes, sizeof bytes, MSG_DONTWAIT), >, 20);
      close (fds[i]);
    }
  lab_clear (&lab);
}

static void
test_no_idle_turns (void)
{
  Lab lab;
  guint64 before;

  g_test_summary ("With nothing to do there are no turns, and a request costs few");

  lab_init (&lab, TRUE);
  context_turns (lab.context, 200);
  before = kad_reactor_get_n_wakeups (lab.a.network->reactor);
  context_turns (lab.context, 200);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (lab.a.network->reactor) - before, <=, 1);

  before = kad_reactor_get_n_wakeups (lab.a.network->reactor);
  kad_connection_ping (kad_connection_book_get (lab.b.network->book, 0)->connection);
  context_turns (lab.context, 50);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (lab.a.network->reactor) - before, <=, 2);
  lab_clear (&lab);
}

/* ---- operations ---- */

typedef KadQueryId (*StartFunc) (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us);

static KadQueryId
start_ask (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_FIND_NODE, key);

  return kad_swarm_ask (swarm, endpoint, request, timeout_us);
}

static const StartFunc starts[] = { kad_swarm_dial, kad_swarm_ping, kad_swarm_identify, start_ask };

static void
test_operations_succeed (void)
{
  Lab lab;
  g_autofree char *address = NULL;
  g_autofree char *id = NULL;
  g_autoptr (KadEndpoint) by_address = NULL;
  g_autoptr (KadEndpoint) by_id = NULL;

  g_test_summary ("dial, ping, identify and ask succeed, by address and by the id of who is known");

  lab_init (&lab, FALSE);
  address = node_dup_address (&lab.a, FALSE);
  by_address = parse (address);
  id = kad_peer_id_to_string (kad_network_get_peer (lab.a.network));
  by_id = parse (id);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (starts); i++)
    {
      KadQueryId query
          = starts[i % 4](KAD_SWARM (lab.b.network), i < 4 ? by_address : by_id, 5 * SECOND);
      KadEvent *end = await_end (&lab, &lab.b, query);

      g_assert_no_error (end->error);
      g_assert_cmpint (end->outcome, ==, KAD_OUTCOME_COMPLETED);
      g_assert_true (kad_peer_id_equal (&end->peer, kad_network_get_peer (lab.a.network)));
      if (i % 4 == 1)
        g_assert_cmpint (end->rtt_us, >=, 0);
      if (i % 4 == 2)
        g_assert_cmpstr (end->identity->agent, ==, "test/1");
      if (i % 4 == 3)
        {
          g_assert_cmpint (kad_message_get_message_type (end->message), ==, KAD_MESSAGE_FIND_NODE);
          g_assert_nonnull (end->raw);
        }
    }
  g_assert_cmpuint (g_hash_table_size (lab.b.network->operations), ==, 0);
  lab_clear (&lab);
}

static void
test_operations_on_unknown_peer (void)
{
  Lab lab;
  g_autoptr (KadEndpoint) unknown = parse ("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS");
  KadQueryId query;

  g_test_summary ("A peer of whom nobody knows: NotFound, or NotBootstrapped with an empty table");

  lab_init (&lab, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      query = starts[i](KAD_SWARM (lab.b.network), unknown, 5 * SECOND);
      g_assert_error (await_end (&lab, &lab.b, query)->error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
    }
  g_assert_cmpuint (g_hash_table_size (lab.b.network->find_queries), ==, 0);
  lab_clear (&lab);

  lab_init (&lab, FALSE);
  query = kad_swarm_ping (KAD_SWARM (lab.b.network), unknown, 5 * SECOND);
  g_assert_error (await_end (&lab, &lab.b, query)->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  lab_clear (&lab);
}

static void
test_operations_refused (void)
{
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *address = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autofree char *wrong = NULL;
  g_autoptr (KadEndpoint) nobody = parse (address);
  g_autoptr (KadEndpoint) somebody = NULL;

  g_test_summary ("Nobody there, or somebody else: the error says so");

  close (fd);
  lab_init (&lab, FALSE);
  wrong = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u/p2p/"
                           "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS",
                           node_get_port (&lab.a));
  somebody = parse (wrong);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      KadQueryId query = starts[i](KAD_SWARM (lab.b.network), nobody, 5 * SECOND);
      KadEvent *end = await_end (&lab, &lab.b, query);

      g_assert_error (end->error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
      g_assert_nonnull (strstr (end->error->message, address));
      query = starts[i](KAD_SWARM (lab.b.network), somebody, 5 * SECOND);
      end = await_end (&lab, &lab.b, query);
      g_assert_nonnull (strstr (end->error->message, "answered"));
    }
  lab_clear (&lab);
}

static void
test_operations_with_silent_peer (void)
{
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *address = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autoptr (KadEndpoint) silent = parse (address);

  g_test_summary ("A peer that accepts and never speaks: Timeout at the deadline");

  lab_init (&lab, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      gint64 begun_us = g_get_monotonic_time ();
      KadQueryId query
          = starts[i](KAD_SWARM (lab.b.network), silent, 200 * G_TIME_SPAN_MILLISECOND);
      KadEvent *end = await_end (&lab, &lab.b, query);

      g_assert_error (end->error, KAD_ERROR, KAD_ERROR_TIMEOUT);
      g_assert_cmpint (end->outcome, ==, KAD_OUTCOME_TIMED_OUT);
      g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 200 * G_TIME_SPAN_MILLISECOND);
      g_assert_cmpint (g_get_monotonic_time () - begun_us, <, 5 * SECOND);
    }
  context_run_until (lab.context, kad_network_get_n_connections (lab.b.network) == 0);
  close (fd);
  lab_clear (&lab);
}

static void
test_peer_dies_between_request_and_answer (void)
{
  g_test_summary ("A peer that dies after the request and before the answer: Closed, at once");

  for (guint i = 1; i < G_N_ELEMENTS (starts); i++)
    {
      Lab lab;
      g_autofree char *address = NULL;
      g_autoptr (KadEndpoint) endpoint = NULL;
      KadQueryId query;
      KadEvent *end;
      gint64 begun_us;

      lab_init (&lab, FALSE);
      address = node_dup_address (&lab.a, TRUE);
      endpoint = parse (address);
      await_end (&lab, &lab.b, kad_swarm_dial (KAD_SWARM (lab.b.network), endpoint, 5 * SECOND));
      context_turns (lab.context, 50);
      /* The request is written, but the peer has no turn any more to answer it. */
      query = starts[i](KAD_SWARM (lab.b.network), endpoint, 10 * SECOND);
      kad_connection_flush (kad_connection_book_get (lab.b.network->book, 0)->connection);
      begun_us = g_get_monotonic_time ();
      node_clear (&lab.a);
      end = await_end (&lab, &lab.b, query);
      g_assert_error (end->error, KAD_ERROR, KAD_ERROR_CLOSED);
      g_assert_cmpint (g_get_monotonic_time () - begun_us, <, 2 * SECOND);
      lab_clear (&lab);
    }
}

static void
test_operations_are_cancelled (void)
{
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *address = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autoptr (KadEndpoint) silent = parse (address);
  g_autofree char *good = NULL;
  g_autoptr (KadEndpoint) endpoint = NULL;

  g_test_summary ("A cancelled operation leaves nothing behind, whatever it was waiting for");

  lab_init (&lab, FALSE);
  good = node_dup_address (&lab.a, TRUE);
  endpoint = parse (good);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      KadQueryId query = starts[i](KAD_SWARM (lab.b.network), silent, 5 * SECOND);

      context_turns (lab.context, 10);
      kad_swarm_cancel (KAD_SWARM (lab.b.network), query);
      /* Connected, and asked for. */
      await_end (&lab, &lab.b, kad_swarm_dial (KAD_SWARM (lab.b.network), endpoint, 5 * SECOND));
      query = starts[i](KAD_SWARM (lab.b.network), endpoint, 5 * SECOND);
      kad_swarm_cancel (KAD_SWARM (lab.b.network), query);
      context_turns (lab.context, 50);
      if (i > 0)
        g_assert_null (node_find_end (&lab.b, query));
    }
  g_assert_cmpuint (g_hash_table_size (lab.b.network->operations), ==, 0);
  close (fd);
  lab_clear (&lab);
}

static void
test_stops_in_the_middle (void)
{
  Lab lab;
  guint16 port;
  int fd = raw_listen (&port);
  g_autofree char *address = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autoptr (KadEndpoint) silent = parse (address);
  g_autoptr (KadEndpoint) unknown = parse ("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS");
  g_autofree char *good = NULL;
  g_autoptr (KadEndpoint) endpoint = NULL;

  g_test_summary ("A network that stops with everything under way leaves nothing behind");

  lab_init (&lab, TRUE);
  good = node_dup_address (&lab.a, TRUE);
  endpoint = parse (good);
  for (guint i = 0; i < 3 * G_N_ELEMENTS (starts); i++)
    starts[i % 4](KAD_SWARM (lab.b.network),
                  i < 4   ? silent
                  : i < 8 ? unknown
                          : endpoint,
                  5 * SECOND);
  context_turns (lab.context, 3);
  /* On a connection that is closed nothing can be opened: told later, to nobody. */
  for (guint i = 0; i < 4; i++)
    starts[i](KAD_SWARM (lab.b.network), endpoint, 5 * SECOND);
  close (fd);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/joins", test_joins);
  g_test_add_func ("/network/joins-by-address-alone", test_joins_by_address_alone);
  g_test_add_func ("/network/joins-later", test_joins_later);
  g_test_add_func ("/network/client-stays-out-of-tables", test_client_stays_out_of_tables);
  g_test_add_data_func ("/network/nobody-to-join", GINT_TO_POINTER (FALSE), test_nobody_to_join);
  g_test_add_data_func ("/network/nobody-to-join-by-id", GINT_TO_POINTER (TRUE),
                        test_nobody_to_join);
  g_test_add_func ("/network/observed-address", test_observed_address);
  g_test_add_func ("/network/address-in-use", test_address_in_use);
  g_test_add_func ("/network/hang-up", test_hang_up);
  g_test_add_func ("/network/silent-peer-is-swept", test_silent_peer_is_swept);
  g_test_add_func ("/network/living-peer-is-kept", test_living_peer_is_kept);
  g_test_add_func ("/network/handshake-that-never-ends", test_handshake_that_never_ends);
  g_test_add_func ("/network/connections-of-one-peer", test_connections_of_one_peer);
  g_test_add_func ("/network/full", test_full);
  g_test_add_func ("/network/one-that-breaks-does-not-hold-others",
                   test_one_that_breaks_does_not_hold_others);
  g_test_add_func ("/network/no-idle-turns", test_no_idle_turns);
  g_test_add_func ("/network/operations/succeed", test_operations_succeed);
  g_test_add_func ("/network/operations/unknown-peer", test_operations_on_unknown_peer);
  g_test_add_func ("/network/operations/refused", test_operations_refused);
  g_test_add_func ("/network/operations/silent-peer", test_operations_with_silent_peer);
  g_test_add_func ("/network/operations/peer-dies-between-request-and-answer",
                   test_peer_dies_between_request_and_answer);
  g_test_add_func ("/network/operations/cancelled", test_operations_are_cancelled);
  g_test_add_func ("/network/stops-in-the-middle", test_stops_in_the_middle);
  return g_test_run ();
}
