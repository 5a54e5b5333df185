/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* The serving side, request by request, against wire-facts 2.5. */

static KadMessage *
serve (Network *net, guint32 from, KadMessage *request, GError **error)
{
  g_autoptr (KadMessage) owned = request;
  KadPeerId peer = make_peer (from);

  return kad_engine_handle_request (net->engine, &peer, owned, net->now_us, error);
}

static void
refused (Network *net, guint32 from, KadMessage *request, KadError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (serve (net, from, request, &error));
  g_assert_error (error, KAD_ERROR, (int) code);
}

static GBytes *
peer_key (guint32 n)
{
  KadPeerId peer = make_peer (n);

  return kad_peer_id_to_bytes (&peer);
}

static KadMessage *
request (KadMessageType type, const char *key)
{
  g_autoptr (GBytes) bytes = text_bytes (key);

  return kad_message_new (type, bytes);
}

static KadMessage *
put (const char *key, const char *record_key, const char *value)
{
  KadMessage *message = request (KAD_MESSAGE_PUT_VALUE, key);
  g_autoptr (GBytes) record_bytes = text_bytes (record_key);
  g_autoptr (GBytes) value_bytes = text_bytes (value);
  g_autoptr (KadRecord) record = kad_record_new (record_bytes, value_bytes, "not a time");

  kad_message_set_record (message, record);
  return message;
}

static gboolean
names (KadMessage *reply, guint32 n)
{
  KadPeerId peer = make_peer (n);

  for (guint i = 0; i < kad_message_get_n_closer (reply); i++)
    {
      if (kad_peer_id_equal (kad_peer_info_get_peer (kad_message_get_closer (reply, i)), &peer))
        return TRUE;
    }
  return FALSE;
}

static void
test_find_node (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (GError) error = NULL;
  KadKey target, last, key;

  g_test_summary ("the 20 closest, nearest first, without the requester and ourselves");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  for (guint32 i = 1; i <= 40; i++)
    network_add_server (net, i);
  reply = serve (net, 5, request (KAD_MESSAGE_FIND_NODE, "somewhere"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kad_message_get_n_closer (reply), ==, 20);
  g_assert_null (kad_message_get_key (reply));
  g_assert_false (names (reply, 5));
  g_assert_false (names (reply, 0));
  kad_key_init (&target, (const guint8 *) "somewhere", 9);
  for (guint i = 0; i < 20; i++)
    {
      kad_key_init_from_peer (&key, kad_peer_info_get_peer (kad_message_get_closer (reply, i)));
      if (i > 0)
        g_assert_cmpint (kad_key_compare_distance (&target, &last, &key), <, 0);
      last = key;
    }
}

static KadConnectionType
connection_of (KadMessage *reply, guint32 n)
{
  KadPeerId peer = make_peer (n);

  for (guint i = 0; i < kad_message_get_n_closer (reply); i++)
    {
      KadPeerInfo *info = kad_message_get_closer (reply, i);

      if (kad_peer_id_equal (kad_peer_info_get_peer (info), &peer))
        return kad_peer_info_get_connection (info);
    }
  g_assert_not_reached ();
}

static void
test_connections_are_told (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) before = NULL;
  g_autoptr (KadMessage) after = NULL;

  g_test_summary ("Replies say with whom we are connected, and only 0 or 1 (rule 6)");
  network_add_server (net, 1);
  network_add_server (net, 2);
  before = serve (net, 9, request (KAD_MESSAGE_FIND_NODE, "somewhere"), NULL);
  g_assert_cmpint (connection_of (before, 1), ==, KAD_CONNECTION_CONNECTED);
  network_disconnect (net, 1);
  after = serve (net, 9, request (KAD_MESSAGE_FIND_NODE, "somewhere"), NULL);
  g_assert_cmpint (connection_of (after, 1), ==, KAD_CONNECTION_NOT_CONNECTED);
  g_assert_cmpint (connection_of (after, 2), ==, KAD_CONNECTION_CONNECTED);
  /* What was given away is not changed. */
  g_assert_cmpint (connection_of (before, 1), ==, KAD_CONNECTION_CONNECTED);
}

