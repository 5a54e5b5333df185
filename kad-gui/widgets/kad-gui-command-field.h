/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-argument.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_COMMAND_FIELD (kad_gui_command_field_get_type ())

/**
 * KadGuiCommandField:
 *
 * One argument of a command, made from what the command says of it: an entry, a switch, a number
 * with its range, a choice of words, lines of text, bytes. Its error stands under it.
 *
 * Signals: "changed", "activated" (Enter in an entry).
 */
G_DECLARE_FINAL_TYPE (KadGuiCommandField, kad_gui_command_field, KAD_GUI, COMMAND_FIELD, GtkBox)

GtkWidget *kad_gui_command_field_new (KadGuiArgument *argument);
KadGuiArgument *kad_gui_command_field_get_argument (KadGuiCommandField *self);
/* Sets what a person would write: a number, a word, "true", lines. */
void kad_gui_command_field_set_text (KadGuiCommandField *self, const char *text);
/* Of the argument's type. NULL without an error: nothing was said, and nothing need be; a field at
 * its default says nothing. (transfer full) (nullable) */
GVariant *kad_gui_command_field_dup_value (KadGuiCommandField *self, GError **error);
/* Shows under the field what is wrong with it now, and focuses nothing. */
gboolean kad_gui_command_field_check (KadGuiCommandField *self);
/* "" if nothing is shown. */
const char *kad_gui_command_field_get_error (KadGuiCommandField *self);

G_END_DECLS
