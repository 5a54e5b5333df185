/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-get-providers-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"
#include "kad-result.h"

/* Of one run; more are not remembered and so not given. */
#define KAD_MAX_PROVIDERS_GIVEN 4096

/**
 * KadGetProvidersCommand:
 *
 * Finds who provides a key, and gives each provider as it is found: once, and again only
 * when more addresses of it become known.
 *
 * Nobody providing the key is an empty result, not an error. Ends early with the outcome
 * `stopped` when `limit` providers have been given.
 */
struct _KadGetProvidersCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  guint limit;
  KadQueryId query;  /* 0 until run() started it */
  GHashTable *given; /* (owned) (element-type KadPeerId KadPeerInfo) as reported so far */
};

G_DEFINE_FINAL_TYPE (KadGetProvidersCommand, kad_get_providers_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_LIMIT,
  PROP_RAW_KEY,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadGetProvidersCommand *self = KAD_GET_PROVIDERS_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_GET_PROVIDERS,
    .key = self->key,
    .limit = self->limit,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

/* All addresses of both; NULL if @info has none that @known lacks. */
static KadPeerInfo *
merge (KadPeerInfo *known, KadPeerInfo *info)
{
  g_autoptr (KadPeerInfo) merged = kad_peer_info_new (kad_peer_info_get_peer (info));
  gboolean has_more = FALSE;

  for (guint i = 0; i < kad_peer_info_get_n_addresses (known); i++)
    kad_peer_info_add_address (merged, kad_peer_info_get_address (known, i));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    has_more |= kad_peer_info_add_address (merged, kad_peer_info_get_address (info, i));
  return has_more ? g_steal_pointer (&merged) : NULL;
}

/* What there is to report of a provider; NULL: nothing new. */
static KadPeerInfo *
find_news (KadGetProvidersCommand *self, KadPeerInfo *info)
{
  KadPeerInfo *known = g_hash_table_lookup (self->given, kad_peer_info_get_peer (info));

  return known != NULL ? merge (known, info) : kad_peer_info_ref (info);
}

static gboolean
has_enough (KadGetProvidersCommand *self)
{
  guint limit = self->limit > 0 ? self->limit : KAD_MAX_PROVIDERS_GIVEN;

  return g_hash_table_size (self->given) >= limit;
}

/* TRUE if the run is over now. */
static gboolean
report_provider (KadGetProvidersCommand *self, KadPeerInfo *info, const KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  g_autoptr (KadPeerInfo) news = find_news (self, info);

  if (news == NULL)
    return FALSE;
  g_hash_table_replace (self->given, (gpointer) kad_peer_info_get_peer (news),
                        kad_peer_info_ref (news));
  kad_command_handler_report (handler, kad_result_new_peer (news));
  if (kad_command_handler_is_done (handler))
    return TRUE;
  if (!has_enough (self))
    return FALSE;
  kad_command_handler_merge_stats (handler, &event->stats);
  kad_command_handler_set_outcome (handler, kad_outcome_get_name (KAD_OUTCOME_STOPPED));
  kad_command_handler_finish (handler, NULL);
  return TRUE;
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadGetProvidersCommand *self = KAD_GET_PROVIDERS_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  for (guint i = 0; event->peers != NULL && i < event->peers->len; i++)
    if (report_provider (self, event->peers->pdata[i], event))
      return KAD_EVENT_CONSUME;
  if (kad_event_is_last_step (event))
    kad_query_ends_lookup (handler, event);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGetProvidersCommand *self = KAD_GET_PROVIDERS_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_LIMIT:
      self->limit = g_value_get_uint (value);
      break;
    case PROP_RAW_KEY:
      /* The registry heeds it while it reads the key. */
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadGetProvidersCommand *self = KAD_GET_PROVIDERS_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->given, g_hash_table_unref);
  G_OBJECT_CLASS (kad_get_providers_command_parent_class)->finalize (object);
}

static void
kad_get_providers_command_class_init (KadGetProvidersCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Find the providers of a key");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is looked for"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_LIMIT,
      g_param_spec_uint ("limit", N_ ("Limit"),
                         N_ ("The most providers to give; 0 for all that are found"), 0,
                         KAD_MAX_PROVIDERS_GIVEN, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_get_providers_command_init (KadGetProvidersCommand *self)
{
  /* The key is part of the value, so that replacing one replaces both. */
  self->given = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL,
                                       (GDestroyNotify) kad_peer_info_unref);
}
