/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-endpoint.h"

#include "kad-error.h"

#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

static void
test_reads_and_writes_each_form (void)
{
  static const struct
  {
    const char *text;
    gboolean has_peer, has_address;
  } forms[] = {
    { PEER, TRUE, FALSE },
    { "/ip4/127.0.0.1/tcp/4001", FALSE, TRUE },
    { "/ip4/127.0.0.1/tcp/4001/p2p/" PEER, TRUE, TRUE },
    { "/unix/tmp/p2p/a.sock", FALSE, TRUE },
    { "/unix/tmp/a.sock/p2p/" PEER, TRUE, TRUE },
    { "/ip4/10.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit/"
      "p2p/" PEER,
      TRUE, TRUE },
    { "/ip4/10.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit", FALSE,
      TRUE },
  };

  g_test_summary ("A peer, an address, and both are read and written the same");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (forms[i].text, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_cmpint (kad_peer_id_is_set (&endpoint->peer), ==, forms[i].has_peer);
      g_assert_cmpint (endpoint->address != NULL, ==, forms[i].has_address);
      text = kad_endpoint_to_string (endpoint);
      g_assert_cmpstr (text, ==, forms[i].text);
    }
}

static void
test_other_forms_of_a_peer (void)
{
  g_autoptr (KadEndpoint) bare = kad_endpoint_parse ("/p2p/" PEER, NULL);
  g_autofree char *cid = kad_peer_id_to_cid_string (&bare->peer);
  g_autoptr (KadEndpoint) from_cid = kad_endpoint_parse (cid, NULL);

  g_test_summary ("A lone /p2p/ID and a CID are the peer without an address");

  g_assert_null (bare->address);
  g_assert_null (from_cid->address);
  g_assert_true (kad_peer_id_equal (&bare->peer, &from_cid->peer));
}

static void
test_refuses_the_rest (void)
{
  static const struct
  {
    const char *text;
    KadError code;
    const char *words;
  } bad[] = {
    { "", KAD_ERROR_INVALID_KEY, "like /ip4/" },
    { "localhost:4001", KAD_ERROR_INVALID_KEY,
      "“localhost:4001” is neither an address, like /ip4/" },
    { "192.168.0.7", KAD_ERROR_INVALID_KEY, "nor a peer id, like 12D3KooW" },
    { "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZ0", KAD_ERROR_INVALID_KEY,
      "Character 52" },
    { "/", KAD_ERROR_INVALID_ADDRESS, "" },
    { "/ip4/300.0.0.1/tcp/1", KAD_ERROR_INVALID_ADDRESS, "" },
    { "/ip4/127.0.0.1/nonsense/1", KAD_ERROR_INVALID_ADDRESS, "" },
  };

  g_test_summary ("Malformed text is InvalidKey or InvalidAddress, by what it looks like");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_endpoint_parse (bad[i].text, &error));
      g_assert_error (error, KAD_ERROR, (gint) bad[i].code);
      /* Who meant an address is told what one looks like, and who mistyped a peer id, where. */
      g_assert_nonnull (strstr (error->message, bad[i].words));
    }
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;
  KadEndpoint *endpoint = kad_endpoint_parse ("/ip4/127.0.0.1/tcp/4001/p2p/" PEER, NULL);

  g_test_summary ("The type is boxed: a value holds a copy that outlives the original");

  g_value_init (&value, KAD_TYPE_ENDPOINT);
  g_value_set_boxed (&value, endpoint);
  kad_endpoint_free (endpoint);
  text = kad_endpoint_to_string (g_value_get_boxed (&value));
  g_assert_cmpstr (text, ==, "/ip4/127.0.0.1/tcp/4001/p2p/" PEER);
}

static void
test_slashes_at_the_end (void)
{
  static const char *const forms[]
      = { "/unix/tmp/a.sock/p2p/" PEER "/", "/unix/tmp/a.sock/p2p/" PEER "///",
          "/ip4/10.0.0.1/tcp/1/p2p/" PEER "/" };

  g_test_summary ("A slash at the end changes nothing, behind a /unix path neither");

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (forms[i], &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_true (kad_peer_id_is_set (&endpoint->peer));
      text = kad_endpoint_to_string (endpoint);
      g_assert_true (g_str_has_suffix (text, "/p2p/" PEER));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/reads-and-writes-each-form", test_reads_and_writes_each_form);
  g_test_add_func ("/endpoint/other-forms-of-a-peer", test_other_forms_of_a_peer);
  g_test_add_func ("/endpoint/refuses-the-rest", test_refuses_the_rest);
  g_test_add_func ("/endpoint/boxed", test_boxed);
  g_test_add_func ("/endpoint/slashes-at-the-end", test_slashes_at_the_end);
  return g_test_run ();
}
