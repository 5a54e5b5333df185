/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-waterfall.h"

#include "kad-gui-i18n.h"
#include "kad-gui-text.h"
#include "kad-gui-waterfall-bar.h"

#define ROW_HEIGHT 24
#define BAR_HEIGHT 12
#define AXIS_HEIGHT 26
#define MARGIN 12
#define MARK_WIDTH 24   /* the outcome, at the end */
#define NAME_WIDTH 116  /* who */
#define NAMED_WIDTH 116 /* named by whom; only where there is room */
#define ROOMY_WIDTH 620
#define MIN_HEIGHT 120
#define MAX_NATURAL_ROWS 12

struct _KadGuiWaterfall
{
  KadGuiQueryDrawing parent_instance;

  GtkAdjustment *adjustments[2]; /* (owned) (nullable) horizontal, vertical */
  guint policies[2];
  guint n_drawn;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiWaterfall, kad_gui_waterfall, KAD_GUI_TYPE_QUERY_DRAWING,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

/* ---- scrolling ---- */

static double
get_offset (KadGuiWaterfall *self)
{
  return self->adjustments[1] != NULL ? gtk_adjustment_get_value (self->adjustments[1]) : 0;
}

static void
configure (KadGuiWaterfall *self)
{
  guint n = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (self))->len;
  double view = MAX (gtk_widget_get_height (GTK_WIDGET (self)) - AXIS_HEIGHT, 0);
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double all = MAX ((double) n * ROW_HEIGHT, view);

  if (self->adjustments[0] != NULL)
    gtk_adjustment_configure (self->adjustments[0], 0, 0, width, 1, width, width);
  if (self->adjustments[1] != NULL)
    gtk_adjustment_configure (self->adjustments[1], CLAMP (get_offset (self), 0, all - view), 0,
                              all, ROW_HEIGHT, MAX (view - ROW_HEIGHT, ROW_HEIGHT), view);
}

static void
set_adjustment (KadGuiWaterfall *self, guint which, GtkAdjustment *adjustment)
{
  GtkAdjustment **place = &self->adjustments[which];

  if (*place == adjustment)
    return;
  if (*place != NULL)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_clear_object (place);
  if (adjustment != NULL)
    {
      *place = g_object_ref_sink (adjustment);
      g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_draw),
                                self);
      configure (self);
    }
}

static void
kad_gui_waterfall_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiWaterfall *self = KAD_GUI_WATERFALL (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    g_value_set_object (value, self->adjustments[id - PROP_HADJUSTMENT]);
  else if (id == PROP_HSCROLL_POLICY || id == PROP_VSCROLL_POLICY)
    g_value_set_enum (value, (int) self->policies[id - PROP_HSCROLL_POLICY]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_waterfall_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiWaterfall *self = KAD_GUI_WATERFALL (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    set_adjustment (self, id - PROP_HADJUSTMENT, g_value_get_object (value));
  else if (id == PROP_HSCROLL_POLICY || id == PROP_VSCROLL_POLICY)
    self->policies[id - PROP_HSCROLL_POLICY] = (guint) g_value_get_enum (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_waterfall_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  configure (KAD_GUI_WATERFALL (widget));
}

static void
kad_gui_waterfall_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  guint n = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (widget))->len;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = NAME_WIDTH + MARK_WIDTH + 100;
      *natural = ROOMY_WIDTH;
      return;
    }
  *minimum = MIN_HEIGHT;
  *natural = MAX (MIN_HEIGHT, AXIS_HEIGHT + ROW_HEIGHT * (int) MIN (n, MAX_NATURAL_ROWS));
}

static void
kad_gui_waterfall_reveal (KadGuiQueryDrawing *drawing, KadGuiContact *contact)
{
  KadGuiWaterfall *self = KAD_GUI_WATERFALL (drawing);
  guint row;

  if (self->adjustments[1] != NULL
      && g_ptr_array_find (kad_gui_query_drawing_get_contacts (drawing), contact, &row))
    gtk_adjustment_clamp_page (self->adjustments[1], (double) row * ROW_HEIGHT,
                               (double) (row + 1) * ROW_HEIGHT);
}

/* ---- drawing ---- */

