/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-fake-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FAKE_PLAYER (kad_gui_fake_player_get_type ())

/* A recording of 100 s that begins at 12:00:00 UTC of some day; nothing is live in it. */
G_DECLARE_FINAL_TYPE (KadGuiFakePlayer, kad_gui_fake_player, KAD_GUI, FAKE_PLAYER, KadGuiFakeSource)

#define KAD_GUI_FAKE_BEGIN_US (G_GINT64_CONSTANT (1763726400) * G_USEC_PER_SEC)
#define KAD_GUI_FAKE_END_US (KAD_GUI_FAKE_BEGIN_US + 100 * G_USEC_PER_SEC)

KadGuiSource *kad_gui_fake_player_new (void);

G_END_DECLS
