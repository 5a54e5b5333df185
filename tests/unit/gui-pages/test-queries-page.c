/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-queries-page.h"

#include <string.h>

#include "kad-gui-command-form.h"
#include "kad-gui-queries-testing.h"
#include "kad-gui-query-detail.h"
#include "kad-gui-query-form.h"
#include "kad-gui-query-list.h"
#include "kad-gui-query-row.h"
#include "kad-gui-query-table.h"
#include "kad-gui-waterfall.h"

#define WIDE 1000
#define NARROW 420

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiPage *page;
  KadGuiQueryList *list;
  KadGuiQueryDetail *detail;
  KadGuiQueryForm *form;
  GtkWindow *window;
  GString *said; /* actions, a line each */
} Fixture;

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree char *text = g_variant_print (parameter, FALSE);

  g_string_append_printf (user_data, "%s %s\n", g_action_get_name (G_ACTION (action)), text);
}

static void
add_actions (Fixture *f)
{
  static const GActionEntry entries[] = {
    { "show-peer", on_action, "s", NULL, NULL, { 0 } },
    { "copy", on_action, "s", NULL, NULL, { 0 } },
    { "toast", on_action, "s", NULL, NULL, { 0 } },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), f->said);
  gtk_widget_insert_action_group (GTK_WIDGET (f->page), "kad", G_ACTION_GROUP (group));
}

static void
show_page (Fixture *f, KadGuiTestScene scene, int width)
{
  GtkWidget *page = g_object_new (KAD_GUI_TYPE_QUERIES_PAGE, NULL);

  f->source = kad_gui_test_source_new (scene);
  f->store = kad_gui_source_get_store (f->source);
  f->page = KAD_GUI_PAGE (page);
  f->list = KAD_GUI_QUERY_LIST (kad_gui_testing_find (page, KAD_GUI_TYPE_QUERY_LIST));
  f->detail = KAD_GUI_QUERY_DETAIL (kad_gui_testing_find (page, KAD_GUI_TYPE_QUERY_DETAIL));
  f->form = KAD_GUI_QUERY_FORM (kad_gui_testing_find (page, KAD_GUI_TYPE_QUERY_FORM));
  f->said = g_string_new (NULL);
  add_actions (f);
  kad_gui_page_set_source (f->page, f->source);
  f->window = kad_gui_testing_show (page, width, 700);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  show_page (f, KAD_GUI_TEST_FULL, data != NULL ? GPOINTER_TO_INT (data) : WIDE);
}

static void
set_up_empty (Fixture *f, gconstpointer data)
{
  show_page (f, KAD_GUI_TEST_EMPTY, WIDE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_assert_finalize_object (f->source);
  g_string_free (f->said, TRUE);
}

static gboolean
go_to (Fixture *f, gint64 id)
{
  gboolean went = kad_gui_page_go_to (f->page, "query", g_variant_new_int64 (id));

  kad_gui_testing_wait_ms (100);
  return went;
}

static void
open_form (Fixture *f, const char *command, const char *key)
{
  g_assert_true (kad_gui_page_go_to (f->page, "new-query", g_variant_new ("(ss)", command, key)));
  kad_gui_testing_wait_ms (100);
}

/* ---- the list ---- */

static KadGuiQuery *
get_selected (Fixture *f)
{
  return kad_gui_query_list_get_selected (f->list);
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_newest_is_shown (Fixture *f, gconstpointer data)
{
  g_test_summary ("Where there is room the newest query is shown at first");
  g_assert_nonnull (get_selected (f));
  g_assert_cmpint (get_selected (f)->id, ==, 20);
  g_assert_true (kad_gui_query_detail_get_query (f->detail) == get_selected (f));
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 12);
}

static void
test_filters (Fixture *f, gconstpointer data)
{
  GtkWidget *list = GTK_WIDGET (f->list);
  GtkToggleButton *mine = GTK_TOGGLE_BUTTON (find_button (list, "Mine"));
  GtkToggleButton *failed = GTK_TOGGLE_BUTTON (find_button (list, "Failed"));
  GtkWidget *search = kad_gui_testing_find (list, GTK_TYPE_SEARCH_ENTRY);

  g_test_summary ("Filters: mine, failed, text; going to a query takes off what hides it");
  gtk_toggle_button_set_active (mine, TRUE);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 2);
  gtk_toggle_button_set_active (mine, FALSE);
  gtk_toggle_button_set_active (failed, TRUE);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 2);
  gtk_toggle_button_set_active (failed, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (search), "MISSING");
  kad_gui_testing_wait_ms (250);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 1);
  g_assert_true (go_to (f, 13));
  g_assert_cmpint (get_selected (f)->id, ==, 13);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 12);
  gtk_editable_set_text (GTK_EDITABLE (search), "nothing like that");
  kad_gui_testing_wait_ms (250);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 0);
  gtk_widget_activate_action (list, "query-list.show-all", NULL);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 12);
}

