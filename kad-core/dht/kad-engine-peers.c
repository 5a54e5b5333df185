/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

#include <string.h>

/*
 * Who enters the table and who leaves it.
 *
 * In: servers by identify that have answered us. Somebody who only connected is a
 * candidate and is asked FIND_NODE for our own id first, as go-libp2p-kad-dht does;
 * whoever answers a query needs no other proof. Peers that were only heard of never
 * enter, clients never do.
 *
 * Out: whoever failed is checked by the same request, and goes when it failed
 * CHECK_ATTEMPTS checks in a row, some seconds apart. While we are connected with nobody
 * the fault is taken to be ours, and everybody stays.
 *
 * A full bucket keeps the newcomer waiting and has its least recently seen peer
 * checked: if that lives, nothing changes.
 */

#define CHECK_ATTEMPTS 3
/* From one failed check to the next, growing. */
#define CHECK_RETRY_US (5 * KAD_USEC_PER_SEC)
/* While we are connected with nobody. */
#define CHECK_OFFLINE_RETRY_US (300 * KAD_USEC_PER_SEC)
/* Seen within this: lives, and need not be checked because a newcomer waits. Every
 * check may be a connection that makes us a newcomer elsewhere: with less patience
 * checks would beget checks. */
#define SEEN_LATELY_US (600 * KAD_USEC_PER_SEC)
/* Who answered within this need not be asked again only to enter. */
#define ANSWERED_LATELY_US (60 * KAD_USEC_PER_SEC)

/* Below it, services listen that are not of this network: nobody shall send us there. */
#define FIRST_FREE_PORT 1024
/* Who comes first knows more: our publications wait a little for them. */
#define FIRST_PEER_US (10 * KAD_USEC_PER_SEC)

static gboolean
may_use_address (KadEngine *self, KadMultiaddr *address, gboolean relays, gboolean own)
{
  KadScope scope;
  guint16 port;

  if (!self->config.public_addresses_only)
    return TRUE;
  scope = kad_multiaddr_get_scope (address);
  if (scope == KAD_SCOPE_RELAY)
    return relays;
  if (scope != KAD_SCOPE_GLOBAL && scope != KAD_SCOPE_NAME)
    return FALSE;
  return own || kad_limits_get (&self->limits, KAD_LIMIT_LOW_PORTS) != 0
         || !kad_multiaddr_get_port (address, &port) || port >= FIRST_FREE_PORT;
}

static gboolean
is_clean (KadEngine *self, KadPeerInfo *info, gboolean relays, gboolean own)
{
  gsize bytes = 0, len;

  if (kad_peer_info_get_connection (info) > KAD_CONNECTION_CONNECTED)
    return FALSE;
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    {
      KadMultiaddr *address = kad_peer_info_get_address (info, i);

      kad_multiaddr_get_data (address, &len);
      bytes += len;
      if (bytes > KAD_MAX_BOOK_ADDRESS_BYTES
          || kad_multiaddr_has_protocol (address, KAD_MULTIADDR_P2P)
          || !may_use_address (self, address, relays, own))
        return FALSE;
    }
  return TRUE;
}

/* Without our own /p2p at its end; NULL if it is another's. A relay's id stays. */
static KadMultiaddr *
strip_peer (KadMultiaddr *address, const KadPeerId *peer)
{
  const guint8 *id;
  const guint8 *own;
  gsize len, own_len;
  KadMultiaddr *bare = kad_multiaddr_split_peer (address, &id, &len);

  if (id == NULL)
    return bare;
  own = kad_peer_id_get_data (peer, &own_len);
  if (len != own_len || memcmp (id, own, len) != 0)
    g_clear_pointer (&bare, kad_multiaddr_unref);
  return bare;
}

KadPeerInfo *
kad_engine_sanitise (KadEngine *self, KadPeerInfo *info, gboolean relays)
{
  const KadPeerId *peer = kad_peer_info_get_peer (info);
  gboolean own = kad_peer_id_equal (peer, &self->config.local);
  gsize bytes = 0, len;
  KadPeerInfo *clean;

  if (is_clean (self, info, relays, own))
    return kad_peer_info_ref (info);

  clean = kad_peer_info_new (peer);
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    {
      g_autoptr (KadMultiaddr) bare = strip_peer (kad_peer_info_get_address (info, i), peer);

      if (bare == NULL || !may_use_address (self, bare, relays, own))
        continue;
      kad_multiaddr_get_data (bare, &len);
      bytes += len;
      if (bytes > KAD_MAX_BOOK_ADDRESS_BYTES)
        break;
      kad_peer_info_add_address (clean, bare);
    }
  return clean;
}

