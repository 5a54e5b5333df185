/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-connection.h"
#include "kad-ip-counts.h"
#include "kad-rpc.h"

G_BEGIN_DECLS

struct _KadDial;

/* What the network keeps beside a connection. Lives exactly as long. */
typedef struct _KadPeerSession
{
  KadConnection *connection;
  guint index;                          /* in the book */
  struct _KadPeerSession *next_of_peer; /* others with the same peer */
  struct _KadDial *dial;                /* (nullable) who waits for the upgrade */
  KadRpcSession rpc;
  GList half_open_link; /* in the book, while it is half-open and came to us */
  KadIpCount *host;     /* (nullable) with whom it is counted, while it is in the book */
  KadIpCount *subnet;
  char *agent;             /* (nullable) escaped */
  gint64 tested_us;        /* since when a renewal waits for a sign of life; 0: none does */
  guint is_half_open : 1;  /* its peer is not proven yet */
  guint is_wanted : 1;     /* a person dialled it */
  guint is_counted : 1;    /* as opened, so that its close counts, too */
  guint is_registered : 1; /* known by its peer */
  guint is_identified : 1;
  guint is_server : 1; /* advertises our kad protocol */
} KadPeerSession;

KadPeerSession *kad_peer_session_new (KadConnection *connection);
/* Frees the connection, too. */
void kad_peer_session_free (KadPeerSession *self);

G_END_DECLS
