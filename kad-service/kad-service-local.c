/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service-private.h"

/* The network whose nodes are found by mDNS. No other: who announces himself says what he is. */
#define LAN "lan"

/* (nullable) */
static KadNode *
find_lan_node (KadService *self)
{
  if (self->life != KAD_LIFE_UP)
    return NULL;
  if (g_str_equal (self->plan->network, LAN))
    return self->node;
  if (self->companion != NULL && g_str_equal (kad_companion_get_network (self->companion), LAN))
    return kad_companion_get_node (self->companion);
  return NULL;
}

void
kad_service_end_local_network (KadService *self)
{
  if (self->discovery != NULL)
    g_signal_handlers_disconnect_by_data (self->discovery, self);
  g_clear_object (&self->discovery);
}

void
kad_service_follow_local_network (KadService *self)
{
  KadNode *node = find_lan_node (self);

  if (node == NULL
      || !g_settings_get_boolean (kad_settings_get_general (self->settings), "local-network"))
    {
      kad_service_end_local_network (self);
      return;
    }
  if (self->discovery != NULL)
    return;
  self->discovery = kad_local_discovery_new (node, NULL);
  g_signal_connect_swapped (self->discovery, "changed", G_CALLBACK (kad_service_update_state),
                            self);
}

KadDiscoveryState
kad_service_get_discovery (KadService *self)
{
  if (self->discovery == NULL)
    return KAD_DISCOVERY_OFF;
  return kad_local_discovery_is_working (self->discovery) ? KAD_DISCOVERY_WORKS
                                                          : KAD_DISCOVERY_WITHOUT_AVAHI;
}

gboolean
kad_service_has_hope (KadService *self)
{
  return self->plan->has_bootstrap
         || (self->companion == NULL && self->discovery != NULL
             && kad_local_discovery_is_looking (self->discovery));
}
