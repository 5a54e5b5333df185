/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine.h"

#include <string.h>

#include "kad-engine-private.h"

/*
 * A whole DHT node without I/O. Whatever happens comes in as a call with the time;
 * whatever shall happen goes into the outbox; what has to happen later is an alarm. There
 * is no clock, no socket and no random source in here, and nothing depends on the order of
 * a hash table, so that the same calls with the same seed give the same outputs.
 *
 * Every call from outside runs between kad_engine_enter() and kad_engine_leave():
 * queries that end meanwhile are freed by the latter, because whoever ends one may
 * still be walking through what it owns.
 */

#define DEFAULT_TIMEOUT_US (10 * KAD_USEC_PER_SEC)
#define DEFAULT_QUERY_TIMEOUT_US (60 * KAD_USEC_PER_SEC)
#define DEFAULT_REFRESH_US (600 * KAD_USEC_PER_SEC)
#define DEFAULT_REPROVIDE_US (22 * KAD_USEC_PER_HOUR)
#define DEFAULT_REPUBLISH_US (10 * KAD_USEC_PER_HOUR)
#define DEFAULT_RECORD_BYTES (10 * 1024)
/* Expired things are not given out: dropping them can wait for company. */
#define EXPIRE_EVERY_US (60 * KAD_USEC_PER_SEC)

static void
fill_in_defaults (KadEngineConfig *config)
{
  if (config->k == 0)
    config->k = KAD_K;
  if (config->alpha == 0)
    config->alpha = KAD_ALPHA;
  if (config->beta == 0)
    config->beta = KAD_BETA;
  if (config->dial_timeout_us <= 0)
    config->dial_timeout_us = DEFAULT_TIMEOUT_US;
  if (config->request_timeout_us <= 0)
    config->request_timeout_us = DEFAULT_TIMEOUT_US;
  if (config->query_timeout_us <= 0)
    config->query_timeout_us = DEFAULT_QUERY_TIMEOUT_US;
  if (config->refresh_interval_us <= 0)
    config->refresh_interval_us = DEFAULT_REFRESH_US;
  if (config->reprovide_interval_us <= 0)
    config->reprovide_interval_us = DEFAULT_REPROVIDE_US;
  if (config->republish_interval_us <= 0)
    config->republish_interval_us = DEFAULT_REPUBLISH_US;
  if (config->record_ttl_us <= 0)
    config->record_ttl_us = KAD_RECORD_TTL_US;
  if (config->provider_ttl_us <= 0)
    config->provider_ttl_us = KAD_PROVIDER_TTL_US;
  if (config->max_record_bytes == 0)
    config->max_record_bytes = DEFAULT_RECORD_BYTES;
  config->k = MIN (config->k, KAD_MAX_CLOSER_PEERS);
  config->max_record_bytes = MIN (config->max_record_bytes, KAD_MAX_RECORD_BYTES);
}

static inline guint64
get_limit (const KadEngine *self, KadLimit limit)
{
  return kad_limits_get (&self->limits, limit);
}

/* In a network of one's own everybody may be of one group. */
static void
limit_ip_groups (KadEngine *self)
{
  gboolean is_local = get_limit (self, KAD_LIMIT_IP_GROUP_LOCAL) != 0;

  if (self->config.public_addresses_only || is_local)
    kad_routing_table_set_ip_limits (
        self->table, (guint) get_limit (self, KAD_LIMIT_IP_GROUP_PER_BUCKET),
        (guint) get_limit (self, KAD_LIMIT_IP_GROUP_PER_TABLE), is_local);
}

static KadRates *
new_rates (const KadEngine *self)
{
  const guint per_second[KAD_N_RATES] = {
    [KAD_RATE_PUT] = (guint) get_limit (self, KAD_LIMIT_PUTS_PER_PEER),
    [KAD_RATE_PROVIDE] = (guint) get_limit (self, KAD_LIMIT_PROVIDES_PER_PEER),
  };

  return kad_rates_new (per_second, KAD_MAX_RATED_PEERS);
}

