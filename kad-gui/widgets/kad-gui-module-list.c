/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-module-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-gui-placeholder.h"
#include "kad-gui-text.h"

struct _KadGuiModuleList
{
  GtkBox parent_instance;

  GtkWidget *stack;
  GtkWidget *empty;
  GtkWidget *scrolled;
  GtkWidget *list;
  GtkSortListModel *sorted;
};

G_DEFINE_FINAL_TYPE (KadGuiModuleList, kad_gui_module_list, GTK_TYPE_BOX)

/* ---- words ---- */

/* What a module's error has in it, and what then helps. The texts are those of libkad and of the
 * linker, which are not translated. */
static const struct
{
  const char *part;
  const char *advice;
} advices[] = {
  { "module API", N_ ("Install the module that belongs to this version of Kad, or build it again "
                      "against the installed headers.") },
  { "built for", N_ ("Install the module that belongs to this version of Kad, or build it again "
                     "against the installed headers.") },
  { "undefined symbol", N_ ("It misses something in a library. Install the module that belongs to "
                            "this version of Kad, or build it again.") },
  { "cannot open shared object", N_ ("It needs a library that is not installed. Install it.") },
  { "cut short", N_ ("Copy or install the file again.") },
  { "chmod", N_ ("Take the right to write away from others, after you have made sure that the file "
                 "is what it should be.") },
  { "belongs to user", N_ ("Give the file to root or to the user of the node, after you have made "
                           "sure that it is what it should be.") },
  { "there is a module", N_ ("Remove one of the two files.") },
  { "no module of Kad", N_ ("Take the file out of the folder of modules.") },
};

gboolean
kad_gui_module_is_failed (KadGuiModule *module)
{
  return *module->error != '\0' || g_str_equal (module->state, "failed");
}

const char *
kad_gui_module_get_advice (KadGuiModule *module)
{
  for (guint i = 0; i < G_N_ELEMENTS (advices); i++)
    if (strstr (module->error, advices[i].part) != NULL)
      return _ (advices[i].advice);
  return _ ("Install the module again, and start the node anew.");
}

/* (transfer full) Its name, or its file's. */
static char *
dup_name (KadGuiModule *module)
{
  g_autofree char *base = g_path_get_basename (module->file);

  return kad_gui_text (*module->name != '\0' ? module->name : base);
}

static char *
dup_list (char **words)
{
  g_autofree char *joined = g_strjoinv (", ", words);

  return kad_gui_text (joined);
}

static char *
dup_provided (KadGuiModule *module)
{
  guint n_commands = g_strv_length (module->commands);
  guint n_transports = g_strv_length (module->transports);
  g_autofree char *commands = dup_list (module->commands);
  g_autofree char *transports = dup_list (module->transports);
  GString *all = g_string_new (NULL);

  if (n_transports > 0)
    g_string_append_printf (
        all, g_dngettext (GETTEXT_PACKAGE, "Transport: %s", "Transports: %s", n_transports),
        transports);
  if (n_commands > 0 && all->len > 0)
    g_string_append_c (all, '\n');
  if (n_commands > 0)
    g_string_append_printf (
        all, g_dngettext (GETTEXT_PACKAGE, "Command: %s", "Commands: %s", n_commands), commands);
  if (all->len == 0)
    g_string_append (all, _ ("It provides nothing."));
  return g_string_free (all, FALSE);
}

/* ---- rows ---- */

static GtkWidget *
add_label (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label;

  if (*text == '\0')
    return NULL;
  label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
add_head (GtkWidget *box, KadGuiModule *module)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *name = dup_name (module);
  g_autofree char *version = kad_gui_text (module->version);
  GtkWidget *label = add_label (head, name, "heading");

  if (label != NULL)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  add_label (head, version, "dim-label");
  label = add_label (head, module->own ? _ ("part of Kad") : _ ("of somebody else"), "dim-label");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_halign (label, GTK_ALIGN_END);
  gtk_widget_add_css_class (label, "kad-caption");
  gtk_box_append (GTK_BOX (box), head);
}

