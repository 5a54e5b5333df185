/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-time-plot.h"

#include <glib/gi18n.h>
#include <math.h>

#include "kad-gui-palette.h"
#include "kad-gui-text.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)
#define GAP_US (25 * (gint64) G_USEC_PER_SEC)
#define LINE_WIDTH 2.0
#define SPACE 6
#define NATURAL_WIDTH 240
#define NATURAL_HEIGHT 140
#define BARE_HEIGHT 36
#define KEY_STEPS 60

struct _KadGuiTimePlot
{
  GtkWidget parent_instance;

  KadGuiStore *store;
  KadGuiTimeData data;
  gulong handlers[KAD_GUI_MAX_PLOT_SERIES];
  gboolean from_zero;
  gboolean bare;
  double hover; /* 0 to 1 from left to right; negative: nowhere */
};

G_DEFINE_FINAL_TYPE (KadGuiTimePlot, kad_gui_time_plot, GTK_TYPE_WIDGET)

/* ---- drawing ---- */

typedef struct
{
  KadGuiTimePlot *self;
  GtkSnapshot *snapshot;
  KadGuiPalette palette;
  double left, top, width, height; /* of the curves */
  double min, max;                 /* of the values */
  double ticks[KAD_GUI_MAX_TICKS];
  guint n_ticks;
} Canvas;

static double
get_x (const Canvas *canvas, gint64 at_us)
{
  double share = (double) (at_us - kad_gui_time_data_get_begin (&canvas->self->data))
                 / (double) canvas->self->data.window_us;

  return canvas->left + CLAMP (share, 0, 1) * canvas->width;
}

static double
get_y (const Canvas *canvas, double value)
{
  double share = (value - canvas->min) / (canvas->max - canvas->min);

  return canvas->top + (1 - CLAMP (share, 0, 1)) * canvas->height;
}

static KadGuiColor
get_color (guint place)
{
  return place == 0 ? KAD_GUI_COLOR_A : KAD_GUI_COLOR_B;
}

/* @align: 0 left of @x .. 1 right of it. */
static void
draw_text (Canvas *canvas, const char *text, double x, double y, double align_x, double align_y,
           KadGuiColor color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (canvas->self), text);
  GdkRGBA rgba = kad_gui_palette_get (&canvas->palette, color, 1);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (canvas->snapshot);
  gtk_snapshot_translate (canvas->snapshot,
                          &GRAPHENE_POINT_INIT ((float) round (x - align_x * width),
                                                (float) round (y - align_y * height)));
  gtk_snapshot_append_layout (canvas->snapshot, layout, &rgba);
  gtk_snapshot_restore (canvas->snapshot);
}

static double
get_text_width (GtkWidget *widget, const char *text, double *height)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);
  if (height != NULL)
    *height = h;
  return w;
}

static void
fill_range (Canvas *canvas)
{
  KadGuiTimePlot *self = canvas->self;
  double min = self->from_zero ? 0 : INFINITY, max = -INFINITY;

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    {
      KadGuiPlotFigures figures;

      if (!kad_gui_time_data_get_figures (&self->data, i, &figures))
        continue;
      min = MIN (min, figures.min - self->data.band);
      max = MAX (max, figures.max + self->data.band);
    }
  if (max > min && !self->from_zero)
    min = MAX (min, 0);
  canvas->n_ticks = kad_gui_unit_fill_ticks (self->data.unit, min, max, canvas->ticks);
  canvas->min = canvas->ticks[0];
  canvas->max = canvas->ticks[canvas->n_ticks - 1];
  if (canvas->max <= canvas->min)
    canvas->max = canvas->min + 1;
}

static void
place (Canvas *canvas, int width, int height)
{
  double widest = 0, line_height = 0;

  if (canvas->self->bare)
    {
      canvas->top = LINE_WIDTH;
      canvas->width = width;
      canvas->height = MAX (height - 2 * LINE_WIDTH, 1);
      return;
    }
  for (guint i = 0; i < canvas->n_ticks; i++)
    {
      g_autofree char *text = kad_gui_unit_dup_text (canvas->self->data.unit, canvas->ticks[i]);

      widest = MAX (widest, get_text_width (GTK_WIDGET (canvas->self), text, &line_height));
    }
  canvas->left = widest + SPACE;
  canvas->top = ceil (line_height / 2);
  canvas->width = MAX (width - canvas->left - 1, 1);
  canvas->height = MAX (height - canvas->top - line_height - SPACE, 1);
}

