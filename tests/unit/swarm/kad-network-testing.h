/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-keystore.h"
#include "kad-network-private.h"
#include "kad-tcp-transport.h"

G_BEGIN_DECLS

/* Whole networks over tcp on loopback, all in one context, each with a log of its events. */

typedef struct
{
  KadNetwork *network;
  GPtrArray *events; /* (element-type KadEvent) */
  KadPrivateKey *key;
} Node;

typedef struct
{
  const char *join; /* (nullable) an endpoint */
  const char *listen;
  KadPrivateKey *key; /* (nullable) */
  KadMode mode;
  guint max_connections;   /* 0: the default */
  const KadLimits *limits; /* (nullable) */
  const char *folder;      /* (nullable) */
  const KadClocks *clocks; /* (nullable) */
} NodeSpec;

static void
node_on_event (KadEvent *event, gpointer user_data)
{
  g_ptr_array_add (((Node *) user_data)->events, kad_event_ref (event));
}

static inline void
add_address (GPtrArray *addresses, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (addresses, kad_multiaddr_new_from_string (text, &error));
  g_assert_no_error (error);
}

static inline gboolean
node_init (Node *node, GMainContext *context, const NodeSpec *spec, GError **error)
{
  g_autoptr (GPtrArray) transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) listen
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_autoptr (GPtrArray) bootstrap
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_endpoint_free);
  KadLimits limits;
  KadNetworkConfig config = {
    .transports = transports,
    .listen = listen,
    .bootstrap = bootstrap,
    .mode = spec->mode,
    .protocol = "/ipfs/kad/1.0.0",
    .agent = "test/1",
    .is_accept_any = TRUE,
    .max_record_bytes = 65536,
    .limits = &limits,
    .folder = spec->folder,
    .clocks = spec->clocks,
  };

  kad_limits_init (&limits);
  if (spec->limits != NULL)
    limits = *spec->limits;
  if (spec->max_connections != 0)
    limits.values[KAD_LIMIT_CONNECTIONS] = spec->max_connections;
  kad_tcp_transport_register_static ();
  g_ptr_array_add (transports, g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL));
  if (spec->listen == NULL || spec->listen[0] != '\0')
    add_address (listen, spec->listen == NULL ? "/ip4/127.0.0.1/tcp/0" : spec->listen);
  if (spec->join != NULL)
    {
      g_ptr_array_add (bootstrap, kad_endpoint_parse (spec->join, error));
      g_assert_nonnull (bootstrap->pdata[0]);
    }
  node->key = spec->key != NULL ? kad_private_key_ref (spec->key)
                                : kad_keystore_generate (KAD_KEY_TYPE_ED25519, error);
  config.key = node->key;
  node->events = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_event_unref);
  node->network = kad_network_new (context, &config, error);
  g_assert_nonnull (node->network);
  kad_network_set_tap (node->network, node_on_event, node);
  return kad_network_start (node->network, error);
}

static inline void
node_clear (Node *node)
{
  if (node->network != NULL)
    {
      kad_network_stop (node->network);
      g_assert_finalize_object (g_steal_pointer (&node->network));
    }
  g_clear_pointer (&node->events, g_ptr_array_unref);
  g_clear_pointer (&node->key, kad_private_key_unref);
}

/* "/ip4/127.0.0.1/tcp/PORT", with /p2p/ID or without. */
static inline char *
node_dup_address (Node *node, gboolean with_id)
{
  g_autoptr (GPtrArray) addresses = kad_network_dup_addresses (node->network);
  g_autofree char *text = kad_multiaddr_to_string (addresses->pdata[0]);
  g_autofree char *id = kad_peer_id_to_string (kad_network_get_peer (node->network));

  return with_id ? g_strdup_printf ("%s/p2p/%s", text, id) : g_steal_pointer (&text);
}

static inline guint16
node_get_port (Node *node)
{
  g_autoptr (GPtrArray) addresses = kad_network_dup_addresses (node->network);
  guint16 port = 0;

  g_assert_true (kad_multiaddr_get_port (addresses->pdata[0], &port));
  return port;
}

static inline guint
node_count (Node *node, KadEventType type)
{
  guint n = 0;

  for (guint i = 0; i < node->events->len; i++)
    n += ((KadEvent *) node->events->pdata[i])->type == type;
  return n;
}

/* The @nth of a type, from 0; NULL: there are fewer. */
static inline KadEvent *
node_find (Node *node, KadEventType type, guint nth)
{
  for (guint i = 0; i < node->events->len; i++)
    {
      KadEvent *event = node->events->pdata[i];

      if (event->type == type && nth-- == 0)
        return event;
    }
  return NULL;
}

/* The last word on a query; NULL: not yet. */
static inline KadEvent *
node_find_end (Node *node, KadQueryId query)
{
  for (guint i = 0; i < node->events->len; i++)
    {
      KadEvent *event = node->events->pdata[i];

      if (event->type == KAD_EVENT_QUERY_PROGRESS && event->query == query && event->is_last)
        return event;
    }
  return NULL;
}

static inline guint
node_get_n_open (Node *node)
{
  return kad_connection_book_get_size (node->network->book)
         - kad_connection_book_get_n_half_open (node->network->book);
}

#define context_run_until(context, condition)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 context_give_up_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                     \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration (context, FALSE))                                            \
          g_usleep (200);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, context_give_up_us);                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static inline void
context_turns (GMainContext *context, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_main_context_iteration (context, FALSE);
      g_usleep (200);
    }
}

/* ---- raw sockets ---- */

/* From that address of this machine, in network order. */
static inline int
raw_connect_from (guint32 source, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (fd, >=, 0);
  if (source != htonl (INADDR_LOOPBACK))
    {
      struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = source };

      g_assert_cmpint (bind (fd, (struct sockaddr *) &from, sizeof from), ==, 0);
    }
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static inline int
raw_connect (guint16 port)
{
  return raw_connect_from (htonl (INADDR_LOOPBACK), port);
}

/* Listens on a port of its own and never speaks. */
static inline int
raw_listen (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t len = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 64), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &len), ==, 0);
  *port = ntohs (address.sin_port);
  return fd;
}

/* Whether the other side has ended or reset it; bytes that came before are dropped. */
static inline gboolean
raw_is_closed (int fd)
{
  char bytes[4096];
  gssize n;

  while ((n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    ;
  return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

G_END_DECLS
