/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-interfaces.h"

#include "kad-object-manager.h"

typedef GDBusInterfaceSkeleton *(*NewFunc) (KadService *service);

/* The list of what is at the root path. */
static const NewFunc constructors[] = {
  /* clang-format off */
  kad_object_manager_new, /* the first: others have objects in it */
  kad_monitor_interface_new,
  kad_node_interface_new,
  kad_publications_interface_new,
  kad_records_interface_new,
  kad_routing_interface_new,
  kad_settings_interface_new,
  kad_table_interface_new,
  /* clang-format on */
};

void
kad_interfaces_add (KadService *service, GPtrArray *interfaces)
{
  for (guint i = 0; i < G_N_ELEMENTS (constructors); i++)
    g_ptr_array_add (interfaces, constructors[i](service));
}
