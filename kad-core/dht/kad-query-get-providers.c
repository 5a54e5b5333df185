/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/*
 * Who provides a key. What we hold comes first, then what others answer, as it
 * comes. A provider is named once, and again only when somebody knows more addresses.
 * That nobody provides a key is an empty result, no error.
 */

/* Told by all peers together; more are left out. */
#define MAX_QUERY_PROVIDERS 4096

typedef struct
{
  KadQuery parent;
  guint limit;
  GHashTable *found; /* of KadPeerId inside the info to KadPeerInfo; never iterated */
} GetProvidersQuery;

static KadMessage *
get_providers_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_GET_PROVIDERS, self->key);
}

/* What is known of the provider now; NULL: nothing new. */
static KadPeerInfo *
merge (GetProvidersQuery *self, KadPeerInfo *info)
{
  KadPeerInfo *known = g_hash_table_lookup (self->found, kad_peer_info_get_peer (info));
  g_autoptr (KadPeerInfo) merged = NULL;
  gboolean changed = FALSE;

  if (known == NULL)
    {
      KadEngine *engine = self->parent.engine;
      KadPeerInfo *ours = kad_engine_find_info (engine, kad_peer_info_get_peer (info));

      if (g_hash_table_size (self->found) >= MAX_QUERY_PROVIDERS)
        return NULL;
      /* Many name a provider and leave its addresses to whoever asks. */
      return kad_peer_info_ref (kad_peer_info_get_n_addresses (info) == 0 && ours != NULL ? ours
                                                                                          : info);
    }
  merged = kad_peer_info_new (kad_peer_info_get_peer (info));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (known); i++)
    kad_peer_info_add_address (merged, kad_peer_info_get_address (known, i));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    changed |= kad_peer_info_add_address (merged, kad_peer_info_get_address (info, i));
  return changed ? g_steal_pointer (&merged) : NULL;
}

/* TRUE: enough. */
static gboolean
take (GetProvidersQuery *self, GPtrArray *infos, const KadPeerId *from)
{
  KadQuery *query = &self->parent;
  g_autoptr (GPtrArray) news
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  gboolean enough = FALSE;
  KadEvent *step;

  for (guint i = 0; i < infos->len && !enough; i++)
    {
      g_autoptr (KadPeerInfo) clean
          = kad_engine_sanitise (query->engine, g_ptr_array_index (infos, i), TRUE);
      KadPeerInfo *merged = merge (self, clean);

      if (merged == NULL)
        continue;
      kad_query_trace (query, KAD_STEP_PROVIDER, kad_peer_info_get_peer (merged), from);
      g_ptr_array_add (news, kad_peer_info_ref (merged));
      g_hash_table_replace (self->found, (gpointer) kad_peer_info_get_peer (merged), merged);
      enough = self->limit > 0 && g_hash_table_size (self->found) >= self->limit;
    }
  if (news->len == 0)
    return FALSE;

  step = kad_query_new_step (query);
  step->from = *from;
  step->peers = g_steal_pointer (&news);
  kad_query_emit_step (query, step);
  /* Slow peers are not waited for when there is something already. */
  if (query->lookup != NULL)
    kad_lookup_set_hasty (query->lookup, TRUE);
  if (enough)
    kad_query_end (query, KAD_OUTCOME_STOPPED, NULL);
  return enough;
}

static void
get_providers_start (KadQuery *query, const KadQuerySpec *spec)
{
  GetProvidersQuery *self = (GetProvidersQuery *) query;
  KadEngine *engine = query->engine;
  g_autoptr (GPtrArray) own
      = kad_engine_dup_providers (engine, query->key, KAD_MAX_PROVIDERS_PER_KEY);
  KadKey target = query->target;
  gboolean has_own = own->len > 0;

  self->limit = spec->limit;
  self->found = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL,
                                       (GDestroyNotify) kad_peer_info_unref);
  if (has_own && take (self, own, &engine->config.local))
    return;
  /* What we hold is an answer where there is nobody to ask. */
  if (has_own && kad_routing_table_get_size (engine->table) == 0)
    kad_query_end (query, KAD_OUTCOME_STARVED, NULL);
  else
    kad_query_walk (query, &target);
}

static void
get_providers_answered (KadQuery *query, const KadPeerId *from, KadMessage *reply)
{
  GetProvidersQuery *self = (GetProvidersQuery *) query;
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();

  for (guint i = 0; i < kad_message_get_n_providers (reply); i++)
    g_ptr_array_add (infos, kad_message_get_provider (reply, i));
  take (self, infos, from);
}

static void
get_providers_clear (KadQuery *query)
{
  GetProvidersQuery *self = (GetProvidersQuery *) query;

  g_clear_pointer (&self->found, g_hash_table_unref);
}

const KadQueryClass kad_get_providers_query_class = {
  .size = sizeof (GetProvidersQuery),
  .start = get_providers_start,
  .message = get_providers_message,
  .answered = get_providers_answered,
  .clear = get_providers_clear,
};
