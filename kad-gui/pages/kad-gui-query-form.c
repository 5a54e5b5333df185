/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-form.h"

#include "kad-gui-command-form.h"
#include "kad-gui-command.h"
#include "kad-gui-i18n.h"
#include "kad-gui-text.h"

struct _KadGuiQueryForm
{
  GtkBox parent_instance;

  KadGuiSource *source;     /* (owned) (nullable) */
  GtkSortListModel *sorted; /* (owned) */

  GtkWidget *reason;
  GtkWidget *body;
  GtkWidget *commands;
  GtkWidget *summary;
  GtkWidget *effect;
  GtkWidget *form;
  GtkWidget *error;
  GtkWidget *start;
};

G_DEFINE_FINAL_TYPE (KadGuiQueryForm, kad_gui_query_form, GTK_TYPE_BOX)

enum
{
  STARTED,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What people want most comes first. */
static const char *const first[]
    = { "get-providers", "get-record", "closest-peers", "find-peer", NULL };

static guint
get_rank (const char *name)
{
  guint i = 0;

  while (first[i] != NULL && !g_str_equal (first[i], name))
    i++;
  return i;
}

static int
compare_commands (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KadGuiCommand *one = a;
  const KadGuiCommand *other = b;
  guint one_rank = get_rank (one->name);
  guint other_rank = get_rank (other->name);
  int order = g_strcmp0 (one->name, other->name);

  if (one_rank != other_rank)
    return one_rank > other_rank ? GTK_ORDERING_LARGER : GTK_ORDERING_SMALLER;
  if (one->own != other->own)
    return one->own ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  return (order > 0) - (order < 0);
}

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, text[0] != '\0');
}

/* ---- which command ---- */

static KadGuiCommand *
get_command (KadGuiQueryForm *self)
{
  return gtk_drop_down_get_selected_item (GTK_DROP_DOWN (self->commands));
}

const char *
kad_gui_query_form_get_command (KadGuiQueryForm *self)
{
  KadGuiCommand *command = get_command (self);

  return command != NULL ? command->name : "";
}

static void
show_effect (KadGuiQueryForm *self, KadGuiCommand *command)
{
  g_autofree char *module = kad_gui_text (command->module);
  g_autofree char *text = NULL;

  switch (kad_gui_command_get_effect (command))
    {
    case KAD_GUI_COMMAND_READS:
      text = g_strdup ("");
      break;
    case KAD_GUI_COMMAND_WRITES:
      text = g_strdup (_ ("This command writes: other nodes will store something."));
      break;
    case KAD_GUI_COMMAND_CHANGES_NODE:
      text = g_strdup (_ ("This command writes: it changes something at this node."));
      break;
    case KAD_GUI_COMMAND_UNKNOWN:
      text = module[0] != '\0' ? g_strdup_printf (
                 _ ("This command is of the module “%s”, which did not come with Kad: what it "
                    "does, and whether it writes, is its own."),
                 module)
                               : g_strdup (_ ("This command did not come with Kad: what it does, "
                                              "and whether it writes, is its own."));
      break;
    }
  set_text (self->effect, text);
}

static void
on_command (KadGuiQueryForm *self)
{
  KadGuiCommand *command = get_command (self);
  g_autofree char *summary = NULL;

  kad_gui_command_form_set_command (KAD_GUI_COMMAND_FORM (self->form), command);
  gtk_widget_set_sensitive (self->start, command != NULL);
  set_text (self->error, "");
  if (command == NULL)
    return;
  summary = kad_gui_text (command->summary[0] != '\0' ? _ (command->summary) : "");
  set_text (self->summary, summary);
  show_effect (self, command);
}

static void
choose (KadGuiQueryForm *self, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiCommand) command = g_list_model_get_item (G_LIST_MODEL (self->sorted), i);

      if (g_str_equal (command->name, name))
        gtk_drop_down_set_selected (GTK_DROP_DOWN (self->commands), i);
    }
}

void
kad_gui_query_form_fill (KadGuiQueryForm *self, const char *command, const char *key)
{
  if (command[0] != '\0')
    choose (self, command);
  if (key[0] != '\0')
    kad_gui_command_form_set_key (KAD_GUI_COMMAND_FORM (self->form), key);
  set_text (self->error, "");
  gtk_widget_child_focus (self->form, GTK_DIR_TAB_FORWARD);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *module = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (module), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (module, "kad-pill");
  gtk_widget_add_css_class (module, "kad-caption");
  gtk_widget_set_valign (module, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), module);
  gtk_list_item_set_child (item, box);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  KadGuiCommand *command = gtk_list_item_get_item (item);
  GtkWidget *name = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *module = gtk_widget_get_next_sibling (name);
  g_autofree char *name_text = kad_gui_text (command->name);
  g_autofree char *module_text = kad_gui_text (command->module);

  gtk_label_set_text (GTK_LABEL (name), name_text);
  gtk_label_set_text (GTK_LABEL (module), module_text[0] != '\0' ? module_text : _ ("another’s"));
  gtk_widget_set_visible (module, !command->own);
}

