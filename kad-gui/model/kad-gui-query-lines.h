/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-line.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Of KadGuiLines: lines about queries become queries with contacts, steps and counts. */
typedef struct _KadGuiQueryLines KadGuiQueryLines;

/* Does not hold the store. */
KadGuiQueryLines *kad_gui_query_lines_new (KadGuiStore *store);
void kad_gui_query_lines_free (KadGuiQueryLines *self);
/* A line of an event with a query. */
void kad_gui_query_lines_take (KadGuiQueryLines *self, const KadGuiLine *line);
/* @command was told of an event of @run: it is the command of that run. */
void kad_gui_query_lines_take_command (KadGuiQueryLines *self, gint64 run, const char *command);
void kad_gui_query_lines_flush (KadGuiQueryLines *self);
/* How many are running. */
guint kad_gui_query_lines_get_n_running (KadGuiQueryLines *self);
/* Another store has the items now. */
void kad_gui_query_lines_set_store (KadGuiQueryLines *self, KadGuiStore *store);
/* The store was emptied. */
void kad_gui_query_lines_reset (KadGuiQueryLines *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiQueryLines, kad_gui_query_lines_free)

G_END_DECLS
