/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_COMMAND (kad_gui_command_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiCommand, kad_gui_command, COMMAND)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_COMMAND_FIELD_NAME = 1,
  KAD_GUI_COMMAND_FIELD_SUMMARY,
  KAD_GUI_COMMAND_FIELD_OWN,
  KAD_GUI_COMMAND_FIELD_MODULE,
  KAD_GUI_COMMAND_FIELD_ARGUMENTS,
};

/**
 * KadGuiCommand:
 *
 * A command that is registered.
 */
struct _KadGuiCommand
{
  KadGuiItem parent_instance;

  char *name;
  char *summary;
  gboolean own; /* it came with Kad */
  char *module;
  GListModel *arguments; /* KadGuiArgument */
};

KadGuiCommand *kad_gui_command_new (void);

G_END_DECLS
