/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiPeer, member)                               \
  }

static const KadGuiField fields[] = {
  FIELD ("id", STRING, id),
  FIELD ("in-table", BOOLEAN, in_table),
  FIELD ("bucket", UINT, bucket),
  FIELD ("state", UINT, state),
  FIELD ("connected", BOOLEAN, connected),
  FIELD ("protected", BOOLEAN, protected),
  FIELD ("rtt-us", INT64, rtt_us),
  FIELD ("agent", STRING, agent),
  FIELD ("addresses", STRV, addresses),
  FIELD ("last-useful-us", INT64, last_useful_us),
  FIELD ("added-us", INT64, added_us),
  FIELD ("departed-us", INT64, departed_us),
  FIELD ("touched-us", INT64, touched_us),
  FIELD ("touched-by", INT64, touched_by),
  FIELD ("direction", STRING, direction),
  FIELD ("address", STRING, address),
  FIELD ("transport", STRING, transport),
  FIELD ("security", STRING, security),
  FIELD ("muxer", STRING, muxer),
  FIELD ("streams", UINT, streams),
  FIELD ("connected-us", INT64, connected_us),
  FIELD ("reason", STRING, reason),
};

G_DEFINE_FINAL_TYPE (KadGuiPeer, kad_gui_peer, KAD_GUI_TYPE_ITEM)

static void
kad_gui_peer_class_init (KadGuiPeerClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_peer_init (KadGuiPeer *self)
{
}

KadGuiPeer *
kad_gui_peer_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PEER, NULL);
}
