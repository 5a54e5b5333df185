/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-modules-command.h"

#include <glib/gi18n-lib.h>

#include "kad-module.h"
#include "kad-result.h"

/**
 * KadShowModulesCommand:
 *
 * Gives the modules that this process has tried to load, a result for each, also those that
 * failed. Done at once.
 */
struct _KadShowModulesCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowModulesCommand, kad_show_modules_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();

  for (guint i = 0; i < modules->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, kad_result_new_module (modules->pdata[i]));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_show_modules_command_class_init (KadShowModulesCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Show the modules with transports and commands");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_show_modules_command_init (KadShowModulesCommand *self)
{
}
