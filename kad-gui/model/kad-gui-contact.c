/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-contact.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiContact, member)                            \
  }

static const KadGuiField fields[] = {
  FIELD ("peer", STRING, peer),
  FIELD ("named-by", STRING, named_by),
  FIELD ("distance-bits", UINT, distance_bits),
  FIELD ("heard-us", INT64, heard_us),
  FIELD ("dial-us", INT64, dial_us),
  FIELD ("send-us", INT64, send_us),
  FIELD ("reply-us", INT64, reply_us),
  FIELD ("fail-us", INT64, fail_us),
  FIELD ("rtt-us", INT64, rtt_us),
  FIELD ("outcome", UINT, outcome),
  FIELD ("reason", STRING, reason),
  FIELD ("n-named", UINT, n_named),
  FIELD ("gave", BOOLEAN, gave),
  FIELD ("contributing", BOOLEAN, contributing),
};

G_DEFINE_FINAL_TYPE (KadGuiContact, kad_gui_contact, KAD_GUI_TYPE_ITEM)

static void
kad_gui_contact_class_init (KadGuiContactClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_contact_init (KadGuiContact *self)
{
  self->heard_us = -1;
  self->dial_us = -1;
  self->send_us = -1;
  self->reply_us = -1;
  self->fail_us = -1;
}

KadGuiContact *
kad_gui_contact_new (void)
{
  return g_object_new (KAD_GUI_TYPE_CONTACT, NULL);
}
