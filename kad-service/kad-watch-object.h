/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-callers.h"
#include "kad-table-cache.h"

G_BEGIN_DECLS

/* Milliseconds from one signal of a kind to the next. */
#define KAD_MIN_WATCH_INTERVAL_MS 250
#define KAD_MAX_WATCH_INTERVAL_MS 60000

/* Of each kind, what waits for the next signal. More is lost and told by Overflow. */
#define KAD_MAX_WATCH_CHANGES 16384
#define KAD_MAX_WATCH_EVENTS 4096
/* What a watcher may have that it has not read. */
#define KAD_MAX_WATCH_UNREAD_BYTES (1024 * 1024)

typedef enum
{
  KAD_WATCH_TABLE = 1 << 0,
  KAD_WATCH_PEERS = 1 << 1,
  KAD_WATCH_QUERIES = 1 << 2,
  KAD_WATCH_STATS = 1 << 3,
  KAD_WATCH_EVENTS = 1 << 4,
} KadWatchTopics;

/* InvalidArgument names what is no topic. No words: no topics. */
gboolean kad_watch_topics_parse (const char *const *words, KadWatchTopics *topics, GError **error);

/* One watcher: an object of a caller with org.libkad.Kad1.Watch. Gathers what it is told, and sends
 * it at its interval. Main thread only. */
typedef struct _KadWatchObject KadWatchObject;

typedef struct
{
  /* The owner closes it, or is gone: free it. */
  void (*closed) (KadWatchObject *watch, gpointer user_data);
  void (*topics_changed) (KadWatchObject *watch, gpointer user_data);
} KadWatchObjectClass;

/* @table: lives longer. LimitReached: the caller has as many as it may. */
KadWatchObject *kad_watch_object_new (const KadWatchObjectClass *klass, gpointer user_data,
                                      KadTableCache *table, KadCaller *caller, guint number,
                                      KadWatchTopics topics, guint interval_ms, GError **error);
void kad_watch_object_free (KadWatchObject *self);
const char *kad_watch_object_get_path (KadWatchObject *self);
KadWatchTopics kad_watch_object_get_topics (KadWatchObject *self);
KadCaller *kad_watch_object_get_caller (KadWatchObject *self);

/* Sends what waits of the table. The serial that the watcher knows then. */
guint64 kad_watch_object_settle_table (KadWatchObject *self);
/* From now on it goes on from there. */
void kad_watch_object_set_table_serial (KadWatchObject *self, guint64 serial);

/* Of topics that it does not have, nothing is kept.
 * @connections: (element-type GVariant) of the peer now; none: it is removed */
void kad_watch_object_note_peer (KadWatchObject *self, const char *peer, GPtrArray *connections);
/* @details: `a{sv}`, the latest of a query counts. Takes it if floating. */
void kad_watch_object_note_query (KadWatchObject *self, const char *path, GVariant *details);
void kad_watch_object_note_event (KadWatchObject *self, GVariant *event);
/* At once: the caller of this keeps time. */
void kad_watch_object_note_stats (KadWatchObject *self, GVariant *stats);
/* So much was lost before it came here. */
void kad_watch_object_lose (KadWatchObject *self, guint64 n_lost);

G_END_DECLS
