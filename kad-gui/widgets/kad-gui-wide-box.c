/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-wide-box.h"

#define DEFAULT_THRESHOLD 720

struct _KadGuiWideBox
{
  GtkWidget parent_instance;

  GtkPaned *paned;
  int threshold;
  double fraction;
  double stacked_fraction;
  gboolean placed; /* the border has been put where the fraction says, for this orientation */
  gboolean placing;
};

G_DEFINE_FINAL_TYPE (KadGuiWideBox, kad_gui_wide_box, GTK_TYPE_WIDGET)

enum
{
  PROP_START_CHILD = 1,
  PROP_END_CHILD,
  PROP_THRESHOLD,
  PROP_FRACTION,
  PROP_STACKED_FRACTION,
  PROP_STACKED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum,
               int *natural)
{
  *minimum = *natural = 0;
  if (child != NULL && gtk_widget_get_visible (child))
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* The wider child must fit, and stacked the heights of both: a height that is asked for without a
 * width is that of the children stacked, which always suffices. */
static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  KadGuiWideBox *self = KAD_GUI_WIDE_BOX (widget);
  gboolean stacked = orientation == GTK_ORIENTATION_HORIZONTAL || for_size < self->threshold;
  int first[2];
  int second[2];
  int handle = 12;

  measure_child (gtk_paned_get_start_child (self->paned), orientation, -1, &first[0], &first[1]);
  measure_child (gtk_paned_get_end_child (self->paned), orientation, -1, &second[0], &second[1]);
  if (orientation == GTK_ORIENTATION_HORIZONTAL || !stacked)
    {
      *minimum = MAX (first[0], second[0]);
      *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? first[1] + second[1] + handle
                                                           : MAX (first[1], second[1]);
    }
  else
    {
      *minimum = first[0] + second[0] + handle;
      *natural = first[1] + second[1] + handle;
    }
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KadGuiWideBox *self = KAD_GUI_WIDE_BOX (widget);
  GtkWidget *paned = GTK_WIDGET (self->paned);
  GtkOrientation orientation;
  gboolean changes;
  int minimum;

  self->placing = TRUE;
  orientation = width < self->threshold ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
  changes = orientation != gtk_orientable_get_orientation (GTK_ORIENTABLE (paned));
  if (changes)
    gtk_orientable_set_orientation (GTK_ORIENTABLE (paned), orientation);
  if (changes || !self->placed)
    {
      double share = orientation == GTK_ORIENTATION_VERTICAL ? height * self->stacked_fraction
                                                             : width * self->fraction;

      gtk_paned_set_position (self->paned, MAX ((int) share, 0));
      self->placed = TRUE;
    }
  gtk_widget_measure (paned, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_allocate (paned, MAX (width, minimum), height, baseline, NULL);
  self->placing = FALSE;
  if (changes)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STACKED]);
}

static void
on_position_changed (GObject *paned, GParamSpec *pspec, gpointer user_data)
{
  KadGuiWideBox *self = user_data;
  int size = gtk_orientable_get_orientation (GTK_ORIENTABLE (paned)) == GTK_ORIENTATION_VERTICAL
                 ? gtk_widget_get_height (GTK_WIDGET (self))
                 : gtk_widget_get_width (GTK_WIDGET (self));
  double share;

  if (self->placing || size <= 0)
    return;
  /* Somebody moved it: that is where it is after the next turn, too. */
  share = CLAMP ((double) gtk_paned_get_position (self->paned) / size, 0.05, 0.95);
  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (paned)) == GTK_ORIENTATION_VERTICAL)
    self->stacked_fraction = share;
  else
    self->fraction = share;
}

static void
kad_gui_wide_box_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiWideBox *self = KAD_GUI_WIDE_BOX (object);

  switch (id)
    {
    case PROP_START_CHILD:
      g_value_set_object (value, gtk_paned_get_start_child (self->paned));
      break;
    case PROP_END_CHILD:
      g_value_set_object (value, gtk_paned_get_end_child (self->paned));
      break;
    case PROP_THRESHOLD:
      g_value_set_int (value, self->threshold);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_STACKED_FRACTION:
      g_value_set_double (value, self->stacked_fraction);
      break;
    case PROP_STACKED:
      g_value_set_boolean (value, kad_gui_wide_box_get_stacked (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_wide_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiWideBox *self = KAD_GUI_WIDE_BOX (object);

  switch (id)
    {
    case PROP_START_CHILD:
      kad_gui_wide_box_set_start_child (self, g_value_get_object (value));
      return;
    case PROP_END_CHILD:
      kad_gui_wide_box_set_end_child (self, g_value_get_object (value));
      return;
    case PROP_THRESHOLD:
      self->threshold = g_value_get_int (value);
      break;
    case PROP_FRACTION:
      self->fraction = g_value_get_double (value);
      break;
    case PROP_STACKED_FRACTION:
      self->stacked_fraction = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->placed = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
kad_gui_wide_box_dispose (GObject *object)
{
  KadGuiWideBox *self = KAD_GUI_WIDE_BOX (object);

  if (self->paned != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->paned));
  self->paned = NULL;
  G_OBJECT_CLASS (kad_gui_wide_box_parent_class)->dispose (object);
}

static void
kad_gui_wide_box_class_init (KadGuiWideBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kad_gui_wide_box_get_property;
  object_class->set_property = kad_gui_wide_box_set_property;
  object_class->dispose = kad_gui_wide_box_dispose;
  widget_class->get_request_mode = get_request_mode;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
  props[PROP_START_CHILD] = g_param_spec_object ("start-child", NULL, NULL, GTK_TYPE_WIDGET, both);
  props[PROP_END_CHILD] = g_param_spec_object ("end-child", NULL, NULL, GTK_TYPE_WIDGET, both);
  props[PROP_THRESHOLD]
      = g_param_spec_int ("threshold", NULL, NULL, 0, G_MAXINT, DEFAULT_THRESHOLD, both);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0.5, both);
  props[PROP_STACKED_FRACTION]
      = g_param_spec_double ("stacked-fraction", NULL, NULL, 0, 1, 0.5, both);
  props[PROP_STACKED] = g_param_spec_boolean ("stacked", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "kad-wide-box");
}

static void
kad_gui_wide_box_init (KadGuiWideBox *self)
{
  self->threshold = DEFAULT_THRESHOLD;
  self->fraction = 0.5;
  self->stacked_fraction = 0.5;
  self->paned = GTK_PANED (gtk_paned_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_widget_set_parent (GTK_WIDGET (self->paned), GTK_WIDGET (self));
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_paned_set_shrink_start_child (self->paned, FALSE);
  gtk_paned_set_shrink_end_child (self->paned, FALSE);
  g_signal_connect (self->paned, "notify::position", G_CALLBACK (on_position_changed), self);
}

GtkWidget *
kad_gui_wide_box_new (void)
{
  return g_object_new (KAD_GUI_TYPE_WIDE_BOX, NULL);
}

void
kad_gui_wide_box_set_start_child (KadGuiWideBox *self, GtkWidget *child)
{
  gtk_paned_set_start_child (self->paned, child);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_START_CHILD]);
}

void
kad_gui_wide_box_set_end_child (KadGuiWideBox *self, GtkWidget *child)
{
  gtk_paned_set_end_child (self->paned, child);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_END_CHILD]);
}

gboolean
kad_gui_wide_box_get_stacked (KadGuiWideBox *self)
{
  return gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == GTK_ORIENTATION_VERTICAL;
}
