/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A command outside of Kad: who provides a key, and how fast does each of them answer? */
#include <kad.h>

/* One object is one run of the command. It asks the network who provides the key, pings each
 * provider as soon as it is known, and ends when the search and all pings have ended. */
#define EXAMPLE_TYPE_PING_PROVIDERS (example_ping_providers_get_type ())

G_DECLARE_FINAL_TYPE (ExamplePingProviders, example_ping_providers, EXAMPLE, PING_PROVIDERS,
                      KadCommandHandler)

struct _ExamplePingProviders
{
  KadCommandHandler parent_instance;

  GBytes *key;
  KadQueryId search;
  gboolean is_search_over;
  GHashTable *peers; /* (element-type utf8) providers that we know of */
  GHashTable *pings; /* (element-type KadQueryId) that have not ended yet */
};

G_DEFINE_DYNAMIC_TYPE (ExamplePingProviders, example_ping_providers, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
};

/* ---- the run ---- */

/* Starts the work and returns at once. What comes of it arrives in on_event(). */
static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  ExamplePingProviders *self = EXAMPLE_PING_PROVIDERS (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_GET_PROVIDERS,
    .key = self->key,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  self->search = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->search);
}

/* A provider may be named more than once; it is pinged once. */
static void
ping (ExamplePingProviders *self, KadPeerInfo *provider)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  const KadPeerId *peer = kad_peer_info_get_peer (provider);
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_new (peer, NULL);
  KadQueryId id;

  if (!g_hash_table_add (self->peers, kad_peer_id_to_string (peer)))
    return;
  id = kad_swarm_ping (kad_command_handler_get_swarm (handler), endpoint,
                       kad_command_handler_get_timeout_us (handler));
  kad_command_handler_own_query (handler, id);
  g_hash_table_add (self->pings, g_memdup2 (&id, sizeof id));
}

static void
on_search_event (ExamplePingProviders *self, KadEvent *event)
{
  if (event->peers != NULL)
    for (guint i = 0; i < event->peers->len; i++)
      ping (self, g_ptr_array_index (event->peers, i));
  if (!kad_event_is_last_step (event))
    return;
  self->is_search_over = TRUE;
  kad_command_handler_merge_stats (KAD_COMMAND_HANDLER (self), kad_event_get_stats (event));
}

/* One result: a dictionary, which is a line of JSON in the end. */
static void
on_ping_event (ExamplePingProviders *self, KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  g_autofree char *peer = kad_peer_id_to_string (&event->peer);
  GVariantDict result;

  if (!kad_event_is_last_step (event))
    return;
  g_hash_table_remove (self->pings, &event->query);
  g_variant_dict_init (&result, NULL);
  g_variant_dict_insert (&result, "peer", "s", peer);
  if (event->error == NULL)
    g_variant_dict_insert (&result, "rtt_us", "x", event->rtt_us);
  else
    g_variant_dict_insert (&result, "reason", "s", event->error->message);
  kad_command_handler_merge_stats (handler, kad_event_get_stats (event));
  kad_command_handler_report (handler, g_variant_dict_end (&result));
}

/* Events of other commands come by, too: they are passed on. */
static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  ExamplePingProviders *self = EXAMPLE_PING_PROVIDERS (handler);

  if (kad_event_is_query_progress (event, self->search))
    {
      if (kad_event_is_last_step (event) && event->error != NULL)
        {
          kad_command_handler_end_with_event (handler, event, NULL);
          return KAD_EVENT_CONSUME;
        }
      on_search_event (self, event);
    }
  else if (g_hash_table_contains (self->pings, &event->query))
    on_ping_event (self, event);
  else
    return KAD_EVENT_PASS;

  /* The end comes once, and nothing behind it: the caller's callback may run inside. */
  if (self->is_search_over && g_hash_table_size (self->pings) == 0)
    kad_command_handler_finish (handler, NULL);
  return KAD_EVENT_CONSUME;
}

/* ---- the object ---- */

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_KEY)
    EXAMPLE_PING_PROVIDERS (object)->key = g_value_dup_boxed (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  ExamplePingProviders *self = EXAMPLE_PING_PROVIDERS (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_hash_table_unref (self->peers);
  g_hash_table_unref (self->pings);
  G_OBJECT_CLASS (example_ping_providers_parent_class)->finalize (object);
}

static void
example_ping_providers_class_init (ExamplePingProvidersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = "Find who provides a key, and how fast each answers";
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", "Key", "What is provided", G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
}

static void
example_ping_providers_class_finalize (ExamplePingProvidersClass *klass)
{
}

static void
example_ping_providers_init (ExamplePingProviders *self)
{
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* ---- the module ---- */

KAD_MODULE_DEFINE ("ping-providers", "1.0", "Pings who provides a key")

void
g_io_module_load (GIOModule *module)
{
  example_ping_providers_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (KAD_COMMAND_EXTENSION_POINT_NAME, EXAMPLE_TYPE_PING_PROVIDERS,
                                  "ping-providers", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}
