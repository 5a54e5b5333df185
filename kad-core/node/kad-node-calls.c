/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed calls for the commands that work with others: options in, kad_node_run_async(), typed
 * result out. Those that show something are in kad-node-show-calls.c. */
#include <string.h>

#include "kad-error.h"
#include "kad-multiaddr.h"
#include "kad-node-call.h"

static void
add_bytes (GVariantBuilder *options, const char *name, GBytes *bytes)
{
  g_variant_builder_add (options, "{sv}", name,
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static void
add_peer (GVariantBuilder *options, const char *name, const KadPeerId *peer)
{
  g_autofree char *text = kad_peer_id_to_string (peer);

  g_variant_builder_add (options, "{sv}", name, g_variant_new_string (text));
}

static GBytes *
dup_bytes (GVariant *result, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (result, name, G_VARIANT_TYPE_BYTESTRING);

  return value == NULL ? g_bytes_new (NULL, 0) : g_variant_get_data_as_bytes (value);
}

/* {peer, addresses}; NULL for anything else. */
static KadPeerInfo *
result_to_peer (GVariant *result)
{
  g_autofree const char **addresses = NULL;
  const char *peer = NULL;
  KadPeerInfo *info;
  KadPeerId id;

  if (!g_variant_lookup (result, "peer", "&s", &peer) || !kad_peer_id_parse (&id, peer, NULL))
    return NULL;
  info = kad_peer_info_new (&id);
  if (!g_variant_lookup (result, "addresses", "^a&s", &addresses))
    return info;
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (addresses[i], NULL);

      if (address != NULL)
        kad_peer_info_add_address (info, address);
    }
  return info;
}

/* Each peer once, with what was said of it last. */
static GPtrArray *
results_to_peers (GPtrArray *results)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);

  for (guint i = 0; i < results->len; i++)
    {
      KadPeerInfo *info = result_to_peer (results->pdata[i]);
      guint at = 0;

      if (info == NULL)
        continue;
      while (at < peers->len
             && !kad_peer_id_equal (kad_peer_info_get_peer (peers->pdata[at]),
                                    kad_peer_info_get_peer (info)))
        at++;
      if (at == peers->len)
        g_ptr_array_add (peers, info);
      else
        {
          kad_peer_info_unref (peers->pdata[at]);
          peers->pdata[at] = info;
        }
    }
  return peers;
}

/**
 * kad_node_bootstrap_async:
 * @self: a running node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Joins again: own id, then every stale bucket range.
 */
void
kad_node_bootstrap_async (KadNode *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_node_call_command (self, "bootstrap", &options, kad_node_bootstrap_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_bootstrap_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it is done
 */
gboolean
kad_node_bootstrap_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_bootstrap_async, error) != NULL;
}

/**
 * kad_node_start_provide_async:
 * @self: a running node
 * @key: as on the wire
 * @once: announce once; else again in time, until stopped
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Announces this node as a provider of @key; done when the first announcement has ended.
 */
void
kad_node_start_provide_async (KadNode *self, GBytes *key, gboolean once, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  g_variant_builder_add (&options, "{sv}", "once", g_variant_new_boolean (once));
  kad_node_call_command (self, "start-provide", &options, kad_node_start_provide_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_start_provide_finish:
 * @self: a node
 * @result: of the call
 * @stored: (out) (optional): how many peers took it
 * @error: return location
 *
 * Returns: TRUE if the quorum was met
 */
gboolean
kad_node_start_provide_finish (KadNode *self, GAsyncResult *result, guint *stored, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_start_provide_async, error);

  if (call == NULL)
    return FALSE;
  if (stored != NULL && !g_variant_lookup (call->summary, "stored", "u", stored))
    *stored = 0;
  return TRUE;
}

/**
 * kad_node_stop_provide_async:
 * @self: a running node
 * @key: as on the wire
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Ends announcing @key. What others hold ages out by itself.
 */
void
kad_node_stop_provide_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  kad_node_call_command (self, "stop-provide", &options, kad_node_stop_provide_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_stop_provide_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it is done
 */
gboolean
kad_node_stop_provide_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_stop_provide_async, error) != NULL;
}

/**
 * kad_node_get_providers_async:
 * @self: a running node
 * @key: as on the wire
 * @limit: stop after so many; 0: no limit
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Finds who provides @key.
 */
void
kad_node_get_providers_async (KadNode *self, GBytes *key, guint limit, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  g_variant_builder_add (&options, "{sv}", "limit", g_variant_new_uint32 (limit));
  kad_node_call_command (self, "get-providers", &options, kad_node_get_providers_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_get_providers_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full) (element-type KadPeerInfo): the peers
 */
GPtrArray *
kad_node_get_providers_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_get_providers_async, error);

  return call == NULL ? NULL : results_to_peers (call->results);
}

/**
 * kad_node_put_record_async:
 * @self: a running node
 * @key: as on the wire
 * @value: the value
 * @quorum: (nullable): `one`, `majority`, `all` or a number
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Stores a record with the peers closest to its key.
 */
