/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-window-private.h"

#include <glib/gi18n.h>

#include "kad-gui-export.h"
#include "kad-gui-pages.h"

G_DEFINE_FINAL_TYPE (KadGuiWindow, kad_gui_window, ADW_TYPE_APPLICATION_WINDOW)

#define SETTINGS "org.libkad.Inspector"

/* ---- what is followed ---- */

/* Whether a person can see it. */
static gboolean
is_seen (KadGuiWindow *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

  return gtk_widget_get_mapped (GTK_WIDGET (self)) && surface != NULL
         && (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
}

static void
update_topics (KadGuiWindow *self)
{
  KadGuiPage *page = kad_gui_window_get_page (self);
  KadGuiTopics topics = 0;

  if (self->source == NULL)
    return;
  /* What is in the way is told by the status. */
  if (is_seen (self))
    topics = KAD_GUI_TOPIC_STATS | self->other_topics
             | (page != NULL ? kad_gui_page_get_topics (page) : 0);
  kad_gui_source_set_topics (self->source, topics);
}

void
kad_gui_window_set_other_topics (KadGuiWindow *self, KadGuiTopics topics)
{
  self->other_topics = topics;
  update_topics (self);
}

/* ---- what is in the way ---- */

/* Pages on which there is something to do or to read although the node is not online. */
static gboolean
is_useful_offline (const char *page_name)
{
  const char *const useful[] = { "overview", "queries", "publications", "records", "events", NULL };

  return g_strv_contains (useful, page_name);
}

static gboolean
is_covering (KadGuiWindow *self, const KadGuiState *state)
{
  KadGuiStatus *status = NULL;

  if (state->total)
    return TRUE;
  status = kad_gui_store_get_status (kad_gui_source_get_store (self->source));
  return status->table_size == 0 && status->peer_count == 0 && !is_useful_offline (self->page_name);
}

static void
show_state (KadGuiWindow *self, const KadGuiState *state)
{
  kad_gui_cover_set_state (self->cover, state);
  if (is_covering (self, state))
    {
      gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->cover));
      kad_gui_notice_set_state (self->notice, NULL);
      return;
    }
  gtk_stack_set_visible_child_name (self->stack, self->page_name);
  kad_gui_notice_set_state (self->notice, state);
}

static void
update_state (KadGuiWindow *self)
{
  g_auto (KadGuiState) state = { 0 };

  if (self->page_name == NULL)
    return;
  if (kad_gui_state_of (self->source, self->failure, &state))
    {
      self->state_id = state.id;
      show_state (self, &state);
      return;
    }
  self->state_id = NULL;
  kad_gui_notice_set_state (self->notice, NULL);
  gtk_stack_set_visible_child_name (self->stack, self->page_name);
}

const char *
kad_gui_window_get_cover (KadGuiWindow *self)
{
  g_return_val_if_fail (KAD_GUI_IS_WINDOW (self), NULL);

  return gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->cover) ? self->state_id
                                                                               : NULL;
}

/* ---- the target and its source ---- */

static void
update_title (KadGuiWindow *self)
{
  const char *target = self->target != NULL ? kad_gui_target_get_title (self->target) : "";
  const char *page = gtk_label_get_label (self->page_title);
  g_autofree char *title = NULL;

  if (*target == '\0' && self->source != NULL)
    target = kad_gui_source_get_title (self->source);
  gtk_label_set_label (self->target_title, target != NULL ? target : "");
  /* Translators: the title of the window: a page, and what it looks at */
  title = g_strdup_printf (_ ("%s – %s"), page, target != NULL ? target : "");
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->target_button), title);
}

static void
update_player (KadGuiWindow *self)
{
  gboolean open
      = self->source != NULL && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;
  gboolean plays = open && KAD_GUI_IS_PLAYER (self->source);

  kad_gui_player_bar_set_player (self->player_bar, plays ? KAD_GUI_PLAYER (self->source) : NULL);
}

