/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each command as an operation: options in, a list that fills out. */
#include "kad-operation-private.h"

static void
add_bytes (GVariantDict *options, const char *name, GBytes *bytes)
{
  if (bytes != NULL)
    g_variant_dict_insert_value (options, name,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static void
add_text (GVariantDict *options, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert_value (options, name, g_variant_new_string (text));
}

static void
add_peer (GVariantDict *options, const KadPeerId *peer)
{
  g_variant_dict_insert_value (options, "peer",
                               g_variant_new_take_string (kad_peer_id_to_string (peer)));
}

/**
 * kad_node_begin:
 * @self: a running node
 * @command: the name of a registered command, like `get-record`, of a module too
 * @options: (nullable): `a{sv}` of its properties, or text of them; a floating one is taken
 *
 * Begins any command. What is wrong with the name or the options is the operation's error
 * (%KAD_ERROR_UNKNOWN_COMMAND, %KAD_ERROR_INVALID_ARGUMENT), a node that does not run as well
 * (%KAD_ERROR_NOT_RUNNING). From any thread; the operation belongs to the caller's thread-default
 * context.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin (KadNode *self, const char *command, GVariant *options)
{
  g_return_val_if_fail (KAD_IS_NODE (self) && command != NULL, NULL);

  return kad_operation_start (self, command, options);
}

/**
 * kad_node_begin_bootstrap:
 * @self: a running node
 *
 * Joins again: looks up this node's own id, then every stale range of buckets.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_bootstrap (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return kad_operation_start (self, "bootstrap", NULL);
}

/**
 * kad_node_begin_start_provide:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @once: %TRUE: announce once; else again in time, until stopped
 *
 * Announces this node as a provider of @key; done when the first announcement has ended.
 * [property@Operation:stored] says how many peers took it, [property@Operation:failures] who did
 * not.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_start_provide (KadNode *self, GBytes *key, gboolean once)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  g_variant_dict_insert (&options, "once", "b", once);
  return kad_operation_start (self, "start-provide", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_stop_provide:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 *
 * Ends announcing @key; %KAD_ERROR_NOT_FOUND if it was not announced. What others hold ages out
 * by itself.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_stop_provide (KadNode *self, GBytes *key)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  return kad_operation_start (self, "stop-provide", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_get_providers:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @limit: stop after so many; 0: no limit
 *
 * Finds who provides @key. Nobody is no error.
 *
 * Its items: [class@PeerItem], each peer once, as they are found.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_get_providers (KadNode *self, GBytes *key, guint limit)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  g_variant_dict_insert (&options, "limit", "u", limit);
  return kad_operation_start (self, "get-providers", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_put_record:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @value: the value; at most 64 KiB
 * @quorum: (nullable): `one` (the default), `majority`, `all` or a number: how many must take it
 *
 * Stores a record with the peers closest to its key. [property@Operation:stored] says how many of
 * [property@Operation:wanted] took it, [property@Operation:failures] who did not;
 * %KAD_ERROR_QUORUM_FAILED if they are too few.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_put_record (KadNode *self, GBytes *key, GBytes *value, const char *quorum)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL && value != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  add_bytes (&options, "value", value);
  add_text (&options, "quorum", quorum);
  return kad_operation_start (self, "put-record", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_get_record:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @quorum: (nullable): `one`, `majority`, `all` or a number of answers to wait for
 *
 * Finds the best record of @key; %KAD_ERROR_NOT_FOUND if nobody has one.
 *
 * Its items: [class@RecordItem], each better than those before it: the last is the best.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_get_record (KadNode *self, GBytes *key, const char *quorum)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  add_text (&options, "quorum", quorum);
  return kad_operation_start (self, "get-record", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_remove_record:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 *
 * Forgets a record that this node stores; %KAD_ERROR_NOT_FOUND if it has none. What others hold
 * ages out by itself.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_remove_record (KadNode *self, GBytes *key)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  return kad_operation_start (self, "remove-record", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_closest_peers:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 *
 * Finds the peers closest to @key.
 *
 * Its items: [class@PeerItem], nearest first.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_closest_peers (KadNode *self, GBytes *key)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_bytes (&options, "key", key);
  return kad_operation_start (self, "closest-peers", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_find_peer:
 * @self: a running node
 * @peer: whom
 *
 * Finds where a peer is; %KAD_ERROR_NOT_FOUND if nobody knows.
 *
 * Its items: [class@PeerItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_find_peer (KadNode *self, const KadPeerId *peer)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && peer != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_peer (&options, peer);
  return kad_operation_start (self, "find-peer", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_dial:
 * @self: a running node
 * @address: a peer id or a multiaddr, with or without `/p2p/ID`
 *
 * Connects; a connection that is there already will do. %KAD_ERROR_DIAL_FAILED says why each
 * address was no good.
 *
 * Its items: one [class@PeerItem]: who answered.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_dial (KadNode *self, const char *address)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && address != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_text (&options, "address", address);
  return kad_operation_start (self, "dial", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_hang_up:
 * @self: a running node
 * @peer: whom
 *
 * Closes the connections with a peer; %KAD_ERROR_NOT_FOUND if there is none.
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_hang_up (KadNode *self, const KadPeerId *peer)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && peer != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_peer (&options, peer);
  return kad_operation_start (self, "hang-up", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_protect_peer:
 * @self: a running node
 * @peer: whom
 * @tag: who protects it, and why, in a word
 *
 * Protects the connections with a peer: the connection manager does not close them while a tag
 * holds.
 *
 * Its items: none; [property@Operation:summary] has what the command says.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_protect_peer (KadNode *self, const KadPeerId *peer, const char *tag)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && peer != NULL && tag != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_peer (&options, peer);
  add_text (&options, "tag", tag);
  return kad_operation_start (self, "protect-peer", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_unprotect_peer:
 * @self: a running node
 * @peer: whom
 * @tag: who protects it, and why, in a word
 *
 * Takes a tag of kad_node_begin_protect_peer() away again.
 *
 * Its items: none; [property@Operation:summary] has what the command says.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_unprotect_peer (KadNode *self, const KadPeerId *peer, const char *tag)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && peer != NULL && tag != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_peer (&options, peer);
  add_text (&options, "tag", tag);
  return kad_operation_start (self, "unprotect-peer", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_show_modules:
 * @self: a running node
 *
 * Shows the modules that were loaded or failed; kad_modules_list() has them as objects.
 *
 * Its items: plain [class@Item].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_modules (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return kad_operation_start (self, "show-modules", NULL);
}

/**
 * kad_node_begin_show_queries:
 * @self: a running node
 *
 * Shows the queries that are at work now, those of commands and the node's own.
 *
 * Its items: plain [class@Item].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_queries (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return kad_operation_start (self, "show-queries", NULL);
}

/**
 * kad_node_begin_ping_peer:
 * @self: a running node
 * @peer: a peer id or a multiaddr
 *
 * Pings a peer, which is dialled if need be (`/ipfs/ping/1.0.0`).
 *
 * Its items: one [class@PingItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_ping_peer (KadNode *self, const char *peer)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && peer != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_text (&options, "peer", peer);
  return kad_operation_start (self, "ping-peer", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_show_table:
 * @self: a running node
 *
 * Shows the routing table as it is now; [property@Node:table] follows it.
 *
 * Its items: [class@TableItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_table (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return kad_operation_start (self, "show-table", NULL);
}

/**
 * kad_node_begin_show_connections:
 * @self: a running node
 *
 * Shows the connections as they are now; [property@Node:connections] follows them.
 *
 * Its items: [class@ConnectionItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_connections (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return kad_operation_start (self, "show-connections", NULL);
}

/**
 * kad_node_begin_show_identity:
 * @self: a running node
 * @peer: (nullable): a peer id or a multiaddr; %NULL: this node
 *
 * Shows what a peer says of itself.
 *
 * Its items: one [class@IdentityItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_identity (KadNode *self, const char *peer)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  g_variant_dict_init (&options, NULL);
  add_text (&options, "peer", peer);
  return kad_operation_start (self, "show-identity", g_variant_dict_end (&options));
}

/**
 * kad_node_begin_ask:
 * @self: a running node
 * @address: a peer id or a multiaddr
 * @request: `find-node`, `get-value`, `put-value`, `get-providers`, `add-provider` or `ping`
 * @key: (nullable): as on the wire
 * @value: (nullable): of `put-value`
 *
 * Sends one request to one peer.
 *
 * Its items: one plain [class@Item]: the answer with peer, record, closer, providers and raw;
 * none for `add-provider`, which has no answer.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_ask (KadNode *self, const char *address, const char *request, GBytes *key,
                    GBytes *value)
{
  GVariantDict options;

  g_return_val_if_fail (KAD_IS_NODE (self) && address != NULL && request != NULL, NULL);

  g_variant_dict_init (&options, NULL);
  add_text (&options, "address", address);
  add_text (&options, "request", request);
  add_bytes (&options, "key", key);
  add_bytes (&options, "value", value);
  return kad_operation_start (self, "ask", g_variant_dict_end (&options));
}
