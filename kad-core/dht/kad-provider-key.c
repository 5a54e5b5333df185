/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-provider-key.h"

#include <stddef.h>
#include <string.h>

#define FIRST_CAPACITY 4

/**
 * kad_provider_key_new: (skip)
 * @bytes: (array length=len): the key as the wire carries it
 * @len: its length, at most %KAD_MAX_PROVIDER_KEY_BYTES
 *
 * Returns: (transfer full): the key, without providers
 */
KadProviderKey *
kad_provider_key_new (const guint8 *bytes, gsize len)
{
  KadProviderKey *self;

  g_return_val_if_fail (len <= KAD_MAX_PROVIDER_KEY_BYTES, NULL);

  self = g_malloc0 (MAX (sizeof *self, offsetof (KadProviderKey, bytes) + len));
  self->len = (guint8) len;
  memcpy (self->bytes, bytes, len);
  return self;
}

/**
 * kad_provider_key_free: (skip)
 * @self: (transfer full): a key
 */
void
kad_provider_key_free (KadProviderKey *self)
{
  if (self->capacity > 0)
    g_free (self->many);
  g_free (self);
}

/**
 * kad_provider_key_get_point: (skip)
 * @self: a key
 * @point: (out): where it is in the key space. It is computed, since a hash is
 *   cheaper than 32 bytes of memory for each of a million keys.
 */
void
kad_provider_key_get_point (const KadProviderKey *self, KadKey *point)
{
  kad_key_init (point, self->bytes, self->len);
}

static KadProviderMember *
get_members (KadProviderKey *self)
{
  return self->capacity == 0 ? &self->one : self->many;
}

static void
grow (KadProviderKey *self)
{
  guint capacity = MAX (FIRST_CAPACITY, self->capacity * 2u);
  KadProviderMember *many = g_new (KadProviderMember, capacity);

  memcpy (many, get_members (self), self->n_members * sizeof *many);
  if (self->capacity > 0)
    g_free (self->many);
  self->many = many;
  self->capacity = (guint16) capacity;
}

/**
 * kad_provider_key_insert: (skip)
 * @self: a key
 * @index: where, at most the number of members
 * @member: a provider that it does not have
 */
void
kad_provider_key_insert (KadProviderKey *self, guint index, KadProviderMember member)
{
  KadProviderMember *members;

  if (self->n_members == MAX (1, self->capacity))
    grow (self);

  members = get_members (self);
  memmove (members + index + 1, members + index, (self->n_members - index) * sizeof *members);
  members[index] = member;
  self->n_members++;
}

/**
 * kad_provider_key_remove: (skip)
 * @self: a key
 * @index: which member
 */
void
kad_provider_key_remove (KadProviderKey *self, guint index)
{
  KadProviderMember *members = get_members (self);

  self->n_members--;
  memmove (members + index, members + index + 1, (self->n_members - index) * sizeof *members);
}

/**
 * kad_provider_key_find: (skip)
 * @self: a key
 * @peer: a number of a peer
 * @index: (out): which member it is
 *
 * Returns: whether it is one
 */
gboolean
kad_provider_key_find (const KadProviderKey *self, guint32 peer, guint *index)
{
  const KadProviderMember *members = kad_provider_key_get_members (self);

  for (guint i = 0; i < self->n_members; i++)
    {
      if (members[i].peer != peer)
        continue;
      *index = i;
      return TRUE;
    }
  return FALSE;
}
