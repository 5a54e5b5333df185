/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-row-list.h"

G_BEGIN_DECLS

struct _KadGuiRowList
{
  GtkBox parent_instance;

  const KadGuiColumn *columns;
  KadGuiStore *store; /* (owned) (nullable) */
  GListModel *list;   /* (owned) (nullable) */
  gulong items_id;
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;
  GtkCustomFilter *filter;
  GtkWidget *watch;
  GtkWidget *stack;
  GtkWidget *scrolled;
  GtkWidget *view;
  GtkWidget *empty;
  GtkWidget *unmatched;
  GtkWidget *latest; /* the button that goes to the end */
  GHashTable *cells; /* those that are bound; none is owned */
  KadGuiRowMatch match;
  gpointer match_data;
  KadGuiRowMenu menu;
  gpointer menu_data;
  GtkWidget *popover; /* (nullable) */
  gboolean is_filtering;
  gboolean following;
  gboolean at_end;
  gboolean shows_selected; /* next: scroll to it */
  gboolean is_pointer_over;
  guint end_id;
  guint refresh_id;
};

/* kad-gui-row-list-menu.c: what opens the menu of a row, and knows where the pointer is. */
void kad_gui_row_list_add_controllers (KadGuiRowList *self);
/* kad-gui-row-list-columns.c */
void kad_gui_row_list_add_column (KadGuiRowList *self, const KadGuiColumn *column);

G_END_DECLS
