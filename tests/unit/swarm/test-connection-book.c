/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-connection-book.h"

#include <gio/gio.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-network.h"
#include "kad-swarm-testing.h"

/* Connections that have no peer yet are enough for what concerns the half-open ones; for the rest
 * each test takes a pair of open ones, whose peer is proven. */
#define PER_PEER 8 /* the default of connections-per-peer */

typedef struct
{
  Pair pair;
  Side sides[32];
  int ends[32];
  KadPeerSession *sessions[32];
  guint n_sessions;
  KadConnectionBook *book;
} Lab;

static void
lab_init (Lab *lab, guint max_connections, guint max_half_open)
{
  KadLimits limits;

  *lab = (Lab){ 0 };
  pair_init_bare (&lab->pair, TRUE, TRUE);
  kad_limits_init (&limits);
  limits.values[KAD_LIMIT_CONNECTIONS] = max_connections;
  limits.values[KAD_LIMIT_HALF_OPEN] = max_half_open;
  lab->book = kad_connection_book_new (&limits);
}

static KadPeerSession *
lab_add (Lab *lab, KadRole role, KadPeerSession **evicted)
{
  guint n = lab->n_sessions++;
  Side *side = &lab->sides[n];
  int fds[2];

  side_init (side, &lab->pair, KAD_KEY_TYPE_ED25519, TRUE);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  lab->ends[n] = fds[1];
  lab->sessions[n] = kad_peer_session_new (side_connect (side, fds[0], role, NULL));
  *evicted = kad_connection_book_add (lab->book, lab->sessions[n]);
  return lab->sessions[n];
}

