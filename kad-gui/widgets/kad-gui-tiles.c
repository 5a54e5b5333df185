/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-tiles.h"

struct _KadGuiTiles
{
  GtkWidget parent_instance;

  int column_width;
  guint max_columns;
  int spacing;
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiTiles, kad_gui_tiles, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

enum
{
  PROP_COLUMN_WIDTH = 1,
  PROP_MAX_COLUMNS,
  PROP_SPACING,
};

static GtkBuildableIface *parent_buildable;

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_WIDGET (child))
    gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (buildable));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = add_child;
}

static void
kad_gui_tiles_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiTiles *self = KAD_GUI_TILES (object);

  if (id == PROP_COLUMN_WIDTH)
    g_value_set_int (value, self->column_width);
  else if (id == PROP_MAX_COLUMNS)
    g_value_set_uint (value, self->max_columns);
  else if (id == PROP_SPACING)
    g_value_set_int (value, self->spacing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_tiles_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiTiles *self = KAD_GUI_TILES (object);

  if (id == PROP_COLUMN_WIDTH)
    self->column_width = g_value_get_int (value);
  else if (id == PROP_MAX_COLUMNS)
    self->max_columns = g_value_get_uint (value);
  else if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* ---- layout ---- */

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static guint
count_children (KadGuiTiles *self)
{
  guint n = 0;

  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (GTK_WIDGET (self)));
       child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
    n++;
  return n;
}

/* As many rows as there must be, and no more columns than these rows need: six are never five and
 * one. */
static guint
count_columns (KadGuiTiles *self, int width)
{
  int room = (width + self->spacing) / (self->column_width + self->spacing);
  guint n_columns = (guint) CLAMP (room, 1, (int) self->max_columns);
  guint n = count_children (self);
  guint n_rows = (n + n_columns - 1) / n_columns;

  return n_rows > 1 ? (n + n_rows - 1) / n_rows : n_columns;
}

/* The row that begins with *@child, which becomes the next row's first. Gives its height. */
static int
measure_row (GtkWidget **child, guint n_columns, int column)
{
  int height = 0;

  for (guint i = 0; i < n_columns && *child != NULL; i++)
    {
      int minimum, natural;

      gtk_widget_measure (*child, GTK_ORIENTATION_VERTICAL, column, &minimum, &natural, NULL, NULL);
      height = MAX (height, MAX (minimum, natural));
      *child = next_visible (gtk_widget_get_next_sibling (*child));
    }
  return height;
}

static int
get_column_width (KadGuiTiles *self, guint n_columns, int width)
{
  return (width - (int) (n_columns - 1) * self->spacing) / (int) n_columns;
}

static void
measure_width (KadGuiTiles *self, int *minimum, int *natural)
{
  GtkWidget *widget = GTK_WIDGET (self);

  *minimum = 0;
  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int child_minimum;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, NULL, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
    }
  *natural = MAX (*minimum,
                  (int) self->max_columns * (self->column_width + self->spacing) - self->spacing);
}

static void
measure_height (KadGuiTiles *self, int width, int *height)
{
  GtkWidget *child = next_visible (gtk_widget_get_first_child (GTK_WIDGET (self)));
  guint n_columns;
  int column;

  if (width < 0)
    width = (int) self->max_columns * (self->column_width + self->spacing) - self->spacing;
  n_columns = count_columns (self, width);
  column = get_column_width (self, n_columns, width);
  *height = 0;
  while (child != NULL)
    *height += measure_row (&child, n_columns, column) + self->spacing;
  *height = MAX (*height - self->spacing, 0);
}

static void
kad_gui_tiles_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  KadGuiTiles *self = KAD_GUI_TILES (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (self, minimum, natural);
  else
    {
      measure_height (self, for_size, natural);
      *minimum = *natural;
    }
  *minimum_baseline = *natural_baseline = -1;
}

static void
kad_gui_tiles_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KadGuiTiles *self = KAD_GUI_TILES (widget);
  guint n_columns = count_columns (self, width);
  int column = get_column_width (self, n_columns, width);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      GtkWidget *next = child;
      int row = measure_row (&next, n_columns, column);

      for (guint i = 0; i < n_columns && child != next; i++)
        {
          guint place = is_rtl ? n_columns - 1 - i : i;
          GtkAllocation allocation = { (int) place * (column + self->spacing), y, column, row };

          gtk_widget_size_allocate (child, &allocation, -1);
          child = next_visible (gtk_widget_get_next_sibling (child));
        }
      y += row + self->spacing;
    }
}

static GtkSizeRequestMode
kad_gui_tiles_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* ---- life ---- */

static void
kad_gui_tiles_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kad_gui_tiles_parent_class)->dispose (object);
}

static void
kad_gui_tiles_class_init (KadGuiTilesClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kad_gui_tiles_get_property;
  object_class->set_property = kad_gui_tiles_set_property;
  object_class->dispose = kad_gui_tiles_dispose;
  widget_class->measure = kad_gui_tiles_measure;
  widget_class->size_allocate = kad_gui_tiles_size_allocate;
  widget_class->get_request_mode = kad_gui_tiles_get_request_mode;
  g_object_class_install_property (
      object_class, PROP_COLUMN_WIDTH,
      g_param_spec_int ("column-width", NULL, NULL, 1, 10000, 240, flags));
  g_object_class_install_property (object_class, PROP_MAX_COLUMNS,
                                   g_param_spec_uint ("max-columns", NULL, NULL, 1, 100, 3, flags));
  g_object_class_install_property (object_class, PROP_SPACING,
                                   g_param_spec_int ("spacing", NULL, NULL, 0, 1000, 12, flags));
}

static void
kad_gui_tiles_init (KadGuiTiles *self)
{
  self->column_width = 240;
  self->max_columns = 3;
  self->spacing = 12;
}

GtkWidget *
kad_gui_tiles_new (void)
{
  return g_object_new (KAD_GUI_TYPE_TILES, NULL);
}

void
kad_gui_tiles_append (KadGuiTiles *self, GtkWidget *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}
