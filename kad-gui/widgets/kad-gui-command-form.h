/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-command-field.h"
#include "kad-gui-command.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_COMMAND_FORM (kad_gui_command_form_get_type ())

/**
 * KadGuiCommandForm:
 *
 * The fields of one command, made from its arguments; any command's, a third party's too.
 *
 * Signals: "changed"; "activated": Enter in a field.
 */
G_DECLARE_FINAL_TYPE (KadGuiCommandForm, kad_gui_command_form, KAD_GUI, COMMAND_FORM, GtkBox)

/* What running a command does, as far as its name tells. */
typedef enum
{
  KAD_GUI_COMMAND_READS,        /* it looks for something, or shows it */
  KAD_GUI_COMMAND_WRITES,       /* other nodes store something */
  KAD_GUI_COMMAND_CHANGES_NODE, /* this node is another afterwards */
  KAD_GUI_COMMAND_UNKNOWN,      /* of a module that did not come with Kad */
} KadGuiCommandEffect;

KadGuiCommandEffect kad_gui_command_get_effect (KadGuiCommand *command);

GtkWidget *kad_gui_command_form_new (void);
/* (nullable) What was written stays where the new command has an argument of that name. */
void kad_gui_command_form_set_command (KadGuiCommandForm *self, KadGuiCommand *command);
KadGuiCommand *kad_gui_command_form_get_command (KadGuiCommandForm *self);
/* (transfer none) (nullable) */
KadGuiCommandField *kad_gui_command_form_find_field (KadGuiCommandForm *self, const char *name);
/* The first field whose form is a key, or else the first that is required. Gives whether there is
 * one. */
gboolean kad_gui_command_form_set_key (KadGuiCommandForm *self, const char *key);
/* a{sv}. NULL: something is wrong, and stands under its field, which has the focus now. (transfer
 * full) (nullable) */
GVariant *kad_gui_command_form_dup_options (KadGuiCommandForm *self);

G_END_DECLS
