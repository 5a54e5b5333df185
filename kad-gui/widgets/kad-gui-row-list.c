/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-gui-row-cell.h"
#include "kad-gui-row-list-private.h"
#include "kad-gui-width-watch.h"

#define NARROW_WIDTH 560
#define REFRESH_SECONDS 10
/* How far from the end is still the end, in pixels. */
#define END_PIXELS 24.0

G_DEFINE_FINAL_TYPE (KadGuiRowList, kad_gui_row_list, GTK_TYPE_BOX)

enum
{
  SELECTED,
  ACTIVATED,
  REFRESHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- the end of the list ---- */

static gboolean
is_sorted (KadGuiRowList *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view));

  return gtk_sorter_get_order (sorter) != GTK_SORTER_ORDER_NONE;
}

static guint
get_n_rows (KadGuiRowList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

/* The column view has a list within that scrolls. */
static void
scroll_to (KadGuiRowList *self, guint position)
{
  GtkWidget *list = gtk_widget_get_last_child (self->view);

  gtk_widget_activate_action (list, "list.scroll-to-item", "u", position);
}

static gboolean
on_end_idle (gpointer user_data)
{
  KadGuiRowList *self = user_data;

  self->end_id = 0;
  if (self->shows_selected)
    {
      guint position = gtk_single_selection_get_selected (self->selection);

      self->shows_selected = FALSE;
      if (position != GTK_INVALID_LIST_POSITION)
        scroll_to (self, position);
    }
  else if (self->following && self->at_end && !is_sorted (self) && get_n_rows (self) > 0)
    scroll_to (self, get_n_rows (self) - 1);
  return G_SOURCE_REMOVE;
}

/* After what is laid out now. */
static void
queue_scroll (KadGuiRowList *self)
{
  if (self->end_id == 0)
    self->end_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, on_end_idle, self, NULL);
}

static void
queue_end (KadGuiRowList *self)
{
  if (self->following && self->at_end)
    queue_scroll (self);
}

static void
on_scrolled (GtkAdjustment *adjustment, gpointer user_data)
{
  KadGuiRowList *self = user_data;
  double left = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)
                - gtk_adjustment_get_value (adjustment);

  if (!self->following || self->end_id != 0) /* it is on its way to the end */
    return;
  self->at_end = left <= END_PIXELS;
  gtk_widget_set_visible (self->latest, !self->at_end);
}

/* Nobody scrolled: the end is farther down than the list had thought before it measured its rows.
 * This comes ahead of the new value, which then is one on the way to the end. */
static void
on_measured (GtkAdjustment *adjustment, gpointer user_data)
{
  KadGuiRowList *self = user_data;
  double left = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)
                - gtk_adjustment_get_value (adjustment);

  if (left > END_PIXELS)
    queue_end (self);
}

static void
on_latest (GtkButton *button G_GNUC_UNUSED, gpointer user_data)
{
  KadGuiRowList *self = user_data;

  self->at_end = TRUE;
  gtk_widget_set_visible (self->latest, FALSE);
  queue_end (self);
}

/* ---- what is shown ---- */

static void
show_what_is_there (KadGuiRowList *self)
{
  guint n = self->list != NULL ? g_list_model_get_n_items (self->list) : 0;
  GtkWidget *child = self->scrolled;

  if (n == 0)
    child = self->empty;
  else if (get_n_rows (self) == 0 && gtk_filter_list_model_get_pending (self->filtered) == 0)
    child = self->is_filtering ? self->unmatched : self->empty;
  if (child == self->scrolled)
    child = gtk_widget_get_parent (self->scrolled); /* the overlay */
  gtk_stack_set_visible_child (GTK_STACK (self->stack), child);
}

static void
on_rows_changed (KadGuiRowList *self)
{
  if (self->stack == NULL)
    return;
  show_what_is_there (self);
  queue_end (self);
}

/* Who looks at a row does not want it to go away: neither with the end, nor behind what opens. */
static void
on_selected (KadGuiRowList *self)
{
  if (self->stack == NULL)
    return;
  if (kad_gui_row_list_get_selected (self) != NULL)
    {
      self->at_end = FALSE;
      self->shows_selected = TRUE;
      gtk_widget_set_visible (self->latest, self->following);
      queue_scroll (self);
    }
  g_signal_emit (self, signals[SELECTED], 0);
}

static void
on_activate (GtkColumnView *view G_GNUC_UNUSED, guint position, gpointer user_data)
{
  KadGuiRowList *self = user_data;
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, item);
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  KadGuiRowList *self = user_data;

  return self->match == NULL || self->match (item, self->match_data);
}

static void
refresh_cells (KadGuiRowList *self, gboolean times_only)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    kad_gui_row_cell_refresh (cell, times_only);
}

/* Items change in place, and what they were sorted and filtered by with them. Nothing jumps under
 * somebody's pointer. */
