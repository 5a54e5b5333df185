/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-records-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowRecordsCommand:
 *
 * Gives the value records that this node holds, for others and its own, a result a record: key,
 * size, when it is dropped, and who put it there. In no order. None is not an error.
 */
struct _KadShowRecordsCommand
{
  KadShowHeldCommand parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowRecordsCommand, kad_show_records_command, KAD_TYPE_SHOW_HELD_COMMAND)

static void
kad_show_records_command_class_init (KadShowRecordsCommandClass *klass)
{
  KadShowHeldCommandClass *held_class = KAD_SHOW_HELD_COMMAND_CLASS (klass);

  KAD_COMMAND_HANDLER_CLASS (klass)->summary = N_ ("Show the records that this node holds");
  held_class->dup_rows = kad_swarm_dup_records;
  held_class->new_result = kad_result_new_held_record;
}

static void
kad_show_records_command_init (KadShowRecordsCommand *self)
{
}
