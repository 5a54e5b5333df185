/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-detail.h"

#include "lists-finder.h"

typedef struct
{
  GtkWidget *window;
  GtkWidget *detail;
  KadGuiEvent *event;
} Bench;

static void
bench_init (Bench *bench)
{
  bench->event = kad_gui_event_new ();
  kad_gui_item_set_string (bench->event, KAD_GUI_EVENT_FIELD_TYPE, "peer-connected");
  kad_gui_item_set_string (bench->event, KAD_GUI_EVENT_FIELD_TEXT, "<b>hello</b>\n");
  kad_gui_item_set_string (bench->event, KAD_GUI_EVENT_FIELD_JSON, "{\"a\":1}");
  bench->window = gtk_window_new ();
  bench->detail = kad_gui_event_detail_new ();
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 360, 600);
  gtk_window_set_child (GTK_WINDOW (bench->window), bench->detail);
  kad_gui_event_detail_set_event (KAD_GUI_EVENT_DETAIL (bench->detail), bench->event);
  gtk_window_present (GTK_WINDOW (bench->window));
  lists_run (100);
}

static void
bench_clear (Bench *bench)
{
  gtk_window_destroy (GTK_WINDOW (bench->window));
  lists_run (20);
  g_object_unref (bench->event);
}

static void
test_tells_an_event (void)
{
  Bench bench;

  g_test_summary ("An event is told whole, and what a peer said cannot mislead");
  bench_init (&bench);
  g_assert_true (lists_shows (bench.detail, "Peer Connected"));
  g_assert_true (lists_shows (bench.detail, "<b>hello</b>\\x0a"));
  g_assert_true (lists_shows (bench.detail, "{\n  \"a\": 1\n}"));
  g_assert_true (lists_shows (bench.detail, "Which commands it passed was not traced."));
  bench_clear (&bench);
}

static void
test_offers_where_it_can_lead (void)
{
  Bench bench;

  g_test_summary ("There is a button for its peer and its query only if it has them");
  bench_init (&bench);
  g_assert_false (gtk_widget_get_visible (lists_find (bench.detail, GTK_TYPE_BUTTON, "Show Peer")));
  g_assert_false (
      gtk_widget_get_visible (lists_find (bench.detail, GTK_TYPE_BUTTON, "Show Query")));
  kad_gui_item_set_string (bench.event, KAD_GUI_EVENT_FIELD_PEER, "12D3KooWAbc");
  g_assert_true (gtk_widget_get_visible (lists_find (bench.detail, GTK_TYPE_BUTTON, "Show Peer")));
  kad_gui_item_set_int64 (bench.event, KAD_GUI_EVENT_FIELD_QUERY_ID, -4);
  g_assert_true (gtk_widget_get_visible (lists_find (bench.detail, GTK_TYPE_BUTTON, "Show Query")));
  bench_clear (&bench);
}

static void
test_has_the_list_that_is_drawn (void)
{
  Bench bench;
  const char *const asked[] = { "show-table", "publish", NULL };
  GtkWidget *expander;

  g_test_summary ("The drawing of the chain has a list beside it that the keyboard reaches");
  bench_init (&bench);
  expander = lists_find (bench.detail, GTK_TYPE_EXPANDER, NULL);
  g_assert_false (gtk_widget_get_visible (expander));
  kad_gui_item_set_strv (bench.event, KAD_GUI_EVENT_FIELD_ASKED, asked);
  kad_gui_item_set_uint (bench.event, KAD_GUI_EVENT_FIELD_N_ASKED, 2);
  kad_gui_item_set_string (bench.event, KAD_GUI_EVENT_FIELD_CONSUMER, "publish");
  kad_gui_item_set_boolean (bench.event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  g_assert_true (gtk_widget_get_visible (expander));
  g_assert_true (gtk_widget_get_focusable (expander));
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  g_assert_true (
      lists_shows (bench.detail, "1. show-table: passed it on\n2. publish: consumed it"));
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/event-detail/tells-an-event", test_tells_an_event);
  g_test_add_func ("/gui/event-detail/offers-where-it-can-lead", test_offers_where_it_can_lead);
  g_test_add_func ("/gui/event-detail/has-the-list-that-is-drawn", test_has_the_list_that_is_drawn);
  return g_test_run ();
}
