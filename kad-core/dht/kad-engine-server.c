/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"
#include "kad-peer-trim.h"

/*
 * The serving side (libp2p specs, kad-dht, "RPC messages"; wire-facts 2.5). A
 * request is answered from what is held, at once; every reply is built from
 * scratch, so that nothing a requester stuffed into its message comes back. A refusal is an
 * error, which resets the stream: the protocol has no other way to say no.
 */

/* The providers of one reply, and the bytes of a reply that they may fill together. */
#define MAX_SERVED_PROVIDERS 100
#define MAX_SERVED_PROVIDER_BYTES (10 * 1024)
/* Tags, lengths and the connection of one peer. */
#define PEER_OVERHEAD_BYTES 12

static KadMessage *
refuse (GError **error, KadError code, const char *why)
{
  g_set_error_literal (error, KAD_ERROR, code, why);
  return NULL;
}

static void
key_of (GBytes *bytes, KadKey *key)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  kad_key_init (key, data, len);
}

static gboolean
is_doubtful (KadEngine *self, KadPeerInfo *info)
{
  /* Only peers that are being checked have failed: most of the time nobody is. */
  const KadBookPeer *peer = kad_peer_book_find (self->book, kad_peer_info_get_peer (info));

  return peer != NULL && peer->check_failures >= KAD_DOUBTFUL_FAILURES;
}

/* The k closest, without who asks and without those that nobody could reach;
 * @skip (nullable) is in the reply already. */
static void
add_closer (KadEngine *self, KadMessage *reply, const KadKey *target, const KadPeerId *from,
            const KadPeerId *skip)
{
  KadPeerInfo *infos[KAD_MAX_CLOSER_PEERS];
  guint max = MIN (self->config.k + 2 + self->n_doubtful, KAD_MAX_CLOSER_PEERS);
  guint n = kad_routing_table_closest (self->table, target, max, infos);

  for (guint i = 0; i < n && kad_message_get_n_closer (reply) < self->config.k; i++)
    {
      const KadPeerId *peer = kad_peer_info_get_peer (infos[i]);

      if (kad_peer_id_equal (peer, from) || (skip != NULL && kad_peer_id_equal (peer, skip)))
        continue;
      if (self->n_doubtful > 0 && is_doubtful (self, infos[i]))
        continue;
      kad_message_take_closer (reply, kad_peer_info_ref (infos[i]));
    }
}

/* The peer that was asked for, if its id is the key and we know where it is: also a
 * client, the requester or ourselves (wire-facts, rule 5). */
static KadPeerInfo *
dup_target (KadEngine *self, GBytes *key)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  g_autoptr (KadPeerInfo) known = NULL;
  g_autoptr (KadPeerInfo) clean = NULL;
  const KadBookPeer *peer;
  KadPeerId id;

  if (!kad_peer_id_init_from_bytes (&id, data, len, NULL))
    return NULL;
  known = kad_engine_dup_peer_info (self, &id);
  if (known == NULL)
    return NULL;
  clean = kad_engine_sanitise (self, known, TRUE);
  if (kad_peer_info_get_n_addresses (clean) == 0)
    return NULL;
  peer = kad_peer_book_find (self->book, &id);
  return kad_peer_with_connection (clean, peer != NULL && peer->connected
                                              ? KAD_CONNECTION_CONNECTED
                                              : KAD_CONNECTION_NOT_CONNECTED);
}

static KadMessage *
find_node (KadEngine *self, const KadPeerId *from, GBytes *key, GError **error)
{
  KadMessage *reply;
  KadPeerInfo *target;
  KadPeerId id;
  KadKey point;

  if (key == NULL || g_bytes_get_size (key) == 0
      || g_bytes_get_size (key) > KAD_MAX_KEY_PREIMAGE_BYTES)
    return refuse (error, KAD_ERROR_INVALID_KEY, "FIND_NODE without a usable key");

  reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  key_of (key, &point);
  target = dup_target (self, key);
  if (target != NULL)
    {
      id = *kad_peer_info_get_peer (target);
      kad_message_take_closer (reply, target);
    }
  add_closer (self, reply, &point, from, target != NULL ? &id : NULL);
  return reply;
}

static KadMessage *
get_value (KadEngine *self, const KadPeerId *from, GBytes *key, GError **error)
{
  g_autoptr (KadRecord) record = NULL;
  KadMessage *reply;
  KadKey point;

  if (key == NULL || g_bytes_get_size (key) == 0
      || g_bytes_get_size (key) > KAD_MAX_KEY_PREIMAGE_BYTES)
    return refuse (error, KAD_ERROR_INVALID_KEY, "GET_VALUE without a usable key");

  reply = kad_message_new (KAD_MESSAGE_GET_VALUE, key);
  record = kad_engine_dup_valid_record (self, key);
  kad_message_set_record (reply, record);
  key_of (key, &point);
  add_closer (self, reply, &point, from, NULL);
  return reply;
}

