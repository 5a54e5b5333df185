/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-width-watch.h"

struct _KadGuiWidthWatch
{
  GtkWidget parent_instance;

  guint threshold;
  gboolean narrow;
  gboolean next; /* what narrow will be */
  guint idle_id;
};

G_DEFINE_FINAL_TYPE (KadGuiWidthWatch, kad_gui_width_watch, GTK_TYPE_WIDGET)

enum
{
  PROP_THRESHOLD = 1,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static gboolean
on_idle (gpointer user_data)
{
  KadGuiWidthWatch *self = user_data;

  self->idle_id = 0;
  if (self->narrow != self->next)
    {
      self->narrow = self->next;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
    }
  return G_SOURCE_REMOVE;
}

static void
kad_gui_width_watch_size_allocate (GtkWidget *widget, int width, int height G_GNUC_UNUSED,
                                   int baseline G_GNUC_UNUSED)
{
  KadGuiWidthWatch *self = KAD_GUI_WIDTH_WATCH (widget);

  self->next = width < (int) self->threshold;
  if (self->next != self->narrow && self->idle_id == 0)
    self->idle_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
kad_gui_width_watch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiWidthWatch *self = KAD_GUI_WIDTH_WATCH (object);

  if (id == PROP_THRESHOLD)
    g_value_set_uint (value, self->threshold);
  else if (id == PROP_NARROW)
    g_value_set_boolean (value, self->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_width_watch_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiWidthWatch *self = KAD_GUI_WIDTH_WATCH (object);

  if (id == PROP_THRESHOLD)
    {
      self->threshold = g_value_get_uint (value);
      gtk_widget_queue_allocate (GTK_WIDGET (self));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_width_watch_dispose (GObject *object)
{
  g_clear_handle_id (&KAD_GUI_WIDTH_WATCH (object)->idle_id, g_source_remove);
  G_OBJECT_CLASS (kad_gui_width_watch_parent_class)->dispose (object);
}

static void
kad_gui_width_watch_class_init (KadGuiWidthWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_width_watch_get_property;
  object_class->set_property = kad_gui_width_watch_set_property;
  object_class->dispose = kad_gui_width_watch_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = kad_gui_width_watch_size_allocate;
  props[PROP_THRESHOLD] = g_param_spec_uint ("threshold", NULL, NULL, 0, G_MAXINT, 600,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kad_gui_width_watch_init (KadGuiWidthWatch *self)
{
  self->threshold = 600;
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

GtkWidget *
kad_gui_width_watch_new (guint threshold)
{
  return g_object_new (KAD_GUI_TYPE_WIDTH_WATCH, "threshold", threshold, NULL);
}

gboolean
kad_gui_width_watch_get_narrow (KadGuiWidthWatch *self)
{
  return self->narrow;
}