static void
refresh (KadGuiRowList *self, gboolean times_only)
{
  refresh_cells (self, times_only);
  if (!self->is_pointer_over && is_sorted (self))
    gtk_sorter_changed (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)),
                        GTK_SORTER_CHANGE_DIFFERENT);
  if (!self->is_pointer_over && self->is_filtering)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  g_signal_emit (self, signals[REFRESHED], 0);
}

static gboolean
on_refresh (gpointer user_data)
{
  refresh (user_data, TRUE);
  return G_SOURCE_CONTINUE;
}

static gboolean
has_times (KadGuiRowList *self)
{
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view));

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    if ((self->columns[i].flags & KAD_GUI_COLUMN_TIME) != 0)
      return TRUE;
  return FALSE;
}

static void
kad_gui_row_list_map (GtkWidget *widget)
{
  KadGuiRowList *self = KAD_GUI_ROW_LIST (widget);

  GTK_WIDGET_CLASS (kad_gui_row_list_parent_class)->map (widget);
  refresh_cells (self, TRUE);
  if (self->refresh_id == 0 && has_times (self))
    self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, on_refresh, self);
}

static void
kad_gui_row_list_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&KAD_GUI_ROW_LIST (widget)->refresh_id, g_source_remove);
  GTK_WIDGET_CLASS (kad_gui_row_list_parent_class)->unmap (widget);
}

static void
on_narrow (KadGuiRowList *self)
{
  gboolean narrow = kad_gui_row_list_get_narrow (self);
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view));
  GHashTableIter iter;
  gpointer cell;

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if ((self->columns[i].flags & KAD_GUI_COLUMN_WIDE_ONLY) != 0)
        gtk_column_view_column_set_visible (column, !narrow);
      else if ((self->columns[i].flags & KAD_GUI_COLUMN_ICON_ONLY) != 0)
        gtk_column_view_column_set_title (column, narrow ? "" : _ (self->columns[i].title));
    }
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    kad_gui_row_cell_set_narrow (cell, narrow);
}

/* ---- its life ---- */

static void
kad_gui_row_list_dispose (GObject *object)
{
  KadGuiRowList *self = KAD_GUI_ROW_LIST (object);

  kad_gui_row_list_set_model (self, NULL, NULL);
  self->stack = NULL; /* the widgets go */
  g_clear_handle_id (&self->end_id, g_source_remove);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (kad_gui_row_list_parent_class)->dispose (object);
}

static void
kad_gui_row_list_finalize (GObject *object)
{
  KadGuiRowList *self = KAD_GUI_ROW_LIST (object);

  g_clear_object (&self->selection);
  g_hash_table_unref (self->cells);
  G_OBJECT_CLASS (kad_gui_row_list_parent_class)->finalize (object);
}

static void
kad_gui_row_list_class_init (KadGuiRowListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kad_gui_row_list_dispose;
  object_class->finalize = kad_gui_row_list_finalize;
  GTK_WIDGET_CLASS (klass)->map = kad_gui_row_list_map;
  GTK_WIDGET_CLASS (klass)->unmap = kad_gui_row_list_unmap;
  signals[REFRESHED] = g_signal_new ("refreshed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, KAD_GUI_TYPE_ITEM);
}

static void
make_models (KadGuiRowList *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view));

  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (self->filter));
  gtk_filter_list_model_set_incremental (self->filtered, TRUE);
  self->sorted = gtk_sort_list_model_new (G_LIST_MODEL (self->filtered), g_object_ref (sorter));
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->sorted));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_rows_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filtered, "notify::pending", G_CALLBACK (show_what_is_there), self,
                           G_CONNECT_SWAPPED);
}

static GtkWidget *
new_latest (KadGuiRowList *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-bottom-symbolic");

  gtk_widget_set_css_classes (
      button, (const char *[]){ "osd", "circular", "kad-latest", "image-button", NULL });
  gtk_widget_set_tooltip_text (button, _ ("Go to the Newest"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Go to the Newest"), -1);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_widget_set_margin_end (button, 18);
  gtk_widget_set_margin_bottom (button, 18);
  gtk_widget_set_visible (button, FALSE);
  g_signal_connect (button, "clicked", G_CALLBACK (on_latest), self);
  return button;
}

static void
make_widgets (KadGuiRowList *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->watch = kad_gui_width_watch_new (NARROW_WIDTH);
  gtk_box_append (GTK_BOX (self), self->watch);
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_box_append (GTK_BOX (self), self->stack);
  self->empty = kad_gui_placeholder_new (NULL, NULL, NULL);
  gtk_stack_add_child (GTK_STACK (self->stack), self->empty);
  self->unmatched = kad_gui_placeholder_new (
      "system-search-symbolic", _ ("No Matches"),
      _ ("The filter keeps all rows back. Take something out of it to see them."));
  gtk_stack_add_child (GTK_STACK (self->stack), self->unmatched);
  self->view = gtk_column_view_new (NULL);
  gtk_widget_add_css_class (self->view, "kad-rows");
  gtk_widget_add_css_class (self->view, "data-table");
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->view);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->scrolled);
  self->latest = new_latest (self);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->latest);
  gtk_stack_add_child (GTK_STACK (self->stack), overlay);
}

