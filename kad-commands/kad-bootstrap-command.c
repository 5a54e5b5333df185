/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-bootstrap-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadBootstrapCommand:
 *
 * Joins the network, or joins it again: dials the bootstrap peers, looks up our own id and
 * then every bucket range that is stale.
 *
 * No bootstrap peer that answers and an empty routing table are errors that say so. The
 * default deadline is the long one.
 */
struct _KadBootstrapCommand
{
  KadCommandHandler parent_instance;

  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadBootstrapCommand, kad_bootstrap_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadBootstrapCommand *self = KAD_BOOTSTRAP_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_BOOTSTRAP,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadBootstrapCommand *self = KAD_BOOTSTRAP_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  kad_query_ends_tell_progress (handler, event);
  if (kad_event_is_last_step (event))
    kad_query_ends_lookup (handler, event);
  return KAD_EVENT_CONSUME;
}

static void
kad_bootstrap_command_class_init (KadBootstrapCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Join the network and fill the routing table");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->default_timeout_ms = KAD_COMMAND_LONG_TIMEOUT_MS;
  command_class->run = run;
  command_class->on_event = on_event;
}

static void
kad_bootstrap_command_init (KadBootstrapCommand *self)
{
}
