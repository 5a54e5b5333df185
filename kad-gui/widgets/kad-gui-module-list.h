/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-module.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_MODULE_LIST (kad_gui_module_list_get_type ())

/**
 * KadGuiModuleList:
 *
 * The modules: those that failed first, with why and what to do about it; then the others by name,
 * with their version and the commands and transports that they provide.
 */
G_DECLARE_FINAL_TYPE (KadGuiModuleList, kad_gui_module_list, KAD_GUI, MODULE_LIST, GtkBox)

/* (transfer floating) */
GtkWidget *kad_gui_module_list_new (void);
/* Of KadGuiModule. (nullable) */
void kad_gui_module_list_set_model (KadGuiModuleList *self, GListModel *modules);
/* Of the selected row. (transfer none) (nullable) */
KadGuiModule *kad_gui_module_list_get_selected (KadGuiModuleList *self);

/* Whether it failed, wholly or in part. */
gboolean kad_gui_module_is_failed (KadGuiModule *module);
/* What to do about what failed: a sentence. (transfer none) */
const char *kad_gui_module_get_advice (KadGuiModule *module);

G_END_DECLS
