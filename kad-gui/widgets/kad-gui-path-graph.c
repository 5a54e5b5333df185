/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-path-graph.h"

#include "kad-gui-i18n.h"
#include "kad-gui-palette.h"
#include "kad-gui-path-layout.h"
#include "kad-gui-text.h"

#define NODE_WIDTH 138
#define NODE_HEIGHT 24
#define END_WIDTH 64 /* of us and of the target */
#define GAP_X 40
#define GAP_Y 8
#define MARGIN 18
#define FOOT 26 /* what is left out */

struct _KadGuiPathGraph
{
  KadGuiQueryDrawing parent_instance;

  KadGuiPathLayout *layout; /* (owned) */
};

G_DEFINE_FINAL_TYPE (KadGuiPathGraph, kad_gui_path_graph, KAD_GUI_TYPE_QUERY_DRAWING)

/* ---- places ---- */

static double
get_natural_width (KadGuiPathGraph *self)
{
  return 2 * MARGIN + 2 * END_WIDTH + GAP_X + self->layout->n_layers * (NODE_WIDTH + GAP_X);
}

static double
get_natural_height (KadGuiPathGraph *self)
{
  return 2 * MARGIN + FOOT + MAX (self->layout->n_rows, 2) * (NODE_HEIGHT + GAP_Y);
}

static KadGuiPathNode *
get_node (KadGuiPathGraph *self, guint i)
{
  return &g_array_index (self->layout->nodes, KadGuiPathNode, i);
}

static double
get_middle (KadGuiPathGraph *self)
{
  return (gtk_widget_get_height (GTK_WIDGET (self)) - FOOT) / 2.0;
}

/* Room that is left over widens the gaps, up to twice. */
static double
get_pitch (KadGuiPathGraph *self)
{
  double spare = gtk_widget_get_width (GTK_WIDGET (self)) - get_natural_width (self);

  return NODE_WIDTH + GAP_X + CLAMP (spare / (self->layout->n_layers + 1), 0, GAP_X * 2);
}

static guint
count_rows (KadGuiPathGraph *self, guint layer)
{
  guint n = 0;

  for (guint i = 0; i < self->layout->nodes->len; i++)
    if (get_node (self, i)->layer == layer)
      n++;
  return n;
}

static graphene_rect_t
get_place (KadGuiPathGraph *self, KadGuiPathNode *node)
{
  double gap = get_pitch (self) - NODE_WIDTH;
  double x = MARGIN + END_WIDTH + gap + node->layer * get_pitch (self);
  double rows = count_rows (self, node->layer);
  double y = get_middle (self) + (node->row - rows / 2) * (NODE_HEIGHT + GAP_Y) + GAP_Y / 2.0;

  return GRAPHENE_RECT_INIT ((float) x, (float) y, NODE_WIDTH, NODE_HEIGHT);
}

static graphene_rect_t
get_self_place (KadGuiPathGraph *self)
{
  return GRAPHENE_RECT_INIT (MARGIN, (float) (get_middle (self) - NODE_HEIGHT / 2.0), END_WIDTH,
                             NODE_HEIGHT);
}

static graphene_rect_t
get_target_place (KadGuiPathGraph *self)
{
  double gap = get_pitch (self) - NODE_WIDTH;
  double x = MARGIN + END_WIDTH + gap + self->layout->n_layers * get_pitch (self);

  return GRAPHENE_RECT_INIT ((float) x, (float) (get_middle (self) - NODE_HEIGHT / 2.0), END_WIDTH,
                             NODE_HEIGHT);
}

/* ---- drawing ---- */

static void
draw_edge (cairo_t *cr, const graphene_rect_t *from, const graphene_rect_t *to)
{
  double x = from->origin.x + from->size.width;
  double y = from->origin.y + from->size.height / 2;
  double end_x = to->origin.x;
  double end_y = to->origin.y + to->size.height / 2;
  double bend = MIN ((end_x - x) / 2, GAP_X);

  cairo_move_to (cr, x, y);
  cairo_curve_to (cr, x + bend, y, end_x - bend, end_y, end_x, end_y);
  cairo_stroke (cr);
}

static gboolean
has_giver (KadGuiPathGraph *self)
{
  for (guint i = 0; i < self->layout->nodes->len; i++)
    if (get_node (self, i)->contact->gave)
      return TRUE;
  return FALSE;
}

/* Whoever gave something leads to the target; if nobody did, the last layer and who is nearest. */
static gboolean
leads_to_target (KadGuiPathGraph *self, guint number, gboolean has_givers)
{
  KadGuiPathNode *node = get_node (self, number);

  if (has_givers)
    return node->contact->gave;
  if (node->layer + 1 == self->layout->n_layers)
    return TRUE;
  for (guint i = 0; i < self->layout->nodes->len; i++)
    if (get_node (self, i)->contact->distance_bits > node->contact->distance_bits)
      return FALSE;
  return TRUE;
}

