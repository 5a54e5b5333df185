/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A module of GIO with a page for the Inspector that is in each program with GTK. GIO reads the
 * folder's giomodule.cache, which gio-querymodules makes, and loads the module when the Inspector
 * is opened. Without the cache it loads it into any program: where there is no GTK it does nothing.
 */
#include <gio/gio.h>

#include "kad-gui-inspector-page.h"

#define EXTENSION_POINT "gtk-inspector-page"

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);
G_MODULE_EXPORT char **g_io_module_query (void);

void
g_io_module_load (GIOModule *module)
{
  if (g_io_extension_point_lookup (EXTENSION_POINT) == NULL)
    return;
  /* What the page is made of cannot be unloaded any more. */
  g_type_module_use (G_TYPE_MODULE (module));
  kad_gui_inspector_page_register (G_TYPE_MODULE (module));
  g_io_extension_point_implement (EXTENSION_POINT, kad_gui_inspector_page_get_type (), "kad", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  static const char *const points[] = { EXTENSION_POINT, NULL };

  return g_strdupv ((char **) points);
}