static void
fill_row (GtkWidget *row, KadGuiModule *module)
{
  gboolean failed = kad_gui_module_is_failed (module);
  GtkWidget *label;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *icon = gtk_image_new_from_icon_name (failed ? "dialog-error-symbolic"
                                                         : "application-x-addon-symbolic");
  g_autofree char *name = dup_name (module);
  g_autofree char *summary = kad_gui_text (module->summary);
  g_autofree char *provided = dup_provided (module);
  g_autofree char *file = kad_gui_text (module->file);
  g_autofree char *why = kad_gui_text (module->error);
  g_autofree char *error = g_strdup_printf (_ ("It failed: %s"), *why != '\0' ? why : "–");

  gtk_widget_add_css_class (line, "kad-module");
  gtk_widget_add_css_class (icon, failed ? "error" : "dim-label");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (line), box);
  add_head (box, module);
  add_label (box, summary, NULL);
  if (failed)
    {
      add_label (box, error, "error");
      add_label (box, kad_gui_module_get_advice (module), NULL);
    }
  if (!failed || *module->commands != NULL || *module->transports != NULL)
    add_label (box, provided, "dim-label");
  label = add_label (box, file, "kad-caption");
  if (label != NULL)
    gtk_widget_add_css_class (label, "dim-label");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, failed ? error : provided,
                                  -1);
}

static void
on_module_changed (KadGuiModule *module, GParamSpec *pspec G_GNUC_UNUSED, gpointer user_data)
{
  fill_row (user_data, module);
}

static GtkWidget *
new_row (gpointer item, gpointer user_data G_GNUC_UNUSED)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_object_set_data_full (G_OBJECT (row), "kad-module", g_object_ref (item), g_object_unref);
  g_signal_connect_object (item, "notify", G_CALLBACK (on_module_changed), row, 0);
  fill_row (row, item);
  return row;
}

/* ---- the list ---- */

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data G_GNUC_UNUSED)
{
  KadGuiModule *one = KAD_GUI_MODULE ((gpointer) a);
  KadGuiModule *other = KAD_GUI_MODULE ((gpointer) b);
  int order = kad_gui_module_is_failed (other) - kad_gui_module_is_failed (one);

  return order != 0 ? order : g_strcmp0 (one->name, other->name);
}

static void
on_items_changed (KadGuiModuleList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  gtk_stack_set_visible_child (GTK_STACK (self->stack), n > 0 ? self->scrolled : self->empty);
}

static void
kad_gui_module_list_dispose (GObject *object)
{
  g_clear_object (&KAD_GUI_MODULE_LIST (object)->sorted);
  G_OBJECT_CLASS (kad_gui_module_list_parent_class)->dispose (object);
}

static void
kad_gui_module_list_class_init (KadGuiModuleListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_module_list_dispose;
}

static void
kad_gui_module_list_init (KadGuiModuleList *self)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));

  self->stack = gtk_stack_new ();
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self), self->stack);
  self->empty = kad_gui_placeholder_new ("application-x-addon-symbolic", _ ("No Modules"),
                                         _ ("The node has loaded none, or does not tell."));
  gtk_stack_add_child (GTK_STACK (self->stack), self->empty);
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_add_css_class (self->list, "kad-boxed");
  gtk_widget_set_valign (self->list, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Modules"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->list);
  gtk_stack_add_child (GTK_STACK (self->stack), self->scrolled);
  self->sorted = gtk_sort_list_model_new (NULL, sorter);
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->sorted), new_row, NULL,
                           NULL);
}

GtkWidget *
kad_gui_module_list_new (void)
{
  return g_object_new (KAD_GUI_TYPE_MODULE_LIST, NULL);
}

void
kad_gui_module_list_set_model (KadGuiModuleList *self, GListModel *modules)
{
  if (self->sorted != NULL)
    gtk_sort_list_model_set_model (self->sorted, modules);
}

KadGuiModule *
kad_gui_module_list_get_selected (KadGuiModuleList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  return row != NULL ? g_object_get_data (G_OBJECT (row), "kad-module") : NULL;
}