KadPeerInfo *
kad_engine_find_info (KadEngine *self, const KadPeerId *id)
{
  KadBookPeer *peer = kad_peer_book_find (self->book, id);
  const KadTableEntry *entry;

  if (peer != NULL && peer->info != NULL)
    return peer->info;
  entry = kad_routing_table_find (self->table, id);
  return entry != NULL ? (KadPeerInfo *) entry->info : NULL;
}

/* ---- the table ---- */

static void
emit_table (KadEngine *self, KadEventType type, KadPeerInfo *info)
{
  KadEvent *event = kad_event_new (type);
  KadKey key;

  event->peer = *kad_peer_info_get_peer (info);
  kad_key_init_from_peer (&key, &event->peer);
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, kad_peer_info_ref (info));
  event->number = kad_key_common_prefix (&self->key, &key);
  kad_engine_emit (self, event);
}

static gboolean
was_seen_lately (KadEngine *self, const KadPeerId *id)
{
  const KadTableEntry *entry = kad_routing_table_find (self->table, id);

  return entry != NULL && entry->failures == 0
         && self->now_us < kad_time_add (entry->last_seen_us, SEEN_LATELY_US);
}

/* Replies say with whom we are connected. */
static void
tell_connected (KadEngine *self, const KadPeerId *id)
{
  const KadBookPeer *peer = kad_peer_book_find (self->book, id);

  kad_routing_table_set_connected (self->table, id, peer != NULL && peer->connected);
}

static void
table_add (KadEngine *self, KadPeerInfo *info)
{
  KadPeerId check;

  if (kad_peer_info_get_n_addresses (info) == 0)
    {
      kad_routing_table_seen (self->table, kad_peer_info_get_peer (info), self->now_us);
      return;
    }
  switch (kad_routing_table_add (self->table, info, self->now_us, &check))
    {
    case KAD_TABLE_ADDED:
      emit_table (self, KAD_EVENT_TABLE_ADDED, info);
      kad_refresh_table_grew (self);
      if (kad_routing_table_get_size (self->table) == 1)
        kad_publications_hurry (self, FIRST_PEER_US);
      break;
    case KAD_TABLE_PENDING:
      if (!was_seen_lately (self, &check))
        kad_engine_check_peer (self, &check);
      break;
    case KAD_TABLE_UPDATED:
    case KAD_TABLE_REFUSED:
      break;
    }
  tell_connected (self, kad_peer_info_get_peer (info));
}

static void
table_remove (KadEngine *self, const KadPeerId *id)
{
  const KadTableEntry *entry = kad_routing_table_find (self->table, id);
  g_autoptr (KadPeerInfo) removed = NULL;
  g_autoptr (KadPeerInfo) promoted = NULL;

  if (entry != NULL)
    removed = kad_peer_info_ref ((KadPeerInfo *) entry->info);
  if (!kad_routing_table_remove (self->table, id, self->now_us, &promoted))
    return;
  emit_table (self, KAD_EVENT_TABLE_REMOVED, removed);
  if (promoted == NULL)
    return;
  emit_table (self, KAD_EVENT_TABLE_ADDED, promoted);
  /* It waited: whether it still lives is not known. */
  if (!was_seen_lately (self, kad_peer_info_get_peer (promoted)))
    kad_engine_check_peer (self, kad_peer_info_get_peer (promoted));
}

/* ---- checks ---- */

static void
set_check_failures (KadEngine *self, KadBookPeer *peer, guint failures)
{
  gboolean was_doubtful = peer->check_failures >= KAD_DOUBTFUL_FAILURES;
  gboolean is_doubtful = failures >= KAD_DOUBTFUL_FAILURES;

  peer->check_failures = failures;
  if (is_doubtful && !was_doubtful)
    self->n_doubtful++;
  else if (was_doubtful && !is_doubtful)
    self->n_doubtful--;
}

static void start_checks (KadEngine *self);
static void retry_check (KadAlarm *alarm, gpointer user_data);

static void
check_failed (KadEngine *self, KadBookPeer *peer)
{
  gboolean offline = self->n_connected == 0;
  gint64 delay_us;

  if (kad_routing_table_find (self->table, &peer->id) == NULL)
    {
      set_check_failures (self, peer, 0);
      return;
    }
  if (peer->check_failures < CHECK_ATTEMPTS)
    set_check_failures (self, peer, peer->check_failures + 1);
  if (peer->check_failures >= CHECK_ATTEMPTS && !offline)
    {
      set_check_failures (self, peer, 0);
      table_remove (self, &peer->id);
      return;
    }
  delay_us = peer->check_failures >= CHECK_ATTEMPTS
                 ? CHECK_OFFLINE_RETRY_US
                 : CHECK_RETRY_US * (gint64) peer->check_failures;
  kad_alarms_set (&self->alarms, &peer->check_alarm, kad_time_add (self->now_us, delay_us),
                  retry_check);
}

