/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KadQueryId:
 *
 * Names one query or operation of a node, never reused; 0 is none.
 */
typedef guint64 KadQueryId;

/**
 * KadQueryKind:
 * @KAD_QUERY_CLOSEST_PEERS: who is closest to a key
 * @KAD_QUERY_FIND_PEER: where a peer is
 * @KAD_QUERY_GET_RECORD: the best record of a key
 * @KAD_QUERY_PUT_RECORD: store a record with those closest to its key
 * @KAD_QUERY_GET_PROVIDERS: who provides a key
 * @KAD_QUERY_PROVIDE: say that we provide a key
 * @KAD_QUERY_BOOTSTRAP: fill the routing table
 * @KAD_QUERY_REFRESH: of one range of buckets; the node's own
 * @KAD_QUERY_OPERATION: dial, ping, identify or ask: with one peer
 *
 * The kinds of queries.
 */
typedef enum
{
  KAD_QUERY_CLOSEST_PEERS,
  KAD_QUERY_FIND_PEER,
  KAD_QUERY_GET_RECORD,
  KAD_QUERY_PUT_RECORD,
  KAD_QUERY_GET_PROVIDERS,
  KAD_QUERY_PROVIDE,
  KAD_QUERY_BOOTSTRAP,
  KAD_QUERY_REFRESH,
  KAD_QUERY_OPERATION,
} KadQueryKind;

/* "closest-peers", ... : the command's name. */
KAD_API const char *kad_query_kind_get_name (KadQueryKind kind);

/**
 * KAD_QUERY_ALPHA:
 *
 * How many requests a query keeps under way at once; slow ones do not count.
 */
#define KAD_QUERY_ALPHA 10

/**
 * KAD_QUORUM_DEFAULT:
 *
 * The quorum of the command itself: one peer.
 */
#define KAD_QUORUM_DEFAULT 0

/**
 * KAD_QUORUM_ALL:
 *
 * All peers that are asked.
 */
#define KAD_QUORUM_ALL G_MAXUINT

/**
 * KAD_QUORUM_MAJORITY:
 *
 * More than half of the peers that are asked.
 */
#define KAD_QUORUM_MAJORITY (G_MAXUINT - 1)

/* "one", "majority", "all" or a number > 0. */
KAD_API gboolean kad_quorum_parse (const char *text, guint *quorum, GError **error);

/**
 * KadQuerySpec:
 * @kind: which query
 * @key: (nullable): as on the wire, not hashed; %NULL for bootstrap
 * @value: (nullable): of %KAD_QUERY_PUT_RECORD
 * @peer: of %KAD_QUERY_FIND_PEER
 * @quorum: how many answers (get) or stores (put) are wanted, or `KAD_QUORUM_*`
 * @limit: stop after so many results; 0: no limit
 * @timeout_us: of the whole query in microseconds; 0: the default
 * @once: %KAD_QUERY_PROVIDE: announce once, do not keep alive
 *
 * What a query shall do: for command handlers, which are written in C. Zeroed first; the callee
 * copies what it keeps.
 */
typedef struct
{
  KadQueryKind kind;
  GBytes *key;
  GBytes *value;
  KadPeerId peer;
  guint quorum;
  guint limit;
  gint64 timeout_us;
  gboolean once;

  /*< private >*/
  gpointer padding[4];
} KadQuerySpec;

G_END_DECLS
