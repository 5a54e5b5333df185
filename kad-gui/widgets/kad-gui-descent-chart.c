/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-descent-chart.h"

#include "kad-gui-i18n.h"
#include "kad-gui-palette.h"
#include "kad-gui-text.h"

#define LEFT 52
#define RIGHT 18
#define TOP 34
#define BOTTOM 30
#define LABEL_REACH 28 /* half of a time on the axis */
#define RADIUS 4.0
#define REACH 12.0 /* how near the pointer must be */
#define MIN_BITS 8 /* of the axis, so that few peers do not fill it */

struct _KadGuiDescentChart
{
  KadGuiQueryDrawing parent_instance;

  guint bits; /* that the axis ends with */
};

G_DEFINE_FINAL_TYPE (KadGuiDescentChart, kad_gui_descent_chart, KAD_GUI_TYPE_QUERY_DRAWING)

/* ---- places ---- */

typedef struct
{
  KadGuiDescentChart *chart;
  KadGuiQueryDrawing *drawing;
  KadGuiPalette palette;
  double width; /* of what is inside the axes */
  double height;
  gint64 duration_us;
} Canvas;

static void
canvas_init (Canvas *canvas, KadGuiDescentChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  canvas->chart = self;
  canvas->drawing = KAD_GUI_QUERY_DRAWING (self);
  canvas->width = MAX (gtk_widget_get_width (widget) - LEFT - RIGHT, 10);
  canvas->height = MAX (gtk_widget_get_height (widget) - TOP - BOTTOM, 10);
  canvas->duration_us = kad_gui_query_drawing_get_duration_us (canvas->drawing);
}

static double
get_x (const Canvas *canvas, gint64 at_us)
{
  return LEFT
         + canvas->width * (double) CLAMP (at_us, 0, canvas->duration_us)
               / (double) canvas->duration_us;
}

static double
get_y (const Canvas *canvas, guint bits)
{
  return TOP + canvas->height * MIN (bits, canvas->chart->bits) / canvas->chart->bits;
}

/* When it came to what it came to. */
static gint64
get_moment_us (KadGuiContact *contact, gint64 duration_us)
{
  gint64 end_us = kad_gui_contact_get_end_us (contact, duration_us);

  return end_us >= 0 ? end_us : MAX (contact->heard_us, 0);
}

/* ---- drawing ---- */

static void
set_color (cairo_t *cr, const Canvas *canvas, KadGuiColor color, double alpha)
{
  GdkRGBA rgba = kad_gui_palette_get (&canvas->palette, color, alpha);

  gdk_cairo_set_source_rgba (cr, &rgba);
}

