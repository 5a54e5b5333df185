/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-menu.h"

#include <glib/gi18n.h>

void
kad_gui_menu_add (GMenu *menu, const char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

void
kad_gui_menu_add_copy (GMenu *menu, const char *label, const char *text)
{
  kad_gui_menu_add (menu, label, "kad.copy", g_variant_new_string (text));
}

void
kad_gui_menu_add_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* ---- asking ---- */

typedef struct
{
  GWeakRef from;
  GObject *item;
  KadGuiConfirmed done;
} Question;

static void
free_question (gpointer data, GClosure *closure G_GNUC_UNUSED)
{
  Question *question = data;

  g_weak_ref_clear (&question->from);
  g_object_unref (question->item);
  g_free (question);
}

static void
on_response (GtkDialog *dialog, int response, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GtkWidget) from = g_weak_ref_get (&question->from);

  if (response == GTK_RESPONSE_ACCEPT && from != NULL)
    question->done (from, question->item);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

void
kad_gui_confirm (GtkWidget *from, const char *title, const char *text, const char *button,
                 GObject *item, KadGuiConfirmed done)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *dialog = gtk_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                              GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_OTHER, GTK_BUTTONS_NONE, "%s", title);
  Question *question = g_new0 (Question, 1);
  GtkWidget *accept;

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  accept = gtk_dialog_add_button (GTK_DIALOG (dialog), button, GTK_RESPONSE_ACCEPT);
  gtk_widget_add_css_class (accept, "destructive-action");
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_weak_ref_init (&question->from, from);
  question->item = g_object_ref (item);
  question->done = done;
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, free_question, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
