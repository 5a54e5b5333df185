/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-identify-cache.h"

#include <sodium.h>

#include "kad-error.h"
#include "kad-identify.h"

typedef struct
{
  KadPrivateKey *key;
  KadIdentity *identity;
  KadIdentifyCache cache;
} Fixture;

static void
set_observed (Fixture *fixture, const char *text)
{
  g_clear_pointer (&fixture->identity->observed, kad_multiaddr_unref);
  fixture->identity->observed = kad_multiaddr_new_from_string (text, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const guint8 seed[32] = { 7 };

  g_assert_cmpint (sodium_init (), >=, 0);
  fixture->key = kad_private_key_new_ed25519_from_seed (seed);
  fixture->identity = kad_identity_new ();
  fixture->identity->peer
      = *kad_public_key_get_peer_id (kad_private_key_get_public_key (fixture->key));
  fixture->identity->agent = g_strdup ("kad/0.1.0");
  fixture->identity->protocols = g_strsplit ("/ipfs/id/1.0.0 /ipfs/kad/1.0.0", " ", -1);
  g_ptr_array_add (fixture->identity->addresses,
                   kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/4001", NULL));
  set_observed (fixture, "/ip4/198.51.100.7/tcp/40000");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kad_identify_cache_clear (&fixture->cache);
  kad_identity_free (fixture->identity);
  kad_private_key_unref (fixture->key);
}

static KadIdentity *
say (Fixture *fixture, guint64 seq)
{
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (&fixture->identity->peer);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = kad_identify_cache_dup_frame (&fixture->cache, fixture->identity,
                                                           fixture->key, seq, &error);
  KadIdentity *heard;
  gsize len, used;
  const guint8 *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (frame, &len);
  g_assert_cmpuint (len, <=, KAD_MAX_IDENTIFY_EMITTED);
  g_assert_cmpint (kad_identify_reader_feed (reader, data, len, &used, &error), ==, KAD_WIRE_MORE);
  heard = kad_identify_reader_finish (reader, &error);
  g_assert_no_error (error);
  g_assert_true (heard->is_signed);
  g_assert_cmpstr (heard->agent, ==, "kad/0.1.0");
  return heard;
}

static void
test_each_remote_hears_its_own_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KadIdentity) first = NULL;
  g_autoptr (KadIdentity) second = NULL;
  GBytes *frame;

  g_test_summary ("Remotes are told where they are seen; what is signed is made once");

  first = say (fixture, 5);
  frame = fixture->cache.frame;
  g_assert_true (kad_multiaddr_equal (first->observed, fixture->identity->observed));
  set_observed (fixture, "/ip4/198.51.100.8/tcp/40001");
  second = say (fixture, 5);
  g_assert_true (kad_multiaddr_equal (second->observed, fixture->identity->observed));
  g_assert_true (fixture->cache.frame == frame);
}

static void
test_what_changes_is_said_anew (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KadIdentity) first = NULL;
  g_autoptr (KadIdentity) second = NULL;
  g_autoptr (KadIdentity) third = NULL;

  g_test_summary ("New addresses and protocols are told at once");

  first = say (fixture, 5);
  g_assert_cmpuint (first->addresses->len, ==, 1);
  g_ptr_array_add (fixture->identity->addresses,
                   kad_multiaddr_new_from_string ("/ip4/192.0.2.2/tcp/4001", NULL));
  second = say (fixture, 5);
  g_assert_cmpuint (second->addresses->len, ==, 2);
  g_strfreev (fixture->identity->protocols);
  fixture->identity->protocols = g_strsplit ("/ipfs/id/1.0.0", " ", -1);
  third = say (fixture, 5);
  g_assert_cmpstrv (third->protocols, fixture->identity->protocols);
}

static void
test_a_new_number_is_signed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KadIdentity) first = NULL;
  g_autoptr (KadIdentity) second = NULL;
  g_autoptr (GBytes) old = NULL;

  g_test_summary ("A new number of the peer record makes a new frame");

  first = say (fixture, 5);
  old = g_bytes_ref (fixture->cache.frame);
  second = say (fixture, 6);
  g_assert_false (g_bytes_equal (fixture->cache.frame, old));
}

static void
test_addresses_make_room (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("However many addresses there are, the observed one is told within 4096 bytes");

  for (guint n = 1; n < 64; n++)
    {
      g_autofree char *text = g_strdup_printf ("/dns4/number-%u.%s.example.org/tcp/4001", n,
                                               "a-host-name-that-is-rather-long");
      g_autoptr (KadIdentity) heard = NULL;

      g_ptr_array_add (fixture->identity->addresses, kad_multiaddr_new_from_string (text, NULL));
      heard = say (fixture, 5);
      g_assert_true (kad_multiaddr_equal (heard->observed, fixture->identity->observed));
      g_assert_cmpuint (heard->addresses->len, >=, 1);
    }
}

static void
test_too_much_is_an_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GBytes *frame;

  g_test_summary ("An agent that fits into no frame is an error each time");

  g_free (fixture->identity->agent);
  fixture->identity->agent = g_strnfill (5000, 'a');
  for (guint i = 0; i < 2; i++)
    {
      g_clear_error (&error);
      frame = kad_identify_cache_dup_frame (&fixture->cache, fixture->identity, fixture->key, 5,
                                            &error);
      g_assert_null (frame);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/identify-cache/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("each-remote-hears-its-own-address", test_each_remote_hears_its_own_address);
  ADD ("what-changes-is-said-anew", test_what_changes_is_said_anew);
  ADD ("a-new-number-is-signed", test_a_new_number_is_signed);
  ADD ("addresses-make-room", test_addresses_make_room);
  ADD ("too-much-is-an-error", test_too_much_is_an_error);
#undef ADD
  return g_test_run ();
}
