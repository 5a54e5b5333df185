/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-player.h"

#define MIN_SPEED 0.25
#define MAX_SPEED 64.0

G_DEFINE_INTERFACE (KadGuiPlayer, kad_gui_player, G_TYPE_OBJECT)

static void
kad_gui_player_default_init (KadGuiPlayerInterface *iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  g_object_interface_install_property (
      iface, g_param_spec_int64 ("begin-us", NULL, NULL, 0, G_MAXINT64, 0, flags));
  g_object_interface_install_property (
      iface, g_param_spec_int64 ("end-us", NULL, NULL, 0, G_MAXINT64, 0, flags));
  g_object_interface_install_property (
      iface, g_param_spec_int64 ("position-us", NULL, NULL, 0, G_MAXINT64, 0, flags));
  g_object_interface_install_property (iface,
                                       g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags));
  g_object_interface_install_property (
      iface, g_param_spec_double ("speed", NULL, NULL, MIN_SPEED, MAX_SPEED, 1, flags));
}

static gint64
get_int64 (KadGuiPlayer *self, const char *name)
{
  gint64 value;

  g_object_get (self, name, &value, NULL);
  return value;
}

gint64
kad_gui_player_get_begin_us (KadGuiPlayer *self)
{
  return get_int64 (self, "begin-us");
}

gint64
kad_gui_player_get_end_us (KadGuiPlayer *self)
{
  return get_int64 (self, "end-us");
}

gint64
kad_gui_player_get_position_us (KadGuiPlayer *self)
{
  return get_int64 (self, "position-us");
}

gboolean
kad_gui_player_get_playing (KadGuiPlayer *self)
{
  gboolean playing;

  g_object_get (self, "playing", &playing, NULL);
  return playing;
}

double
kad_gui_player_get_speed (KadGuiPlayer *self)
{
  double speed;

  g_object_get (self, "speed", &speed, NULL);
  return speed;
}

void
kad_gui_player_seek (KadGuiPlayer *self, gint64 position_us)
{
  position_us
      = CLAMP (position_us, kad_gui_player_get_begin_us (self), kad_gui_player_get_end_us (self));
  KAD_GUI_PLAYER_GET_IFACE (self)->seek (self, position_us);
}

void
kad_gui_player_set_playing (KadGuiPlayer *self, gboolean playing)
{
  KAD_GUI_PLAYER_GET_IFACE (self)->set_playing (self, playing != FALSE);
}

void
kad_gui_player_set_speed (KadGuiPlayer *self, double speed)
{
  KAD_GUI_PLAYER_GET_IFACE (self)->set_speed (self, CLAMP (speed, MIN_SPEED, MAX_SPEED));
}
