/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

/* Where a running handler's calls go: the dispatcher's half of a run. */
typedef struct
{
  void (*own_query) (gpointer run, KadQueryId query);
  void (*report) (gpointer run, GVariant *result);
  void (*progress) (gpointer run, guint done, guint total);
  /* Once; either @summary (owned by the caller of this) or @error. */
  void (*end) (gpointer run, GVariant *summary, const GError *error);
  gint64 (*get_now_us) (gpointer run);
  gint64 (*get_started_us) (gpointer run);
} KadCommandSink;

/* @name: the registry's; interned. */
void kad_command_handler_set_name (KadCommandHandler *self, const char *name);
/* Before run(); a handler runs once. FALSE if it has run before. */
gboolean kad_command_handler_attach (KadCommandHandler *self, KadSwarm *swarm,
                                     const KadCommandSink *sink, gpointer run);
/* Calls run() of the class. */
void kad_command_handler_start (KadCommandHandler *self);
KadEventFate kad_command_handler_offer (KadCommandHandler *self, KadEvent *event);
/* Ends it from outside (cancelled, timed out, shut down): what the handler itself says after
 * that is not heard and is no mistake. */
void kad_command_handler_abort (KadCommandHandler *self, const GError *error);
guint64 kad_command_handler_get_broadcasts (KadCommandHandler *self);

G_END_DECLS
