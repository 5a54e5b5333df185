/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-preimage.h"

#include "kad-peer-id.h"
#include "test-peers.h"

static void
test_ids_fall_into_their_bucket (void)
{
  KadPeerId local = make_peer (1);
  KadRandom random;
  KadKey key;

  g_test_summary ("an id for each of the first 13 buckets, that parses as a peer id");
  kad_random_init_from_number (&random, 1);
  kad_key_init_from_peer (&key, &local);
  for (guint bucket = 0; bucket <= 12; bucket++)
    {
      g_autoptr (GBytes) id = NULL;
      KadPreimage search;
      KadPeerId peer;
      KadKey found;

      kad_preimage_init (&search, &key, bucket, &random);
      while (id == NULL)
        id = kad_preimage_search (&search, 1000);
      g_assert_cmpuint (search.n_tries, <, 40u << (bucket + 1));
      g_assert_true (kad_peer_id_init_from_bytes (&peer, g_bytes_get_data (id, NULL),
                                                  g_bytes_get_size (id), NULL));
      kad_key_init_from_peer (&found, &peer);
      g_assert_cmpuint (kad_key_common_prefix (&found, &key), ==, bucket);
    }
}

static void
test_the_work_comes_in_portions (void)
{
  KadPeerId local = make_peer (1);
  KadPreimage search;
  KadRandom random;
  KadKey key;

  g_test_summary ("a portion ends without a result, and the next one goes on from there");
  kad_random_init_from_number (&random, 2);
  kad_key_init_from_peer (&key, &local);
  kad_preimage_init (&search, &key, 99, &random);
  g_assert_cmpuint (search.bucket, ==, KAD_MAX_REFRESH_BUCKET);
  g_assert_null (kad_preimage_search (&search, 10));
  g_assert_cmpuint (search.n_tries, ==, 10);
  g_assert_null (kad_preimage_search (&search, 5));
  g_assert_cmpuint (search.n_tries, ==, 15);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/preimage/bucket", test_ids_fall_into_their_bucket);
  g_test_add_func ("/dht/preimage/portions", test_the_work_comes_in_portions);
  return g_test_run ();
}
