/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dialer.h"

#include "fake-transport.h"
#include "kad-error.h"

#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
#define OTHER "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"

typedef struct
{
  FakeTransport *transport;
  FakeResolver *resolver;
  GPtrArray *transports;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->transport = g_object_new (FAKE_TYPE_TRANSPORT, NULL);
  f->transports = g_ptr_array_new ();
  g_ptr_array_add (f->transports, f->transport);
  f->resolver = g_object_new (FAKE_TYPE_RESOLVER, NULL);
  g_resolver_set_default (G_RESOLVER (f->resolver));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&f->result);
  g_ptr_array_unref (f->transports);
  g_assert_finalize_object (f->transport);
  g_object_unref (f->resolver);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  f->result = g_object_ref (result);
}

static void
start (Fixture *f, const char *addresses, const char *peer, GCancellable *cancellable)
{
  g_auto (GStrv) texts = g_strsplit (addresses, " ", -1);
  g_autoptr (GPtrArray) parsed
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  KadPeerId id = { 0 };

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (*texts[i] == '\0')
        continue;
      g_ptr_array_add (parsed, kad_multiaddr_new_from_string (texts[i], &error));
      g_assert_no_error (error);
    }
  if (peer != NULL)
    g_assert_true (kad_peer_id_parse (&id, peer, NULL));
  kad_dialer_dial_async (f->transports, parsed, peer != NULL ? &id : NULL, cancellable, keep_result,
                         f);
}

static KadLink *
finish (Fixture *f, GError **error)
{
  while (f->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kad_dialer_dial_finish (f->result, error);
}

/* Dials, expects success, and gives where. */
static char *
dial (Fixture *f, const char *addresses)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = NULL;

  start (f, addresses, PEER, NULL);
  link = finish (f, &error);
  g_assert_no_error (error);
  return kad_multiaddr_to_string (kad_link_get_remote_address (link));
}

static GError *
fail (Fixture *f, const char *addresses)
{
  GError *error = NULL;

  start (f, addresses, PEER, NULL);
  g_assert_null (finish (f, &error));
  return error;
}

static void
test_the_best_address_is_first (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error
      = fail (f, "/ip4/8.8.8.8/tcp/2 /ip4/8.8.4.4/tcp/2 /ip4/10.0.0.1/tcp/2 /ip4/127.0.0.1/tcp/2");

  g_test_summary ("Loopback before private before global, otherwise as they came");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpstr (f->transport->dialled->str, ==,
                   "/ip4/127.0.0.1/tcp/2 /ip4/10.0.0.1/tcp/2 /ip4/8.8.8.8/tcp/2 "
                   "/ip4/8.8.4.4/tcp/2 ");
}

static void
test_a_failure_starts_the_next_at_once (Fixture *f, gconstpointer data)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autofree char *where
      = dial (f, "/ip4/8.8.8.1/tcp/2 /ip4/8.8.8.2/tcp/2 /ip4/8.8.8.3/tcp/2 /ip4/8.8.8.4/tcp/1");

  g_test_summary ("Who failed does not make the next one wait");

  g_assert_cmpstr (where, ==, "/ip4/8.8.8.4/tcp/1");
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, KAD_DIAL_STAGGER_MS * 1000);
}

static void
test_a_silent_address_is_overtaken (Fixture *f, gconstpointer data)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autofree char *where = dial (f, "/ip4/8.8.8.1/tcp/3 /ip4/8.8.8.2/tcp/1");

  g_test_summary ("After the stagger the next is tried beside one that is silent, and who loses is "
                  "cancelled");

  g_assert_cmpstr (where, ==, "/ip4/8.8.8.2/tcp/1");
  g_assert_cmpint (g_get_monotonic_time () - started_us, >=, KAD_DIAL_STAGGER_MS * 1000 - 5000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->transport->n_cancelled, ==, 1);
}