static void
test_failing_comes_into_the_filter (Fixture *f, gconstpointer data)
{
  KadGuiQuery *query = kad_gui_store_find_query (f->store, 20);

  g_test_summary ("A query that fails comes among those that failed");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_button (GTK_WIDGET (f->list), "Failed")),
                                TRUE);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 2);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, "failed");
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 3);
}

static void
test_stable_under_the_pointer (Fixture *f, gconstpointer data)
{
  g_test_summary ("While the pointer is there new queries wait, but not one that was begun here");
  kad_gui_query_list_set_held (f->list, TRUE);
  kad_gui_test_add_query (f->store, 60, "get-record", "/pk/a", 5, 1000);
  kad_gui_test_add_query (f->store, 61, "get-record", "/pk/b", 5, 1000);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 12);
  g_assert_nonnull (find_button (GTK_WIDGET (f->list), "2 new queries"));
  open_form (f, "get-record", "/pk/abc");
  g_assert_true (kad_gui_query_form_start (f->form));
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 13);
  /* As by another page. */
  g_assert_nonnull (kad_gui_source_start_query (f->source, "get-record", NULL, NULL));
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 14);
  kad_gui_query_list_set_held (f->list, FALSE);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 16);
}

static void
test_waiting_queries_may_go (Fixture *f, gconstpointer data)
{
  g_test_summary ("A query that waits to be shown may be forgotten meanwhile");
  kad_gui_query_list_set_held (f->list, TRUE);
  kad_gui_test_add_query (f->store, 60, "get-record", "/pk/a", 5, 1000);
  kad_gui_store_clear (f->store);
  kad_gui_query_list_set_held (f->list, FALSE);
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 0);
  g_assert_null (get_selected (f));
}

static void
test_time_goes_on_only_where_seen (Fixture *f, gconstpointer data)
{
  KadGuiQuery *query = kad_gui_store_find_query (f->store, 20);

  g_test_summary ("The time of a running query goes on while it is seen and not paused");
  g_assert_true (kad_gui_query_list_is_ticking (f->list));
  kad_gui_source_set_paused (f->source, TRUE);
  g_assert_false (kad_gui_query_list_is_ticking (f->list));
  kad_gui_source_set_paused (f->source, FALSE);
  g_assert_true (kad_gui_query_list_is_ticking (f->list));
  gtk_widget_set_visible (GTK_WIDGET (f->page), FALSE);
  kad_gui_testing_wait_ms (100);
  g_assert_false (kad_gui_query_list_is_ticking (f->list));
  gtk_widget_set_visible (GTK_WIDGET (f->page), TRUE);
  kad_gui_testing_wait_ms (100);
  g_assert_true (kad_gui_query_list_is_ticking (f->list));
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  g_assert_false (kad_gui_query_list_is_ticking (f->list));
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_test_summary ("Without queries the list says so, and leads to the form");
  g_assert_cmpuint (kad_gui_query_list_get_n_shown (f->list), ==, 0);
  g_assert_nonnull (find_button (GTK_WIDGET (f->list), "New Query…"));
  g_assert_false (go_to (f, 99));
  g_assert_false (
      gtk_widget_get_mapped (kad_gui_testing_find (GTK_WIDGET (f->list), GTK_TYPE_SEARCH_ENTRY)));
  gtk_widget_activate_action (GTK_WIDGET (f->list), "query-list.new", NULL);
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->form)));
  kad_gui_test_add_query (f->store, 60, "get-record", "/pk/a", 5, 1000);
  kad_gui_testing_wait_ms (100);
  g_assert_true (
      gtk_widget_get_mapped (kad_gui_testing_find (GTK_WIDGET (f->list), GTK_TYPE_SEARCH_ENTRY)));
}

