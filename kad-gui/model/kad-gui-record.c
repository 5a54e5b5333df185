/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-record.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiRecord, member)                             \
  }

static const KadGuiField fields[] = {
  FIELD ("kind", STRING, kind), FIELD ("key", STRING, key),
  FIELD ("peer", STRING, peer), FIELD ("addresses", STRV, addresses),
  FIELD ("size", UINT, size),   FIELD ("expires-us", INT64, expires_us),
};

G_DEFINE_FINAL_TYPE (KadGuiRecord, kad_gui_record, KAD_GUI_TYPE_ITEM)

static void
kad_gui_record_class_init (KadGuiRecordClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_record_init (KadGuiRecord *self)
{
}

KadGuiRecord *
kad_gui_record_new (void)
{
  return g_object_new (KAD_GUI_TYPE_RECORD, NULL);
}
