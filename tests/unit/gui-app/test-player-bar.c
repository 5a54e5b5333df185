/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-player-bar.h"

#include "kad-gui-app-resources.h"
#include "kad-gui-fake-player.h"

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static KadGuiPlayerBar *
new_bar (KadGuiSource *source)
{
  KadGuiPlayerBar *bar = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_PLAYER_BAR, NULL));

  kad_gui_player_bar_set_player (bar, KAD_GUI_PLAYER (source));
  return bar;
}

static void
test_hidden_without_a_recording (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  g_autoptr (KadGuiPlayerBar) bar = new_bar (source);

  g_test_summary ("It is only there if there is something to play");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (bar)));
  kad_gui_player_bar_set_player (bar, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  g_assert_finalize_object (g_steal_pointer (&source));
}

static void
test_shows_the_moment (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  g_autoptr (KadGuiPlayerBar) bar = new_bar (source);
  GtkRange *scale = GTK_RANGE (find (GTK_WIDGET (bar), GTK_TYPE_SCALE));
  GtkWidget *label = gtk_widget_get_next_sibling (GTK_WIDGET (scale));

  g_test_summary ("The scale and the words are where the recording is");
  kad_gui_player_seek (KAD_GUI_PLAYER (source), KAD_GUI_FAKE_BEGIN_US + 64 * G_USEC_PER_SEC);
  g_assert_cmpfloat (gtk_range_get_value (scale), ==, 64);
  g_assert_cmpfloat (gtk_adjustment_get_upper (gtk_range_get_adjustment (scale)), ==, 100);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "12:01:04 / 12:01:40");
}

static void
test_seeks (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  g_autoptr (KadGuiPlayerBar) bar = new_bar (source);
  GtkRange *scale = GTK_RANGE (find (GTK_WIDGET (bar), GTK_TYPE_SCALE));

  g_test_summary ("Who moves the scale moves the recording");
  gtk_range_set_value (scale, 12.5);
  g_assert_cmpint (kad_gui_player_get_position_us (KAD_GUI_PLAYER (source)), ==,
                   KAD_GUI_FAKE_BEGIN_US + 12500000);
}

static void
test_plays (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  g_autoptr (KadGuiPlayerBar) bar = new_bar (source);
  GtkWidget *play = find (GTK_WIDGET (bar), GTK_TYPE_BUTTON);

  g_test_summary ("The button plays and pauses, and says what it will do");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (play), ==, "Play");
  g_signal_emit_by_name (play, "clicked");
  g_assert_true (kad_gui_player_get_playing (KAD_GUI_PLAYER (source)));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (play), ==, "Pause");
  g_signal_emit_by_name (play, "clicked");
  g_assert_false (kad_gui_player_get_playing (KAD_GUI_PLAYER (source)));
}

static void
test_speed (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  g_autoptr (KadGuiPlayerBar) bar = new_bar (source);
  GtkDropDown *speed = GTK_DROP_DOWN (find (GTK_WIDGET (bar), GTK_TYPE_DROP_DOWN));
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (speed);

  g_test_summary ("The speed is the player's, and a person's choice becomes it");
  g_assert_cmpstr (gtk_string_object_get_string (chosen), ==, "1×");
  kad_gui_player_set_speed (KAD_GUI_PLAYER (source), 16);
  chosen = gtk_drop_down_get_selected_item (speed);
  g_assert_cmpstr (gtk_string_object_get_string (chosen), ==, "16×");
  gtk_drop_down_set_selected (speed, 0);
  g_assert_cmpfloat (kad_gui_player_get_speed (KAD_GUI_PLAYER (source)), ==, 0.25);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (kad_gui_app_get_resource ());
  g_test_add_func ("/gui/app/player-bar/hidden", test_hidden_without_a_recording);
  g_test_add_func ("/gui/app/player-bar/moment", test_shows_the_moment);
  g_test_add_func ("/gui/app/player-bar/seeks", test_seeks);
  g_test_add_func ("/gui/app/player-bar/plays", test_plays);
  g_test_add_func ("/gui/app/player-bar/speed", test_speed);
  return g_test_run ();
}
