/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-event.h"
#include "kad-gui-peer-list.h"
#include "kad-gui-query.h"
#include "kad-gui-series.h"
#include "kad-gui-status.h"

G_BEGIN_DECLS

/* Finished queries that are kept; those at work stay, up to twice as many in all. */
#define KAD_GUI_MAX_QUERIES 200
#define KAD_GUI_MAX_STEPS 10000
#define KAD_GUI_MAX_CONTACTS 2000
#define KAD_GUI_MAX_RESULTS 10000
#define KAD_GUI_MAX_EVENTS 10000
/* Publications, records, modules, commands. */
#define KAD_GUI_MAX_ROWS 20000

#define KAD_GUI_TYPE_STORE (kad_gui_store_get_type ())

/**
 * KadGuiStore:
 *
 * All that is seen of one node. A KadGuiSource feeds it; pages bind to it. Main thread.
 *
 * Signals: "table-changed": peers, their states or buckets changed (after a batch, not for each);
 * "stats-changed".
 */
G_DECLARE_FINAL_TYPE (KadGuiStore, kad_gui_store, KAD_GUI, STORE, GObject)

KadGuiStore *kad_gui_store_new (void);

/* Time as the store has it: the clock's, a recording's, a test's. */
typedef gint64 (*KadGuiClock) (gpointer user_data);
void kad_gui_store_set_clock (KadGuiStore *self, KadGuiClock clock, gpointer user_data);
gint64 kad_gui_store_get_now_us (KadGuiStore *self);

/* All (transfer none). */
KadGuiStatus *kad_gui_store_get_status (KadGuiStore *self);
KadGuiPeerList *kad_gui_store_get_peers (KadGuiStore *self);
GListModel *kad_gui_store_get_buckets (KadGuiStore *self);      /* 256 KadGuiBucket, by index */
GListModel *kad_gui_store_get_queries (KadGuiStore *self);      /* KadGuiQuery, as they began */
GListModel *kad_gui_store_get_events (KadGuiStore *self);       /* KadGuiEvent, as they came */
GListModel *kad_gui_store_get_publications (KadGuiStore *self); /* KadGuiPublication */
GListModel *kad_gui_store_get_records (KadGuiStore *self);      /* KadGuiRecord */
GListModel *kad_gui_store_get_modules (KadGuiStore *self);      /* KadGuiModule */
GListModel *kad_gui_store_get_commands (KadGuiStore *self);     /* KadGuiCommand, by name */
GListModel *kad_gui_store_get_checks (KadGuiStore *self);       /* KadGuiCheck */
/* "peers", "table", "queries", "bytes_in", "bytes_out", "requests_in", "requests_out",
 * "network_size"; made at the first call. */
KadGuiSeries *kad_gui_store_get_series (KadGuiStore *self, const char *name);
/* a{sv} as of Monitor.GetStats; NULL: not known. */
GVariant *kad_gui_store_get_stats (KadGuiStore *self);
/* Where we are in the key space. FALSE: it is not known. */
gboolean kad_gui_store_get_self_key (KadGuiStore *self, KadKey *key);

/* ---- for sources ---- */

/* After the status was changed: who we are may be another. */
void kad_gui_store_status_changed (KadGuiStore *self);
/* a(uuuuxx) as of Table.GetBuckets. */
void kad_gui_store_apply_buckets (KadGuiStore *self, GVariant *buckets);
/* Counts the buckets from the peers, and emits "table-changed". After each batch of changes of
 * peers: it is also what sees to it that those who left go. */
void kad_gui_store_table_changed (KadGuiStore *self);
/* (transfer none) (nullable) */
KadGuiQuery *kad_gui_store_find_query (KadGuiStore *self, gint64 id);
/* Takes no reference of the caller's. What is finished and oldest goes if there are too many. */
void kad_gui_store_add_query (KadGuiStore *self, KadGuiQuery *query);
/* Of a query of our own whose run is known now: what came by its lines meanwhile becomes its. */
void kad_gui_store_set_run (KadGuiStore *self, KadGuiQuery *query, gint64 run);
/* The node runs no more, or is another one: numbers of runs and queries begin anew, so that no line
 * is about what there is. What had not ended, and is not our own, has ended now. */
void kad_gui_store_forget_runs (KadGuiStore *self);
/* Many at once; the oldest go. (element-type KadGuiEvent) */
void kad_gui_store_append_events (KadGuiStore *self, GPtrArray *events);
void kad_gui_store_clear_events (KadGuiStore *self);
void kad_gui_store_set_stats (KadGuiStore *self, GVariant *stats);
/* Takes the place of a list: @list is one of publications, records, modules, commands, checks.
 * Items that are there already are recognised by the field @id (its property's name; NULL: by
 * place) and changed in place: @items are then copied into them field by field. (element-type
 * KadGuiItem) */
void kad_gui_store_replace (KadGuiStore *self, GListModel *list, GPtrArray *items, const char *id);
/* Takes what another store has seen in place of its own, at once: status, peers, queries, events,
 * publications, records and series. The items are the same; the other store is not used any more.
 */
void kad_gui_store_take (KadGuiStore *self, KadGuiStore *other);
/* Empties all, but modules and commands. */
void kad_gui_store_clear (KadGuiStore *self);

G_END_DECLS