static void
test_find_node_of_a_peer (void)
{
  g_autoptr (Network) net = network_new ();
  struct
  {
    guint32 target;
    gboolean named;
  } cases[] = { { 0, TRUE }, { 1, TRUE }, { 2, TRUE }, { 3, TRUE }, { 99, FALSE } };

  g_test_summary ("the target comes first if we know where it is: ourselves, the requester, a "
                  "client, a server; once");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  network_add_server (net, 1);
  network_add_server (net, 3);
  network_connect (net, 2);
  network_identify (net, 2, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) key = peer_key (cases[i].target);
      g_autoptr (KadMessage) reply
          = serve (net, 1, kad_message_new (KAD_MESSAGE_FIND_NODE, key), NULL);
      guint n = 0;

      g_assert_nonnull (reply);
      g_assert_cmpint (names (reply, cases[i].target), ==, cases[i].named);
      for (guint j = 0; j < kad_message_get_n_closer (reply); j++)
        {
          KadPeerInfo *info = kad_message_get_closer (reply, j);
          KadPeerId id = make_peer (cases[i].target);

          g_assert_cmpuint (kad_peer_info_get_n_addresses (info), >, 0);
          if (kad_peer_id_equal (kad_peer_info_get_peer (info), &id))
            {
              g_assert_cmpuint (j, ==, 0);
              n++;
            }
        }
      g_assert_cmpuint (n, ==, cases[i].named ? 1 : 0);
    }
}

static void
test_target_says_whether_connected (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("R6: of the target, too, a reply says whether we are connected with it now");
  network_add_server (net, 1);
  network_connect (net, 2);
  network_identify (net, 2, FALSE);
  network_add_server (net, 3);
  for (guint round = 0; round < 2; round++)
    {
      for (guint32 target = 2; target <= 3; target++)
        {
          g_autoptr (GBytes) key = peer_key (target);
          g_autoptr (KadMessage) reply
              = serve (net, 1, kad_message_new (KAD_MESSAGE_FIND_NODE, key), NULL);

          g_assert_nonnull (reply);
          g_assert_cmpint (connection_of (reply, target), ==,
                           round == 0 ? KAD_CONNECTION_CONNECTED : KAD_CONNECTION_NOT_CONNECTED);
        }
      network_disconnect (net, 2);
      network_disconnect (net, 3);
    }
}

static void
test_put_and_get_value (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) stored = NULL;
  g_autoptr (KadMessage) got = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) value = text_bytes ("v");
  KadWallTime time;

  g_test_summary ("the reply carries the record as it was put; what is served is stamped");
  network_add_server (net, 7);
  stored = serve (net, 5, put ("k", "k", "v"), &error);
  g_assert_no_error (error);
  g_assert_cmpint (kad_message_get_message_type (stored), ==, KAD_MESSAGE_PUT_VALUE);
  g_assert_cmpuint (kad_message_get_n_closer (stored), ==, 0);
  g_assert_cmpstr (kad_record_get_time_received (kad_message_get_record (stored)), ==,
                   "not a time");
  g_assert_nonnull (network_find_event (net, KAD_EVENT_RECORD_STORED, 0));

  got = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "k"), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (kad_record_get_value (kad_message_get_record (got)), value));
  g_assert_true (kad_wall_time_parse_rfc3339 (
      kad_record_get_time_received (kad_message_get_record (got)), &time));
  g_assert_cmpint (time.unix_us, ==, G_GINT64_CONSTANT (1700000000) * SECOND);
  g_assert_true (names (got, 7));
}

static void
test_a_record_expires (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) before = NULL;
  g_autoptr (KadMessage) after = NULL;

  g_test_summary ("48 hours, to the second");
  kad_message_unref (serve (net, 5, put ("k", "k", "v"), NULL));
  network_advance (net, 48 * KAD_USEC_PER_HOUR - SECOND);
  before = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "k"), NULL);
  g_assert_nonnull (kad_message_get_record (before));
  network_advance (net, SECOND);
  after = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "k"), NULL);
  g_assert_null (kad_message_get_record (after));
}

static guint
select_greatest (gpointer self, GBytes *key, GBytes *const *values, guint n_values)
{
  guint best = 0;

  for (guint i = 1; i < n_values; i++)
    best = g_bytes_compare (values[i], values[best]) > 0 ? i : best;
  return best;
}

static gboolean valid_now = TRUE;

static gboolean
validate_while_asked (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  if (!valid_now)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "Not any more");
  return valid_now;
}

static const KadValidatorClass greatest_class
    = { .validate = validate_while_asked, .select = select_greatest };

