/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-key.h"
#include "kad-peer-info.h"
#include "kad-record.h"
#include "kad-time.h"

G_BEGIN_DECLS

#define KAD_RECORD_TTL_US (48 * KAD_USEC_PER_HOUR)
#define KAD_PROVIDER_TTL_US (48 * KAD_USEC_PER_HOUR)
#define KAD_PROVIDER_ADDRESS_TTL_US (24 * KAD_USEC_PER_HOUR)
#define KAD_MAX_PROVIDERS_PER_KEY 256

/* What a node holds, for others and its own. The engine talks to these interfaces, which are
 * answered from memory. Who keeps a copy elsewhere listens. Calls return at once. */

typedef struct _KadRecordStore KadRecordStore;
typedef struct _KadProviderStore KadProviderStore;

/* Told from within the calls that change a store; it must not be changed meanwhile. Nothing is
 * told when a store is freed. */
typedef struct
{
  /* @from: (nullable): whose it is, NULL: our own. Also what replaced another one of its key, which
   * was told as removed just before. */
  void (*put) (gpointer user_data, KadRecord *record, const KadPeerId *from, gint64 expires_us);
  /* Removed, evicted or expired. */
  void (*removed) (gpointer user_data, GBytes *key);
} KadRecordListener;

typedef struct
{
  /* New or renewed. */
  void (*added) (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer,
                 gint64 expires_us);
  void (*removed) (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer);
  /* Where a provider is, from now on; no addresses: nobody knows any more. */
  void (*moved) (gpointer user_data, KadPeerInfo *info, gint64 expires_us);
} KadProviderListener;

/* What is held, as kad_record_store_visit() and kad_provider_store_visit() show it. */
typedef void (*KadRecordVisitor) (gpointer user_data, KadRecord *record, const KadPeerId *from,
                                  gint64 expires_us);
/* @info: with the addresses that are known, which end at @addresses_expire_us */
typedef void (*KadProviderVisitor) (gpointer user_data, const guint8 *key, gsize len,
                                    KadPeerInfo *info, gint64 expires_us,
                                    gint64 addresses_expire_us);

typedef struct
{
  /* A reference, or NULL; expired ones are not given. */
  KadRecord *(*get) (KadRecordStore *self, GBytes *key, gint64 now_us);
  /* Never keeps it for more than KAD_RECORD_TTL_US. @from: (nullable): who wants it kept, NULL for
   * ourselves. FALSE and LimitReached: the peer's quota, or full of records nearer to @local
   * than this; InvalidRecord: @expires_us has passed. */
  gboolean (*put) (KadRecordStore *self, KadRecord *record, const KadPeerId *from,
                   gint64 expires_us, gint64 now_us, GError **error);
  gboolean (*remove) (KadRecordStore *self, GBytes *key);
  guint (*count) (KadRecordStore *self);
  /* What its limit of bytes is about. */
  gsize (*get_bytes) (KadRecordStore *self);
  /* Drops what is due: O(due). */
  void (*expire) (KadRecordStore *self, gint64 now_us);
  gint64 (*next_deadline) (KadRecordStore *self);
  /* Shows at most @max items from the place *@cursor (0: the first) on, in no order, and moves it
   * on; FALSE: those were the last. What is there all the time is shown once, whatever changes
   * between calls. */
  gboolean (*visit) (KadRecordStore *self, guint32 *cursor, guint max, KadRecordVisitor visitor,
                     gpointer user_data);
  void (*free) (KadRecordStore *self);
} KadRecordStoreClass;

struct _KadRecordStore
{
  const KadRecordStoreClass *klass;
  const KadRecordListener *listener; /* (nullable) */
  gpointer listener_data;
};

typedef struct
{
  /* Adds or renews, for no more than KAD_PROVIDER_TTL_US. @info: addresses may be none.
   * FALSE and LimitReached: the peer's quota, the key's or the store's; never for renewing. */
  gboolean (*add) (KadProviderStore *self, GBytes *key, KadPeerInfo *info, gint64 expires_us,
                   gint64 now_us, GError **error);
  /* (element-type KadPeerInfo) at most @max, live only, those that end last first; addresses
   * only while their own TTL holds. Never NULL. */
  GPtrArray *(*get) (KadProviderStore *self, GBytes *key, guint max, gint64 now_us);
  gboolean (*remove) (KadProviderStore *self, GBytes *key, const KadPeerId *peer);
  guint (*count) (KadProviderStore *self);
  gsize (*get_bytes) (KadProviderStore *self);
  void (*expire) (KadProviderStore *self, gint64 now_us);
  gint64 (*next_deadline) (KadProviderStore *self);
  /* As for records. */
  gboolean (*visit) (KadProviderStore *self, guint32 *cursor, guint max, KadProviderVisitor visitor,
                     gpointer user_data);
  gboolean (*has) (KadProviderStore *self, GBytes *key, const KadPeerId *peer);
  /* Where a provider is, until @expires_us at most: from an earlier life, so that it does not
   * take the place of what it said since. FALSE: it provides nothing. */
  gboolean (*restore) (KadProviderStore *self, KadPeerInfo *info, gint64 expires_us, gint64 now_us);
  void (*free) (KadProviderStore *self);
} KadProviderStoreClass;

struct _KadProviderStore
{
  const KadProviderStoreClass *klass;
  const KadProviderListener *listener; /* (nullable) */
  gpointer listener_data;
};

/* @local: what is farthest from it goes first when the store is full. */
KadRecordStore *kad_memory_record_store_new (const KadKey *local);
KadProviderStore *kad_memory_provider_store_new (const KadKey *local);

/* Bounds of the caller's. 0: what the table of limits (kad-limits.c) has for it. */
typedef struct
{
  guint max_items;
  gsize max_bytes;
  guint max_per_peer;
  gsize max_bytes_per_peer;
} KadStoreLimits;

KadRecordStore *kad_memory_record_store_new_limited (const KadKey *local,
                                                     const KadStoreLimits *limits);
KadProviderStore *kad_memory_provider_store_new_limited (const KadKey *local,
                                                         const KadStoreLimits *limits);
void kad_record_store_free (KadRecordStore *self);
void kad_provider_store_free (KadProviderStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadRecordStore, kad_record_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadProviderStore, kad_provider_store_free)

G_END_DECLS
