/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-store.h"

G_BEGIN_DECLS

/**
 * KadGuiLines:
 *
 * Lines of docs/events.md, read, become what is seen: events, queries with contacts, steps and
 * counts, and where the source has nothing better also the table, the connections, publications,
 * records and what the node is. All sources have it between their lines and their store.
 */
typedef struct _KadGuiLines KadGuiLines;

typedef enum
{
  KAD_GUI_LINES_EVENTS = 1 << 0, /* the list of events */
  KAD_GUI_LINES_QUERIES = 1 << 1,
  KAD_GUI_LINES_ALL
  = 1 << 2, /* also table, connections, publications, records, status, series: a recording */
  KAD_GUI_LINES_NO_SERIES = 1 << 3, /* but no series: somebody else makes them */
} KadGuiLinesFlags;

KadGuiLines *kad_gui_lines_new (KadGuiStore *store, KadGuiLinesFlags flags);
void kad_gui_lines_free (KadGuiLines *self);
void kad_gui_lines_set_flags (KadGuiLines *self, KadGuiLinesFlags flags);
/* One line, as kad_json_read_object() gives it (@fields, a{sv}) and as it was written (@text, may
 * be NULL). The first line, too. What is unknown or wrong in it is passed over. Gives how many
 * lines it says were lost. */
guint64 kad_gui_lines_take (KadGuiLines *self, GVariant *fields, const char *text);
/* Puts what was taken into the lists: after a batch, at most some times a second. */
void kad_gui_lines_flush (KadGuiLines *self);
/* The store was emptied: lines that come are about a new beginning. The next event has the number
 * @next_number. */
void kad_gui_lines_reset (KadGuiLines *self, gint64 next_number);
/* Another store took all that this one had, with kad_gui_store_take(). */
void kad_gui_lines_set_store (KadGuiLines *self, KadGuiStore *store);
/* For who reads a recording from the middle: the number of the next event; when the last points of
 * the series were, 0 if there are none, and whether figures changed since. */
void kad_gui_lines_set_next_number (KadGuiLines *self, gint64 number);
void kad_gui_lines_set_last_point (KadGuiLines *self, gint64 point_us, gboolean changed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiLines, kad_gui_lines_free)

G_END_DECLS
