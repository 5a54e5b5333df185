/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-cover.h"
#include "kad-gui-notice.h"
#include "kad-gui-player-bar.h"
#include "kad-gui-window.h"

G_BEGIN_DECLS

/* What kad-gui-window*.c share. */
struct _KadGuiWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar;
  GtkWidget *content;
  GtkListBox *list;
  GtkLabel *page_title;
  GtkLabel *target_title;
  GtkMenuButton *menu_button;
  GtkMenuButton *target_button;
  GtkButton *pause_button;
  GtkWidget *paused_mark;
  GtkStack *stack;
  KadGuiCover *cover;
  KadGuiNotice *notice;
  KadGuiPlayerBar *player_bar;

  GSettings *settings; /* NULL: they are not installed */
  KadGuiTarget *target;
  KadGuiSource *source;
  GCancellable *preparing;
  char *failure; /* why the target has no source; NULL: it has, or will have */
  char *page_name;
  const char *state_id;      /* of what is in the way; NULL: nothing */
  KadGuiTopics other_topics; /* of a dialog */
  gboolean show_pane;
};

KadGuiPage *kad_gui_window_ensure_page (KadGuiWindow *self, const char *name);
/* What is to be followed besides what the page needs. */
void kad_gui_window_set_other_topics (KadGuiWindow *self, KadGuiTopics topics);
/* In kad-gui-window-actions.c: the group "win", and keys that it cannot have. */
void kad_gui_window_install_actions (GtkWidgetClass *klass);
void kad_gui_window_add_keys (KadGuiWindow *self);
/* After the source, its abilities or its pause changed. */
void kad_gui_window_update_actions (KadGuiWindow *self);
/* In kad-gui-window-links.c: the group "kad", by which pages lead to each other. */
void kad_gui_window_add_links (KadGuiWindow *self);
/* In kad-gui-window-files.c: with dialogs. */
void kad_gui_window_ask_save (KadGuiWindow *self);
void kad_gui_window_ask_export (KadGuiWindow *self);
void kad_gui_window_ask_recording (KadGuiWindow *self);
void kad_gui_window_ask_socket (KadGuiWindow *self);

G_END_DECLS
