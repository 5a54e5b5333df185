/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-swarm.h"

G_DEFINE_INTERFACE (KadSwarm, kad_swarm, G_TYPE_OBJECT)

static void
kad_swarm_default_init (KadSwarmInterface *iface)
{
}

/**
 * kad_swarm_start_query:
 * @self: a swarm
 * @spec: what to do; copied
 *
 * Starts a query of the engine. What can be told at once (an empty table, an
 * invalid record) comes as an event too, so that there is one way to hear of it.
 *
 * Returns: the id that its events carry, never 0
 */
KadQueryId
kad_swarm_start_query (KadSwarm *self, const KadQuerySpec *spec)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (spec != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->start_query (self, spec);
}

/**
 * kad_swarm_find_closest:
 * @self: a swarm
 * @key: the target as on the wire, not hashed
 *
 * Looks up the peers closest to @key, with the default deadline.
 *
 * Returns: the id that its events carry
 */
KadQueryId
kad_swarm_find_closest (KadSwarm *self, GBytes *key)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };

  return kad_swarm_start_query (self, &spec);
}

/**
 * kad_swarm_cancel:
 * @self: a swarm
 * @query: an id that a call of this interface gave
 *
 * Ends a query or operation; its last event has the outcome
 * %KAD_OUTCOME_CANCELLED. An id that has ended already is ignored.
 */
void
kad_swarm_cancel (KadSwarm *self, KadQueryId query)
{
  g_return_if_fail (KAD_IS_SWARM (self));

  KAD_SWARM_GET_IFACE (self)->cancel (self, query);
}

/**
 * kad_swarm_dial:
 * @self: a swarm
 * @endpoint: whom to reach
 * @timeout_us: how long it may take, 0 for the default
 *
 * Connects, or finds the connection that there is.
 *
 * Returns: the id whose last event has the peer and the address, or an error
 */
