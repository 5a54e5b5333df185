/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-address-sources.h"

#include <string.h>

#define START (1000 * (gint64) G_USEC_PER_SEC)

static const guint8 key[16] = "0123456789abcde";

static void
make_peer (KadPeerId *peer, guint number)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };

  memcpy (bytes + 6, &number, sizeof number);
  g_assert_true (kad_peer_id_init_from_bytes (peer, bytes, sizeof bytes, NULL));
}

static void
test_who_said_it (void)
{
  KadAddressSources *sources = kad_address_sources_new (key);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/80", NULL);
  g_autoptr (KadMultiaddr) other = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/81", NULL);
  KadPeerId peer, one, two;

  g_test_summary ("The word of two is more than the word of one twice; it holds for this peer at "
                  "this address only, and for half an hour");

  make_peer (&peer, 1);
  make_peer (&one, 2);
  make_peer (&two, 3);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, address, START), ==,
                   KAD_ADDRESS_SAID_ONCE);
  kad_address_sources_say (sources, &peer, address, &one, START);
  kad_address_sources_say (sources, &peer, address, &one, START);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, address, START), ==,
                   KAD_ADDRESS_SAID_ONCE);
  kad_address_sources_say (sources, &peer, address, &two, START);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, address, START), ==,
                   KAD_ADDRESS_SAID_TWICE);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, other, START), ==,
                   KAD_ADDRESS_SAID_ONCE);
  g_assert_cmpint (kad_address_sources_get (sources, &one, address, START), ==,
                   KAD_ADDRESS_SAID_ONCE);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, address, START + KAD_ADDRESS_SAID_US),
                   ==, KAD_ADDRESS_SAID_ONCE);
  kad_address_sources_free (sources);
}

static void
test_proven_and_given (void)
{
  KadAddressSources *sources = kad_address_sources_new (key);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/80", NULL);
  KadPeerId peer, other;

  g_test_summary ("Having been there counts for hours, the configuration's word for ever");

  make_peer (&peer, 1);
  make_peer (&other, 2);
  kad_address_sources_prove (sources, &peer, address, START);
  g_assert_cmpint (
      kad_address_sources_get (sources, &peer, address, START + KAD_ADDRESS_PROVEN_US - 1), ==,
      KAD_ADDRESS_PROVEN);
  g_assert_cmpint (kad_address_sources_get (sources, &peer, address, START + KAD_ADDRESS_PROVEN_US),
                   ==, KAD_ADDRESS_SAID_ONCE);
  g_assert_cmpint (kad_address_sources_get (sources, &other, address, START), ==,
                   KAD_ADDRESS_SAID_ONCE);
  kad_address_sources_give (sources, &other, address);
  g_assert_cmpint (
      kad_address_sources_get (sources, &other, address, START + 10 * KAD_ADDRESS_PROVEN_US), ==,
      KAD_ADDRESS_PROVEN);
  kad_address_sources_free (sources);
}

static void
test_a_flood_of_words (void)
{
  KadAddressSources *sources = kad_address_sources_new (key);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/8.8.4.4/tcp/80", NULL);
  KadPeerId honest, liar, fake;

  g_test_summary ("CVE-2023-40583: a million words of one peer take the place of words, and not of "
                  "what is proven; the table does not grow");

  make_peer (&honest, 1);
  make_peer (&liar, 2);
  kad_address_sources_prove (sources, &honest, address, START);
  for (guint i = 0; i < 1000000; i++)
    {
      make_peer (&fake, 3 + i);
      kad_address_sources_say (sources, &fake, address, &liar, START + i);
    }
  g_assert_cmpint (kad_address_sources_get (sources, &honest, address, START + 1000000), ==,
                   KAD_ADDRESS_PROVEN);
  g_assert_cmpint (kad_address_sources_get (sources, &fake, address, START + 1000000), ==,
                   KAD_ADDRESS_SAID_ONCE);
  kad_address_sources_free (sources);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-sources/who-said-it", test_who_said_it);
  g_test_add_func ("/address-sources/proven-and-given", test_proven_and_given);
  g_test_add_func ("/security/CVE-2023-40583/a-flood-of-words", test_a_flood_of_words);
  return g_test_run ();
}
