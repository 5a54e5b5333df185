/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-providers-command.h"

#include <glib/gi18n-lib.h>

#include "kad-result.h"

/**
 * KadShowProvidersCommand:
 *
 * Gives the provider records that this node holds for others, a result a record: key, when it is
 * dropped, the peer and its addresses. In no order. None is not an error.
 */
struct _KadShowProvidersCommand
{
  KadShowHeldCommand parent_instance;
};

G_DEFINE_FINAL_TYPE (KadShowProvidersCommand, kad_show_providers_command,
                     KAD_TYPE_SHOW_HELD_COMMAND)

static void
kad_show_providers_command_class_init (KadShowProvidersCommandClass *klass)
{
  KadShowHeldCommandClass *held_class = KAD_SHOW_HELD_COMMAND_CLASS (klass);

  KAD_COMMAND_HANDLER_CLASS (klass)->summary
      = N_ ("Show the provider records that this node holds for others");
  held_class->dup_rows = kad_swarm_dup_providers;
  held_class->new_result = kad_result_new_held_provider;
}

static void
kad_show_providers_command_init (KadShowProvidersCommand *self)
{
}
