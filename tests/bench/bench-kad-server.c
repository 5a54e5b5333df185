/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our server with a made-up routing table, the same as that of
 * `kad-interop-go --bench-table N --seed S`, so that both answer alike.
 *
 *   bench-kad-server --bench-table N --seed S
 *
 * It is the network as `kad node` runs it (KadNetwork on a loop), in one thread.
 * Nobody dials the made-up peers: the engine has not met them, and refreshes later than a
 * measurement takes. The end of stdin ends it.
 */
#include <glib-unix.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kad-codec.h"
#include "kad-network-private.h"
#include "kad-tcp-transport.h"

static int table_size = 1000;
static int seed = 1;

static const GOptionEntry entries[] = {
  { "bench-table", 0, 0, G_OPTION_ARG_INT, &table_size, "How many made-up peers", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Which ones", "S" },
  { NULL },
};

static void
put_uint64 (guint8 *out, guint64 value)
{
  for (guint i = 0; i < 8; i++)
    out[i] = value >> (56 - 8 * i);
}

/* SHA-256("kad-bench" || seed || index), as tests/interop/go/bench.go has it. */
static KadPrivateKey *
make_key (guint64 index)
{
  guint8 text[9 + 16] = "kad-bench";
  guint8 secret[crypto_hash_sha256_BYTES];

  put_uint64 (text + 9, seed);
  put_uint64 (text + 17, index);
  crypto_hash_sha256 (secret, text, sizeof text);
  return kad_private_key_new_ed25519_from_seed (secret);
}

static void
add_address (KadPeerInfo *info, guint index, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("/ip4/127.%u.%u.%u%s", index >> 16 & 0xff,
                                           index >> 8 & 0xff, index & 0xff, rest);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

  kad_peer_info_add_address (info, address);
}

static void
fill_table (KadNetwork *network)
{
  KadRoutingTable *table = kad_engine_get_table (network->engine);

  for (int i = 0; i < table_size; i++)
    {
      g_autoptr (KadPrivateKey) key = make_key (i);
      g_autoptr (KadPeerInfo) info
          = kad_peer_info_new (kad_public_key_get_peer_id (kad_private_key_get_public_key (key)));
      KadPeerId check;

      add_address (info, i, "/tcp/4001");
      add_address (info, i, "/udp/4001/quic-v1");
      kad_routing_table_add (table, info, kad_network_get_now (network), &check);
    }
}

static KadNetwork *
make_network (GError **error)
{
  g_autoptr (KadPrivateKey) key = make_key (table_size);
  g_autoptr (GPtrArray) transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) listen
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_autoptr (GPtrArray) bootstrap = g_ptr_array_new ();
  KadNetworkConfig config = {
    .key = key,
    .transports = transports,
    .listen = listen,
    .bootstrap = bootstrap,
    .mode = KAD_MODE_SERVER,
    .protocol = KAD_PROTOCOL,
    .agent = "bench-kad-server",
    .is_accept_any = TRUE,
  };

  kad_tcp_transport_register_static ();
  g_ptr_array_add (transports, g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL));
  g_ptr_array_add (listen, kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/0", NULL));
  return kad_network_new (g_main_context_default (), &config, error);
}

static void
announce (KadNetwork *network)
{
  g_autoptr (GPtrArray) addresses = kad_network_dup_addresses (network);
  g_autofree char *peer = kad_peer_id_to_string (kad_network_get_peer (network));
  g_autofree char *address = kad_multiaddr_to_string (addresses->pdata[0]);

  g_print ("{\"event\":\"listening\",\"peer\":\"%s\",\"addresses\":[\"%s/p2p/%s\"],\"pid\":%d}\n",
           peer, address, peer, (int) getpid ());
  g_print ("{\"event\":\"bench-table\",\"offered\":%d,\"table\":%u}\n", table_size,
           kad_network_get_table_size (network));
}

static gboolean
on_stdin (int fd, GIOCondition condition, gpointer user_data)
{
  char text[64];

  if (read (fd, text, sizeof text) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (KadNetwork) network = NULL;
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (sodium_init () < 0 || !g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error == NULL ? "libsodium cannot start" : error->message);
  network = make_network (&error);
  if (network == NULL || !kad_network_start (network, &error))
    g_error ("%s", error->message);
  fill_table (network);
  announce (network);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_stdin, loop);
  g_main_loop_run (loop);
  kad_network_stop (network);
  return 0;
}