static void
draw_edges (KadGuiPathGraph *self, GtkSnapshot *snapshot, const KadGuiPalette *palette)
{
  const double dashes[] = { 4, 3 };
  graphene_rect_t us = get_self_place (self);
  graphene_rect_t target = get_target_place (self);
  gboolean has_givers = has_giver (self);
  GdkRGBA dim = kad_gui_palette_get (palette, KAD_GUI_COLOR_DIM, 0.7);
  GdkRGBA accent = kad_gui_palette_get (palette, KAD_GUI_COLOR_ACCENT, 0.8);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (GTK_WIDGET (self)),
                                     (float) gtk_widget_get_height (GTK_WIDGET (self))));

  cairo_set_line_width (cr, 1.2);
  for (guint i = 0; i < self->layout->nodes->len; i++)
    {
      KadGuiPathNode *node = get_node (self, i);
      graphene_rect_t where = get_place (self, node);
      graphene_rect_t from
          = node->parent >= 0 ? get_place (self, get_node (self, (guint) node->parent)) : us;

      gdk_cairo_set_source_rgba (cr, &dim);
      cairo_set_dash (cr, NULL, 0, 0);
      draw_edge (cr, &from, &where);
      if (!leads_to_target (self, i, has_givers))
        continue;
      gdk_cairo_set_source_rgba (cr, has_givers ? &accent : &dim);
      cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      draw_edge (cr, &where, &target);
    }
  cairo_destroy (cr);
}

static void
draw_pill (GtkSnapshot *snapshot, const graphene_rect_t *where, const GdkRGBA *fill,
           const GdkRGBA *line, float line_width)
{
  const float widths[4] = { line_width, line_width, line_width, line_width };
  const GdkRGBA colors[4] = { *line, *line, *line, *line };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, where, NODE_HEIGHT / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, fill, where);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

static GdkRGBA
get_background (KadGuiPathGraph *self, const KadGuiPalette *palette)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA color = { 1, 1, 1, 1 };

  if (palette->is_dark)
    color = (GdkRGBA){ 0.14f, 0.14f, 0.14f, 1 };
  if (!gtk_style_context_lookup_color (context, "window_bg_color", &color))
    gtk_style_context_lookup_color (context, "theme_bg_color", &color);
  return color;
}

static void
draw_node (KadGuiPathGraph *self, GtkSnapshot *snapshot, const KadGuiPalette *palette,
           KadGuiPathNode *node)
{
  KadGuiQueryDrawing *drawing = KAD_GUI_QUERY_DRAWING (self);
  graphene_rect_t where = get_place (self, node);
  g_autofree char *name = kad_gui_text_short (node->contact->peer);
  g_autofree char *text
      = g_strdup_printf ("%s %s",
                         node->contact->gave                                  ? "★"
                         : node->contact->outcome == KAD_GUI_OUTCOME_ANSWERED ? "✓"
                         : node->contact->outcome == KAD_GUI_OUTCOME_FAILED   ? "✕"
                                                                              : "…",
                         name);
  gboolean is_selected
      = g_str_equal (node->contact->peer, kad_gui_query_drawing_get_selected (drawing));
  KadGuiColor color = node->contact->gave                                  ? KAD_GUI_COLOR_ACCENT
                      : node->contact->outcome == KAD_GUI_OUTCOME_ANSWERED ? KAD_GUI_COLOR_LIVE
                      : node->contact->outcome == KAD_GUI_OUTCOME_FAILED   ? KAD_GUI_COLOR_STALE
                                                                           : KAD_GUI_COLOR_CHECKING;
  GdkRGBA fill = kad_gui_palette_get (palette, color, is_selected ? 0.4 : 0.14);
  GdkRGBA line = kad_gui_palette_get (palette, color, 1);
  GdkRGBA fg = kad_gui_palette_get (palette, KAD_GUI_COLOR_FG, 1);
  GdkRGBA background = get_background (self, palette);

  /* Lines go behind it, not through it. */
  draw_pill (snapshot, &where, &background, &background, 1);
  draw_pill (snapshot, &where, &fill, &line, is_selected ? 2 : 1);
  kad_gui_query_drawing_text (drawing, snapshot, text, where.origin.x + NODE_WIDTH / 2.0,
                              where.origin.y + NODE_HEIGHT / 2.0, -1, 0.5, &fg);
}

static void
draw_end (KadGuiPathGraph *self, GtkSnapshot *snapshot, const KadGuiPalette *palette,
          graphene_rect_t where, const char *text)
{
  GdkRGBA fill = kad_gui_palette_get (palette, KAD_GUI_COLOR_ACCENT, 0.9);
  GdkRGBA fg = { 1, 1, 1, 1 };

  if (palette->is_dark)
    fg = (GdkRGBA){ 0, 0, 0, 1 };
  draw_pill (snapshot, &where, &fill, &fill, 1);
  kad_gui_query_drawing_text (KAD_GUI_QUERY_DRAWING (self), snapshot, text,
                              where.origin.x + where.size.width / 2,
                              where.origin.y + where.size.height / 2, -1, 0.5, &fg);
}