/* What a snapshot needs. */
typedef struct
{
  KadGuiQueryDrawing *drawing;
  GtkSnapshot *snapshot;
  KadGuiPalette palette;
  double width;
  double height;
  double bars_x; /* where bars begin */
  double bars_width;
  gint64 duration_us;
  gboolean is_roomy;
} Canvas;

static void
canvas_init (Canvas *canvas, KadGuiWaterfall *self, GtkSnapshot *snapshot)
{
  canvas->drawing = KAD_GUI_QUERY_DRAWING (self);
  canvas->snapshot = snapshot;
  kad_gui_palette_init (&canvas->palette, GTK_WIDGET (self));
  canvas->width = gtk_widget_get_width (GTK_WIDGET (self));
  canvas->height = gtk_widget_get_height (GTK_WIDGET (self));
  canvas->is_roomy = canvas->width >= ROOMY_WIDTH;
  canvas->bars_x = MARGIN + NAME_WIDTH + (canvas->is_roomy ? NAMED_WIDTH : 0);
  canvas->bars_width = MAX (canvas->width - canvas->bars_x - MARK_WIDTH - MARGIN, 20);
  canvas->duration_us = kad_gui_query_drawing_get_duration_us (canvas->drawing);
}

static double
get_x (const Canvas *canvas, gint64 at_us)
{
  double part = (double) CLAMP (at_us, 0, canvas->duration_us) / (double) canvas->duration_us;

  return canvas->bars_x + part * canvas->bars_width;
}

static void
draw_axis (const Canvas *canvas)
{
  GdkRGBA dim = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_DIM, 1);
  GdkRGBA grid = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_GRID, 1);
  gint64 step_us = kad_gui_query_drawing_nice_step (canvas->duration_us,
                                                    (guint) MAX (canvas->bars_width / 90, 1));

  kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot, _ ("Peer"), MARGIN,
                              AXIS_HEIGHT / 2.0, NAME_WIDTH - 8, 0, &dim);
  if (canvas->is_roomy)
    kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot, _ ("Named by"),
                                MARGIN + NAME_WIDTH, AXIS_HEIGHT / 2.0, NAMED_WIDTH - 8, 0, &dim);
  for (gint64 at_us = 0; at_us <= canvas->duration_us; at_us += step_us)
    {
      g_autofree char *text = at_us == 0 ? g_strdup ("0") : kad_gui_text_duration (at_us);
      double x = get_x (canvas, at_us);

      gtk_snapshot_append_color (canvas->snapshot, &grid,
                                 &GRAPHENE_RECT_INIT ((float) (int) x, AXIS_HEIGHT, 1,
                                                      (float) canvas->height - AXIS_HEIGHT));
      kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot, text, x, AXIS_HEIGHT / 2.0, -1,
                                  at_us == 0 ? 0 : 0.5, &dim);
    }
}

static void
draw_bar (const Canvas *canvas, KadGuiBar bar, gint64 from_us, gint64 to_us, double y)
{
  double x = get_x (canvas, from_us);
  double end = get_x (canvas, to_us);

  if (from_us < 0 || to_us < from_us)
    return;
  kad_gui_bar_paint (canvas->snapshot, &canvas->palette, bar,
                     &GRAPHENE_RECT_INIT ((float) x, (float) (y + (ROW_HEIGHT - BAR_HEIGHT) / 2.0),
                                          (float) MAX (end - x, 2), BAR_HEIGHT));
}

/* A moment is 3 pixels. */
static void
draw_moment (const Canvas *canvas, KadGuiBar bar, gint64 at_us, double y, double bar_height)
{
  double x = get_x (canvas, at_us);

  if (at_us >= 0)
    kad_gui_bar_paint (canvas->snapshot, &canvas->palette, bar,
                       &GRAPHENE_RECT_INIT ((float) x - (bar == KAD_GUI_BAR_ANSWER ? 3 : 0),
                                            (float) (y + (ROW_HEIGHT - bar_height) / 2), 3,
                                            (float) bar_height));
}

