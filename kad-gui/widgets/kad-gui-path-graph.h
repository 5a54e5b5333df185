/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-query-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PATH_GRAPH (kad_gui_path_graph_get_type ())

/* How a query came to what it found: who named whom, from us on the left to its target on the
 * right; only peers that contributed. Of its own size: put it into a scrolled window. */
G_DECLARE_FINAL_TYPE (KadGuiPathGraph, kad_gui_path_graph, KAD_GUI, PATH_GRAPH, KadGuiQueryDrawing)

GtkWidget *kad_gui_path_graph_new (void);
guint kad_gui_path_graph_get_n_nodes (KadGuiPathGraph *self);
/* Peers that contributed, and are not shown. */
guint kad_gui_path_graph_get_n_left_out (KadGuiPathGraph *self);

G_END_DECLS
