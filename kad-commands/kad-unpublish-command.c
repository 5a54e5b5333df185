/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-unpublish-command.h"

#include <glib/gi18n-lib.h>

#include "kad-publication-options.h"
#include "kad-swarm.h"

/**
 * KadUnpublishCommand:
 *
 * Takes a tag away from a publication. With its last tag it is announced no longer; what other
 * peers hold of it ages out by itself, within 48 hours: nobody can take it back from them.
 *
 * What is not published for the tag is the error NotFound. Done when nothing of it is on the disk.
 */
struct _KadUnpublishCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  char *kind;
  char *tag;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadUnpublishCommand, kad_unpublish_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_KIND,
  PROP_TAG,
  PROP_RAW_KEY,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadUnpublishCommand *self = KAD_UNPUBLISH_COMMAND (handler);
  KadPublicationKind kind;

  return kad_publication_options_parse_kind (self->kind, &kind, error)
         && kad_publication_options_check_tag (self->tag, error);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadUnpublishCommand *self = KAD_UNPUBLISH_COMMAND (handler);
  KadPublicationKind kind;
  GError *error = NULL;

  if (!kad_publication_options_parse_kind (self->kind, &kind, &error))
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->query = kad_swarm_unpublish (swarm, kind, self->key, self->tag != NULL ? self->tag : "");
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadUnpublishCommand *self = KAD_UNPUBLISH_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (kad_event_is_last_step (event))
    kad_command_handler_end_with_event (handler, event, NULL);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadUnpublishCommand *self = KAD_UNPUBLISH_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_KIND:
      self->kind = g_value_dup_string (value);
      break;
    case PROP_TAG:
      self->tag = g_value_dup_string (value);
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
  KadUnpublishCommand *self = KAD_UNPUBLISH_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->tag, g_free);
  G_OBJECT_CLASS (kad_unpublish_command_parent_class)->finalize (object);
}

static void
kad_unpublish_command_class_init (KadUnpublishCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Stop announcing a key or a record for a tag");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->find_key_use = kad_publication_options_find_key_use;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->validate = validate;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is published no longer"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_KIND,
      g_param_spec_string ("kind", N_ ("Kind"), N_ ("What is published: provider or record"),
                           "provider", KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_TAG,
                                   g_param_spec_string ("tag", N_ ("Tag"),
                                                        N_ ("For whom it was published"), "",
                                                        KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_unpublish_command_init (KadUnpublishCommand *self)
{
}
