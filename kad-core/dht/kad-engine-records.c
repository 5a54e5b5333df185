/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/* What is held here, as it may be given away. Nothing leaves unvalidated: a
 * record may have expired by its own terms, or a database may be damaged. */

static gboolean
is_valid (KadEngine *self, KadRecord *record)
{
  return kad_validators_validate (self->config.validators, kad_record_get_key (record),
                                  kad_record_get_value (record),
                                  kad_engine_get_wall_time (self).unix_us, NULL);
}

KadRecord *
kad_engine_dup_valid_record (KadEngine *self, GBytes *key)
{
  KadRecordStore *store = self->config.records;
  g_autoptr (KadRecord) held = store->klass->get (store, key, self->now_us);
  KadRecord *own = kad_publications_get_record (self, key);

  if (held != NULL && !is_valid (self, held))
    {
      store->klass->remove (store, key);
      g_clear_pointer (&held, kad_record_unref);
    }
  if (own == NULL || !is_valid (self, own))
    return g_steal_pointer (&held);
  if (held == NULL || g_bytes_equal (kad_record_get_value (held), kad_record_get_value (own)))
    return kad_record_ref (own);
  return kad_validators_select (
             self->config.validators, key,
             (GBytes *const[]){ kad_record_get_value (held), kad_record_get_value (own) },
             2) == 0
             ? g_steal_pointer (&held)
             : kad_record_ref (own);
}

gboolean
kad_engine_store_record (KadEngine *self, KadRecord *record, const KadPeerId *from, GError **error)
{
  KadRecordStore *store = self->config.records;
  gint64 ttl_us = self->config.record_ttl_us;
  guint32 ttl_s = kad_record_get_ttl_s (record);

  if (ttl_s > 0)
    ttl_us = MIN (ttl_us, (gint64) ttl_s * KAD_USEC_PER_SEC);
  return store->klass->put (store, record, from, kad_time_add (self->now_us, ttl_us), self->now_us,
                            error);
}

GPtrArray *
kad_engine_dup_providers (KadEngine *self, GBytes *key, guint max)
{
  KadProviderStore *store = self->config.providers;
  GPtrArray *infos = store->klass->get (store, key, max, self->now_us);

  if (self->local_info != NULL && kad_publications_provides (self, key))
    g_ptr_array_insert (infos, 0, kad_peer_info_ref (self->local_info));
  return infos;
}

gboolean
kad_engine_check_own_value (KadEngine *self, GBytes *key, GBytes *value, GError **error)
{
  g_autoptr (KadRecord) own = NULL;

  if (value == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "There is no value to put");
      return FALSE;
    }
  if (g_bytes_get_size (value) > self->config.max_record_bytes)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                   "The value has %" G_GSIZE_FORMAT " bytes; this network takes %" G_GSIZE_FORMAT,
                   g_bytes_get_size (value), self->config.max_record_bytes);
      return FALSE;
    }
  if (!kad_validators_validate (self->config.validators, key, value,
                                kad_engine_get_wall_time (self).unix_us, error))
    return FALSE;

  own = kad_engine_dup_valid_record (self, key);
  if (own == NULL || g_bytes_equal (kad_record_get_value (own), value)
      || kad_validators_select (self->config.validators, key,
                                (GBytes *const[]){ value, kad_record_get_value (own) }, 2)
             == 0)
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_OLDER_RECORD,
                       "A better record of the key is held here already");
  return FALSE;
}