KadEngine *
kad_engine_new (const KadEngineConfig *config, gint64 now_us)
{
  KadEngine *self = g_new0 (KadEngine, 1);
  g_autoptr (GBytes) own_id = kad_peer_id_to_bytes (&config->local);

  self->config = *config;
  fill_in_defaults (&self->config);
  if (config->limits != NULL)
    self->limits = *config->limits;
  else
    kad_limits_init (&self->limits);
  self->config.limits = NULL;
  kad_validators_ref (config->validators);
  kad_key_init_from_peer (&self->key, &config->local);
  kad_random_init (&self->random, config->seed);
  memset (self->config.seed, 0, sizeof self->config.seed);
  self->now_us = now_us;
  self->wall_offset_us = config->wall.unix_us - now_us;
  self->table = kad_routing_table_new (&config->local, self->config.k);
  limit_ip_groups (self);
  self->book
      = kad_peer_book_new ((guint) get_limit (self, KAD_LIMIT_KNOWN_PEERS),
                           (gint64) get_limit (self, KAD_LIMIT_KNOWN_PEER_AGE) * KAD_USEC_PER_SEC);
  self->rates = new_rates (self);
  self->bootstrap = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  self->contacts = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->next_request = 1;
  self->queries = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->ended = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_query_free);
  self->next_query = 1;
  self->check_message = kad_message_new (KAD_MESSAGE_FIND_NODE, own_id);
  g_queue_init (&self->checks_queued);
  self->expired_us = now_us;
  self->network_size = kad_network_size_new ();
  kad_publications_init (self);
  kad_refresh_init (self);
  return self;
}

static void
free_queries (KadEngine *self)
{
  GHashTableIter iter;
  gpointer query;

  g_hash_table_iter_init (&iter, self->queries);
  while (g_hash_table_iter_next (&iter, NULL, &query))
    {
      g_hash_table_iter_steal (&iter);
      kad_query_free (query);
    }
  g_hash_table_unref (self->queries);
  g_ptr_array_unref (self->ended);
}

/* Silent: nobody hears of what was under way. */
void
kad_engine_free (KadEngine *self)
{
  free_queries (self);
  kad_contact_free_all (self);
  kad_publications_clear (self);
  kad_engine_clear_checks (self);
  kad_outbox_clear (&self->outbox);
  kad_alarms_clear (&self->alarms);
  kad_peer_book_free (self->book);
  kad_network_size_free (self->network_size);
  kad_rates_free (self->rates);
  kad_routing_table_free (self->table);
  kad_message_unref (self->check_message);
  g_clear_pointer (&self->local_info, kad_peer_info_unref);
  g_ptr_array_unref (self->bootstrap);
  kad_validators_unref (self->config.validators);
  kad_record_store_free (self->config.records);
  kad_provider_store_free (self->config.providers);
  kad_random_clear (&self->random);
  g_free (self);
}

/* ---- around each input ---- */

void
kad_engine_enter (KadEngine *self, gint64 now_us)
{
  /* A caller's time that goes back is taken as no time passing. */
  self->now_us = MAX (self->now_us, now_us);
  kad_peer_book_set_now (self->book, self->now_us);
  self->depth++;
}

void
kad_engine_leave (KadEngine *self)
{
  if (--self->depth == 0 && self->ended->len > 0)
    g_ptr_array_set_size (self->ended, 0);
}

void
kad_engine_emit (KadEngine *self, KadEvent *event)
{
  kad_outbox_push (&self->outbox, &(KadOutput){ .type = KAD_OUTPUT_EVENT, .event = event });
}

gboolean
kad_engine_next_output (KadEngine *self, KadOutput *output)
{
  return kad_outbox_pop (&self->outbox, output);
}

/* ---- time ---- */

KadWallTime
kad_engine_get_wall_time (KadEngine *self)
{
  return (KadWallTime){ kad_time_add (self->now_us, self->wall_offset_us) };
}

char *
kad_engine_dup_record_time (KadEngine *self)
{
  return kad_wall_time_to_rfc3339 (kad_engine_get_wall_time (self));
}

void
kad_engine_set_wall_time (KadEngine *self, KadWallTime wall, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  self->wall_offset_us = wall.unix_us - self->now_us;
  kad_engine_leave (self);
}

static gint64
get_expire_deadline (KadEngine *self)
{
  gint64 due_us = MIN (self->config.records->klass->next_deadline (self->config.records),
                       self->config.providers->klass->next_deadline (self->config.providers));

  due_us = MIN (due_us, kad_peer_book_next_deadline (self->book));

  return due_us == KAD_TIME_NEVER ? KAD_TIME_NEVER
                                  : MAX (due_us, kad_time_add (self->expired_us, EXPIRE_EVERY_US));
}

gint64
kad_engine_next_deadline (KadEngine *self)
{
  return MIN (kad_alarms_get_next (&self->alarms), get_expire_deadline (self));
}

void
kad_engine_advance (KadEngine *self, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  if (get_expire_deadline (self) <= self->now_us)
    {
      kad_engine_expire_stores (self);
      kad_peer_book_expire (self->book);
      self->expired_us = self->now_us;
    }
  kad_alarms_ring (&self->alarms, self->now_us, self);
  kad_engine_leave (self);
}

