/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-local-peers.h"

#define ONE "12D3KooWAMP3jDB712ce5uJYhFn9oqiM3XuSTwx1MGPG7GGDphn2"
#define TWO "12D3KooWQ2Zvdc9MMvs8Z5fB7b2RxYSigLJBicvzyUvgcCXaqHTr"
#define LOCAL "12D3KooWEih9XR2CcinvSrV57d2YFNiskY1CYd8DXpBtgcuY5eXn"
#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (1000 * SECOND)

static KadLocalPeers *
new_peers (void)
{
  g_autoptr (KadPeerId) local = kad_peer_id_new_from_string (LOCAL, NULL);

  return kad_local_peers_new (local);
}

static gboolean
tell (KadLocalPeers *peers, const char *name, const char *address, gint64 now_us)
{
  g_autofree char *text = g_strconcat (" dnsaddr=", address, NULL);

  text[0] = (char) (strlen (text) - 1);
  return kad_local_peers_note_txt (peers, name, (const guint8 *) text, strlen (text), now_us);
}

/* Appeared and looked up, with this address. */
static void
add_told (KadLocalPeers *peers, const char *name, const char *address, gint64 now_us)
{
  g_assert_true (kad_local_peers_add (peers, name, now_us));
  g_assert_cmpstr (kad_local_peers_begin_lookup (peers, now_us), ==, name);
  tell (peers, name, address, now_us);
}

static void
assert_dial (KadLocalPeers *peers, gint64 now_us, const char *name, const char *address)
{
  g_autofree char *got = NULL;

  g_assert_cmpstr (kad_local_peers_begin_dial (peers, now_us, &got), ==, address);
  g_assert_cmpstr (got, ==, name);
}

static void
test_found_and_dialled (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();

  g_test_summary ("A name is looked up, its addresses are dialled in turn, and one that answers "
                  "is enough");

  g_assert_true (kad_local_peers_get_due_us (peers, NOW) == G_MAXINT64);
  add_told (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, NOW);
  g_assert_false (kad_local_peers_add (peers, "a", NOW));
  g_assert_true (tell (peers, "a", "/ip4/10.0.0.2/tcp/4001/p2p/" ONE, NOW));
  g_assert_false (tell (peers, "a", "/ip4/10.0.0.3/tcp/4001/p2p/" TWO, NOW));
  g_assert_cmpint (kad_local_peers_get_due_us (peers, NOW), ==, NOW);
  assert_dial (peers, NOW, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE);
  assert_dial (peers, NOW, NULL, NULL);
  kad_local_peers_end_dial (peers, "a", FALSE, NOW);
  assert_dial (peers, NOW, "a", "/ip4/10.0.0.2/tcp/4001/p2p/" ONE);
  kad_local_peers_end_dial (peers, "a", TRUE, NOW);
  assert_dial (peers, NOW, NULL, NULL);
  /* The lookup ends soon after the first record. */
  g_assert_null (kad_local_peers_end_lookup (peers, NOW));
  g_assert_cmpstr (kad_local_peers_end_lookup (peers, NOW + SECOND), ==, "a");
  g_assert_true (kad_local_peers_get_due_us (peers, NOW + SECOND) == G_MAXINT64);
}

static void
test_fails_and_again (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();
  gint64 now_us = NOW;

  g_test_summary ("What nobody answers at is looked up and dialled again, later each time");

  g_assert_true (kad_local_peers_add (peers, "a", now_us));
  for (guint i = 0; i < 20; i++)
    {
      gint64 wait_us = MIN (5 * SECOND << MIN (i, 8), 900 * SECOND);

      g_assert_cmpstr (kad_local_peers_begin_lookup (peers, now_us), ==, "a");
      g_assert_true (tell (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, now_us));
      now_us += SECOND;
      g_assert_cmpstr (kad_local_peers_end_lookup (peers, now_us), ==, "a");
      assert_dial (peers, now_us, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE);
      kad_local_peers_end_dial (peers, "a", FALSE, now_us);
      g_assert_null (kad_local_peers_begin_lookup (peers, now_us + wait_us - 1));
      g_assert_cmpint (kad_local_peers_get_due_us (peers, now_us), ==, now_us + wait_us);
      now_us += wait_us;
    }
}

static void
test_silent_names (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();

  g_test_summary ("A name without a record is given up after 2 s, and asked for again later");

  g_assert_true (kad_local_peers_add (peers, "a", NOW));
  g_assert_cmpstr (kad_local_peers_begin_lookup (peers, NOW), ==, "a");
  g_assert_cmpint (kad_local_peers_get_due_us (peers, NOW), ==, NOW + 2 * SECOND);
  g_assert_null (kad_local_peers_end_lookup (peers, NOW + 2 * SECOND - 1));
  g_assert_cmpstr (kad_local_peers_end_lookup (peers, NOW + 2 * SECOND), ==, "a");
  g_assert_false (tell (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, NOW + 2 * SECOND));
  g_assert_null (kad_local_peers_begin_lookup (peers, NOW + 3 * SECOND));
  g_assert_cmpstr (kad_local_peers_begin_lookup (peers, NOW + 7 * SECOND), ==, "a");
}

