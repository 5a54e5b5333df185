/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-event.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_EVENT_DETAIL (kad_gui_event_detail_get_type ())

/**
 * KadGuiEventDetail:
 *
 * One event whole: what happened, the commands that it passed and the one that consumed it (drawn,
 * in a sentence, and as a list), the line as JSON, and buttons that lead on (the actions
 * kad.show-query, kad.show-peer, kad.copy, see KadGuiPage; events.close-detail of whoever has it).
 */
G_DECLARE_FINAL_TYPE (KadGuiEventDetail, kad_gui_event_detail, KAD_GUI, EVENT_DETAIL, GtkBox)

/* (transfer floating) */
GtkWidget *kad_gui_event_detail_new (void);
/* (nullable) It follows the event. */
void kad_gui_event_detail_set_event (KadGuiEventDetail *self, KadGuiEvent *event);

G_END_DECLS
