/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-peer-book.h"

#include "test-peers.h"

static KadBookPeer *
ensure (KadPeerBook *book, guint32 n)
{
  KadPeerId id = make_peer (n);

  return kad_peer_book_ensure (book, &id);
}

static KadBookPeer *
find (KadPeerBook *book, guint32 n)
{
  KadPeerId id = make_peer (n);

  return kad_peer_book_find (book, &id);
}

static void
remember (KadPeerBook *book, guint32 n)
{
  KadBookPeer *peer = ensure (book, n);

  if (peer->info == NULL)
    peer->info = make_info (n, "/ip4/10.0.0.1/tcp/1");
  kad_peer_book_settle (book, peer);
}

static void
test_idle_peers_are_bounded (void)
{
  g_autoptr (KadPeerBook) book = kad_peer_book_new (3, KAD_TIME_NEVER);

  g_test_summary ("of idle ones the three dealt with last are kept");
  for (guint32 i = 1; i <= 3; i++)
    remember (book, i);
  remember (book, 1);
  remember (book, 4);
  g_assert_nonnull (find (book, 1));
  g_assert_null (find (book, 2));
  g_assert_cmpuint (kad_peer_book_get_size (book), ==, 3);
}

static void
test_busy_peers_are_never_forgotten (void)
{
  g_autoptr (KadPeerBook) book = kad_peer_book_new (1, KAD_TIME_NEVER);
  KadBookPeer *connected = ensure (book, 1);
  KadBookPeer *dialling = ensure (book, 2);
  KadBookPeer *checking = ensure (book, 3);

  g_test_summary ("connected, dialled and checked ones stay until they are idle");
  connected->connected = TRUE;
  dialling->dialling = TRUE;
  checking->checking = TRUE;
  kad_peer_book_settle (book, connected);
  kad_peer_book_settle (book, dialling);
  kad_peer_book_settle (book, checking);
  for (guint32 i = 10; i < 20; i++)
    remember (book, i);
  g_assert_cmpuint (kad_peer_book_get_size (book), ==, 4);
  dialling->dialling = FALSE;
  kad_peer_book_settle (book, dialling);
  g_assert_null (find (book, 2));
  g_assert_nonnull (find (book, 1));
  g_assert_nonnull (find (book, 3));
}

static void
test_idle_peers_are_forgotten_in_time (void)
{
  g_autoptr (KadPeerBook) book = kad_peer_book_new (10, 100);

  g_test_summary ("from when something was last done with them; a busy one is not idle");
  g_assert_cmpint (kad_peer_book_next_deadline (book), ==, KAD_TIME_NEVER);
  kad_peer_book_set_now (book, 1000);
  remember (book, 1);
  remember (book, 2);
  kad_peer_book_set_now (book, 1050);
  remember (book, 2);
  g_assert_cmpint (kad_peer_book_next_deadline (book), ==, 1100);
  kad_peer_book_set_now (book, 1099);
  kad_peer_book_expire (book);
  g_assert_nonnull (find (book, 1));
  kad_peer_book_set_now (book, 1100);
  kad_peer_book_expire (book);
  g_assert_null (find (book, 1));
  g_assert_nonnull (find (book, 2));
  ensure (book, 2)->connected = TRUE;
  kad_peer_book_set_now (book, 9999);
  kad_peer_book_expire (book);
  g_assert_nonnull (find (book, 2));
}

static void
test_addresses_are_bounded (void)
{
  g_autoptr (KadPeerBook) book = kad_peer_book_new (10, KAD_TIME_NEVER);
  KadBookPeer *peer = ensure (book, 1);
  KadPeerInfo *info = make_info (1, NULL);

  g_test_summary ("of 32 long addresses those that fit in 4 KiB are kept");
  for (guint i = 0; i < KAD_MAX_PEER_ADDRESSES; i++)
    {
      g_autofree char *label = g_strnfill (60, 'a');
      g_autofree char *address
          = g_strdup_printf ("/dns4/x%u.%s.%s.%s/tcp/1", i, label, label, label);

      add_address (info, address);
    }
  kad_peer_book_set_info (peer, info);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (peer->info), >, 10);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (peer->info), <, 25);
  kad_peer_book_settle (book, peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/peer-book/bounded", test_idle_peers_are_bounded);
  g_test_add_func ("/dht/peer-book/busy", test_busy_peers_are_never_forgotten);
  g_test_add_func ("/dht/peer-book/age", test_idle_peers_are_forgotten_in_time);
  g_test_add_func ("/dht/peer-book/addresses", test_addresses_are_bounded);
  return g_test_run ();
}
