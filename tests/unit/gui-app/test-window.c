/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-window.h"

#include "kad-gui-application.h"
#include "kad-gui-fake-player.h"
#include "kad-gui-fake-source.h"
#include "kad-gui-pages.h"
#include "kad-gui-player.h"

/* A window of the one application of this process, which has no name on a bus. */
static KadGuiApplication *application;

typedef struct
{
  KadGuiWindow *window;
  KadGuiSource *source;
} Fixture;

static void
iterate (guint ms)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < end_us)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
}

static void
wait_mapped (KadGuiWindow *window, gboolean mapped)
{
  for (guint i = 0; i < 500 && gtk_widget_get_mapped (GTK_WIDGET (window)) != mapped; i++)
    iterate (10);
  g_assert_cmpint (gtk_widget_get_mapped (GTK_WIDGET (window)), ==, mapped);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = g_object_ref_sink (kad_gui_window_new (GTK_APPLICATION (application)));
  fixture->source = data != NULL ? kad_gui_fake_player_new () : kad_gui_fake_source_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate (20);
  g_assert_finalize_object (fixture->window);
  g_assert_finalize_object (fixture->source);
}

static void
open_source (Fixture *fixture)
{
  kad_gui_window_set_source (fixture->window, fixture->source);
  kad_gui_source_set_state (fixture->source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_fake_source_set_status (fixture->source, "online", 20);
}

static void
assert_log (Fixture *fixture, const char *expected)
{
  g_autofree char *log = kad_gui_fake_source_take_log (fixture->source);

  g_assert_cmpstr (log, ==, expected);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
  iterate (20);
}

static void
test_watches_what_is_seen (Fixture *fixture, gconstpointer data)
{
  const GType *types = kad_gui_pages_get_types ();

  g_test_summary ("A window that is not seen watches nothing; a page has what it needs, no more");
  open_source (fixture);
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==, 0);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_mapped (fixture->window, TRUE);
  for (guint i = 0; types[i] != G_TYPE_INVALID; i++)
    {
      KadGuiPageClass *klass = g_type_class_ref (types[i]);

      g_assert_true (kad_gui_window_show_page (fixture->window, klass->name));
      g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==,
                        klass->topics | KAD_GUI_TOPIC_STATS);
      g_type_class_unref (klass);
    }
  gtk_widget_set_visible (GTK_WIDGET (fixture->window), FALSE);
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==, 0);
  gtk_widget_set_visible (GTK_WIDGET (fixture->window), TRUE);
  wait_mapped (fixture->window, TRUE);
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), !=, 0);
}

static void
test_closing_ends_it (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  g_test_summary ("A window that is closed has closed its source, and holds it no longer");
  open_source (fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_mapped (fixture->window, TRUE);
  gtk_window_close (GTK_WINDOW (fixture->window));
  iterate (50);
  log = kad_gui_fake_source_take_log (fixture->source);
  g_assert_true (g_str_has_suffix (log, "close "));
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==, 0);
  g_assert_cmpuint (kad_gui_source_get_state (fixture->source), ==, KAD_GUI_SOURCE_CLOSED);
}

static void
test_states_cover_the_page (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Without anything to be seen a page says why; otherwise it is not hidden");
  kad_gui_window_show_page (fixture->window, "table");
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, "connecting");
  kad_gui_window_set_source (fixture->window, fixture->source);
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, "connecting");
  kad_gui_source_set_state (fixture->source, KAD_GUI_SOURCE_FAILED, "NoService", "gone");
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, "missing");
  kad_gui_source_set_state (fixture->source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_fake_source_set_status (fixture->source, "offline", 0);
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, "offline");
  /* There is something to be read on it. */
  kad_gui_window_show_page (fixture->window, "events");
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, NULL);
  kad_gui_window_show_page (fixture->window, "table");
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, "offline");
  kad_gui_fake_source_set_status (fixture->source, "paused", 20);
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, NULL);
  kad_gui_fake_source_set_status (fixture->source, "online", 20);
  g_assert_cmpstr (kad_gui_window_get_cover (fixture->window), ==, NULL);
}

static void
test_actions_reach_the_node (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  g_test_summary ("What a button of a state says is what the source is asked for");
  open_source (fixture);
  log = kad_gui_fake_source_take_log (fixture->source);
  activate (fixture, "win.start");
  activate (fixture, "win.stop");
  activate (fixture, "win.resume");
  activate (fixture, "win.bootstrap");
  assert_log (fixture, "control:0 control:1 control:3 run:bootstrap ");
  kad_gui_window_show_page (fixture->window, "peers");
  activate (fixture, "win.doctor");
  assert_log (fixture, "check ");
  g_assert_cmpstr (kad_gui_page_get_name (kad_gui_window_get_page (fixture->window)), ==,
                   "overview");
  activate (fixture, "win.refresh");
  assert_log (fixture, "refresh ");
  kad_gui_source_set_state (fixture->source, KAD_GUI_SOURCE_FAILED, "Failed", "x");
  activate (fixture, "win.connect");
  assert_log (fixture, "open ");
}