static void
draw_axes (Canvas *canvas)
{
  GdkRGBA grid = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_GRID, 1);
  int minutes = (int) (canvas->self->data.window_us / MINUTE_US);
  double bottom = canvas->top + canvas->height;

  for (guint i = 0; i < canvas->n_ticks; i++)
    {
      g_autofree char *text = kad_gui_unit_dup_text (canvas->self->data.unit, canvas->ticks[i]);
      double y = get_y (canvas, canvas->ticks[i]);

      gtk_snapshot_append_color (
          canvas->snapshot, &grid,
          &GRAPHENE_RECT_INIT ((float) canvas->left, (float) round (y), (float) canvas->width, 1));
      draw_text (canvas, text, canvas->left - SPACE, y, 1, 0.5, KAD_GUI_COLOR_DIM);
    }
  for (guint i = 0; i <= 2; i++)
    {
      int seconds = minutes * 60 * (2 - (int) i) / 2;
      g_autofree char *text = i == 2              ? g_strdup (_ ("now"))
                              : seconds % 60 == 0 ? g_strdup_printf (_ ("−%d min"), seconds / 60)
                                                  : g_strdup_printf (_ ("−%d s"), seconds);

      draw_text (canvas, text, canvas->left + canvas->width * i / 2, bottom + SPACE, i / 2.0, 0,
                 KAD_GUI_COLOR_DIM);
    }
}

typedef struct
{
  double x, y;
  gboolean starts; /* after a gap */
} Vertex;

/* Several points of one pixel are one, their mean. */
static GArray *
dup_vertices (Canvas *canvas, guint number)
{
  g_autoptr (GArray) points = kad_gui_time_data_dup_points (&canvas->self->data, number);
  GArray *vertices = g_array_new (FALSE, FALSE, sizeof (Vertex));
  guint n_here = 0;

  for (guint i = 0; i < points->len; i++)
    {
      const KadGuiPoint *point = &g_array_index (points, KadGuiPoint, i);
      gboolean starts
          = i == 0 || (!canvas->self->data.held && point->at_us - (point - 1)->at_us > GAP_US);
      Vertex vertex = { get_x (canvas, point->at_us), get_y (canvas, point->value), starts };
      Vertex *last
          = vertices->len > 0 ? &g_array_index (vertices, Vertex, vertices->len - 1) : NULL;

      if (last != NULL && !starts && floor (last->x) == floor (vertex.x)
          && !canvas->self->data.held)
        {
          n_here++;
          last->y += (vertex.y - last->y) / n_here;
          continue;
        }
      n_here = 1;
      if (last != NULL && !starts && canvas->self->data.held)
        {
          Vertex corner = { vertex.x, last->y, FALSE };

          g_array_append_val (vertices, corner);
        }
      g_array_append_val (vertices, vertex);
    }
  if (canvas->self->data.held && vertices->len > 0)
    {
      Vertex end = g_array_index (vertices, Vertex, vertices->len - 1);

      end.x = canvas->left + canvas->width;
      end.starts = FALSE;
      g_array_append_val (vertices, end);
    }
  return vertices;
}

static void
trace (cairo_t *cr, GArray *vertices, guint from, guint to, double shift)
{
  for (guint i = from; i < to; i++)
    {
      const Vertex *vertex = &g_array_index (vertices, Vertex, i);

      cairo_line_to (cr, vertex->x, vertex->y + shift);
    }
}

static void
trace_back (cairo_t *cr, GArray *vertices, guint from, guint to, double shift)
{
  for (guint i = to; i > from; i--)
    {
      const Vertex *vertex = &g_array_index (vertices, Vertex, i - 1);

      cairo_line_to (cr, vertex->x, vertex->y + shift);
    }
}

