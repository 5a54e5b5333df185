/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-records-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

#define DEFAULT_LIMIT 1000

/**
 * KadShowRecordsCommand:
 *
 * Gives the value records that this node holds, for others and its own, a result a record: key,
 * size, when it is dropped, and who put it there. In no order. None is not an error.
 */
struct _KadShowRecordsCommand
{
  KadCommandHandler parent_instance;

  guint from;
  guint limit;
};

G_DEFINE_FINAL_TYPE (KadShowRecordsCommand, kad_show_records_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_FROM = 1,
  PROP_LIMIT,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadShowRecordsCommand *self = KAD_SHOW_RECORDS_COMMAND (handler);
  g_autoptr (GPtrArray) rows = kad_swarm_dup_records (swarm, self->from, self->limit);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_held_record (rows->pdata[i]));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadShowRecordsCommand *self = KAD_SHOW_RECORDS_COMMAND (object);

  switch (id)
    {
    case PROP_FROM:
      self->from = g_value_get_uint (value);
      break;
    case PROP_LIMIT:
      self->limit = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_show_records_command_class_init (KadShowRecordsCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  command_class->summary = N_ ("Show the records that this node holds");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (object_class, PROP_FROM,
                                   g_param_spec_uint ("from", N_ ("From"),
                                                      N_ ("How many to leave out at the beginning"),
                                                      0, G_MAXUINT, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_LIMIT,
                                   g_param_spec_uint ("limit", N_ ("Limit"),
                                                      N_ ("The most to give"), 1, KAD_MAX_HELD_ROWS,
                                                      DEFAULT_LIMIT, KAD_PARAM_ARGUMENT));
}

static void
kad_show_records_command_init (KadShowRecordsCommand *self)
{
}
