/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-argument.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiArgument, member)                           \
  }

static const KadGuiField fields[] = {
  FIELD ("name", STRING, name),
  FIELD ("type", STRING, type),
  FIELD ("form", STRING, form),
  FIELD ("blurb", STRING, blurb),
  FIELD ("required", BOOLEAN, required),
  FIELD ("default-text", STRING, default_text),
  FIELD ("minimum-text", STRING, minimum_text),
  FIELD ("maximum-text", STRING, maximum_text),
  FIELD ("values", STRV, values),
};

G_DEFINE_FINAL_TYPE (KadGuiArgument, kad_gui_argument, KAD_GUI_TYPE_ITEM)

static void
kad_gui_argument_class_init (KadGuiArgumentClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_argument_init (KadGuiArgument *self)
{
}

KadGuiArgument *
kad_gui_argument_new (void)
{
  return g_object_new (KAD_GUI_TYPE_ARGUMENT, NULL);
}
