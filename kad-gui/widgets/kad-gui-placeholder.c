/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-placeholder.h"

#define ICON_SIZE 72
#define TEXT_CHARS 44

struct _KadGuiPlaceholder
{
  GtkBox parent_instance;

  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *text;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (KadGuiPlaceholder, kad_gui_placeholder, GTK_TYPE_BOX)

enum
{
  PROP_ICON_NAME = 1,
  PROP_TITLE,
  PROP_TEXT,
  PROP_BUTTON_LABEL,
  PROP_ACTION_NAME,
  PROP_ACTION_TARGET,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
set_icon (KadGuiPlaceholder *self, const char *name)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), name);
  gtk_widget_set_visible (self->icon, name != NULL && *name != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON_NAME]);
}

static void
set_label (KadGuiPlaceholder *self, GtkWidget *label, const char *text, guint prop)
{
  text = text != NULL ? text : "";
  if (g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    return;
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_button_label (KadGuiPlaceholder *self, const char *label)
{
  gtk_button_set_label (GTK_BUTTON (self->button), label != NULL ? label : "");
  gtk_widget_set_visible (self->button, label != NULL && *label != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUTTON_LABEL]);
}

/* GTK warns of an action name without a dot, so that nothing is NULL and not "". */
static void
set_action_name (KadGuiPlaceholder *self, const char *name)
{
  if (name != NULL && *name == '\0')
    name = NULL;
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTION_NAME]);
}

static void
set_action_target (KadGuiPlaceholder *self, GVariant *target)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button), target);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTION_TARGET]);
}

static void
kad_gui_placeholder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiPlaceholder *self = KAD_GUI_PLACEHOLDER (object);
  GtkActionable *button = GTK_ACTIONABLE (self->button);

  switch (id)
    {
    case PROP_ICON_NAME:
      g_value_set_string (value, gtk_image_get_icon_name (GTK_IMAGE (self->icon)));
      break;
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_text (GTK_LABEL (self->title)));
      break;
    case PROP_TEXT:
      g_value_set_string (value, gtk_label_get_text (GTK_LABEL (self->text)));
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, gtk_button_get_label (GTK_BUTTON (self->button)));
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (button));
      break;
    case PROP_ACTION_TARGET:
      g_value_set_variant (value, gtk_actionable_get_action_target_value (button));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_placeholder_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGuiPlaceholder *self = KAD_GUI_PLACEHOLDER (object);

  switch (id)
    {
    case PROP_ICON_NAME:
      set_icon (self, g_value_get_string (value));
      break;
    case PROP_TITLE:
      set_label (self, self->title, g_value_get_string (value), PROP_TITLE);
      break;
    case PROP_TEXT:
      set_label (self, self->text, g_value_get_string (value), PROP_TEXT);
      break;
    case PROP_BUTTON_LABEL:
      set_button_label (self, g_value_get_string (value));
      break;
    case PROP_ACTION_NAME:
      set_action_name (self, g_value_get_string (value));
      break;
    case PROP_ACTION_TARGET:
      set_action_target (self, g_value_get_variant (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_placeholder_class_init (KadGuiPlaceholderClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_placeholder_get_property;
  object_class->set_property = kad_gui_placeholder_set_property;
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  props[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, "", flags);
  props[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  props[PROP_ACTION_TARGET]
      = g_param_spec_variant ("action-target", NULL, NULL, G_VARIANT_TYPE_ANY, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (KadGuiPlaceholder *self, const char *const *classes)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_widget_set_css_classes (label, (const char **) classes);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TEXT_CHARS);
  gtk_widget_set_visible (label, FALSE);
  gtk_box_append (GTK_BOX (self), label);
  return label;
}

static void
kad_gui_placeholder_init (KadGuiPlaceholder *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (widget, "kad-placeholder");
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_vexpand (widget, TRUE);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);

  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), ICON_SIZE);
  gtk_widget_add_css_class (self->icon, "kad-placeholder-icon");
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_box_append (GTK_BOX (self), self->icon);

  self->title = add_label (self, (const char *const[]){ "title-2", "kad-title", NULL });
  self->text = add_label (self, (const char *const[]){ "dim-label", NULL });

  self->button = gtk_button_new ();
  gtk_widget_set_css_classes (self->button, (const char *[]){ "pill", "suggested-action", NULL });
  gtk_widget_set_halign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->button, 12);
  gtk_button_set_label (GTK_BUTTON (self->button), "");
  gtk_widget_set_visible (self->button, FALSE);
  gtk_box_append (GTK_BOX (self), self->button);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->title, NULL, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->text, NULL, -1);
}

GtkWidget *
kad_gui_placeholder_new (const char *icon_name, const char *title, const char *text)
{
  KadGuiPlaceholder *self = g_object_new (KAD_GUI_TYPE_PLACEHOLDER, NULL);

  kad_gui_placeholder_set (self, icon_name, title, text);
  return GTK_WIDGET (self);
}

void
kad_gui_placeholder_set (KadGuiPlaceholder *self, const char *icon_name, const char *title,
                         const char *text)
{
  set_icon (self, icon_name);
  set_label (self, self->title, title, PROP_TITLE);
  set_label (self, self->text, text, PROP_TEXT);
}

void
kad_gui_placeholder_set_button (KadGuiPlaceholder *self, const char *label, const char *action_name,
                                GVariant *target)
{
  g_autoptr (GVariant) sunk = target != NULL ? g_variant_ref_sink (target) : NULL;

  set_action_name (self, NULL); /* so that no action sees another's target */
  set_action_target (self, sunk);
  set_action_name (self, action_name);
  set_button_label (self, label);
}

const char *
kad_gui_placeholder_get_title (KadGuiPlaceholder *self)
{
  return gtk_label_get_text (GTK_LABEL (self->title));
}
