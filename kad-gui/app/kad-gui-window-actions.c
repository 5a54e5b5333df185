/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-gui-dbus-source.h"
#include "kad-gui-finder-dialog.h"
#include "kad-gui-text.h"
#include "kad-gui-window-private.h"

/* ---- what is done to the node ---- */

static void
say_error (KadGuiWindow *self, const GError *error)
{
  g_autofree char *shown = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  shown = kad_gui_text (error->message);
  kad_gui_window_toast (self, shown);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_gui_source_finish (KAD_GUI_SOURCE (source), result, &error))
    say_error (self, error);
}

static void
control (KadGuiWindow *self, KadGuiControl what)
{
  if (self->source != NULL)
    kad_gui_source_control_async (self->source, what, NULL, on_done, g_object_ref (self));
}

static void
on_start (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (KAD_GUI_WINDOW (widget), KAD_GUI_CONTROL_START);
}

static void
on_stop (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (KAD_GUI_WINDOW (widget), KAD_GUI_CONTROL_STOP);
}

static void
on_resume (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (KAD_GUI_WINDOW (widget), KAD_GUI_CONTROL_RESUME);
}

static void
on_bootstrapped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results
      = kad_gui_source_run_finish (KAD_GUI_SOURCE (source), result, &error);

  if (results == NULL)
    say_error (self, error);
  else
    kad_gui_window_toast (self, _ ("The node has joined the network"));
}

static void
on_bootstrap (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (self->source == NULL)
    return;
  kad_gui_window_toast (self, _ ("Joining the network"));
  kad_gui_source_run_async (self->source, "bootstrap", g_variant_new ("a{sv}", NULL), NULL,
                            on_bootstrapped, g_object_ref (self));
}

static void
on_doctor (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (self->source == NULL)
    return;
  kad_gui_window_show_page (self, "overview");
  kad_gui_source_check_health_async (self->source, NULL, on_done, g_object_ref (self));
}

/* ---- the target ---- */

static void
take_target (KadGuiWindow *self, KadGuiTarget *target)
{
  kad_gui_window_set_target (self, target);
  g_object_unref (target);
}

/* Once more what it looks at. Who presses "Start" wants the service started, too. */
static void
open_again (KadGuiSource *source)
{
  if (KAD_GUI_IS_DBUS_SOURCE (source))
    kad_gui_dbus_source_set_autostart (KAD_GUI_DBUS_SOURCE (source), TRUE);
  kad_gui_source_open (source);
}

static void
on_connect (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);
  gboolean is_demo
      = self->target != NULL && kad_gui_target_get_kind (self->target) == KAD_GUI_TARGET_DEMO;

  /* A demonstration that ended has to be started. */
  if (self->target != NULL && (self->source == NULL || is_demo))
    take_target (self, g_object_ref (self->target));
  else if (self->source != NULL)
    open_again (self->source);
}

static void
on_target_session (GtkWidget *widget, const char *name, GVariant *parameter)
{
  take_target (KAD_GUI_WINDOW (widget), kad_gui_target_new_session ());
}

static void
on_demo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  take_target (KAD_GUI_WINDOW (widget), kad_gui_target_new_demo ());
}

static void
on_choose_target (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (KAD_GUI_WINDOW (widget)->target_button);
}

static void
on_open_socket (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kad_gui_window_ask_socket (KAD_GUI_WINDOW (widget));
}

static void
on_open_recording (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kad_gui_window_ask_recording (KAD_GUI_WINDOW (widget));
}

/* ---- the page ---- */

static void
on_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (kad_gui_window_show_page (self, g_variant_get_string (parameter, NULL)))
    adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
on_filter (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiPage *page = kad_gui_window_get_page (KAD_GUI_WINDOW (widget));

  if (page != NULL)
    kad_gui_page_focus_filter (page);
}

static void
on_finder_gone (KadGuiWindow *self)
{
  kad_gui_window_set_other_topics (self, 0);
}

static void
on_find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);
  KadGuiFinderDialog *dialog = NULL;

  if (self->source == NULL)
    return;
  dialog = kad_gui_finder_dialog_new (GTK_WINDOW (self), self->source);
  /* It looks through peers and queries, whatever the page shows. */
  kad_gui_window_set_other_topics (self, KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_QUERIES);
  g_signal_connect_object (dialog, "unmap", G_CALLBACK (on_finder_gone), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_new_query (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "kad.new-query", "(ss)", "", "");
}

static void
on_copy_row (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiPage *page = kad_gui_window_get_page (KAD_GUI_WINDOW (widget));
  g_autofree char *text = page != NULL ? kad_gui_page_dup_selection (page) : NULL;

  if (text != NULL)
    gtk_widget_activate_action (widget, "kad.copy", "s", text);
}

static void
on_save (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kad_gui_window_ask_save (KAD_GUI_WINDOW (widget));
}

static void
on_export (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kad_gui_window_ask_export (KAD_GUI_WINDOW (widget));
}

static void
on_refresh (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (self->source != NULL)
    kad_gui_source_refresh (self->source);
}

