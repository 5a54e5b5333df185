/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-query-words.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY_DRAWING (kad_gui_query_drawing_get_type ())

/**
 * KadGuiQueryDrawing:
 *
 * A drawing of one query and its contacts: it follows the query, selects a contact by pointer and
 * keyboard, tells about it in a tooltip, and keeps its accessible description true.
 *
 * Signals: "peer-selected" (s), also by set_selected(); "peer-activated" (s): a double click, or
 * Enter.
 */
G_DECLARE_DERIVABLE_TYPE (KadGuiQueryDrawing, kad_gui_query_drawing, KAD_GUI, QUERY_DRAWING,
                          GtkWidget)

struct _KadGuiQueryDrawingClass
{
  GtkWidgetClass parent_class;

  const char *title; /* N_(), of the accessible label */

  /* The query or its contacts changed: get_contacts() has them in the order of the first contact,
   * and may be shortened to those that are shown. Before a redraw. */
  void (*rebuild) (KadGuiQueryDrawing *self);
  /* What is at a place. (transfer none) (nullable) */
  KadGuiContact *(*pick) (KadGuiQueryDrawing *self, double x, double y);
  /* The numbers of it, for who does not see it. (transfer full) */
  char *(*describe) (KadGuiQueryDrawing *self);
  /* Something is to be seen. NULL: everything is always. */
  void (*reveal) (KadGuiQueryDrawing *self, KadGuiContact *contact);
};

/* (nullable) */
void kad_gui_query_drawing_set_query (KadGuiQueryDrawing *self, KadGuiQuery *query);
KadGuiQuery *kad_gui_query_drawing_get_query (KadGuiQueryDrawing *self);
/* How long the query has taken: whoever has a clock says so while it runs. */
void kad_gui_query_drawing_set_duration_us (KadGuiQueryDrawing *self, gint64 duration_us);
gint64 kad_gui_query_drawing_get_duration_us (KadGuiQueryDrawing *self);
/* A peer; "" is none. */
void kad_gui_query_drawing_set_selected (KadGuiQueryDrawing *self, const char *peer);
const char *kad_gui_query_drawing_get_selected (KadGuiQueryDrawing *self);
/* (element-type KadGuiContact) */
GPtrArray *kad_gui_query_drawing_get_contacts (KadGuiQueryDrawing *self);

/* ---- for subclasses ---- */

/* A step of an axis of about @n steps up to @most: 1, 2 or 5 times a power of ten, at least 1. */
gint64 kad_gui_query_drawing_nice_step (gint64 most, guint n);
/* One line of text, cut at @width if that is not -1, in a caption's size. @align: 0 begins, 0.5 is
 * in the middle of, 1 ends at @x. */
void kad_gui_query_drawing_text (KadGuiQueryDrawing *self, GtkSnapshot *snapshot, const char *text,
                                 double x, double middle_y, int width, double align,
                                 const GdkRGBA *color);
void kad_gui_query_drawing_focus_frame (KadGuiQueryDrawing *self, GtkSnapshot *snapshot);

G_END_DECLS
