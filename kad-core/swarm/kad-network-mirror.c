/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The database as a mirror of the stores: what they tell is written, what is written is read into
 * them at the start, a page at a time while the node is at work already, and when the database
 * wants to be written anew, everything is, a part at a time.
 *
 * By the calendar a record may have longer to live than its TTL, if the clock stepped: then it gets
 * its TTL. What has ended is removed. What came anew meanwhile is newer than what is read.
 */
#include "kad-network-state-private.h"
#include "kad-saved-rows.h"

#define PAGE_ROWS 500
/* Of a rewrite, at a time: with the largest values it fits into the queue. */
#define PART_ITEMS 500

static const KadDatabaseTable phases[] = {
  KAD_DATABASE_PUBLICATION, KAD_DATABASE_PEER,          KAD_DATABASE_RECORD,
  KAD_DATABASE_PROVIDER,    KAD_DATABASE_PROVIDER_PEER,
};

/* The first that is read while the node is at work already. */
#define LATER_PHASE 2

static gint64
to_wall (KadNetworkState *self, gint64 time_us)
{
  return kad_time_add (time_us, self->network->wall_offset_us);
}

/* ---- what the stores tell ---- */

static void
put_record (gpointer user_data, KadRecord *record, const KadPeerId *from, gint64 expires_us)
{
  KadNetworkState *self = user_data;

  if (self->is_restoring)
    return;
  /* Our own are publications, or not to be kept. */
  if (from == NULL)
    kad_database_remove (self->database, kad_saved_record_new_key (kad_record_get_key (record)));
  else
    kad_database_put (self->database,
                      kad_saved_record_new (record, from, to_wall (self, expires_us)));
}

static void
remove_record (gpointer user_data, GBytes *key)
{
  KadNetworkState *self = user_data;

  kad_database_remove (self->database, kad_saved_record_new_key (key));
}

static void
add_provider (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer,
              gint64 expires_us)
{
  KadNetworkState *self = user_data;

  if (!self->is_restoring)
    kad_database_put (self->database,
                      kad_saved_provider_new (key, len, peer, to_wall (self, expires_us)));
}

static void
remove_provider (gpointer user_data, const guint8 *key, gsize len, const KadPeerId *peer)
{
  KadNetworkState *self = user_data;

  kad_database_remove (self->database, kad_saved_provider_new (key, len, peer, 0));
}

static void
move_provider (gpointer user_data, KadPeerInfo *info, gint64 expires_us)
{
  KadNetworkState *self = user_data;
  KadDatabaseRow *row;

  if (self->is_restoring)
    return;
  row = kad_saved_provider_peer_new (info, to_wall (self, expires_us));
  if (expires_us == KAD_TIME_NEVER)
    kad_database_remove (self->database, row);
  else
    kad_database_put (self->database, row);
}

static const KadRecordListener record_listener = { put_record, remove_record };
static const KadProviderListener provider_listener
    = { add_provider, remove_provider, move_provider };

void
kad_network_mirror_listen (KadNetworkState *self, gboolean listens)
{
  KadRecordStore *records = self->network->records;
  KadProviderStore *providers = self->network->providers;

  records->listener = listens ? &record_listener : NULL;
  records->listener_data = self;
  providers->listener = listens ? &provider_listener : NULL;
  providers->listener_data = self;
}

/* ---- reading ---- */

/* When it ends here; not after now: it has ended. */
static gint64
get_end (KadNetworkState *self, gint64 expires_unix_us, gint64 ttl_us)
{
  gint64 now_us = kad_reactor_get_now (self->network->reactor);
  gint64 end_us = kad_time_add (expires_unix_us, -self->network->wall_offset_us);

  return MIN (end_us, kad_time_add (now_us, ttl_us));
}

static gboolean
restore_record (KadNetworkState *self, const KadDatabaseRow *row)
{
  KadRecordStore *store = self->network->records;
  gint64 now_us = kad_reactor_get_now (self->network->reactor);
  g_autoptr (KadRecord) held = NULL;
  g_autoptr (KadRecord) record = NULL;
  KadPeerId from;

  record = kad_saved_record_read (row, &from);
  if (record == NULL)
    return FALSE;
  held = store->klass->get (store, row->cells[KAD_RECORD_KEY].bytes, now_us);
  return held != NULL
         || store->klass->put (
             store, record, &from,
             get_end (self, row->cells[KAD_RECORD_EXPIRES].number, KAD_RECORD_TTL_US), now_us,
             NULL);
}

static gboolean
restore_provider (KadNetworkState *self, const KadDatabaseRow *row)
{
  KadProviderStore *store = self->network->providers;
  g_autoptr (KadPeerInfo) info = NULL;
  KadPeerId peer;

  if (!kad_saved_provider_read (row, &peer))
    return FALSE;
  if (store->klass->has (store, row->cells[KAD_PROVIDER_KEY].bytes, &peer))
    return TRUE;
  info = kad_peer_info_new (&peer);
  return store->klass->add (
      store, row->cells[KAD_PROVIDER_KEY].bytes, info,
      get_end (self, row->cells[KAD_PROVIDER_EXPIRES].number, KAD_PROVIDER_TTL_US),
      kad_reactor_get_now (self->network->reactor), NULL);
}

static gboolean
restore_provider_peer (KadNetworkState *self, const KadDatabaseRow *row)
{
  KadProviderStore *store = self->network->providers;
  g_autoptr (KadPeerInfo) info = kad_saved_provider_peer_read (row);

  return info != NULL
         && store->klass->restore (store, info,
                                   get_end (self, row->cells[KAD_PROVIDER_PEER_EXPIRES].number,
                                            KAD_PROVIDER_ADDRESS_TTL_US),
                                   kad_reactor_get_now (self->network->reactor));
}