static void
lab_remove (Lab *lab, KadPeerSession *session, gboolean *was_last)
{
  for (guint i = 0; i < lab->n_sessions; i++)
    if (lab->sessions[i] == session)
      {
        kad_connection_book_remove (lab->book, session, was_last);
        kad_connection_close (session->connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
        lab->sides[i].connection = NULL;
        lab->sessions[i] = NULL;
        kad_peer_session_free (session);
        return;
      }
  g_assert_not_reached ();
}

static void
lab_clear (Lab *lab)
{
  gboolean was_last;

  for (guint i = 0; i < lab->n_sessions; i++)
    {
      if (lab->sessions[i] != NULL)
        lab_remove (lab, lab->sessions[i], &was_last);
      if (lab->ends[i] > 0)
        close (lab->ends[i]);
      side_clear (&lab->sides[i]);
    }
  g_assert_cmpuint (kad_connection_book_get_size (lab->book), ==, 0);
  g_assert_cmpuint (kad_connection_book_get_n_half_open (lab->book), ==, 0);
  kad_connection_book_free (lab->book);
  pair_clear (&lab->pair);
}

static void
test_room (void)
{
  Lab lab;
  KadPeerSession *evicted;
  g_autoptr (GError) error = NULL;
  gboolean was_last;

  g_test_summary ("There is room up to the limit, an error that names it, and room again");

  lab_init (&lab, 3, 10);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (kad_connection_book_has_room (lab.book, NULL));
      lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
      g_assert_null (evicted);
    }
  g_assert_false (kad_connection_book_has_room (lab.book, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_nonnull (strstr (error->message, "3"));
  lab_remove (&lab, lab.sessions[1], &was_last);
  g_assert_false (was_last);
  g_assert_true (kad_connection_book_has_room (lab.book, NULL));
  lab_clear (&lab);
}

static void
test_oldest_half_open_goes (void)
{
  Lab lab;
  KadPeerSession *evicted, *first, *second;
  gboolean was_last;

  g_test_summary ("With too many half-open ones the oldest that came to us is to go");

  lab_init (&lab, 100, 2);
  first = lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  second = lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  g_assert_null (evicted);
  lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  g_assert_true (evicted == first);
  lab_remove (&lab, first, &was_last);
  lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  g_assert_true (evicted == second);
  lab_clear (&lab);
}

static void
test_what_we_dial_does_not_go (void)
{
  Lab lab;
  KadPeerSession *evicted, *inbound;

  g_test_summary ("A flood from outside does not end what we dial");

  lab_init (&lab, 100, 1);
  for (guint i = 0; i < 3; i++)
    {
      lab_add (&lab, KAD_ROLE_INITIATOR, &evicted);
      g_assert_null (evicted);
    }
  inbound = lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  g_assert_null (evicted);
  lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  g_assert_true (evicted == inbound);
  g_assert_cmpuint (kad_connection_book_get_n_half_open (lab.book), ==, 5);
  lab_clear (&lab);
}

/* A session whose peer is that of side b of a pair of its own. */
static KadPeerSession *
add_open (Pair *pair, KadConnectionBook *book)
{
  KadPeerSession *session = kad_peer_session_new (pair->a.connection);

  g_assert_null (kad_connection_book_add (book, session));
  return session;
}

/* Connects once more with the same two keys. */
static KadConnection *
reconnect (Pair *pair, KadConnection **other)
{
  KadConnection *a = pair->a.connection, *b = pair->b.connection, *made;

  pair->a.opened = pair->b.opened = 0;
  pair_connect (pair);
  pair_run_until (pair, pair->a.opened && pair->b.opened);
  made = pair->a.connection;
  *other = pair->b.connection;
  pair->a.connection = a;
  pair->b.connection = b;
  return made;
}

static void
drop (KadConnection *connection)
{
  kad_connection_close (connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
  kad_connection_free (connection);
}

static void
test_connections_of_one_peer (void)
{
  Pair pair;
  KadConnectionBook *book;
  KadLimits limits;
  KadPeerSession *sessions[PER_PEER + 1];
  KadConnection *others[PER_PEER + 1];
  const KadPeerId *peer;
  gboolean is_first, was_last;

  g_test_summary ("rule: 8 connections a peer; the first is used, and the next when it goes");

  pair_init (&pair);
  kad_limits_init (&limits);
  book = kad_connection_book_new (&limits);
  peer = side_get_peer (&pair.b);
  sessions[0] = add_open (&pair, book);
  g_assert_null (kad_connection_book_find (book, peer));
  for (guint i = 0; i <= PER_PEER; i++)
    {
      if (i > 0)
        {
          sessions[i] = kad_peer_session_new (reconnect (&pair, &others[i]));
          g_assert_null (kad_connection_book_add (book, sessions[i]));
        }
      g_assert_true (kad_connection_book_register (book, sessions[i], &is_first) == (i < PER_PEER));
      g_assert_true (is_first == (i == 0));
      g_assert_true (kad_connection_book_find (book, peer) == sessions[0]);
    }
  g_assert_cmpuint (kad_connection_book_get_n_half_open (book), ==, 0);

  /* The refused one, one in the middle, the first, the rest. */
  kad_connection_book_remove (book, sessions[8], &was_last);
  g_assert_false (was_last);
  kad_connection_book_remove (book, sessions[3], &was_last);
  g_assert_false (was_last);
  kad_connection_book_remove (book, sessions[0], &was_last);
  g_assert_false (was_last);
  g_assert_true (kad_connection_book_find (book, peer) == sessions[1]);
  for (guint i = 1; i < 8; i++)
    {
      if (i == 3)
        continue;
      g_assert_true (kad_connection_book_find (book, peer) == sessions[i]);
      kad_connection_book_remove (book, sessions[i], &was_last);
      g_assert_true (was_last == (i == 7));
    }
  g_assert_null (kad_connection_book_find (book, peer));
  g_assert_cmpuint (kad_connection_book_get_size (book), ==, 0);

  for (guint i = 1; i <= PER_PEER; i++)
    {
      kad_connection_close (sessions[i]->connection, g_error_new_literal (G_IO_ERROR, 0, "over"));
      kad_peer_session_free (sessions[i]);
      drop (others[i]);
    }
  g_free (sessions[0]);
  kad_connection_book_free (book);
  pair_clear (&pair);
}

static void
test_index_follows_removals (void)
{
  Lab lab;
  KadPeerSession *evicted;
  gboolean was_last;

  g_test_summary ("Every session is found by index, whichever was removed");

  lab_init (&lab, 100, 50);
  for (guint i = 0; i < 10; i++)
    lab_add (&lab, KAD_ROLE_RESPONDER, &evicted);
  for (guint i = 0; i < 10; i += 3)
    {
      lab_remove (&lab, lab.sessions[i], &was_last);
      for (guint j = 0; j < kad_connection_book_get_size (lab.book); j++)
        g_assert_cmpuint (kad_connection_book_get (lab.book, j)->index, ==, j);
    }
  g_assert_cmpuint (kad_connection_book_get_size (lab.book), ==, 6);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-book/room", test_room);
  g_test_add_func ("/connection-book/oldest-half-open-goes", test_oldest_half_open_goes);
  g_test_add_func ("/connection-book/what-we-dial-does-not-go", test_what_we_dial_does_not_go);
  g_test_add_func ("/connection-book/connections-of-one-peer", test_connections_of_one_peer);
  g_test_add_func ("/connection-book/index-follows-removals", test_index_follows_removals);
  return g_test_run ();
}
