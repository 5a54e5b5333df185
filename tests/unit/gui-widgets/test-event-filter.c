/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-filter.h"

/* get-providers consumed it after show-table had passed it on. */
static KadGuiEvent *
new_event (void)
{
  const char *const asked[] = { "show-table", "get-providers", NULL };
  KadGuiEvent *event = kad_gui_event_new ();

  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_TYPE, "query-step");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_PEER, "12D3KooWAbc");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_TEXT, "asked a peer");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_JSON, "{\"address\":\"/ip4/192.0.2.1\"}");
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_CONSUMER, "get-providers");
  kad_gui_item_set_strv (event, KAD_GUI_EVENT_FIELD_ASKED, asked);
  kad_gui_item_set_uint (event, KAD_GUI_EVENT_FIELD_N_ASKED, 2);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_QUERY_ID, 13);
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  return event;
}

static gboolean
has (const char *text)
{
  g_autoptr (KadGuiEventFilter) filter = kad_gui_event_filter_new ();
  g_autoptr (KadGuiEvent) event = new_event ();

  kad_gui_event_filter_set_text (filter, text);
  return kad_gui_event_filter_matches (filter, event);
}

static void
test_finds_words_anywhere (void)
{
  g_test_summary ("Each word of the text is found anywhere in an event, in any case");
  g_assert_true (has (""));
  g_assert_true (has ("ASKED step"));
  g_assert_true (has ("192.0.2.1"));
  g_assert_false (has ("asked nobody"));
}

static void
test_finds_words_in_one_place (void)
{
  g_test_summary ("A word with a place before it is looked for there alone");
  g_assert_true (has ("peer:kooWabc"));
  g_assert_false (has ("peer:asked"));
  g_assert_true (has ("query:13"));
  g_assert_false (has ("query:1"));
  g_assert_true (has ("handler:show"));
  g_assert_false (has ("consumer:show"));
  g_assert_true (has ("consumer:get-providers type:step"));
  g_assert_true (has ("peer:")); /* is being written */
}

static gboolean
takes (KadGuiHandlerChoice choice, const char *name, const char *consumer)
{
  g_autoptr (KadGuiEventFilter) filter = kad_gui_event_filter_new ();
  g_autoptr (KadGuiEvent) event = new_event ();

  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_CONSUMER, consumer);
  kad_gui_event_filter_set_handler (filter, choice, name);
  return kad_gui_event_filter_matches (filter, event);
}

static void
test_takes_by_handler (void)
{
  g_test_summary ("Events are taken by who was asked, who consumed them, and that nobody did");
  g_assert_true (takes (KAD_GUI_HANDLER_NAMED, "show-table", "get-providers"));
  g_assert_false (takes (KAD_GUI_HANDLER_NAMED, "publish", "get-providers"));
  g_assert_true (takes (KAD_GUI_HANDLER_NAMED, "publish", "publish"));
  g_assert_true (takes (KAD_GUI_HANDLER_SOMEBODY, NULL, "publish"));
  g_assert_false (takes (KAD_GUI_HANDLER_SOMEBODY, NULL, ""));
  g_assert_true (takes (KAD_GUI_HANDLER_NOBODY, NULL, ""));
  g_assert_false (takes (KAD_GUI_HANDLER_NOBODY, NULL, "publish"));
}

static void
test_takes_by_type_and_keeps_losses (void)
{
  g_autoptr (KadGuiEventFilter) filter = kad_gui_event_filter_new ();
  g_autoptr (KadGuiEvent) event = new_event ();

  g_test_summary ("Another type is kept back, but lines that are missing never are");
  g_assert_false (kad_gui_event_filter_is_set (filter));
  kad_gui_event_filter_set_type (filter, "peer-connected");
  g_assert_true (kad_gui_event_filter_is_set (filter));
  g_assert_false (kad_gui_event_filter_matches (filter, event));
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_LOST, 240);
  g_assert_true (kad_gui_event_filter_matches (filter, event));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/event-filter/finds-words-anywhere", test_finds_words_anywhere);
  g_test_add_func ("/gui/event-filter/finds-words-in-one-place", test_finds_words_in_one_place);
  g_test_add_func ("/gui/event-filter/takes-by-handler", test_takes_by_handler);
  g_test_add_func ("/gui/event-filter/takes-by-type-and-keeps-losses",
                   test_takes_by_type_and_keeps_losses);
  return g_test_run ();
}
