/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-overview-page.h"

#include "kad-gui-card.h"
#include "kad-gui-test-source.h"
#include "kad-gui-verdict.h"

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget)
      && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);
  return found;
}

/* The card of a title. */
static KadGuiCard *
find_card (GtkWidget *widget, const char *title)
{
  KadGuiCard *found = NULL;
  g_autofree char *of = NULL;

  if (KAD_GUI_IS_CARD (widget))
    {
      g_object_get (widget, "title", &of, NULL);
      return g_str_equal (of, title) ? KAD_GUI_CARD (widget) : NULL;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_card (child, title);
  return found;
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
show_page (KadGuiSource *source, GtkWindow **window)
{
  GtkWidget *page = g_object_new (KAD_GUI_TYPE_OVERVIEW_PAGE, NULL);

  kad_gui_page_set_source (KAD_GUI_PAGE (page), source);
  *window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_child (*window, page);
  gtk_window_present (*window);
  while (!gtk_widget_get_mapped (page))
    g_main_context_iteration (NULL, TRUE);
  return page;
}

static void
test_full (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);

  g_test_summary ("It says in words what is wrong and what to do, with the figures beside it");
  g_assert_true (has_label (page, "Online, but Not Reached by Others"));
  g_assert_true (has_label (page, "let the router forward the port"));
  g_assert_cmpstr (kad_gui_card_get_figure (find_card (page, "Peers")), ==, "15");
  g_assert_cmpstr (kad_gui_card_get_figure (find_card (page, "Routing Table")), ==, "131");
  g_assert_cmpstr (kad_gui_card_get_figure (find_card (page, "Network Size")), ==, "7420 ± 382");
  g_assert_cmpstr (kad_gui_card_get_figure (find_card (page, "Queries")), ==, "3");
  g_assert_cmpstr (kad_gui_card_get_figure (find_card (page, "Publications")), ==, "6");
  g_assert_true (has_label (page, "1 is failing"));
  g_assert_true (has_label (page, "/ip4/203.0.113.9/tcp/53127"));
  g_assert_true (has_label (page, "No, because in mode “auto”"));
  gtk_window_destroy (window);
}

static void
test_check (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);
  g_autofree char *calls = NULL;

  g_test_summary ("Check Now runs the checks, and shows each with what was seen and what to do");
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source)));
  g_assert_true (has_label (page, "Not checked yet"));
  g_signal_emit_by_name (find_button (page, "_Check Now"), "clicked");
  g_assert_true (has_label (page, "Checking…"));
  g_assert_false (gtk_widget_get_sensitive (find_button (page, "_Check Now")));
  iterate ();
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source));
  g_assert_cmpstr (calls, ==, "check");
  g_assert_false (has_label (page, "Checking…"));
  g_assert_true (has_label (page, "Only 1048576 bytes are free"));
  g_assert_true (has_label (page, "Make room on the disk"));
  g_assert_true (has_label (page, "Online, with a Problem"));
  gtk_window_destroy (window);
}

static void
test_check_made_again (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  GListModel *checks = kad_gui_store_get_checks (kad_gui_source_get_store (source));
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);

  g_test_summary ("A check that changes in place, because somebody else asked, is shown");
  kad_gui_source_check_health_async (source, NULL, NULL, NULL);
  iterate ();
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (GObject) check = g_list_model_get_item (checks, i);
      g_autoptr (GVariant) fine
          = g_variant_ref_sink (g_variant_new_parsed ("{'state': <'ok'>, 'saw': <'mended'>}"));

      kad_gui_item_apply (check, fine);
    }
  iterate ();
  g_assert_true (has_label (page, "mended"));
  g_assert_false (has_label (page, "Online, with a Problem"));
  gtk_window_destroy (window);
}

static void
test_steps (void)
{
  static const struct
  {
    KadGuiTestScene scene;
    const char *button, *call, *words;
  } cases[] = {
    { KAD_GUI_TEST_STOPPED, "_Start", "control 0", "The Node Is Stopped" },
    { KAD_GUI_TEST_EMPTY, "_Join Now", "run bootstrap ", "Nobody is in its routing table" },
  };

  g_test_summary ("Each state has its words, and the next step as a button");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KadGuiSource) source = kad_gui_test_source_new (cases[i].scene);
      GtkWindow *window;
      GtkWidget *page = show_page (source, &window);
      g_autofree char *calls = NULL;

      g_assert_true (has_label (page, cases[i].words));
      g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source)));
      g_signal_emit_by_name (find_button (page, cases[i].button), "clicked");
      iterate ();
      calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source));
      g_assert_cmpstr (calls, ==, cases[i].call);
      gtk_window_destroy (window);
    }
}

static void
test_pause (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);
  g_autofree char *calls = NULL;

  g_test_summary ("A change of state is shown, and a pause can be ended");
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_PAUSE_REASON, "metered");
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_STATE, "paused");
  iterate ();
  g_assert_true (has_label (page, "The Node Is Paused"));
  g_assert_true (has_label (page, "costs money by the byte"));
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source)));
  g_signal_emit_by_name (find_button (page, "_Resume Anyway"), "clicked");
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source));
  g_assert_cmpstr (calls, ==, "control 3");
  gtk_window_destroy (window);
}

static void
test_quiet (void)
{
  static const char *const reasons[] = { "metered", "battery", NULL };
  static const char *const none[] = { NULL };
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_source_get_store (source));
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);

  g_test_summary ("Why a node is quiet is said in words, and only while it is");
  iterate ();
  g_assert_false (has_label (page, "Online, and Quiet"));
  kad_gui_item_set_strv (status, KAD_GUI_STATUS_FIELD_QUIET_REASONS, reasons);
  iterate ();
  g_assert_true (has_label (page, "Online, and Quiet"));
  g_assert_true (has_label (page, "metered connection, on battery"));
  kad_gui_item_set_strv (status, KAD_GUI_STATUS_FIELD_QUIET_REASONS, none);
  iterate ();
  g_assert_false (has_label (page, "Online, and Quiet"));
  gtk_window_destroy (window);
}

static void
test_failed (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FAILED);
  GtkWindow *window;
  GtkWidget *page = show_page (source, &window);

  g_test_summary ("A source that failed says why, and can be tried again; no source is no failure");
  g_assert_true (has_label (page, "The Service Is Not There"));
  g_assert_nonnull (find_button (page, "_Try Again"));
  g_assert_false (has_label (page, "Reachability"));
  kad_gui_page_set_source (KAD_GUI_PAGE (page), NULL);
  g_assert_true (has_label (page, "Nothing Is Looked At"));
  gtk_window_destroy (window);
}

static void
test_goes (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiStore *store = kad_gui_source_get_store (source);
  GtkWidget *page = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_OVERVIEW_PAGE, NULL));

  g_test_summary ("A page that is gone hears no more of its source");
  kad_gui_page_set_source (KAD_GUI_PAGE (page), source);
  g_assert_finalize_object (page);
  kad_gui_store_table_changed (store);
  kad_gui_series_add (kad_gui_store_get_series (store, "peers"), KAD_GUI_TEST_NOW_US + 1, 3);
  iterate ();
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/overview/full", test_full);
  g_test_add_func ("/gui/overview/check", test_check);
  g_test_add_func ("/gui/overview/check-again", test_check_made_again);
  g_test_add_func ("/gui/overview/steps", test_steps);
  g_test_add_func ("/gui/overview/pause", test_pause);
  g_test_add_func ("/gui/overview/quiet", test_quiet);
  g_test_add_func ("/gui/overview/failed", test_failed);
  g_test_add_func ("/gui/overview/finalize", test_goes);
  return g_test_run ();
}