static void
test_only_valid_and_better_records_are_kept (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .validators = validators };
  g_autoptr (Network) net = NULL;
  g_autoptr (KadMessage) got = NULL;
  g_autoptr (GBytes) best = text_bytes ("2");

  g_test_summary ("worse, foreign, keyless and unvalidated records reset; one that became invalid "
                  "is not served");
  kad_validators_add (validators, "v", &greatest_class, NULL);
  net = network_new_with (&config);
  valid_now = TRUE;
  kad_message_unref (serve (net, 5, put ("/v/k", "/v/k", "2"), NULL));
  refused (net, 5, put ("/v/k", "/v/k", "1"), KAD_ERROR_OLDER_RECORD);
  refused (net, 5, put ("/v/k", "/v/other", "3"), KAD_ERROR_INVALID_RECORD);
  refused (net, 5, put ("/no/k", "/no/k", "3"), KAD_ERROR_INVALID_RECORD);
  refused (net, 5, request (KAD_MESSAGE_PUT_VALUE, "/v/k"), KAD_ERROR_INVALID_RECORD);
  refused (net, 5, kad_message_new (KAD_MESSAGE_PUT_VALUE, NULL), KAD_ERROR_INVALID_KEY);
  /* The same again is no worse. */
  kad_message_unref (serve (net, 5, put ("/v/k", "/v/k", "2"), NULL));
  got = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "/v/k"), NULL);
  g_assert_true (g_bytes_equal (kad_record_get_value (kad_message_get_record (got)), best));
  valid_now = FALSE;
  g_clear_pointer (&got, kad_message_unref);
  got = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "/v/k"), NULL);
  g_assert_null (kad_message_get_record (got));
  valid_now = TRUE;
  g_clear_pointer (&got, kad_message_unref);
  got = serve (net, 6, request (KAD_MESSAGE_GET_VALUE, "/v/k"), NULL);
  g_assert_null (kad_message_get_record (got));
}

static KadMessage *
add_provider (const char *key, guint32 provider, gboolean with_address)
{
  KadMessage *message = request (KAD_MESSAGE_ADD_PROVIDER, key);

  kad_message_take_provider (message,
                             with_address ? peer_info (provider) : make_info (provider, NULL));
  return message;
}

static void
test_providers (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) got = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *long_key = g_strnfill (KAD_MAX_PROVIDER_KEY_BYTES + 1, 'k');

  g_test_summary ("a sender announces itself with an address; no reply; others are refused");
  g_assert_null (serve (net, 5, add_provider ("key", 5, TRUE), &error));
  g_assert_no_error (error);
  g_assert_nonnull (network_find_event (net, KAD_EVENT_PROVIDER_STORED, 0));
  refused (net, 5, add_provider ("key", 6, TRUE), KAD_ERROR_PROTOCOL);
  refused (net, 5, add_provider ("key", 5, FALSE), KAD_ERROR_PROTOCOL);
  refused (net, 5, request (KAD_MESSAGE_ADD_PROVIDER, "key"), KAD_ERROR_PROTOCOL);
  refused (net, 5, add_provider ("", 5, TRUE), KAD_ERROR_INVALID_KEY);
  refused (net, 5, add_provider (long_key, 5, TRUE), KAD_ERROR_INVALID_KEY);
  refused (net, 5, request (KAD_MESSAGE_GET_PROVIDERS, long_key), KAD_ERROR_INVALID_KEY);
  refused (net, 5, kad_message_new (KAD_MESSAGE_GET_PROVIDERS, NULL), KAD_ERROR_INVALID_KEY);

  network_add_server (net, 7);
  got = serve (net, 6, request (KAD_MESSAGE_GET_PROVIDERS, "key"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kad_message_get_n_providers (got), ==, 1);
  assert_peer (kad_message_get_provider (got, 0), 5);
  g_assert_true (names (got, 7));
}

static void
test_many_providers_fit_a_reply (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) first = NULL;
  g_autoptr (KadMessage) second = NULL;
  gboolean same = TRUE;

  g_test_summary ("of 200 at most 100 are served, and not the same ones each time");
  for (guint32 i = 1; i <= 200; i++)
    g_assert_null (serve (net, i, add_provider ("key", i, TRUE), NULL));
  first = serve (net, 6, request (KAD_MESSAGE_GET_PROVIDERS, "key"), NULL);
  second = serve (net, 6, request (KAD_MESSAGE_GET_PROVIDERS, "key"), NULL);
  g_assert_cmpuint (kad_message_get_n_providers (first), ==, 100);
  g_assert_cmpuint (kad_message_get_n_providers (second), ==, 100);
  for (guint i = 0; i < 100; i++)
    same &= kad_peer_id_equal (kad_peer_info_get_peer (kad_message_get_provider (first, i)),
                               kad_peer_info_get_peer (kad_message_get_provider (second, i)));
  g_assert_false (same);
}