/* From one gap to the next. */
static void
draw_piece (Canvas *canvas, cairo_t *cr, guint number, GArray *vertices, guint from, guint to)
{
  KadGuiTimePlot *self = canvas->self;
  GdkRGBA line = kad_gui_palette_get (&canvas->palette, get_color (number), 1);
  GdkRGBA fill = kad_gui_palette_get (&canvas->palette, get_color (number), 0.16);
  static const double dashes[] = { 6, 3 };
  double shift = self->data.band / (canvas->max - canvas->min) * canvas->height;
  const Vertex *first = &g_array_index (vertices, Vertex, from);
  const Vertex *last = &g_array_index (vertices, Vertex, to - 1);

  gdk_cairo_set_source_rgba (cr, &fill);
  if (number == 0 && self->data.band > 0)
    {
      trace (cr, vertices, from, to, -shift);
      trace_back (cr, vertices, from, to, shift);
      cairo_fill (cr);
    }
  else if (number == 0)
    {
      cairo_move_to (cr, first->x, canvas->top + canvas->height);
      trace (cr, vertices, from, to, 0);
      cairo_line_to (cr, last->x, canvas->top + canvas->height);
      cairo_fill (cr);
    }
  gdk_cairo_set_source_rgba (cr, &line);
  cairo_set_dash (cr, dashes, number == 0 ? 0 : 2, 0);
  if (to - from == 1)
    {
      cairo_arc (cr, first->x, first->y, LINE_WIDTH, 0, 2 * G_PI);
      cairo_fill (cr);
      return;
    }
  trace (cr, vertices, from, to, 0);
  cairo_stroke (cr);
}

static void
draw_curve (Canvas *canvas, cairo_t *cr, guint number)
{
  g_autoptr (GArray) vertices = dup_vertices (canvas, number);
  guint from = 0;

  for (guint i = 1; i <= vertices->len; i++)
    if (i == vertices->len || g_array_index (vertices, Vertex, i).starts)
      {
        draw_piece (canvas, cr, number, vertices, from, i);
        from = i;
      }
}

static void
draw_curves (Canvas *canvas)
{
  cairo_t *cr = gtk_snapshot_append_cairo (
      canvas->snapshot,
      &GRAPHENE_RECT_INIT ((float) canvas->left - 2, (float) canvas->top - 2,
                           (float) canvas->width + 4, (float) canvas->height + 4));

  cairo_rectangle (cr, canvas->left - 2, canvas->top - 2, canvas->width + 4, canvas->height + 3);
  cairo_clip (cr);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = KAD_GUI_MAX_PLOT_SERIES; i > 0; i--)
    draw_curve (canvas, cr, i - 1);
  cairo_destroy (cr);
}

/* ---- under the pointer ---- */

static void
draw_dot (Canvas *canvas, double x, double y, KadGuiColor color)
{
  GdkRGBA rgba = kad_gui_palette_get (&canvas->palette, color, 1);
  GskRoundedRect outline;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) x - 4, (float) y - 4, 8, 8);

  gsk_rounded_rect_init_from_rect (&outline, &bounds, 4);
  gtk_snapshot_push_rounded_clip (canvas->snapshot, &outline);
  gtk_snapshot_append_color (canvas->snapshot, &rgba, &bounds);
  gtk_snapshot_pop (canvas->snapshot);
}

static const KadGuiPoint *
find_hovered (Canvas *canvas, GArray *points, gint64 at_us)
{
  gint64 tolerance_us = MAX (GAP_US, canvas->self->data.window_us / 100);

  return kad_gui_time_data_find_point (
      points, at_us, canvas->self->data.held ? canvas->self->data.window_us : tolerance_us);
}

/* Its text, and dots on the curves. (nullable): there is nothing. */
static char *
draw_hovered_points (Canvas *canvas, gint64 at_us)
{
  KadGuiTimePlot *self = canvas->self;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    {
      g_autoptr (GArray) points = kad_gui_time_data_dup_points (&self->data, i);
      const KadGuiPoint *point = find_hovered (canvas, points, at_us);
      g_autofree char *value = NULL;

      if (point == NULL)
        continue;
      draw_dot (canvas, get_x (canvas, point->at_us), get_y (canvas, point->value), get_color (i));
      value = kad_gui_unit_dup_text (self->data.unit, point->value);
      if (text->len == 0)
        {
          g_autofree char *time = kad_gui_time_data_dup_time (point->at_us);

          g_string_append (text, time);
        }
      g_string_append_printf (text, "\n%s %s", self->data.curves[i].label, value);
    }
  return g_string_free (text, text->len == 0);
}

