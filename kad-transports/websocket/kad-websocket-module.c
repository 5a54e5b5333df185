/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-websocket-transport.h"

#include "kad-module.h"

KAD_MODULE_DEFINE ("websocket", KAD_VERSION, "Byte streams over WebSocket, with TLS or without")

/* What GIO looks for in a module. */
G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);
G_MODULE_EXPORT char **g_io_module_query (void);

void
g_io_module_load (GIOModule *module)
{
  kad_websocket_transport_register (G_TYPE_MODULE (module));
  g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, KAD_TYPE_WEBSOCKET_TRANSPORT,
                                  "websocket", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  const char *points[] = { KAD_TRANSPORT_EXTENSION_POINT_NAME, NULL };

  return g_strdupv ((char **) points);
}
