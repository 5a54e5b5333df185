/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/* Who is closest to a key: the walk alone. */

static void
closest_peers_start (KadQuery *self, const KadQuerySpec *spec)
{
  KadKey target = self->target;

  kad_query_walk (self, &target);
}

static KadMessage *
closest_peers_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_FIND_NODE, self->key);
}

static void
closest_peers_fill (KadQuery *self, KadEvent *event)
{
  if (self->lookup != NULL)
    event->peers = kad_lookup_dup_answered (self->lookup, self->engine->config.k);
}

const KadQueryClass kad_closest_peers_query_class = {
  .size = sizeof (KadQuery),
  .exact = TRUE,
  .start = closest_peers_start,
  .message = closest_peers_message,
  .fill = closest_peers_fill,
};