/* Answered: a disc; gave: a diamond; not: a cross; at work: a ring; not asked: a dot. */
static void
draw_point (cairo_t *cr, const Canvas *canvas, KadGuiContact *contact)
{
  double x = get_x (canvas, get_moment_us (contact, canvas->duration_us));
  double y = get_y (canvas, contact->distance_bits);

  cairo_new_path (cr);
  if (contact->gave)
    {
      set_color (cr, canvas, KAD_GUI_COLOR_ACCENT, 1);
      cairo_move_to (cr, x, y - RADIUS * 1.6);
      cairo_line_to (cr, x + RADIUS * 1.6, y);
      cairo_line_to (cr, x, y + RADIUS * 1.6);
      cairo_line_to (cr, x - RADIUS * 1.6, y);
      cairo_close_path (cr);
      cairo_fill (cr);
    }
  else if (contact->outcome == KAD_GUI_OUTCOME_ANSWERED)
    {
      set_color (cr, canvas, KAD_GUI_COLOR_LIVE, 0.85);
      cairo_arc (cr, x, y, RADIUS, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  else if (contact->outcome == KAD_GUI_OUTCOME_FAILED)
    {
      set_color (cr, canvas, KAD_GUI_COLOR_STALE, 1);
      cairo_move_to (cr, x - RADIUS, y - RADIUS);
      cairo_line_to (cr, x + RADIUS, y + RADIUS);
      cairo_move_to (cr, x + RADIUS, y - RADIUS);
      cairo_line_to (cr, x - RADIUS, y + RADIUS);
      cairo_stroke (cr);
    }
  else if (contact->outcome == KAD_GUI_OUTCOME_HEARD)
    {
      set_color (cr, canvas, KAD_GUI_COLOR_DIM, 0.6);
      cairo_arc (cr, x, y, 1.5, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  else
    {
      set_color (cr, canvas, KAD_GUI_COLOR_CHECKING, 1);
      cairo_arc (cr, x, y, RADIUS, 0, 2 * G_PI);
      cairo_stroke (cr);
    }
}

static int
compare_replies (gconstpointer a, gconstpointer b)
{
  gint64 one = (*(KadGuiContact *const *) a)->reply_us;
  gint64 other = (*(KadGuiContact *const *) b)->reply_us;

  return (one > other) - (one < other);
}

static GPtrArray *
list_replies (GPtrArray *contacts)
{
  GPtrArray *replies = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    {
      KadGuiContact *contact = contacts->pdata[i];

      if (contact->outcome == KAD_GUI_OUTCOME_ANSWERED && contact->reply_us >= 0)
        g_ptr_array_add (replies, contact);
    }
  g_ptr_array_sort (replies, compare_replies);
  return replies;
}

/* In steps: it is where it is until somebody nearer answers. */
static void
draw_best (cairo_t *cr, const Canvas *canvas, GPtrArray *contacts)
{
  g_autoptr (GPtrArray) replies = list_replies (contacts);
  double y = get_y (canvas, 0);
  guint best = 0;

  cairo_new_path (cr);
  cairo_move_to (cr, get_x (canvas, 0), y);
  for (guint i = 0; i < replies->len; i++)
    {
      KadGuiContact *contact = replies->pdata[i];
      double x = get_x (canvas, contact->reply_us);

      if (contact->distance_bits <= best)
        continue;
      best = contact->distance_bits;
      cairo_line_to (cr, x, y);
      y = get_y (canvas, best);
      cairo_line_to (cr, x, y);
    }
  if (replies->len == 0)
    return;
  cairo_line_to (cr, get_x (canvas, canvas->duration_us), y);
  set_color (cr, canvas, KAD_GUI_COLOR_ACCENT, 0.9);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 1.5);
}

static void
draw_selected (cairo_t *cr, const Canvas *canvas, GPtrArray *contacts)
{
  const char *selected = kad_gui_query_drawing_get_selected (canvas->drawing);

  for (guint i = 0; i < contacts->len && selected[0] != '\0'; i++)
    {
      KadGuiContact *contact = contacts->pdata[i];

      if (!g_str_equal (contact->peer, selected))
        continue;
      set_color (cr, canvas, KAD_GUI_COLOR_ACCENT, 1);
      cairo_new_path (cr);
      cairo_arc (cr, get_x (canvas, get_moment_us (contact, canvas->duration_us)),
                 get_y (canvas, contact->distance_bits), RADIUS + 4, 0, 2 * G_PI);
      cairo_stroke (cr);
      return;
    }
}

static void
draw_grid (const Canvas *canvas, GtkSnapshot *snapshot)
{
  GdkRGBA dim = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_DIM, 1);
  GdkRGBA grid = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_GRID, 1);
  gint64 step_us
      = kad_gui_query_drawing_nice_step (canvas->duration_us, (guint) MAX (canvas->width / 90, 1));
  guint step = (guint) kad_gui_query_drawing_nice_step (canvas->chart->bits,
                                                        (guint) MAX (canvas->height / 40, 1));
  double end_x = LEFT + canvas->width + RIGHT - 6;

  kad_gui_query_drawing_text (canvas->drawing, snapshot,
                              _ ("Bits in common with the target, farthest above"), 12, TOP / 2.0,
                              (int) canvas->width + LEFT - 12, 0, &dim);
  for (guint bits = 0; bits <= canvas->chart->bits; bits += step)
    {
      g_autofree char *text = g_strdup_printf ("%u", bits);
      double y = get_y (canvas, bits);

      gtk_snapshot_append_color (
          snapshot, &grid, &GRAPHENE_RECT_INIT (LEFT, (float) (int) y, (float) canvas->width, 1));
      kad_gui_query_drawing_text (canvas->drawing, snapshot, text, LEFT - 10, y, -1, 1, &dim);
    }
  for (gint64 at_us = 0; at_us <= canvas->duration_us; at_us += step_us)
    {
      g_autofree char *text = at_us == 0 ? g_strdup ("0") : kad_gui_text_duration (at_us);

      /* The last one ends where the chart does. */
      kad_gui_query_drawing_text (canvas->drawing, snapshot, text,
                                  MIN (get_x (canvas, at_us), end_x),
                                  TOP + canvas->height + BOTTOM / 2.0, -1,
                                  get_x (canvas, at_us) > end_x - LABEL_REACH ? 1 : 0.5, &dim);
    }
}

static void
kad_gui_descent_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiDescentChart *self = KAD_GUI_DESCENT_CHART (widget);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (self));
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                            (float) gtk_widget_get_height (widget));
  Canvas canvas;
  cairo_t *cr;

  canvas_init (&canvas, self);
  kad_gui_palette_init (&canvas.palette, widget);
  draw_grid (&canvas, snapshot);
  cr = gtk_snapshot_append_cairo (snapshot, &all);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  draw_best (cr, &canvas, contacts);
  /* Who matters is above who does not. */
  for (guint i = contacts->len; i > 0; i--)
    draw_point (cr, &canvas, contacts->pdata[i - 1]);
  draw_selected (cr, &canvas, contacts);
  cairo_destroy (cr);
  kad_gui_query_drawing_focus_frame (canvas.drawing, snapshot);
}

