/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CVE-2020-10937 and "Total Eclipse": seats of the routing table, won by making ids and by
 * cutting connections. */
#include "test-network.h"

#define ATTACKERS 1000

static KadRoutingTable *
get_table (Network *net)
{
  return kad_engine_get_table (net->engine);
}

static gboolean
has_seat (Network *net, guint32 n)
{
  KadPeerId peer = make_peer (n);

  return kad_routing_table_find (get_table (net), &peer) != NULL;
}

/* Comes, says that it serves, and answers whatever it is asked. */
static void
come (Network *net, guint32 n, const char *address)
{
  g_autoptr (KadPeerInfo) info = make_info (n, address);
  KadOutput output;

  network_connect (net, n);
  kad_engine_peer_identified (net->engine, info, TRUE, net->now_us);
  while (network_take (net, KAD_OUTPUT_SEND, n, &output))
    {
      g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

      kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
      kad_output_clear (&output);
    }
}

typedef enum
{
  IP4,
  IP6,
  IP6_MAPPED,
  NAT64,
  LOOPBACK,
} Group;

/* One of a thousand in the group. */
static char *
write_address (Group group, guint i)
{
  guint high = i / 250, low = 1 + i % 250;

  switch (group)
    {
    case IP4:
      return g_strdup_printf ("/ip4/8.8.%u.%u/tcp/4001", high, low);
    case IP6:
      return g_strdup_printf ("/ip6/2a00:1450:%x::%x/tcp/4001", high, low);
    case IP6_MAPPED:
      return g_strdup_printf ("/ip6/::ffff:8.8.%u.%u/tcp/4001", high, low);
    case NAT64:
      return g_strdup_printf ("/ip6/64:ff9b::8.8.%u.%u/tcp/4001", high, low);
    default:
      return g_strdup_printf ("/ip4/127.0.%u.%u/tcp/4001", high, low);
    }
}

static void
come_from_one_group (Network *net, Group group)
{
  for (guint32 i = 0; i < ATTACKERS; i++)
    {
      g_autofree char *address = write_address (group, i);

      come (net, 10000 + i, address);
      network_disconnect (net, 10000 + i);
      network_forget (net);
    }
}

static guint
count_seats (Network *net, guint *most_in_a_bucket)
{
  guint in_bucket[KAD_KEY_BITS] = { 0 };
  guint n = 0;

  *most_in_a_bucket = 0;
  for (guint32 i = 0; i < ATTACKERS; i++)
    {
      KadPeerId peer = make_peer (10000 + i);
      const KadTableEntry *entry = kad_routing_table_find (get_table (net), &peer);

      if (entry == NULL)
        continue;
      n++;
      in_bucket[entry->bucket]++;
      *most_in_a_bucket = MAX (*most_in_a_bucket, in_bucket[entry->bucket]);
    }
  return n;
}

static void
test_one_group_gets_three_seats (void)
{
  g_test_summary ("1,000 ids from one IPv4 /16 or IPv6 /32, also one that hides in IPv6: three "
                  "seats, two in a bucket, and others still get theirs");
  for (Group group = IP4; group < LOOPBACK; group++)
    {
      KadEngineConfig config = { .mode = KAD_MODE_SERVER, .public_addresses_only = TRUE };
      g_autoptr (Network) net = network_new_with (&config);
      guint in_bucket, n;

      come_from_one_group (net, group);
      n = count_seats (net, &in_bucket);
      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (n, <=, 3);
      g_assert_cmpuint (in_bucket, <=, 2);
      for (guint32 j = 1; j <= 10; j++)
        {
          g_autofree char *address = g_strdup_printf ("/ip4/%u.1.1.1/tcp/4001", 20 + j);

          come (net, j, address);
          g_assert_true (has_seat (net, j));
        }
    }
}

static void
test_limits_are_the_settable_ones (void)
{
  KadLimits limits;
  KadEngineConfig config
      = { .mode = KAD_MODE_SERVER, .public_addresses_only = TRUE, .limits = &limits };
  guint in_bucket;

  g_test_summary ("ip-group-per-table and ip-group-per-bucket say how many");
  kad_limits_init (&limits);
  g_assert_true (kad_limits_set (&limits, "ip-group-per-table", 7, NULL));
  g_assert_true (kad_limits_set (&limits, "ip-group-per-bucket", 1, NULL));
  {
    g_autoptr (Network) net = network_new_with (&config);

    come_from_one_group (net, IP4);
    g_assert_cmpuint (count_seats (net, &in_bucket), <=, 7);
    g_assert_cmpuint (in_bucket, ==, 1);
  }
}

