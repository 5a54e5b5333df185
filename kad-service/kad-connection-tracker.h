/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* What happened is read this long after it. */
#define KAD_CONNECTIONS_SETTLE_MS 250
/* More are not told one by one. */
#define KAD_MAX_DIRTY_CONNECTIONS 4096

/* Which peers are connected, while somebody wants to know. Main thread only. */
typedef struct _KadConnectionTracker KadConnectionTracker;

/* @connections: (element-type GVariant) `a{sv}` of the peer now; none: there is none any more */
typedef void (*KadConnectionTrackerFunc) (const char *peer, GPtrArray *connections,
                                          gpointer user_data);

/* @service outlives it. */
KadConnectionTracker *
kad_connection_tracker_new (KadService *service, KadConnectionTrackerFunc func, gpointer user_data);
void kad_connection_tracker_free (KadConnectionTracker *self);
/* Whether anybody wants to know; at first nobody does. */
void kad_connection_tracker_set_active (KadConnectionTracker *self, gboolean is_active);
gboolean kad_connection_tracker_is_active (KadConnectionTracker *self);
/* Something became of a peer; NULL: of the node. */
void kad_connection_tracker_mark (KadConnectionTracker *self, const char *peer);

G_END_DECLS
