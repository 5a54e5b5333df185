/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kad-gui-page.h"
#include "kad-gui-target.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_WINDOW (kad_gui_window_get_type ())

/**
 * KadGuiWindow:
 *
 * The window: a list of pages, the page, what it looks at, and what stands in the way. It follows a
 * source only as far as the shown page needs it, and not at all while nobody can see it.
 */
G_DECLARE_FINAL_TYPE (KadGuiWindow, kad_gui_window, KAD_GUI, WINDOW, AdwApplicationWindow)

KadGuiWindow *kad_gui_window_new (GtkApplication *application);

/* Looks at something else from now on. NULL: at nothing. */
void kad_gui_window_set_target (KadGuiWindow *self, KadGuiTarget *target);
KadGuiTarget *kad_gui_window_get_target (KadGuiWindow *self);

/* The same with a source that is there already, for tests and for who has one. It is opened. */
void kad_gui_window_set_source (KadGuiWindow *self, KadGuiSource *source);
/* NULL: it is not there yet. */
KadGuiSource *kad_gui_window_get_source (KadGuiWindow *self);

/* @name as of KadGuiPageClass. FALSE: there is no such page. */
gboolean kad_gui_window_show_page (KadGuiWindow *self, const char *name);
KadGuiPage *kad_gui_window_get_page (KadGuiWindow *self);
/* What the page shows instead of itself: the id of a KadGuiState; NULL: it shows itself. */
const char *kad_gui_window_get_cover (KadGuiWindow *self);

/* The view of the shown page, or what covers it, as a picture. */
GBytes *kad_gui_window_export (KadGuiWindow *self, gboolean as_svg, GError **error);

void kad_gui_window_toast (KadGuiWindow *self, const char *text);

G_END_DECLS
