/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-check.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiCheck, member)                              \
  }

static const KadGuiField fields[] = {
  FIELD ("check", STRING, check),
  FIELD ("state", STRING, state),
  FIELD ("saw", STRING, saw),
  FIELD ("advice", STRING, advice),
};

G_DEFINE_FINAL_TYPE (KadGuiCheck, kad_gui_check, KAD_GUI_TYPE_ITEM)

static void
kad_gui_check_class_init (KadGuiCheckClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_check_init (KadGuiCheck *self)
{
}

KadGuiCheck *
kad_gui_check_new (void)
{
  return g_object_new (KAD_GUI_TYPE_CHECK, NULL);
}