/* ---- ourselves ---- */

KadMode
kad_engine_get_mode (KadEngine *self)
{
  return self->config.mode;
}

gboolean
kad_engine_is_server (KadEngine *self)
{
  return !self->quiet
         && (self->config.mode == KAD_MODE_SERVER
             || (self->config.mode == KAD_MODE_AUTO && self->reachable));
}

gboolean
kad_engine_is_quiet (KadEngine *self)
{
  return self->quiet;
}

static void
announce_mode (KadEngine *self, gboolean was_server)
{
  KadEvent *event;

  if (kad_engine_is_server (self) == was_server)
    return;
  event = kad_event_new (KAD_EVENT_MODE_CHANGED);
  event->number = was_server ? KAD_MODE_CLIENT : KAD_MODE_SERVER;
  event->text = g_strdup (kad_mode_get_name (event->number));
  kad_engine_emit (self, event);
}

void
kad_engine_set_mode (KadEngine *self, KadMode mode, gint64 now_us)
{
  gboolean was_server = kad_engine_is_server (self);

  kad_engine_enter (self, now_us);
  self->config.mode = mode;
  announce_mode (self, was_server);
  kad_engine_leave (self);
}

void
kad_engine_set_reachable (KadEngine *self, gboolean reachable, gint64 now_us)
{
  gboolean was_server = kad_engine_is_server (self);

  kad_engine_enter (self, now_us);
  self->reachable = reachable;
  announce_mode (self, was_server);
  kad_engine_leave (self);
}

void
kad_engine_set_quiet (KadEngine *self, gboolean quiet, gint64 now_us)
{
  gboolean was_server = kad_engine_is_server (self);

  if (self->quiet == quiet)
    return;
  kad_engine_enter (self, now_us);
  self->quiet = quiet;
  announce_mode (self, was_server);
  kad_publications_pace_changed (self);
  kad_refresh_pace_changed (self);
  kad_engine_leave (self);
}

void
kad_engine_resumed (KadEngine *self, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  kad_publications_resumed (self);
  kad_refresh_resumed (self);
  kad_engine_leave (self);
}

void
kad_engine_free_memory (KadEngine *self)
{
  kad_peer_book_forget_idle (self->book);
}

void
kad_engine_set_trace (KadEngine *self, gboolean trace)
{
  self->trace = trace;
}

/* Others know us at @before. */
static gboolean
has_new_address (const KadPeerInfo *now, const KadPeerInfo *before)
{
  for (guint i = 0; i < kad_peer_info_get_n_addresses (now); i++)
    {
      gboolean is_known = FALSE;

      for (guint j = 0; j < kad_peer_info_get_n_addresses (before) && !is_known; j++)
        is_known = kad_multiaddr_equal (kad_peer_info_get_address (now, i),
                                        kad_peer_info_get_address (before, j));
      if (!is_known)
        return TRUE;
    }
  return FALSE;
}

void
kad_engine_set_addresses (KadEngine *self, GPtrArray *addresses)
{
  g_autoptr (KadPeerInfo) info = kad_peer_info_new (&self->config.local);
  g_autoptr (KadPeerInfo) clean = NULL;
  g_autoptr (KadPeerInfo) before = g_steal_pointer (&self->local_info);

  for (guint i = 0; i < addresses->len; i++)
    kad_peer_info_add_address (info, g_ptr_array_index (addresses, i));
  clean = kad_engine_sanitise (self, info, TRUE);
  if (kad_peer_info_get_n_addresses (clean) > 0)
    self->local_info = g_steal_pointer (&clean);
  if (self->local_info == NULL || kad_routing_table_get_size (self->table) == 0)
    return;
  if (before == NULL)
    kad_publications_hurry (self, 0);
  else if (has_new_address (self->local_info, before))
    kad_publications_moved (self);
}

void
kad_engine_set_bootstrap (KadEngine *self, GPtrArray *peers)
{
  g_ptr_array_set_size (self->bootstrap, 0);
  for (guint i = 0; i < peers->len && self->bootstrap->len < KAD_MAX_BOOTSTRAP_PEERS; i++)
    {
      KadPeerInfo *info = g_ptr_array_index (peers, i);

      if (!kad_peer_id_equal (kad_peer_info_get_peer (info), &self->config.local))
        g_ptr_array_add (self->bootstrap, kad_peer_info_ref (info));
    }
}

/* ---- queries and answers ---- */

KadQueryId
kad_engine_next_query_id (KadEngine *self)
{
  return self->next_query++;
}

