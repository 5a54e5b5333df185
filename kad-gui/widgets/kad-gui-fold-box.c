/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-fold-box.h"

/* What a child that expands has at least, beside others. */
#define MIN_EXPANDED 220

struct _KadGuiFoldBox
{
  GtkWidget parent_instance;

  int spacing;
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiFoldBox, kad_gui_fold_box, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

enum
{
  PROP_SPACING = 1,
};

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static gboolean
expands (GtkWidget *child)
{
  return gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
}

/* What @child has in a line with others, unless it gets more. */
static int
get_child_width (GtkWidget *child, int *minimum)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, minimum, &natural, NULL, NULL);
  return expands (child) ? MAX (*minimum, MIN_EXPANDED) : natural;
}

typedef struct
{
  GtkWidget *first;
  GtkWidget *end; /* (nullable) behind the last */
  int width;
  guint n;
  guint n_expand;
} Line;

/* As many from @first on as there is room for. */
static Line
take_line (KadGuiFoldBox *self, GtkWidget *first, int room)
{
  Line line = { first, first, 0, 0, 0 };
  int minimum;

  while (line.end != NULL)
    {
      int width = get_child_width (line.end, &minimum) + (line.n > 0 ? self->spacing : 0);

      if (line.n > 0 && room >= 0 && line.width + width > room)
        break;
      line.width += width;
      line.n++;
      line.n_expand += expands (line.end) ? 1 : 0;
      line.end = next_visible (gtk_widget_get_next_sibling (line.end));
    }
  return line;
}

/* Of @child in @line, of @room. Who is alone has all of it. */
static int
get_place_width (const Line *line, GtkWidget *child, int room)
{
  int minimum;
  int width = get_child_width (child, &minimum);

  if (line->n == 1)
    return MAX (room, minimum);
  if (expands (child) && line->n_expand > 0)
    return width + MAX (room - line->width, 0) / (int) line->n_expand;
  return width;
}

static int
get_line_height (const Line *line, int room)
{
  int height = 0;

  for (GtkWidget *child = line->first; child != line->end;
       child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int width = room >= 0 ? get_place_width (line, child, room) : -1;
      int minimum;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
      height = MAX (height, minimum);
    }
  return height;
}

static void
measure_width (KadGuiFoldBox *self, int *minimum, int *natural)
{
  GtkWidget *child = next_visible (gtk_widget_get_first_child (GTK_WIDGET (self)));

  *minimum = 0;
  *natural = take_line (self, child, -1).width;
  for (; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int child_minimum;

      get_child_width (child, &child_minimum);
      *minimum = MAX (*minimum, child_minimum);
    }
  *natural = MAX (*natural, *minimum);
}

static void
kad_gui_fold_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  KadGuiFoldBox *self = KAD_GUI_FOLD_BOX (widget);
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }
  *minimum = 0;
  while (child != NULL)
    {
      Line line = take_line (self, child, for_size);

      *minimum += get_line_height (&line, for_size) + (*minimum > 0 ? self->spacing : 0);
      child = line.end;
    }
  *natural = *minimum;
}

static void
kad_gui_fold_box_size_allocate (GtkWidget *widget, int width, int height G_GNUC_UNUSED,
                                int baseline G_GNUC_UNUSED)
{
  KadGuiFoldBox *self = KAD_GUI_FOLD_BOX (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      Line line = take_line (self, child, width);
      int line_height = get_line_height (&line, width);
      int x = 0;

      for (; child != line.end; child = next_visible (gtk_widget_get_next_sibling (child)))
        {
          GtkAllocation place = { x, y, get_place_width (&line, child, width), line_height };

          if (mirrored)
            place.x = width - x - place.width;
          gtk_widget_size_allocate (child, &place, -1);
          x += place.width + self->spacing;
        }
      y += line_height + self->spacing;
    }
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget G_GNUC_UNUSED)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

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
kad_gui_fold_box_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    g_value_set_int (value, KAD_GUI_FOLD_BOX (object)->spacing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_fold_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    {
      KAD_GUI_FOLD_BOX (object)->spacing = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (object));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_fold_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kad_gui_fold_box_parent_class)->dispose (object);
}

static void
kad_gui_fold_box_class_init (KadGuiFoldBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kad_gui_fold_box_get_property;
  object_class->set_property = kad_gui_fold_box_set_property;
  object_class->dispose = kad_gui_fold_box_dispose;
  widget_class->get_request_mode = get_request_mode;
  widget_class->measure = kad_gui_fold_box_measure;
  widget_class->size_allocate = kad_gui_fold_box_size_allocate;
  g_object_class_install_property (object_class, PROP_SPACING,
                                   g_param_spec_int ("spacing", NULL, NULL, 0, 1000, 6,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
kad_gui_fold_box_init (KadGuiFoldBox *self)
{
  self->spacing = 6;
}

GtkWidget *
kad_gui_fold_box_new (int spacing)
{
  return g_object_new (KAD_GUI_TYPE_FOLD_BOX, "spacing", spacing, NULL);
}
