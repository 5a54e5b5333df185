/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kubo #1226, #4343, #8585, #10327 and rust-libp2p #3370: on the public network no address that is
 * not global is stored, emitted or dialled because others named it. */
#include "test-network.h"

static const char *const forms[] = {
  "/ip4/0.0.0.0/tcp/4001",
  "/ip4/0.1.2.3/tcp/4001",
  "/ip4/10.0.0.1/tcp/4001",
  "/ip4/10.255.255.255/udp/4001/quic-v1",
  "/ip4/100.64.0.1/tcp/4001",
  "/ip4/100.127.255.254/tcp/4001",
  "/ip4/127.0.0.1/tcp/4001",
  "/ip4/127.255.0.1/tcp/4001",
  "/ip4/169.254.0.1/tcp/4001",
  "/ip4/169.254.169.254/tcp/8080",
  "/ip4/172.16.0.1/tcp/4001",
  "/ip4/172.31.255.255/tcp/4001",
  "/ip4/192.0.0.1/tcp/4001",
  "/ip4/192.0.2.1/tcp/4001",
  "/ip4/192.88.99.1/tcp/4001",
  "/ip4/192.168.0.1/tcp/4001",
  "/ip4/198.18.0.1/tcp/4001",
  "/ip4/198.51.100.1/tcp/4001",
  "/ip4/203.0.113.1/tcp/4001",
  "/ip4/224.0.0.1/tcp/4001",
  "/ip4/239.255.255.250/udp/1900",
  "/ip4/240.0.0.1/tcp/4001",
  "/ip4/255.255.255.255/tcp/4001",
  "/ip6/::/tcp/4001",
  "/ip6/::1/tcp/4001",
  "/ip6/::ffff:10.0.0.1/tcp/4001",
  "/ip6/::ffff:127.0.0.1/tcp/4001",
  "/ip6/::ffff:169.254.169.254/tcp/8080",
  "/ip6/64:ff9b::192.168.0.1/tcp/4001",
  "/ip6/2002:0a00:0001::1/tcp/4001",
  "/ip6/2001:0:1:2:3:4:80ff:fffe/tcp/4001",
  "/ip6/2001:db8::1/tcp/4001",
  "/ip6/3fff::1/tcp/4001",
  "/ip6/fc00::1/tcp/4001",
  "/ip6/fd12:3456:789a::1/tcp/4001",
  "/ip6/fe80::1/tcp/4001",
  "/ip6zone/eth0/ip6/fe80::1/tcp/4001",
  "/ip6/fec0::1/tcp/4001",
  "/ip6/ff02::1/udp/5353",
  "/ip6/4000::1/tcp/4001",
  "/dns4/localhost/tcp/4001",
  "/dns/printer.local/tcp/4001",
  "/dns6/box.home.arpa/tcp/4001",
  "/dns/metadata.google.internal/tcp/8080",
  "/dns4/10.0.0.1/tcp/4001",
  "/dns4/x.invalid/tcp/4001",
  "/memory/1",
  "/unix/run%2Fsocket",
  "/ip4/10.0.0.1/tcp/4001/ws",
  "/ip4/192.168.0.1/tcp/4001/tls/sni/example.com/ws",
  "/ip6/::1/tcp/4001/wss",
  "/dns4/localhost/tcp/4001/wss",
  "/dns/10.0.0.1/tcp/4001/tls/ws",
  "/tls/sni/example.com/ws",
  /* Ports below 1024 belong to others. */
  "/ip4/8.8.8.8/tcp/22",
  "/ip4/8.8.8.8/tcp/25",
  "/ip4/8.8.8.8/tcp/443",
  "/ip4/8.8.8.8/udp/53",
  "/ip4/8.8.8.8/tcp/1023",
  "/ip6/2a00:1450::1/tcp/80",
  "/dns4/example.com/tcp/443/wss",
};

/* A form that this build does not parse cannot come in at all. */
static KadMultiaddr *
parse (guint i)
{
  return kad_multiaddr_new_from_string (forms[i], NULL);
}

static Network *
network_new_public (const KadLimits *limits)
{
  KadEngineConfig config
      = { .mode = KAD_MODE_SERVER, .public_addresses_only = TRUE, .limits = limits };

  return network_new_with (&config);
}

