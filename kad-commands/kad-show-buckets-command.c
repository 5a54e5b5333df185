/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-buckets-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowBucketsCommand:
 *
 * Gives the buckets of the routing table that have somebody, or for which somebody waits, a result
 * a bucket, the farthest first. An empty table has no results, which is not an error. Done at once.
 */
struct _KadShowBucketsCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowBucketsCommand, kad_show_buckets_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  g_autoptr (GPtrArray) rows = kad_swarm_dup_buckets (swarm);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_bucket (rows->pdata[i]));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_buckets_command_class_init (KadShowBucketsCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show the buckets of the routing table");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_buckets_command_init (KadShowBucketsCommand *self)
{
}
