/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key-text.h"

#include "kad-key.h"
#include "kad-multibase.h"
#include "test-vectors.h"

/* One block of content: its sha2-256 multihash, and the CIDs of it. */
#define MULTIHASH "1220c7d01489080858c500065836c658f847a6ca67c4864619212be4f8200e4bbace"
#define CID_V1 "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

#define USES 3

static void
assert_parses (const char *text, KadKeyUse use, gboolean raw_text, const char *hex)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = kad_key_text_parse (text, use, raw_text, &error);
  g_autoptr (GBytes) expected = from_hex (hex);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (key, NULL), g_bytes_get_size (key),
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
assert_always_parses (const char *text, const char *hex)
{
  for (guint use = 0; use < USES; use++)
    assert_parses (text, (KadKeyUse) use, FALSE, hex);
}

static void
assert_refused (const char *text, KadKeyUse use)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_key_text_parse (text, use, FALSE, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_null (strchr (error->message, '\033'));
}

static void
test_text (void)
{
  g_test_summary ("text: is its bytes, hashed for providers unless it is wanted raw");

  assert_parses ("text:hello", KAD_KEY_USE_RECORD, FALSE, "68656c6c6f");
  assert_parses ("text:hello", KAD_KEY_USE_TARGET, FALSE, "68656c6c6f");
  assert_parses ("text:hello", KAD_KEY_USE_PROVIDER, FALSE,
                 "12202cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  assert_parses ("text:hello", KAD_KEY_USE_PROVIDER, TRUE, "68656c6c6f");
  assert_parses ("text:hello", KAD_KEY_USE_RECORD, TRUE, "68656c6c6f");
  assert_parses ("text:\xe4\xb8\x96", KAD_KEY_USE_RECORD, FALSE, "e4b896");
  assert_parses ("text:text:", KAD_KEY_USE_RECORD, FALSE, "746578743a");
  for (guint use = 0; use < USES; use++)
    {
      assert_refused ("text:", (KadKeyUse) use);
      assert_refused ("text:\xff", (KadKeyUse) use);
    }
}

static void
test_namespaces (void)
{
  g_test_summary ("/namespace/... is its bytes, whatever stands behind the namespace");

  assert_always_parses ("/v/hello", "2f762f68656c6c6f");
  assert_always_parses ("/", "2f");
  assert_always_parses ("/pk/12D3KooW", "2f706b2f313244334b6f6f57");
}

static void
test_hex (void)
{
  g_test_summary ("hex: takes whole bytes of either case");

  assert_always_parses ("hex:00ff0A", "00ff0a");
  assert_refused ("hex:", KAD_KEY_USE_RECORD);
  assert_refused ("hex:0", KAD_KEY_USE_RECORD);
  assert_refused ("hex:0g", KAD_KEY_USE_RECORD);
  assert_refused ("hex: 00", KAD_KEY_USE_RECORD);
  assert_refused ("hex:0x00", KAD_KEY_USE_RECORD);
}

static void
test_base64 (void)
{
  g_test_summary ("base64: takes both alphabets, with and without padding");

  assert_always_parses ("base64:+/8=", "fbff");
  assert_always_parses ("base64:+/8", "fbff");
  assert_always_parses ("base64:-_8=", "fbff");
  assert_always_parses ("base64:-_8", "fbff");
  assert_always_parses ("base64:aGVsbG8h", "68656c6c6f21");
  assert_always_parses ("base64:aA==", "68");
  assert_refused ("base64:", KAD_KEY_USE_RECORD);
  assert_refused ("base64:=", KAD_KEY_USE_RECORD);
  assert_refused ("base64:a", KAD_KEY_USE_RECORD);
  assert_refused ("base64:aA=", KAD_KEY_USE_RECORD);
  assert_refused ("base64:aGVsbG8h====", KAD_KEY_USE_RECORD);
  assert_refused ("base64:aG Vs", KAD_KEY_USE_RECORD);
  assert_refused ("base64:a=Vs", KAD_KEY_USE_RECORD);
  assert_refused ("base64:aB==", KAD_KEY_USE_RECORD); /* bits that belong to no byte */
}

static void
test_cids (void)
{
  g_test_summary ("A CID is its bytes for records, its multihash for providers and targets");

  assert_parses (CID_V1, KAD_KEY_USE_RECORD, FALSE, "0155" MULTIHASH);
  assert_parses (CID_V1, KAD_KEY_USE_PROVIDER, FALSE, MULTIHASH);
  assert_parses (CID_V1, KAD_KEY_USE_TARGET, FALSE, MULTIHASH);
  assert_always_parses ("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
                        "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9");
}

static void
test_peer_ids (void)
{
  g_test_summary ("A peer id is its binary form, in base58 and as a CID of codec libp2p-key");

  assert_always_parses (
      PEER, "0024080112209e3b433cbd31c2b8a6ebbdca998bd0f4c2141c9c9af5422e976051b1e63af14d");
}

static void
test_peer_id_as_cid (void)
{
  KadPeerId peer;
  g_autofree char *cid = NULL;

  g_test_summary ("A CID of codec libp2p-key is the peer, for records too");

  g_assert_true (kad_peer_id_parse (&peer, PEER, NULL));
  cid = kad_peer_id_to_cid_string (&peer);
  for (guint use = 0; use < USES; use++)
    {
      g_autoptr (GBytes) a = kad_key_text_parse (cid, (KadKeyUse) use, FALSE, NULL);
      g_autoptr (GBytes) b = kad_key_text_parse (PEER, (KadKeyUse) use, FALSE, NULL);

      g_assert_true (g_bytes_equal (a, b));
    }
}

static void
test_multihashes (void)
{
  g_autoptr (GBytes) sha1 = from_hex ("1114000102030405060708090a0b0c0d0e0f10111213");
  g_autofree char *text
      = kad_base58btc_encode (g_bytes_get_data (sha1, NULL), g_bytes_get_size (sha1));

  g_test_summary ("A base58btc multihash of any function is its bytes");

  assert_always_parses (text, "1114000102030405060708090a0b0c0d0e0f10111213");
}

static void
test_refuses_other_words (void)
{
  static const char *const bad[]
      = { "",     "hello",   "text",      "Text:hello", "base58:abc", "bafkrei", "QmYyQSo1c",
          "0OIl", "\033[2J", " /v/hello", "12D3Koo",    "zz",         "hex",     "k51qzi5uqu5" };

  g_test_summary ("Other words are InvalidKey, with a message that is safe to print");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      for (guint use = 0; use < USES; use++)
        assert_refused (bad[i], (KadKeyUse) use);
    }
}

