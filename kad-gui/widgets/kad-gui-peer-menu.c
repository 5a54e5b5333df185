/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-menu.h"

#include "kad-gui-i18n.h"

static const struct
{
  const char *label; /* NULL: a new section */
  const char *action;
} entries[] = {
  { N_ ("Copy Peer ID"), "peer.copy-id" },
  { N_ ("Copy Multiaddr"), "peer.copy-address" },
  { N_ ("Copy as JSON"), "peer.copy-json" },
  { NULL, NULL },
  { N_ ("Show Its Last Query"), "peer.show-query" },
  { N_ ("Find in Queries…"), "peer.new-query" },
  { N_ ("Show Its Events"), "peer.show-events" },
  { N_ ("Show in Routing Table"), "peer.show-in-table" },
  { N_ ("Show in Peers"), "peer.show" },
  { NULL, NULL },
  { N_ ("Ping"), "peer.ping" },
  { N_ ("Dial"), "peer.dial" },
  { N_ ("Disconnect"), "peer.hang-up" },
};

static GMenuModel *
new_model (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      if (entries[i].label != NULL)
        {
          g_autoptr (GMenuItem) item = g_menu_item_new (_ (entries[i].label), entries[i].action);

          /* A page without the action shows no row that never works. */
          g_menu_item_set_attribute (item, "hidden-when", "s", "action-missing");
          g_menu_append_item (section, item);
          continue;
        }
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
      g_object_unref (section);
      section = g_menu_new ();
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}

static gboolean
on_idle (gpointer user_data)
{
  gtk_widget_unparent (user_data);
  return G_SOURCE_REMOVE;
}

/* Its action runs after it is closed: it must still be somebody's child then. */
static void
on_closed (GtkPopover *popover, gpointer user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_idle, g_object_ref (popover), g_object_unref);
}

GtkWidget *
kad_gui_peer_menu_popup (GtkWidget *over, double x, double y)
{
  g_autoptr (GMenuModel) model = new_model ();
  GtkWidget *popover = gtk_popover_menu_new_from_model (model);

  gtk_widget_set_parent (popover, over);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
  return popover;
}
