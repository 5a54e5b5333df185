/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of addresses does to a network, with a machine whose addresses the test makes up.
 * Real ones are in tests/netns. */
#include "kad-connection-private.h"
#include "kad-error.h"
#include "kad-network-testing.h"

typedef struct
{
  GMainContext *context;
  Node a; /* serves */
  Node b; /* listens on the wildcard and joins a; its machine changes */
  const char *const *machine;
} Lab;

static const char *const both[] = { "/ip4/127.0.0.1", "/ip4/10.1.2.3", NULL };
static const char *const only_other[] = { "/ip4/10.1.2.3", NULL };
static const char *const only_loopback[] = { "/ip4/127.0.0.1", NULL };
static const char *const nothing[] = { NULL };

static GPtrArray *
list_machine (gpointer user_data)
{
  Lab *lab = user_data;
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  for (guint i = 0; lab->machine[i] != NULL; i++)
    g_ptr_array_add (addresses, kad_multiaddr_new_from_string (lab->machine[i], NULL));
  return addresses;
}

static void
lab_init (Lab *lab)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  *lab = (Lab){ .context = g_main_context_new (), .machine = both };
  g_assert_cmpint (sodium_init (), >=, 0);
  g_main_context_push_thread_default (lab->context);
  node_init (&lab->a, lab->context, &(NodeSpec){ .mode = KAD_MODE_SERVER }, &error);
  g_assert_no_error (error);
  address = node_dup_address (&lab->a, TRUE);
  node_init (
      &lab->b, lab->context,
      &(NodeSpec){ .mode = KAD_MODE_SERVER, .join = address, .listen = "/ip4/0.0.0.0/tcp/0" },
      &error);
  g_assert_no_error (error);
  kad_address_watch_set_list_func (lab->b.network->address_watch, list_machine, lab);
  context_run_until (lab->context, node_count (&lab->b, KAD_EVENT_JOINED) > 0
                                       && kad_network_get_table_size (lab->a.network) == 1
                                       && node_count (&lab->a, KAD_EVENT_PEER_IDENTIFIED) > 0);
}

static void
lab_clear (Lab *lab)
{
  node_clear (&lab->b);
  node_clear (&lab->a);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

/* Another machine, and the node has seen it. */
static void
lab_change (Lab *lab, const char *const *machine)
{
  guint n = node_count (&lab->b, KAD_EVENT_ADDRESSES_CHANGED);

  lab->machine = machine;
  kad_reactor_update_now (lab->b.network->reactor);
  kad_address_watch_suspect (lab->b.network->address_watch);
  context_run_until (lab->context, node_count (&lab->b, KAD_EVENT_ADDRESSES_CHANGED) > n);
}

static gboolean
has_query (Node *node, KadQueryKind kind, guint from)
{
  for (guint i = from; i < node->events->len; i++)
    {
      KadEvent *event = node->events->pdata[i];

      if (event->type == KAD_EVENT_QUERY_STARTED && event->kind == kind)
        return TRUE;
    }
  return FALSE;
}

static void
test_orphans_end_at_once (void)
{
  Lab lab;
  KadEvent *event;
  guint n_before;

  g_test_summary ("A connection whose own address is gone ends, and says so; who is left with "
                  "nobody joins again");

  lab_init (&lab);
  n_before = lab.b.events->len;
  lab_change (&lab, only_other);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) > 0);
  event = node_find (&lab.b, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_true (g_str_has_prefix (event->text, "Our address /ip4/127.0.0.1/tcp/"));
  g_assert_true (g_str_has_suffix (event->text, " is gone from this machine"));
  context_run_until (lab.context, has_query (&lab.b, KAD_QUERY_BOOTSTRAP, n_before)
                                      && node_count (&lab.b, KAD_EVENT_PEER_CONNECTED) == 2);
  lab_clear (&lab);
}

