/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-series.h"
#include "kad-service.h"
#include "kad-streams.h"
#include "kad-table-cache.h"
#include "kad-watch-object.h"

G_BEGIN_DECLS

/* Where watchers and the node meet: one for the service, which follows the node as far as somebody
 * wants to know. Main thread only. */
typedef struct _KadMonitorHub KadMonitorHub;

/* Made for the first interface that uses it, closed with the last. */
KadMonitorHub *kad_monitor_hub_use (KadService *service);
void kad_monitor_hub_unuse (KadMonitorHub *self);

KadTableCache *kad_monitor_hub_get_table (KadMonitorHub *self);
KadSeries *kad_monitor_hub_get_series (KadMonitorHub *self);
KadStreams *kad_monitor_hub_get_streams (KadMonitorHub *self);
/* The serial of the table for @caller, and what its watches wait to tell is told. */
guint64 kad_monitor_hub_settle_table (KadMonitorHub *self, KadCaller *caller);

/* The path of the new watch; NULL with LimitReached. */
const char *kad_monitor_hub_add_watch (KadMonitorHub *self, KadCaller *caller,
                                       KadWatchTopics topics, guint interval_ms, GError **error);

/* A query of a caller began or ended, for its watches of "queries". Whoever keeps queries calls it.
 * @details: `a{sv}` as of Routing.ListQueries(), taken if floating */
void kad_monitor_hub_note_query (KadService *service, KadCaller *caller, const char *path,
                                 GVariant *details);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadMonitorHub, kad_monitor_hub_unuse)

G_END_DECLS
