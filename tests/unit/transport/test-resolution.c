/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-resolution.h"

#include "fake-transport.h"
#include "kad-dialer.h"
#include "kad-error.h"

#define PEER_A "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"
#define PEER_B "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC"

typedef struct
{
  FakeResolver *resolver;
  GPtrArray *transports;
  KadPeerId peer;
  guint n_lookups_left;
  GCancellable *cancellable;
} Fixture;

static void
add_host (Fixture *self, const char *name, const char *addresses)
{
  g_hash_table_insert (self->resolver->hosts, (gpointer) name, (gpointer) addresses);
}

/* @texts: with spaces between them */
static void
add_texts (Fixture *self, const char *name, const char *texts)
{
  g_hash_table_insert (self->resolver->texts, (gpointer) name, (gpointer) texts);
}

static void
want_names (Fixture *self, gboolean wanted)
{
  FakeTransport *transport = FAKE_TRANSPORT (self->transports->pdata[0]);

  transport->takes_names = wanted;
  KAD_TRANSPORT_GET_CLASS (transport)->wants_names = wanted;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->resolver = g_object_new (FAKE_TYPE_RESOLVER, NULL);
  g_resolver_set_default (G_RESOLVER (self->resolver));
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->transports, g_object_new (FAKE_TYPE_TRANSPORT, NULL));
  self->n_lookups_left = 32;
  self->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  want_names (self, FALSE);
  g_ptr_array_unref (self->transports);
  g_assert_finalize_object (self->cancellable);
  g_object_unref (self->resolver);
}

static GPtrArray *
resolve (Fixture *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) addresses = fake_addresses (text);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (kad_resolution_is_needed (self->transports, addresses->pdata[0]));
  kad_resolution_run_async (self->transports, addresses->pdata[0], &self->peer,
                            &self->n_lookups_left, self->cancellable, keep_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kad_resolution_run_finish (result, error);
}

static char *
join (GPtrArray *addresses)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *text = kad_multiaddr_to_string (addresses->pdata[i]);

      g_string_append_printf (texts, "%s%s", i > 0 ? " " : "", text);
    }
  return g_string_free (g_steal_pointer (&texts), FALSE);
}