static void
add_first_peer (Network *net)
{
  g_autoptr (KadPeerInfo) info = make_info (1, "/ip4/8.8.4.4/tcp/4001");

  network_connect (net, 1);
  kad_engine_peer_identified (net->engine, info, TRUE, net->now_us);
  network_reply_found (net, 1, 0, 0);
  network_forget (net);
}

/* A peer with all forms, @first to @first + 31 of them. */
static KadPeerInfo *
make_bad_info (guint32 n, guint first)
{
  KadPeerInfo *info = make_info (n, NULL);

  for (guint i = first; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (i);

      if (address != NULL)
        kad_peer_info_add_address (info, address);
    }
  return info;
}

static void
test_there_are_enough_forms (void)
{
  guint n = 0;

  g_test_summary ("at least 50 forms are understood, so that they can be refused");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (i);

      if (address == NULL)
        g_test_message ("not parsed: %s", forms[i]);
      n += address != NULL;
    }
  g_assert_cmpuint (n, >=, 50);
}

static void
test_named_ones_are_not_dialled (void)
{
  g_autoptr (GBytes) key = text_bytes ("key");

  g_test_summary ("named as closer peer, each form alone leads to no dial");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (Network) net = network_new_public (NULL);
      g_autoptr (KadMultiaddr) address = parse (i);
      KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
      KadPeerInfo *info = make_info (2, NULL);

      if (address != NULL)
        kad_peer_info_add_address (info, address);
      kad_message_take_closer (reply, info);
      add_first_peer (net);
      network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
      network_reply (net, 1, reply);
      network_advance (net, 5 * SECOND);
      g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), ==, 0);
    }
}

static void
test_a_good_address_beside_them_is_the_only_one_dialled (void)
{
  g_autoptr (Network) net = network_new_public (NULL);
  g_autoptr (GBytes) key = text_bytes ("key");
  KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  KadPeerInfo *info = make_info (2, "/ip4/9.9.9.9/tcp/4001");
  KadOutput output;

  g_test_summary ("the dial has the one global address of all that were named");
  for (guint i = 0; i < 25; i++)
    {
      g_autoptr (KadMultiaddr) address = parse (i);

      kad_peer_info_add_address (info, address);
    }
  kad_message_take_closer (reply, info);
  add_first_peer (net);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_reply (net, 1, reply);
  g_assert_true (network_take (net, KAD_OUTPUT_DIAL, 2, &output));
  g_assert_cmpuint (kad_peer_info_get_n_addresses (output.info), ==, 1);
  kad_output_clear (&output);
}

static void
test_websocket_is_dialled_where_it_is_global (void)
{
  static const char *const good[] = {
    "/ip4/9.9.9.9/tcp/4001/ws",
    "/ip4/9.9.9.9/tcp/4001/tls/sni/example.com/ws",
    "/dns4/example.com/tcp/4001/wss",
    "/dns/example.com/tcp/4001/tls/ws",
  };
  g_autoptr (GBytes) key = text_bytes ("key");

  g_test_summary ("global addresses and names under WebSocket are dialled, each alone");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (Network) net = network_new_public (NULL);
      KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
      KadOutput output;

      kad_message_take_closer (reply, make_info (2, good[i]));
      add_first_peer (net);
      network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
      network_reply (net, 1, reply);
      g_assert_true (network_take (net, KAD_OUTPUT_DIAL, 2, &output));
      g_assert_cmpuint (kad_peer_info_get_n_addresses (output.info), ==, 1);
      kad_output_clear (&output);
    }
}

static void
test_identified_ones_are_not_stored (void)
{
  g_autoptr (Network) net = network_new_public (NULL);

  g_test_summary ("a peer that says of itself that it is there gets no seat and is not remembered");
  for (guint first = 0; first < G_N_ELEMENTS (forms); first += 20)
    {
      g_autoptr (KadPeerInfo) bad = make_bad_info (2 + first, first);
      g_autoptr (KadPeerInfo) known = NULL;
      KadPeerId peer = make_peer (2 + first);

      network_connect (net, 2 + first);
      kad_engine_peer_identified (net->engine, bad, TRUE, net->now_us);
      g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
      known = kad_engine_dup_peer_info (net->engine, &peer);
      g_assert_true (known == NULL || kad_peer_info_get_n_addresses (known) == 0);
      g_assert_null (kad_routing_table_find (kad_engine_get_table (net->engine), &peer));
    }
}

