/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-command.h"

#include "kad-gui-argument.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiCommand, member)                            \
  }

static const KadGuiField fields[] = {
  FIELD ("name", STRING, name),         FIELD ("summary", STRING, summary),
  FIELD ("own", BOOLEAN, own),          FIELD ("module", STRING, module),
  FIELD ("arguments", LIST, arguments),
};

G_DEFINE_FINAL_TYPE (KadGuiCommand, kad_gui_command, KAD_GUI_TYPE_ITEM)

static void
kad_gui_command_class_init (KadGuiCommandClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_command_init (KadGuiCommand *self)
{
  self->arguments = G_LIST_MODEL (g_list_store_new (KAD_GUI_TYPE_ARGUMENT));
}

KadGuiCommand *
kad_gui_command_new (void)
{
  return g_object_new (KAD_GUI_TYPE_COMMAND, NULL);
}
