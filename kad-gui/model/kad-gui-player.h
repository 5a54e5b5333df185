/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PLAYER (kad_gui_player_get_type ())

/**
 * KadGuiPlayer:
 *
 * A source whose time is a recording's: it is played, and somebody may go to any moment of it.
 * Properties: "begin-us", "end-us", "position-us" (int64, microseconds since 1970), "playing"
 * (boolean), "speed" (double, 0.25 to 64). All notify.
 */
G_DECLARE_INTERFACE (KadGuiPlayer, kad_gui_player, KAD_GUI, PLAYER, GObject)

struct _KadGuiPlayerInterface
{
  GTypeInterface parent_iface;

  /* What is shown becomes what was at @position_us. */
  void (*seek) (KadGuiPlayer *self, gint64 position_us);
  void (*set_playing) (KadGuiPlayer *self, gboolean playing);
  void (*set_speed) (KadGuiPlayer *self, double speed);
};

gint64 kad_gui_player_get_begin_us (KadGuiPlayer *self);
gint64 kad_gui_player_get_end_us (KadGuiPlayer *self);
gint64 kad_gui_player_get_position_us (KadGuiPlayer *self);
gboolean kad_gui_player_get_playing (KadGuiPlayer *self);
double kad_gui_player_get_speed (KadGuiPlayer *self);
void kad_gui_player_seek (KadGuiPlayer *self, gint64 position_us);
void kad_gui_player_set_playing (KadGuiPlayer *self, gboolean playing);
void kad_gui_player_set_speed (KadGuiPlayer *self, double speed);

G_END_DECLS