static KadMessage *
ask (Network *net, guint32 from, KadMessage *message)
{
  g_autoptr (KadMessage) owned = message;
  KadPeerId peer = make_peer (from);

  return kad_engine_handle_request (net->engine, &peer, owned, net->now_us, NULL);
}

static void
test_provided_ones_are_not_emitted (void)
{
  g_test_summary ("what a provider says of itself is not told on");
  for (guint first = 0; first < G_N_ELEMENTS (forms); first += 20)
    {
      g_autoptr (Network) net = network_new_public (NULL);
      g_autoptr (GBytes) key = text_bytes ("key");
      KadMessage *provide = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);
      g_autoptr (KadMessage) reply = NULL;

      kad_message_take_provider (provide, make_bad_info (2, first));
      g_assert_null (ask (net, 2, provide));
      reply = ask (net, 3, kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key));
      for (guint i = 0; i < kad_message_get_n_providers (reply); i++)
        g_assert_cmpuint (kad_peer_info_get_n_addresses (kad_message_get_provider (reply, i)), ==,
                          0);
    }
}

static void
test_found_providers_have_none (void)
{
  g_test_summary ("nor do they come out of a query for providers");
  for (guint first = 0; first < G_N_ELEMENTS (forms); first += 20)
    {
      g_autoptr (Network) net = network_new_public (NULL);
      g_autoptr (GBytes) key = text_bytes ("key");
      KadMessage *reply = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
      KadQueryId id;
      KadEvent *step;

      add_first_peer (net);
      id = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_GET_PROVIDERS, .key = key });
      kad_message_take_provider (reply, make_bad_info (2, first));
      network_reply (net, 1, reply);
      step = network_step (net, id, 0);
      g_assert_nonnull (step);
      g_assert_cmpuint (kad_peer_info_get_n_addresses (g_ptr_array_index (step->peers, 0)), ==, 0);
    }
}

static void
test_low_ports_by_consent (void)
{
  KadLimits limits;
  g_autoptr (Network) net = NULL;
  g_autoptr (KadPeerInfo) info = make_info (2, "/ip4/8.8.8.8/tcp/443");
  g_autoptr (KadPeerInfo) known = NULL;
  KadPeerId peer = make_peer (2);

  g_test_summary ("low-ports lets ports below 1024 in; addresses that are not global stay out");
  kad_limits_init (&limits);
  g_assert_true (kad_limits_set (&limits, "low-ports", 1, NULL));
  net = network_new_public (&limits);
  add_address (info, "/ip4/10.0.0.1/tcp/443");
  network_connect (net, 2);
  kad_engine_peer_identified (net->engine, info, TRUE, net->now_us);
  known = kad_engine_dup_peer_info (net->engine, &peer);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (known), ==, 1);
}

static void
test_our_own_low_port_is_told (void)
{
  g_autoptr (Network) net = network_new_public (NULL);
  g_autoptr (KadPeerInfo) own = NULL;

  g_test_summary ("where we listen ourselves is our own choice");
  network_listen (net, "/ip4/8.8.8.8/tcp/443");
  own = kad_engine_dup_peer_info (net->engine, &net->local);
  g_assert_nonnull (own);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (own), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/kubo-1226/forms", test_there_are_enough_forms);
  g_test_add_func ("/security/kubo-1226/not-dialled", test_named_ones_are_not_dialled);
  g_test_add_func ("/security/kubo-1226/only-the-good-one",
                   test_a_good_address_beside_them_is_the_only_one_dialled);
  g_test_add_func ("/security/kubo-1226/websocket", test_websocket_is_dialled_where_it_is_global);
  g_test_add_func ("/security/kubo-1226/not-stored", test_identified_ones_are_not_stored);
  g_test_add_func ("/security/kubo-1226/not-emitted", test_provided_ones_are_not_emitted);
  g_test_add_func ("/security/kubo-1226/not-found", test_found_providers_have_none);
  g_test_add_func ("/security/kubo-1226/low-ports", test_low_ports_by_consent);
  g_test_add_func ("/security/kubo-1226/own-port", test_our_own_low_port_is_told);
  return g_test_run ();
}