static void
restore (KadNetworkState *self, const KadDatabaseRow *row)
{
  gboolean is_kept = TRUE;

  self->is_restoring = TRUE;
  switch (row->table)
    {
    case KAD_DATABASE_PUBLICATION:
      is_kept = kad_network_state_add_publication (self, row);
      break;
    case KAD_DATABASE_PEER:
      kad_network_state_add_peer (self, row);
      break;
    case KAD_DATABASE_RECORD:
      is_kept = restore_record (self, row);
      break;
    case KAD_DATABASE_PROVIDER:
      is_kept = restore_provider (self, row);
      break;
    case KAD_DATABASE_PROVIDER_PEER:
      is_kept = restore_provider_peer (self, row);
      break;
    case KAD_DATABASE_N_TABLES:
      break;
    }
  self->is_restoring = FALSE;
  if (!is_kept)
    kad_database_remove (self->database, kad_database_row_copy (row));
}

void
kad_network_mirror_read_first (KadNetworkState *self)
{
  for (; self->phase < LATER_PHASE; self->phase++)
    {
      g_autoptr (GPtrArray) rows
          = g_ptr_array_new_with_free_func ((GDestroyNotify) (gpointer) kad_database_row_free);
      gboolean is_read = kad_database_load_now (self->database, phases[self->phase], rows);

      for (guint i = 0; i < rows->len; i++)
        restore (self, rows->pdata[i]);
      if (!is_read)
        return;
    }
}

static void rewrite (KadNetworkState *self);

static void
on_page (gpointer user_data, GPtrArray *rows, gint64 after, gboolean is_end, const GError *error)
{
  KadNetworkState *self = user_data;

  kad_reactor_update_now (self->network->reactor);
  self->is_reading = FALSE;
  for (guint i = 0; i < rows->len; i++)
    restore (self, rows->pdata[i]);
  kad_network_wake (self->network);
  if (error != NULL)
    {
      /* From its beginning, once it can be read. */
      self->after = 0;
      return;
    }
  self->after = is_end ? 0 : after;
  self->phase += is_end;
  kad_network_mirror_read_on (self);
}

void
kad_network_mirror_read_on (KadNetworkState *self)
{
  if (self->is_reading || !self->network->is_running)
    return;
  if (self->phase < G_N_ELEMENTS (phases))
    {
      self->is_reading = TRUE;
      kad_database_load (self->database, phases[self->phase], self->after, PAGE_ROWS, on_page,
                         self);
    }
  else if (self->is_rewrite_wanted)
    rewrite (self);
}

/* ---- writing anew ---- */

static void
put_provider_and_peer (gpointer user_data, const guint8 *key, gsize len, KadPeerInfo *info,
                       gint64 expires_us, gint64 addresses_expire_us)
{
  add_provider (user_data, key, len, kad_peer_info_get_peer (info), expires_us);
  if (addresses_expire_us != KAD_TIME_NEVER)
    move_provider (user_data, info, addresses_expire_us);
}

static void
put_held_record (gpointer user_data, KadRecord *record, const KadPeerId *from, gint64 expires_us)
{
  if (from != NULL)
    put_record (user_data, record, from, expires_us);
}

/* FALSE: that was the last part. */
static gboolean
rewrite_part (KadNetworkState *self)
{
  KadRecordStore *records = self->network->records;
  KadProviderStore *providers = self->network->providers;

  switch (self->rewrite_step)
    {
    case 0:
      kad_network_state_put_all (self);
      kad_database_sweep (self->database, KAD_DATABASE_PUBLICATION);
      kad_database_sweep (self->database, KAD_DATABASE_PEER);
      self->rewrite_step++;
      return TRUE;
    case 1:
      if (records->klass->visit (records, &self->cursor, PART_ITEMS, put_held_record, self))
        return TRUE;
      kad_database_sweep (self->database, KAD_DATABASE_RECORD);
      self->rewrite_step++;
      self->cursor = 0;
      return TRUE;
    default:
      if (providers->klass->visit (providers, &self->cursor, PART_ITEMS, put_provider_and_peer,
                                   self))
        return TRUE;
      kad_database_sweep (self->database, KAD_DATABASE_PROVIDER);
      kad_database_sweep (self->database, KAD_DATABASE_PROVIDER_PEER);
      return FALSE;
    }
}

static void on_paced (gpointer user_data, const GError *error);

static void
go_on (KadNetworkState *self)
{
  if (rewrite_part (self))
    {
      self->is_pacing = TRUE;
      kad_database_pace (self->database, on_paced, self);
    }
  else
    kad_database_end_rewrite (self->database);
}

static void
on_paced (gpointer user_data, const GError *error)
{
  KadNetworkState *self = user_data;

  self->is_pacing = FALSE;
  if (!self->network->is_running)
    return;
  kad_reactor_update_now (self->network->reactor);
  if (self->is_rewrite_wanted)
    kad_network_mirror_read_on (self);
  else if (error == NULL)
    go_on (self);
}

static void
rewrite (KadNetworkState *self)
{
  if (self->is_pacing)
    return;
  self->is_rewrite_wanted = FALSE;
  self->rewrite_step = 0;
  self->cursor = 0;
  kad_database_begin_rewrite (self->database);
  go_on (self);
}

void
kad_network_mirror_rewrite (gpointer state)
{
  KadNetworkState *self = state;

  self->is_rewrite_wanted = TRUE;
  kad_network_mirror_read_on (self);
}