static void
draw_bars (const Canvas *canvas, KadGuiContact *contact, double y)
{
  gint64 begin_us = kad_gui_contact_get_begin_us (contact);
  gint64 end_us = kad_gui_contact_get_end_us (contact, canvas->duration_us);
  gboolean is_failed = contact->outcome == KAD_GUI_OUTCOME_FAILED;

  draw_bar (canvas, KAD_GUI_BAR_HEARD, MAX (contact->heard_us, 0),
            begin_us < 0 ? canvas->duration_us : begin_us, y);
  if (begin_us < 0)
    return;
  if (contact->dial_us >= 0)
    draw_bar (canvas, is_failed && contact->send_us < 0 ? KAD_GUI_BAR_FAIL : KAD_GUI_BAR_DIAL,
              contact->dial_us, contact->send_us >= contact->dial_us ? contact->send_us : end_us,
              y);
  draw_bar (canvas, is_failed ? KAD_GUI_BAR_FAIL : KAD_GUI_BAR_WAIT, contact->send_us, end_us, y);
  draw_moment (canvas, KAD_GUI_BAR_SEND, contact->send_us, y, BAR_HEIGHT);
  if (contact->outcome == KAD_GUI_OUTCOME_ANSWERED)
    draw_moment (canvas, KAD_GUI_BAR_ANSWER, end_us, y, BAR_HEIGHT + 4);
}

/* Drawn, as few fonts have it, and each another. */
static void
draw_tick (const Canvas *canvas, double x, double y, const GdkRGBA *color)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) x - 6, (float) y - 6, 12, 12);
  cairo_t *cr = gtk_snapshot_append_cairo (canvas->snapshot, &bounds);

  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.8);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (cr, x - 4, y);
  cairo_line_to (cr, x - 1.2, y + 3);
  cairo_line_to (cr, x + 4, y - 3.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

/* A letter of its own shape for each outcome, beside the colour. */
static void
draw_mark (const Canvas *canvas, KadGuiContact *contact, double y)
{
  static const struct
  {
    const char *mark;
    KadGuiColor color;
  } marks[] = {
    [KAD_GUI_OUTCOME_HEARD] = { "·", KAD_GUI_COLOR_DIM },
    [KAD_GUI_OUTCOME_DIALING] = { "↗", KAD_GUI_COLOR_DIAL },
    [KAD_GUI_OUTCOME_WAITING] = { "…", KAD_GUI_COLOR_CHECKING },
    [KAD_GUI_OUTCOME_ANSWERED] = { "", KAD_GUI_COLOR_LIVE },
    [KAD_GUI_OUTCOME_FAILED] = { "✕", KAD_GUI_COLOR_STALE },
  };
  guint outcome = MIN (contact->outcome, KAD_GUI_OUTCOME_FAILED);
  GdkRGBA color = kad_gui_palette_get (&canvas->palette, marks[outcome].color, 1);
  double x = canvas->width - MARGIN - MARK_WIDTH / 2.0;

  if (outcome == KAD_GUI_OUTCOME_ANSWERED && !contact->gave)
    draw_tick (canvas, x, y + ROW_HEIGHT / 2.0, &color);
  else
    kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot,
                                contact->gave ? "★" : marks[outcome].mark, x, y + ROW_HEIGHT / 2.0,
                                -1, 0.5, &color);
}

static void
draw_row (const Canvas *canvas, KadGuiContact *contact, double y)
{
  gboolean is_selected
      = g_str_equal (contact->peer, kad_gui_query_drawing_get_selected (canvas->drawing));
  g_autofree char *name = kad_gui_text_short (contact->peer);
  g_autofree char *by = kad_gui_text_short (contact->named_by);
  GdkRGBA fg = kad_gui_palette_get (
      &canvas->palette,
      contact->outcome == KAD_GUI_OUTCOME_HEARD ? KAD_GUI_COLOR_DIM : KAD_GUI_COLOR_FG, 1);
  GdkRGBA dim = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_DIM, 1);
  GdkRGBA accent = kad_gui_palette_get (&canvas->palette, KAD_GUI_COLOR_ACCENT, 0.2);

  if (is_selected)
    gtk_snapshot_append_color (
        canvas->snapshot, &accent,
        &GRAPHENE_RECT_INIT (0, (float) y, (float) canvas->width, ROW_HEIGHT));
  kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot, name, MARGIN, y + ROW_HEIGHT / 2.0,
                              NAME_WIDTH - 8, 0, &fg);
  if (canvas->is_roomy)
    kad_gui_query_drawing_text (canvas->drawing, canvas->snapshot,
                                by[0] != '\0' ? by : _ ("our table"), MARGIN + NAME_WIDTH,
                                y + ROW_HEIGHT / 2.0, NAMED_WIDTH - 8, 0, &dim);
  draw_bars (canvas, contact, y);
  draw_mark (canvas, contact, y);
}

