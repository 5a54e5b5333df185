/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-database.h"
#include "kad-network-private.h"
#include "kad-network-state.h"

G_BEGIN_DECLS

/* Shared by kad-network-state.c and kad-network-mirror.c only. */
struct _KadNetworkState
{
  KadNetwork *network;
  KadDatabase *database; /* (nullable) */

  GQueue waiters;  /* (element-type Waiter) without a database */
  GSource *source; /* (nullable) that tells them */

  GPtrArray *loaded;        /* (element-type KadPublicationRow) at the start */
  GHashTable *publications; /* (element-type KadDatabaseRow) a set: those that are persistent */
  GHashTable *peers;        /* KadPeerId -> KadSavedPeer */
  KadTimer save;
  gint64 saved_us;

  /* the mirror of the stores, and what is read into them */
  guint phase;  /* of reading */
  gint64 after; /* within it */
  gboolean is_reading;
  gboolean is_restoring; /* what the stores tell is in the database already */
  gboolean is_rewrite_wanted;
  gboolean is_pacing; /* a part of a rewrite is being written */
  guint rewrite_step;
  guint32 cursor;
};

/* ---- kad-network-state.c ---- */

/* Gives it to the engine. FALSE: it is nothing. */
gboolean kad_network_state_add_publication (KadNetworkState *self, const KadDatabaseRow *row);
void kad_network_state_add_peer (KadNetworkState *self, const KadDatabaseRow *row);
/* Puts all of them, and the table as it is. */
void kad_network_state_put_all (KadNetworkState *self);

/* ---- kad-network-mirror.c ---- */

/* Of publications and peers, at once: those are here before the network begins. */
void kad_network_mirror_read_first (KadNetworkState *self);
/* Everything else, page by page. */
void kad_network_mirror_read_on (KadNetworkState *self);
void kad_network_mirror_listen (KadNetworkState *self, gboolean listens);
/* A KadDatabaseDelegate's. */
void kad_network_mirror_rewrite (gpointer state);

G_END_DECLS
