/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-waterfall-bar.h"

#include "kad-gui-i18n.h"

#define SWATCH_WIDTH 26
#define SWATCH_HEIGHT 12

/* ---- painting ---- */

static const char *const titles[KAD_GUI_N_BARS] = {
  [KAD_GUI_BAR_HEARD] = N_ ("Known"),   [KAD_GUI_BAR_DIAL] = N_ ("Dial"),
  [KAD_GUI_BAR_SEND] = N_ ("Send"),     [KAD_GUI_BAR_WAIT] = N_ ("Wait"),
  [KAD_GUI_BAR_ANSWER] = N_ ("Answer"), [KAD_GUI_BAR_FAIL] = N_ ("No answer"),
};

const char *
kad_gui_bar_get_title (KadGuiBar bar)
{
  return _ (titles[bar]);
}

/* Stripes of @color, one in two steps of (@dx, @dy). */
static void
paint_stripes (GtkSnapshot *snapshot, const graphene_rect_t *where, float dx, float dy,
               const GdkRGBA *color)
{
  const GdkRGBA none = { color->red, color->green, color->blue, 0 };
  const GskColorStop stops[] = {
    { 0.0f, *color }, { 0.45f, *color }, { 0.5f, none }, { 0.95f, none }, { 1.0f, *color },
  };
  const graphene_point_t from = where->origin;
  const graphene_point_t to = { from.x + dx, from.y + dy };

  gtk_snapshot_append_repeating_linear_gradient (snapshot, where, &from, &to, stops,
                                                 G_N_ELEMENTS (stops));
}

static void
paint_frame (GtkSnapshot *snapshot, const graphene_rect_t *where, const GdkRGBA *color)
{
  const float widths[4] = { 1, 1, 1, 1 };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };
  GskRoundedRect frame;

  gsk_rounded_rect_init_from_rect (&frame, where, 2);
  gtk_snapshot_append_border (snapshot, &frame, widths, colors);
}

static void
paint_heard (GtkSnapshot *snapshot, const KadGuiPalette *palette, const graphene_rect_t *where)
{
  GdkRGBA color = kad_gui_palette_get (palette, KAD_GUI_COLOR_DIM, 0.7);
  graphene_rect_t line = GRAPHENE_RECT_INIT (
      where->origin.x, where->origin.y + where->size.height / 2, where->size.width, 1);

  paint_stripes (snapshot, &line, 4, 0, &color);
}

void
kad_gui_bar_paint (GtkSnapshot *snapshot, const KadGuiPalette *palette, KadGuiBar bar,
                   const graphene_rect_t *where)
{
  static const KadGuiColor colors[KAD_GUI_N_BARS] = {
    [KAD_GUI_BAR_HEARD] = KAD_GUI_COLOR_DIM,   [KAD_GUI_BAR_DIAL] = KAD_GUI_COLOR_DIAL,
    [KAD_GUI_BAR_SEND] = KAD_GUI_COLOR_SEND,   [KAD_GUI_BAR_WAIT] = KAD_GUI_COLOR_SEND,
    [KAD_GUI_BAR_ANSWER] = KAD_GUI_COLOR_LIVE, [KAD_GUI_BAR_FAIL] = KAD_GUI_COLOR_STALE,
  };
  GdkRGBA full = kad_gui_palette_get (palette, colors[bar], 1);
  GdkRGBA pale = kad_gui_palette_get (palette, colors[bar], palette->is_dark ? 0.3 : 0.22);

  if (where->size.width <= 0)
    return;
  switch (bar)
    {
    case KAD_GUI_BAR_HEARD:
      paint_heard (snapshot, palette, where);
      break;
    case KAD_GUI_BAR_DIAL:
      gtk_snapshot_append_color (snapshot, &pale, where);
      paint_stripes (snapshot, where, 4, 4, &full);
      break;
    case KAD_GUI_BAR_WAIT:
      gtk_snapshot_append_color (snapshot, &pale, where);
      paint_frame (snapshot, where, &full);
      break;
    case KAD_GUI_BAR_FAIL:
      gtk_snapshot_append_color (snapshot, &pale, where);
      paint_stripes (snapshot, where, 3, -6, &pale);
      paint_frame (snapshot, where, &full);
      break;
    case KAD_GUI_BAR_SEND:
    case KAD_GUI_BAR_ANSWER:
    case KAD_GUI_N_BARS:
      gtk_snapshot_append_color (snapshot, &full, where);
      break;
    }
}

/* ---- one sample ---- */

#define TYPE_SWATCH (kad_gui_waterfall_swatch_get_type ())
G_DECLARE_FINAL_TYPE (KadGuiWaterfallSwatch, kad_gui_waterfall_swatch, KAD_GUI, WATERFALL_SWATCH,
                      GtkWidget)

struct _KadGuiWaterfallSwatch
{
  GtkWidget parent_instance;
  KadGuiBar bar;
};

G_DEFINE_FINAL_TYPE (KadGuiWaterfallSwatch, kad_gui_waterfall_swatch, GTK_TYPE_WIDGET)

static void
kad_gui_waterfall_swatch_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  float height = (float) gtk_widget_get_height (widget);
  graphene_rect_t where
      = GRAPHENE_RECT_INIT (0, (height - SWATCH_HEIGHT) / 2, SWATCH_WIDTH, SWATCH_HEIGHT);
  KadGuiBar bar = KAD_GUI_WATERFALL_SWATCH (widget)->bar;
  KadGuiPalette palette;

  kad_gui_palette_init (&palette, widget);
  if (bar == KAD_GUI_BAR_SEND || bar == KAD_GUI_BAR_ANSWER)
    {
      where.origin.x += (SWATCH_WIDTH - 4) / 2;
      where.size.width = 4;
    }
  kad_gui_bar_paint (snapshot, &palette, bar, &where);
}

static void
kad_gui_waterfall_swatch_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                                  int *minimum, int *natural, int *minimum_baseline,
                                  int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? SWATCH_WIDTH : SWATCH_HEIGHT;
}

static void
kad_gui_waterfall_swatch_class_init (KadGuiWaterfallSwatchClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = kad_gui_waterfall_swatch_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = kad_gui_waterfall_swatch_measure;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kad_gui_waterfall_swatch_init (KadGuiWaterfallSwatch *self)
{
}

/* ---- all of them ---- */

struct _KadGuiWaterfallLegend
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (KadGuiWaterfallLegend, kad_gui_waterfall_legend, GTK_TYPE_WIDGET)

static void
kad_gui_waterfall_legend_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kad_gui_waterfall_legend_parent_class)->dispose (object);
}

static void
kad_gui_waterfall_legend_class_init (KadGuiWaterfallLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_waterfall_legend_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_entry (KadGuiBar bar)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  KadGuiWaterfallSwatch *swatch = g_object_new (TYPE_SWATCH, NULL);
  GtkWidget *label = gtk_label_new (kad_gui_bar_get_title (bar));

  swatch->bar = bar;
  gtk_widget_add_css_class (label, "kad-caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (swatch));
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static void
kad_gui_waterfall_legend_init (KadGuiWaterfallLegend *self)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 3);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), KAD_GUI_N_BARS);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_widget_set_can_focus (flow, FALSE);
  for (guint i = 0; i < KAD_GUI_N_BARS; i++)
    gtk_flow_box_append (GTK_FLOW_BOX (flow), new_entry (i));
  gtk_widget_set_parent (flow, GTK_WIDGET (self));
}

GtkWidget *
kad_gui_waterfall_legend_new (void)
{
  return g_object_new (KAD_GUI_TYPE_WATERFALL_LEGEND, NULL);
}
