/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-command-form.h"

#include "kad-gui-i18n.h"

struct _KadGuiCommandForm
{
  GtkBox parent_instance;

  KadGuiCommand *command; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (KadGuiCommandForm, kad_gui_command_form, GTK_TYPE_BOX)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

KadGuiCommandEffect
kad_gui_command_get_effect (KadGuiCommand *command)
{
  static const char *const writes[]
      = { "put-record", "publish", "start-provide", "provide-many", "refresh-publication", NULL };
  static const char *const changes[] = { "set-mode",       "hang-up",    "protect-peer",
                                         "unprotect-peer", "unpublish",  "stop-provide",
                                         "remove-record",  "keep-quiet", "renew",
                                         "free-memory",    NULL };

  if (!command->own)
    return KAD_GUI_COMMAND_UNKNOWN;
  if (g_strv_contains (writes, command->name))
    return KAD_GUI_COMMAND_WRITES;
  return g_strv_contains (changes, command->name) ? KAD_GUI_COMMAND_CHANGES_NODE
                                                  : KAD_GUI_COMMAND_READS;
}

/* ---- fields ---- */

static KadGuiCommandField *
next_field (KadGuiCommandForm *self, KadGuiCommandField *previous)
{
  GtkWidget *child = previous != NULL ? gtk_widget_get_next_sibling (GTK_WIDGET (previous))
                                      : gtk_widget_get_first_child (GTK_WIDGET (self));

  while (child != NULL && !KAD_GUI_IS_COMMAND_FIELD (child))
    child = gtk_widget_get_next_sibling (child);
  return child != NULL ? KAD_GUI_COMMAND_FIELD (child) : NULL;
}

KadGuiCommandField *
kad_gui_command_form_find_field (KadGuiCommandForm *self, const char *name)
{
  for (KadGuiCommandField *field = next_field (self, NULL); field != NULL;
       field = next_field (self, field))
    if (g_str_equal (kad_gui_command_field_get_argument (field)->name, name))
      return field;
  return NULL;
}

gboolean
kad_gui_command_form_set_key (KadGuiCommandForm *self, const char *key)
{
  KadGuiCommandField *found = NULL;

  for (KadGuiCommandField *field = next_field (self, NULL); field != NULL;
       field = next_field (self, field))
    {
      KadGuiArgument *argument = kad_gui_command_field_get_argument (field);

      if (g_str_equal (argument->form, "key"))
        {
          found = field;
          break;
        }
      if (found == NULL && argument->required && g_str_equal (argument->type, "s"))
        found = field;
    }
  if (found != NULL)
    kad_gui_command_field_set_text (found, key);
  return found != NULL;
}

static void
on_changed (KadGuiCommandForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activated (KadGuiCommandForm *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* Keys by the names of fields: a key that was written is not written again. (transfer full) */
static GHashTable *
take_keys (KadGuiCommandForm *self)
{
  GHashTable *keys
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);

  for (KadGuiCommandField *field = next_field (self, NULL); field != NULL;
       field = next_field (self, field))
    {
      KadGuiArgument *argument = kad_gui_command_field_get_argument (field);
      GVariant *value = kad_gui_command_field_dup_value (field, NULL);

      if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        g_hash_table_insert (keys, g_strdup (argument->name), value);
      else if (value != NULL)
        g_variant_unref (value);
    }
  return keys;
}

static void
add_field (KadGuiCommandForm *self, KadGuiArgument *argument, GHashTable *keys)
{
  GtkWidget *field = kad_gui_command_field_new (argument);
  GVariant *key = g_hash_table_lookup (keys, argument->name);

  if (key != NULL && g_str_equal (argument->type, "s"))
    kad_gui_command_field_set_text (KAD_GUI_COMMAND_FIELD (field),
                                    g_variant_get_string (key, NULL));
  g_signal_connect_swapped (field, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (field, "activated", G_CALLBACK (on_activated), self);
  gtk_box_append (GTK_BOX (self), field);
}

void
kad_gui_command_form_set_command (KadGuiCommandForm *self, KadGuiCommand *command)
{
  g_autoptr (GHashTable) keys = NULL;
  GtkWidget *child;
  guint n = command != NULL ? g_list_model_get_n_items (command->arguments) : 0;

  if (command == self->command)
    return;
  keys = take_keys (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);
  g_set_object (&self->command, command);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiArgument) argument = g_list_model_get_item (command->arguments, i);

      add_field (self, argument, keys);
    }
  if (command != NULL && n == 0)
    {
      GtkWidget *label = gtk_label_new (_ ("This command takes no arguments."));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (self), label);
    }
  on_changed (self);
}

KadGuiCommand *
kad_gui_command_form_get_command (KadGuiCommandForm *self)
{
  return self->command;
}

/* All are checked, so that all that is wrong is seen at once. */
static gboolean
check (KadGuiCommandForm *self)
{
  KadGuiCommandField *wrong = NULL;

  for (KadGuiCommandField *field = next_field (self, NULL); field != NULL;
       field = next_field (self, field))
    if (!kad_gui_command_field_check (field) && wrong == NULL)
      wrong = field;
  if (wrong != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (wrong));
  return wrong == NULL;
}

GVariant *
kad_gui_command_form_dup_options (KadGuiCommandForm *self)
{
  GVariantBuilder options;

  if (!check (self))
    return NULL;
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  for (KadGuiCommandField *field = next_field (self, NULL); field != NULL;
       field = next_field (self, field))
    {
      g_autoptr (GVariant) value = kad_gui_command_field_dup_value (field, NULL);

      if (value != NULL)
        g_variant_builder_add (&options, "{sv}", kad_gui_command_field_get_argument (field)->name,
                               value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&options));
}

/* ---- its life ---- */

static void
kad_gui_command_form_dispose (GObject *object)
{
  g_clear_object (&KAD_GUI_COMMAND_FORM (object)->command);
  G_OBJECT_CLASS (kad_gui_command_form_parent_class)->dispose (object);
}

static void
kad_gui_command_form_class_init (KadGuiCommandFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_command_form_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_command_form_init (KadGuiCommandForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
}

GtkWidget *
kad_gui_command_form_new (void)
{
  return g_object_new (KAD_GUI_TYPE_COMMAND_FORM, NULL);
}
