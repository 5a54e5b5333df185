/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-share-bar.h"

#include <math.h>

#include "kad-gui-swatch.h"

#define HEIGHT 10

struct _KadGuiShareBar
{
  GtkWidget parent_instance;

  guint64 ok;
  guint64 failed;
  guint64 most;
};

G_DEFINE_FINAL_TYPE (KadGuiShareBar, kad_gui_share_bar, GTK_TYPE_WIDGET)

/* Something that is there is seen. */
static float
get_length (KadGuiShareBar *self, guint64 count, double width)
{
  if (count == 0 || self->most == 0)
    return 0;
  return (float) MAX (2, round (width * (double) count / (double) self->most));
}

static void
kad_gui_share_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiShareBar *self = KAD_GUI_SHARE_BAR (widget);
  float width = (float) gtk_widget_get_width (widget);
  float top = (float) ((gtk_widget_get_height (widget) - HEIGHT) / 2);
  float ok = get_length (self, self->ok, width);
  float failed = get_length (self, self->failed, width);
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, top, width, HEIGHT);
  KadGuiPalette palette;
  GskRoundedRect outline;
  GdkRGBA color;

  kad_gui_palette_init (&palette, widget);
  gsk_rounded_rect_init_from_rect (&outline, &all, HEIGHT / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  color = kad_gui_palette_get (&palette, KAD_GUI_COLOR_GRID, 0.7);
  gtk_snapshot_append_color (snapshot, &color, &all);
  color = kad_gui_palette_get (&palette, KAD_GUI_COLOR_LIVE, 1);
  kad_gui_swatch_draw (snapshot, &GRAPHENE_RECT_INIT (0, top, ok, HEIGHT), &color, FALSE);
  color = kad_gui_palette_get (&palette, KAD_GUI_COLOR_STALE, 1);
  if (failed > 0)
    kad_gui_swatch_draw (snapshot, &GRAPHENE_RECT_INIT (ok, top, failed, HEIGHT), &color, TRUE);
  gtk_snapshot_pop (snapshot);
}

static void
kad_gui_share_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : HEIGHT;
  *minimum_baseline = *natural_baseline = -1;
}

static void
kad_gui_share_bar_class_init (KadGuiShareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = kad_gui_share_bar_snapshot;
  widget_class->measure = kad_gui_share_bar_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kad_gui_share_bar_init (KadGuiShareBar *self)
{
}

GtkWidget *
kad_gui_share_bar_new (void)
{
  return g_object_new (KAD_GUI_TYPE_SHARE_BAR, NULL);
}

void
kad_gui_share_bar_set (KadGuiShareBar *self, guint64 ok, guint64 failed, guint64 most)
{
  if (self->ok == ok && self->failed == failed && self->most == most)
    return;
  self->ok = ok;
  self->failed = failed;
  self->most = most;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
