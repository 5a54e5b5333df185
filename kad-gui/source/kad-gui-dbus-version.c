/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-private.h"

/* What nobody can do without. What came later is used where it is. */
static const struct
{
  const char *interface;
  const char *methods[8];
} needed[] = {
  { "Node", { "Start", "Stop" } },
  { "Monitor", { "Watch", "OpenStream", "GetStats", "GetSeries" } },
  { "Table", { "GetPeers", "GetBuckets", "GetConnections" } },
  { "Routing", { "PrepareQuery", "Run", "GetCommands", "ListQueries" } },
  { "Publications", { "List" } },
  { "Records", { "ListRecords", "ListProviders" } },
};

static gboolean
check_methods (GDBusInterfaceInfo *info, const char *const *methods, char **missing)
{
  for (; *methods != NULL; methods++)
    if (g_dbus_interface_info_lookup_method (info, *methods) == NULL)
      {
        *missing = g_strdup_printf ("%s.%s()", info->name, *methods);
        return FALSE;
      }
  return TRUE;
}

gboolean
kad_gui_dbus_check_interfaces (const char *xml, char **missing)
{
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);

  *missing = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *name = g_strconcat (KAD_GUI_BUS_NAME ".", needed[i].interface, NULL);
      GDBusInterfaceInfo *info
          = node != NULL ? g_dbus_node_info_lookup_interface (node, name) : NULL;

      if (info == NULL)
        {
          *missing = g_steal_pointer (&name);
          return FALSE;
        }
      if (!check_methods (info, needed[i].methods, missing))
        return FALSE;
    }
  return TRUE;
}
