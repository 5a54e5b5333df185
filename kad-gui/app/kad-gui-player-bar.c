/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-player-bar.h"

#include <glib/gi18n.h>

struct _KadGuiPlayerBar
{
  AdwBin parent_instance;

  GtkButton *play;
  GtkScale *scale;
  GtkAdjustment *position; /* seconds since the begin */
  GtkLabel *time;
  GtkDropDown *speed;

  KadGuiPlayer *player; /* (owned) (nullable) */
  gboolean updating;    /* what changes is told by the player, not by a person */
};

G_DEFINE_FINAL_TYPE (KadGuiPlayerBar, kad_gui_player_bar, ADW_TYPE_BIN)

static const double speeds[] = { 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64 };

/* "12:03:04" of that day, in local time. */
static char *
time_of_day (gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return at != NULL ? g_date_time_format (at, "%H:%M:%S") : g_strdup ("–");
}

static double
seconds_between (gint64 begin_us, gint64 end_us)
{
  return end_us > begin_us ? (double) (end_us - begin_us) / G_USEC_PER_SEC : 0;
}

static void
show_position (KadGuiPlayerBar *self)
{
  gint64 begin_us = kad_gui_player_get_begin_us (self->player);
  gint64 end_us = kad_gui_player_get_end_us (self->player);
  gint64 position_us = kad_gui_player_get_position_us (self->player);
  g_autofree char *position = time_of_day (position_us);
  g_autofree char *end = time_of_day (end_us);
  /* Translators: moments of a recording: where it is, and its end */
  g_autofree char *words = g_strdup_printf (_ ("%s / %s"), position, end);

  self->updating = TRUE;
  gtk_adjustment_configure (self->position, seconds_between (begin_us, position_us), 0,
                            seconds_between (begin_us, end_us), 1, 10, 0);
  self->updating = FALSE;
  gtk_label_set_label (self->time, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  words, -1);
}

static void
show_playing (KadGuiPlayerBar *self)
{
  gboolean playing = kad_gui_player_get_playing (self->player);
  const char *words = playing ? _ ("Pause") : _ ("Play");

  gtk_button_set_icon_name (self->play, playing ? "media-playback-pause-symbolic"
                                                : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
}

/* The nearest that the list has. */
static void
show_speed (KadGuiPlayerBar *self)
{
  double speed = kad_gui_player_get_speed (self->player);
  guint nearest = 0;

  for (guint i = 1; i < G_N_ELEMENTS (speeds); i++)
    if (ABS (speeds[i] - speed) < ABS (speeds[nearest] - speed))
      nearest = i;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->speed, nearest);
  self->updating = FALSE;
}

static void
on_moved (GtkAdjustment *adjustment, KadGuiPlayerBar *self)
{
  if (self->updating || self->player == NULL)
    return;
  kad_gui_player_seek (self->player,
                       kad_gui_player_get_begin_us (self->player)
                           + (gint64) (gtk_adjustment_get_value (adjustment) * G_USEC_PER_SEC));
}

static void
on_play_clicked (KadGuiPlayerBar *self)
{
  if (self->player != NULL)
    kad_gui_player_set_playing (self->player, !kad_gui_player_get_playing (self->player));
}

static void
on_speed_chosen (KadGuiPlayerBar *self)
{
  guint chosen = gtk_drop_down_get_selected (self->speed);

  if (self->updating || self->player == NULL || chosen >= G_N_ELEMENTS (speeds))
    return;
  kad_gui_player_set_speed (self->player, speeds[chosen]);
}

void
kad_gui_player_bar_set_player (KadGuiPlayerBar *self, KadGuiPlayer *player)
{
  g_return_if_fail (KAD_GUI_IS_PLAYER_BAR (self));

  if (player == self->player)
    return;
  if (self->player != NULL)
    g_signal_handlers_disconnect_by_data (self->player, self);
  g_set_object (&self->player, player);
  gtk_widget_set_visible (GTK_WIDGET (self), player != NULL);
  if (player == NULL)
    return;
  g_signal_connect_swapped (player, "notify::begin-us", G_CALLBACK (show_position), self);
  g_signal_connect_swapped (player, "notify::end-us", G_CALLBACK (show_position), self);
  g_signal_connect_swapped (player, "notify::position-us", G_CALLBACK (show_position), self);
  g_signal_connect_swapped (player, "notify::playing", G_CALLBACK (show_playing), self);
  g_signal_connect_swapped (player, "notify::speed", G_CALLBACK (show_speed), self);
  show_position (self);
  show_playing (self);
  show_speed (self);
}

static void
kad_gui_player_bar_dispose (GObject *object)
{
  KadGuiPlayerBar *self = KAD_GUI_PLAYER_BAR (object);

  if (self->player != NULL)
    g_signal_handlers_disconnect_by_data (self->player, self);
  g_clear_object (&self->player);
  G_OBJECT_CLASS (kad_gui_player_bar_parent_class)->dispose (object);
}

static void
kad_gui_player_bar_class_init (KadGuiPlayerBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_player_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/kad-gui-player-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiPlayerBar, play);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPlayerBar, scale);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPlayerBar, position);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPlayerBar, time);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPlayerBar, speed);
  gtk_widget_class_bind_template_callback (widget_class, on_play_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_moved);
  gtk_widget_class_bind_template_callback (widget_class, on_speed_chosen);
}

static void
kad_gui_player_bar_init (KadGuiPlayerBar *self)
{
  g_autoptr (GtkStringList) words = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  words = gtk_string_list_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    {
      /* Translators: how fast a recording is played, as "2×" */
      g_autofree char *word = g_strdup_printf (_ ("%g×"), speeds[i]);

      gtk_string_list_append (words, word);
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->speed, G_LIST_MODEL (words));
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
