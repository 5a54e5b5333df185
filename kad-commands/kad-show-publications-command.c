/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-publications-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowPublicationsCommand:
 *
 * Gives what this node announces, a result for each tag: for whom, when it was announced and will
 * be again, with how many peers of how many it was stored, and what went wrong. Done at once.
 */
struct _KadShowPublicationsCommand
{
  KadCommandHandler parent_instance;

  char *tag;
};

G_DEFINE_FINAL_TYPE (KadShowPublicationsCommand, kad_show_publications_command,
                     KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_TAG = 1,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadShowPublicationsCommand *self = KAD_SHOW_PUBLICATIONS_COMMAND (handler);
  g_autoptr (GPtrArray) rows = kad_swarm_dup_publications (swarm);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    {
      const KadPublicationRow *row = rows->pdata[i];

      if (self->tag == NULL || g_str_equal (self->tag, row->tag))
        kad_command_handler_report (handler, kad_result_new_publication (row));
    }
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadShowPublicationsCommand *self = KAD_SHOW_PUBLICATIONS_COMMAND (object);

  switch (id)
    {
    case PROP_TAG:
      self->tag = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadShowPublicationsCommand *self = KAD_SHOW_PUBLICATIONS_COMMAND (object);

  g_clear_pointer (&self->tag, g_free);
  G_OBJECT_CLASS (kad_show_publications_command_parent_class)->finalize (object);
}

static void
kad_show_publications_command_class_init (KadShowPublicationsCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Show what this node announces");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (object_class, PROP_TAG,
                                   g_param_spec_string ("tag", N_ ("Tag"),
                                                        N_ ("Only what is published for this tag"),
                                                        NULL, KAD_PARAM_ARGUMENT));
}

static void
kad_show_publications_command_init (KadShowPublicationsCommand *self)
{
}
