/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-find-peer-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"
#include "kad-result.h"

/**
 * KadFindPeerCommand:
 *
 * Finds the addresses of a peer. Ends as soon as they are known; a peer of whom nobody
 * knows an address is the error NotFound.
 */
struct _KadFindPeerCommand
{
  KadCommandHandler parent_instance;

  char *peer;
  KadQueryId query; /* 0 until run() started it */
  KadPeerId wanted;
  gboolean is_found; /* and reported */
};

G_DEFINE_FINAL_TYPE (KadFindPeerCommand, kad_find_peer_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadFindPeerCommand *self = KAD_FIND_PEER_COMMAND (handler);
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, error);

  return endpoint != NULL;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadFindPeerCommand *self = KAD_FIND_PEER_COMMAND (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, &error);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_FIND_PEER,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  if (endpoint == NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->wanted = spec.peer = endpoint->peer;
  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

/* The wanted one among the peers of an event, with at least one address. */
static KadPeerInfo *
find_wanted (KadFindPeerCommand *self, const KadEvent *event)
{
  for (guint i = 0; event->peers != NULL && i < event->peers->len; i++)
    {
      KadPeerInfo *info = event->peers->pdata[i];

      if (kad_peer_id_equal (kad_peer_info_get_peer (info), &self->wanted)
          && kad_peer_info_get_n_addresses (info) > 0)
        return info;
    }
  return NULL;
}

/* The addresses come with any event of the query, the last one included. FALSE if somebody ended
 * the run meanwhile. */
static gboolean
report_wanted (KadFindPeerCommand *self, const KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  KadPeerInfo *info = self->is_found || event->error != NULL ? NULL : find_wanted (self, event);

  if (info != NULL)
    {
      self->is_found = TRUE;
      kad_command_handler_report (handler, kad_result_new_peer (info));
    }
  return !kad_command_handler_is_done (handler);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadFindPeerCommand *self = KAD_FIND_PEER_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (report_wanted (self, event) && kad_event_is_last_step (event))
    kad_query_ends_search (handler, event, "an address of this peer");
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadFindPeerCommand *self = KAD_FIND_PEER_COMMAND (object);

  switch (id)
    {
    case PROP_PEER:
      self->peer = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadFindPeerCommand *self = KAD_FIND_PEER_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  G_OBJECT_CLASS (kad_find_peer_command_parent_class)->finalize (object);
}

static void
kad_find_peer_command_class_init (KadFindPeerCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Find the addresses of a peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"), N_ ("The id of the peer"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
}

static void
kad_find_peer_command_init (KadFindPeerCommand *self)
{
}