static void
kad_gui_row_list_init (KadGuiRowList *self)
{
  GtkAdjustment *adjustment;

  self->cells = g_hash_table_new (NULL, NULL);
  self->at_end = TRUE;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  make_widgets (self);
  make_models (self);
  kad_gui_row_list_add_controllers (self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_object (self->watch, "notify::narrow", G_CALLBACK (on_narrow), self,
                           G_CONNECT_SWAPPED);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_measured), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (queue_end), self, G_CONNECT_SWAPPED);
}

GtkWidget *
kad_gui_row_list_new (const char *label, const KadGuiColumn *columns, guint n_columns)
{
  KadGuiRowList *self = g_object_new (KAD_GUI_TYPE_ROW_LIST, NULL);

  kad_gui_row_list_set_label (self, label);
  kad_gui_row_list_set_columns (self, columns, n_columns);
  return GTK_WIDGET (self);
}

/* ---- what is set ---- */

void
kad_gui_row_list_set_label (KadGuiRowList *self, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

void
kad_gui_row_list_set_columns (KadGuiRowList *self, const KadGuiColumn *columns, guint n_columns)
{
  g_return_if_fail (self->columns == NULL);
  self->columns = columns;
  for (guint i = 0; i < n_columns; i++)
    kad_gui_row_list_add_column (self, &columns[i]);
  on_narrow (self);
}

void
kad_gui_row_list_set_model (KadGuiRowList *self, GListModel *list, KadGuiStore *store)
{
  if (self->list != NULL)
    g_clear_signal_handler (&self->items_id, self->list);
  g_set_object (&self->store, store);
  g_set_object (&self->list, list);
  if (self->filtered != NULL)
    gtk_filter_list_model_set_model (self->filtered, list);
  if (self->stack == NULL)
    return;
  self->at_end = TRUE;
  gtk_widget_set_visible (self->latest, FALSE);
  if (list != NULL)
    self->items_id = g_signal_connect_object (list, "items-changed", G_CALLBACK (on_rows_changed),
                                              self, G_CONNECT_SWAPPED);
  on_rows_changed (self);
}

void
kad_gui_row_list_set_filter (KadGuiRowList *self, KadGuiRowMatch match, gpointer user_data)
{
  self->match = match;
  self->match_data = user_data;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

void
kad_gui_row_list_filter_changed (KadGuiRowList *self, gboolean is_filtering,
                                 const char *clear_action)
{
  self->is_filtering = is_filtering;
  kad_gui_placeholder_set_button (KAD_GUI_PLACEHOLDER (self->unmatched),
                                  clear_action != NULL ? _ ("Clear Filter") : NULL, clear_action,
                                  NULL);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  on_rows_changed (self);
}

void
kad_gui_row_list_set_menu (KadGuiRowList *self, KadGuiRowMenu menu, gpointer user_data)
{
  self->menu = menu;
  self->menu_data = user_data;
}

KadGuiPlaceholder *
kad_gui_row_list_get_placeholder (KadGuiRowList *self)
{
  return KAD_GUI_PLACEHOLDER (self->empty);
}

void
kad_gui_row_list_set_following (KadGuiRowList *self, gboolean following)
{
  self->following = following;
  self->at_end = TRUE;
  queue_end (self);
}

gboolean
kad_gui_row_list_get_following (KadGuiRowList *self)
{
  return self->following && self->at_end;
}

gpointer
kad_gui_row_list_get_selected (KadGuiRowList *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

gboolean
kad_gui_row_list_select (KadGuiRowList *self, gpointer item)
{
  guint n = get_n_rows (self);

  if (item == NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; i < n && item != NULL; i++)
    {
      g_autoptr (GObject) other = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (other != item)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      scroll_to (self, i);
      return TRUE;
    }
  return item == NULL;
}

GListModel *
kad_gui_row_list_get_rows (KadGuiRowList *self)
{
  return G_LIST_MODEL (self->selection);
}

void
kad_gui_row_list_refresh (KadGuiRowList *self)
{
  refresh (self, FALSE);
}

gboolean
kad_gui_row_list_get_narrow (KadGuiRowList *self)
{
  return kad_gui_width_watch_get_narrow (KAD_GUI_WIDTH_WATCH (self->watch));
}

void
kad_gui_row_list_set_narrow_width (KadGuiRowList *self, guint width)
{
  g_object_set (self->watch, "threshold", width, NULL);
}
