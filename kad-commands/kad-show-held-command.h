/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"
#include "kad-held-row.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_HELD_COMMAND (kad_show_held_command_get_type ())

G_DECLARE_DERIVABLE_TYPE (KadShowHeldCommand, kad_show_held_command, KAD, SHOW_HELD_COMMAND,
                          KadCommandHandler)

/* What show-records and show-providers have in common: a part of what this node holds, in no
 * order, a result a row. Abstract: a subclass has the rows and how one is told. */
struct _KadShowHeldCommandClass
{
  KadCommandHandlerClass parent_class;

  /* (element-type KadHeldRow) (transfer full) */
  GPtrArray *(*dup_rows) (KadSwarm *swarm, guint from, guint limit);
  /* (transfer floating) */
  GVariant *(*new_result) (const KadHeldRow *row);
};

G_END_DECLS
