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
 * @next_number; so a recording that is read from the middle has the numbers that it would have. */
void kad_gui_lines_reset (KadGuiLines *self, gint64 next_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiLines, kad_gui_lines_free)

G_END_DECLS
