/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-look.h"

G_BEGIN_DECLS

/* How long a peer that a query touched glows, and one that came or left has its sign. */
#define KAD_GUI_GLOW_US (3 * G_USEC_PER_SEC)
#define KAD_GUI_SIGN_US (5 * G_USEC_PER_SEC)

/* A peer's place in a drawing. */
typedef struct
{
  KadGuiPeer *peer; /* owned */
  float x;          /* its middle */
  float y;
  float size;
} KadGuiMark;

/* Until when there is something to be seen of it: microseconds since 1970. */
gint64 kad_gui_mark_fades_until (const KadGuiPeer *peer);
/* @animated: what is older is paler. */
void kad_gui_mark_snapshot_signs (GtkSnapshot *snapshot, const KadGuiPalette *palette,
                                  const KadGuiMark *mark, gint64 now_us, gboolean animated);
/* The one at a place, or nearly; NULL: none. */
const KadGuiMark *kad_gui_mark_find_at (const KadGuiMark *marks, guint n, double x, double y);
/* The next one in sight in a direction (one of @dx, @dy is 0): what is beside it counts three
 * times. */
const KadGuiMark *kad_gui_mark_find_towards (const KadGuiMark *marks, guint n,
                                             const KadGuiMark *from, int dx, int dy);

G_END_DECLS
