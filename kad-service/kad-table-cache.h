/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A row as it goes over D-Bus: see org.libkad.Kad1.Table.GetPeers(). */
#define KAD_TABLE_ROW_TYPE ((const GVariantType *) "(sutttsasu)")

#define KAD_TABLE_FLAG_CONNECTED 1
#define KAD_TABLE_FLAG_CHECKING 2
#define KAD_TABLE_FLAG_STALE 4
#define KAD_TABLE_FLAG_PROTECTED 8

/* What happened is read this long after it, with all that happened meanwhile. */
#define KAD_TABLE_SETTLE_MS 250
/* All is read again so often while somebody watches: for what happens without an event. */
#define KAD_TABLE_REREAD_MS 30000
/* How long the rows are kept true after the last who asked. */
#define KAD_TABLE_LINGER_MS 10000
/* Of so many peers the rows are read one by one; of more, all rows are. */
#define KAD_MAX_TABLE_DIRTY 1024

typedef enum
{
  KAD_TABLE_ROW_ADDED,
  KAD_TABLE_ROW_CHANGED,
  KAD_TABLE_ROW_REMOVED,
} KadTableChangeKind;

typedef struct
{
  KadTableChangeKind kind;
  const char *peer;
  GVariant *row; /* NULL: removed */
} KadTableChange;

/* @rows: (element-type GVariant): of those asked for that are there; NULL: they cannot be had. */
typedef void (*KadTableRowsFunc) (GPtrArray *rows, gpointer user_data);

/* Where rows come from: a node, or a test. */
typedef struct
{
  /* @peers: (nullable): all. Calls @func once, later, unless the cache is freed before. */
  void (*read) (gpointer source, const char *const *peers, KadTableRowsFunc func,
                gpointer user_data);
  /* From now on kad_table_cache_mark() is wanted, or not any more. */
  void (*set_active) (gpointer source, gboolean is_active);
} KadTableSourceClass;

/* The rows of the routing table while somebody watches or has just asked: one snapshot, kept true
 * by what the source tells. Otherwise nothing is kept, read or called, and no timer runs. Main
 * thread only. */
typedef struct _KadTableCache KadTableCache;

/* What came of one reading, which the serial counts. */
typedef void (*KadTableChangedFunc) (KadTableCache *cache, const KadTableChange *changes,
                                     guint n_changes, gpointer user_data);
/* The rows are there, or cannot be had. */
typedef void (*KadTableReadyFunc) (KadTableCache *cache, gboolean is_there, gpointer user_data);

KadTableCache *kad_table_cache_new (const KadTableSourceClass *klass, gpointer source);
/* Who waits is told that there are no rows. */
void kad_table_cache_free (KadTableCache *self);

/* Whether rows are kept, or being read. */
gboolean kad_table_cache_is_active (KadTableCache *self);
/* The source says that something became of a peer; NULL: of any. */
void kad_table_cache_mark (KadTableCache *self, const char *peer);
/* The source has no rows any more, or others. */
void kad_table_cache_reset (KadTableCache *self);

/* Calls back when there are rows: at once, if they are kept. */
void kad_table_cache_ask (KadTableCache *self, KadTableReadyFunc func, gpointer user_data);
/* Takes back what was asked for and has not come. */
void kad_table_cache_unask (KadTableCache *self, gpointer user_data);
/* Grows by 1 with each change that watchers hear of, and by 1 when rows are read anew after a time
 * in which nobody kept them. */
guint64 kad_table_cache_get_serial (KadTableCache *self);
/* (element-type GVariant) in order of bucket and peer; good until the next call. */
GPtrArray *kad_table_cache_get_rows (KadTableCache *self);
/* (nullable) */
GVariant *kad_table_cache_find (KadTableCache *self, const char *peer);

/* Never 0. */
guint kad_table_cache_watch (KadTableCache *self, KadTableChangedFunc func, gpointer user_data);
void kad_table_cache_unwatch (KadTableCache *self, guint id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadTableCache, kad_table_cache_free)

G_END_DECLS
