/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-placeholder.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_ROW_LIST (kad_gui_row_list_get_type ())

/**
 * KadGuiRowList:
 *
 * A table of KadGuiItem: filtered and sorted a piece at a time, one row selected at most, with a
 * menu of each row (secondary button, Menu key, Shift+F10), columns that a narrow window leaves
 * out, and what stands there if there is nothing. Cells follow their item; what is relative to now
 * is written again each 10 seconds while it is seen.
 *
 * Signals: "selected": another row, or none, is selected, or the list is another; "activated"
 * (item): Enter or a double click; "refreshed": what is relative to now was written again.
 */
G_DECLARE_FINAL_TYPE (KadGuiRowList, kad_gui_row_list, KAD_GUI, ROW_LIST, GtkBox)

typedef enum
{
  KAD_GUI_COLUMN_NUMERIC = 1 << 0,   /* figures of one width, at the end of the cell */
  KAD_GUI_COLUMN_EXPAND = 1 << 1,    /* takes the room that is left */
  KAD_GUI_COLUMN_WIDE_ONLY = 1 << 2, /* not in a narrow window */
  KAD_GUI_COLUMN_ICON_ONLY = 1 << 3, /* in a narrow window; the word is its tooltip */
  KAD_GUI_COLUMN_DIM = 1 << 4,
  KAD_GUI_COLUMN_TIME = 1 << 5, /* it depends on what time it is */
} KadGuiColumnFlags;

/* A column; static. */
typedef struct
{
  const char *title; /* N_() */
  KadGuiColumnFlags flags;
  guint chars; /* how wide */
  /* (transfer full) Fit for a label. */
  char *(*text) (gpointer item, gint64 now_us);
  /* Symbolic; a column has one in each row or in none. (nullable) */
  const char *(*icon) (gpointer item);
  /* (transfer full) NULL: the text. (nullable) */
  char *(*tooltip) (gpointer item, gint64 now_us);
  /* NULL: it is not sorted by this. */
  int (*compare) (gconstpointer a, gconstpointer b);
} KadGuiColumn;

typedef gboolean (*KadGuiRowMatch) (gpointer item, gpointer user_data);
/* (transfer full) (nullable) */
typedef GMenuModel *(*KadGuiRowMenu) (gpointer item, gpointer user_data);

/* (transfer floating) @label: what it is a list of, for those who hear it. */
GtkWidget *kad_gui_row_list_new (const char *label, const KadGuiColumn *columns, guint n_columns);
void kad_gui_row_list_set_label (KadGuiRowList *self, const char *label);
/* Once. */
void kad_gui_row_list_set_columns (KadGuiRowList *self, const KadGuiColumn *columns,
                                   guint n_columns);
/* @list and @store are NULL together; the store is whose time is told. */
void kad_gui_row_list_set_model (KadGuiRowList *self, GListModel *list, KadGuiStore *store);
void kad_gui_row_list_set_filter (KadGuiRowList *self, KadGuiRowMatch match, gpointer user_data);
/* What the filter takes is another now. @is_filtering: it may keep something back; if it keeps all
 * back that is said, with a button that activates @clear_action. */
void kad_gui_row_list_filter_changed (KadGuiRowList *self, gboolean is_filtering,
                                      const char *clear_action);
void kad_gui_row_list_set_menu (KadGuiRowList *self, KadGuiRowMenu menu, gpointer user_data);
/* What stands there if the list is empty. */
KadGuiPlaceholder *kad_gui_row_list_get_placeholder (KadGuiRowList *self);
/* The newest is at the end, and seen unless somebody went elsewhere or sorts. */
void kad_gui_row_list_set_following (KadGuiRowList *self, gboolean following);
gboolean kad_gui_row_list_get_following (KadGuiRowList *self);
/* (transfer none) (nullable) */
gpointer kad_gui_row_list_get_selected (KadGuiRowList *self);
/* Selects and shows it; NULL: nothing. FALSE: it is not there. */
gboolean kad_gui_row_list_select (KadGuiRowList *self, gpointer item);
/* Those that are shown, in their order. (transfer none) */
GListModel *kad_gui_row_list_get_rows (KadGuiRowList *self);
/* Writes and sorts again what depends on time or on changes of items. */
void kad_gui_row_list_refresh (KadGuiRowList *self);
/* Narrower than this (pixels), columns are left out; 560 at first. */
void kad_gui_row_list_set_narrow_width (KadGuiRowList *self, guint width);
gboolean kad_gui_row_list_get_narrow (KadGuiRowList *self);
/* Opens the menu of the selected row. FALSE: there is none. */
gboolean kad_gui_row_list_open_menu (KadGuiRowList *self);

G_END_DECLS