/* ---- the detail ---- */

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return gtk_widget_get_mapped (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static void
test_answers_the_questions (Fixture *f, gconstpointer data)
{
  g_test_summary ("One sees why a query took 4 s, and who holds what it was after");
  g_assert_true (go_to (f, 13));
  g_assert_true (has_label (GTK_WIDGET (f->detail), "Took 4.1 s: 4 peers did not answer"));
  g_assert_true (has_label (GTK_WIDGET (f->detail), "19 of 23 asked answered"));
  g_assert_true (has_label (GTK_WIDGET (f->detail), "1 peer holds it: 12D3Ko"));
  g_assert_true (go_to (f, 18));
  g_assert_true (has_label (GTK_WIDGET (f->detail), "Timed out: It took longer than 10 s"));
}

static void
test_views_have_their_twin (Fixture *f, gconstpointer data)
{
  GtkWidget *waterfall = kad_gui_testing_find (GTK_WIDGET (f->detail), KAD_GUI_TYPE_WATERFALL);
  GtkWidget *table = kad_gui_testing_find (GTK_WIDGET (f->detail), KAD_GUI_TYPE_QUERY_TABLE);
  KadGuiContact *contact;

  g_test_summary ("Who is selected in a drawing is selected in the table of contacts");
  g_assert_true (go_to (f, 13));
  g_assert_true (kad_gui_testing_press (waterfall, "Down"));
  g_assert_true (kad_gui_testing_press (waterfall, "Down"));
  kad_gui_query_detail_show (f->detail, "contacts");
  kad_gui_testing_wait_ms (200);
  g_assert_cmpuint (kad_gui_query_table_get_n_rows (KAD_GUI_QUERY_TABLE (table)), ==, 34);
  contact = kad_gui_query_table_get_selected (KAD_GUI_QUERY_TABLE (table));
  g_assert_nonnull (contact);
  /* What is not seen follows nothing. */
  g_assert_null (kad_gui_query_drawing_get_query (KAD_GUI_QUERY_DRAWING (waterfall)));
  kad_gui_query_detail_show (f->detail, "waterfall");
  g_assert_cmpstr (kad_gui_query_drawing_get_selected (KAD_GUI_QUERY_DRAWING (waterfall)), ==,
                   contact->peer);
}

static void
test_leads_to_a_peer (Fixture *f, gconstpointer data)
{
  GtkWidget *waterfall = kad_gui_testing_find (GTK_WIDGET (f->detail), KAD_GUI_TYPE_WATERFALL);
  g_autofree char *expected = NULL;

  g_test_summary ("Enter on a contact leads to the peer");
  g_assert_true (go_to (f, 13));
  g_assert_true (kad_gui_testing_press (waterfall, "Home"));
  g_assert_true (kad_gui_testing_press (waterfall, "Return"));
  expected = g_strdup_printf (
      "show-peer '%s'\n", kad_gui_query_drawing_get_selected (KAD_GUI_QUERY_DRAWING (waterfall)));
  g_assert_cmpstr (f->said->str, ==, expected);
}

static void
test_copying (Fixture *f, gconstpointer data)
{
  g_autofree char *row = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autofree char *peer = kad_gui_test_dup_peer (77);
  g_autofree char *multiaddr = g_strdup_printf ("/ip4/198.51.100.77/tcp/4001/p2p/%s", peer);
  const char *name = NULL;

  g_test_summary ("Results are copied as multiaddrs and JSON, a query as JSON");
  g_assert_true (go_to (f, 13));
  row = kad_gui_page_dup_selection (f->page);
  g_assert_true (g_str_has_prefix (row, "{"));
  kad_gui_query_detail_show (f->detail, "results");
  kad_gui_testing_wait_ms (100);
  g_signal_emit_by_name (find_button (GTK_WIDGET (f->detail), "Copy as Multiaddr"), "clicked");
  g_assert_nonnull (strstr (f->said->str, multiaddr));
  g_string_truncate (f->said, 0);
  g_signal_emit_by_name (find_button (GTK_WIDGET (f->detail), "Copy as JSON"), "clicked");
  g_assert_true (g_str_has_prefix (f->said->str, "copy '{"));
  saved = kad_gui_page_save (f->page, &name);
  g_assert_cmpstr (name, ==, "query.json");
  g_assert_cmpuint (g_bytes_get_size (saved), >, 1000);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  GtkWidget *cancel;
  g_autofree char *calls = NULL;

  g_test_summary ("One's own running query can be cancelled, another cannot");
  g_assert_true (go_to (f, 13));
  cancel = find_button (GTK_WIDGET (f->detail), "Cancel");
  g_assert_false (gtk_widget_get_visible (cancel));
  g_assert_true (go_to (f, 20));
  g_assert_true (gtk_widget_get_visible (cancel));
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source)));
  g_signal_emit_by_name (cancel, "clicked");
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source));
  g_assert_cmpstr (calls, ==, "cancel 20");
  kad_gui_testing_wait_ms (250);
  g_assert_false (gtk_widget_get_visible (cancel));
  g_assert_true (has_label (GTK_WIDGET (f->detail), "Cancelled"));
}

