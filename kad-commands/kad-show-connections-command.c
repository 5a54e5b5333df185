/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-connections-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowConnectionsCommand:
 *
 * Gives the connections as they are now, a result for each. Done at once.
 */
struct _KadShowConnectionsCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowConnectionsCommand, kad_show_connections_command,
                     KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  g_autoptr (GPtrArray) rows = kad_swarm_dup_connections (swarm);
  gint64 now_us = kad_command_handler_get_now_us (handler);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_connection (rows->pdata[i], now_us));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_connections_command_class_init (KadShowConnectionsCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show the connections");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_connections_command_init (KadShowConnectionsCommand *self)
{
}
