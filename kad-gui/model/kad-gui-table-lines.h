/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-line.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Of KadGuiLines, of a source that has nothing but lines: the table, the connections, what peers
 * say of themselves, and what the node is. Gives whether peers changed. */
gboolean kad_gui_table_lines_take (KadGuiStore *store, const KadGuiLine *line);
/* Ahead of a line: if it is about a peer that left so long ago that nobody sees it any more, it is
 * somebody new. */
void kad_gui_table_lines_expire (KadGuiStore *store, const KadGuiLine *line);
/* The first line. */
void kad_gui_table_lines_take_header (KadGuiStore *store, GVariant *fields);

G_END_DECLS
