/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-query.h"

G_BEGIN_DECLS

/**
 * KadGuiQueryWatch:
 *
 * Tells a widget that its query, or one of its contacts, changed: at most ten times a second, and
 * only while the widget is mapped. What changed meanwhile is told when it is mapped.
 */
typedef struct _KadGuiQueryWatch KadGuiQueryWatch;

/* @widget: borrowed, and outlives the watch; it is what @changed gets. */
KadGuiQueryWatch *kad_gui_query_watch_new (GtkWidget *widget, void (*changed) (gpointer widget));
void kad_gui_query_watch_free (KadGuiQueryWatch *self);
/* (nullable) The change is told at once. Gives whether it is another one. */
gboolean kad_gui_query_watch_set (KadGuiQueryWatch *self, KadGuiQuery *query);
/* (transfer none) (nullable) */
KadGuiQuery *kad_gui_query_watch_get (KadGuiQueryWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiQueryWatch, kad_gui_query_watch_free)

G_END_DECLS
