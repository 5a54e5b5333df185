/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-queries-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowQueriesCommand:
 *
 * Gives the queries that are at work now, a result for each, the oldest first. Done at once.
 */
struct _KadShowQueriesCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowQueriesCommand, kad_show_queries_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  g_autoptr (GPtrArray) rows = kad_swarm_dup_queries (swarm);
  gint64 now_us = kad_command_handler_get_now_us (handler);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_query (rows->pdata[i], now_us));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_queries_command_class_init (KadShowQueriesCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show the queries that are running");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_queries_command_init (KadShowQueriesCommand *self)
{
}
