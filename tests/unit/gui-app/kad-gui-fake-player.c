/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-fake-player.h"

#include "kad-gui-player.h"

struct _KadGuiFakePlayer
{
  KadGuiFakeSource parent_instance;

  gint64 position_us;
  gboolean playing;
  double speed;
};

enum
{
  PROP_BEGIN_US = 1,
  PROP_END_US,
  PROP_POSITION_US,
  PROP_PLAYING,
  PROP_SPEED,
};

static void
fake_seek (KadGuiPlayer *player, gint64 position_us)
{
  KAD_GUI_FAKE_PLAYER (player)->position_us = position_us;
  g_object_notify (G_OBJECT (player), "position-us");
}

static void
fake_set_playing (KadGuiPlayer *player, gboolean playing)
{
  KAD_GUI_FAKE_PLAYER (player)->playing = playing;
  g_object_notify (G_OBJECT (player), "playing");
}

static void
fake_set_speed (KadGuiPlayer *player, double speed)
{
  KAD_GUI_FAKE_PLAYER (player)->speed = speed;
  g_object_notify (G_OBJECT (player), "speed");
}

static void
player_iface_init (KadGuiPlayerInterface *iface)
{
  iface->seek = fake_seek;
  iface->set_playing = fake_set_playing;
  iface->set_speed = fake_set_speed;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KadGuiFakePlayer, kad_gui_fake_player, KAD_GUI_TYPE_FAKE_SOURCE,
                               G_IMPLEMENT_INTERFACE (KAD_GUI_TYPE_PLAYER, player_iface_init))

static void
kad_gui_fake_player_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiFakePlayer *self = KAD_GUI_FAKE_PLAYER (object);

  switch (id)
    {
    case PROP_BEGIN_US:
      g_value_set_int64 (value, KAD_GUI_FAKE_BEGIN_US);
      break;
    case PROP_END_US:
      g_value_set_int64 (value, KAD_GUI_FAKE_END_US);
      break;
    case PROP_POSITION_US:
      g_value_set_int64 (value, self->position_us);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_gui_fake_player_class_init (KadGuiFakePlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_fake_player_get_property;
  g_object_class_override_property (object_class, PROP_BEGIN_US, "begin-us");
  g_object_class_override_property (object_class, PROP_END_US, "end-us");
  g_object_class_override_property (object_class, PROP_POSITION_US, "position-us");
  g_object_class_override_property (object_class, PROP_PLAYING, "playing");
  g_object_class_override_property (object_class, PROP_SPEED, "speed");
  KAD_GUI_SOURCE_CLASS (klass)->abilities = 0;
}

static void
kad_gui_fake_player_init (KadGuiFakePlayer *self)
{
  self->position_us = KAD_GUI_FAKE_BEGIN_US;
  self->speed = 1;
}

KadGuiSource *
kad_gui_fake_player_new (void)
{
  return g_object_new (KAD_GUI_TYPE_FAKE_PLAYER, NULL);
}