/* ---- whether it can ---- */

static void
update_ability (KadGuiQueryForm *self)
{
  const char *reason = "";

  if (self->source == NULL)
    reason = _ ("There is no node to ask.");
  else if ((kad_gui_source_get_abilities (self->source) & KAD_GUI_IS_LIVE) == 0)
    reason
        = _ ("This is a recording: nothing can be begun in it. Choose a running node to ask it.");
  else if ((kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_RUN) == 0)
    reason = _ ("This node takes no commands from here.");
  else if (kad_gui_source_get_state (self->source) != KAD_GUI_SOURCE_OPEN)
    reason = _ ("There is no connection with the node now.");
  set_text (self->reason, reason);
  gtk_widget_set_sensitive (self->body, reason[0] == '\0');
}

void
kad_gui_query_form_set_source (KadGuiQueryForm *self, KadGuiSource *source)
{
  GListModel *commands = NULL;

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, source);
  if (source != NULL)
    {
      commands = kad_gui_store_get_commands (kad_gui_source_get_store (source));
      g_signal_connect_swapped (source, "notify::state", G_CALLBACK (update_ability), self);
    }
  gtk_sort_list_model_set_model (self->sorted, commands);
  if (commands != NULL && get_command (self) == NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->commands), 0);
  on_command (self);
  update_ability (self);
}

/* Before there was any the first is chosen. */
static void
on_commands_changed (KadGuiQueryForm *self)
{
  if (get_command (self) == NULL && g_list_model_get_n_items (G_LIST_MODEL (self->sorted)) > 0)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->commands), 0);
}

/* ---- beginning it ---- */

gboolean
kad_gui_query_form_start (KadGuiQueryForm *self)
{
  KadGuiCommand *command = get_command (self);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  KadGuiQuery *query;

  if (self->source == NULL || command == NULL)
    return FALSE;
  set_text (self->error, "");
  options = kad_gui_command_form_dup_options (KAD_GUI_COMMAND_FORM (self->form));
  if (options == NULL)
    return FALSE;
  query = kad_gui_source_start_query (self->source, command->name, options, &error);
  if (query != NULL)
    {
      g_signal_emit (self, signals[STARTED], 0, query);
      return TRUE;
    }
  message = kad_gui_text (error != NULL ? error->message : _ ("It could not be begun"));
  set_text (self->error, message);
  return FALSE;
}

static void
on_activated (KadGuiQueryForm *self)
{
  kad_gui_query_form_start (self);
}

static void
on_close (KadGuiQueryForm *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

/* ---- its life ---- */

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  on_close (KAD_GUI_QUERY_FORM (widget));
  return TRUE;
}

static void
kad_gui_query_form_dispose (GObject *object)
{
  KadGuiQueryForm *self = KAD_GUI_QUERY_FORM (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  if (self->sorted != NULL)
    g_signal_handlers_disconnect_by_data (self->sorted, self);
  g_clear_object (&self->source);
  g_clear_object (&self->sorted);
  gtk_widget_dispose_template (GTK_WIDGET (self), KAD_GUI_TYPE_QUERY_FORM);
  G_OBJECT_CLASS (kad_gui_query_form_parent_class)->dispose (object);
}

static void
kad_gui_query_form_class_init (KadGuiQueryFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_query_form_dispose;
  g_type_ensure (KAD_GUI_TYPE_COMMAND_FORM);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/pages/kad-gui-query-form.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, reason);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, body);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, commands);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, summary);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, effect);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, form);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, error);
  gtk_widget_class_bind_template_child (widget_class, KadGuiQueryForm, start);
  gtk_widget_class_bind_template_callback (widget_class, on_command);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_bind_template_callback (widget_class, kad_gui_query_form_start);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  signals[STARTED] = g_signal_new ("started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, KAD_GUI_TYPE_QUERY);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_query_form_init (KadGuiQueryForm *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkExpression) name = gtk_property_expression_new (KAD_GUI_TYPE_COMMAND, NULL, "name");

  gtk_widget_init_template (GTK_WIDGET (self));
  self->sorted = gtk_sort_list_model_new (
      NULL, GTK_SORTER (gtk_custom_sorter_new (compare_commands, NULL, NULL)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  gtk_drop_down_set_expression (GTK_DROP_DOWN (self->commands), name);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (self->commands), factory);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->commands), G_LIST_MODEL (self->sorted));
  g_signal_connect_swapped (self->sorted, "items-changed", G_CALLBACK (on_commands_changed), self);
  g_signal_connect_swapped (self->form, "activated", G_CALLBACK (on_activated), self);
  update_ability (self);
}
