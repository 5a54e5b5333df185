/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

/**
 * KadMode:
 * @KAD_MODE_AUTO: a client until somebody else could reach it, then a server
 * @KAD_MODE_CLIENT: asks, and answers nobody
 * @KAD_MODE_SERVER: asks and answers
 *
 * Whether a node serves the DHT (libp2p specs, kad-dht, "Client and server mode").
 */
typedef enum
{
  KAD_MODE_AUTO,
  KAD_MODE_CLIENT,
  KAD_MODE_SERVER,
} KadMode;

KAD_API const char *kad_mode_get_name (KadMode mode);
KAD_API gboolean kad_mode_parse (const char *name, KadMode *mode, GError **error);

/**
 * KadPeerState:
 * @KAD_PEER_STATE_LIVE: it answered lately
 * @KAD_PEER_STATE_CHECKING: it is being asked whether it still lives
 * @KAD_PEER_STATE_STALE: it failed lately and is not yet given up
 *
 * What a routing table thinks of a peer.
 */
typedef enum
{
  KAD_PEER_STATE_LIVE,
  KAD_PEER_STATE_CHECKING,
  KAD_PEER_STATE_STALE,
} KadPeerState;

KAD_API const char *kad_peer_state_get_name (KadPeerState state);

#define KAD_TYPE_TABLE_ROW (kad_table_row_get_type ())

/**
 * KadTableRow:
 * @info: the peer and its addresses
 * @bucket: how many leading bits its key has in common with ours
 * @state: what the table thinks of it
 * @connected: whether there is a connection with it
 * @added_us: when it came in, monotonic microseconds
 * @last_seen_us: when it last answered or asked, monotonic microseconds
 * @agent: (nullable): what it calls itself, as it came: escape it before you show it
 * @added_wall_us: when it came in, microseconds since 1970; 0: not known
 * @last_seen_wall_us: when it last answered or asked, microseconds since 1970; 0: not known
 * @rtt_us: the round trip time of the connection with it in microseconds, or else what its last answer
 *   took; -1 if neither is known
 * @is_protected: its connections are never closed for want of room
 *
 * A peer of the routing table, as it was when somebody looked. Made by the library only; later
 * versions add fields at its end.
 */
typedef struct
{
  KadPeerInfo *info;
  guint bucket;
  KadPeerState state;
  gboolean connected;
  gint64 added_us;
  gint64 last_seen_us;
  char *agent;
  gint64 added_wall_us;
  gint64 last_seen_wall_us;
  gint64 rtt_us;
  gboolean is_protected;
} KadTableRow;

KAD_API GType kad_table_row_get_type (void);

KAD_API KadTableRow *kad_table_row_new (KadPeerInfo *info);
KAD_API KadTableRow *kad_table_row_copy (const KadTableRow *self);
KAD_API void kad_table_row_free (KadTableRow *self);

#define KAD_TYPE_CONNECTION_ROW (kad_connection_row_get_type ())

/**
 * KadConnectionRow:
 * @peer: with whom
 * @address: (nullable): the remote's, as connected
 * @outbound: whether we opened it
 * @opened_us: when it was opened, monotonic microseconds
 * @n_streams: how many streams are open
 * @rtt_us: the round trip time in microseconds, -1 if it is not known
 * @agent: (nullable): what the peer calls itself, as it came: escape it before you show it
 * @security: (nullable): how it is secured, like `noise`
 * @muxer: (nullable): how it is multiplexed, like `/yamux/1.0.0`
 * @reason: (nullable): why it was opened: `listener`, `query`, `dial` and so on
 * @is_protected: it is never closed for want of room
 * @is_closest: likewise, as the peer is one of the k closest to us
 * @usefulness: when there are too many, those with the least go first
 * @group_size: connections with its IPv4 /24 or IPv6 /56, itself included; 0: it has no IP address
 *
 * A connection, as it was when somebody looked. Made by the library only; later versions add fields
 * at its end.
 */
typedef struct
{
  KadPeerId peer;
  KadMultiaddr *address;
  gboolean outbound;
  gint64 opened_us;
  guint n_streams;
  gint64 rtt_us;
  char *agent;
  char *security;
  char *muxer;
  char *reason;
  gboolean is_protected;
  gboolean is_closest;
  int usefulness;
  guint group_size;
} KadConnectionRow;

KAD_API GType kad_connection_row_get_type (void);

KAD_API KadConnectionRow *kad_connection_row_new (void);
KAD_API KadConnectionRow *kad_connection_row_copy (const KadConnectionRow *self);
KAD_API void kad_connection_row_free (KadConnectionRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadTableRow, kad_table_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadConnectionRow, kad_connection_row_free)

G_END_DECLS
