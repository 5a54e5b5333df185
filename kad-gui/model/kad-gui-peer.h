/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"
#include "kad-key.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER (kad_gui_peer_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiPeer, kad_gui_peer, PEER)

typedef enum
{
  KAD_GUI_PEER_UNKNOWN, /* not in the table */
  KAD_GUI_PEER_LIVE,
  KAD_GUI_PEER_CHECKING,
  KAD_GUI_PEER_STALE,
} KadGuiPeerState;

/* The fields, as setters name them. */
enum
{
  KAD_GUI_PEER_FIELD_ID = 1,
  KAD_GUI_PEER_FIELD_IN_TABLE,
  KAD_GUI_PEER_FIELD_BUCKET,
  KAD_GUI_PEER_FIELD_STATE,
  KAD_GUI_PEER_FIELD_CONNECTED,
  KAD_GUI_PEER_FIELD_PROTECTED,
  KAD_GUI_PEER_FIELD_RTT_US,
  KAD_GUI_PEER_FIELD_AGENT,
  KAD_GUI_PEER_FIELD_ADDRESSES,
  KAD_GUI_PEER_FIELD_LAST_USEFUL_US,
  KAD_GUI_PEER_FIELD_ADDED_US,
  KAD_GUI_PEER_FIELD_DEPARTED_US,
  KAD_GUI_PEER_FIELD_TOUCHED_US,
  KAD_GUI_PEER_FIELD_TOUCHED_BY,
  KAD_GUI_PEER_FIELD_DIRECTION,
  KAD_GUI_PEER_FIELD_ADDRESS,
  KAD_GUI_PEER_FIELD_TRANSPORT,
  KAD_GUI_PEER_FIELD_SECURITY,
  KAD_GUI_PEER_FIELD_MUXER,
  KAD_GUI_PEER_FIELD_STREAMS,
  KAD_GUI_PEER_FIELD_CONNECTED_US,
  KAD_GUI_PEER_FIELD_REASON,
};

/**
 * KadGuiPeer:
 *
 * A peer that is in the routing table or connected, or was until a moment ago.
 */
struct _KadGuiPeer
{
  KadGuiItem parent_instance;

  char *id; /* base58btc */
  gboolean in_table;
  guint bucket; /* leading bits in common with our key, also of a peer that is not in the table */
  guint state;  /* KadGuiPeerState */
  gboolean connected;
  gboolean protected;
  gint64 rtt_us; /* 0: not known */
  char *agent;   /* escaped */
  char **addresses;
  gint64 last_useful_us; /* microseconds since 1970; 0: never */
  gint64 added_us;       /* microseconds since 1970: when it came into the table */
  gint64
      departed_us; /* microseconds since 1970: when it left table and connections; 0: it is here */
  gint64 touched_us; /* microseconds since 1970: when a query of ours last had to do with it; 0:
                        never */
  gint64 touched_by; /* the run or query, see KadGuiQuery */
  char *direction;   /* of a connection: "inbound", "outbound"; empty: not connected */
  char *address;     /* of the connection */
  char *transport;   /* tcp, ws, wss, quic-v1, memory..: told by the address */
  char *security;
  char *muxer;
  guint streams;
  gint64 connected_us; /* microseconds since 1970: since when */
  char *reason;        /* why it is connected: listener, query, dial.. */
  KadKey key;          /* no property: where it is in the key space */
};

KadGuiPeer *kad_gui_peer_new (void);

G_END_DECLS
