/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_MODULE (kad_gui_module_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiModule, kad_gui_module, MODULE)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_MODULE_FIELD_NAME = 1,
  KAD_GUI_MODULE_FIELD_VERSION,
  KAD_GUI_MODULE_FIELD_SUMMARY,
  KAD_GUI_MODULE_FIELD_FILE,
  KAD_GUI_MODULE_FIELD_STATE,
  KAD_GUI_MODULE_FIELD_OWN,
  KAD_GUI_MODULE_FIELD_COMMANDS,
  KAD_GUI_MODULE_FIELD_TRANSPORTS,
  KAD_GUI_MODULE_FIELD_ERROR,
};

/**
 * KadGuiModule:
 *
 * A module with commands and transports, or one that could not be loaded.
 */
struct _KadGuiModule
{
  KadGuiItem parent_instance;

  char *name;
  char *version;
  char *summary;
  char *file;
  char *state;
  gboolean own; /* it came with Kad */
  char **commands;
  char **transports;
  char *error;
};

KadGuiModule *kad_gui_module_new (void);

G_END_DECLS
