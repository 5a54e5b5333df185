/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-look.h"

#include "kad-gui-i18n.h"

static const struct
{
  const char *name;
  KadGuiColor color;
} looks[KAD_GUI_N_LOOKS] = {
  [KAD_GUI_LOOK_LIVE] = { N_ ("Live"), KAD_GUI_COLOR_LIVE },
  [KAD_GUI_LOOK_CONNECTED] = { N_ ("Connected"), KAD_GUI_COLOR_CONNECTED },
  [KAD_GUI_LOOK_CHECKING] = { N_ ("Being checked"), KAD_GUI_COLOR_CHECKING },
  [KAD_GUI_LOOK_STALE] = { N_ ("Stale"), KAD_GUI_COLOR_STALE },
  [KAD_GUI_LOOK_DEPARTED] = { N_ ("Gone"), KAD_GUI_COLOR_DIM },
};

KadGuiLook
kad_gui_look_of (const KadGuiPeer *peer)
{
  if (peer->departed_us != 0 || (!peer->in_table && !peer->connected))
    return KAD_GUI_LOOK_DEPARTED;
  if (peer->state == KAD_GUI_PEER_STALE)
    return KAD_GUI_LOOK_STALE;
  if (peer->state == KAD_GUI_PEER_CHECKING)
    return KAD_GUI_LOOK_CHECKING;
  return peer->connected ? KAD_GUI_LOOK_CONNECTED : KAD_GUI_LOOK_LIVE;
}

const char *
kad_gui_look_get_name (KadGuiLook look)
{
  return _ (looks[look].name);
}

void
kad_gui_look_snapshot_ring (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
                            double size, double radius, double width)
{
  float w = (float) width;
  GskRoundedRect rect;

  gsk_rounded_rect_init_from_rect (&rect,
                                   &GRAPHENE_RECT_INIT ((float) (x - size / 2),
                                                        (float) (y - size / 2), (float) size,
                                                        (float) size),
                                   (float) radius);
  gtk_snapshot_append_border (snapshot, &rect, (float[4]){ w, w, w, w },
                              (GdkRGBA[4]){ *color, *color, *color, *color });
}

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width, double height)
{
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT ((float) (x - width / 2), (float) (y - height / 2),
                                                  (float) width, (float) height));
}

static void
cross (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double size, double width)
{
  for (int angle = 45; angle < 180; angle += 90)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
      gtk_snapshot_rotate (snapshot, (float) angle);
      fill (snapshot, color, 0, 0, size, width);
      gtk_snapshot_restore (snapshot);
    }
}

/* Too small for shapes: a full square, a small one, or an empty one. */
static void
snapshot_tiny (KadGuiLook look, GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
               double size)
{
  if (look == KAD_GUI_LOOK_LIVE || look == KAD_GUI_LOOK_CONNECTED)
    fill (snapshot, color, x, y, size, size);
  else if (look == KAD_GUI_LOOK_STALE)
    cross (snapshot, color, x, y, size * 1.2, 1);
  else if (look == KAD_GUI_LOOK_CHECKING)
    kad_gui_look_snapshot_ring (snapshot, color, x, y, size, 0, 1);
  else
    fill (snapshot, color, x, y, size, 1);
}

void
kad_gui_look_snapshot (KadGuiLook look, GtkSnapshot *snapshot, const KadGuiPalette *palette,
                       double x, double y, double size)
{
  const GdkRGBA *color = &palette->colors[looks[look].color];
  double line = CLAMP (size * 0.13, 1, 2.5);

  if (size < 6)
    {
      snapshot_tiny (look, snapshot, color, x, y, size);
      return;
    }
  switch (look)
    {
    case KAD_GUI_LOOK_LIVE:
      /* A border as wide as the radius is a full shape, and crisp with every renderer. */
      kad_gui_look_snapshot_ring (snapshot, color, x, y, size, size * 0.28, size / 2);
      break;
    case KAD_GUI_LOOK_CONNECTED:
      kad_gui_look_snapshot_ring (snapshot, color, x, y, size, size / 2, line);
      kad_gui_look_snapshot_ring (snapshot, color, x, y, size * 0.46, size * 0.23, size * 0.23);
      break;
    case KAD_GUI_LOOK_CHECKING:
      kad_gui_look_snapshot_ring (snapshot, color, x, y, size, size * 0.28, line);
      break;
    case KAD_GUI_LOOK_STALE:
      cross (snapshot, color, x, y, size * 0.94, line * 1.2);
      break;
    default:
      fill (snapshot, color, x, y, size * 0.7, line);
      break;
    }
}
