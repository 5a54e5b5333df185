/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-free-memory-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadFreeMemoryCommand:
 *
 * Gives back what the node can do without, as when the machine is short of memory: buffers that
 * wait for use, what can be made anew, and connections that are idle, above the limit `low-water`.
 * What it holds for others, and what callers wait for, stays. Done at once, with one result:
 * `freed_bytes`, as far as that can be told.
 */
struct _KadFreeMemoryCommand
{
  KadCommandHandler parent_instance;
};

G_DEFINE_FINAL_TYPE (KadFreeMemoryCommand, kad_free_memory_command, KAD_TYPE_COMMAND_HANDLER)

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  GVariantDict result;

  g_variant_dict_init (&result, NULL);
  g_variant_dict_insert (&result, "freed_bytes", "t", kad_swarm_free_memory (swarm));
  kad_command_handler_report (handler, g_variant_dict_end (&result));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
kad_free_memory_command_class_init (KadFreeMemoryCommandClass *klass)
{
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  command_class->summary = N_ ("Give back the memory that this node can do without");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
}

static void
kad_free_memory_command_init (KadFreeMemoryCommand *self)
{
}