static void
kad_gui_descent_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                               int *minimum, int *natural, int *minimum_baseline,
                               int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 140;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 280;
}

/* ---- what a drawing of a query has ---- */

static void
kad_gui_descent_chart_rebuild (KadGuiQueryDrawing *drawing)
{
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);
  guint most = 0;

  for (guint i = 0; i < contacts->len; i++)
    most = MAX (most, KAD_GUI_CONTACT (contacts->pdata[i])->distance_bits);
  KAD_GUI_DESCENT_CHART (drawing)->bits = MAX (most + 1, MIN_BITS);
}

static KadGuiContact *
kad_gui_descent_chart_pick (KadGuiQueryDrawing *drawing, double x, double y)
{
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);
  KadGuiContact *nearest = NULL;
  double least = REACH * REACH;
  Canvas canvas;

  canvas_init (&canvas, KAD_GUI_DESCENT_CHART (drawing));
  for (guint i = 0; i < contacts->len; i++)
    {
      KadGuiContact *contact = contacts->pdata[i];
      double dx = get_x (&canvas, get_moment_us (contact, canvas.duration_us)) - x;
      double dy = get_y (&canvas, contact->distance_bits) - y;

      if (dx * dx + dy * dy >= least)
        continue;
      least = dx * dx + dy * dy;
      nearest = contact;
    }
  return nearest;
}

static char *
kad_gui_descent_chart_describe (KadGuiQueryDrawing *drawing)
{
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);
  g_autoptr (GPtrArray) replies = list_replies (contacts);
  KadGuiContact *first = replies->len > 0 ? replies->pdata[0] : NULL;
  KadGuiContact *best = first;
  g_autofree char *when = NULL;

  if (first == NULL)
    return g_strdup (_ ("Nobody has answered yet"));
  for (guint i = 1; i < replies->len; i++)
    if (KAD_GUI_CONTACT (replies->pdata[i])->distance_bits > best->distance_bits)
      best = replies->pdata[i];
  when = kad_gui_text_duration (best->reply_us);
  return g_strdup_printf (_ ("The first of %u who answered has %u bits in common with the target; "
                             "the nearest has %u, and answered after %s."),
                          replies->len, first->distance_bits, best->distance_bits, when);
}

static void
kad_gui_descent_chart_class_init (KadGuiDescentChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiQueryDrawingClass *drawing_class = KAD_GUI_QUERY_DRAWING_CLASS (klass);

  widget_class->measure = kad_gui_descent_chart_measure;
  widget_class->snapshot = kad_gui_descent_chart_snapshot;
  drawing_class->title = N_ ("Descent of the distance");
  drawing_class->rebuild = kad_gui_descent_chart_rebuild;
  drawing_class->pick = kad_gui_descent_chart_pick;
  drawing_class->describe = kad_gui_descent_chart_describe;
}

static void
kad_gui_descent_chart_init (KadGuiDescentChart *self)
{
  self->bits = MIN_BITS;
}

GtkWidget *
kad_gui_descent_chart_new (void)
{
  return g_object_new (KAD_GUI_TYPE_DESCENT_CHART, NULL);
}
