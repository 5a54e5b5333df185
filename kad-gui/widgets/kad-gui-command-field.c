/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-command-field.h"

#include "kad-error.h"
#include "kad-gui-argument-value.h"
#include "kad-gui-i18n.h"
#include "kad-gui-text.h"

#define LINES_HEIGHT 72

struct _KadGuiCommandField
{
  GtkBox parent_instance;

  KadGuiArgument *argument; /* (owned) */
  GtkWidget *editor;        /* an entry, a switch, a spin button, a drop-down or a text view */
  GtkWidget *form;          /* (nullable) a drop-down: how bytes are written */
  GtkWidget *error;
};

G_DEFINE_FINAL_TYPE (KadGuiCommandField, kad_gui_command_field, GTK_TYPE_BOX)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
has_type (KadGuiCommandField *self, const char *type)
{
  return g_str_equal (self->argument->type, type);
}

static void
show_error (KadGuiCommandField *self, const char *message)
{
  g_autofree char *text = kad_gui_text (message);

  gtk_label_set_text (GTK_LABEL (self->error), text);
  gtk_widget_set_visible (self->error, text[0] != '\0');
  if (text[0] != '\0')
    gtk_widget_add_css_class (self->editor, "error");
  else
    gtk_widget_remove_css_class (self->editor, "error");
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_STATE_INVALID,
      text[0] != '\0' ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* Who mends it needs no error meanwhile; it comes back if it is still there. */
static void
on_changed (KadGuiCommandField *self)
{
  show_error (self, "");
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activated (KadGuiCommandField *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_focus_left (KadGuiCommandField *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = kad_gui_command_field_dup_value (self, &error);

  /* That something is missing is said when it is started. */
  if (value == NULL && error != NULL && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_FOUND))
    show_error (self, error->message);
}

/* ---- editors ---- */

static GtkWidget *
new_spin (KadGuiCommandField *self, double minimum, double maximum)
{
  KadGuiArgument *argument = self->argument;
  gboolean whole;
  GtkWidget *spin;
  double step;

  kad_gui_argument_is_number (argument, &whole);
  step = whole ? 1 : (maximum - minimum) / 100;
  spin = gtk_spin_button_new_with_range (minimum, maximum, step);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), whole ? 0 : 3);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), g_ascii_strtod (argument->default_text, NULL));
  gtk_widget_set_halign (spin, GTK_ALIGN_START);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (on_changed), self);
  return spin;
}

/* What need not be said begins with a row for that, if no word is the default. */
static gboolean
has_nothing_row (KadGuiCommandField *self)
{
  return !self->argument->required && self->argument->default_text[0] == '\0';
}

static GtkWidget *
new_choice (KadGuiCommandField *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);
  GtkWidget *choice;

  if (has_nothing_row (self))
    gtk_string_list_append (words, _ ("Not set"));
  for (guint i = 0; self->argument->values[i] != NULL; i++)
    gtk_string_list_append (words, self->argument->values[i]);
  choice = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&words)), NULL);
  gtk_widget_set_halign (choice, GTK_ALIGN_START);
  g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (on_changed), self);
  return choice;
}

static GtkWidget *
new_lines (KadGuiCommandField *self)
{
  GtkWidget *view = gtk_text_view_new ();

  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed",
                            G_CALLBACK (on_changed), self);
  return view;
}

static GtkWidget *
new_entry (KadGuiCommandField *self)
{
  GtkWidget *entry = gtk_entry_new ();
  const char *hint = self->argument->default_text;

  if (g_str_equal (self->argument->form, "key"))
    hint = _ ("CID, peer ID, /namespace/… or text:…");
  else if (g_str_equal (self->argument->form, "endpoint"))
    hint = _ ("Peer ID, or address as /ip4/…");
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), hint);
  gtk_widget_set_hexpand (entry, TRUE);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_activated), self);
  return entry;
}

