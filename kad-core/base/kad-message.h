/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-peer-info.h"
#include "kad-record.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_MESSAGE_BYTES:
 *
 * The largest message of the kad protocol, in bytes, that we read (libp2p specs, kad-dht).
 */
#define KAD_MAX_MESSAGE_BYTES (4 * 1024 * 1024)

/**
 * KAD_MAX_EMITTED_MESSAGE_BYTES:
 *
 * The largest message of the kad protocol, in bytes, that we send.
 */
#define KAD_MAX_EMITTED_MESSAGE_BYTES (16 * 1024)

/**
 * KAD_MAX_CLOSER_PEERS:
 *
 * The most closer peers that are taken from one reply.
 */
#define KAD_MAX_CLOSER_PEERS 40

/**
 * KAD_MAX_PROVIDER_PEERS:
 *
 * The most providers that are taken from one reply.
 */
#define KAD_MAX_PROVIDER_PEERS 1024

/**
 * KadMessageType:
 * @KAD_MESSAGE_PUT_VALUE: store a record
 * @KAD_MESSAGE_GET_VALUE: give a record, and peers closer to its key
 * @KAD_MESSAGE_ADD_PROVIDER: the sender provides a key; has no answer
 * @KAD_MESSAGE_GET_PROVIDERS: who provides a key, and peers closer to it
 * @KAD_MESSAGE_FIND_NODE: peers closer to a key
 * @KAD_MESSAGE_PING: deprecated; answered, never sent
 *
 * The requests of the kad protocol (libp2p specs, kad-dht, "RPC messages"); the values are those of
 * the wire.
 */
typedef enum
{
  KAD_MESSAGE_PUT_VALUE = 0,
  KAD_MESSAGE_GET_VALUE = 1,
  KAD_MESSAGE_ADD_PROVIDER = 2,
  KAD_MESSAGE_GET_PROVIDERS = 3,
  KAD_MESSAGE_FIND_NODE = 4,
  KAD_MESSAGE_PING = 5,
} KadMessageType;

/* "put-value", ... the words of `kad ask`. */
KAD_API const char *kad_message_type_get_name (KadMessageType type);
KAD_API gboolean kad_message_type_parse (const char *name, KadMessageType *type, GError **error);

#define KAD_TYPE_MESSAGE (kad_message_get_type ())

/**
 * KadMessage:
 *
 * A request or reply of the kad protocol, decoded. Built by setters, then shared read-only;
 * reference counted.
 */
typedef struct _KadMessage KadMessage;

KAD_API GType kad_message_get_type (void);
KAD_API KadMessage *kad_message_new (KadMessageType type, GBytes *key);
KAD_API KadMessage *kad_message_ref (KadMessage *self);
KAD_API void kad_message_unref (KadMessage *self);
KAD_API void kad_message_set_record (KadMessage *self, KadRecord *record);
KAD_API void kad_message_take_closer (KadMessage *self, KadPeerInfo *info);
KAD_API void kad_message_take_provider (KadMessage *self, KadPeerInfo *info);
KAD_API KadMessageType kad_message_get_message_type (const KadMessage *self);
/* (nullable): no key field is NULL, an empty one an empty GBytes */
KAD_API GBytes *kad_message_get_key (const KadMessage *self);
KAD_API KadRecord *kad_message_get_record (const KadMessage *self);
KAD_API guint kad_message_get_n_closer (const KadMessage *self);
KAD_API KadPeerInfo *kad_message_get_closer (const KadMessage *self, guint index);
KAD_API guint kad_message_get_n_providers (const KadMessage *self);
KAD_API KadPeerInfo *kad_message_get_provider (const KadMessage *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadMessage, kad_message_unref)

G_END_DECLS
