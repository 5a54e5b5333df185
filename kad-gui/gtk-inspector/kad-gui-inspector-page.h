/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KadGuiInspectorPage:
 *
 * The page "Kad" in GTK's own Inspector: the nodes of this process, and of the one that is chosen
 * the routing table, the queries and the events. It watches a node only while it is seen.
 *
 * Properties: "title" and "object", as the Inspector wants them: an object that is a KadNode is
 * chosen.
 */
GType kad_gui_inspector_page_get_type (void);

/* In load() of the module. */
void kad_gui_inspector_page_register (GTypeModule *module);

G_END_DECLS
