/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-bucket.h"

#include "test-peers.h"

static void
assert_members (const KadBucket *bucket, guint n, const guint32 *members)
{
  g_assert_cmpmem (bucket->members, bucket->n_members * sizeof (guint32), members,
                   n * sizeof (guint32));
}

static gboolean
wait_for_place (KadBucket *bucket, guint32 n, gint64 now_us)
{
  g_autoptr (KadPeerInfo) info = make_info (n, NULL);

  return kad_bucket_wait (bucket, info, now_us);
}

static void
test_members_are_in_the_order_of_being_seen (void)
{
  KadBucket bucket;

  g_test_summary ("Who is touched goes to the end, who is removed leaves no gap");

  kad_bucket_init (&bucket);
  for (guint32 i = 0; i < 6; i++)
    kad_bucket_append (&bucket, i);
  kad_bucket_touch (&bucket, 0);
  kad_bucket_touch (&bucket, 3);
  kad_bucket_touch (&bucket, 3);
  assert_members (&bucket, 6, (const guint32[]){ 1, 2, 4, 5, 0, 3 });
  kad_bucket_remove (&bucket, 4);
  kad_bucket_remove (&bucket, 99);
  assert_members (&bucket, 5, (const guint32[]){ 1, 2, 5, 0, 3 });
  g_assert_cmpint (bucket.refreshed_us, ==, G_MININT64);
  kad_bucket_clear (&bucket);
}

static void
test_a_full_waiting_list_keeps_who_came_first (void)
{
  KadBucket bucket;

  g_test_summary ("Eight wait; a ninth is refused until one was not seen for an hour");

  kad_bucket_init (&bucket);
  for (guint32 i = 0; i < 8; i++)
    g_assert_true (wait_for_place (&bucket, i, 1000 + i));
  g_assert_false (wait_for_place (&bucket, 8, 1000 + 3600000000 - 1));
  g_assert_cmpuint (bucket.n_replacements, ==, 8);

  /* Number 0 is renewed, so that number 1 is now the one seen longest ago. */
  g_assert_true (wait_for_place (&bucket, 0, 2000));
  g_assert_cmpuint (bucket.n_replacements, ==, 8);
  assert_peer (bucket.replacements[7].info, 0);
  g_assert_false (wait_for_place (&bucket, 8, 1000 + 3600000000));
  g_assert_true (wait_for_place (&bucket, 8, 1001 + 3600000000));
  assert_peer (bucket.replacements[0].info, 2);
  assert_peer (bucket.replacements[7].info, 8);
  kad_bucket_clear (&bucket);
}

static void
test_who_waits_can_be_forgotten (void)
{
  KadBucket bucket;
  KadPeerId peer = make_peer (1);
  KadPeerInfo *info;

  g_test_summary ("Forgetting and stealing close the gap; unknown peers are not found");

  kad_bucket_init (&bucket);
  g_assert_false (kad_bucket_forget (&bucket, &peer));
  for (guint32 i = 0; i < 3; i++)
    g_assert_true (wait_for_place (&bucket, i, 5));
  g_assert_true (kad_bucket_forget (&bucket, &peer));
  g_assert_false (kad_bucket_forget (&bucket, &peer));
  g_assert_cmpuint (bucket.n_replacements, ==, 2);

  info = kad_bucket_steal_replacement (&bucket, 0);
  assert_peer (info, 0);
  kad_peer_info_unref (info);
  assert_peer (bucket.replacements[0].info, 2);
  kad_bucket_clear (&bucket);
}

static void
test_the_same_info_can_wait_again (void)
{
  KadBucket bucket;
  KadPeerInfo *info = make_info (1, NULL);

  g_test_summary ("Renewing with the very info that waits does not lose it");

  kad_bucket_init (&bucket);
  g_assert_true (kad_bucket_wait (&bucket, info, 1));
  kad_peer_info_unref (info);
  g_assert_true (kad_bucket_wait (&bucket, bucket.replacements[0].info, 2));
  g_assert_cmpuint (bucket.n_replacements, ==, 1);
  g_assert_cmpint (bucket.replacements[0].seen_us, ==, 2);
  assert_peer (bucket.replacements[0].info, 1);
  kad_bucket_clear (&bucket);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/bucket/order", test_members_are_in_the_order_of_being_seen);
  g_test_add_func ("/dht/bucket/waiting", test_a_full_waiting_list_keeps_who_came_first);
  g_test_add_func ("/dht/bucket/forget", test_who_waits_can_be_forgotten);
  g_test_add_func ("/dht/bucket/again", test_the_same_info_can_wait_again);
  return g_test_run ();
}
