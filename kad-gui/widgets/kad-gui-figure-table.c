/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-figure-table.h"

#include "kad-gui-share-bar.h"

typedef struct
{
  GtkLabel *cells[KAD_GUI_MAX_FIGURE_COLUMNS];
  KadGuiShareBar *bar; /* (nullable) */
} Row;

struct _KadGuiFigureTable
{
  GtkWidget parent_instance;

  GtkGrid *grid;
  GArray *rows; /* of Row */
  guint n_columns;
  guint n_given;
  gboolean with_bars;
};

G_DEFINE_FINAL_TYPE (KadGuiFigureTable, kad_gui_figure_table, GTK_TYPE_WIDGET)

static void
kad_gui_figure_table_dispose (GObject *object)
{
  KadGuiFigureTable *self = KAD_GUI_FIGURE_TABLE (object);

  g_clear_pointer ((GtkWidget **) &self->grid, gtk_widget_unparent);
  g_array_set_size (self->rows, 0);
  G_OBJECT_CLASS (kad_gui_figure_table_parent_class)->dispose (object);
}

static void
kad_gui_figure_table_finalize (GObject *object)
{
  g_array_unref (KAD_GUI_FIGURE_TABLE (object)->rows);
  G_OBJECT_CLASS (kad_gui_figure_table_parent_class)->finalize (object);
}

static void
kad_gui_figure_table_class_init (KadGuiFigureTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_figure_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_gui_figure_table_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kad_gui_figure_table_init (KadGuiFigureTable *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 12);
  gtk_grid_set_row_spacing (self->grid, 6);
  gtk_widget_set_parent (GTK_WIDGET (self->grid), GTK_WIDGET (self));
}

GtkWidget *
kad_gui_figure_table_new (void)
{
  return g_object_new (KAD_GUI_TYPE_FIGURE_TABLE, NULL);
}

/* The place of a column in the grid: the bar stands behind the name. */
static int
get_left (KadGuiFigureTable *self, guint column)
{
  return (int) column + (self->with_bars && column > 0 ? 1 : 0);
}

static GtkLabel *
add_label (KadGuiFigureTable *self, guint column, guint row, const char *text, const char *style)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (text));

  gtk_label_set_xalign (label, column == 0 ? 0 : 1);
  gtk_label_set_ellipsize (label, column == 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_width_chars (label, column == 0 ? 9 : -1);
  gtk_widget_set_hexpand (GTK_WIDGET (label), column == 0 && !self->with_bars);
  gtk_widget_add_css_class (GTK_WIDGET (label), style);
  gtk_grid_attach (self->grid, GTK_WIDGET (label), get_left (self, column), (int) row, 1, 1);
  return label;
}

void
kad_gui_figure_table_set_columns (KadGuiFigureTable *self, const char *const *titles,
                                  gboolean with_bars)
{
  g_return_if_fail (self->n_columns == 0);
  self->with_bars = with_bars;
  for (; titles[self->n_columns] != NULL && self->n_columns < KAD_GUI_MAX_FIGURE_COLUMNS;
       self->n_columns++)
    {
      GtkLabel *label = add_label (self, self->n_columns, 0, titles[self->n_columns], "dim-label");

      gtk_widget_add_css_class (GTK_WIDGET (label), "kad-caption");
    }
}

static void
append_row (KadGuiFigureTable *self)
{
  Row row = { .bar = NULL };
  guint number = self->rows->len + 1;

  for (guint i = 0; i < self->n_columns; i++)
    row.cells[i] = add_label (self, i, number, "", "numeric");
  if (self->with_bars)
    {
      row.bar = KAD_GUI_SHARE_BAR (kad_gui_share_bar_new ());
      gtk_widget_set_hexpand (GTK_WIDGET (row.bar), TRUE);
      gtk_widget_set_valign (GTK_WIDGET (row.bar), GTK_ALIGN_CENTER);
      gtk_grid_attach (self->grid, GTK_WIDGET (row.bar), 1, (int) number, 1, 1);
    }
  g_array_append_val (self->rows, row);
}

void
kad_gui_figure_table_begin (KadGuiFigureTable *self)
{
  self->n_given = 0;
}

void
kad_gui_figure_table_add (KadGuiFigureTable *self, const char *const *cells, guint64 ok,
                          guint64 failed, guint64 most)
{
  const Row *row;

  if (self->n_given == self->rows->len)
    append_row (self);
  row = &g_array_index (self->rows, Row, self->n_given++);
  for (guint i = 0; i < self->n_columns; i++)
    gtk_label_set_label (row->cells[i], cells[i]);
  if (row->bar != NULL)
    kad_gui_share_bar_set (row->bar, ok, failed, most);
}

void
kad_gui_figure_table_end (KadGuiFigureTable *self)
{
  while (self->rows->len > self->n_given)
    {
      gtk_grid_remove_row (self->grid, (int) self->rows->len);
      g_array_set_size (self->rows, self->rows->len - 1);
    }
}

guint
kad_gui_figure_table_get_n_rows (KadGuiFigureTable *self)
{
  return self->rows->len;
}

const char *
kad_gui_figure_table_get_cell (KadGuiFigureTable *self, guint row, guint column)
{
  return gtk_label_get_label (g_array_index (self->rows, Row, row).cells[column]);
}