static char *
dup_foot (KadGuiPathGraph *self)
{
  guint n = self->layout->n_left_out;

  if (self->layout->nodes->len == 0)
    return g_strdup (_ ("Nobody has contributed yet"));
  if (n == 0)
    return g_strdup (_ ("All who contributed are shown"));
  return g_strdup_printf (
      ngettext ("%u more who contributed is left out", "%u more who contributed are left out", n),
      n);
}

static void
kad_gui_path_graph_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiPathGraph *self = KAD_GUI_PATH_GRAPH (widget);
  g_autofree char *foot = dup_foot (self);
  KadGuiPalette palette;
  GdkRGBA dim;

  kad_gui_palette_init (&palette, widget);
  dim = kad_gui_palette_get (&palette, KAD_GUI_COLOR_DIM, 1);
  draw_edges (self, snapshot, &palette);
  for (guint i = 0; i < self->layout->nodes->len; i++)
    draw_node (self, snapshot, &palette, get_node (self, i));
  draw_end (self, snapshot, &palette, get_self_place (self), _ ("Us"));
  if (self->layout->nodes->len > 0)
    draw_end (self, snapshot, &palette, get_target_place (self), _ ("Target"));
  kad_gui_query_drawing_text (KAD_GUI_QUERY_DRAWING (self), snapshot, foot, MARGIN,
                              gtk_widget_get_height (widget) - FOOT / 2.0, -1, 0, &dim);
  kad_gui_query_drawing_focus_frame (KAD_GUI_QUERY_DRAWING (self), snapshot);
}

static void
kad_gui_path_graph_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                            int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  KadGuiPathGraph *self = KAD_GUI_PATH_GRAPH (widget);

  *minimum = *natural
      = (int) (orientation == GTK_ORIENTATION_HORIZONTAL ? get_natural_width (self)
                                                         : get_natural_height (self));
}

/* ---- what a drawing of a query has ---- */

static void
kad_gui_path_graph_rebuild (KadGuiQueryDrawing *drawing)
{
  KadGuiPathGraph *self = KAD_GUI_PATH_GRAPH (drawing);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);

  kad_gui_path_layout_free (self->layout);
  self->layout = kad_gui_path_layout_new (contacts);
  /* The keyboard goes through those that are shown. */
  g_ptr_array_set_size (contacts, 0);
  for (guint i = 0; i < self->layout->nodes->len; i++)
    g_ptr_array_add (contacts, g_object_ref (get_node (self, i)->contact));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static KadGuiContact *
kad_gui_path_graph_pick (KadGuiQueryDrawing *drawing, double x, double y)
{
  KadGuiPathGraph *self = KAD_GUI_PATH_GRAPH (drawing);

  for (guint i = 0; i < self->layout->nodes->len; i++)
    {
      graphene_rect_t where = get_place (self, get_node (self, i));

      if (graphene_rect_contains_point (&where, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
        return get_node (self, i)->contact;
    }
  return NULL;
}

static char *
kad_gui_path_graph_describe (KadGuiQueryDrawing *drawing)
{
  KadGuiPathGraph *self = KAD_GUI_PATH_GRAPH (drawing);
  guint n_gave = 0;
  g_autofree char *foot = dup_foot (self);

  if (self->layout->nodes->len == 0)
    return g_steal_pointer (&foot);
  for (guint i = 0; i < self->layout->nodes->len; i++)
    n_gave += get_node (self, i)->contact->gave ? 1 : 0;
  return g_strdup_printf (
      _ ("%u peers in %u layers between us and the target; %u of them gave something. %s."),
      self->layout->nodes->len, self->layout->n_layers, n_gave, foot);
}

static void
kad_gui_path_graph_finalize (GObject *object)
{
  kad_gui_path_layout_free (KAD_GUI_PATH_GRAPH (object)->layout);
  G_OBJECT_CLASS (kad_gui_path_graph_parent_class)->finalize (object);
}

static void
kad_gui_path_graph_class_init (KadGuiPathGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiQueryDrawingClass *drawing_class = KAD_GUI_QUERY_DRAWING_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_path_graph_finalize;
  widget_class->measure = kad_gui_path_graph_measure;
  widget_class->snapshot = kad_gui_path_graph_snapshot;
  drawing_class->title = N_ ("Path to the target");
  drawing_class->rebuild = kad_gui_path_graph_rebuild;
  drawing_class->pick = kad_gui_path_graph_pick;
  drawing_class->describe = kad_gui_path_graph_describe;
}

static void
kad_gui_path_graph_init (KadGuiPathGraph *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->layout = kad_gui_path_layout_new (none);
}

GtkWidget *
kad_gui_path_graph_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PATH_GRAPH, NULL);
}

guint
kad_gui_path_graph_get_n_nodes (KadGuiPathGraph *self)
{
  return self->layout->nodes->len;
}

guint
kad_gui_path_graph_get_n_left_out (KadGuiPathGraph *self)
{
  return self->layout->n_left_out;
}