static GtkWidget *
new_switch (KadGuiCommandField *self)
{
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_halign (toggle, GTK_ALIGN_START);
  g_signal_connect_swapped (toggle, "notify::active", G_CALLBACK (on_changed), self);
  return toggle;
}

static GtkWidget *
new_editor (KadGuiCommandField *self)
{
  double minimum, maximum;
  gboolean has_range = kad_gui_argument_get_range (self->argument, &minimum, &maximum);

  if (self->argument->values[0] != NULL && has_type (self, "s"))
    return new_choice (self);
  if (has_type (self, "b"))
    return new_switch (self);
  if (has_type (self, "as"))
    return new_lines (self);
  /* A spin button always says something: where nothing may be said it is an entry. */
  if (has_range && (self->argument->required || self->argument->default_text[0] != '\0'))
    return new_spin (self, minimum, maximum);
  return new_entry (self);
}

static GtkWidget *
new_form (KadGuiCommandField *self)
{
  const char *const forms[] = { _ ("Text"), _ ("Hex"), _ ("Base64"), NULL };
  GtkWidget *form = gtk_drop_down_new_from_strings (forms);

  gtk_accessible_update_property (GTK_ACCESSIBLE (form), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How the bytes are written"), -1);
  g_signal_connect_swapped (form, "notify::selected", G_CALLBACK (on_changed), self);
  return form;
}

/* ---- text in, value out ---- */

static void
set_choice (KadGuiCommandField *self, const char *text)
{
  for (guint i = 0; self->argument->values[i] != NULL; i++)
    if (g_str_equal (self->argument->values[i], text))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->editor),
                                  i + (has_nothing_row (self) ? 1 : 0));
}

void
kad_gui_command_field_set_text (KadGuiCommandField *self, const char *text)
{
  if (GTK_IS_DROP_DOWN (self->editor))
    set_choice (self, text);
  else if (GTK_IS_SWITCH (self->editor))
    gtk_switch_set_active (GTK_SWITCH (self->editor), g_str_equal (text, "true"));
  else if (GTK_IS_SPIN_BUTTON (self->editor))
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->editor), g_ascii_strtod (text, NULL));
  else if (GTK_IS_TEXT_VIEW (self->editor))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (self->editor), text);
}

/* As somebody would write it. (transfer full) */
static char *
dup_text (KadGuiCommandField *self)
{
  if (GTK_IS_DROP_DOWN (self->editor))
    {
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->editor));
      guint shift = has_nothing_row (self) ? 1 : 0;

      return selected == GTK_INVALID_LIST_POSITION || selected < shift
                 ? g_strdup ("")
                 : g_strdup (self->argument->values[selected - shift]);
    }
  if (GTK_IS_SWITCH (self->editor))
    return g_strdup (gtk_switch_get_active (GTK_SWITCH (self->editor)) ? "true" : "false");
  if (GTK_IS_SPIN_BUTTON (self->editor))
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];
      double value;

      gtk_spin_button_update (GTK_SPIN_BUTTON (self->editor));
      value = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->editor));
      if (!has_type (self, "d"))
        return g_strdup_printf ("%.0f", value);
      return g_strdup (g_ascii_formatd (text, sizeof text, "%.15g", value));
    }
  if (GTK_IS_TEXT_VIEW (self->editor))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor));
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (buffer, &start, &end);
      return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
    }
  return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->editor)));
}

/* Bytes and text of no form are taken as they are; all else has no space around it. */
static gboolean
is_verbatim (KadGuiCommandField *self)
{
  return has_type (self, "ay") || (has_type (self, "s") && self->argument->form[0] == '\0');
}

GVariant *
kad_gui_command_field_dup_value (KadGuiCommandField *self, GError **error)
{
  g_autofree char *text = dup_text (self);
  KadGuiBytesForm form = KAD_GUI_BYTES_TEXT;

  if (self->form != NULL)
    form = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->form));
  if (!is_verbatim (self))
    g_strstrip (text);
  if (self->argument->required && text[0] == '\0')
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, _ ("This is needed"));
      return NULL;
    }
  if (!self->argument->required
      && (text[0] == '\0' || g_str_equal (text, self->argument->default_text)
          || (has_type (self, "b") && self->argument->default_text[0] == '\0'
              && g_str_equal (text, "false"))))
    return NULL;
  return kad_gui_argument_parse (self->argument, text, form, error);
}