static void
test_others_stay (void)
{
  Lab lab;
  guint n_before;

  g_test_summary ("A connection of an address that stays stays, and nobody joins anew for it");

  lab_init (&lab);
  n_before = lab.b.events->len;
  lab_change (&lab, only_loopback);
  context_turns (lab.context, 50);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 0);
  g_assert_false (has_query (&lab.b, KAD_QUERY_BOOTSTRAP, n_before));
  lab_clear (&lab);
}

static void
test_peers_hear_of_it (void)
{
  Lab lab;
  KadEvent *event;
  g_autofree char *told = NULL;
  g_autoptr (GPtrArray) listening = NULL;
  guint n_before;

  g_test_summary ("Where we listen is told to people and, by a push, to peers; what is gone is not "
                  "among it");

  lab_init (&lab);
  n_before = node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED);
  /* The real machine has loopback at least; now the made-up one loses it. */
  lab_change (&lab, only_other);
  event = node_find (&lab.b, KAD_EVENT_ADDRESSES_CHANGED, 0);
  g_assert_cmpstr (event->text, ==, "gone: /ip4/127.0.0.1");
  listening = kad_network_dup_addresses (lab.b.network);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (event->peers->pdata[0]), ==, listening->len);
  for (guint i = 0; i < listening->len; i++)
    g_assert_cmpint (kad_multiaddr_get_scope (listening->pdata[i]), !=, KAD_SCOPE_LOOPBACK);
  /* Back, and a connection to push it on. */
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_CONNECTED) == 2
                                      && node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED) > n_before);
  n_before = node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED);
  lab_change (&lab, both);
  context_run_until (lab.context, node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED) > n_before);
  event = node_find (&lab.a, KAD_EVENT_PEER_IDENTIFIED, n_before);
  told = kad_multiaddr_to_string (event->identity->addresses->pdata[0]);
  g_assert_true (g_str_has_prefix (told, "/ip4/127.0.0.1/tcp/"));
  lab_clear (&lab);
}

static void
test_nobody_joins_offline (void)
{
  Lab lab;
  guint n_before;

  g_test_summary ("Without any address there is no use in joining; with one there is");

  lab_init (&lab);
  n_before = lab.b.events->len;
  lab_change (&lab, nothing);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) > 0);
  context_turns (lab.context, 50);
  g_assert_false (has_query (&lab.b, KAD_QUERY_BOOTSTRAP, n_before));
  g_assert_cmpuint (kad_network_get_table_size (lab.b.network), ==, 1);
  lab_change (&lab, both);
  context_run_until (lab.context, has_query (&lab.b, KAD_QUERY_BOOTSTRAP, n_before)
                                      && node_count (&lab.b, KAD_EVENT_PEER_CONNECTED) == 2);
  lab_clear (&lab);
}

static void
on_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  *(GError **) user_data = g_error_copy (error);
}

/* The error of a dial to where nobody listens. */
static GError *
dial_nobody (Lab *lab, const KadPeerId *peer)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  GError *error = NULL;

  add_address (addresses, "/ip4/127.0.0.1/tcp/1");
  /* So that it is the back-off alone that keeps us from it. */
  kad_dials_note_given (lab->b.network->dials, peer, addresses->pdata[0]);
  kad_dials_dial (lab->b.network->dials, peer, addresses,
                  kad_reactor_update_now (lab->b.network->reactor) + 10 * G_USEC_PER_SEC, "test",
                  FALSE, on_dialled, &error);
  context_run_until (lab->context, error != NULL);
  return error;
}