static void
test_many_contacts (Fixture *f, gconstpointer data)
{
  GtkWidget *waterfall = kad_gui_testing_find (GTK_WIDGET (f->detail), KAD_GUI_TYPE_WATERFALL);

  g_test_summary ("A query with 2,000 contacts is drawn a view at a time");
  kad_gui_test_add_query (f->store, 70, "get-providers", TEST_CID, 2000, 9000000);
  g_assert_true (go_to (f, 70));
  g_assert_cmpuint (kad_gui_waterfall_get_n_drawn (KAD_GUI_WATERFALL (waterfall)), >, 0);
  g_assert_cmpuint (kad_gui_waterfall_get_n_drawn (KAD_GUI_WATERFALL (waterfall)), <, 40);
}

/* ---- the form ---- */

static void
test_starts_and_shows (Fixture *f, gconstpointer data)
{
  g_autofree char *calls = NULL;

  g_test_summary ("What is begun is shown");
  open_form (f, "get-record", "/pk/abc");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->form)));
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source)));
  g_assert_true (kad_gui_query_form_start (f->form));
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source));
  g_assert_cmpstr (calls, ==, "start get-record {'key': <'/pk/abc'>}");
  g_assert_cmpstr (get_selected (f)->key, ==, "/pk/abc");
  g_assert_true (get_selected (f)->own);
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->detail)));
}

static void
test_form_stays (Fixture *f, gconstpointer data)
{
  GtkWidget *row;

  g_test_summary ("Queries that come and change do not close the form; selecting one does");
  g_assert_true (go_to (f, 13));
  open_form (f, "get-record", "/pk/abc");
  kad_gui_test_add_query (f->store, 60, "get-record", "/pk/a", 5, 1000);
  kad_gui_query_list_set_held (f->list, TRUE);
  kad_gui_test_add_query (f->store, 61, "get-record", "/pk/b", 5, 1000);
  kad_gui_query_list_set_held (f->list, FALSE);
  kad_gui_item_set_uint (get_selected (f), KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_testing_wait_ms (200);
  g_assert_cmpint (get_selected (f)->id, ==, 13);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->form)));
  row = kad_gui_testing_find (GTK_WIDGET (f->list), KAD_GUI_TYPE_QUERY_ROW);
  g_signal_emit_by_name (gtk_widget_get_ancestor (row, GTK_TYPE_LIST_VIEW), "activate", 0);
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->detail)));
  open_form (f, "get-record", "/pk/abc");
  kad_gui_query_list_select (f->list, kad_gui_store_find_query (f->store, 61));
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->detail)));
}

