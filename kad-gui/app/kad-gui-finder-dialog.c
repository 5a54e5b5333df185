/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-finder-dialog.h"

#include "kad-gui-finder.h"

struct _KadGuiFinderDialog
{
  AdwWindow parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListBox *list;

  KadGuiSource *source;
  char *searched; /* what the list is about */
  guint search_timer;
};

G_DEFINE_FINAL_TYPE (KadGuiFinderDialog, kad_gui_finder_dialog, ADW_TYPE_WINDOW)

#define SEARCH_AGAIN_MS 250 /* after peers or queries came or went */

static GtkWidget *
new_row (KadGuiFound *found)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (kad_gui_found_get_title (found), -1);
  g_autofree char *subtitle = g_markup_escape_text (kad_gui_found_get_subtitle (found), -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), kad_gui_found_get_icon_name (found));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "found", g_object_ref (found), g_object_unref);
  return row;
}

static void
search (KadGuiFinderDialog *self, int selected)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean can_run = (kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_RUN) != 0;
  g_autoptr (GPtrArray) found
      = kad_gui_find (kad_gui_source_get_store (self->source), text, can_run);
  GtkListBoxRow *row = NULL;

  g_free (self->searched);
  self->searched = g_strdup (text);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < found->len; i++)
    gtk_list_box_append (self->list, new_row (g_ptr_array_index (found, i)));
  row = gtk_list_box_get_row_at_index (self->list, selected);
  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_list_box_select_row (self->list, row);
  gtk_stack_set_visible_child_name (self->stack, found->len > 0  ? "found"
                                                 : *text != '\0' ? "nothing"
                                                                 : "help");
}

static void
on_changed (KadGuiFinderDialog *self)
{
  search (self, 0);
}

static gboolean
search_again (gpointer user_data)
{
  KadGuiFinderDialog *self = user_data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  self->search_timer = 0;
  search (self, row != NULL ? gtk_list_box_row_get_index (row) : 0);
  return G_SOURCE_REMOVE;
}

static void
on_lists_changed (KadGuiFinderDialog *self)
{
  if (self->search_timer == 0)
    self->search_timer = g_timeout_add (SEARCH_AGAIN_MS, search_again, self);
}

static void
on_row_activated (KadGuiFinderDialog *self, GtkListBoxRow *row)
{
  g_autoptr (KadGuiFound) found = g_object_ref (g_object_get_data (G_OBJECT (row), "found"));
  g_autoptr (GtkWindow) parent = g_object_ref (gtk_window_get_transient_for (GTK_WINDOW (self)));

  gtk_window_destroy (GTK_WINDOW (self));
  gtk_widget_activate_action_variant (GTK_WIDGET (parent), kad_gui_found_get_action (found),
                                      kad_gui_found_get_parameter (found));
}

static void
on_activate (KadGuiFinderDialog *self)
{
  GtkListBoxRow *row = NULL;

  /* The search waits for who types; Enter does not. */
  if (g_strcmp0 (self->searched, gtk_editable_get_text (GTK_EDITABLE (self->entry))) != 0)
    on_changed (self);
  row = gtk_list_box_get_selected_row (self->list);
  if (row != NULL)
    on_row_activated (self, row);
}

static void
move (KadGuiFinderDialog *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  GtkListBoxRow *next = NULL;

  if (row == NULL)
    return;
  next = gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + by);
  if (next != NULL)
    gtk_list_box_select_row (self->list, next);
}

/* Up and Down choose while the entry keeps the focus. */
static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        KadGuiFinderDialog *self)
{
  if (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down)
    return FALSE;
  move (self, keyval == GDK_KEY_Up ? -1 : 1);
  return TRUE;
}

static void
on_stop (KadGuiFinderDialog *self)
{
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
kad_gui_finder_dialog_dispose (GObject *object)
{
  KadGuiFinderDialog *self = KAD_GUI_FINDER_DIALOG (object);

  g_clear_handle_id (&self->search_timer, g_source_remove);
  g_clear_object (&self->source);
  g_clear_pointer (&self->searched, g_free);
  G_OBJECT_CLASS (kad_gui_finder_dialog_parent_class)->dispose (object);
}

static void
kad_gui_finder_dialog_class_init (KadGuiFinderDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_finder_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/kad-gui-finder-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiFinderDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, KadGuiFinderDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, KadGuiFinderDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
}

static void
kad_gui_finder_dialog_init (KadGuiFinderDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

KadGuiFinderDialog *
kad_gui_finder_dialog_new (GtkWindow *parent, KadGuiSource *source)
{
  KadGuiFinderDialog *self
      = g_object_new (KAD_GUI_TYPE_FINDER_DIALOG, "transient-for", parent, NULL);
  KadGuiStore *store = kad_gui_source_get_store (source);

  self->source = g_object_ref (source);
  g_signal_connect_object (kad_gui_store_get_peers (store), "items-changed",
                           G_CALLBACK (on_lists_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kad_gui_store_get_queries (store), "items-changed",
                           G_CALLBACK (on_lists_changed), self, G_CONNECT_SWAPPED);
  return self;
}
