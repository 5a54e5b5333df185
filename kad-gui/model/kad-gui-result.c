/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-result.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiResult, member)                             \
  }

static const KadGuiField fields[] = {
  FIELD ("number", UINT, number), FIELD ("kind", STRING, kind),
  FIELD ("peer", STRING, peer),   FIELD ("addresses", STRV, addresses),
  FIELD ("key", STRING, key),     FIELD ("value", STRING, value),
  FIELD ("from", STRING, from),   FIELD ("text", STRING, text),
  FIELD ("json", STRING, json),
};

G_DEFINE_FINAL_TYPE (KadGuiResult, kad_gui_result, KAD_GUI_TYPE_ITEM)

static void
kad_gui_result_class_init (KadGuiResultClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_result_init (KadGuiResult *self)
{
}

KadGuiResult *
kad_gui_result_new (void)
{
  return g_object_new (KAD_GUI_TYPE_RESULT, NULL);
}