static void
test_back_offs_end (void)
{
  Lab lab;
  g_autoptr (KadPrivateKey) key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, NULL);
  const KadPeerId *peer = kad_public_key_get_peer_id (kad_private_key_get_public_key (key));
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;

  g_test_summary ("Who could not be reached before is tried at once in another network");

  lab_init (&lab);
  first = dial_nobody (&lab, peer);
  g_assert_nonnull (strstr (first->message, "refused"));
  second = dial_nobody (&lab, peer);
  g_assert_null (strstr (second->message, "refused"));
  /* Refusals double it: by time alone it would not be over when the change is seen. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) again = NULL;

      kad_reactor_update_now (lab.b.network->reactor);
      g_usleep ((1 << i) * G_USEC_PER_SEC + 50000);
      again = dial_nobody (&lab, peer);
      g_assert_nonnull (strstr (again->message, "refused"));
    }
  lab_change (&lab, only_loopback);
  third = dial_nobody (&lab, peer);
  g_assert_nonnull (strstr (third->message, "refused"));
  lab_clear (&lab);
}

static void
test_observed_changes (void)
{
  Lab lab;
  KadConnection *connection;
  g_autoptr (KadMultiaddr) observed = kad_multiaddr_new_from_string ("/ip4/10.9.9.9/tcp/5", NULL);
  g_autoptr (KadIdentity) identity = NULL;
  guint n_before;

  g_test_summary (
      "When others see us elsewhere it is told, and pushed to who is connected; the same "
      "again is not");

  lab_init (&lab);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_ADDRESS_FOUND) == 1);
  g_assert_cmpuint (node_find (&lab.b, KAD_EVENT_ADDRESS_FOUND, 0)->number, ==, 0);
  n_before = node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED);
  connection = kad_connection_book_get (lab.b.network->book, 0)->connection;
  kad_network_note_observed (lab.b.network, connection, observed);
  kad_network_note_observed (lab.b.network, connection, observed);
  context_run_until (lab.context, node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED) > n_before);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_ADDRESS_FOUND), ==, 2);
  g_assert_cmpuint (node_find (&lab.b, KAD_EVENT_ADDRESS_FOUND, 1)->number, ==, 1);
  identity = kad_swarm_dup_identity (KAD_SWARM (lab.b.network));
  g_assert_true (kad_multiaddr_equal (identity->observed, observed));
  lab_clear (&lab);
}

static void
keep_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(KadLink **) user_data = kad_transport_dial_finish (KAD_TRANSPORT (source), result, NULL);
}

static KadLink *
dial_link (Lab *lab, KadTransport *transport, KadMultiaddr *address)
{
  KadLink *link = NULL;

  kad_transport_dial_async (transport, address, NULL, keep_link, &link);
  context_run_until (lab->context, link != NULL);
  return link;
}

static void
test_who_came_back_is_asked_there (void)
{
  Lab lab;
  KadConnectionBook *book;
  KadPeerSession *old;
  const KadPeerId *peer;
  KadPeerSession *session;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (KadLink) link = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Of two connections with a peer the one is used that was heard of last");

  lab_init (&lab);
  book = lab.a.network->book;
  peer = kad_network_get_peer (lab.b.network);
  old = kad_connection_book_find (book, peer);
  g_assert_nonnull (old);
  /* As if the first had been silent for long: what the peer left behind when it moved. */
  old->connection->heard_us -= 10 * G_USEC_PER_SEC;
  addresses = kad_network_dup_addresses (lab.a.network);
  link = dial_link (&lab, lab.b.network->transports->pdata[0], addresses->pdata[0]);
  session = kad_network_add_link (lab.b.network, link, KAD_ROLE_INITIATOR,
                                  kad_network_get_peer (lab.a.network), "test", &error);
  g_assert_no_error (error);
  context_run_until (lab.context,
                     session->is_registered && kad_network_get_n_connections (lab.a.network) == 2);
  old->connection->heard_us -= 10 * G_USEC_PER_SEC;
  context_run_until (lab.context, kad_connection_book_find (book, peer) != old
                                      && kad_connection_book_find (book, peer)->is_registered);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-change/orphans-end-at-once", test_orphans_end_at_once);
  g_test_add_func ("/network-change/others-stay", test_others_stay);
  g_test_add_func ("/network-change/peers-hear-of-it", test_peers_hear_of_it);
  g_test_add_func ("/network-change/nobody-joins-offline", test_nobody_joins_offline);
  g_test_add_func ("/network-change/back-offs-end", test_back_offs_end);
  g_test_add_func ("/network-change/observed-changes", test_observed_changes);
  g_test_add_func ("/network-change/who-came-back-is-asked-there",
                   test_who_came_back_is_asked_there);
  return g_test_run ();
}
