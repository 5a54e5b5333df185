/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-status.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiStatus, member)                             \
  }

static const KadGuiField fields[] = {
  FIELD ("state", STRING, state),
  FIELD ("pause-reason", STRING, pause_reason),
  FIELD ("peer-id", STRING, peer_id),
  FIELD ("mode", STRING, mode),
  FIELD ("serving", BOOLEAN, serving),
  FIELD ("reachability", STRING, reachability),
  FIELD ("reachability-why", STRING, reachability_why),
  FIELD ("network", STRING, network),
  FIELD ("version", STRING, version),
  FIELD ("features", STRV, features),
  FIELD ("listen-addresses", STRV, listen_addresses),
  FIELD ("observed-addresses", STRV, observed_addresses),
  FIELD ("peer-count", UINT, peer_count),
  FIELD ("table-size", UINT, table_size),
  FIELD ("network-size", INT64, network_size),
  FIELD ("network-size-error", DOUBLE, network_size_error),
  FIELD ("network-size-samples", UINT, network_size_samples),
  FIELD ("network-size-when", INT64, network_size_when),
  FIELD ("quiet-reasons", STRV, quiet_reasons),
};

G_DEFINE_FINAL_TYPE (KadGuiStatus, kad_gui_status, KAD_GUI_TYPE_ITEM)

static void
kad_gui_status_class_init (KadGuiStatusClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_status_init (KadGuiStatus *self)
{
}

KadGuiStatus *
kad_gui_status_new (void)
{
  return g_object_new (KAD_GUI_TYPE_STATUS, NULL);
}