static void
test_ourselves (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();

  g_test_summary ("We are not dialled, whoever announces us");

  add_told (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" LOCAL, NOW);
  assert_dial (peers, NOW, NULL, NULL);
}

static void
test_lost (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();
  g_autoptr (KadPeerId) one = kad_peer_id_new_from_string (ONE, NULL);

  g_test_summary ("A peer that the table has lost and that is still announced is looked for again");

  add_told (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, NOW);
  assert_dial (peers, NOW, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE);
  kad_local_peers_end_dial (peers, "a", TRUE, NOW);
  g_assert_cmpstr (kad_local_peers_end_lookup (peers, NOW + SECOND), ==, "a");
  kad_local_peers_note_lost (peers, one, NOW + 60 * SECOND);
  g_assert_null (kad_local_peers_begin_lookup (peers, NOW + 64 * SECOND));
  g_assert_cmpstr (kad_local_peers_begin_lookup (peers, NOW + 65 * SECOND), ==, "a");
}

static void
test_gone_meanwhile (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();

  g_test_summary ("A name that goes while it is looked up and dialled leaves nothing behind");

  for (guint i = 0; i < 100; i++)
    {
      add_told (peers, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, NOW);
      assert_dial (peers, NOW, "a", "/ip4/10.0.0.1/tcp/4001/p2p/" ONE);
      if (i % 2 == 0)
        g_assert_true (kad_local_peers_remove (peers, "a"));
      else
        kad_local_peers_clear (peers);
      g_assert_false (kad_local_peers_remove (peers, "a"));
      kad_local_peers_end_dial (peers, "a", i % 3 == 0, NOW);
      g_assert_cmpuint (kad_local_peers_get_size (peers), ==, 0);
    }
  g_assert_true (kad_local_peers_get_due_us (peers, NOW) == G_MAXINT64);
}

/* Names in their thousands, all of which lead nowhere. */
static void
flood (KadLocalPeers *peers, guint n, gint64 now_us)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("flood-%u", i);

      kad_local_peers_add (peers, name, now_us);
    }
}

static guint
begin_all_dials (KadLocalPeers *peers, gint64 now_us, GPtrArray *names)
{
  char *name;
  guint n = 0;

  for (; kad_local_peers_begin_dial (peers, now_us, &name) != NULL; n++)
    g_ptr_array_add (names, name);
  return n;
}

static void
test_flood_is_bounded (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  guint n_lookups = 0, n_dials = 0;

  g_test_summary ("However many names are announced: 2048 are kept, 32 are looked up and 8 are "
                  "dialled at once, 240 in a minute");

  flood (peers, 10000, NOW);
  g_assert_cmpuint (kad_local_peers_get_size (peers), ==, KAD_MAX_LOCAL_NAMES);
  for (gint64 now_us = NOW; now_us < NOW + 59 * SECOND; now_us += SECOND / 10)
    {
      while ((name = kad_local_peers_end_lookup (peers, now_us)) != NULL)
        n_lookups--;
      while ((name = kad_local_peers_begin_lookup (peers, now_us)) != NULL)
        {
          n_lookups++;
          g_assert_true (tell (peers, name, "/ip4/10.0.0.1/tcp/4001/p2p/" ONE, now_us));
        }
      g_assert_cmpuint (n_lookups, <=, KAD_MAX_LOCAL_LOOKUPS);
      n_dials += begin_all_dials (peers, now_us, names);
      g_assert_cmpuint (names->len, <=, KAD_MAX_LOCAL_DIALS);
      for (guint i = 0; i < names->len; i++)
        kad_local_peers_end_dial (peers, names->pdata[i], FALSE, now_us);
      g_ptr_array_set_size (names, 0);
    }
  g_assert_cmpuint (n_dials, ==, KAD_MAX_LOCAL_DIALS_A_MINUTE);
  g_assert_cmpuint (begin_all_dials (peers, NOW + 60 * SECOND, names), ==, KAD_MAX_LOCAL_DIALS);
}

static void
test_flood_makes_room (void)
{
  g_autoptr (KadLocalPeers) peers = new_peers ();
  gboolean was_looked_up = FALSE;
  const char *name;

  g_test_summary (
      "A newcomer takes the place of a name that came to nothing, and is among the next "
      "that are looked up");

  flood (peers, KAD_MAX_LOCAL_NAMES, NOW);
  g_assert_false (kad_local_peers_add (peers, "honest", NOW));
  while (kad_local_peers_begin_lookup (peers, NOW) != NULL)
    ;
  while (kad_local_peers_end_lookup (peers, NOW + 2 * SECOND) != NULL)
    ;
  g_assert_true (kad_local_peers_add (peers, "honest", NOW + 2 * SECOND));
  g_assert_cmpuint (kad_local_peers_get_size (peers), ==, KAD_MAX_LOCAL_NAMES);
  for (guint i = 0; i < 2; i++)
    {
      name = kad_local_peers_begin_lookup (peers, NOW + 2 * SECOND);
      was_looked_up |= g_str_equal (name, "honest");
    }
  g_assert_true (was_looked_up);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-peers/found-and-dialled", test_found_and_dialled);
  g_test_add_func ("/local-peers/fails-and-again", test_fails_and_again);
  g_test_add_func ("/local-peers/silent", test_silent_names);
  g_test_add_func ("/local-peers/ourselves", test_ourselves);
  g_test_add_func ("/local-peers/lost", test_lost);
  g_test_add_func ("/local-peers/gone-meanwhile", test_gone_meanwhile);
  g_test_add_func ("/local-peers/flood/bounded", test_flood_is_bounded);
  g_test_add_func ("/local-peers/flood/makes-room", test_flood_makes_room);
  return g_test_run ();
}
