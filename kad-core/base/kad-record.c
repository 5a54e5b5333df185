/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-record.h"

#include <string.h>

struct _KadRecord
{
  gatomicrefcount refs;
  guint32 ttl_s;
  GBytes *key;          /* (owned) */
  GBytes *value;        /* (owned) */
  KadPeerId publisher;  /* may be unset */
  char time_received[]; /* empty: none */
};

G_DEFINE_BOXED_TYPE (KadRecord, kad_record, kad_record_ref, kad_record_unref)

static KadRecord *
new_record (GBytes *key, GBytes *value, const char *time_received, const KadPeerId *publisher,
            guint32 ttl_s)
{
  gsize time_len
      = time_received != NULL ? strnlen (time_received, KAD_MAX_RECORD_TIME_BYTES + 1) : 0;
  KadRecord *self;

  if (time_len > KAD_MAX_RECORD_TIME_BYTES)
    time_len = 0;
  self = g_malloc0 (sizeof *self + time_len + 1);
  g_atomic_ref_count_init (&self->refs);
  self->key = g_bytes_ref (key);
  self->value = g_bytes_ref (value);
  self->ttl_s = ttl_s;
  if (publisher != NULL)
    self->publisher = *publisher;
  if (time_len > 0)
    memcpy (self->time_received, time_received, time_len);
  return self;
}

/**
 * kad_record_new:
 * @key: the whole key, `/namespace/...`, of which a reference is taken
 * @value: the value, of which a reference is taken
 * @time_received: (nullable): when the storing node got it, as it came. An
 *   empty text, or one of more than %KAD_MAX_RECORD_TIME_BYTES, counts as none.
 *
 * Makes a record without publisher and TTL.
 *
 * Returns: (transfer full): the record
 */
KadRecord *
kad_record_new (GBytes *key, GBytes *value, const char *time_received)
{
  g_return_val_if_fail (key != NULL && value != NULL, NULL);

  return new_record (key, value, time_received, NULL, 0);
}

/**
 * kad_record_with_time:
 * @self: a record
 * @time_received: (nullable): another time
 *
 * Returns: (transfer full): a copy with another time; key and value are shared
 */
KadRecord *
kad_record_with_time (const KadRecord *self, const char *time_received)
{
  g_return_val_if_fail (self != NULL, NULL);

  return new_record (self->key, self->value, time_received, &self->publisher, self->ttl_s);
}

/**
 * kad_record_with_publisher:
 * @self: a record
 * @publisher: (nullable): who made it
 * @ttl_s: for how many seconds it shall be kept, 0 for no wish
 *
 * Sets the extensions of rust-libp2p (fields 666 and 777 of its dht.proto).
 *
 * Returns: (transfer full): a copy with another publisher and TTL; key and
 *   value are shared
 */
KadRecord *
kad_record_with_publisher (const KadRecord *self, const KadPeerId *publisher, guint32 ttl_s)
{
  g_return_val_if_fail (self != NULL, NULL);

  return new_record (self->key, self->value, self->time_received, publisher, ttl_s);
}

/**
 * kad_record_ref:
 * @self: a record
 *
 * Returns: (transfer full): @self
 */
KadRecord *
kad_record_ref (KadRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_record_unref:
 * @self: (transfer full): a record
 */
void
kad_record_unref (KadRecord *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_bytes_unref (self->key);
  g_bytes_unref (self->value);
  g_free (self);
}

/**
 * kad_record_get_key:
 * @self: a record
 *
 * Returns: (transfer none): its whole key
 */
GBytes *
kad_record_get_key (const KadRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key;
}

/**
 * kad_record_get_value:
 * @self: a record
 *
 * Returns: (transfer none): its value
 */
GBytes *
kad_record_get_value (const KadRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->value;
}

/**
 * kad_record_get_time_received:
 * @self: a record
 *
 * Returns: (transfer none) (nullable): the time as it came: a peer's text, which
 *   need not be a time
 */
const char *
kad_record_get_time_received (const KadRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->time_received[0] != '\0' ? self->time_received : NULL;
}

/**
 * kad_record_get_publisher:
 * @self: a record
 *
 * Returns: (transfer none) (nullable): who made it, if that is said
 */
const KadPeerId *
kad_record_get_publisher (const KadRecord *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return kad_peer_id_is_set (&self->publisher) ? &self->publisher : NULL;
}

/**
 * kad_record_get_ttl_s:
 * @self: a record
 *
 * Returns: the wished TTL in seconds, 0 for none
 */
guint32
kad_record_get_ttl_s (const KadRecord *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->ttl_s;
}
