/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names under WebSocket, through the dialer: what others said on the public network shall not lead
 * into the network around us, whether TLS keeps the name or not. */
#include <gio/gio.h>

#include "fake-transport.h"
#include "kad-dialer.h"
#include "kad-error.h"
#include "kad-websocket-transport.h"

#define REASON "a name of the public network stands for it, and it is not global"

typedef struct
{
  KadTransport *transport;
  FakeResolver *resolver;
  GPtrArray *transports;
  GSocket *victim; /* listens on loopback, and never answers */
  guint16 port;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  f->transport = g_object_new (KAD_TYPE_WEBSOCKET_TRANSPORT, "upgrade-timeout-ms", 100, NULL);
  f->transports = g_ptr_array_new ();
  g_ptr_array_add (f->transports, f->transport);
  f->resolver = g_object_new (FAKE_TYPE_RESOLVER, NULL);
  g_resolver_set_default (G_RESOLVER (f->resolver));
  g_hash_table_insert (f->resolver->hosts, "rebind.example", "127.0.0.1 ::1");
  g_hash_table_insert (f->resolver->hosts, "mapped.example", "::ffff:127.0.0.1");
  f->victim
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (f->victim, address, FALSE, &error));
  g_assert_true (g_socket_listen (f->victim, &error));
  effective = g_socket_get_local_address (f->victim, &error);
  g_assert_no_error (error);
  f->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (f->victim);
  g_ptr_array_unref (f->transports);
  g_assert_finalize_object (f->transport);
  g_object_unref (f->resolver);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

/* @form: with PORT where the victim's is. */
static GError *
fail (Fixture *f, const char *form, KadDialFlags flags)
{
  g_autofree char *port = g_strdup_printf ("%u", f->port);
  g_auto (GStrv) parts = g_strsplit (form, "PORT", -1);
  g_autofree char *text = g_strjoinv (port, parts);
  g_autoptr (GPtrArray) addresses = fake_addresses (text);
  g_autoptr (KadLink) link = NULL;
  GError *error = NULL;

  g_test_message ("%s", text);
  kad_dialer_dial_with_flags_async (f->transports, addresses, NULL, flags, NULL, keep_result, f);
  while (f->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  link = kad_dialer_dial_finish (f->result, &error);
  g_clear_object (&f->result);
  g_assert_null (link);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_test_message ("%s", error->message);
  return error;
}

/* The kernel takes visitors in without us. */
static gboolean
is_visited (Fixture *f)
{
  return (g_socket_condition_check (f->victim, G_IO_IN) & G_IO_IN) != 0;
}

static const char *const forms[] = {
  "/dns/rebind.example/tcp/PORT/wss",
  "/dns4/rebind.example/tcp/PORT/wss",
  "/dns4/rebind.example/tcp/PORT/tls/ws",
  "/dns4/rebind.example/tcp/PORT/ws",
  "/dns4/rebind.example/tcp/PORT/tls/sni/good.example/ws",
  "/dns/rebind.example/tcp/PORT/tls/sni/rebind.example/ws/http-path/x",
  "/dnsaddr/wss.example",
  "/dnsaddr/sni.example",
};

static void
add_records (Fixture *f, char *texts[2])
{
  texts[0] = g_strdup_printf ("dnsaddr=/dns4/rebind.example/tcp/%u/wss", f->port);
  texts[1] = g_strdup_printf ("dnsaddr=/ip4/127.0.0.1/tcp/%u/tls/sni/good.example/ws", f->port);
  g_hash_table_insert (f->resolver->texts, "_dnsaddr.wss.example", texts[0]);
  g_hash_table_insert (f->resolver->texts, "_dnsaddr.sni.example", texts[1]);
}

static void
test_public_names_lead_nowhere_near (Fixture *f, gconstpointer data)
{
  char *texts[2];

  g_test_summary ("kubo #1226: on the public network no name with WebSocket behind it leads to a "
                  "private address, with TLS or without, whatever name TLS is to use");

  add_records (f, texts);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = fail (f, forms[i], KAD_DIAL_GLOBAL_NAMES);

      g_assert_nonnull (strstr (error->message, REASON));
      g_assert_false (is_visited (f));
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static void
test_an_address_inside_an_address (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = fail (f, "/dns6/mapped.example/tcp/PORT/wss", KAD_DIAL_GLOBAL_NAMES);

  g_test_summary ("Nor to a private address that an IPv6 one carries");

  g_assert_nonnull (strstr (error->message, REASON));
  g_assert_false (is_visited (f));
}

static void
test_a_person_may (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error
      = fail (f, GPOINTER_TO_UINT (data) == 0 ? forms[0] : forms[4], KAD_DIAL_ANYWHERE);

  g_test_summary ("Without the flag the same names are dialled");

  g_assert_null (strstr (error->message, REASON));
  g_assert_true (is_visited (f));
}

#define ADD(name, func, data)                                                                      \
  g_test_add ("/ws-names/" name, Fixture, GUINT_TO_POINTER (data), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_websocket_transport_register_static ();
  ADD ("public-names-lead-nowhere-near", test_public_names_lead_nowhere_near, 0);
  ADD ("an-address-inside-an-address", test_an_address_inside_an_address, 0);
  ADD ("a-person-may", test_a_person_may, 0);
  ADD ("a-person-may-with-a-name-for-tls", test_a_person_may, 1);
  return g_test_run ();
}