static gboolean
check_put (KadEngine *self, GBytes *key, KadRecord *record, GError **error)
{
  GBytes *record_key = record != NULL ? kad_record_get_key (record) : NULL;
  GBytes *value = record != NULL ? kad_record_get_value (record) : NULL;

  if (key == NULL || g_bytes_get_size (key) == 0
      || g_bytes_get_size (key) > KAD_MAX_KEY_PREIMAGE_BYTES)
    return refuse (error, KAD_ERROR_INVALID_KEY, "PUT_VALUE without a usable key") != NULL;
  if (record_key == NULL || value == NULL)
    return refuse (error, KAD_ERROR_INVALID_RECORD, "PUT_VALUE without a record") != NULL;
  if (!g_bytes_equal (key, record_key))
    return refuse (error, KAD_ERROR_INVALID_RECORD, "PUT_VALUE of a record with another key")
           != NULL;
  if (g_bytes_get_size (value) > self->config.max_record_bytes)
    return refuse (error, KAD_ERROR_RECORD_TOO_LARGE, "PUT_VALUE of a record that is too large")
           != NULL;
  return kad_validators_validate (self->config.validators, key, value,
                                  kad_engine_get_wall_time (self).unix_us, error);
}

static gboolean
is_better_than_held (KadEngine *self, GBytes *key, KadRecord *record)
{
  g_autoptr (KadRecord) held = kad_engine_dup_valid_record (self, key);
  GBytes *values[2];

  if (held == NULL)
    return TRUE;
  values[0] = kad_record_get_value (record);
  values[1] = kad_record_get_value (held);
  return g_bytes_equal (values[0], values[1])
         || kad_validators_select (self->config.validators, key, values, 2) == 0;
}

static void
emit_stored (KadEngine *self, KadEventType type, const KadPeerId *from, GBytes *key,
             KadRecord *record)
{
  KadEvent *event = kad_event_new (type);

  event->peer = *from;
  event->from = *from;
  event->key = g_bytes_ref (key);
  event->record = record != NULL ? kad_record_ref (record) : NULL;
  kad_engine_emit (self, event);
}

/* The reply carries the record as it was put (wire-facts, rule 13). */
static KadMessage *
put_value (KadEngine *self, const KadPeerId *from, KadMessage *request, GError **error)
{
  GBytes *key = kad_message_get_key (request);
  KadRecord *record = kad_message_get_record (request);
  g_autofree char *time = kad_engine_dup_record_time (self);
  g_autoptr (KadRecord) stamped = NULL;
  KadMessage *reply;

  if (!kad_rates_take (self->rates, from, KAD_RATE_PUT, self->now_us))
    return refuse (error, KAD_ERROR_LIMIT_REACHED, "PUT_VALUE more often than one peer may");
  if (!check_put (self, key, record, error))
    return NULL;
  if (!is_better_than_held (self, key, record))
    return refuse (error, KAD_ERROR_OLDER_RECORD, "PUT_VALUE of a record that is worse than ours");
  stamped = kad_record_with_time (record, time);
  if (!kad_engine_store_record (self, stamped, from, error))
    return NULL;

  emit_stored (self, KAD_EVENT_RECORD_STORED, from, key, stamped);
  reply = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  kad_message_set_record (reply, record);
  return reply;
}

static gboolean
check_provider_key (GBytes *key, GError **error)
{
  if (key != NULL && g_bytes_get_size (key) > 0
      && g_bytes_get_size (key) <= KAD_MAX_PROVIDER_KEY_BYTES)
    return TRUE;
  refuse (error, KAD_ERROR_INVALID_KEY, "A provider key has 1 to 80 bytes");
  return FALSE;
}

/* Only what the sender says of itself, and only with an address; those that we may
 * not use are left out after that was counted, as in go-libp2p-kad-dht. */