static void
test_loopback_is_free_unless_one_says_so (void)
{
  KadLimits limits;
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .limits = &limits };
  guint in_bucket;

  g_test_summary ("a network on loopback fills its table; with ip-group-local it is one group");
  kad_limits_init (&limits);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Network) net = NULL;

      g_assert_true (kad_limits_set (&limits, "ip-group-local", i, NULL));
      net = network_new_with (&config);
      come_from_one_group (net, LOOPBACK);
      if (i == 0)
        g_assert_cmpuint (count_seats (net, &in_bucket), >, 60);
      else
        g_assert_cmpuint (count_seats (net, &in_bucket), <=, 3);
    }
}

static void
test_who_was_not_checked_has_no_seat (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("1,000 that connect and never answer: nobody enters");
  for (guint32 i = 1; i <= ATTACKERS; i++)
    {
      network_connect (net, i);
      network_identify (net, i, TRUE);
      network_disconnect (net, i);
    }
  network_advance (net, 60 * SECOND);
  g_assert_cmpuint (kad_routing_table_get_size (get_table (net)), ==, 0);
}

/* Numbers of peers in the bucket of @prefix bits in common with us. */
static GArray *
find_peers_of_bucket (Network *net, guint bucket, guint n, guint32 first)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  KadKey local;

  kad_key_init_from_peer (&local, &net->local);
  for (guint32 i = first; numbers->len < n; i++)
    {
      KadPeerId peer = make_peer (i);
      KadKey key;

      kad_key_init_from_peer (&key, &peer);
      if (kad_key_common_prefix (&local, &key) == bucket)
        g_array_append_val (numbers, i);
    }
  return numbers;
}

static void
come_here (Network *net, guint32 n)
{
  g_autofree char *address
      = g_strdup_printf ("/ip4/10.%u.%u.%u/tcp/4001", n >> 16 & 255, n >> 8 & 255, n & 255);

  come (net, n, address);
}

/* Time in which everybody is there who is dialled, and answers. */
static void
live_for (Network *net, gint64 duration_us)
{
  gint64 until_us = net->now_us + duration_us;
  KadOutput output;

  while (net->now_us < until_us)
    {
      network_advance (net, 2 * SECOND);
      while (network_take (net, KAD_OUTPUT_DIAL, 0, &output))
        {
          kad_engine_peer_connected (net->engine, &output.peer, net->now_us);
          kad_output_clear (&output);
        }
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          g_autoptr (KadMessage) reply
              = kad_message_new (kad_message_get_message_type (output.message), NULL);

          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
          kad_output_clear (&output);
        }
      g_ptr_array_set_size (net->events, 0);
    }
}

static void
check_old_ones_stay (guint bucket, guint n_old)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GArray) old = find_peers_of_bucket (net, bucket, n_old, 1);
  g_autoptr (GArray) new = find_peers_of_bucket (net, bucket, 60, 1000000);

  for (guint i = 0; i < old->len; i++)
    come_here (net, g_array_index (old, guint32, i));
  /* Their connections are cut, which costs nobody a seat. */
  for (guint i = 0; i < old->len; i++)
    network_disconnect (net, g_array_index (old, guint32, i));
  network_forget (net);
  for (guint i = 0; i < new->len; i++)
    {
      come_here (net, g_array_index (new, guint32, i));
      if (i % 10 == 0)
        live_for (net, 11 * 60 * SECOND);
    }
  for (guint i = 0; i < old->len; i++)
    g_assert_true (has_seat (net, g_array_index (old, guint32, i)));
  g_assert_cmpuint (kad_routing_table_get_bucket_size (get_table (net), bucket), ==, KAD_K);
}

static void
test_old_live_peers_keep_their_seats (void)
{
  g_test_summary ("60 newcomers at a full bucket, old ones cut off but alive: all of them stay");
  check_old_ones_stay (0, KAD_K);
}

static void
test_close_buckets_keep_theirs (void)
{
  g_test_summary ("the same at a bucket near us, which is full, and at one that is not");
  check_old_ones_stay (6, KAD_K);
  check_old_ones_stay (7, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/CVE-2020-10937/one-group", test_one_group_gets_three_seats);
  g_test_add_func ("/security/CVE-2020-10937/settable", test_limits_are_the_settable_ones);
  g_test_add_func ("/security/CVE-2020-10937/loopback", test_loopback_is_free_unless_one_says_so);
  g_test_add_func ("/security/CVE-2020-10937/checked-first", test_who_was_not_checked_has_no_seat);
  g_test_add_func ("/security/CVE-2020-10937/old-live-peers", test_old_live_peers_keep_their_seats);
  g_test_add_func ("/security/CVE-2020-10937/close-buckets", test_close_buckets_keep_theirs);
  return g_test_run ();
}
