/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-bucket.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiBucket, member)                             \
  }

static const KadGuiField fields[] = {
  FIELD ("index", UINT, index),
  FIELD ("size", UINT, size),
  FIELD ("replacements", UINT, replacements),
  FIELD ("connected", UINT, connected),
  FIELD ("stale", UINT, stale),
  FIELD ("refreshed-us", INT64, refreshed_us),
  FIELD ("changed-us", INT64, changed_us),
};

G_DEFINE_FINAL_TYPE (KadGuiBucket, kad_gui_bucket, KAD_GUI_TYPE_ITEM)

static void
kad_gui_bucket_class_init (KadGuiBucketClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_bucket_init (KadGuiBucket *self)
{
}

KadGuiBucket *
kad_gui_bucket_new (void)
{
  return g_object_new (KAD_GUI_TYPE_BUCKET, NULL);
}
