/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kad-gui-player.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PLAYER_BAR (kad_gui_player_bar_get_type ())

/* The time of a recording: where it is, go elsewhere, play, faster or slower. */
G_DECLARE_FINAL_TYPE (KadGuiPlayerBar, kad_gui_player_bar, KAD_GUI, PLAYER_BAR, AdwBin)

/* NULL: there is nothing to play, and the bar is hidden. */
void kad_gui_player_bar_set_player (KadGuiPlayerBar *self, KadGuiPlayer *player);

G_END_DECLS
