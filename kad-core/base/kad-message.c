/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-message.h"

#include "kad-names.h"

struct _KadMessage
{
  gatomicrefcount refs;
  KadMessageType type;
  GBytes *key;          /* (owned) (nullable) */
  KadRecord *record;    /* (owned) (nullable) */
  GPtrArray *closer;    /* (owned) (nullable) (element-type KadPeerInfo) */
  GPtrArray *providers; /* (owned) (nullable) (element-type KadPeerInfo) */
};

static const char *const type_names[]
    = { "put-value", "get-value", "add-provider", "get-providers", "find-node", "ping" };

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == KAD_MESSAGE_PING + 1);

G_DEFINE_BOXED_TYPE (KadMessage, kad_message, kad_message_ref, kad_message_unref)

/**
 * kad_message_type_get_name:
 * @type: a type of message
 *
 * Returns: (transfer none): its name, as `kad ask` has it
 */
const char *
kad_message_type_get_name (KadMessageType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

/**
 * kad_message_type_parse:
 * @name: what may be a type's name
 * @type: (out): the type, untouched on failure
 * @error: InvalidArgument
 *
 * Returns: %TRUE if @name is one
 */
gboolean
kad_message_type_parse (const char *name, KadMessageType *type, GError **error)
{
  guint index;

  g_return_val_if_fail (name != NULL && type != NULL, FALSE);

  if (!kad_names_parse (type_names, G_N_ELEMENTS (type_names), "a request", name, &index, error))
    return FALSE;
  *type = (KadMessageType) index;
  return TRUE;
}

/**
 * kad_message_new:
 * @type: what it asks or answers
 * @key: (nullable): the key field, of which a reference is taken; %NULL for none
 *
 * Makes a message without record and peers.
 *
 * Returns: (transfer full): the message
 */
KadMessage *
kad_message_new (KadMessageType type, GBytes *key)
{
  KadMessage *self;

  g_return_val_if_fail ((guint) type <= KAD_MESSAGE_PING, NULL);

  self = g_new0 (KadMessage, 1);
  g_atomic_ref_count_init (&self->refs);
  self->type = type;
  self->key = key != NULL ? g_bytes_ref (key) : NULL;
  return self;
}

/**
 * kad_message_ref:
 * @self: a message
 *
 * Returns: (transfer full): @self
 */
KadMessage *
kad_message_ref (KadMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_message_unref:
 * @self: (transfer full): a message
 */
void
kad_message_unref (KadMessage *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->record, kad_record_unref);
  g_clear_pointer (&self->closer, g_ptr_array_unref);
  g_clear_pointer (&self->providers, g_ptr_array_unref);
  g_free (self);
}

/**
 * kad_message_set_record:
 * @self: a message that is not shared yet
 * @record: (nullable): a record, of which a reference is taken
 *
 * Sets the record that the message carries.
 */
void
kad_message_set_record (KadMessage *self, KadRecord *record)
{
  g_return_if_fail (self != NULL);

  if (record != NULL)
    kad_record_ref (record);
  g_clear_pointer (&self->record, kad_record_unref);
  self->record = record;
}

/* Appends to a list that exists from its first entry on; what is past the bound
 * is let go. */
static void
take (GPtrArray **list, KadPeerInfo *info, guint max)
{
  if (*list == NULL)
    *list = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  if ((*list)->len < max)
    g_ptr_array_add (*list, info);
  else
    kad_peer_info_unref (info);
}

static guint
count (const GPtrArray *list)
{
  return list != NULL ? list->len : 0;
}

/**
 * kad_message_take_closer:
 * @self: a message that is not shared yet
 * @info: (transfer full): a peer that is closer to the key. When there are
 *   %KAD_MAX_CLOSER_PEERS already, it is left out.
 *
 * Adds a closer peer. Those past %KAD_MAX_CLOSER_PEERS are for the reader to drop.
 */
void
kad_message_take_closer (KadMessage *self, KadPeerInfo *info)
{
  g_return_if_fail (self != NULL && info != NULL);

  take (&self->closer, info, KAD_MAX_CLOSER_PEERS);
}

/**
 * kad_message_take_provider:
 * @self: a message that is not shared yet
 * @info: (transfer full): a provider of the key. When there are
 *   %KAD_MAX_PROVIDER_PEERS already, it is left out.
 *
 * Adds a provider.
 */
void
kad_message_take_provider (KadMessage *self, KadPeerInfo *info)
{
  g_return_if_fail (self != NULL && info != NULL);

  take (&self->providers, info, KAD_MAX_PROVIDER_PEERS);
}

/**
 * kad_message_get_message_type:
 * @self: a message
 *
 * Returns: what it asks or answers
 */
KadMessageType
kad_message_get_message_type (const KadMessage *self)
{
  g_return_val_if_fail (self != NULL, KAD_MESSAGE_PING);

  return self->type;
}

/**
 * kad_message_get_key:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the key field; an empty one is not %NULL
 */
GBytes *
kad_message_get_key (const KadMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key;
}

/**
 * kad_message_get_record:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the record
 */
KadRecord *
kad_message_get_record (const KadMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->record;
}

/**
 * kad_message_get_n_closer:
 * @self: a message
 *
 * Returns: how many closer peers it names
 */
guint
kad_message_get_n_closer (const KadMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return count (self->closer);
}

/**
 * kad_message_get_closer:
 * @self: a message
 * @index: less than kad_message_get_n_closer()
 *
 * Returns: (transfer none): a closer peer, in the order in which they came
 */
KadPeerInfo *
kad_message_get_closer (const KadMessage *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < count (self->closer), NULL);

  return g_ptr_array_index (self->closer, index);
}

/**
 * kad_message_get_n_providers:
 * @self: a message
 *
 * Returns: how many providers it names
 */
guint
kad_message_get_n_providers (const KadMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return count (self->providers);
}

/**
 * kad_message_get_provider:
 * @self: a message
 * @index: less than kad_message_get_n_providers()
 *
 * Returns: (transfer none): a provider, in the order in which they came
 */
KadPeerInfo *
kad_message_get_provider (const KadMessage *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < count (self->providers), NULL);

  return g_ptr_array_index (self->providers, index);
}