KadQueryId
kad_swarm_dial (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (endpoint != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->dial (self, endpoint, timeout_us);
}

/**
 * kad_swarm_ping:
 * @self: a swarm
 * @endpoint: whom to reach
 * @timeout_us: how long it may take, 0 for the default
 *
 * Measures a round trip with `/ipfs/ping/1.0.0`, dialling if needed. The kad
 * PING is never sent: rust closes the stream over it.
 *
 * Returns: the id whose last event has `rtt_us`, or an error
 */
KadQueryId
kad_swarm_ping (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (endpoint != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->ping (self, endpoint, timeout_us);
}

/**
 * kad_swarm_identify:
 * @self: a swarm
 * @endpoint: whom to reach
 * @timeout_us: how long it may take, 0 for the default
 *
 * Asks a peer what it says of itself now, dialling if needed.
 *
 * Returns: the id whose last event has the identity, or an error
 */
KadQueryId
kad_swarm_identify (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (endpoint != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->identify (self, endpoint, timeout_us);
}

/**
 * kad_swarm_ask:
 * @self: a swarm
 * @endpoint: whom to ask
 * @request: what to send; an ADD_PROVIDER without a provider names ourselves
 * @timeout_us: how long it may take, 0 for the default
 *
 * Sends one kad request to one peer, dialling if needed.
 *
 * Returns: the id whose last event has the answer, decoded and raw (neither for
 *   ADD_PROVIDER, which has none), or an error
 */
KadQueryId
kad_swarm_ask (KadSwarm *self, const KadEndpoint *endpoint, KadMessage *request, gint64 timeout_us)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (endpoint != NULL && request != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->ask (self, endpoint, request, timeout_us);
}

/**
 * kad_swarm_hang_up:
 * @self: a swarm
 * @peer: a peer
 * @error: %KAD_ERROR_NOT_FOUND if there is no connection with @peer
 *
 * Closes every connection with a peer.
 *
 * Returns: whether there was one
 */
gboolean
kad_swarm_hang_up (KadSwarm *self, const KadPeerId *peer, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (peer != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->hang_up (self, peer, error);
}

/**
 * kad_swarm_protect_peer:
 * @self: a swarm
 * @peer: whom, connected or not
 * @tag: who wants it so, 1 to 64 bytes; the same twice is one
 * @error: %KAD_ERROR_INVALID_ARGUMENT for the tag, %KAD_ERROR_LIMIT_REACHED past 4,096 peers or 16
 *   tags of one
 *
 * Keeps the connections with a peer from being closed for want of room or for idleness. What is
 * dead, silent or breaks the protocol is closed all the same.
 *
 * Returns: whether it is protected now
 */
gboolean
kad_swarm_protect_peer (KadSwarm *self, const KadPeerId *peer, const char *tag, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (peer != NULL && tag != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->protect_peer (self, peer, tag, error);
}

/**
 * kad_swarm_unprotect_peer:
 * @self: a swarm
 * @peer: whom
 * @tag: as it was given to kad_swarm_protect_peer()
 * @is_still: (out): whether another tag protects the peer; untouched on failure
 * @error: %KAD_ERROR_NOT_FOUND if @tag did not protect it
 *
 * Returns: whether the tag is gone
 */
gboolean
kad_swarm_unprotect_peer (KadSwarm *self, const KadPeerId *peer, const char *tag,
                          gboolean *is_still, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (peer != NULL && tag != NULL && is_still != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->unprotect_peer (self, peer, tag, is_still, error);
}

/**
 * kad_swarm_stop_provide:
 * @self: a swarm
 * @key: a provider key as on the wire
 * @error: %KAD_ERROR_NOT_FOUND if we do not provide @key
 *
 * Stops announcing. What others hold of it ages out by itself.
 *
 * Returns: whether @key was provided
 */
gboolean
kad_swarm_stop_provide (KadSwarm *self, GBytes *key, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->stop_provide (self, key, error);
}

/**
 * kad_swarm_remove_record:
 * @self: a swarm
 * @key: a record's key as on the wire
 * @error: %KAD_ERROR_NOT_FOUND if we hold no record of our own under @key
 *
 * Stops republishing a record and drops our copy. Kademlia has no delete: what
 * others hold of it ages out by itself.
 *
 * Returns: whether there was one
 */
gboolean
kad_swarm_remove_record (KadSwarm *self, GBytes *key, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->remove_record (self, key, error);
}

/**
 * kad_swarm_dup_table:
 * @self: a swarm
 *
 * Returns: (transfer full) (element-type KadTableRow): the routing table now
 */
GPtrArray *
kad_swarm_dup_table (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_table (self);
}

/**
 * kad_swarm_dup_table_row:
 * @self: a swarm
 * @peer: a peer
 *
 * Returns: (transfer full) (nullable): its row of the routing table now; %NULL if it has none
 */
KadTableRow *
kad_swarm_dup_table_row (KadSwarm *self, const KadPeerId *peer)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);
  g_return_val_if_fail (peer != NULL, NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_table_row (self, peer);
}

/**
 * kad_swarm_dup_buckets:
 * @self: a swarm
 *
 * Returns: (transfer full) (element-type KadBucketRow): the buckets that have somebody, or for
 *   which somebody waits, the farthest first
 */
GPtrArray *
kad_swarm_dup_buckets (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_buckets (self);
}

/**
 * kad_swarm_dup_connections:
 * @self: a swarm
 *
 * Returns: (transfer full) (element-type KadConnectionRow): the connections now
 */
GPtrArray *
kad_swarm_dup_connections (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_connections (self);
}

/**
 * kad_swarm_dup_queries:
 * @self: a swarm
 *
 * Those of commands and the node's own, in the order in which they were started. Operations on one
 * peer (dial, ping, identify, ask) are not among them.
 *
 * Returns: (transfer full) (element-type KadQueryRow): the queries at work now
 */
GPtrArray *
kad_swarm_dup_queries (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_queries (self);
}

/**
 * kad_swarm_dup_identity:
 * @self: a swarm
 *
 * Returns: (transfer full): what we say of ourselves: id, listen addresses,
 *   protocols, and the address that others see
 */
KadIdentity *
kad_swarm_dup_identity (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_identity (self);
}

/**
 * kad_swarm_publish:
 * @self: a swarm
 * @spec: what, for whom; copied
 *
 * Announces something and keeps it alive until the last tag is gone. What is published already gets
 * the tag, and is not announced sooner unless `refresh`; but a record whose value differs is put at
 * once and replaces the value for all tags.
 *
 * The last event does not wait for the announcement: it comes when what was asked is kept, on the
 * disk if it is persistent, and carries the publication (`publication`). It has an error if it was
 * refused (%KAD_ERROR_INVALID_KEY, %KAD_ERROR_INVALID_ARGUMENT, %KAD_ERROR_INVALID_RECORD,
 * %KAD_ERROR_OLDER_RECORD, %KAD_ERROR_RECORD_TOO_LARGE, %KAD_ERROR_LIMIT_REACHED) or cannot be
 * kept: it is as if it had not been asked then. How announcing goes is told by
 * %KAD_EVENT_PUBLICATION_CHANGED.
 *
 * Returns: the operation's id, never 0
 */
KadQueryId
kad_swarm_publish (KadSwarm *self, const KadPublicationSpec *spec)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (spec != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->publish (self, spec);
}

/**
 * kad_swarm_unpublish:
 * @self: a swarm
 * @kind: what is published
 * @key: its key as on the wire
 * @tag: for whom it shall not be any more; empty: who runs the node
 *
 * Takes a tag away; with the last one, announcing ends. What others hold ages out by itself. The
 * last event comes when nothing of it is on the disk any more; %KAD_ERROR_NOT_FOUND if it was not
 * published for @tag.
 *
 * Returns: the operation's id, never 0
 */
KadQueryId
kad_swarm_unpublish (KadSwarm *self, KadPublicationKind kind, GBytes *key, const char *tag)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (key != NULL && tag != NULL, 0);

  return KAD_SWARM_GET_IFACE (self)->unpublish (self, kind, key, tag);
}

/**
 * kad_swarm_refresh_publication:
 * @self: a swarm
 * @kind: what is published
 * @key: its key as on the wire
 * @error: %KAD_ERROR_NOT_FOUND if it is not
 *
 * Announces it as soon as there is a turn. Nothing if that is under way.
 *
 * Returns: whether it is published
 */
gboolean
kad_swarm_refresh_publication (KadSwarm *self, KadPublicationKind kind, GBytes *key, GError **error)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  return KAD_SWARM_GET_IFACE (self)->refresh_publication (self, kind, key, error);
}

/**
 * kad_swarm_dup_publications:
 * @self: a swarm
 *
 * Returns: (transfer full) (element-type KadPublicationRow): what we announce, a row for each tag,
 *   by kind, key and tag
 */
GPtrArray *
kad_swarm_dup_publications (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_publications (self);
}

/**
 * kad_swarm_set_mode:
 * @self: a swarm
 * @mode: whether to serve from now on
 *
 * Changes the mode of the running node. Where that makes it serve, or not any more,
 * %KAD_EVENT_MODE_CHANGED follows, and everybody who is connected is told by an identify push. The
 * mode that it has already is no error.
 */
void
kad_swarm_set_mode (KadSwarm *self, KadMode mode)
{
  g_return_if_fail (KAD_IS_SWARM (self));

  KAD_SWARM_GET_IFACE (self)->set_mode (self, mode);
}

/**
 * kad_swarm_dup_stats:
 * @self: a swarm
 *
 * Gives what the node counts, from its start, and what it holds now. Durations are in microseconds
 * and end in `_us`, sizes in bytes end in `_bytes`; counts are `t` and only grow, what is now is
 * `u`. Keys are added, and never change their meaning.
 *
 * Returns: (transfer full): `a{sv}`, as the command `show-stats` gives it
 */
GVariant *
kad_swarm_dup_stats (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_stats (self);
}

/**
 * kad_swarm_dup_reachability:
 * @self: a swarm
 *
 * Returns: (transfer full): `a{sv}`, as the command `show-reachability` gives it
 */
GVariant *
kad_swarm_dup_reachability (KadSwarm *self)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_reachability (self);
}

/**
 * kad_swarm_dup_records:
 * @self: a swarm
 * @from: how many to leave out
 * @limit: how many to give, at most %KAD_MAX_HELD_ROWS; 0: as many as that
 *
 * The value records that are held here, for others and our own. In no order, but the same one while
 * nothing changes.
 *
 * Returns: (transfer full) (element-type KadHeldRow): them
 */
GPtrArray *
kad_swarm_dup_records (KadSwarm *self, guint from, guint limit)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_records (self, from, limit);
}

/**
 * kad_swarm_dup_providers:
 * @self: a swarm
 * @from: how many to leave out
 * @limit: how many to give, at most %KAD_MAX_HELD_ROWS; 0: as many as that
 *
 * The provider records that are held here for others. In no order, but the same one while nothing
 * changes.
 *
 * Returns: (transfer full) (element-type KadHeldRow): them
 */
GPtrArray *
kad_swarm_dup_providers (KadSwarm *self, guint from, guint limit)
{
  g_return_val_if_fail (KAD_IS_SWARM (self), NULL);

  return KAD_SWARM_GET_IFACE (self)->dup_providers (self, from, limit);
}

/**
 * kad_swarm_keep_quiet:
 * @self: a swarm
 * @quiet: whether to be quiet from now on
 *
 * A quiet node is a client, whatever its mode, and does nothing by itself but to keep alive what is
 * published, as rarely as others allow. What it is asked for it does as always. The mode that was
 * set holds again afterwards. What is so already is no error.
 */
void
kad_swarm_keep_quiet (KadSwarm *self, gboolean quiet)
{
  KadSwarmInterface *iface;

  g_return_if_fail (KAD_IS_SWARM (self));

  iface = KAD_SWARM_GET_IFACE (self);
  g_return_if_fail (iface->keep_quiet != NULL);
  iface->keep_quiet (self, quiet);
}

/**
 * kad_swarm_renew:
 * @self: a swarm
 * @reason: why, in a word for people
 * @slept_us: how long the machine slept, in microseconds; 0: it is not known
 * @is_joining: (out) (optional): whether the network is joined anew
 *
 * Looks anew at what may have changed unseen, as after sleep: connections that do not answer within
 * two seconds are closed, back-offs are over, the addresses of the machine are read, the network is
 * joined anew if hardly anybody is known, and what should have been announced is announced.
 * %KAD_EVENT_RESUMED follows. Where that is under way already nothing is done.
 *
 * Returns: how many connections are being tested
 */
guint
kad_swarm_renew (KadSwarm *self, const char *reason, gint64 slept_us, gboolean *is_joining)
{
  KadSwarmInterface *iface;
  gboolean joins = FALSE;
  guint n_testing;

  g_return_val_if_fail (KAD_IS_SWARM (self), 0);
  g_return_val_if_fail (slept_us >= 0, 0);

  iface = KAD_SWARM_GET_IFACE (self);
  g_return_val_if_fail (iface->renew != NULL, 0);
  n_testing = iface->renew (self, reason, slept_us, &joins);
  if (is_joining != NULL)
    *is_joining = joins;
  return n_testing;
}

/**
 * kad_swarm_free_memory:
 * @self: a swarm
 *
 * Drops what can be made anew, buffers that wait for use and idle connections above the limit
 * `low-water`, and gives the memory back to the system.
 *
 * Returns: how many bytes that were, as far as it is known
 */
guint64
kad_swarm_free_memory (KadSwarm *self)
{
  KadSwarmInterface *iface;

  g_return_val_if_fail (KAD_IS_SWARM (self), 0);

  iface = KAD_SWARM_GET_IFACE (self);
  g_return_val_if_fail (iface->free_memory != NULL, 0);
  return iface->free_memory (self);
}
