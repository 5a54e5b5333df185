/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/*
 * Where a peer is. It ends with the first one who says an address: whether that
 * still holds is for a dial to find out. Peers that only use the network are named
 * too, by those that know them.
 */

typedef struct
{
  KadQuery parent;
  KadPeerId peer;
} FindPeerQuery;

static void
found (KadQuery *self, KadPeerInfo *info, const KadPeerId *from, KadOutcome outcome)
{
  KadEvent *step = kad_query_new_step (self);

  step->peer = *kad_peer_info_get_peer (info);
  step->from = *from;
  step->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (step->peers, kad_peer_info_ref (info));
  kad_query_emit_step (self, step);
  kad_query_end (self, outcome, NULL);
}

static void
find_peer_start (KadQuery *query, const KadQuerySpec *spec)
{
  FindPeerQuery *self = (FindPeerQuery *) query;
  KadEngine *engine = query->engine;
  g_autoptr (KadPeerInfo) known = kad_engine_dup_peer_info (engine, &spec->peer);
  KadKey target = query->target;

  self->peer = spec->peer;
  if (known != NULL && kad_peer_info_get_n_addresses (known) > 0)
    found (query, known, &engine->config.local, KAD_OUTCOME_COMPLETED);
  else
    kad_query_walk (query, &target);
}

static KadMessage *
find_peer_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_FIND_NODE, self->key);
}

static void
find_peer_answered (KadQuery *query, const KadPeerId *from, KadMessage *reply)
{
  FindPeerQuery *self = (FindPeerQuery *) query;

  for (guint i = 0; i < kad_message_get_n_closer (reply); i++)
    {
      KadPeerInfo *info = kad_message_get_closer (reply, i);
      g_autoptr (KadPeerInfo) clean = NULL;

      if (!kad_peer_id_equal (kad_peer_info_get_peer (info), &self->peer))
        continue;
      clean = kad_engine_sanitise (query->engine, info, TRUE);
      if (kad_peer_info_get_n_addresses (clean) == 0)
        continue;
      found (query, clean, from, KAD_OUTCOME_STOPPED);
      return;
    }
}

static void
find_peer_walked (KadQuery *query, KadLookupVerdict verdict)
{
  FindPeerQuery *self = (FindPeerQuery *) query;
  guint n_answered = kad_lookup_get_n_answered (query->lookup);
  g_autofree char *text = NULL;

  if (n_answered == 0)
    {
      kad_query_end_walked (query, verdict);
      return;
    }
  text = kad_peer_id_to_string (&self->peer);
  kad_query_end (query, KAD_OUTCOME_FAILED,
                 g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND,
                              "No address of %s was found: %u %s answered", text, n_answered,
                              n_answered == 1 ? "peer" : "peers"));
}

const KadQueryClass kad_find_peer_query_class = {
  .size = sizeof (FindPeerQuery),
  .start = find_peer_start,
  .message = find_peer_message,
  .answered = find_peer_answered,
  .walked = find_peer_walked,
};
