/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-histogram.h"

#include <glib/gi18n.h>
#include <math.h>

#include "kad-gui-palette.h"
#include "kad-gui-twin.h"

#define SPACE 4
#define HEIGHT 140

struct _KadGuiHistogram
{
  GtkBox parent_instance;

  char *title;
  GtkLabel *heading;
  GtkLabel *note;
  KadGuiTwin *twin;
  GtkWidget *bars;
  GStrv labels;
  guint counts[KAD_GUI_MAX_BINS];
  guint n;
};

G_DEFINE_FINAL_TYPE (KadGuiHistogram, kad_gui_histogram, GTK_TYPE_BOX)

/* ---- the drawing ---- */

typedef struct
{
  GtkWidget parent_instance;

  KadGuiHistogram *histogram;
} KadGuiHistogramBars;

typedef GtkWidgetClass KadGuiHistogramBarsClass;

static GType kad_gui_histogram_bars_get_type (void);
G_DEFINE_FINAL_TYPE (KadGuiHistogramBars, kad_gui_histogram_bars, GTK_TYPE_WIDGET)

static void
draw_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double center, double y,
           const GdkRGBA *color, double max_width)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width;

  pango_layout_set_width (layout, (int) (max_width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  width = (int) max_width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) round (center - width / 2.0), (float) round (y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
bars_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiHistogram *self = ((KadGuiHistogramBars *) widget)->histogram;
  double height = gtk_widget_get_height (widget);
  double column = gtk_widget_get_width (widget) / (double) MAX (self->n, 1);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "0");
  KadGuiPalette palette;
  GdkRGBA dim, fg, bar, grid;
  guint most = 1;
  int line;

  kad_gui_palette_init (&palette, widget);
  dim = kad_gui_palette_get (&palette, KAD_GUI_COLOR_DIM, 1);
  fg = kad_gui_palette_get (&palette, KAD_GUI_COLOR_FG, 1);
  bar = kad_gui_palette_get (&palette, KAD_GUI_COLOR_A, 0.85);
  grid = kad_gui_palette_get (&palette, KAD_GUI_COLOR_GRID, 1);
  pango_layout_get_pixel_size (layout, NULL, &line);
  for (guint i = 0; i < self->n; i++)
    most = MAX (most, self->counts[i]);
  for (guint i = 0; i < self->n; i++)
    {
      double room = height - 2 * (line + SPACE);
      double tall = round (room * self->counts[i] / most);
      double bottom = height - line - SPACE;
      g_autofree char *count = g_strdup_printf ("%u", self->counts[i]);

      gtk_snapshot_append_color (snapshot, self->counts[i] > 0 ? &bar : &grid,
                                 &GRAPHENE_RECT_INIT ((float) round (i * column + column * 0.12),
                                                      (float) (bottom - MAX (tall, 1)),
                                                      (float) round (column * 0.76),
                                                      (float) MAX (tall, 1)));
      draw_text (widget, snapshot, count, (i + 0.5) * column, bottom - tall - line - 1,
                 self->counts[i] > 0 ? &fg : &dim, column);
      draw_text (widget, snapshot, self->labels[i], (i + 0.5) * column, bottom + SPACE, &dim,
                 column);
    }
}

static void
bars_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
              int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 90 : 60;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 240;
  *minimum_baseline = *natural_baseline = -1;
}

static void
kad_gui_histogram_bars_class_init (KadGuiHistogramBarsClass *klass)
{
  klass->snapshot = bars_snapshot;
  klass->measure = bars_measure;
  gtk_widget_class_set_accessible_role (klass, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (klass, "kadplot");
}

static void
kad_gui_histogram_bars_init (KadGuiHistogramBars *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "kad-caption");
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
}

/* ---- the whole ---- */

enum
{
  PROP_TITLE = 1,
};

static void
kad_gui_histogram_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, KAD_GUI_HISTOGRAM (object)->title);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_histogram_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiHistogram *self = KAD_GUI_HISTOGRAM (object);

  if (id != PROP_TITLE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_free (self->title);
  self->title = g_value_dup_string (value);
  gtk_label_set_label (self->heading, self->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bars), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->title, -1);
}

static void
kad_gui_histogram_finalize (GObject *object)
{
  KadGuiHistogram *self = KAD_GUI_HISTOGRAM (object);

  g_free (self->title);
  g_strfreev (self->labels);
  G_OBJECT_CLASS (kad_gui_histogram_parent_class)->finalize (object);
}

static void
kad_gui_histogram_class_init (KadGuiHistogramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_histogram_get_property;
  object_class->set_property = kad_gui_histogram_set_property;
  object_class->finalize = kad_gui_histogram_finalize;
  g_object_class_install_property (
      object_class, PROP_TITLE,
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
kad_gui_histogram_init (KadGuiHistogram *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->heading = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->heading, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->heading), "heading");
  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0);
  gtk_label_set_ellipsize (self->note, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "kad-caption");
  self->twin = KAD_GUI_TWIN (kad_gui_twin_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->twin), GTK_ALIGN_CENTER);
  self->bars = g_object_new (kad_gui_histogram_bars_get_type (), NULL);
  ((KadGuiHistogramBars *) self->bars)->histogram = self;
  gtk_widget_set_vexpand (self->bars, TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->heading));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->note));
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->twin));
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), self->bars);
}

GtkWidget *
kad_gui_histogram_new (const char *title)
{
  return g_object_new (KAD_GUI_TYPE_HISTOGRAM, "title", title, NULL);
}

static GPtrArray *
dup_rows (gpointer user_data)
{
  KadGuiHistogram *self = user_data;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < self->n; i++)
    {
      char **row = g_new0 (char *, 3);

      row[0] = g_strdup (self->labels[i]);
      row[1] = g_strdup_printf ("%u", self->counts[i]);
      g_ptr_array_add (rows, row);
    }
  return rows;
}

void
kad_gui_histogram_set_labels (KadGuiHistogram *self, const char *sizes, const char *const *labels)
{
  const char *const columns[] = { sizes, _ ("Number"), NULL };

  g_strfreev (self->labels);
  self->labels = g_strdupv ((char **) labels);
  self->n = MIN (g_strv_length (self->labels), KAD_GUI_MAX_BINS);
  kad_gui_twin_set (self->twin, self->title, columns, dup_rows, self);
}

char *
kad_gui_histogram_dup_description (KadGuiHistogram *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n; i++)
    if (self->counts[i] > 0)
      g_string_append_printf (text, "%s%s: %u", text->len > 0 ? "; " : "", self->labels[i],
                              self->counts[i]);
  if (text->len == 0)
    g_string_append (text, _ ("Nothing is known"));
  return g_string_free (text, FALSE);
}

void
kad_gui_histogram_set_counts (KadGuiHistogram *self, const guint *counts)
{
  g_autofree char *description = NULL;
  gboolean changed = FALSE;

  for (guint i = 0; i < self->n; i++)
    {
      changed |= self->counts[i] != counts[i];
      self->counts[i] = counts[i];
    }
  description = kad_gui_histogram_dup_description (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bars), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
  if (changed)
    gtk_widget_queue_draw (self->bars);
}

void
kad_gui_histogram_set_note (KadGuiHistogram *self, const char *note)
{
  gtk_label_set_label (self->note, note);
}
