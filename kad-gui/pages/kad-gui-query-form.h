/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY_FORM (kad_gui_query_form_get_type ())

/**
 * KadGuiQueryForm:
 *
 * Begins any command that is registered: which, what it does, its fields.
 *
 * Signals: "started" (KadGuiQuery); "closed".
 */
G_DECLARE_FINAL_TYPE (KadGuiQueryForm, kad_gui_query_form, KAD_GUI, QUERY_FORM, GtkBox)

/* (nullable) */
void kad_gui_query_form_set_source (KadGuiQueryForm *self, KadGuiSource *source);
/* Either may be empty: what is chosen stays as it is then. */
void kad_gui_query_form_fill (KadGuiQueryForm *self, const char *command, const char *key);
/* "" if none is. */
const char *kad_gui_query_form_get_command (KadGuiQueryForm *self);
/* As the button does. Gives whether it began. */
gboolean kad_gui_query_form_start (KadGuiQueryForm *self);

G_END_DECLS