static void
on_source_changed (KadGuiWindow *self)
{
  update_state (self);
  update_player (self);
  update_title (self);
  kad_gui_window_update_actions (self);
}

static void
give_source_to_pages (KadGuiWindow *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (KAD_GUI_IS_PAGE (child))
      kad_gui_page_set_source (KAD_GUI_PAGE (child), self->source);
}

static void
drop_source (KadGuiWindow *self)
{
  g_autoptr (KadGuiSource) source = g_steal_pointer (&self->source);
  KadGuiStatus *status = NULL;

  if (source == NULL)
    return;
  status = kad_gui_store_get_status (kad_gui_source_get_store (source));
  g_signal_handlers_disconnect_by_data (source, self);
  g_signal_handlers_disconnect_by_data (status, self);
  kad_gui_source_set_topics (source, 0);
  kad_gui_source_close (source);
}

void
kad_gui_window_set_source (KadGuiWindow *self, KadGuiSource *source)
{
  g_return_if_fail (KAD_GUI_IS_WINDOW (self));

  drop_source (self);
  if (source != NULL)
    {
      KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));

      self->source = g_object_ref (source);
      g_signal_connect_swapped (source, "notify", G_CALLBACK (on_source_changed), self);
      g_signal_connect_swapped (status, "notify", G_CALLBACK (update_state), self);
    }
  give_source_to_pages (self);
  update_topics (self);
  if (source != NULL)
    kad_gui_source_open (source);
  on_source_changed (self);
}

KadGuiSource *
kad_gui_window_get_source (KadGuiWindow *self)
{
  return self->source;
}

static void
on_prepared (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadGuiSource) source
      = kad_gui_target_prepare_finish (KAD_GUI_TARGET (object), result, &error);

  if (KAD_GUI_TARGET (object) != self->target
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (source == NULL)
    self->failure = g_strdup (error->message);
  kad_gui_window_set_source (self, source);
}

void
kad_gui_window_set_target (KadGuiWindow *self, KadGuiTarget *target)
{
  g_return_if_fail (KAD_GUI_IS_WINDOW (self));

  if (self->preparing != NULL)
    g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  g_clear_pointer (&self->failure, g_free);
  kad_gui_window_set_source (self, NULL);
  g_set_object (&self->target, target);
  update_title (self);
  if (target == NULL)
    return;
  self->preparing = g_cancellable_new ();
  kad_gui_target_prepare_async (target, self->preparing, on_prepared, g_object_ref (self));
}

KadGuiTarget *
kad_gui_window_get_target (KadGuiWindow *self)
{
  return self->target;
}

/* ---- pages ---- */

static GType
page_type (const char *name, const KadGuiPageClass **klass)
{
  const GType *types = kad_gui_pages_get_types ();

  for (guint i = 0; types[i] != G_TYPE_INVALID; i++)
    {
      /* Never given back: a static type's class stays. */
      *klass = g_type_class_ref (types[i]);
      if (g_strcmp0 ((*klass)->name, name) == 0)
        return types[i];
    }
  return G_TYPE_INVALID;
}

KadGuiPage *
kad_gui_window_ensure_page (KadGuiWindow *self, const char *name)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, name);
  const KadGuiPageClass *klass = NULL;
  GType type = G_TYPE_INVALID;

  if (page != NULL)
    return KAD_GUI_PAGE (page);
  type = page_type (name, &klass);
  if (type == G_TYPE_INVALID)
    return NULL;
  page = g_object_new (type, NULL);
  gtk_stack_add_named (self->stack, page, name);
  if (self->source != NULL)
    kad_gui_page_set_source (KAD_GUI_PAGE (page), self->source);
  return KAD_GUI_PAGE (page);
}

