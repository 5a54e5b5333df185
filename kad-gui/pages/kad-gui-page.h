/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PAGE (kad_gui_page_get_type ())

/**
 * KadGuiPage:
 *
 * One page of the inspector: a template, bound to a source's store. Plain GTK.
 *
 * Whoever holds pages installs the action group "kad" on an ancestor, and pages activate:
 * - "kad.show-peer" (s): go to a peer; "kad.show-query" (x, KadGuiQuery:id); "kad.show-bucket" (u)
 * - "kad.show-key" (s): where a key is in the table, see the what-if box; "kad.show-events" (s):
 * events of a type, peer or command
 * - "kad.show-page" (s): a page by its name
 * - "kad.new-query" ((ss)): the form, with a command and a key, either may be empty
 * - "kad.copy" (s): to the clipboard, and say so; "kad.toast" (s): say something for a moment
 * Use kad_gui_page_activate() for them.
 *
 * Property: "source" (nullable).
 */
G_DECLARE_DERIVABLE_TYPE (KadGuiPage, kad_gui_page, KAD_GUI, PAGE, GtkBox)

struct _KadGuiPageClass
{
  GtkBoxClass parent_class;

  const char *name; /* "overview", "table", "peers", "queries", "publications", "records", "events",
                       "traffic" */
  const char *title;     /* N_() */
  const char *icon_name; /* symbolic */
  KadGuiTopics topics;   /* what it needs while it is shown */

  /* It has another source, or none. The old one is gone from the page when it returns. */
  void (*source_changed) (KadGuiPage *self, KadGuiSource *source);
  /* Ctrl+F. NULL: nothing to filter. */
  void (*focus_filter) (KadGuiPage *self);
  /* Ctrl+C where no text is selected: the selected row. (transfer full) (nullable) */
  char *(*dup_selection) (KadGuiPage *self);
  /* What "Export" draws. NULL: all of the page. (transfer none) */
  GtkWidget *(*get_view) (KadGuiPage *self);
  /* Ctrl+S: what the page shows, as text for a file; @name is what the file is called. (transfer
   * full) (nullable) */
  GBytes *(*save) (KadGuiPage *self, const char **name);
  /* Go to something: @kind "peer", "query", "bucket", "key", "events", "new-query" with the
   * action's parameter. */
  gboolean (*go_to) (KadGuiPage *self, const char *kind, GVariant *what);
};

KadGuiSource *kad_gui_page_get_source (KadGuiPage *self);
void kad_gui_page_set_source (KadGuiPage *self, KadGuiSource *source);
/* Of its source; NULL without one. */
KadGuiStore *kad_gui_page_get_store (KadGuiPage *self);
const char *kad_gui_page_get_name (KadGuiPage *self);
const char *kad_gui_page_get_title (KadGuiPage *self); /* translated */
const char *kad_gui_page_get_icon_name (KadGuiPage *self);
KadGuiTopics kad_gui_page_get_topics (KadGuiPage *self);
void kad_gui_page_focus_filter (KadGuiPage *self);
char *kad_gui_page_dup_selection (KadGuiPage *self);
GtkWidget *kad_gui_page_get_view (KadGuiPage *self);
GBytes *kad_gui_page_save (KadGuiPage *self, const char **name);
gboolean kad_gui_page_go_to (KadGuiPage *self, const char *kind, GVariant *what);
/* @what: taken if floating. */
void kad_gui_page_activate (KadGuiPage *self, const char *action, GVariant *what);

G_END_DECLS
