/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kad-gui-state.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_COVER (kad_gui_cover_get_type ())

/* A whole page that says what is in the way, with what can be done about it as buttons. */
G_DECLARE_FINAL_TYPE (KadGuiCover, kad_gui_cover, KAD_GUI, COVER, AdwBin)

void kad_gui_cover_set_state (KadGuiCover *self, const KadGuiState *state);

G_END_DECLS
