/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-closest-peers-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"
#include "kad-result.h"

/**
 * KadClosestPeersCommand:
 *
 * Finds the peers whose ids are closest to a key, and gives them when the lookup has
 * converged, nearest first.
 *
 * Fewer than asked for means that the lookup ran out of peers before it converged, which
 * is not an error. That no peer answered at all is one.
 */
struct _KadClosestPeersCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  guint limit;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadClosestPeersCommand, kad_closest_peers_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_LIMIT,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadClosestPeersCommand *self = KAD_CLOSEST_PEERS_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_CLOSEST_PEERS,
    .key = self->key,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

/* FALSE if somebody ended the run meanwhile. */
static gboolean
report_peers (KadClosestPeersCommand *self, GPtrArray *peers)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  guint n_peers = peers != NULL ? peers->len : 0;

  if (self->limit > 0)
    n_peers = MIN (n_peers, self->limit);
  for (guint i = 0; i < n_peers && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_peer (peers->pdata[i]));
  return !kad_command_handler_is_done (handler);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadClosestPeersCommand *self = KAD_CLOSEST_PEERS_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_event_is_last_step (event))
    return KAD_EVENT_CONSUME;
  /* Peers of a lookup that was cut short are not the closest ones. */
  if (!kad_query_ends_is_good (event) || report_peers (self, event->peers))
    kad_query_ends_lookup (handler, event);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadClosestPeersCommand *self = KAD_CLOSEST_PEERS_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_LIMIT:
      self->limit = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadClosestPeersCommand *self = KAD_CLOSEST_PEERS_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (kad_closest_peers_command_parent_class)->finalize (object);
}

static void
kad_closest_peers_command_class_init (KadClosestPeersCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Find the peers closest to a key");
  command_class->key_use = KAD_KEY_USE_TARGET;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("Where to look, not hashed yet"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_LIMIT,
      g_param_spec_uint ("limit", N_ ("Limit"),
                         N_ ("The most peers to give; 0 for all that were found"), 0,
                         KAD_MAX_CLOSER_PEERS, 0, KAD_PARAM_ARGUMENT));
}

static void
kad_closest_peers_command_init (KadClosestPeersCommand *self)
{
}
