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

#define FOR_EACH_CHILD(child, parent)                                                              \
  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (parent)); child != NULL;       \
       child = next_visible (gtk_widget_get_next_sibling (child)))

/* What they need beside each other, and how many of them expand. */
static int
get_row_width (KadGuiFoldBox *self, int *n_expand)
{
  int width = -self->spacing;

  *n_expand = 0;
  FOR_EACH_CHILD (child, GTK_WIDGET (self))
  {
    int minimum, natural;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
    if (gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
      {
        natural = MAX (minimum, MIN_EXPANDED);
        ++*n_expand;
      }
    width += natural + self->spacing;
  }
  return MAX (width, 0);
}

static void
measure_width (KadGuiFoldBox *self, int *minimum, int *natural)
{
  int n_expand;

  *minimum = 0;
  *natural = get_row_width (self, &n_expand);
  FOR_EACH_CHILD (child, GTK_WIDGET (self))
  {
    int child_minimum;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, NULL, NULL, NULL);
    *minimum = MAX (*minimum, child_minimum);
  }
  *natural = MAX (*natural, *minimum);
}

static void
kad_gui_fold_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  KadGuiFoldBox *self = KAD_GUI_FOLD_BOX (widget);
  int n_expand;
  gboolean row;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }
  row = for_size < 0 || for_size >= get_row_width (self, &n_expand);
  *minimum = *natural = 0;
  FOR_EACH_CHILD (child, widget)
  {
    int height;

    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, row ? -1 : for_size, &height, NULL, NULL,
                        NULL);
    if (row)
      *minimum = MAX (*minimum, height);
    else
      *minimum += height + (*minimum > 0 ? self->spacing : 0);
  }
  *natural = *minimum;
}

static void
allocate_row (KadGuiFoldBox *self, int width, int height, int row_width, int n_expand)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int extra = n_expand > 0 ? (width - row_width) / n_expand : 0;
  int x = 0;

  FOR_EACH_CHILD (child, GTK_WIDGET (self))
  {
    GtkAllocation place = { 0, 0, 0, height };
    int minimum;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &place.width, NULL, NULL);
    if (gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
      place.width = MAX (minimum, MIN_EXPANDED) + extra;
    place.x = mirrored ? width - x - place.width : x;
    gtk_widget_size_allocate (child, &place, -1);
    x += place.width + self->spacing;
  }
}

static void
kad_gui_fold_box_size_allocate (GtkWidget *widget, int width, int height,
                                int baseline G_GNUC_UNUSED)
{
  KadGuiFoldBox *self = KAD_GUI_FOLD_BOX (widget);
  int n_expand;
  int row_width = get_row_width (self, &n_expand);
  GtkAllocation place = { 0, 0, width, 0 };

  if (width >= row_width)
    {
      allocate_row (self, width, height, row_width, n_expand);
      return;
    }
  FOR_EACH_CHILD (child, widget)
  {
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &place.height, NULL, NULL, NULL);
    gtk_widget_size_allocate (child, &place, -1);
    place.y += place.height + self->spacing;
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
