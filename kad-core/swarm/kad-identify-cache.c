/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-identify-cache.h"

#include "kad-identify.h"

void
kad_identify_cache_clear (KadIdentifyCache *self)
{
  g_clear_pointer (&self->said, kad_identity_free);
  g_clear_pointer (&self->frame, g_bytes_unref);
}

static gboolean
has_same_texts (char *const *a, char *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
says_the_same (const KadIdentity *a, const KadIdentity *b)
{
  if (!kad_peer_id_equal (&a->peer, &b->peer) || a->addresses->len != b->addresses->len
      || g_strcmp0 (a->agent, b->agent) != 0
      || g_strcmp0 (a->protocol_version, b->protocol_version) != 0
      || !has_same_texts (a->protocols, b->protocols))
    return FALSE;
  for (guint i = 0; i < a->addresses->len; i++)
    if (!kad_multiaddr_equal (a->addresses->pdata[i], b->addresses->pdata[i]))
      return FALSE;
  return TRUE;
}

static GBytes *
buffer_to_bytes (const KadBuffer *buffer)
{
  return g_bytes_new (kad_buffer_peek (buffer), kad_buffer_get_length (buffer));
}

static gboolean
renew (KadIdentifyCache *self, const KadIdentity *identity, const KadPrivateKey *key, guint64 seq,
       GError **error)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  kad_identify_cache_clear (self);
  self->said = kad_identity_copy (identity);
  self->seq = seq;
  g_clear_pointer (&self->said->observed, kad_multiaddr_unref);
  if (!kad_identify_encode (self->said, key, seq, &out, error))
    {
      kad_identify_cache_clear (self);
      return FALSE;
    }
  self->frame = buffer_to_bytes (&out);
  return TRUE;
}

GBytes *
kad_identify_cache_dup_frame (KadIdentifyCache *self, const KadIdentity *identity,
                              const KadPrivateKey *key, guint64 seq, GError **error)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint8 *data;
  gsize len;

  if ((self->frame == NULL || self->seq != seq || !says_the_same (self->said, identity))
      && !renew (self, identity, key, seq, error))
    return NULL;
  if (identity->observed == NULL)
    return g_bytes_ref (self->frame);

  data = g_bytes_get_data (self->frame, &len);
  /* Where there is no room left, addresses of ours have to go. */
  if (!kad_identify_add_observed (data, len, identity->observed, &out)
      && !kad_identify_encode (identity, key, seq, &out, error))
    return NULL;
  return buffer_to_bytes (&out);
}
