/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-bucket.h"

#include <string.h>

#define FIRST_CAPACITY 4

/**
 * kad_bucket_init: (skip)
 * @self: where to begin
 */
void
kad_bucket_init (KadBucket *self)
{
  *self = (KadBucket){ .refreshed_us = G_MININT64, .changed_us = G_MININT64 };
}

/**
 * kad_bucket_clear: (skip)
 * @self: a bucket
 */
void
kad_bucket_clear (KadBucket *self)
{
  for (guint i = 0; i < self->n_replacements; i++)
    kad_peer_info_unref (self->replacements[i].info);
  g_free (self->replacements);
  g_free (self->members);
  kad_bucket_init (self);
}

/**
 * kad_bucket_append: (skip)
 * @self: a bucket
 * @member: a slot that is not in it; the table sees to it that there is room
 */
void
kad_bucket_append (KadBucket *self, guint32 member)
{
  if (self->n_members == self->capacity)
    {
      self->capacity = MAX (FIRST_CAPACITY, self->capacity + self->capacity / 2);
      self->members = g_renew (guint32, self->members, self->capacity);
    }
  self->members[self->n_members++] = member;
}

/**
 * kad_bucket_remove: (skip)
 * @self: a bucket
 * @member: a slot; nothing happens when it is not in the bucket
 */
void
kad_bucket_remove (KadBucket *self, guint32 member)
{
  guint at = 0;

  while (at < self->n_members && self->members[at] != member)
    at++;
  if (at == self->n_members)
    return;

  self->n_members--;
  memmove (self->members + at, self->members + at + 1,
           (self->n_members - at) * sizeof *self->members);
}

/**
 * kad_bucket_touch: (skip)
 * @self: a bucket
 * @member: a slot in it, which was seen right now and becomes the last
 */
void
kad_bucket_touch (KadBucket *self, guint32 member)
{
  kad_bucket_remove (self, member);
  kad_bucket_append (self, member);
}

/**
 * kad_bucket_steal_replacement: (skip)
 * @self: a bucket
 * @index: which of the waiting newcomers; the others close up
 *
 * Returns: (transfer full): the newcomer, which waits no longer
 */
KadPeerInfo *
kad_bucket_steal_replacement (KadBucket *self, guint index)
{
  KadPeerInfo *info = self->replacements[index].info;

  self->n_replacements--;
  memmove (self->replacements + index, self->replacements + index + 1,
           (self->n_replacements - index) * sizeof *self->replacements);
  return info;
}

/**
 * kad_bucket_forget: (skip)
 * @self: a bucket
 * @peer: a peer that waits for a place, or any other
 *
 * Returns: whether it had been waiting
 */
gboolean
kad_bucket_forget (KadBucket *self, const KadPeerId *peer)
{
  for (guint i = 0; i < self->n_replacements; i++)
    {
      if (!kad_peer_id_equal (kad_peer_info_get_peer (self->replacements[i].info), peer))
        continue;
      kad_peer_info_unref (kad_bucket_steal_replacement (self, i));
      return TRUE;
    }
  return FALSE;
}

/**
 * kad_bucket_wait: (skip)
 * @self: a full bucket
 * @info: a newcomer, of which a reference is taken
 * @now_us: the time
 *
 * Lets a newcomer wait; who waits already is renewed. At most
 * %KAD_MAX_BUCKET_REPLACEMENTS wait, and only one that was not seen for
 * %KAD_REPLACEMENT_TTL_US makes room for another, so that a flood of ids
 * does not wash out those that came before it.
 *
 * Returns: whether it waits now
 */
gboolean
kad_bucket_wait (KadBucket *self, KadPeerInfo *info, gint64 now_us)
{
  /* Held here, for it may be the very info that is forgotten now. */
  g_autoptr (KadPeerInfo) newcomer = kad_peer_info_ref (info);

  kad_bucket_forget (self, kad_peer_info_get_peer (newcomer));

  if (self->n_replacements == KAD_MAX_BUCKET_REPLACEMENTS)
    {
      if (kad_time_add (self->replacements[0].seen_us, KAD_REPLACEMENT_TTL_US) > now_us)
        return FALSE;
      kad_peer_info_unref (kad_bucket_steal_replacement (self, 0));
    }

  if (self->replacements == NULL)
    self->replacements = g_new (KadReplacement, KAD_MAX_BUCKET_REPLACEMENTS);
  self->replacements[self->n_replacements++]
      = (KadReplacement){ g_steal_pointer (&newcomer), now_us };
  return TRUE;
}