static void
test_the_error_names_each_address (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = fail (f, "/ip4/8.8.8.8/tcp/2 /ip4/8.8.8.8/udp/1 /ip4/8.8.8.8/tcp/2 "
                                      "/ip4/8.8.8.9");

  g_test_summary ("When all fail the error has the peer, each address once, and its reason");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, PEER));
  g_assert_nonnull (strstr (error->message, "/ip4/8.8.8.8/tcp/2: refused"));
  g_assert_nonnull (strstr (error->message,
                            "/ip4/8.8.8.8/udp/1: no transport dials such an address;"
                            " /ip4"));
  g_assert_nonnull (
      strstr (error->message, "/ip4/8.8.8.9: no transport dials such an address; it has no port"));
  g_assert_cmpstr (f->transport->dialled->str, ==, "/ip4/8.8.8.8/tcp/2 ");
}

static void
test_no_address_is_an_error (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = fail (f, "");

  g_test_summary ("Nothing to dial is told as such");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, "is known"));
}

static void
test_attempts_are_bounded (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) addresses = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) dialled = NULL;

  g_test_summary ("However many addresses are claimed, so many are tried, and the rest is counted");

  for (guint i = 0; i < 2 * KAD_MAX_DIAL_ADDRESSES; i++)
    g_string_append_printf (addresses, "/ip4/8.8.8.%u/tcp/2 ", i);
  error = fail (f, addresses->str);
  dialled = g_strsplit (g_strstrip (f->transport->dialled->str), " ", -1);
  g_assert_cmpuint (g_strv_length (dialled), ==, KAD_MAX_DIAL_ADDRESSES);
  g_assert_true (g_str_has_suffix (error->message, "; and 16 more addresses"));
}

static void
test_cancelling_ends_everything (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A cancelled dial ends with its attempts");

  start (f, "/ip4/8.8.8.1/tcp/3 /ip4/8.8.8.2/tcp/1", PEER, cancellable);
  g_cancellable_cancel (cancellable);
  g_assert_null (finish (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->transport->n_cancelled, ==, 1);
  g_assert_cmpstr (f->transport->dialled->str, ==, "/ip4/8.8.8.1/tcp/3 ");
}

static void
test_hosts_are_resolved (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("dns, dns4 and dns6 become the host's addresses; the rest of the address stays");

  g_hash_table_insert (f->resolver->hosts, "h.example", "8.8.8.8 2001:4860::8");
  error = fail (f, "/dns4/h.example/tcp/2 /dns6/h.example/tcp/2/ws /dns/none.example/tcp/2");
  g_assert_cmpstr (f->transport->dialled->str, ==,
                   "/ip4/8.8.8.8/tcp/2 /ip6/2001:4860::8/tcp/2/ws ");
  g_assert_nonnull (strstr (error->message, "/dns/none.example/tcp/2: no such name"));
}

static void
test_dnsaddr_gives_the_peer_s_addresses (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("dnsaddr records give addresses, through each other, and other peers' are left");

  g_hash_table_insert (f->resolver->texts, "_dnsaddr.d.example",
                       "dnsaddr=/ip4/8.8.8.1/tcp/2/p2p/" PEER
                       " dnsaddr=/ip4/8.8.8.2/tcp/2/p2p/" OTHER " v=spf1 dnsaddr=/nonsense"
                       " dnsaddr=/dnsaddr/e.example/p2p/" PEER);
  g_hash_table_insert (f->resolver->texts, "_dnsaddr.e.example",
                       "dnsaddr=/ip4/8.8.8.3/tcp/2/p2p/" PEER);
  error = fail (f, "/dnsaddr/d.example");
  g_assert_cmpstr (f->transport->dialled->str, ==, "/ip4/8.8.8.1/tcp/2 /ip4/8.8.8.3/tcp/2 ");
}

static void
test_dnsaddr_loops_end (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Records that refer to themselves end at the depth's bound");

  g_hash_table_insert (f->resolver->texts, "_dnsaddr.d.example", "dnsaddr=/dnsaddr/d.example");
  error = fail (f, "/dnsaddr/d.example");
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, "more than 4 deep"));
  g_assert_cmpuint (f->resolver->n_lookups, ==, KAD_MAX_DNSADDR_DEPTH + 1);
}

