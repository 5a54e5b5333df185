/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-gui-window-private.h"

/*
 * By the group "kad" a page leads to another one without knowing it; see KadGuiPage. An action
 * "show-peer" of the table goes to which page? To the one that is shown, if it has the thing, and
 * else to the first of those that might.
 */

typedef struct
{
  const char *action;
  const char *kind; /* of KadGuiPageClass.go_to */
  const char *pages[3];
} Link;

static const Link links[] = {
  { "show-peer", "peer", { "table", "peers", NULL } },
  { "show-query", "query", { "queries", NULL } },
  { "show-bucket", "bucket", { "table", NULL } },
  { "show-key", "key", { "table", NULL } },
  { "show-events", "events", { "events", NULL } },
  { "new-query", "new-query", { "queries", NULL } },
};

static gboolean
go_in_shown_page (KadGuiWindow *self, const Link *link, GVariant *parameter)
{
  KadGuiPage *page = kad_gui_window_get_page (self);

  return page != NULL && kad_gui_window_get_cover (self) == NULL
         && g_strv_contains (link->pages, kad_gui_page_get_name (page))
         && kad_gui_page_go_to (page, link->kind, parameter);
}

static void
go (KadGuiWindow *self, const Link *link, GVariant *parameter)
{
  if (go_in_shown_page (self, link, parameter))
    return;
  for (guint i = 0; link->pages[i] != NULL; i++)
    {
      KadGuiPage *page = kad_gui_window_ensure_page (self, link->pages[i]);

      if (page == NULL || !kad_gui_page_go_to (page, link->kind, parameter))
        continue;
      kad_gui_window_show_page (self, link->pages[i]);
      adw_leaflet_set_visible_child (self->leaflet, self->content);
      return;
    }
  kad_gui_window_toast (self, _ ("It is not there any more"));
}

static void
on_link (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *name = g_action_get_name (G_ACTION (action));

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    if (g_str_equal (links[i].action, name))
      go (KAD_GUI_WINDOW (user_data), &links[i], parameter);
}

static void
on_show_page (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (user_data);

  kad_gui_window_show_page (self, g_variant_get_string (parameter, NULL));
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
on_copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KadGuiWindow *self = KAD_GUI_WINDOW (user_data);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  kad_gui_window_toast (self, _ ("Copied"));
}

static void
on_toast (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  kad_gui_window_toast (KAD_GUI_WINDOW (user_data), g_variant_get_string (parameter, NULL));
}

void
kad_gui_window_add_links (KadGuiWindow *self)
{
  const GActionEntry entries[] = {
    { .name = "show-peer", .activate = on_link, .parameter_type = "s" },
    { .name = "show-query", .activate = on_link, .parameter_type = "x" },
    { .name = "show-bucket", .activate = on_link, .parameter_type = "u" },
    { .name = "show-key", .activate = on_link, .parameter_type = "s" },
    { .name = "show-events", .activate = on_link, .parameter_type = "s" },
    { .name = "new-query", .activate = on_link, .parameter_type = "(ss)" },
    { .name = "show-page", .activate = on_show_page, .parameter_type = "s" },
    { .name = "copy", .activate = on_copy, .parameter_type = "s" },
    { .name = "toast", .activate = on_toast, .parameter_type = "s" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "kad", G_ACTION_GROUP (group));
}