static void
kad_gui_waterfall_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiWaterfall *self = KAD_GUI_WATERFALL (widget);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (self));
  double offset = get_offset (self);
  guint first = (guint) (offset / ROW_HEIGHT);
  Canvas canvas;

  canvas_init (&canvas, self, snapshot);
  self->n_drawn = 0;
  draw_axis (&canvas);
  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT (0, AXIS_HEIGHT, (float) canvas.width,
                                               (float) MAX (canvas.height - AXIS_HEIGHT, 0)));
  for (guint i = first; i < contacts->len; i++)
    {
      double y = AXIS_HEIGHT + (double) i * ROW_HEIGHT - offset;

      if (y >= canvas.height)
        break;
      draw_row (&canvas, contacts->pdata[i], y);
      self->n_drawn++;
    }
  gtk_snapshot_pop (snapshot);
  kad_gui_query_drawing_focus_frame (canvas.drawing, snapshot);
}

/* ---- what a drawing of a query has ---- */

static void
kad_gui_waterfall_rebuild (KadGuiQueryDrawing *drawing)
{
  configure (KAD_GUI_WATERFALL (drawing));
}

static KadGuiContact *
kad_gui_waterfall_pick (KadGuiQueryDrawing *drawing, double x, double y)
{
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);
  double row = (y - AXIS_HEIGHT + get_offset (KAD_GUI_WATERFALL (drawing))) / ROW_HEIGHT;

  if (y < AXIS_HEIGHT || row < 0 || row >= contacts->len)
    return NULL;
  return contacts->pdata[(guint) row];
}

static char *
kad_gui_waterfall_describe (KadGuiQueryDrawing *drawing)
{
  KadGuiQuery *query = kad_gui_query_drawing_get_query (drawing);
  gint64 duration_us = kad_gui_query_drawing_get_duration_us (drawing);
  g_autofree char *duration = kad_gui_text_duration (duration_us);
  g_autofree char *slowest = NULL;
  KadGuiQueryTally tally;

  if (query == NULL)
    return g_strdup (_ ("No query is selected"));
  kad_gui_query_tally (query, duration_us, &tally);
  slowest = kad_gui_text_duration (tally.slowest_us);
  return g_strdup_printf (_ ("%u contacts within %s: %u asked, %u answered, %u did not answer, %u "
                             "are waited for. The slowest answer took %s."),
                          tally.n_contacts, duration, tally.n_asked, tally.n_answered,
                          tally.n_failed, tally.n_working, slowest);
}

static void
kad_gui_waterfall_dispose (GObject *object)
{
  KadGuiWaterfall *self = KAD_GUI_WATERFALL (object);

  set_adjustment (self, 0, NULL);
  set_adjustment (self, 1, NULL);
  G_OBJECT_CLASS (kad_gui_waterfall_parent_class)->dispose (object);
}

static void
kad_gui_waterfall_class_init (KadGuiWaterfallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiQueryDrawingClass *drawing_class = KAD_GUI_QUERY_DRAWING_CLASS (klass);

  object_class->get_property = kad_gui_waterfall_get_property;
  object_class->set_property = kad_gui_waterfall_set_property;
  object_class->dispose = kad_gui_waterfall_dispose;
  widget_class->measure = kad_gui_waterfall_measure;
  widget_class->size_allocate = kad_gui_waterfall_size_allocate;
  widget_class->snapshot = kad_gui_waterfall_snapshot;
  drawing_class->title = N_ ("Waterfall of contacts");
  drawing_class->rebuild = kad_gui_waterfall_rebuild;
  drawing_class->pick = kad_gui_waterfall_pick;
  drawing_class->describe = kad_gui_waterfall_describe;
  drawing_class->reveal = kad_gui_waterfall_reveal;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
}

static void
kad_gui_waterfall_init (KadGuiWaterfall *self)
{
}

GtkWidget *
kad_gui_waterfall_new (void)
{
  return g_object_new (KAD_GUI_TYPE_WATERFALL, NULL);
}

guint
kad_gui_waterfall_get_n_drawn (KadGuiWaterfall *self)
{
  return self->n_drawn;
}
