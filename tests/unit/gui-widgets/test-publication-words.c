/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-publication-words.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define HOUR (3600 * SECOND)
#define NOW (1000 * HOUR)

static KadGuiPublication *
new_publication (guint stored, guint failures, gint64 last_us, gboolean running)
{
  KadGuiPublication *publication = kad_gui_publication_new ();

  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_STORED, stored);
  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_WANTED, 20);
  kad_gui_item_set_uint (publication, KAD_GUI_PUBLICATION_FIELD_FAILURES, failures);
  kad_gui_item_set_int64 (publication, KAD_GUI_PUBLICATION_FIELD_LAST_RUN_US, last_us);
  kad_gui_item_set_int64 (publication, KAD_GUI_PUBLICATION_FIELD_NEXT_RUN_US, NOW + 3 * HOUR);
  kad_gui_item_set_boolean (publication, KAD_GUI_PUBLICATION_FIELD_RUNNING, running);
  return publication;
}

static void
assert_words (KadGuiPublication *taken, const char *state, const char *holders, const char *story)
{
  g_autoptr (KadGuiPublication) publication = taken;
  g_autofree char *is_state = kad_gui_publication_dup_state (publication);
  g_autofree char *is_holders = kad_gui_publication_dup_holders (publication);
  g_autofree char *is_story = kad_gui_publication_dup_story (publication, NOW);

  g_assert_cmpstr (is_state, ==, state);
  g_assert_cmpstr (is_holders, ==, holders);
  g_assert_cmpstr (is_story, ==, story);
}

static void
test_says_how_it_is_doing (void)
{
  g_test_summary ("A publication is told in words: who took it, when, and when it goes on");
  assert_words (new_publication (20, 0, NOW - HOUR, FALSE), "Announced", "20 of 20",
                "20 of 20 peers took it when it was announced last, 1 h ago. It will be announced "
                "again in 3 h.");
  assert_words (new_publication (14, 0, NOW - HOUR, FALSE), "Partly announced", "14 of 20",
                "14 of 20 peers took it when it was announced last, 1 h ago. It will be announced "
                "again in 3 h.");
  assert_words (new_publication (0, 3, NOW - HOUR, FALSE), "Failed 3 times", "0 of 20",
                "Nobody took it the last 3 times, the latest 1 h ago. It will be announced again "
                "in 3 h.");
  assert_words (new_publication (0, 0, 0, FALSE), "Not announced yet", "–",
                "It was not announced yet. It will be announced again in 3 h.");
  assert_words (new_publication (0, 0, 0, TRUE), "Being announced", "–",
                "It is being announced for the first time.");
}

static void
test_escapes_what_apps_say (void)
{
  g_autoptr (KadGuiPublication) publication = kad_gui_publication_new ();
  g_autofree char *none = kad_gui_publication_dup_app (publication);
  g_autofree char *app = NULL;

  g_test_summary ("The name of an app cannot mislead");
  g_assert_cmpstr (none, ==, "–");
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_APP_ID, "a\nb");
  app = kad_gui_publication_dup_app (publication);
  g_assert_cmpstr (app, ==, "a\\x0ab");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/publication-words/says-how-it-is-doing", test_says_how_it_is_doing);
  g_test_add_func ("/gui/publication-words/escapes-what-apps-say", test_escapes_what_apps_say);
  return g_test_run ();
}
