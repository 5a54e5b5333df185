/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-mark.h"

#include <math.h>

gint64
kad_gui_mark_fades_until (const KadGuiPeer *peer)
{
  gint64 glow_us = peer->touched_us > 0 ? peer->touched_us + KAD_GUI_GLOW_US : 0;
  gint64 came_us = peer->added_us > 0 ? peer->added_us + KAD_GUI_SIGN_US : 0;
  gint64 left_us = peer->departed_us > 0 ? peer->departed_us + KAD_GUI_SIGN_US : 0;

  return MAX (glow_us, MAX (came_us, left_us));
}

static void
snapshot_sign (GtkSnapshot *snapshot, const GdkRGBA *color, const KadGuiMark *mark, gboolean plus)
{
  float size = CLAMP (mark->size * 0.6f, 3, 7);
  float line = size < 5 ? 1 : 2;
  float x = mark->x + mark->size / 2;
  float y = mark->y - mark->size / 2;

  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (x - size / 2, y - line / 2, size, line));
  if (plus)
    gtk_snapshot_append_color (snapshot, color,
                               &GRAPHENE_RECT_INIT (x - line / 2, y - size / 2, line, size));
}

static double
left_of (gint64 since_us, gint64 span_us, gint64 now_us, gboolean animated)
{
  double left = since_us > 0 ? 1.0 - (double) (now_us - since_us) / (double) span_us : 0;

  if (left <= 0)
    return 0;
  return animated ? MIN (left, 1) : 1;
}

void
kad_gui_mark_snapshot_signs (GtkSnapshot *snapshot, const KadGuiPalette *palette,
                             const KadGuiMark *mark, gint64 now_us, gboolean animated)
{
  double glow = left_of (mark->peer->touched_us, KAD_GUI_GLOW_US, now_us, animated);
  double came = left_of (mark->peer->added_us, KAD_GUI_SIGN_US, now_us, animated);
  double left = left_of (mark->peer->departed_us, KAD_GUI_SIGN_US, now_us, animated);

  if (glow > 0)
    {
      GdkRGBA color = kad_gui_palette_get (palette, KAD_GUI_COLOR_GLOW, glow);
      GskRoundedRect rect;

      gsk_rounded_rect_init_from_rect (&rect,
                                       &GRAPHENE_RECT_INIT (mark->x - mark->size / 2,
                                                            mark->y - mark->size / 2, mark->size,
                                                            mark->size),
                                       mark->size * 0.3f);
      gtk_snapshot_append_outset_shadow (snapshot, &rect, &color, 0, 0, 2, 5);
      kad_gui_look_snapshot_ring (snapshot, &color, mark->x, mark->y, mark->size + 4,
                                  mark->size * 0.35, 2);
    }
  if (came > 0 && left <= 0)
    {
      GdkRGBA color = kad_gui_palette_get (palette, KAD_GUI_COLOR_FG, came);

      snapshot_sign (snapshot, &color, mark, TRUE);
    }
  if (left > 0)
    {
      GdkRGBA color = kad_gui_palette_get (palette, KAD_GUI_COLOR_STALE, left);

      snapshot_sign (snapshot, &color, mark, FALSE);
    }
}

const KadGuiMark *
kad_gui_mark_find_at (const KadGuiMark *marks, guint n, double x, double y)
{
  const KadGuiMark *best = NULL;
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      double dx = fabs (marks[i].x - x);
      double dy = fabs (marks[i].y - y);

      if (MAX (dx, dy) <= marks[i].size / 2.0 + 2 && dx + dy < least)
        {
          least = dx + dy;
          best = &marks[i];
        }
    }
  return best;
}

const KadGuiMark *
kad_gui_mark_find_towards (const KadGuiMark *marks, guint n, const KadGuiMark *from, int dx, int dy)
{
  const KadGuiMark *best = NULL;
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      double x = marks[i].x - from->x;
      double y = marks[i].y - from->y;
      double along = x * dx + y * dy;
      double beside = fabs (x * dy) + fabs (y * dx);

      if (along > 0.5 && along + 3 * beside < least)
        {
          least = along + 3 * beside;
          best = &marks[i];
        }
    }
  return best;
}