void
kad_node_put_record_async (KadNode *self, GBytes *key, GBytes *value, const char *quorum,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  add_bytes (&options, "value", value);
  if (quorum != NULL)
    g_variant_builder_add (&options, "{sv}", "quorum", g_variant_new_string (quorum));
  kad_node_call_command (self, "put-record", &options, kad_node_put_record_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_put_record_finish:
 * @self: a node
 * @result: of the call
 * @stored: (out) (optional): how many peers took it
 * @error: return location
 *
 * Returns: TRUE if the quorum was met
 */
gboolean
kad_node_put_record_finish (KadNode *self, GAsyncResult *result, guint *stored, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_put_record_async, error);

  if (call == NULL)
    return FALSE;
  if (stored != NULL && !g_variant_lookup (call->summary, "stored", "u", stored))
    *stored = 0;
  return TRUE;
}

/**
 * kad_node_get_record_async:
 * @self: a running node
 * @key: as on the wire
 * @quorum: (nullable): `one`, `majority`, `all` or a number of answers
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Finds the best record of @key.
 */
void
kad_node_get_record_async (KadNode *self, GBytes *key, const char *quorum,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  if (quorum != NULL)
    g_variant_builder_add (&options, "{sv}", "quorum", g_variant_new_string (quorum));
  kad_node_call_command (self, "get-record", &options, kad_node_get_record_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_get_record_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): the best record; %KAD_ERROR_NOT_FOUND if nobody has one
 */
KadRecord *
kad_node_get_record_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_get_record_async, error);
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GBytes) value = NULL;

  if (call == NULL)
    return NULL;
  if (call->results->len == 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "Nobody has the record");
      return NULL;
    }
  key = dup_bytes (call->results->pdata[call->results->len - 1], "key");
  value = dup_bytes (call->results->pdata[call->results->len - 1], "value");
  return kad_record_new (key, value, NULL);
}

/**
 * kad_node_remove_record_async:
 * @self: a running node
 * @key: as on the wire
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Ends republishing the own record of @key and drops the own copy.
 */
void
kad_node_remove_record_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  kad_node_call_command (self, "remove-record", &options, kad_node_remove_record_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_remove_record_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it is done
 */
gboolean
kad_node_remove_record_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_remove_record_async, error) != NULL;
}

/**
 * kad_node_closest_peers_async:
 * @self: a running node
 * @key: as on the wire
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Finds the peers closest to @key.
 */
void
kad_node_closest_peers_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&options, "key", key);
  kad_node_call_command (self, "closest-peers", &options, kad_node_closest_peers_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_closest_peers_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full) (element-type KadPeerInfo): the peers
 */
GPtrArray *
kad_node_closest_peers_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_closest_peers_async, error);

  return call == NULL ? NULL : results_to_peers (call->results);
}

/**
 * kad_node_find_peer_async:
 * @self: a running node
 * @peer: whom
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Finds a peer's addresses.
 */
void
kad_node_find_peer_async (KadNode *self, const KadPeerId *peer, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&options, "peer", peer);
  kad_node_call_command (self, "find-peer", &options, kad_node_find_peer_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_find_peer_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): the peer; %KAD_ERROR_NOT_FOUND if nobody knows it
 */
KadPeerInfo *
kad_node_find_peer_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_find_peer_async, error);
  KadPeerInfo *info = NULL;

  if (call == NULL)
    return NULL;
  if (call->results->len > 0)
    info = result_to_peer (call->results->pdata[call->results->len - 1]);
  if (info == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "Nobody knows the peer");
  return info;
}

/**
 * kad_node_dial_async:
 * @self: a running node
 * @address: a multiaddr or a peer id
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Connects.
 */
void
kad_node_dial_async (KadNode *self, const char *address, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "address", g_variant_new_string (address));
  kad_node_call_command (self, "dial", &options, kad_node_dial_async, cancellable, callback,
                         user_data);
}

/**
 * kad_node_dial_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): who answered
 */
KadPeerId *
kad_node_dial_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_dial_async, error);
  const char *peer = NULL;
  KadPeerId id;

  if (call == NULL)
    return NULL;
  if (call->results->len == 0 || !g_variant_lookup (call->results->pdata[0], "peer", "&s", &peer)
      || !kad_peer_id_parse (&id, peer, error))
    return NULL;
  return kad_peer_id_copy (&id);
}

/**
 * kad_node_hang_up_async:
 * @self: a running node
 * @peer: whom
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Closes the connections with a peer.
 */
void
kad_node_hang_up_async (KadNode *self, const KadPeerId *peer, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&options, "peer", peer);
  kad_node_call_command (self, "hang-up", &options, kad_node_hang_up_async, cancellable, callback,
                         user_data);
}

/**
 * kad_node_hang_up_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it is done
 */
gboolean
kad_node_hang_up_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_hang_up_async, error) != NULL;
}

/**
 * kad_node_ping_peer_async:
 * @self: a running node
 * @peer: a peer id or a multiaddr
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Measures the round trip to a peer.
 */
void
kad_node_ping_peer_async (KadNode *self, const char *peer, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "peer", g_variant_new_string (peer));
  kad_node_call_command (self, "ping-peer", &options, kad_node_ping_peer_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_ping_peer_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: microseconds, -1 with an error
 */
gint64
kad_node_ping_peer_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_ping_peer_async, error);
  gint64 rtt_us = -1;

  if (call == NULL)
    return -1;
  if (call->results->len > 0)
    g_variant_lookup (call->results->pdata[0], "rtt_us", "x", &rtt_us);
  return rtt_us;
}
