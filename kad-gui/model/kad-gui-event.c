/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiEvent, member)                              \
  }

static const KadGuiField fields[] = {
  FIELD ("number", INT64, number),
  FIELD ("time-us", INT64, time_us),
  FIELD ("type", STRING, type),
  FIELD ("peer", STRING, peer),
  FIELD ("from", STRING, from),
  FIELD ("query-id", INT64, query_id),
  FIELD ("kind", STRING, kind),
  FIELD ("text", STRING, text),
  FIELD ("json", STRING, json),
  FIELD ("delivered", BOOLEAN, delivered),
  FIELD ("asked", STRV, asked),
  FIELD ("n-asked", UINT, n_asked),
  FIELD ("consumer", STRING, consumer),
  FIELD ("consumer-run", INT64, consumer_run),
  FIELD ("delivery-us", INT64, delivery_us),
  FIELD ("delivery-json", STRING, delivery_json),
  FIELD ("lost", INT64, lost),
};

G_DEFINE_FINAL_TYPE (KadGuiEvent, kad_gui_event, KAD_GUI_TYPE_ITEM)

static void
kad_gui_event_class_init (KadGuiEventClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_event_init (KadGuiEvent *self)
{
}

KadGuiEvent *
kad_gui_event_new (void)
{
  return g_object_new (KAD_GUI_TYPE_EVENT, NULL);
}