gboolean
kad_gui_command_field_check (KadGuiCommandField *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value G_GNUC_UNUSED = kad_gui_command_field_dup_value (self, &error);

  show_error (self, error != NULL ? error->message : "");
  return error == NULL;
}

const char *
kad_gui_command_field_get_error (KadGuiCommandField *self)
{
  return gtk_label_get_text (GTK_LABEL (self->error));
}

KadGuiArgument *
kad_gui_command_field_get_argument (KadGuiCommandField *self)
{
  return self->argument;
}

/* ---- its life ---- */

static gboolean
kad_gui_command_field_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KAD_GUI_COMMAND_FIELD (widget)->editor);
}

static void
kad_gui_command_field_finalize (GObject *object)
{
  g_object_unref (KAD_GUI_COMMAND_FIELD (object)->argument);
  G_OBJECT_CLASS (kad_gui_command_field_parent_class)->finalize (object);
}

static void
kad_gui_command_field_class_init (KadGuiCommandFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_command_field_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = kad_gui_command_field_grab_focus;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_command_field_init (KadGuiCommandField *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
new_title (KadGuiCommandField *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *name = kad_gui_text (self->argument->name);

  gtk_box_append (GTK_BOX (box), new_label (name, "heading"));
  if (self->argument->required)
    gtk_box_append (GTK_BOX (box), new_label (_ ("required"), "dim-label"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, GTK_ACCESSIBLE_PROPERTY_REQUIRED, self->argument->required,
                                  -1);
  return box;
}

/* A text view has no frame and no end of its own. */
static GtkWidget *
frame_editor (KadGuiCommandField *self)
{
  GtkWidget *box;

  if (GTK_IS_TEXT_VIEW (self->editor))
    {
      box = gtk_scrolled_window_new ();
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (box), self->editor);
      gtk_scrolled_window_set_has_frame (GTK_SCROLLED_WINDOW (box), TRUE);
      gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (box), LINES_HEIGHT);
      return box;
    }
  if (!has_type (self, "ay"))
    return self->editor;
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->form = new_form (self);
  gtk_box_append (GTK_BOX (box), self->editor);
  gtk_box_append (GTK_BOX (box), self->form);
  return box;
}

static void
add_hint (KadGuiCommandField *self)
{
  /* Our own words are translated, a module's are as they are. */
  const char *blurb = self->argument->blurb[0] != '\0' ? _ (self->argument->blurb) : "";
  g_autofree char *text = kad_gui_text (blurb);
  GtkWidget *hint = new_label (text, "dim-label");

  gtk_widget_add_css_class (hint, "kad-caption");
  gtk_widget_set_visible (hint, text[0] != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_box_append (GTK_BOX (self), hint);
}

GtkWidget *
kad_gui_command_field_new (KadGuiArgument *argument)
{
  KadGuiCommandField *self = g_object_new (KAD_GUI_TYPE_COMMAND_FIELD, NULL);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->argument = g_object_ref (argument);
  self->error = new_label ("", "error");
  gtk_widget_add_css_class (self->error, "kad-caption");
  gtk_widget_set_visible (self->error, FALSE);
  self->editor = new_editor (self);
  gtk_box_append (GTK_BOX (self), new_title (self));
  gtk_box_append (GTK_BOX (self), frame_editor (self));
  add_hint (self);
  gtk_box_append (GTK_BOX (self), self->error);
  if (argument->default_text[0] != '\0' && !GTK_IS_ENTRY (self->editor))
    kad_gui_command_field_set_text (self, argument->default_text);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_focus_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  return GTK_WIDGET (self);
}
