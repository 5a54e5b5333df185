/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-palette.h"
#include "kad-gui-peer.h"

G_BEGIN_DECLS

/* How a peer is drawn, by shape and colour: what is most worth knowing of it wins. */
typedef enum
{
  KAD_GUI_LOOK_LIVE,      /* a filled rounded square */
  KAD_GUI_LOOK_CONNECTED, /* a dot in a ring */
  KAD_GUI_LOOK_CHECKING,  /* a hollow rounded square */
  KAD_GUI_LOOK_STALE,     /* a cross in a thin square */
  KAD_GUI_LOOK_DEPARTED,  /* a dash */
  KAD_GUI_N_LOOKS
} KadGuiLook;

KadGuiLook kad_gui_look_of (const KadGuiPeer *peer);
/* "Connected", translated. */
const char *kad_gui_look_get_name (KadGuiLook look);
/* @x, @y: its middle. */
void kad_gui_look_snapshot (KadGuiLook look, GtkSnapshot *snapshot, const KadGuiPalette *palette,
                            double x, double y, double size);
/* A ring of @width around something of @size. */
void kad_gui_look_snapshot_ring (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
                                 double size, double radius, double width);

G_END_DECLS
