/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-look.h"

#include <gtk/gtk.h>
#include <string.h>

/* The types that docs/events.md has. (transfer full) */
static char **
dup_documented (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_GUI_TEST_DIR"), "..", "..", "docs", "events.md", NULL);
  g_autoptr (GPtrArray) types = g_ptr_array_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "| `event` | text | `"))
      {
        const char *begin = strstr (*line, "text | `") + strlen ("text | `");

        g_ptr_array_add (types, g_strndup (begin, strcspn (begin, "`")));
      }
  g_ptr_array_add (types, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&types), FALSE);
}

static void
test_knows_every_type (void)
{
  g_auto (GStrv) types = dup_documented ();
  GtkIconTheme *theme;

  g_test_summary ("Each type of docs/events.md has a word of its own and an icon that there is");
  if (!gtk_init_check ())
    {
      g_test_fail_printf ("there is no display");
      return;
    }
  theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_assert_cmpuint (g_strv_length (types), >, 15);
  for (char **type = types; *type != NULL; type++)
    {
      g_autofree char *word = kad_gui_event_look_word (*type);

      g_test_message ("%s: %s", *type, word);
      g_assert_cmpstr (word, !=, *type);
      g_assert_true (gtk_icon_theme_has_icon (theme, kad_gui_event_look_icon (*type)));
    }
}

static void
test_says_what_is_missing (void)
{
  g_autoptr (KadGuiEvent) event = kad_gui_event_new ();
  g_autofree char *text = NULL;
  g_autofree char *unknown = kad_gui_event_look_word ("new\ttype");

  g_test_summary ("A loss says how much is missing, and a type that is not known its name");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_TYPE, "lost");
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_LOST, 240);
  text = kad_gui_event_dup_text (event);
  g_assert_cmpstr (text, ==, "240 lines are missing here: the window was too slow");
  g_assert_cmpstr (unknown, ==, "new\\x09type");
}

static void
assert_consumer (KadGuiEvent *event, const char *wanted)
{
  g_autofree char *text = kad_gui_event_dup_consumer (event);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_says_who_consumed (void)
{
  g_autoptr (KadGuiEvent) event = kad_gui_event_new ();

  g_test_summary ("Who consumed an event is told, that nobody did, and that it is not known");
  assert_consumer (event, "–");
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  assert_consumer (event, "–"); /* nobody was there to be asked */
  kad_gui_item_set_uint (event, KAD_GUI_EVENT_FIELD_N_ASKED, 2);
  assert_consumer (event, "passed on");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_CONSUMER, "publish");
  assert_consumer (event, "publish");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/event-look/knows-every-type", test_knows_every_type);
  g_test_add_func ("/gui/event-look/says-what-is-missing", test_says_what_is_missing);
  g_test_add_func ("/gui/event-look/says-who-consumed", test_says_who_consumed);
  return g_test_run ();
}
