/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-identity.h"

static KadIdentity *
new_identity (void)
{
  static const char *const protocols[] = { "/ipfs/id/1.0.0", "/ipfs/kad/1.0.0", NULL };
  KadIdentity *identity = kad_identity_new ();

  g_assert_true (
      kad_peer_id_parse (&identity->peer, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL));
  identity->agent = g_strdup ("kad/0.1.0");
  identity->protocol_version = g_strdup ("ipfs/0.1.0");
  identity->protocols = g_strdupv ((char **) protocols);
  g_ptr_array_add (identity->addresses,
                   kad_multiaddr_new_from_string ("/ip4/10.0.0.1/tcp/4001", NULL));
  identity->observed = kad_multiaddr_new_from_string ("/ip4/10.0.0.9/tcp/999", NULL);
  identity->is_signed = TRUE;
  return identity;
}

static void
test_begins_empty (void)
{
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  g_autoptr (KadIdentity) copy = kad_identity_copy (identity);

  g_test_summary (
      "An identity of which nothing is known has a list of addresses, and can be copied");

  g_assert_cmpuint (copy->addresses->len, ==, 0);
  g_assert_null (copy->agent);
  g_assert_null (copy->protocols);
  g_assert_null (copy->observed);
  g_assert_false (kad_peer_id_is_set (&copy->peer));
  g_assert_false (kad_identity_has_protocol (copy, "/ipfs/kad/1.0.0"));
}

static void
test_knows_its_protocols (void)
{
  g_autoptr (KadIdentity) identity = new_identity ();

  g_test_summary ("A protocol is spoken only if its whole name is listed");

  g_assert_true (kad_identity_has_protocol (identity, "/ipfs/kad/1.0.0"));
  g_assert_false (kad_identity_has_protocol (identity, "/ipfs/kad/1.0"));
  g_assert_false (kad_identity_has_protocol (identity, ""));
}

static void
test_boxed_copy_is_whole (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  KadIdentity *identity = new_identity ();
  KadPeerId peer = identity->peer;
  const KadIdentity *copy;
  g_autofree char *address = NULL;
  g_autofree char *observed = NULL;

  g_test_summary ("The type is boxed: a value holds a whole copy that outlives the original");

  g_value_init (&value, KAD_TYPE_IDENTITY);
  g_value_set_boxed (&value, identity);
  kad_identity_free (identity);
  copy = g_value_get_boxed (&value);
  g_assert_true (kad_peer_id_equal (&copy->peer, &peer));
  g_assert_cmpstr (copy->agent, ==, "kad/0.1.0");
  g_assert_cmpstr (copy->protocol_version, ==, "ipfs/0.1.0");
  g_assert_cmpuint (g_strv_length (copy->protocols), ==, 2);
  g_assert_cmpuint (copy->addresses->len, ==, 1);
  address = kad_multiaddr_to_string (g_ptr_array_index (copy->addresses, 0));
  g_assert_cmpstr (address, ==, "/ip4/10.0.0.1/tcp/4001");
  observed = kad_multiaddr_to_string (copy->observed);
  g_assert_cmpstr (observed, ==, "/ip4/10.0.0.9/tcp/999");
  g_assert_true (copy->is_signed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/begins-empty", test_begins_empty);
  g_test_add_func ("/identity/knows-its-protocols", test_knows_its_protocols);
  g_test_add_func ("/identity/boxed-copy-is-whole", test_boxed_copy_is_whole);
  return g_test_run ();
}
