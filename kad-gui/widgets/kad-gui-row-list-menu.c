/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The menu of a row: by the secondary button, the Menu key and Shift+F10. */
#include "kad-gui-row-cell.h"
#include "kad-gui-row-list-private.h"

static gboolean
open_menu (KadGuiRowList *self, gpointer item, GtkWidget *at, double x, double y)
{
  g_autoptr (GMenuModel) model
      = self->menu != NULL && item != NULL ? self->menu (item, self->menu_data) : NULL;
  GdkRectangle place = { 0, 0, 1, 1 };
  double our_x = x;
  double our_y = y;

  if (model == NULL)
    return FALSE;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_translate_coordinates (at, GTK_WIDGET (self), x, y, &our_x, &our_y);
  place.x = (int) our_x;
  place.y = (int) our_y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  return TRUE;
}

/* The first cell in @widget, if it is in a row. (nullable) */
static KadGuiRowCell *
find_cell (GtkWidget *widget)
{
  if (KAD_GUI_IS_ROW_CELL (widget))
    return KAD_GUI_ROW_CELL (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      KadGuiRowCell *cell = find_cell (child);

      if (cell != NULL)
        return cell;
    }
  return NULL;
}

static void
on_secondary (GtkGestureClick *gesture, int n_press G_GNUC_UNUSED, double x, double y,
              gpointer user_data)
{
  KadGuiRowList *self = user_data;
  GtkWidget *widget = gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT);
  KadGuiRowCell *cell = NULL;

  while (widget != NULL && widget != self->view
         && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  if (widget != NULL && widget != self->view)
    cell = find_cell (widget);
  if (cell == NULL || kad_gui_row_cell_get_item (cell) == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  kad_gui_row_list_select (self, kad_gui_row_cell_get_item (cell));
  open_menu (self, kad_gui_row_cell_get_item (cell), self->view, x, y);
}

/* Its first cell that is seen; the list, if none is. */
static GtkWidget *
find_place (KadGuiRowList *self, gpointer item)
{
  GtkWidget *place = self->view;
  double least = G_MAXDOUBLE;
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    {
      double x;

      if (kad_gui_row_cell_get_item (cell) != item || !gtk_widget_get_mapped (cell)
          || !gtk_widget_translate_coordinates (cell, self->view, 0, 0, &x, NULL) || x >= least)
        continue;
      least = x;
      place = cell;
    }
  return place;
}

gboolean
kad_gui_row_list_open_menu (KadGuiRowList *self)
{
  gpointer item = kad_gui_row_list_get_selected (self);
  GtkWidget *at = item != NULL ? find_place (self, item) : self->view;

  return open_menu (self, item, at, 12, gtk_widget_get_height (at) / 2.0);
}

static gboolean
on_menu_key (GtkWidget *widget G_GNUC_UNUSED, GVariant *args G_GNUC_UNUSED, gpointer user_data)
{
  return kad_gui_row_list_open_menu (user_data);
}

static void
on_enter (GtkEventControllerMotion *controller G_GNUC_UNUSED, double x G_GNUC_UNUSED,
          double y G_GNUC_UNUSED, gpointer user_data)
{
  KAD_GUI_ROW_LIST (user_data)->is_pointer_over = TRUE;
}

static void
on_leave (GtkEventControllerMotion *controller G_GNUC_UNUSED, gpointer user_data)
{
  KAD_GUI_ROW_LIST (user_data)->is_pointer_over = FALSE;
}

void
kad_gui_row_list_add_controllers (KadGuiRowList *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary), self);
  gtk_widget_add_controller (self->view, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->view, motion);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (on_menu_key, self, NULL)));
  gtk_widget_add_controller (self->view, keys);
}
