/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_KEY_RING (kad_gui_key_ring_get_type ())

/**
 * KadGuiKeyRing:
 *
 * The key space as a ring, from 00… at the top clockwise to ff…: where the peers of the routing
 * table are by the first bits of their keys, how dense they are, and where we are.
 */
G_DECLARE_FINAL_TYPE (KadGuiKeyRing, kad_gui_key_ring, KAD_GUI, KEY_RING, KadGuiPeerDrawing)

GtkWidget *kad_gui_key_ring_new (void);

G_END_DECLS