static void
check_done (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  KadEngine *self = owner;
  KadBookPeer *peer = contact->peer;

  peer->checking = FALSE;
  self->n_checks--;
  if (reply == NULL)
    check_failed (self, peer);
  start_checks (self);
}

static void
start_check (KadEngine *self, KadBookPeer *peer)
{
  KadPeerInfo *known = kad_engine_find_info (self, &peer->id);
  g_autoptr (KadPeerInfo) info
      = known != NULL ? kad_peer_info_ref (known) : kad_peer_info_new (&peer->id);
  KadContactSpec spec = {
    .info = info,
    .message = self->check_message,
    .func = check_done,
    .owner = self,
  };

  if (kad_contact_start (self, &spec, NULL) != NULL)
    {
      self->n_checks++;
      return;
    }
  peer->checking = FALSE;
  check_failed (self, peer);
}

static void
start_checks (KadEngine *self)
{
  while (self->n_checks < KAD_MAX_CHECKS_AT_ONCE && self->checks_queued.length > 0)
    {
      KadBookPeer *peer = g_queue_pop_head (&self->checks_queued);
      KadPeerId id = peer->id;

      start_check (self, peer);
      peer = kad_peer_book_find (self->book, &id);
      if (peer != NULL)
        kad_peer_book_settle (self->book, peer);
    }
}

static void
queue_check (KadEngine *self, KadBookPeer *peer)
{
  if (peer->checking || self->checks_queued.length >= KAD_MAX_CHECKS_QUEUED)
    return;
  kad_alarms_cancel (&self->alarms, &peer->check_alarm);
  peer->checking = TRUE;
  g_queue_push_tail (&self->checks_queued, peer);
  start_checks (self);
}

static void
retry_check (KadAlarm *alarm, gpointer user_data)
{
  KadEngine *self = user_data;
  KadBookPeer *peer = (KadBookPeer *) alarm;
  KadPeerId id = peer->id;

  queue_check (self, peer);
  peer = kad_peer_book_find (self->book, &id);
  if (peer != NULL)
    kad_peer_book_settle (self->book, peer);
}

void
kad_engine_check_peer (KadEngine *self, const KadPeerId *id)
{
  KadBookPeer *peer = kad_peer_book_ensure (self->book, id);

  /* A failed one has its next check set already. */
  if (!kad_alarm_is_set (&peer->check_alarm))
    queue_check (self, peer);
  peer = kad_peer_book_find (self->book, id);
  if (peer != NULL)
    kad_peer_book_settle (self->book, peer);
}

typedef struct
{
  GArray *peers; /* of KadPeerId */
  gint64 before_us;
} Quiet;

static void
collect_quiet (const KadTableEntry *entry, gpointer user_data)
{
  Quiet *quiet = user_data;

  if (entry->last_seen_us < quiet->before_us)
    g_array_append_vals (quiet->peers, kad_peer_info_get_peer (entry->info), 1);
}

void
kad_engine_check_quiet_peers (KadEngine *self, gint64 age_us)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (KadPeerId));
  Quiet quiet = { peers, self->now_us - age_us };

  kad_routing_table_foreach (self->table, collect_quiet, &quiet);
  for (guint i = 0; i < peers->len; i++)
    kad_engine_check_peer (self, &g_array_index (peers, KadPeerId, i));
}

void
kad_engine_clear_checks (KadEngine *self)
{
  g_queue_clear (&self->checks_queued);
}

/* ---- what contacts tell ---- */

void
kad_engine_peer_answered (KadEngine *self, KadBookPeer *peer, KadPeerInfo *info)
{
  peer->answered_us = self->now_us;
  set_check_failures (self, peer, 0);
  kad_alarms_cancel (&self->alarms, &peer->check_alarm);
  if (peer->identified && !peer->is_server)
    return;
  table_add (self, peer->info != NULL ? peer->info : info);
}

void
kad_engine_peer_failed (KadEngine *self, KadBookPeer *peer)
{
  if (kad_routing_table_note_failure (self->table, &peer->id) == 0 || peer->checking
      || kad_alarm_is_set (&peer->check_alarm))
    return;
  kad_alarms_set (&self->alarms, &peer->check_alarm, kad_time_add (self->now_us, KAD_USEC_PER_SEC),
                  retry_check);
}

