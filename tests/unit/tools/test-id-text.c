/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-id-text.h"

#include "kad-error.h"

/* The example of the Amino specification, section "Keyspace". */
#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
#define PEER_POINT "e43d28f0996557c0d5571d75c62a57a59d7ac1d30a51ecedcdb9d5e4afa56100"
#define CID "bafybeihfg3d7rdltd43u3tfvncx7n5loqofbsobojcadtmokrljfthuc7y"

static void
check (const char *text, KadIdKind kind, const char *point)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadIdText) id = kad_id_text_parse (text, &error);
  g_autofree char *hex = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (kad_id_kind_get_name (id->kind), ==, kad_id_kind_get_name (kind));
  g_assert_true (id->has_point == (point != NULL));
  if (point == NULL)
    return;
  hex = kad_key_to_hex (&id->point);
  g_assert_cmpstr (hex, ==, point);
}

static void
test_kinds (void)
{
  g_test_summary ("Each kind is known by its text, and lies where its bytes are hashed to");

  check (PEER, KAD_ID_PEER, PEER_POINT);
  check ("/ip4/1.2.3.4/tcp/1/p2p/" PEER, KAD_ID_MULTIADDR, PEER_POINT);
  check ("/ip4/1.2.3.4/tcp/1", KAD_ID_MULTIADDR, NULL);
  check ("kad-id:" PEER_POINT, KAD_ID_POINT, PEER_POINT);
  check ("hex:1220e536c7f88d731f374dccb568aff6f56e838a19382e488039b1ca8ad2599e82fe", KAD_ID_KEY,
         "d623250f3f660ab4c3a53d3c97b3f6a0194c548053488d093520206248253bcb");
  check ("text:abc", KAD_ID_KEY,
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check ("/pk/abc", KAD_ID_KEY, "a302335803546edade6acac748ae286bc5ee0c4f214c36f796ea7bb0f0529b3b");
}

static void
test_a_cid_lies_where_its_multihash_does (void)
{
  g_autoptr (KadIdText) cid = kad_id_text_parse (CID, NULL);
  KadKey point;
  gsize len;
  const guint8 *data;

  g_test_summary ("The codec of a CID does not move it");

  g_assert_cmpint (cid->kind, ==, KAD_ID_CID);
  data = g_bytes_get_data (cid->multihash, &len);
  kad_key_init (&point, data, len);
  g_assert_true (kad_key_equal (&point, &cid->point));
  g_assert_cmpuint (len, ==, 34);
  g_assert_cmpuint (g_bytes_get_size (cid->bytes), ==, 36);
}

static void
test_refuses_the_rest (void)
{
  static const char *const bad[]
      = { "", "x", "Qm", "kad-id:", "kad-id:zz", "hex:0", "text:", "\033[31m" };

  g_test_summary ("What is nothing is InvalidKey, with its text escaped");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_id_text_parse (bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      g_assert_null (strchr (error->message, '\033'));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id-text/kinds", test_kinds);
  g_test_add_func ("/id-text/a-cid-lies-where-its-multihash-does",
                   test_a_cid_lies_where_its_multihash_does);
  g_test_add_func ("/id-text/refuses-the-rest", test_refuses_the_rest);
  return g_test_run ();
}
