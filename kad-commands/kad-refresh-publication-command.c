/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-refresh-publication-command.h"

#include <glib/gi18n-lib.h>

#include "kad-publication-options.h"
#include "kad-swarm.h"

/**
 * KadRefreshPublicationCommand:
 *
 * Announces now what is published; nothing happens if that is under way. Done at once: how it went
 * is told by show-publications.
 *
 * What is not published is the error NotFound.
 */
struct _KadRefreshPublicationCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  char *kind;
};

G_DEFINE_FINAL_TYPE (KadRefreshPublicationCommand, kad_refresh_publication_command,
                     KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_KIND,
  PROP_RAW_KEY,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadPublicationKind kind;

  return kad_publication_options_parse_kind (KAD_REFRESH_PUBLICATION_COMMAND (handler)->kind, &kind,
                                             error);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadRefreshPublicationCommand *self = KAD_REFRESH_PUBLICATION_COMMAND (handler);
  KadPublicationKind kind;
  GError *error = NULL;

  if (kad_publication_options_parse_kind (self->kind, &kind, &error)
      && kad_swarm_refresh_publication (swarm, kind, self->key, &error))
    kad_command_handler_finish (handler, NULL);
  else
    kad_command_handler_fail (handler, error);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadRefreshPublicationCommand *self = KAD_REFRESH_PUBLICATION_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_KIND:
      self->kind = g_value_dup_string (value);
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
  KadRefreshPublicationCommand *self = KAD_REFRESH_PUBLICATION_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->kind, g_free);
  G_OBJECT_CLASS (kad_refresh_publication_command_parent_class)->finalize (object);
}

static void
kad_refresh_publication_command_class_init (KadRefreshPublicationCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Announce now what is published");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->find_key_use = kad_publication_options_find_key_use;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->validate = validate;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is published"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_KIND,
      g_param_spec_string ("kind", N_ ("Kind"), N_ ("What is published: provider or record"),
                           "provider", KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_refresh_publication_command_init (KadRefreshPublicationCommand *self)
{
}