static void
draw_bubble (Canvas *canvas, const char *text, double x)
{
  double height;
  double width = get_text_width (GTK_WIDGET (canvas->self), text, &height);
  GdkRGBA back = canvas->palette.is_dark ? (GdkRGBA){ 0.1f, 0.1f, 0.1f, 0.92f }
                                         : (GdkRGBA){ 1, 1, 1, 0.94f };
  GdkRGBA border = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_DIM, 0.5);
  gboolean is_right = x > canvas->left + canvas->width / 2;
  double left = is_right ? x - width - 4 * SPACE : x + 2 * SPACE;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) MAX (left, 0), (float) canvas->top,
                                               (float) width + 2 * SPACE, (float) height + SPACE);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds, 6);
  gtk_snapshot_push_rounded_clip (canvas->snapshot, &outline);
  gtk_snapshot_append_color (canvas->snapshot, &back, &bounds);
  gtk_snapshot_pop (canvas->snapshot);
  gtk_snapshot_append_border (canvas->snapshot, &outline, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ border, border, border, border });
  draw_text (canvas, text, bounds.origin.x + SPACE, bounds.origin.y + SPACE / 2.0, 0, 0,
             KAD_GUI_COLOR_FG);
}

static void
draw_hover (Canvas *canvas)
{
  KadGuiTimePlot *self = canvas->self;
  gint64 at_us = kad_gui_time_data_get_begin (&self->data)
                 + (gint64) (self->hover * (double) self->data.window_us);
  double x = canvas->left + self->hover * canvas->width;
  GdkRGBA line = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_DIM, 0.6);
  g_autofree char *text = NULL;

  gtk_snapshot_append_color (
      canvas->snapshot, &line,
      &GRAPHENE_RECT_INIT ((float) round (x), (float) canvas->top, 1, (float) canvas->height));
  text = draw_hovered_points (canvas, at_us);
  draw_bubble (canvas, text != NULL ? text : _ ("Nothing is known of this time"), x);
}

static gboolean
is_empty (KadGuiTimePlot *self)
{
  KadGuiPlotFigures figures;

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    if (kad_gui_time_data_get_figures (&self->data, i, &figures))
      return FALSE;
  return TRUE;
}

static void
kad_gui_time_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  Canvas canvas = { .self = KAD_GUI_TIME_PLOT (widget), .snapshot = snapshot };
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (width < 8 || height < 8)
    return;
  kad_gui_palette_init (&canvas.palette, widget);
  fill_range (&canvas);
  place (&canvas, width, height);
  if (is_empty (canvas.self))
    {
      if (!canvas.self->bare)
        draw_text (&canvas, _ ("Nothing is known of this time"), width / 2.0, height / 2.0, 0.5,
                   0.5, KAD_GUI_COLOR_DIM);
      return;
    }
  if (!canvas.self->bare)
    draw_axes (&canvas);
  draw_curves (&canvas);
  if (canvas.self->hover >= 0 && !canvas.self->bare)
    draw_hover (&canvas);
}

static void
kad_gui_time_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean bare = KAD_GUI_TIME_PLOT (widget)->bare;

  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? (bare ? BARE_HEIGHT : 90) : 60;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? (bare ? BARE_HEIGHT : NATURAL_HEIGHT)
                                                     : NATURAL_WIDTH;
  *minimum_baseline = *natural_baseline = -1;
}

/* ---- pointer and keys ---- */

static void
set_hover (KadGuiTimePlot *self, double hover)
{
  if (self->hover == hover)
    return;
  self->hover = hover;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, KadGuiTimePlot *self)
{
  Canvas canvas = { .self = self };

  if (self->bare)
    return;
  fill_range (&canvas);
  place (&canvas, gtk_widget_get_width (GTK_WIDGET (self)),
         gtk_widget_get_height (GTK_WIDGET (self)));
  set_hover (self, CLAMP ((x - canvas.left) / canvas.width, 0, 1));
}

