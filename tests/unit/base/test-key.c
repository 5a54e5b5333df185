/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key.h"

#include <math.h>
#include <string.h>

#include "test-vectors.h"

static KadKey
key_from_hex (const char *hex)
{
  g_autoptr (GBytes) bytes = from_hex (hex);
  KadKey key;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, KAD_KEY_BYTES);
  memcpy (key.bytes, g_bytes_get_data (bytes, NULL), KAD_KEY_BYTES);
  return key;
}

static KadKey
random_key (GRand *rand)
{
  KadKey key;

  for (guint i = 0; i < KAD_KEY_BYTES; i++)
    key.bytes[i] = (guint8) g_rand_int_range (rand, 0, 256);
  return key;
}

static void
test_published_points (void)
{
  g_autoptr (GBytes) multihash
      = from_hex ("1220e536c7f88d731f374dccb568aff6f56e838a19382e488039b1ca8ad2599e82fe");
  g_autofree char *of_peer = NULL;
  g_autofree char *of_content = NULL;
  KadPeerId peer;
  KadKey key;

  g_test_summary ("The two examples of the Amino specification's \"Distance\" come out");

  g_assert_true (
      kad_peer_id_parse (&peer, "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS", NULL));
  kad_key_init_from_peer (&key, &peer);
  of_peer = kad_key_to_hex (&key);
  g_assert_cmpstr (of_peer, ==, "e43d28f0996557c0d5571d75c62a57a59d7ac1d30a51ecedcdb9d5e4afa56100");
  kad_key_init (&key, g_bytes_get_data (multihash, NULL), g_bytes_get_size (multihash));
  of_content = kad_key_to_hex (&key);
  g_assert_cmpstr (of_content, ==,
                   "d623250f3f660ab4c3a53d3c97b3f6a0194c548053488d093520206248253bcb");
}

static void
test_empty_preimage (void)
{
  KadKey key;
  g_autofree char *hex = NULL;

  g_test_summary ("Nothing has a point too");

  kad_key_init (&key, NULL, 0);
  hex = kad_key_to_hex (&key);
  g_assert_cmpstr (hex, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
test_common_prefix_counts_bits (void)
{
  KadKey a = { { 0 } };

  g_test_summary ("The common prefix ends at the first bit that differs, wherever that is");

  g_assert_cmpuint (kad_key_common_prefix (&a, &a), ==, KAD_KEY_BITS);
  for (guint bit = 0; bit < KAD_KEY_BITS; bit++)
    {
      KadKey b = a;

      memset (b.bytes + bit / 8 + 1, 0xff, KAD_KEY_BYTES - bit / 8 - 1);
      b.bytes[bit / 8] = (guint8) (0xff >> bit % 8);
      g_assert_cmpuint (kad_key_common_prefix (&a, &b), ==, bit);
      g_assert_cmpuint (kad_key_common_prefix (&b, &a), ==, bit);
    }
}

static void
test_order_is_that_of_the_xor (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  g_test_summary ("Comparing distances gives the order of the XORs as numbers");

  for (guint round = 0; round < 20000; round++)
    {
      KadKey target = random_key (rand), a = random_key (rand), b = random_key (rand), x, y;
      guint same = (guint) g_rand_int_range (rand, 0, KAD_KEY_BYTES + 1);
      int order, expected;

      memcpy (b.bytes, a.bytes, same);
      kad_key_xor (&target, &a, &x);
      kad_key_xor (&target, &b, &y);
      order = kad_key_compare_distance (&target, &a, &b);
      expected = memcmp (x.bytes, y.bytes, KAD_KEY_BYTES);
      g_assert_cmpint ((order > 0) - (order < 0), ==, (expected > 0) - (expected < 0));
      g_assert_cmpint (kad_key_compare_distance (&target, &b, &a), ==, -order);
      g_assert_cmpint (order == 0, ==, kad_key_equal (&a, &b));
    }
}

static void
test_logarithm (void)
{
  KadKey zero = { { 0 } };
  KadKey one = key_from_hex ("0000000000000000000000000000000000000000000000000000000000000001");
  KadKey three = key_from_hex ("0000000000000000000000000000000000000000000000000000000000000003");
  KadKey middle = key_from_hex ("0000000000000000000000000000000100000000000000000000000000000000");
  KadKey split = key_from_hex ("0000000000000000000000000000000000000000000000018000000000000000");
  KadKey most = key_from_hex ("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

  g_test_summary ("The logarithm of the distance is exact for powers of two, and -inf for none");

  g_assert_true (isinf (kad_key_log2_distance (&one, &one)));
  g_assert_cmpfloat (kad_key_log2_distance (&one, &one), <, 0);
  g_assert_cmpfloat_with_epsilon (kad_key_log2_distance (&zero, &one), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (kad_key_log2_distance (&one, &three), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (kad_key_log2_distance (&zero, &middle), 128, 1e-9);
  g_assert_cmpfloat_with_epsilon (kad_key_log2_distance (&zero, &split), 64 + log2 (1.5), 1e-9);
  g_assert_cmpfloat_with_epsilon (kad_key_log2_distance (&zero, &most), 256, 1e-9);
}

static void
test_xor_in_place (void)
{
  KadKey a = { { 0xf0 } }, b = { { 0x3c } };

  g_test_summary ("The distance may be written over one of its points");

  kad_key_xor (&a, &b, &a);
  g_assert_cmphex (a.bytes[0], ==, 0xcc);
  g_assert_cmphex (a.bytes[31], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key/published-points", test_published_points);
  g_test_add_func ("/key/empty-preimage", test_empty_preimage);
  g_test_add_func ("/key/common-prefix-counts-bits", test_common_prefix_counts_bits);
  g_test_add_func ("/key/order-is-that-of-the-xor", test_order_is_that_of_the_xor);
  g_test_add_func ("/key/logarithm", test_logarithm);
  g_test_add_func ("/key/xor-in-place", test_xor_in_place);
  return g_test_run ();
}
