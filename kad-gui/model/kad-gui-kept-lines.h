/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-line.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Of KadGuiLines, of a source that has nothing but lines: what is announced, and what is held for
 * others. */
typedef struct _KadGuiKeptLines KadGuiKeptLines;

/* Does not hold the store. */
KadGuiKeptLines *kad_gui_kept_lines_new (KadGuiStore *store);
void kad_gui_kept_lines_free (KadGuiKeptLines *self);
void kad_gui_kept_lines_take (KadGuiKeptLines *self, const KadGuiLine *line);
void kad_gui_kept_lines_flush (KadGuiKeptLines *self);
/* Another store has the items now. */
void kad_gui_kept_lines_set_store (KadGuiKeptLines *self, KadGuiStore *store);
/* The store was emptied. */
void kad_gui_kept_lines_reset (KadGuiKeptLines *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiKeptLines, kad_gui_kept_lines_free)

G_END_DECLS