static void
on_leave (GtkEventController *controller, KadGuiTimePlot *self)
{
  set_hover (self, -1);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
        KadGuiTimePlot *self)
{
  double from = self->hover >= 0 ? self->hover : 1 + 1.0 / KEY_STEPS;

  if (key == GDK_KEY_Left)
    set_hover (self, MAX (from - 1.0 / KEY_STEPS, 0));
  else if (key == GDK_KEY_Right && self->hover >= 0)
    set_hover (self, MIN (from + 1.0 / KEY_STEPS, 1));
  else if (key == GDK_KEY_Escape && self->hover >= 0)
    set_hover (self, -1);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

/* ---- life ---- */

static void
on_changed (KadGuiTimePlot *self)
{
  g_autofree char *description = NULL;

  if (self->store != NULL)
    self->data.now_us = kad_gui_store_get_now_us (self->store);
  description = kad_gui_time_data_dup_description (&self->data);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
clear_curve (KadGuiTimePlot *self, guint number)
{
  KadGuiCurve *curve = &self->data.curves[number];

  if (curve->series != NULL)
    g_clear_signal_handler (&self->handlers[number], curve->series);
  g_clear_object (&curve->series);
  g_clear_pointer (&curve->label, g_free);
}

static void
kad_gui_time_plot_dispose (GObject *object)
{
  KadGuiTimePlot *self = KAD_GUI_TIME_PLOT (object);

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    clear_curve (self, i);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kad_gui_time_plot_parent_class)->dispose (object);
}

static void
kad_gui_time_plot_class_init (KadGuiTimePlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_time_plot_dispose;
  widget_class->snapshot = kad_gui_time_plot_snapshot;
  widget_class->measure = kad_gui_time_plot_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "kadplot");
}

static void
kad_gui_time_plot_init (KadGuiTimePlot *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->data.window_us = 10 * MINUTE_US;
  self->from_zero = TRUE;
  self->hover = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kad-caption");
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
  g_signal_connect (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
kad_gui_time_plot_new (void)
{
  return g_object_new (KAD_GUI_TYPE_TIME_PLOT, NULL);
}

void
kad_gui_time_plot_set_store (KadGuiTimePlot *self, KadGuiStore *store)
{
  g_set_object (&self->store, store);
  on_changed (self);
}

void
kad_gui_time_plot_set_series (KadGuiTimePlot *self, guint number, KadGuiSeries *series,
                              const char *label)
{
  KadGuiCurve *curve = &self->data.curves[number];

  clear_curve (self, number);
  curve->label = g_strdup (label);
  if (series != NULL)
    {
      curve->series = g_object_ref (series);
      self->handlers[number]
          = g_signal_connect_swapped (series, "changed", G_CALLBACK (on_changed), self);
    }
  on_changed (self);
}

void
kad_gui_time_plot_set_unit (KadGuiTimePlot *self, KadGuiUnit unit)
{
  self->data.unit = unit;
  on_changed (self);
}

void
kad_gui_time_plot_set_window (KadGuiTimePlot *self, gint64 window_us)
{
  self->data.window_us = MAX (window_us, MINUTE_US);
  on_changed (self);
}

void
kad_gui_time_plot_set_band (KadGuiTimePlot *self, double error)
{
  if (self->data.band == error)
    return;
  self->data.band = isfinite (error) && error > 0 ? error : 0;
  on_changed (self);
}

void
kad_gui_time_plot_set_from_zero (KadGuiTimePlot *self, gboolean from_zero)
{
  self->from_zero = from_zero;
  on_changed (self);
}

void
kad_gui_time_plot_set_held (KadGuiTimePlot *self, gboolean held)
{
  self->data.held = held;
  on_changed (self);
}

void
kad_gui_time_plot_set_bare (KadGuiTimePlot *self, gboolean bare)
{
  self->bare = bare;
  gtk_widget_set_focusable (GTK_WIDGET (self), !bare);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const KadGuiTimeData *
kad_gui_time_plot_get_data (KadGuiTimePlot *self)
{
  return &self->data;
}
