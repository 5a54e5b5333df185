/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-store.h"

G_BEGIN_DECLS

#define KAD_GUI_MAX_FOUND 12

#define KAD_GUI_TYPE_FOUND (kad_gui_found_get_type ())

/**
 * KadGuiFound:
 *
 * Somewhere to go: a peer, a query, where a key is in the table, or a new query about it.
 */
G_DECLARE_FINAL_TYPE (KadGuiFound, kad_gui_found, KAD_GUI, FOUND, GObject)

const char *kad_gui_found_get_title (KadGuiFound *self);
const char *kad_gui_found_get_subtitle (KadGuiFound *self);
const char *kad_gui_found_get_icon_name (KadGuiFound *self);
/* An action of the group "kad", and its parameter. */
const char *kad_gui_found_get_action (KadGuiFound *self);
GVariant *kad_gui_found_get_parameter (KadGuiFound *self);

/* What a person may mean by @text, likeliest first, at most KAD_GUI_MAX_FOUND. @can_run: whether a
 * query can be begun. (transfer full) (element-type KadGuiFound) */
GPtrArray *kad_gui_find (KadGuiStore *store, const char *text, gboolean can_run);

G_END_DECLS
