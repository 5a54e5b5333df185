/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-provider-key.h"

#include <string.h>

static void
test_members_keep_their_order (void)
{
  KadProviderKey *key = kad_provider_key_new ((const guint8 *) "key", 3);
  const guint32 expected[] = { 4, 0, 5, 1, 2, 3 };
  guint index;

  g_test_summary ("From one member to many and back, in the order of insertion places");

  kad_provider_key_insert (key, 0, (KadProviderMember){ 0, 100 });
  g_assert_true (kad_provider_key_find (key, 0, &index));
  g_assert_false (kad_provider_key_find (key, 1, &index));
  kad_provider_key_insert (key, 1, (KadProviderMember){ 1, 101 });
  kad_provider_key_insert (key, 2, (KadProviderMember){ 2, 102 });
  kad_provider_key_insert (key, 3, (KadProviderMember){ 3, 103 });
  kad_provider_key_insert (key, 0, (KadProviderMember){ 4, 104 });
  kad_provider_key_insert (key, 2, (KadProviderMember){ 5, 105 });

  g_assert_cmpuint (key->n_members, ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      g_assert_cmpuint (kad_provider_key_get_members (key)[i].peer, ==, expected[i]);
      g_assert_cmpuint (kad_provider_key_get_members (key)[i].record, ==, 100 + expected[i]);
      g_assert_true (kad_provider_key_find (key, expected[i], &index));
      g_assert_cmpuint (index, ==, i);
    }

  while (key->n_members > 1)
    kad_provider_key_remove (key, 0);
  g_assert_cmpuint (kad_provider_key_get_members (key)[0].peer, ==, 3);
  kad_provider_key_remove (key, 0);
  kad_provider_key_insert (key, 0, (KadProviderMember){ 9, 9 });
  g_assert_cmpuint (kad_provider_key_get_members (key)[0].peer, ==, 9);
  kad_provider_key_free (key);
}

static void
test_a_lone_member_comes_and_goes (void)
{
  KadProviderKey *key = kad_provider_key_new ((const guint8 *) "k", 1);
  guint index = 7;

  g_test_summary ("One member needs no list");

  kad_provider_key_insert (key, 0, (KadProviderMember){ 1, 2 });
  kad_provider_key_remove (key, 0);
  g_assert_false (kad_provider_key_find (key, 1, &index));
  kad_provider_key_insert (key, 0, (KadProviderMember){ 3, 4 });
  g_assert_true (kad_provider_key_find (key, 3, &index));
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpuint (key->capacity, ==, 0);
  kad_provider_key_free (key);
}

static void
test_the_point_is_the_hash_of_the_bytes (void)
{
  guint8 bytes[KAD_MAX_PROVIDER_KEY_BYTES];
  KadKey point, expected;

  g_test_summary ("A key of every length that is allowed is hashed whole");

  memset (bytes, 0x5a, sizeof bytes);
  for (gsize len = 1; len <= sizeof bytes; len++)
    {
      KadProviderKey *key = kad_provider_key_new (bytes, len);

      kad_key_init (&expected, bytes, len);
      kad_provider_key_get_point (key, &point);
      g_assert_true (kad_key_equal (&point, &expected));
      kad_provider_key_free (key);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/provider-key/order", test_members_keep_their_order);
  g_test_add_func ("/dht/provider-key/lone", test_a_lone_member_comes_and_goes);
  g_test_add_func ("/dht/provider-key/point", test_the_point_is_the_hash_of_the_bytes);
  return g_test_run ();
}