static void
test_says_why_it_did_not_start (Fixture *f, gconstpointer data)
{
  g_test_summary ("A command that is refused says why, and the form stays");
  open_form (f, "get-record", "/pk/abc");
  kad_gui_test_source_fail_next (KAD_GUI_TEST_SOURCE (f->source), "The node is not running");
  g_assert_false (kad_gui_query_form_start (f->form));
  kad_gui_testing_wait_ms (50);
  g_assert_true (has_label (GTK_WIDGET (f->form), "The node is not running"));
  open_form (f, "get-record", "no key");
  g_assert_false (kad_gui_query_form_start (f->form));
}

static void
test_first_command (Fixture *f, gconstpointer data)
{
  g_test_summary ("What people want most is chosen first; writing is said plainly");
  open_form (f, "", "");
  g_assert_cmpstr (kad_gui_query_form_get_command (f->form), ==, "get-providers");
  g_assert_false (has_label (GTK_WIDGET (f->form), "This command writes"));
  open_form (f, "put-record", "");
  g_assert_cmpstr (kad_gui_query_form_get_command (f->form), ==, "put-record");
  g_assert_true (has_label (GTK_WIDGET (f->form), "This command writes"));
  open_form (f, "get-weather", "");
  g_assert_true (has_label (GTK_WIDGET (f->form), "“weather”"));
  open_form (f, "no-such-command", "");
  g_assert_cmpstr (kad_gui_query_form_get_command (f->form), ==, "get-weather");
}

static void
test_recording (Fixture *f, gconstpointer data)
{
  KadGuiSourceClass *klass = KAD_GUI_SOURCE_GET_CLASS (f->source);
  KadGuiAbilities abilities = klass->abilities;

  g_test_summary ("In a recording nothing can be begun, and the form says why");
  klass->abilities = 0;
  kad_gui_page_set_source (f->page, NULL);
  kad_gui_page_set_source (f->page, f->source);
  open_form (f, "get-record", "/pk/abc");
  g_assert_true (has_label (GTK_WIDGET (f->form), "This is a recording"));
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (f->form), "Start")));
  klass->abilities = abilities;
}

/* ---- narrow ---- */

static void
test_narrow (Fixture *f, gconstpointer data)
{
  g_test_summary ("Where it is narrow there is the list, then what was chosen, and a way back");
  kad_gui_testing_wait_ms (100);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->page)), <=, NARROW);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->list)));
  g_assert_null (get_selected (f));
  g_assert_true (go_to (f, 13));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (f->list)));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->detail)));
  g_signal_emit_by_name (f->detail, "back");
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->list)));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (f->detail)));
  g_assert_true (go_to (f, 13));
  kad_gui_page_focus_filter (f->page);
  kad_gui_testing_wait_ms (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (f->list)));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/gui/queries-page/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("newest-is-shown", test_newest_is_shown);
  ADD ("filters", test_filters);
  ADD ("failing-comes-into-the-filter", test_failing_comes_into_the_filter);
  ADD ("stable-under-the-pointer", test_stable_under_the_pointer);
  ADD ("waiting-queries-may-go", test_waiting_queries_may_go);
  ADD ("time-goes-on-only-where-seen", test_time_goes_on_only_where_seen);
  ADD ("answers-the-questions", test_answers_the_questions);
  ADD ("views-have-their-twin", test_views_have_their_twin);
  ADD ("leads-to-a-peer", test_leads_to_a_peer);
  ADD ("copying", test_copying);
  ADD ("cancel", test_cancel);
  ADD ("many-contacts", test_many_contacts);
  ADD ("starts-and-shows", test_starts_and_shows);
  ADD ("form-stays", test_form_stays);
  ADD ("says-why-it-did-not-start", test_says_why_it_did_not_start);
  ADD ("first-command", test_first_command);
  ADD ("recording", test_recording);
  g_test_add ("/gui/queries-page/empty", Fixture, NULL, set_up_empty, test_empty, tear_down);
  g_test_add ("/gui/queries-page/narrow", Fixture, GINT_TO_POINTER (NARROW), set_up, test_narrow,
              tear_down);
  return g_test_run ();
}
