/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-event.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_CHAIN_VIEW (kad_gui_chain_view_get_type ())

/**
 * KadGuiChainView:
 *
 * The way of an event along the chain of commands, drawn: a box for each that was asked, in order,
 * with arrows between them; the one that consumed it is filled, has a mark and says so. It takes as
 * many lines as the width wants. Its description says the same in words; kad_gui_chain_dup_rows()
 * is its twin.
 */
G_DECLARE_FINAL_TYPE (KadGuiChainView, kad_gui_chain_view, KAD_GUI, CHAIN_VIEW, GtkWidget)

/* (transfer floating) */
GtkWidget *kad_gui_chain_view_new (void);
/* (nullable) It follows the event. */
void kad_gui_chain_view_set_event (KadGuiChainView *self, KadGuiEvent *event);

/* In one sentence: who was asked, who consumed it, how long that took. (transfer full) */
char *kad_gui_chain_dup_sentence (KadGuiEvent *event);
/* A line for each command that was asked. (transfer full) */
char **kad_gui_chain_dup_rows (KadGuiEvent *event);

G_END_DECLS
