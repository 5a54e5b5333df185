/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-state.h"

#include <string.h>

#include "kad-gui-fake-player.h"
#include "kad-gui-fake-source.h"

/* What a person reads and can do about it: never a state without words and an action. */
static void
assert_state (KadGuiSource *source, const char *failure, const char *id, const char *action,
              gboolean total)
{
  g_auto (KadGuiState) state = { 0 };

  g_assert_true (kad_gui_state_of (source, failure, &state));
  g_assert_cmpstr (state.id, ==, id);
  g_assert_cmpstr (state.action, ==, action);
  g_assert_cmpint (state.total, ==, total);
  g_assert_nonnull (state.icon);
  g_assert_cmpint (strlen (state.title), >, 3);
  g_assert_cmpint (strlen (state.description), >, 10);
  g_assert_cmpint (strlen (state.action_label), >, 3);
  g_assert_cmpint (state.other_action != NULL, ==, state.other_label != NULL);
}

static void
test_failures (void)
{
  const struct
  {
    const char *code;
    const char *id;
    const char *action;
  } cases[] = {
    { "NoService", "missing", "win.connect" },   { "NoBus", "no-bus", "win.choose-target" },
    { "Version", "version", "win.connect" },     { "NotAuthorized", "refused", "win.connect" },
    { "Timeout", "silent", "win.connect" },      { "Corrupt", "unreadable", "win.open-recording" },
    { "SomethingNew", "failed", "win.connect" },
  };
  g_autoptr (KadGuiSource) source = kad_gui_fake_source_new ();

  g_test_summary ("Each reason of a failure is told in words, with what can be done about it");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (KadGuiState) state = { 0 };

      kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, cases[i].code, "It said <b>why");
      assert_state (source, NULL, cases[i].id, cases[i].action, TRUE);
      kad_gui_state_of (source, NULL, &state);
      g_assert_cmpint (strstr (state.description, "It said <b>why") != NULL, ==,
                       !g_str_equal (cases[i].id, "missing"));
    }
}

static void
test_what_the_source_says_is_escaped (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_source_new ();
  g_auto (KadGuiState) state = { 0 };

  g_test_summary ("No byte of a message gets onto the screen as anything but text");
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, "Failed", "a\033[2Jb\xe2\x80\xae");
  g_assert_true (kad_gui_state_of (source, NULL, &state));
  g_assert_null (strchr (state.description, '\033'));
  g_assert_null (strstr (state.description, "\xe2\x80\xae"));
}

static void
test_conditions (void)
{
  const struct
  {
    const char *state;
    const char *action;
  } cases[] = {
    { "stopped", "win.start" },
    { "starting", "win.stop" },
    { "bootstrapping", "win.doctor" },
    { "offline", "win.bootstrap" },
  };
  g_autoptr (KadGuiSource) source = kad_gui_fake_source_new ();
  KadGuiState none = { 0 };

  g_test_summary ("Each state of a node that is not online is told in words, with an action");
  assert_state (NULL, NULL, "connecting", "win.choose-target", TRUE);
  assert_state (NULL, "There is no kadd", "failed", "win.connect", TRUE);
  assert_state (source, NULL, "connecting", "win.choose-target", TRUE);
  kad_gui_source_open (source);
  assert_state (source, NULL, "connecting", "win.choose-target", TRUE);
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      kad_gui_fake_source_set_status (source, cases[i].state, 0);
      assert_state (source, NULL, cases[i].state, cases[i].action, FALSE);
    }
  kad_gui_fake_source_set_status (source, "online", 5);
  g_assert_false (kad_gui_state_of (source, NULL, &none));
  g_assert_null (none.id);
}

static void
test_pause_has_its_reason (void)
{
  const char *const reasons[] = { "user", "metered", "battery", "power-saver", "some reason" };
  g_autoptr (KadGuiSource) source = kad_gui_fake_source_new ();
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_test_summary ("Who paused it, or what, is told; a reason that is not known as it was given");
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_fake_source_set_status (source, "paused", 5);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_auto (KadGuiState) state = { 0 };

      kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_PAUSE_REASON, reasons[i]);
      assert_state (source, NULL, "paused", "win.resume", FALSE);
      kad_gui_state_of (source, NULL, &state);
      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&state.description)));
    }
  g_assert_true (g_hash_table_contains (seen, "The reason that was given: some reason."));
}

static void
test_a_recording_is_always_shown (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_fake_player_new ();
  KadGuiState none = { 0 };

  g_test_summary ("What a node was in a recording does not hide the recording");
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_fake_source_set_status (source, "stopped", 0);
  g_assert_false (kad_gui_state_of (source, NULL, &none));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/app/state/failures", test_failures);
  g_test_add_func ("/gui/app/state/escaped", test_what_the_source_says_is_escaped);
  g_test_add_func ("/gui/app/state/conditions", test_conditions);
  g_test_add_func ("/gui/app/state/pause", test_pause_has_its_reason);
  g_test_add_func ("/gui/app/state/recording", test_a_recording_is_always_shown);
  return g_test_run ();
}
