/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-network-state.h"

#include "kad-network-private.h"

typedef struct
{
  KadNetworkStateFunc func;
  gpointer user_data;
} Waiter;

static gboolean
tell (gpointer data)
{
  Waiter *self = data;

  self->func (self->user_data, NULL);
  return G_SOURCE_REMOVE;
}

void
kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->func = func;
  waiter->user_data = user_data;
  g_source_set_callback (source, tell, waiter, g_free);
  g_source_attach (source, self->context);
}
