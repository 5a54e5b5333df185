/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kad-gui-state.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_NOTICE (kad_gui_notice_get_type ())

/* The same as KadGuiCover in one line, over a page that has something to show all the same. */
G_DECLARE_FINAL_TYPE (KadGuiNotice, kad_gui_notice, KAD_GUI, NOTICE, AdwBin)

/* NULL: nothing is in the way. */
void kad_gui_notice_set_state (KadGuiNotice *self, const KadGuiState *state);

G_END_DECLS
