/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-observed-address.h"

static KadPeerId
make_peer (guint number)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20, 0 };
  g_autoptr (GError) error = NULL;
  KadPeerId peer;

  bytes[6] = (guint8) number;
  bytes[7] = (guint8) (number >> 8);
  g_assert_true (kad_peer_id_init_from_bytes (&peer, bytes, sizeof bytes, &error));
  g_assert_no_error (error);
  return peer;
}

static gboolean
say (KadObservedAddress *self, guint number, const char *from, const char *observed)
{
  g_autoptr (KadMultiaddr) where = kad_multiaddr_new_from_string (from, NULL);
  g_autoptr (KadMultiaddr) what = kad_multiaddr_new_from_string (observed, NULL);
  KadPeerId peer = make_peer (number);

  return kad_observed_address_say (self, &peer, where, what);
}

static void
assert_address (KadObservedAddress *self, const char *wanted)
{
  KadMultiaddr *address = kad_observed_address_get (self);
  g_autofree char *text = address != NULL ? kad_multiaddr_to_string (address) : NULL;

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_one_is_nobody (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();

  g_test_summary ("One peer alone, or several of one owner, cannot say where we are");

  g_assert_false (say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/4001"));
  g_assert_false (say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/4001"));
  g_assert_false (say (self, 2, "/ip4/5.6.1.2/tcp/1", "/ip4/9.9.9.9/tcp/4001"));
  g_assert_false (say (self, 3, "/ip4/5.6.200.1/tcp/9", "/ip4/9.9.9.9/tcp/4001"));
  assert_address (self, NULL);
}

static void
test_two_owners_agree (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();

  g_test_summary ("Two of different owners make it known, whatever ports they see, and the same "
                  "again is no news");

  g_assert_false (say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/4001"));
  g_assert_true (say (self, 2, "/ip4/6.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/50000"));
  assert_address (self, "/ip4/9.9.9.9/tcp/50000");
  g_assert_false (say (self, 3, "/ip4/7.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/50001"));
  assert_address (self, "/ip4/9.9.9.9/tcp/50000");
}

static void
test_a_rebind_is_seen (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();
  KadPeerId third;

  g_test_summary ("Another address counts once more of those who are connected say so than say the "
                  "old one");

  say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/1");
  say (self, 2, "/ip4/6.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/2");
  say (self, 3, "/ip4/7.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/3");
  g_assert_false (say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/8.8.4.4/tcp/1"));
  assert_address (self, "/ip4/9.9.9.9/tcp/2");
  /* Two against one. */
  g_assert_true (say (self, 2, "/ip4/6.6.7.8/tcp/1", "/ip4/8.8.4.4/tcp/2"));
  assert_address (self, "/ip4/8.8.4.4/tcp/2");
  third = make_peer (3);
  g_assert_false (kad_observed_address_forget (self, &third));
  g_assert_false (kad_observed_address_forget (self, &third));
  assert_address (self, "/ip4/8.8.4.4/tcp/2");
}

static void
test_what_counts_stays (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();
  KadPeerId first = make_peer (1), second = make_peer (2);

  g_test_summary ("When those who said it are gone it stays, until others agree on another one");

  say (self, 1, "/ip4/5.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/1");
  say (self, 2, "/ip4/6.6.7.8/tcp/1", "/ip4/9.9.9.9/tcp/2");
  g_assert_false (kad_observed_address_forget (self, &first));
  g_assert_false (kad_observed_address_forget (self, &second));
  assert_address (self, "/ip4/9.9.9.9/tcp/2");
  g_assert_false (say (self, 3, "/ip4/5.6.7.8/tcp/1", "/ip4/8.8.4.4/tcp/1"));
  assert_address (self, "/ip4/9.9.9.9/tcp/2");
}

static void
test_private_networks_have_no_owners (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();

  g_test_summary ("Off the public network the only one is believed, then two of any");

  g_assert_true (say (self, 1, "/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/5"));
  g_assert_true (say (self, 1, "/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.9/tcp/5"));
  assert_address (self, "/ip4/10.0.0.9/tcp/5");
  g_assert_false (say (self, 2, "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.8/tcp/6"));
  assert_address (self, "/ip4/10.0.0.9/tcp/5");
  g_assert_true (say (self, 3, "/ip4/10.0.0.3/tcp/1", "/ip4/10.0.0.8/tcp/7"));
  assert_address (self, "/ip4/10.0.0.8/tcp/7");
}

static void
test_the_only_one_left_is_believed (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();
  KadPeerId first = make_peer (1);

  g_test_summary ("Who is left alone on a private network is believed when the other goes");

  say (self, 1, "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.9/tcp/5");
  g_assert_false (say (self, 2, "/ip4/10.0.0.3/tcp/1", "/ip4/10.0.0.8/tcp/6"));
  g_assert_true (kad_observed_address_forget (self, &first));
  assert_address (self, "/ip4/10.0.0.8/tcp/6");
}

static void
test_what_has_no_ip_is_left_out (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();

  g_test_summary ("An address that is none of IP says nothing");

  g_assert_false (say (self, 1, "/memory/1", "/memory/2"));
  assert_address (self, NULL);
}

static void
test_observers_are_bounded (void)
{
  g_autoptr (KadObservedAddress) self = kad_observed_address_new ();

  g_test_summary ("rule: 32 peers' words are kept, and the oldest goes first");

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *from = g_strdup_printf ("/ip4/5.%u.1.1/tcp/1", i);

      say (self, i, from, "/ip4/9.9.9.9/tcp/1");
    }
  /* So many others that nobody of those five counts, each of whom says something else. */
  for (guint i = 0; i < KAD_MAX_OBSERVERS - 2; i++)
    {
      g_autofree char *from = g_strdup_printf ("/ip4/6.%u.1.1/tcp/1", i);
      g_autofree char *observed = g_strdup_printf ("/ip4/9.9.1.%u/tcp/1", i);

      g_assert_false (say (self, 100 + i, from, observed));
    }
  assert_address (self, "/ip4/9.9.9.9/tcp/1");
  g_assert_false (say (self, 200, "/ip4/7.1.1.1/tcp/1", "/ip4/8.8.4.4/tcp/1"));
  g_assert_true (say (self, 201, "/ip4/7.2.1.1/tcp/1", "/ip4/8.8.4.4/tcp/2"));
  assert_address (self, "/ip4/8.8.4.4/tcp/2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/observed-address/one-is-nobody", test_one_is_nobody);
  g_test_add_func ("/observed-address/two-owners-agree", test_two_owners_agree);
  g_test_add_func ("/observed-address/a-rebind-is-seen", test_a_rebind_is_seen);
  g_test_add_func ("/observed-address/what-counts-stays", test_what_counts_stays);
  g_test_add_func ("/observed-address/private-networks-have-no-owners",
                   test_private_networks_have_no_owners);
  g_test_add_func ("/observed-address/the-only-one-left-is-believed",
                   test_the_only_one_left_is_believed);
  g_test_add_func ("/observed-address/what-has-no-ip-is-left-out", test_what_has_no_ip_is_left_out);
  g_test_add_func ("/observed-address/observers-are-bounded", test_observers_are_bounded);
  return g_test_run ();
}