/* A recording is played or held; of what is live the looking is held. */
static void
on_pause (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (KAD_GUI_IS_PLAYER (self->source))
    {
      KadGuiPlayer *player = KAD_GUI_PLAYER (self->source);

      kad_gui_player_set_playing (player, !kad_gui_player_get_playing (player));
    }
  else if (self->source != NULL)
    kad_gui_source_set_paused (self->source, !kad_gui_source_get_paused (self->source));
}

static void
on_pane (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (adw_leaflet_get_folded (self->leaflet))
    {
      gboolean in_content = adw_leaflet_get_visible_child (self->leaflet) == self->content;

      adw_leaflet_set_visible_child (self->leaflet, in_content ? self->sidebar : self->content);
      return;
    }
  self->show_pane = !self->show_pane;
  gtk_widget_set_visible (self->sidebar, self->show_pane);
}

/* F10 also where the list, in whose header the menu is, is not to be seen. */
static void
on_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (widget);

  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, self->sidebar);
  else if (!self->show_pane)
    on_pane (widget, name, NULL);
  gtk_menu_button_popup (self->menu_button);
}

/* ---- which of them can be done ---- */

static void
enable (KadGuiWindow *self, const char *action, gboolean enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, enabled);
}

static void
show_pause (KadGuiWindow *self)
{
  gboolean paused = self->source != NULL && kad_gui_source_get_paused (self->source);
  const char *words = paused ? _ ("Go On (Space)") : _ ("Pause (Space)");

  gtk_widget_set_visible (GTK_WIDGET (self->pause_button), !KAD_GUI_IS_PLAYER (self->source));
  gtk_button_set_icon_name (self->pause_button, paused ? "media-playback-start-symbolic"
                                                       : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_button), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (self->paused_mark, paused);
}

void
kad_gui_window_update_actions (KadGuiWindow *self)
{
  gboolean open
      = self->source != NULL && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;
  KadGuiAbilities can = open ? kad_gui_source_get_abilities (self->source) : 0;

  enable (self, "win.start", (can & KAD_GUI_CAN_CONTROL) != 0);
  enable (self, "win.stop", (can & KAD_GUI_CAN_CONTROL) != 0);
  enable (self, "win.resume", (can & KAD_GUI_CAN_CONTROL) != 0);
  enable (self, "win.bootstrap", (can & KAD_GUI_CAN_RUN) != 0);
  enable (self, "win.new-query", (can & KAD_GUI_CAN_RUN) != 0);
  enable (self, "win.doctor", (can & KAD_GUI_CAN_CHECK) != 0);
  enable (self, "win.find", open);
  enable (self, "win.refresh", open);
  enable (self, "win.pause", open);
  show_pause (self);
}

void
kad_gui_window_install_actions (GtkWidgetClass *klass)
{
  const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.start", NULL, on_start },
    { "win.stop", NULL, on_stop },
    { "win.resume", NULL, on_resume },
    { "win.bootstrap", NULL, on_bootstrap },
    { "win.doctor", NULL, on_doctor },
    { "win.connect", NULL, on_connect },
    { "win.target-session", NULL, on_target_session },
    { "win.demo", NULL, on_demo },
    { "win.choose-target", NULL, on_choose_target },
    { "win.open-socket", NULL, on_open_socket },
    { "win.open-recording", NULL, on_open_recording },
    { "win.page", "s", on_page },
    { "win.filter", NULL, on_filter },
    { "win.find", NULL, on_find },
    { "win.new-query", NULL, on_new_query },
    { "win.copy-row", NULL, on_copy_row },
    { "win.save", NULL, on_save },
    { "win.export", NULL, on_export },
    { "win.refresh", NULL, on_refresh },
    { "win.pause", NULL, on_pause },
    { "win.pane", NULL, on_pane },
    { "win.menu", NULL, on_menu },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (klass, actions[i].name, actions[i].parameter,
                                     actions[i].activate);
}

/* ---- keys that are of use elsewhere, too ---- */

/* Whether Space means something to what has the focus. */
static gboolean
wants_space (GtkWidget *focus)
{
  return focus != NULL
         && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus) || GTK_IS_BUTTON (focus)
             || GTK_IS_CHECK_BUTTON (focus) || GTK_IS_SWITCH (focus) || GTK_IS_DROP_DOWN (focus)
             || GTK_IS_EXPANDER (focus) || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL
             || gtk_widget_get_ancestor (focus, GTK_TYPE_DROP_DOWN) != NULL);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        KadGuiWindow *self)
{
  if (keyval != GDK_KEY_space || (state & gtk_accelerator_get_default_mod_mask ()) != 0
      || wants_space (gtk_window_get_focus (GTK_WINDOW (self))))
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self), "win.pause", NULL);
}

void
kad_gui_window_add_keys (KadGuiWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *copy = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  /* Selected text comes first: an accelerator of the application would be there before it. */
  gtk_event_controller_set_propagation_phase (copy, GTK_PHASE_BUBBLE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (copy),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_c, GDK_CONTROL_MASK),
                        gtk_named_action_new ("win.copy-row")));
  gtk_widget_add_controller (GTK_WIDGET (self), copy);
}
