/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-card.h"

struct _KadGuiCard
{
  GtkButton parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *figure;
  GtkLabel *caption;
  GtkBox *box;
  KadGuiTimePlot *plot;
};

G_DEFINE_FINAL_TYPE (KadGuiCard, kad_gui_card, GTK_TYPE_BUTTON)

enum
{
  PROP_TITLE = 1,
  PROP_ICON_NAME,
  PROP_PAGE,
};

static void
kad_gui_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiCard *self = KAD_GUI_CARD (object);

  if (id == PROP_TITLE)
    g_value_set_string (value, gtk_label_get_label (self->title));
  else if (id == PROP_ICON_NAME)
    g_value_set_string (value, gtk_image_get_icon_name (self->icon));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiCard *self = KAD_GUI_CARD (object);

  switch (id)
    {
    case PROP_TITLE:
      gtk_label_set_label (self->title, g_value_get_string (value));
      break;
    case PROP_ICON_NAME:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      break;
    case PROP_PAGE:
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", g_value_get_string (value));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "kad.show-page");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_card_class_init (KadGuiCardClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_card_get_property;
  object_class->set_property = kad_gui_card_set_property;
  g_object_class_install_property (object_class, PROP_TITLE,
                                   g_param_spec_string ("title", NULL, NULL, "", flags));
  g_object_class_install_property (object_class, PROP_ICON_NAME,
                                   g_param_spec_string ("icon-name", NULL, NULL, "", flags));
  g_object_class_install_property (
      object_class, PROP_PAGE,
      g_param_spec_string ("page", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
}

static GtkLabel *
new_label (const char *style, const char *other_style)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (label), style);
  if (other_style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), other_style);
  return label;
}

static void
kad_gui_card_init (KadGuiCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 3));
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), "dim-label");
  self->title = new_label ("dim-label", "kad-glance-title");
  self->figure = new_label ("kad-figure", "numeric");
  self->caption = new_label ("dim-label", "kad-caption");
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->title));
  gtk_box_append (self->box, head);
  gtk_box_append (self->box, GTK_WIDGET (self->figure));
  gtk_box_append (self->box, GTK_WIDGET (self->caption));
  gtk_button_set_child (GTK_BUTTON (self), GTK_WIDGET (self->box));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "activatable");
  gtk_widget_add_css_class (GTK_WIDGET (self), "kad-glance");
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

void
kad_gui_card_set (KadGuiCard *self, const char *figure, const char *caption)
{
  g_autofree char *name = NULL;

  if (g_str_equal (gtk_label_get_label (self->figure), figure)
      && g_str_equal (gtk_label_get_label (self->caption), caption))
    return;
  gtk_label_set_label (self->figure, figure);
  gtk_label_set_label (self->caption, caption);
  name = g_strconcat (gtk_label_get_label (self->title), ": ", figure, *caption != '\0' ? ", " : "",
                      caption, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

KadGuiTimePlot *
kad_gui_card_get_plot (KadGuiCard *self)
{
  if (self->plot == NULL)
    {
      self->plot = KAD_GUI_TIME_PLOT (kad_gui_time_plot_new ());
      kad_gui_time_plot_set_bare (self->plot, TRUE);
      gtk_widget_set_margin_top (GTK_WIDGET (self->plot), 6);
      gtk_widget_set_vexpand (GTK_WIDGET (self->plot), TRUE);
      gtk_widget_set_valign (GTK_WIDGET (self->plot), GTK_ALIGN_END);
      gtk_box_append (self->box, GTK_WIDGET (self->plot));
    }
  return self->plot;
}

const char *
kad_gui_card_get_figure (KadGuiCard *self)
{
  return gtk_label_get_label (self->figure);
}
