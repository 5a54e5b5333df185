/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed calls for the commands that show something, and for the raw request. */
#include <string.h>

#include "kad-error.h"
#include "kad-node-call.h"

/* The one result, or the last line if there is none (ADD_PROVIDER has no answer). */
static GVariant *
only_result (KadNodeCall *call)
{
  if (call->results->len > 0)
    return g_variant_ref (call->results->pdata[call->results->len - 1]);
  return g_variant_ref (call->summary);
}

/**
 * kad_node_show_table_async:
 * @self: a running node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Shows the routing table.
 */
void
kad_node_show_table_async (KadNode *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_node_call_command (self, "show-table", &options, kad_node_show_table_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_show_table_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `aa{sv}`, a row a peer: peer, bucket, addresses, agent, state
 */
GVariant *
kad_node_show_table_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_show_table_async, error);

  return call == NULL ? NULL : kad_node_call_dup_rows (call);
}

/**
 * kad_node_show_connections_async:
 * @self: a running node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Shows the connections.
 */
void
kad_node_show_connections_async (KadNode *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_node_call_command (self, "show-connections", &options, kad_node_show_connections_async,
                         cancellable, callback, user_data);
}

/**
 * kad_node_show_connections_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `aa{sv}`, a row a connection
 */
GVariant *
kad_node_show_connections_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_show_connections_async, error);

  return call == NULL ? NULL : kad_node_call_dup_rows (call);
}

/**
 * kad_node_show_identity_async:
 * @self: a running node
 * @peer: (nullable): a peer id or a multiaddr; %NULL: this node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Shows what a peer says of itself.
 */
void
kad_node_show_identity_async (KadNode *self, const char *peer, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (peer != NULL)
    g_variant_builder_add (&options, "{sv}", "peer", g_variant_new_string (peer));
  kad_node_call_command (self, "show-identity", &options, kad_node_show_identity_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_show_identity_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `a{sv}`: peer, agent, protocols, addresses, observed_address
 */
GVariant *
kad_node_show_identity_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_show_identity_async, error);

  return call == NULL ? NULL : only_result (call);
}

/**
 * kad_node_ask_async:
 * @self: a running node
 * @address: a peer id or a multiaddr
 * @request: `find-node`, `get-value`, `put-value`, `get-providers`, `add-provider` or `ping`
 * @key: (nullable): as on the wire
 * @value: (nullable): of `put-value`
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Sends one request to one peer.
 */
void
kad_node_ask_async (KadNode *self, const char *address, const char *request, GBytes *key,
                    GBytes *value, GCancellable *cancellable, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "address", g_variant_new_string (address));
  g_variant_builder_add (&options, "{sv}", "request", g_variant_new_string (request));
  if (key != NULL)
    g_variant_builder_add (&options, "{sv}", "key",
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, key, TRUE));
  if (value != NULL)
    g_variant_builder_add (&options, "{sv}", "value",
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, value, TRUE));
  kad_node_call_command (self, "ask", &options, kad_node_ask_async, cancellable, callback,
                         user_data);
}

/**
 * kad_node_ask_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `a{sv}`: the answer as it came (peer, record, closer, providers, raw);
 * `add-provider` has none, and gives the last line
 */
GVariant *
kad_node_ask_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_ask_async, error);

  return call == NULL ? NULL : only_result (call);
}