static void
test_actions_only_where_they_can_be (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Nothing can be asked of a source that is not open, or that cannot");
  kad_gui_window_set_source (fixture->window, fixture->source);
  g_free (kad_gui_fake_source_take_log (fixture->source));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.start", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.bootstrap", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.refresh", NULL);
  assert_log (fixture, "");
}

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What is live can be held and goes on");
  open_source (fixture);
  activate (fixture, "win.pause");
  g_assert_true (kad_gui_source_get_paused (fixture->source));
  activate (fixture, "win.pause");
  g_assert_false (kad_gui_source_get_paused (fixture->source));
}

static void
test_recording (Fixture *fixture, gconstpointer data)
{
  KadGuiPlayer *player = KAD_GUI_PLAYER (fixture->source);

  g_test_summary ("A recording is played by the same key, and asked for nothing");
  open_source (fixture);
  activate (fixture, "win.pause");
  g_assert_true (kad_gui_player_get_playing (player));
  g_assert_false (kad_gui_source_get_paused (fixture->source));
  activate (fixture, "win.pause");
  g_assert_false (kad_gui_player_get_playing (player));
  g_free (kad_gui_fake_source_take_log (fixture->source));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.start", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.new-query", NULL);
  assert_log (fixture, "");
}

static void
test_another_source (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KadGuiSource) other = kad_gui_fake_source_new ();
  g_autofree char *log = NULL;
  const GType *types = kad_gui_pages_get_types ();

  g_test_summary ("With another source the first one is closed, and no page holds it");
  for (guint i = 0; types[i] != G_TYPE_INVALID; i++)
    kad_gui_window_show_page (fixture->window,
                              ((KadGuiPageClass *) g_type_class_ref (types[i]))->name);
  open_source (fixture);
  g_free (kad_gui_fake_source_take_log (fixture->source));
  kad_gui_window_set_source (fixture->window, other);
  log = kad_gui_fake_source_take_log (fixture->source);
  g_assert_true (g_str_has_suffix (log, "close "));
  g_assert_true (kad_gui_page_get_source (kad_gui_window_get_page (fixture->window)) == other);
  kad_gui_window_set_source (fixture->window, NULL);
  g_assert_finalize_object (g_steal_pointer (&other));
}

static void
test_exports (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = NULL;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GBytes) svg = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  g_test_summary ("What is seen is exported as PNG and SVG; what is not seen is not");
  open_source (fixture);
  none = kad_gui_window_export (fixture->window, FALSE, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_mapped (fixture->window, TRUE);
  iterate (200);
  png = kad_gui_window_export (fixture->window, FALSE, &error);
  g_assert_no_error (error);
  texture = gdk_texture_new_from_bytes (png, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), >, 600);
  svg = kad_gui_window_export (fixture->window, TRUE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (
      g_strstr_len (g_bytes_get_data (svg, NULL), (gssize) g_bytes_get_size (svg), "<svg "));
}

static void
close_dialogs (Fixture *fixture)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i - 1);

      if (gtk_window_get_transient_for (window) == GTK_WINDOW (fixture->window))
        gtk_window_destroy (window);
    }
  iterate (50);
}

static void
test_finder_looks_through_peers (Fixture *fixture, gconstpointer data)
{
  KadGuiTopics before = 0;

  g_test_summary ("While somebody looks for a peer or a query, those are followed, and then not");
  open_source (fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_mapped (fixture->window, TRUE);
  before = kad_gui_source_get_topics (fixture->source);
  activate (fixture, "win.find");
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==,
                    before | KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_QUERIES);
  close_dialogs (fixture);
  g_assert_cmpuint (kad_gui_source_get_topics (fixture->source), ==, before);
}

static void
test_no_such_page (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A page that is not there changes nothing");
  kad_gui_window_show_page (fixture->window, "events");
  g_assert_false (kad_gui_window_show_page (fixture->window, "nothing"));
  g_assert_cmpstr (kad_gui_page_get_name (kad_gui_window_get_page (fixture->window)), ==, "events");
}

#define ADD(name, data, function)                                                                  \
  g_test_add ("/gui/app/window/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  application = kad_gui_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  ADD ("watches-what-is-seen", NULL, test_watches_what_is_seen);
  ADD ("closing-ends-it", NULL, test_closing_ends_it);
  ADD ("states-cover-the-page", NULL, test_states_cover_the_page);
  ADD ("actions-reach-the-node", NULL, test_actions_reach_the_node);
  ADD ("actions-only-where-they-can-be", NULL, test_actions_only_where_they_can_be);
  ADD ("pause", NULL, test_pause);
  ADD ("recording", "a recording", test_recording);
  ADD ("another-source", NULL, test_another_source);
  ADD ("exports", NULL, test_exports);
  ADD ("finder-looks-through-peers", NULL, test_finder_looks_through_peers);
  ADD ("no-such-page", NULL, test_no_such_page);
  return g_test_run ();
}