static void
select_row (KadGuiWindow *self, const char *name)
{
  GtkListBoxRow *row = NULL;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (g_str_equal (gtk_widget_get_name (GTK_WIDGET (row)), name))
      {
        gtk_list_box_select_row (self->list, row);
        /* Where the focus is in the list it stays with what is selected. */
        if (gtk_widget_get_focus_child (GTK_WIDGET (self->list)) != NULL)
          gtk_widget_grab_focus (GTK_WIDGET (row));
      }
}

gboolean
kad_gui_window_show_page (KadGuiWindow *self, const char *name)
{
  KadGuiPage *page = NULL;

  g_return_val_if_fail (KAD_GUI_IS_WINDOW (self), FALSE);

  page = kad_gui_window_ensure_page (self, name);
  if (page == NULL)
    return FALSE;
  if (g_strcmp0 (self->page_name, name) != 0)
    {
      g_free (self->page_name);
      self->page_name = g_strdup (name);
      gtk_label_set_label (self->page_title, kad_gui_page_get_title (page));
      select_row (self, name);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.filter",
                                     KAD_GUI_PAGE_GET_CLASS (page)->focus_filter != NULL);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.save",
                                     KAD_GUI_PAGE_GET_CLASS (page)->save != NULL);
      update_state (self);
      update_title (self);
      update_topics (self);
      if (self->settings != NULL)
        g_settings_set_string (self->settings, "page", name);
    }
  return TRUE;
}

KadGuiPage *
kad_gui_window_get_page (KadGuiWindow *self)
{
  GtkWidget *page = NULL;

  g_return_val_if_fail (KAD_GUI_IS_WINDOW (self), NULL);

  if (self->page_name != NULL)
    page = gtk_stack_get_child_by_name (self->stack, self->page_name);
  return page != NULL ? KAD_GUI_PAGE (page) : NULL;
}

static GtkWidget *
new_row (const KadGuiPageClass *klass)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (_ (klass->title));
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", klass->icon_name, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_name (row, klass->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (klass->title), -1);
  return row;
}

static void
fill_list (KadGuiWindow *self)
{
  const GType *types = kad_gui_pages_get_types ();

  for (guint i = 0; types[i] != G_TYPE_INVALID; i++)
    gtk_list_box_append (self->list, new_row (g_type_class_ref (types[i])));
}

static void
on_row_selected (KadGuiWindow *self, GtkListBoxRow *row)
{
  if (row != NULL)
    kad_gui_window_show_page (self, gtk_widget_get_name (GTK_WIDGET (row)));
}

static void
on_row_activated (KadGuiWindow *self, GtkListBoxRow *row)
{
  on_row_selected (self, row);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

/* ---- the rest ---- */

void
kad_gui_window_toast (KadGuiWindow *self, const char *text)
{
  /* Its title is markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_return_if_fail (KAD_GUI_IS_WINDOW (self));

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

GBytes *
kad_gui_window_export (KadGuiWindow *self, gboolean as_svg, GError **error)
{
  KadGuiPage *page = NULL;
  GtkWidget *view = NULL;

  g_return_val_if_fail (KAD_GUI_IS_WINDOW (self), NULL);

  page = kad_gui_window_get_page (self);
  if (kad_gui_window_get_cover (self) == NULL && page != NULL)
    view = kad_gui_page_get_view (page);
  if (view == NULL)
    view = gtk_stack_get_visible_child (self->stack);
  return kad_gui_export (view, as_svg ? KAD_GUI_IMAGE_SVG : KAD_GUI_IMAGE_PNG, error);
}

/* In a narrow window the list is a page of its own, and there would be no way to it. */
static void
update_pane (KadGuiWindow *self)
{
  gtk_widget_set_visible (self->sidebar, self->show_pane || adw_leaflet_get_folded (self->leaflet));
}

static void
on_toplevel_state (KadGuiWindow *self)
{
  update_topics (self);
}

static void
kad_gui_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_window_parent_class)->realize (widget);
  g_signal_connect_swapped (gtk_native_get_surface (GTK_NATIVE (widget)), "notify::state",
                            G_CALLBACK (on_toplevel_state), widget);
}