static void
assert_resolves (Fixture *self, const char *text, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = resolve (self, text, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = join (addresses);
  g_assert_cmpstr (joined, ==, wanted);
}

static void
assert_not_found (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (resolve (self, text, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
}

static void
test_is_needed (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses
      = fake_addresses ("/ip4/127.0.0.1/tcp/1 /memory/1 "
                        "/ip4/127.0.0.1/tcp/1/p2p-circuit/dns4/inner.example/tcp/2 "
                        "/dns4/host.example/tcp/1");

  g_test_summary ("Only a name at the beginning is one to resolve, unless a transport wants it");

  for (guint i = 0; i < 3; i++)
    g_assert_false (kad_resolution_is_needed (self->transports, addresses->pdata[i]));
  g_assert_true (kad_resolution_is_needed (self->transports, addresses->pdata[3]));
  want_names (self, TRUE);
  g_assert_false (kad_resolution_is_needed (self->transports, addresses->pdata[3]));
}

static void
test_hosts (Fixture *self, gconstpointer data)
{
  g_test_summary ("dns gives both families, dns4 and dns6 one, and the rest of the address stays");

  add_host (self, "host.example", "192.0.2.1 2001:db8::1 192.0.2.2");
  assert_resolves (self, "/dns/host.example/tcp/1/ws",
                   "/ip4/192.0.2.1/tcp/1/ws /ip6/2001:db8::1/tcp/1/ws /ip4/192.0.2.2/tcp/1/ws");
  assert_resolves (self, "/dns4/host.example/udp/2/quic-v1",
                   "/ip4/192.0.2.1/udp/2/quic-v1 /ip4/192.0.2.2/udp/2/quic-v1");
  assert_resolves (self, "/dns6/host.example/tcp/3", "/ip6/2001:db8::1/tcp/3");
}

static void
test_unknown_host (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("The resolver's reason is the error");

  g_assert_null (resolve (self, "/dns4/nowhere.example/tcp/1", &error));
  g_assert_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
}

static void
test_dnsaddr (Fixture *self, gconstpointer data)
{
  g_test_summary ("dnsaddr gives what its records say, and follows names in them");

  add_texts (self, "_dnsaddr.top.example",
             "dnsaddr=/ip4/192.0.2.1/tcp/1 dnsaddr=/dnsaddr/sub.example "
             "dnsaddr=/dns4/host.example/tcp/2");
  add_texts (self, "_dnsaddr.sub.example", "dnsaddr=/ip6/2001:db8::1/tcp/3/p2p/" PEER_B);
  add_host (self, "host.example", "192.0.2.9");
  assert_resolves (self, "/dnsaddr/top.example",
                   "/ip4/192.0.2.1/tcp/1 /ip6/2001:db8::1/tcp/3 /ip4/192.0.2.9/tcp/2");
}

static void
test_dnsaddr_of_peer (Fixture *self, gconstpointer data)
{
  g_test_summary ("Where a peer is wanted, records of other peers are left out");

  add_texts (self, "_dnsaddr.a.example",
             "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" PEER_A " dnsaddr=/ip4/192.0.2.2/tcp/1/p2p/" PEER_B
             " dnsaddr=/ip4/192.0.2.3/tcp/1 dnsaddr=/p2p/" PEER_A);
  g_assert_true (kad_peer_id_parse (&self->peer, PEER_A, NULL));
  assert_resolves (self, "/dnsaddr/a.example", "/ip4/192.0.2.1/tcp/1 /ip4/192.0.2.3/tcp/1");
}

static void
test_dnsaddr_rest (Fixture *self, gconstpointer data)
{
  g_test_summary ("What follows the name must be the end of a record, component by component");

  /* The last one's last bytes are those of /tcp/4001, but they belong to the address. */
  add_texts (self, "_dnsaddr.a.example",
             "dnsaddr=/ip4/192.0.2.1/tcp/4001/p2p/" PEER_A " dnsaddr=/ip4/192.0.2.2/tcp/4002 "
             "dnsaddr=/ip6/2001:db8::6:fa1");
  assert_resolves (self, "/dnsaddr/a.example/tcp/4001", "/ip4/192.0.2.1/tcp/4001");
}

static void
test_junk (Fixture *self, gconstpointer data)
{
#define JUNK                                                                                       \
  " dnsaddr= dnsaddr=x dnsaddr=/ip4/300.0.0.1/tcp/1 /ip4/192.0.2.1/tcp/1 v=spf1 "                  \
  "DNSADDR=/ip4/192.0.2.1/tcp/1 dnsaddr=/nothing/of/the/kind"

  g_test_summary ("Records that say something else are no addresses, and no failure of the others");

  add_texts (self, "_dnsaddr.junk.example", JUNK);
  assert_not_found (self, "/dnsaddr/junk.example");
  add_texts (self, "_dnsaddr.junk.example", JUNK " dnsaddr=/ip4/192.0.2.1/tcp/1");
  assert_resolves (self, "/dnsaddr/junk.example", "/ip4/192.0.2.1/tcp/1");
}

static void
test_depth (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Records that refer to each other for ever are followed four deep");

  add_texts (self, "_dnsaddr.loop.example", "dnsaddr=/dnsaddr/loop.example");
  g_assert_null (resolve (self, "/dnsaddr/loop.example", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_cmpuint (self->resolver->n_lookups, ==, 1 + KAD_MAX_DNSADDR_DEPTH);
}

static void
test_results (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) texts = g_string_new (NULL);
  g_autoptr (GPtrArray) addresses = NULL;

  g_test_summary ("Of any number of records a hundred are taken");

  for (guint i = 1; i <= 500; i++)
    g_string_append_printf (texts, "dnsaddr=/ip4/192.0.2.1/tcp/%u ", i);
  add_texts (self, "_dnsaddr.many.example", texts->str);
  addresses = resolve (self, "/dnsaddr/many.example", NULL);
  g_assert_cmpuint (addresses->len, ==, KAD_MAX_DNSADDR_RESULTS);
}

static void
test_lookups (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) texts = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("No more is asked than the dial has left, and what it leaves is counted down");

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (texts, "dnsaddr=/dns4/h%u.example/tcp/1 ", i);
  add_texts (self, "_dnsaddr.fan.example", texts->str);
  self->n_lookups_left = 20;
  g_assert_null (resolve (self, "/dnsaddr/fan.example", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (self->resolver->n_lookups, ==, 20);
  g_assert_cmpuint (self->n_lookups_left, ==, 0);

  g_clear_error (&error);
  g_assert_null (resolve (self, "/dnsaddr/fan.example", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_cmpuint (self->resolver->n_lookups, ==, 20);
}

static void
test_wanted_names (Fixture *self, gconstpointer data)
{
  g_test_summary ("A name in a record stays where a transport wants it");

  want_names (self, TRUE);
  add_texts (self, "_dnsaddr.a.example", "dnsaddr=/dns4/web.example/tcp/443");
  assert_resolves (self, "/dnsaddr/a.example", "/dns4/web.example/tcp/443");
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is cancelled asks nothing more");

  g_cancellable_cancel (self->cancellable);
  g_assert_null (resolve (self, "/dns4/host.example/tcp/1", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->resolver->n_lookups, ==, 0);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

static KadMultiaddr *
keep_in_sni (KadTransport *transport, const KadMultiaddr *address)
{
  g_autoptr (KadMultiaddr) sni = kad_multiaddr_new_from_string ("/sni/kept.example", NULL);

  return kad_multiaddr_has_protocol (address, KAD_MULTIADDR_SNI)
             ? NULL
             : kad_multiaddr_encapsulate (address, sni, NULL);
}

static void
test_kept_names (Fixture *self, gconstpointer data)
{
  KadTransportClass *klass = KAD_TRANSPORT_GET_CLASS (self->transports->pdata[0]);

  g_test_summary (
      "A transport may keep a name elsewhere in the address before it is resolved; behind "
      "dnsaddr, too");

  klass->keep_name = keep_in_sni;
  add_host (self, "host.example", "192.0.2.1");
  add_texts (self, "_dnsaddr.some.example", "dnsaddr=/dns4/host.example/tcp/2");
  assert_resolves (self, "/dns4/host.example/tcp/1", "/ip4/192.0.2.1/tcp/1/sni/kept.example");
  klass->keep_name = NULL;
  assert_resolves (self, "/dnsaddr/some.example", "/ip4/192.0.2.1/tcp/2");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/resolution/is-needed", test_is_needed);
  ADD ("/resolution/hosts", test_hosts);
  ADD ("/resolution/unknown-host", test_unknown_host);
  ADD ("/resolution/dnsaddr", test_dnsaddr);
  ADD ("/resolution/dnsaddr-of-peer", test_dnsaddr_of_peer);
  ADD ("/resolution/dnsaddr-rest", test_dnsaddr_rest);
  ADD ("/resolution/junk", test_junk);
  ADD ("/resolution/depth", test_depth);
  ADD ("/resolution/results", test_results);
  ADD ("/resolution/lookups", test_lookups);
  ADD ("/resolution/wanted-names", test_wanted_names);
  ADD ("/resolution/kept-names", test_kept_names);
  ADD ("/resolution/cancel", test_cancel);
  return g_test_run ();
}