static gboolean
answered_lately (KadEngine *self, const KadBookPeer *peer)
{
  return peer->answered_us != G_MININT64
         && self->now_us < kad_time_add (peer->answered_us, ANSWERED_LATELY_US);
}

/* Whether a newcomer might get in: its bucket is not full of peers that live. */
static gboolean
has_room (KadEngine *self, const KadPeerId *id)
{
  const KadTableEntry *oldest;
  guint bucket;
  KadKey key;

  kad_key_init_from_peer (&key, id);
  bucket = kad_key_common_prefix (&self->key, &key);
  if (kad_routing_table_get_bucket_size (self->table, bucket) < self->config.k)
    return TRUE;
  oldest = kad_routing_table_find_oldest (self->table, bucket);
  return !was_seen_lately (self, kad_peer_info_get_peer (oldest->info));
}

void
kad_engine_peer_identified (KadEngine *self, KadPeerInfo *info, gboolean is_server, gint64 now_us)
{
  const KadPeerId *id = kad_peer_info_get_peer (info);
  KadBookPeer *peer;

  if (kad_peer_id_equal (id, &self->config.local))
    return;

  kad_engine_enter (self, now_us);
  peer = kad_peer_book_ensure (self->book, id);
  kad_peer_book_set_info (peer, kad_engine_sanitise (self, info, FALSE));
  peer->identified = TRUE;
  peer->is_server = is_server;
  if (!is_server)
    table_remove (self, id);
  else if (kad_routing_table_find (self->table, id) != NULL || answered_lately (self, peer))
    table_add (self, peer->info);
  else if (kad_peer_info_get_n_addresses (peer->info) > 0 && has_room (self, id))
    queue_check (self, peer);
  kad_peer_book_settle (self->book, peer);
  kad_engine_leave (self);
}

void
kad_engine_add_address (KadEngine *self, KadPeerInfo *info, gint64 now_us)
{
  const KadPeerId *id = kad_peer_info_get_peer (info);
  g_autoptr (KadPeerInfo) known = NULL;
  KadPeerInfo *all;
  KadBookPeer *peer;

  if (kad_peer_id_equal (id, &self->config.local))
    return;

  kad_engine_enter (self, now_us);
  peer = kad_peer_book_ensure (self->book, id);
  known = g_steal_pointer (&peer->info);
  all = kad_peer_info_new (id);
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    kad_peer_info_add_address (all, kad_peer_info_get_address (info, i));
  for (guint i = 0; known != NULL && i < kad_peer_info_get_n_addresses (known); i++)
    kad_peer_info_add_address (all, kad_peer_info_get_address (known, i));
  kad_peer_book_set_info (peer, all);
  kad_peer_book_settle (self->book, peer);
  kad_engine_leave (self);
}

void
kad_engine_peer_connected (KadEngine *self, const KadPeerId *id, gint64 now_us)
{
  KadBookPeer *peer;

  kad_engine_enter (self, now_us);
  peer = kad_peer_book_ensure (self->book, id);
  peer->dialling = FALSE;
  if (!peer->connected)
    {
      peer->connected = TRUE;
      self->n_connected++;
      tell_connected (self, id);
      kad_contact_peer_connected (self, peer);
    }
  kad_peer_book_settle (self->book, peer);
  kad_engine_leave (self);
}

void
kad_engine_peer_disconnected (KadEngine *self, const KadPeerId *id, gint64 now_us)
{
  KadBookPeer *peer = kad_peer_book_find (self->book, id);

  if (peer == NULL || !peer->connected)
    return;

  kad_engine_enter (self, now_us);
  peer->connected = FALSE;
  peer->identified = FALSE;
  self->n_connected--;
  tell_connected (self, id);
  kad_contact_peer_disconnected (self, peer);
  peer = kad_peer_book_find (self->book, id);
  if (peer != NULL)
    kad_peer_book_settle (self->book, peer);
  kad_engine_leave (self);
}

void
kad_engine_dial_failed (KadEngine *self, const KadPeerId *id, const GError *error, gint64 now_us)
{
  KadBookPeer *peer = kad_peer_book_find (self->book, id);

  if (peer == NULL || !peer->dialling)
    return;

  kad_engine_enter (self, now_us);
  peer->dialling = FALSE;
  kad_contact_dial_failed (self, peer, error);
  peer = kad_peer_book_find (self->book, id);
  if (peer != NULL)
    kad_peer_book_settle (self->book, peer);
  kad_engine_leave (self);
}