KadQueryId
kad_engine_start_query (KadEngine *self, const KadQuerySpec *spec, gint64 now_us)
{
  KadQueryId id;

  kad_engine_enter (self, now_us);
  id = kad_query_start (self, spec);
  kad_engine_leave (self);
  return id;
}

void
kad_engine_cancel_query (KadEngine *self, KadQueryId id, gint64 now_us)
{
  KadQuery *query;

  kad_engine_enter (self, now_us);
  query = g_hash_table_lookup (self->queries, &id);
  if (query != NULL)
    kad_query_cancel (query);
  kad_engine_leave (self);
}

void
kad_engine_reply_received (KadEngine *self, guint64 request, KadMessage *reply, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  kad_contact_reply_received (self, request, reply);
  kad_engine_leave (self);
}

void
kad_engine_request_sent (KadEngine *self, guint64 request, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  kad_contact_request_sent (self, request);
  kad_engine_leave (self);
}

void
kad_engine_request_failed (KadEngine *self, guint64 request, const GError *error, gint64 now_us)
{
  kad_engine_enter (self, now_us);
  kad_contact_request_failed (self, request, error);
  kad_engine_leave (self);
}

/* ---- looking at it ---- */

KadRoutingTable *
kad_engine_get_table (KadEngine *self)
{
  return self->table;
}

typedef struct
{
  KadEngine *engine;
  GPtrArray *rows;
} Rows;

static KadTableRow *
new_row (KadEngine *self, const KadTableEntry *entry)
{
  KadTableRow *row = kad_table_row_new ((KadPeerInfo *) entry->info);
  const KadBookPeer *peer = kad_peer_book_find (self->book, kad_peer_info_get_peer (entry->info));

  row->bucket = entry->bucket;
  row->added_us = entry->added_us;
  row->last_seen_us = entry->last_seen_us;
  row->connected = peer != NULL && peer->connected;
  if (peer != NULL)
    row->rtt_us = peer->rtt_us;
  if (peer != NULL && peer->checking)
    row->state = KAD_PEER_STATE_CHECKING;
  else
    row->state = entry->failures > 0 ? KAD_PEER_STATE_STALE : KAD_PEER_STATE_LIVE;
  return row;
}

static void
add_row (const KadTableEntry *entry, gpointer user_data)
{
  Rows *rows = user_data;

  g_ptr_array_add (rows->rows, new_row (rows->engine, entry));
}

GPtrArray *
kad_engine_dup_table_rows (KadEngine *self)
{
  Rows rows = { self, g_ptr_array_new_with_free_func ((GDestroyNotify) kad_table_row_free) };

  kad_routing_table_foreach (self->table, add_row, &rows);
  return rows.rows;
}

KadTableRow *
kad_engine_dup_table_row (KadEngine *self, const KadPeerId *peer)
{
  const KadTableEntry *entry = kad_routing_table_find (self->table, peer);

  return entry != NULL ? new_row (self, entry) : NULL;
}

static void
count_connected (const KadTableEntry *entry, gpointer user_data)
{
  Rows *rows = user_data;
  const KadBookPeer *peer
      = kad_peer_book_find (rows->engine->book, kad_peer_info_get_peer (entry->info));

  if (peer != NULL && peer->connected)
    ((KadBucketRow *) rows->rows->pdata[rows->rows->len - 1])->connected++;
}

GPtrArray *
kad_engine_dup_bucket_rows (KadEngine *self)
{
  Rows rows = { self, g_ptr_array_new_with_free_func ((GDestroyNotify) kad_bucket_row_free) };

  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      const KadBucket *bucket = kad_routing_table_find_bucket (self->table, i);
      KadBucketRow *row;

      if (bucket == NULL)
        break;
      if (bucket->n_members + bucket->n_replacements == 0)
        continue;
      row = kad_bucket_row_new (i);
      row->size = bucket->n_members;
      row->replacements = bucket->n_replacements;
      row->refreshed_us = bucket->refreshed_us;
      row->changed_us = bucket->changed_us;
      g_ptr_array_add (rows.rows, row);
      kad_routing_table_foreach_in (self->table, i, count_connected, &rows);
    }
  return rows.rows;
}

KadPeerInfo *
kad_engine_dup_peer_info (KadEngine *self, const KadPeerId *peer)
{
  KadPeerInfo *info;

  if (kad_peer_id_equal (peer, &self->config.local))
    info = self->local_info;
  else
    info = kad_engine_find_info (self, peer);
  return info != NULL ? kad_peer_info_ref (info) : NULL;
}
