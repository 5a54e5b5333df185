/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is held, for who wants to look at it. */
#include "kad-network-private.h"

#define PART_ITEMS 1000

typedef struct
{
  KadNetwork *network;
  GPtrArray *rows;
  guint n_left_out;
  guint limit;
} Listing;

static void
add_row (Listing *self, GBytes *key, KadPeerInfo *peer, gsize size_bytes, gint64 expires_us)
{
  KadHeldRow *row = kad_held_row_new (key, peer);

  row->size_bytes = size_bytes;
  row->expires_us = kad_time_add (expires_us, self->network->wall_offset_us);
  g_ptr_array_add (self->rows, row);
}

/* TRUE: not this one. */
static gboolean
leave_out (Listing *self)
{
  if (self->n_left_out > 0)
    {
      self->n_left_out--;
      return TRUE;
    }
  return self->rows->len >= self->limit;
}

static void
add_record (gpointer user_data, KadRecord *record, const KadPeerId *from, gint64 expires_us)
{
  Listing *self = user_data;
  g_autoptr (KadPeerInfo) peer = NULL;

  if (leave_out (self))
    return;
  peer = from != NULL ? kad_peer_info_new (from) : NULL;
  add_row (self, kad_record_get_key (record), peer,
           g_bytes_get_size (kad_record_get_value (record)), expires_us);
}

static void
add_provider (gpointer user_data, const guint8 *data, gsize len, KadPeerInfo *info,
              gint64 expires_us, gint64 addresses_expire_us)
{
  Listing *self = user_data;
  g_autoptr (GBytes) key = NULL;

  if (leave_out (self))
    return;
  key = g_bytes_new (data, len);
  add_row (self, key, info, 0, expires_us);
}

static void
begin (Listing *self, KadSwarm *swarm, guint from, guint limit)
{
  self->network = KAD_NETWORK (swarm);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_held_row_free);
  self->n_left_out = from;
  self->limit = limit == 0 ? KAD_MAX_HELD_ROWS : MIN (limit, KAD_MAX_HELD_ROWS);
}

GPtrArray *
kad_network_dup_records (KadSwarm *swarm, guint from, guint limit)
{
  KadRecordStore *store = KAD_NETWORK (swarm)->records;
  guint32 cursor = 0;
  Listing listing;

  begin (&listing, swarm, from, limit);
  store->klass->expire (store, kad_reactor_get_now (listing.network->reactor));
  while (store->klass->visit (store, &cursor, PART_ITEMS, add_record, &listing)
         && listing.rows->len < listing.limit)
    ;
  return listing.rows;
}

GPtrArray *
kad_network_dup_providers (KadSwarm *swarm, guint from, guint limit)
{
  KadProviderStore *store = KAD_NETWORK (swarm)->providers;
  guint32 cursor = 0;
  Listing listing;

  begin (&listing, swarm, from, limit);
  store->klass->expire (store, kad_reactor_get_now (listing.network->reactor));
  while (store->klass->visit (store, &cursor, PART_ITEMS, add_provider, &listing)
         && listing.rows->len < listing.limit)
    ;
  return listing.rows;
}
