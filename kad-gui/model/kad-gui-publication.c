/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-publication.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiPublication, member)                        \
  }

static const KadGuiField fields[] = {
  FIELD ("path", STRING, path),
  FIELD ("kind", STRING, kind),
  FIELD ("key-text", STRING, key_text),
  FIELD ("app-id", STRING, app_id),
  FIELD ("lifetime", STRING, lifetime),
  FIELD ("owner", STRING, owner),
  FIELD ("created-us", INT64, created_us),
  FIELD ("last-run-us", INT64, last_run_us),
  FIELD ("next-run-us", INT64, next_run_us),
  FIELD ("stored", UINT, stored),
  FIELD ("wanted", UINT, wanted),
  FIELD ("failures", UINT, failures),
  FIELD ("running", BOOLEAN, running),
  FIELD ("error", STRING, error),
};

G_DEFINE_FINAL_TYPE (KadGuiPublication, kad_gui_publication, KAD_GUI_TYPE_ITEM)

static void
kad_gui_publication_class_init (KadGuiPublicationClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_publication_init (KadGuiPublication *self)
{
}

KadGuiPublication *
kad_gui_publication_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PUBLICATION, NULL);
}
