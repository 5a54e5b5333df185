/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"
#include "kad-query-write.h"

/*
 * Announcing that we provide a key, to its closest peers. ADD_PROVIDER has no
 * answer (wire-facts, rule 1): written whole counts as stored. Unless it is for
 * once, the key stays provided when this ends well, and is announced again in time.
 */

typedef struct
{
  KadWriteQuery parent;
  gboolean once;
  gboolean is_new; /* the key was not provided for the user before */
} ProvideQuery;

static gboolean
prepare (ProvideQuery *self, GError **error)
{
  KadQuery *query = &self->parent.parent;
  KadEngine *engine = query->engine;

  if (engine->local_info == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                           "This node has no address at which others could fetch anything: let it "
                           "listen on one that this network takes");
      return FALSE;
    }
  if (self->once)
    return TRUE;
  return kad_publications_begin_provide (engine, query->key, &self->is_new, error);
}

static void
provide_start (KadQuery *query, const KadQuerySpec *spec)
{
  ProvideQuery *self = (ProvideQuery *) query;
  g_autoptr (GError) error = NULL;
  KadKey target = query->target;

  self->parent.quorum = spec->quorum;
  self->once = spec->once || query->on_end != NULL;
  if (!prepare (self, &error))
    {
      kad_query_end (query, KAD_OUTCOME_FAILED, g_steal_pointer (&error));
      return;
    }
  self->parent.message = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, query->key);
  kad_message_take_provider (self->parent.message, kad_peer_info_ref (query->engine->local_info));
  kad_query_walk (query, &target);
}

static KadMessage *
provide_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_FIND_NODE, self->key);
}

static void
provide_ended (KadQuery *query, KadOutcome outcome, const GError *error)
{
  ProvideQuery *self = (ProvideQuery *) query;

  if (self->once)
    return;
  if (outcome != KAD_OUTCOME_CANCELLED && kad_write_query_has_quorum (query))
    kad_publications_provided (query->engine, query);
  else if (self->is_new)
    kad_publications_remove (query->engine, KAD_PUBLICATION_PROVIDER, query->key, "");
}

const KadQueryClass kad_provide_query_class = {
  .size = sizeof (ProvideQuery),
  .exact = TRUE,
  .start = provide_start,
  .message = provide_message,
  .walked = kad_write_query_walked,
  .fill = kad_write_query_fill,
  .ended = provide_ended,
  .clear = kad_write_query_clear,
};