static void
kad_gui_window_unrealize (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_native_get_surface (GTK_NATIVE (widget)),
                                        on_toplevel_state, widget);
  GTK_WIDGET_CLASS (kad_gui_window_parent_class)->unrealize (widget);
}

static void
kad_gui_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_window_parent_class)->map (widget);
  update_topics (KAD_GUI_WINDOW (widget));
}

static void
kad_gui_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_window_parent_class)->unmap (widget);
  update_topics (KAD_GUI_WINDOW (widget));
}

static void
remember (KadGuiWindow *self)
{
  GtkWindow *window = GTK_WINDOW (self);
  int width = 0;
  int height = 0;

  if (self->settings == NULL)
    return;
  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "show-pane", self->show_pane);
}

/* Whoever may still hold the window: it looks at nothing any more, and a demonstration ends. */
static gboolean
kad_gui_window_close_request (GtkWindow *window)
{
  remember (KAD_GUI_WINDOW (window));
  kad_gui_window_set_target (KAD_GUI_WINDOW (window), NULL);
  return GTK_WINDOW_CLASS (kad_gui_window_parent_class)->close_request (window);
}

static void
restore (KadGuiWindow *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
      = source != NULL ? g_settings_schema_source_lookup (source, SETTINGS, TRUE) : NULL;
  g_autofree char *page = NULL;

  if (schema != NULL)
    {
      self->settings = g_settings_new_full (schema, NULL, NULL);
      gtk_window_set_default_size (GTK_WINDOW (self),
                                   g_settings_get_int (self->settings, "window-width"),
                                   g_settings_get_int (self->settings, "window-height"));
      if (g_settings_get_boolean (self->settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
      self->show_pane = g_settings_get_boolean (self->settings, "show-pane");
      page = g_settings_get_string (self->settings, "page");
    }
  if (page == NULL || !kad_gui_window_show_page (self, page))
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  /* Not a button, which Space would press. */
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (gtk_list_box_get_selected_row (self->list)));
}

static void
kad_gui_window_dispose (GObject *object)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (object);

  if (self->preparing != NULL)
    g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  if (self->stack != NULL && self->source != NULL)
    kad_gui_window_set_source (self, NULL);
  /* With it a demonstration ends. */
  g_clear_object (&self->target);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->page_name, g_free);
  g_clear_pointer (&self->failure, g_free);
  G_OBJECT_CLASS (kad_gui_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, content);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, list);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, page_title);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, target_title);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, target_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, paused_mark);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, cover);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, KadGuiWindow, player_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, update_pane);
}

static void
kad_gui_window_class_init (KadGuiWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_COVER);
  g_type_ensure (KAD_GUI_TYPE_NOTICE);
  g_type_ensure (KAD_GUI_TYPE_PLAYER_BAR);
  G_OBJECT_CLASS (klass)->dispose = kad_gui_window_dispose;
  widget_class->realize = kad_gui_window_realize;
  widget_class->unrealize = kad_gui_window_unrealize;
  widget_class->map = kad_gui_window_map;
  widget_class->unmap = kad_gui_window_unmap;
  GTK_WINDOW_CLASS (klass)->close_request = kad_gui_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/kad-gui-window.ui");
  bind_children (widget_class);
  kad_gui_window_install_actions (widget_class);
}

static void
kad_gui_window_init (KadGuiWindow *self)
{
  self->show_pane = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_list (self);
  kad_gui_window_add_keys (self);
  kad_gui_window_add_links (self);
  restore (self);
  update_pane (self);
  kad_gui_window_update_actions (self);
}

KadGuiWindow *
kad_gui_window_new (GtkApplication *application)
{
  return g_object_new (KAD_GUI_TYPE_WINDOW, "application", application, NULL);
}