static void
test_dnsaddr_bombs_are_bounded (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) records = g_string_new ("dnsaddr=/dnsaddr/d.example");
  g_autoptr (GError) error = NULL;

  g_test_summary ("Records that multiply cost a bounded number of lookups and attempts");

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (records, " dnsaddr=/dnsaddr/d.example/p2p/" PEER);
  g_hash_table_insert (f->resolver->texts, "_dnsaddr.d.example", records->str);
  error = fail (f, "/dnsaddr/d.example");
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpuint (f->resolver->n_lookups, <=, 32);
}

static void
test_names_are_kept_for_who_wants_them (Fixture *f, gconstpointer data)
{
  g_autofree char *where = NULL;

  g_test_summary ("A transport that wants names gets them unresolved");

  f->transport->takes_names = TRUE;
  KAD_TRANSPORT_GET_CLASS (f->transport)->wants_names = TRUE;
  where = dial (f, "/dns4/h.example/tcp/1/p2p/" PEER);
  KAD_TRANSPORT_GET_CLASS (f->transport)->wants_names = FALSE;
  g_assert_cmpstr (where, ==, "/dns4/h.example/tcp/1");
  g_assert_cmpuint (f->resolver->n_lookups, ==, 0);
}

static GError *
fail_with_flags (Fixture *f, const char *texts, KadDialFlags flags)
{
  g_autoptr (GPtrArray) addresses = fake_addresses (texts);
  GError *error = NULL;

  kad_dialer_dial_with_flags_async (f->transports, addresses, NULL, flags, NULL, keep_result, f);
  g_assert_null (finish (f, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  return error;
}

static void
test_unfit_addresses_are_filtered (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error
      = fail (f, "/ip4/127.0.0.1/tcp/0 /ip4/0.0.0.0/tcp/1 /ip6/::/tcp/1 /ip4/224.0.0.1/tcp/1 "
                 "/ip6/::ffff:0.0.0.0/tcp/1 /ip4/1.2.3.4/tcp/1/p2p/" OTHER " /p2p/" PEER);

  g_test_summary ("What is no host's address, or another peer's, is told and never dialled");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpstr (error->message, ==,
                   "No address of " PEER " could be connected: "
                   "/ip4/127.0.0.1/tcp/0: nobody can be reached at port 0; "
                   "/ip4/0.0.0.0/tcp/1: it is not the address of a host; "
                   "/ip6/::/tcp/1: it is not the address of a host; "
                   "/ip4/224.0.0.1/tcp/1: it is not the address of a host; "
                   "/ip6/::ffff:0.0.0.0/tcp/1: it is not the address of a host; "
                   "/ip4/1.2.3.4/tcp/1/p2p/" OTHER ": it is another peer's; "
                   "/p2p/" PEER ": it says who, not where");
  g_assert_cmpstr (f->transport->dialled->str, ==, "");
}

static void
test_reasons_are_fit_to_print (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = fail (f, "/dns4/evil\u202eexample/tcp/1");

  g_test_summary ("Names from peers cannot disturb who reads the error");

  g_assert_nonnull (strstr (error->message, "/dns4/evil\\u{202e}example/tcp/1: "));
  g_assert_null (strstr (error->message, "\u202e"));
}

static void
test_lookups_are_bounded (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) addresses = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("However many names a peer claims, the questions of one dial are bounded");

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (addresses, "/dnsaddr/d%u.example ", i);
  error = fail (f, addresses->str);
  g_assert_cmpuint (f->resolver->n_lookups, ==, KAD_MAX_DIAL_LOOKUPS);
}

static void
test_public_names_stand_for_global_addresses (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("On the public network no name aims a dial at the network around us");

  g_hash_table_insert (f->resolver->hosts, "rebind.example",
                       "127.0.0.1 10.0.0.1 169.254.169.254 ::1 ::ffff:127.0.0.1 fd00::1");
  g_hash_table_insert (f->resolver->texts, "_dnsaddr.rebind.example",
                       "dnsaddr=/ip4/192.168.1.1/tcp/1");
  error = fail_with_flags (f, "/dns/rebind.example/tcp/1 /dnsaddr/rebind.example",
                           KAD_DIAL_GLOBAL_NAMES);
  g_assert_nonnull (strstr (error->message, "/ip4/127.0.0.1/tcp/1: a name of the public"));
  g_assert_nonnull (strstr (error->message, "/ip4/192.168.1.1/tcp/1: a name of the public"));
  g_assert_cmpstr (f->transport->dialled->str, ==, "");

  g_clear_error (&error);
  g_clear_object (&f->result);
  g_hash_table_insert (f->resolver->hosts, "good.example", "8.8.8.8");
  error = fail_with_flags (f, "/dns/good.example/tcp/2", KAD_DIAL_GLOBAL_NAMES);
  g_assert_cmpstr (f->transport->dialled->str, ==, "/ip4/8.8.8.8/tcp/2 ");
}

static void
test_cancelled_before_starts_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is cancelled already starts nothing, and still calls back from the loop");

  g_cancellable_cancel (cancellable);
  start (f, "/ip4/8.8.8.1/tcp/1", PEER, cancellable);
  g_assert_null (f->result);
  g_assert_null (finish (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (f->transport->dialled->str, ==, "");
}

static void
test_transports_are_found_by_address (Fixture *f, gconstpointer data)
{
  g_autoptr (KadMultiaddr) tcp = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/5", NULL);
  g_autoptr (KadMultiaddr) udp = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/udp/5", NULL);

  g_test_summary ("The first transport that takes an address is the one");

  g_assert_true (kad_dialer_find_transport (f->transports, tcp) == KAD_TRANSPORT (f->transport));
  g_assert_null (kad_dialer_find_transport (f->transports, udp));
  g_assert_null (kad_dialer_find_listen_transport (f->transports, tcp));
}

#define ADD(name, func) g_test_add ("/dialer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("unfit-addresses-are-filtered", test_unfit_addresses_are_filtered);
  ADD ("reasons-are-fit-to-print", test_reasons_are_fit_to_print);
  ADD ("lookups-are-bounded", test_lookups_are_bounded);
  ADD ("public-names-stand-for-global-addresses", test_public_names_stand_for_global_addresses);
  ADD ("cancelled-before-starts-nothing", test_cancelled_before_starts_nothing);
  ADD ("the-best-address-is-first", test_the_best_address_is_first);
  ADD ("a-failure-starts-the-next-at-once", test_a_failure_starts_the_next_at_once);
  ADD ("a-silent-address-is-overtaken", test_a_silent_address_is_overtaken);
  ADD ("the-error-names-each-address", test_the_error_names_each_address);
  ADD ("no-address-is-an-error", test_no_address_is_an_error);
  ADD ("attempts-are-bounded", test_attempts_are_bounded);
  ADD ("cancelling-ends-everything", test_cancelling_ends_everything);
  ADD ("hosts-are-resolved", test_hosts_are_resolved);
  ADD ("dnsaddr-gives-the-peer-s-addresses", test_dnsaddr_gives_the_peer_s_addresses);
  ADD ("dnsaddr-loops-end", test_dnsaddr_loops_end);
  ADD ("dnsaddr-bombs-are-bounded", test_dnsaddr_bombs_are_bounded);
  ADD ("names-are-kept-for-who-wants-them", test_names_are_kept_for_who_wants_them);
  ADD ("transports-are-found-by-address", test_transports_are_found_by_address);
  return g_test_run ();
}
