/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publish-command.h"

#include <glib/gi18n-lib.h>

#include "kad-error.h"
#include "kad-publication-options.h"
#include "kad-query-ends.h"
#include "kad-result.h"

/**
 * KadPublishCommand:
 *
 * Announces a key, as its provider or with a record, and keeps it announced: in time, after
 * failures and, if `persistent`, after the end of the node, until `unpublish` has taken its last
 * tag away.
 *
 * Without a value we say that we provide the key; with one it is the record of the key, and
 * replaces a former value for all tags. What is published already gets the tag and is not announced
 * sooner, unless `refresh`.
 *
 * The run is done when it is kept as asked, on the disk if it is persistent; with `wait`, when the
 * announcement under way has ended, too: the last line says with how many peers of how many it was
 * stored, and why not with the others. Stored with nobody is an error then, but it stays published
 * and is tried again. The one result is the publication.
 */
struct _KadPublishCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  GBytes *value;
  char *tag;
  gboolean persistent;
  gboolean refresh;
  gboolean wait;
  KadQueryId query;    /* 0 until run() started it */
  KadEvent *run_event; /* (nullable) the last run that ended since then */
  gboolean is_kept;
};

G_DEFINE_FINAL_TYPE (KadPublishCommand, kad_publish_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_VALUE,
  PROP_TAG,
  PROP_PERSISTENT,
  PROP_REFRESH,
  PROP_WAIT,
  PROP_RAW_KEY,
};

static KadPublicationKind
get_kind (KadPublishCommand *self)
{
  return self->value != NULL ? KAD_PUBLICATION_RECORD : KAD_PUBLICATION_PROVIDER;
}

static KadKeyUse
find_key_use (GVariant *options)
{
  static const char *const spellings[] = { "value", "value_base64", "value-base64" };

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (options, spellings[i], NULL);

      if (value != NULL)
        return KAD_KEY_USE_RECORD;
    }
  return KAD_KEY_USE_PROVIDER;
}

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  return kad_publication_options_check_tag (KAD_PUBLISH_COMMAND (handler)->tag, error);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadPublishCommand *self = KAD_PUBLISH_COMMAND (handler);
  KadPublicationSpec spec = {
    .kind = get_kind (self),
    .key = self->key,
    .value = self->value,
    .tag = self->tag,
    .persistent = self->persistent,
    .refresh = self->refresh,
  };

  self->query = kad_swarm_publish (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

/* ---- the end ---- */

static void
fail_run (KadCommandHandler *handler, const KadPublicationRow *row)
{
  const GError *error = row->error;
  int code = error != NULL && error->domain == KAD_ERROR ? error->code : KAD_ERROR_QUORUM_FAILED;

  kad_command_handler_fail (
      handler, g_error_new (KAD_ERROR, code,
                            "It is published, but nobody took it yet; it will be tried again: %s",
                            error != NULL ? error->message : "there was nobody to ask"));
}

static void
finish (KadPublishCommand *self, const KadPublicationRow *row)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  g_autoptr (KadEvent) told = kad_event_new (KAD_EVENT_PUBLICATION_CHANGED);

  kad_command_handler_report (handler, kad_result_new_publication (row));
  if (kad_command_handler_is_done (handler))
    return;
  if (!self->wait)
    {
      kad_command_handler_finish (handler, NULL);
      return;
    }
  if (row->stored == 0)
    {
      fail_run (handler, row);
      return;
    }
  told->stored = row->stored;
  told->wanted = row->wanted;
  kad_command_handler_finish (
      handler, kad_result_new_write (self->run_event != NULL ? self->run_event : told));
}

/* What was asked is kept; how it stands then is @event's publication. */
static void
kept (KadPublishCommand *self, KadEvent *event)
{
  const KadPublicationRow *row = event->publication;

  self->is_kept = TRUE;
  if (row == NULL)
    kad_command_handler_fail (
        KAD_COMMAND_HANDLER (self),
        g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_FOUND, "It was unpublished meanwhile"));
  else if (self->wait && self->run_event != NULL)
    finish (self, self->run_event->publication);
  else if (!self->wait || (row->last_run_us != 0 && !row->is_running && !row->is_waiting))
    finish (self, row);
}

static gboolean
is_ours (KadPublishCommand *self, const KadPublicationRow *row)
{
  return row->kind == get_kind (self) && g_bytes_equal (row->key, self->key)
         && g_str_equal (row->tag, self->tag != NULL ? self->tag : "");
}

static void
note_changed (KadPublishCommand *self, KadEvent *event)
{
  if (!self->wait || event->outcome == KAD_OUTCOME_RUNNING || !is_ours (self, event->publication))
    return;
  g_clear_pointer (&self->run_event, kad_event_unref);
  self->run_event = kad_event_ref (event);
  if (self->is_kept)
    finish (self, event->publication);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadPublishCommand *self = KAD_PUBLISH_COMMAND (handler);

  if (event->type == KAD_EVENT_PUBLICATION_CHANGED)
    {
      note_changed (self, event);
      return KAD_EVENT_PASS;
    }
  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_query_ends_is_good (event))
    kad_command_handler_end_with_event (handler, event, NULL);
  else
    kept (self, event);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadPublishCommand *self = KAD_PUBLISH_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_VALUE:
      self->value = g_value_dup_boxed (value);
      break;
    case PROP_TAG:
      self->tag = g_value_dup_string (value);
      break;
    case PROP_PERSISTENT:
      self->persistent = g_value_get_boolean (value);
      break;
    case PROP_REFRESH:
      self->refresh = g_value_get_boolean (value);
      break;
    case PROP_WAIT:
      self->wait = g_value_get_boolean (value);
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
  KadPublishCommand *self = KAD_PUBLISH_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->tag, g_free);
  g_clear_pointer (&self->run_event, kad_event_unref);
  G_OBJECT_CLASS (kad_publish_command_parent_class)->finalize (object);
}

static void
kad_publish_command_class_init (KadPublishCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Announce a key or a record, and keep it announced");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->find_key_use = find_key_use;
  command_class->broadcasts = KAD_EVENT_BIT (KAD_EVENT_PUBLICATION_CHANGED);
  command_class->default_timeout_ms = KAD_COMMAND_LONG_TIMEOUT_MS;
  command_class->validate = validate;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is published"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_VALUE,
      g_param_spec_boxed ("value", N_ ("Value"),
                          N_ ("The bytes of a record; without them the key is provided"),
                          G_TYPE_BYTES, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_TAG,
      g_param_spec_string ("tag", N_ ("Tag"),
                           N_ ("Who wants it published; it ends when each tag is taken off"), "",
                           KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_PERSISTENT,
                                   g_param_spec_boolean ("persistent", N_ ("Persistent"),
                                                         N_ ("Keep it after the end of the node"),
                                                         FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_REFRESH,
      g_param_spec_boolean ("refresh", N_ ("Refresh"),
                            N_ ("Announce it now even if it is published already"), FALSE,
                            KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_WAIT,
      g_param_spec_boolean ("wait", N_ ("Wait"),
                            N_ ("Wait until the announcement has ended, and say how it went"),
                            FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_publish_command_init (KadPublishCommand *self)
{
}
