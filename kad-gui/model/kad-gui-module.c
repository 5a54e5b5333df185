/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-module.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiModule, member)                             \
  }

static const KadGuiField fields[] = {
  FIELD ("name", STRING, name),       FIELD ("version", STRING, version),
  FIELD ("summary", STRING, summary), FIELD ("file", STRING, file),
  FIELD ("state", STRING, state),     FIELD ("own", BOOLEAN, own),
  FIELD ("commands", STRV, commands), FIELD ("transports", STRV, transports),
  FIELD ("error", STRING, error),
};

G_DEFINE_FINAL_TYPE (KadGuiModule, kad_gui_module, KAD_GUI_TYPE_ITEM)

static void
kad_gui_module_class_init (KadGuiModuleClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_module_init (KadGuiModule *self)
{
}

KadGuiModule *
kad_gui_module_new (void)
{
  return g_object_new (KAD_GUI_TYPE_MODULE, NULL);
}
