/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

/* Rows for who looks at a node: snapshots, owned by who got them. */

typedef enum
{
  KAD_MODE_AUTO,
  KAD_MODE_CLIENT,
  KAD_MODE_SERVER,
} KadMode;

KAD_API const char *kad_mode_get_name (KadMode mode);
KAD_API gboolean kad_mode_parse (const char *name, KadMode *mode, GError **error);

typedef enum
{
  KAD_PEER_STATE_LIVE,     /* answered lately */
  KAD_PEER_STATE_CHECKING, /* being asked whether it still lives */
  KAD_PEER_STATE_STALE,    /* failed lately, not yet given up */
} KadPeerState;

KAD_API const char *kad_peer_state_get_name (KadPeerState state);

typedef struct
{
  KadPeerInfo *info;
  guint bucket;
  KadPeerState state;
  gboolean connected;
  gint64 added_us;
  gint64 last_seen_us; /* when it last answered or asked, monotonic */
  char *agent;         /* (nullable) filled in by the swarm, not by the table */
} KadTableRow;

KAD_API KadTableRow *kad_table_row_new (KadPeerInfo *info);
KAD_API void kad_table_row_free (KadTableRow *self);

typedef struct
{
  KadPeerId peer;
  KadMultiaddr *address; /* the remote's, as connected */
  gboolean outbound;
  gint64 opened_us;
  guint n_streams;
  gint64 rtt_us; /* -1 unknown */
  char *agent;   /* (nullable) */
  char *security; /* "noise" */
  char *muxer;    /* "/yamux/1.0.0" */
  char *reason;   /* why it was opened: "listener", "query", "dial", ... */
} KadConnectionRow;

KAD_API KadConnectionRow *kad_connection_row_new (void);
KAD_API void kad_connection_row_free (KadConnectionRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadTableRow, kad_table_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadConnectionRow, kad_connection_row_free)

G_END_DECLS
