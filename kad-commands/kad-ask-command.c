/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ask-command.h"

#include <glib/gi18n-lib.h>

#include "kad-endpoint.h"
#include "kad-error.h"
#include "kad-message.h"
#include "kad-result.h"

/**
 * KadAskCommand:
 *
 * Sends one request to one peer and gives its answer as it came: for who debugs a network
 * or another implementation.
 *
 * The requests are find-node, get-value, put-value, get-providers, add-provider and ping.
 * put-value sends a record of `key` and `value`; add-provider names ourselves with our
 * addresses, and has no answer, so that it is done when the request was sent. ping is
 * `/ipfs/ping/1.0.0` and gives `rtt_us`: the kad PING is never sent, because it is
 * obsolete and rust closes the stream over it.
 *
 * What a text key means depends on the request: for get-providers and add-provider as for
 * get-providers, for find-node as for closest-peers, otherwise as for get-record.
 */
struct _KadAskCommand
{
  KadCommandHandler parent_instance;

  char *address;
  char *request;
  GBytes *key;
  GBytes *value;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadAskCommand, kad_ask_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_ADDRESS = 1,
  PROP_REQUEST,
  PROP_KEY,
  PROP_VALUE,
  PROP_RAW_KEY,
};

static gboolean
is_ping (const char *request)
{
  return g_strcmp0 (request, "ping") == 0;
}

static KadKeyUse
find_key_use (GVariant *options)
{
  const char *request = NULL;

  g_variant_lookup (options, "request", "&s", &request);
  if (g_strcmp0 (request, "get-providers") == 0 || g_strcmp0 (request, "add-provider") == 0)
    return KAD_KEY_USE_PROVIDER;
  if (g_strcmp0 (request, "find-node") == 0)
    return KAD_KEY_USE_TARGET;
  return KAD_KEY_USE_RECORD;
}

static gboolean
check_parts (KadAskCommand *self, KadMessageType type, GError **error)
{
  gboolean is_put = type == KAD_MESSAGE_PUT_VALUE;

  if (self->key == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "The request %s needs a key",
                 self->request);
  else if (is_put && self->value == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "The request %s needs a value",
                 self->request);
  else if (!is_put && self->value != NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "The request %s takes no value",
                 self->request);
  else
    return TRUE;
  return FALSE;
}

/* The message to send; NULL for ping, with @error unset, and for what cannot be sent. */
static KadMessage *
new_request (KadAskCommand *self, GError **error)
{
  g_autoptr (KadRecord) record = NULL;
  KadMessageType type;
  KadMessage *message;

  if (is_ping (self->request))
    return NULL;
  if (!kad_message_type_parse (self->request != NULL ? self->request : "", &type, error)
      || !check_parts (self, type, error))
    return NULL;
  message = kad_message_new (type, self->key);
  if (type == KAD_MESSAGE_PUT_VALUE)
    {
      record = kad_record_new (self->key, self->value, NULL);
      kad_message_set_record (message, record);
    }
  return message;
}

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadAskCommand *self = KAD_ASK_COMMAND (handler);
  g_autoptr (KadMessage) message = new_request (self, error);

  return message != NULL || is_ping (self->request);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadAskCommand *self = KAD_ASK_COMMAND (handler);
  gint64 timeout_us = kad_command_handler_get_timeout_us (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (self->address, &error);
  g_autoptr (KadMessage) message = endpoint != NULL ? new_request (self, &error) : NULL;

  if (error != NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  if (message != NULL)
    self->query = kad_swarm_ask (swarm, endpoint, message, timeout_us);
  else
    self->query = kad_swarm_ping (swarm, endpoint, timeout_us);
  kad_command_handler_own_query (handler, self->query);
}

static void
report_answer (KadAskCommand *self, KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);

  if (event->error != NULL || !kad_peer_id_is_set (&event->peer))
    return;
  if (is_ping (self->request))
    kad_command_handler_report (handler, kad_result_new_ping (&event->peer, event->rtt_us));
  else if (event->message != NULL)
    kad_command_handler_report (handler,
                                kad_result_new_answer (&event->peer, event->message, event->raw));
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadAskCommand *self = KAD_ASK_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_event_is_last_step (event))
    return KAD_EVENT_CONSUME;
  report_answer (self, event);
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_end_with_event (handler, event, NULL);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadAskCommand *self = KAD_ASK_COMMAND (object);

  switch (id)
    {
    case PROP_ADDRESS:
      self->address = g_value_dup_string (value);
      break;
    case PROP_REQUEST:
      self->request = g_value_dup_string (value);
      break;
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_VALUE:
      self->value = g_value_dup_boxed (value);
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
  KadAskCommand *self = KAD_ASK_COMMAND (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->request, g_free);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  G_OBJECT_CLASS (kad_ask_command_parent_class)->finalize (object);
}

static void
kad_ask_command_class_init (KadAskCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Send one request to one peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;
  command_class->validate = validate;
  command_class->find_key_use = find_key_use;

  g_object_class_install_property (
      object_class, PROP_ADDRESS,
      g_param_spec_string ("address", N_ ("Address"), N_ ("Whom to ask: a multiaddr, or a peer id"),
                           NULL, KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_REQUEST,
      g_param_spec_string (
          "request", N_ ("Request"),
          N_ ("What to ask: find-node, get-value, put-value, get-providers, add-provider or ping"),
          NULL, KAD_PARAM_ARGUMENT | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"),
                          N_ ("The key to ask about; every request but ping needs one"),
                          G_TYPE_BYTES, KAD_PARAM_ARGUMENT | KAD_PARAM_KEY));
  g_object_class_install_property (object_class, PROP_VALUE,
                                   g_param_spec_boxed ("value", N_ ("Value"),
                                                       N_ ("The bytes that put-value stores"),
                                                       G_TYPE_BYTES, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_ask_command_init (KadAskCommand *self)
{
}
