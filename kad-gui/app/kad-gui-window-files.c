/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-gui-export.h"
#include "kad-gui-text.h"
#include "kad-gui-window-private.h"

/* What goes into files and comes out of them, after a person said which. */

typedef struct
{
  KadGuiWindow *window;         /* (owned) */
  GtkFileChooserNative *dialog; /* (owned) */
  GBytes *bytes;                /* what is to be saved; NULL: an image of what is shown then */
} Ask;

static void
ask_free (Ask *ask)
{
  g_clear_pointer (&ask->bytes, g_bytes_unref);
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (ask->dialog));
  g_object_unref (ask->dialog);
  g_object_unref (ask->window);
  g_free (ask);
}

static Ask *
ask_new (KadGuiWindow *window, const char *title, GtkFileChooserAction action, const char *accept)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->window = g_object_ref (window);
  ask->dialog = gtk_file_chooser_native_new (title, GTK_WINDOW (window), action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (ask->dialog), TRUE);
  return ask;
}

static void
add_filter (Ask *ask, const char *name, const char *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (ask->dialog), filter);
}

static void
say_not_saved (KadGuiWindow *self, const GError *error)
{
  g_autofree char *shown = kad_gui_text (error->message);
  g_autofree char *words = g_strdup_printf (_ ("Not saved: %s"), shown);

  kad_gui_window_toast (self, words);
}

static void
say_saved (KadGuiWindow *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *words = g_strdup_printf (_ ("Saved as %s"), shown);

  kad_gui_window_toast (self, words);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    say_saved (self, G_FILE (source));
  else
    say_not_saved (self, error);
}

static void
write_file (KadGuiWindow *self, GFile *file, GBytes *bytes)
{
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       on_written, g_object_ref (self));
}

static gboolean
is_svg (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return name != NULL && kad_gui_image_format_of (name) == KAD_GUI_IMAGE_SVG;
}

static void
on_save_answered (Ask *ask, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (ask->dialog));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = ask->bytes != NULL
                                     ? g_bytes_ref (ask->bytes)
                                     : kad_gui_window_export (ask->window, is_svg (file), &error);

      if (bytes != NULL)
        write_file (ask->window, file, bytes);
      else
        say_not_saved (ask->window, error);
    }
  ask_free (ask);
}

void
kad_gui_window_ask_save (KadGuiWindow *self)
{
  KadGuiPage *page = kad_gui_window_get_page (self);
  const char *name = NULL;
  g_autoptr (GBytes) bytes = page != NULL ? kad_gui_page_save (page, &name) : NULL;
  Ask *ask = NULL;

  if (bytes == NULL)
    {
      kad_gui_window_toast (self, _ ("There is nothing to save yet"));
      return;
    }
  ask = ask_new (self, _ ("Save"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"));
  ask->bytes = g_steal_pointer (&bytes);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (ask->dialog), name);
  g_signal_connect_swapped (ask->dialog, "response", G_CALLBACK (on_save_answered), ask);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (ask->dialog));
}

void
kad_gui_window_ask_export (KadGuiWindow *self)
{
  Ask *ask = ask_new (self, _ ("Export View"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"));
  g_autofree char *name
      = g_strdup_printf ("kad-%s.png", self->page_name != NULL ? self->page_name : "view");

  add_filter (ask, _ ("PNG image"), "*.png");
  add_filter (ask, _ ("SVG image, by the end of the name"), "*.svg");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (ask->dialog), name);
  g_signal_connect_swapped (ask->dialog, "response", G_CALLBACK (on_save_answered), ask);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (ask->dialog));
}

static void
on_recording_answered (Ask *ask, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (ask->dialog));
      g_autoptr (KadGuiTarget) target = kad_gui_target_new_recording (file);

      kad_gui_window_set_target (ask->window, target);
    }
  ask_free (ask);
}

void
kad_gui_window_ask_recording (KadGuiWindow *self)
{
  Ask *ask = ask_new (self, _ ("Open Recording"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (ask, _ ("Recordings (NDJSON)"), "*.ndjson");
  add_filter (ask, _ ("All files"), "*");
  g_signal_connect_swapped (ask->dialog, "response", G_CALLBACK (on_recording_answered), ask);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (ask->dialog));
}

/* ---- a socket ---- */

/* A path alone is meant as a socket's. (transfer full) */
static char *
address_of (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  if (*stripped == '/')
    {
      g_autofree char *escaped = g_dbus_address_escape_value (stripped);

      return g_strdup_printf ("unix:path=%s", escaped);
    }
  return g_steal_pointer (&stripped);
}

static void
on_socket_typed (AdwMessageDialog *dialog, GtkEditable *entry)
{
  g_autofree char *address = address_of (gtk_editable_get_text (entry));

  adw_message_dialog_set_response_enabled (dialog, "connect",
                                           g_dbus_is_supported_address (address, NULL));
}

static void
on_socket_answered (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  g_autofree char *address = NULL;
  g_autoptr (KadGuiTarget) target = NULL;

  if (!g_str_equal (response, "connect") || window == NULL)
    return;
  address = address_of (gtk_editable_get_text (entry));
  target = kad_gui_target_new_socket (address);
  kad_gui_window_set_target (KAD_GUI_WINDOW (window), target);
}

void
kad_gui_window_ask_socket (KadGuiWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Connect to a Socket"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  GtkWidget *entry = gtk_entry_new ();

  adw_message_dialog_set_body (
      message,
      _ ("Where “kadd --address” serves: an address of D-Bus, or the path of the socket."));
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), "unix:path=/run/user/1000/kad");
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Address of the socket"), -1);
  adw_message_dialog_set_extra_child (message, entry);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "connect", _ ("C_onnect"),
                                    NULL);
  adw_message_dialog_set_response_appearance (message, "connect", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "connect");
  adw_message_dialog_set_close_response (message, "cancel");
  adw_message_dialog_set_response_enabled (message, "connect", FALSE);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_socket_typed), dialog,
                           G_CONNECT_SWAPPED);
  g_signal_connect (dialog, "response", G_CALLBACK (on_socket_answered), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}