static void
test_ping_is_answered_bare (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) reply = NULL;
  KadMessage *ping = request (KAD_MESSAGE_PING, "stuffed");

  g_test_summary ("nothing that a requester stuffed into a PING comes back");
  kad_message_take_closer (ping, peer_info (9));
  kad_message_take_provider (ping, peer_info (9));
  reply = serve (net, 5, ping, NULL);
  g_assert_cmpint (kad_message_get_message_type (reply), ==, KAD_MESSAGE_PING);
  g_assert_null (kad_message_get_key (reply));
  g_assert_cmpuint (kad_message_get_n_closer (reply), ==, 0);
  g_assert_cmpuint (kad_message_get_n_providers (reply), ==, 0);
}

static void
test_keyless_requests_are_refused (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("FIND_NODE and GET_VALUE without a key, or with an empty one, reset");
  refused (net, 5, kad_message_new (KAD_MESSAGE_FIND_NODE, NULL), KAD_ERROR_INVALID_KEY);
  refused (net, 5, request (KAD_MESSAGE_FIND_NODE, ""), KAD_ERROR_INVALID_KEY);
  refused (net, 5, kad_message_new (KAD_MESSAGE_GET_VALUE, NULL), KAD_ERROR_INVALID_KEY);
  refused (net, 5, request (KAD_MESSAGE_GET_VALUE, ""), KAD_ERROR_INVALID_KEY);
}

static void
test_a_client_serves_nobody (void)
{
  KadEngineConfig config = { .mode = KAD_MODE_CLIENT };
  KadEngineConfig unreached = { .mode = KAD_MODE_AUTO };
  g_autoptr (Network) client = network_new_with (&config);
  g_autoptr (Network) automatic = network_new_with (&unreached);
  g_autoptr (KadMessage) reply = NULL;

  g_test_summary ("client: never; auto: as soon as others reach it; both say when they change");
  refused (client, 5, request (KAD_MESSAGE_FIND_NODE, "k"), KAD_ERROR_NOT_SUPPORTED);
  refused (automatic, 5, request (KAD_MESSAGE_FIND_NODE, "k"), KAD_ERROR_NOT_SUPPORTED);
  kad_engine_set_reachable (client->engine, TRUE, client->now_us);
  kad_engine_set_reachable (automatic->engine, TRUE, automatic->now_us);
  refused (client, 5, request (KAD_MESSAGE_FIND_NODE, "k"), KAD_ERROR_NOT_SUPPORTED);
  g_assert_null (network_find_event (client, KAD_EVENT_MODE_CHANGED, 0));
  g_assert_nonnull (network_find_event (automatic, KAD_EVENT_MODE_CHANGED, 0));
  reply = serve (automatic, 5, request (KAD_MESSAGE_FIND_NODE, "k"), NULL);
  g_assert_nonnull (reply);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/engine-server/find-node", test_find_node);
  g_test_add_func ("/dht/rule-06-connections-are-told", test_connections_are_told);
  g_test_add_func ("/dht/engine-server/find-node-of-a-peer", test_find_node_of_a_peer);
  g_test_add_func ("/dht/engine-server/put-and-get-value", test_put_and_get_value);
  g_test_add_func ("/dht/engine-server/a-record-expires", test_a_record_expires);
  g_test_add_func ("/dht/engine-server/valid-and-better",
                   test_only_valid_and_better_records_are_kept);
  g_test_add_func ("/dht/engine-server/providers", test_providers);
  g_test_add_func ("/dht/engine-server/many-providers", test_many_providers_fit_a_reply);
  g_test_add_func ("/dht/engine-server/ping", test_ping_is_answered_bare);
  g_test_add_func ("/dht/engine-server/keyless", test_keyless_requests_are_refused);
  g_test_add_func ("/dht/engine-server/target-says-whether-connected",
                   test_target_says_whether_connected);
  g_test_add_func ("/dht/engine-server/modes", test_a_client_serves_nobody);
  return g_test_run ();
}
