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
  KadNetworkStateFunc func = g_steal_pointer (&self->func);

  func (self->user_data, NULL);
  return G_SOURCE_REMOVE;
}

/* Everybody is told, even when the context ends first. */
static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  if (self->func != NULL)
    tell (self);
  g_free (self);
}

void
kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->func = func;
  waiter->user_data = user_data;
  g_source_set_callback (source, tell, waiter, waiter_free);
  g_source_attach (source, self->context);
}
