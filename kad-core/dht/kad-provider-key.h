/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-key.h"

G_BEGIN_DECLS

/* One provider of a key: a peer, and the store's record of it. */
typedef struct
{
  guint32 peer;
  guint32 record;
} KadProviderMember;

/* A provider key, kept once, and who provides it, by when the record ends, the last
 * one first. One allocation while there is one provider, which is how most keys
 * are. */
typedef struct _KadProviderKey
{
  union
  {
    KadProviderMember one;
    KadProviderMember *many; /* (owned) from the second on */
  };
  guint16 n_members;
  guint16 capacity; /* of many; 0: one is in use */
  guint8 len;
  guint8 bytes[];
} KadProviderKey;

G_STATIC_ASSERT (KAD_MAX_PROVIDER_KEY_BYTES <= G_MAXUINT8);

KadProviderKey *kad_provider_key_new (const guint8 *bytes, gsize len);
void kad_provider_key_free (KadProviderKey *self);
void kad_provider_key_get_point (const KadProviderKey *self, KadKey *point);
void kad_provider_key_insert (KadProviderKey *self, guint index, KadProviderMember member);
void kad_provider_key_remove (KadProviderKey *self, guint index);
gboolean kad_provider_key_find (const KadProviderKey *self, guint32 peer, guint *index);

static inline const KadProviderMember *
kad_provider_key_get_members (const KadProviderKey *self)
{
  return self->capacity == 0 ? &self->one : self->many;
}

G_END_DECLS