static KadMessage *
add_provider (KadEngine *self, const KadPeerId *from, KadMessage *request, GError **error)
{
  KadProviderStore *store = self->config.providers;
  GBytes *key = kad_message_get_key (request);
  gint64 expires_us = kad_time_add (self->now_us, self->config.provider_ttl_us);
  gboolean any = FALSE;

  if (!kad_rates_take (self->rates, from, KAD_RATE_PROVIDE, self->now_us))
    return refuse (error, KAD_ERROR_LIMIT_REACHED, "ADD_PROVIDER more often than one peer may");
  if (!check_provider_key (key, error))
    return NULL;
  for (guint i = 0; i < kad_message_get_n_providers (request); i++)
    {
      KadPeerInfo *info = kad_message_get_provider (request, i);
      g_autoptr (KadPeerInfo) clean = NULL;

      if (!kad_peer_id_equal (kad_peer_info_get_peer (info), from)
          || kad_peer_info_get_n_addresses (info) == 0)
        continue;
      clean = kad_engine_sanitise (self, info, TRUE);
      if (!store->klass->add (store, key, clean, expires_us, self->now_us, error))
        return NULL;
      any = TRUE;
      break;
    }
  if (!any)
    return refuse (error, KAD_ERROR_PROTOCOL,
                   "ADD_PROVIDER that does not name its sender with an address");
  emit_stored (self, KAD_EVENT_PROVIDER_STORED, from, key, NULL);
  return NULL;
}

static gsize
measure (KadPeerInfo *info)
{
  gsize total, len;

  kad_peer_id_get_data (kad_peer_info_get_peer (info), &total);
  total += PEER_OVERHEAD_BYTES;
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    {
      kad_multiaddr_get_data (kad_peer_info_get_address (info, i), &len);
      total += len + 3;
    }
  return total;
}

/* As many as fit, other ones each time when they do not all. */
static void
add_providers (KadEngine *self, KadMessage *reply, GBytes *key)
{
  g_autoptr (GPtrArray) infos = kad_engine_dup_providers (self, key, KAD_MAX_PROVIDERS_PER_KEY);
  gsize n_bytes = 0;

  for (guint i = 0; i < infos->len && i < MAX_SERVED_PROVIDERS; i++)
    {
      guint other = i + kad_random_below (&self->random, infos->len - i);
      gpointer info = infos->pdata[other];

      infos->pdata[other] = infos->pdata[i];
      infos->pdata[i] = info;
      n_bytes += measure (info);
      if (n_bytes > MAX_SERVED_PROVIDER_BYTES)
        return;
      kad_message_take_provider (reply, kad_peer_info_ref (info));
    }
}

static KadMessage *
get_providers (KadEngine *self, const KadPeerId *from, GBytes *key, GError **error)
{
  KadMessage *reply;
  KadKey point;

  if (!check_provider_key (key, error))
    return NULL;
  reply = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
  add_providers (self, reply, key);
  key_of (key, &point);
  add_closer (self, reply, &point, from, NULL);
  return reply;
}

static KadMessage *
serve (KadEngine *self, const KadPeerId *from, KadMessage *request, GError **error)
{
  GBytes *key = kad_message_get_key (request);

  switch (kad_message_get_message_type (request))
    {
    case KAD_MESSAGE_FIND_NODE:
      return find_node (self, from, key, error);
    case KAD_MESSAGE_GET_VALUE:
      return get_value (self, from, key, error);
    case KAD_MESSAGE_PUT_VALUE:
      return put_value (self, from, request, error);
    case KAD_MESSAGE_ADD_PROVIDER:
      return add_provider (self, from, request, error);
    case KAD_MESSAGE_GET_PROVIDERS:
      return get_providers (self, from, key, error);
    case KAD_MESSAGE_PING:
      return kad_message_new (KAD_MESSAGE_PING, NULL);
    default:
      return refuse (error, KAD_ERROR_PROTOCOL, "A request of unknown type");
    }
}

static void
emit_served (KadEngine *self, const KadPeerId *from, KadMessage *request)
{
  KadEvent *event = kad_event_new (KAD_EVENT_REQUEST_SERVED);
  GBytes *key = kad_message_get_key (request);

  event->peer = *from;
  event->from = *from;
  event->key = key != NULL ? g_bytes_ref (key) : NULL;
  event->number = kad_message_get_message_type (request);
  event->text = g_strdup (kad_message_type_get_name (event->number));
  kad_engine_emit (self, event);
}

KadMessage *
kad_engine_handle_request (KadEngine *self, const KadPeerId *from, KadMessage *request,
                           gint64 now_us, GError **error)
{
  KadMessage *reply;

  if (!kad_engine_is_server (self))
    return refuse (error, KAD_ERROR_NOT_SUPPORTED, "This node is a client and serves nobody");

  kad_engine_enter (self, now_us);
  kad_routing_table_seen (self->table, from, self->now_us);
  if (self->trace)
    emit_served (self, from, request);
  reply = serve (self, from, request, error);
  kad_engine_leave (self);
  return reply;
}