static void
test_words_are_told_how (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } bad[] = {
    { "blue-whale", "words are written as “text:blue-whale”" },
    { "my file.txt", "words are written as “text:my file.txt”" },
    { "txt:hello", "text:..." },
    { "", "text:..." },
  };

  g_test_summary ("Who writes plain words is told how they become a key");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_key_text_parse (bad[i].text, KAD_KEY_USE_RECORD, FALSE, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      g_assert_nonnull (strstr (error->message, bad[i].words));
    }
}

static void
assert_longest (KadKeyUse use, gsize max)
{
  g_autofree char *digits = g_strnfill (2 * max, 'a');
  g_autofree char *longest = g_strconcat ("hex:", digits, NULL);
  g_autofree char *longer = g_strconcat ("hex:", digits, "aa", NULL);
  g_autoptr (GBytes) key = kad_key_text_parse (longest, use, FALSE, NULL);

  g_assert_cmpuint (g_bytes_get_size (key), ==, max);
  assert_refused (longer, use);
}

static void
test_lengths_are_bounded (void)
{
  g_autofree char *name = g_strnfill (KAD_MAX_KEY_PREIMAGE_BYTES - 1, 'n');
  g_autofree char *longest = g_strconcat ("/", name, NULL);
  g_autofree char *longer = g_strconcat ("/n", name, NULL);
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *huge = g_strconcat ("text:", filler, NULL);
  g_autoptr (GBytes) key = kad_key_text_parse (longest, KAD_KEY_USE_RECORD, FALSE, NULL);

  g_test_summary ("Keys have at most 1024 bytes, provider keys 80");

  g_assert_cmpuint (g_bytes_get_size (key), ==, KAD_MAX_KEY_PREIMAGE_BYTES);
  assert_refused (longer, KAD_KEY_USE_RECORD);
  assert_refused (longest, KAD_KEY_USE_PROVIDER);
  assert_longest (KAD_KEY_USE_RECORD, KAD_MAX_KEY_PREIMAGE_BYTES);
  assert_longest (KAD_KEY_USE_TARGET, KAD_MAX_KEY_PREIMAGE_BYTES);
  assert_longest (KAD_KEY_USE_PROVIDER, KAD_MAX_PROVIDER_KEY_BYTES);
  for (guint use = 0; use < USES; use++)
    assert_refused (huge, (KadKeyUse) use);
}

static void
test_hostile_text (void)
{
  static const char *const texts[] = { CID_V1,
                                       PEER,
                                       "hex:00ff0a",
                                       "base64:aGVsbG8h",
                                       "text:hello",
                                       "/v/hello",
                                       "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);

  g_test_summary ("Whatever is changed in a text, it is a key of bounded length or an error");

  for (guint round = 0; round < 6000; round++)
    {
      const char *text = texts[round % G_N_ELEMENTS (texts)];
      KadKeyUse use = (KadKeyUse) (round / 7 % USES);
      g_autoptr (GBytes) changed = mutate (rand, (const guint8 *) text, strlen (text));
      g_autofree char *copy
          = g_strndup (g_bytes_get_data (changed, NULL), g_bytes_get_size (changed));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) key = kad_key_text_parse (copy, use, FALSE, &error);

      if (key == NULL)
        {
          g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      g_assert_cmpuint (g_bytes_get_size (key), >, 0);
      g_assert_cmpuint (g_bytes_get_size (key), <=,
                        use == KAD_KEY_USE_PROVIDER ? KAD_MAX_PROVIDER_KEY_BYTES
                                                    : KAD_MAX_KEY_PREIMAGE_BYTES);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-text/text", test_text);
  g_test_add_func ("/key-text/namespaces", test_namespaces);
  g_test_add_func ("/key-text/hex", test_hex);
  g_test_add_func ("/key-text/base64", test_base64);
  g_test_add_func ("/key-text/cids", test_cids);
  g_test_add_func ("/key-text/peer-ids", test_peer_ids);
  g_test_add_func ("/key-text/peer-id-as-cid", test_peer_id_as_cid);
  g_test_add_func ("/key-text/multihashes", test_multihashes);
  g_test_add_func ("/key-text/refuses-other-words", test_refuses_other_words);
  g_test_add_func ("/key-text/words-are-told-how", test_words_are_told_how);
  g_test_add_func ("/key-text/lengths-are-bounded", test_lengths_are_bounded);
  g_test_add_func ("/key-text/hostile-text", test_hostile_text);
  return g_test_run ();
}
