/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program with GTK and nodes, which knows nothing of the inspector: all that it sees of the page
 * are widgets. */
#include <gtk/gtk.h>
#include <kad.h>

#define PATIENCE_US (60 * G_USEC_PER_SEC)

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;                                     \
                                                                                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration (NULL, FALSE))                                               \
          g_usleep (500);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static void
wait_a_while (guint ms)
{
  gint64 until_us = g_get_monotonic_time () + ms * 1000;

  wait_until (g_get_monotonic_time () > until_us);
}

static void
on_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static KadNode *
start_node (const char *join)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GAsyncResult) result = NULL;
  KadNode *node;

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", NULL));
  if (join != NULL)
    g_assert_true (kad_node_config_add_bootstrap (config, join, NULL));
  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  node = kad_node_new (config, NULL);
  g_assert_nonnull (node);
  kad_node_start_async (node, NULL, on_ready, &result);
  wait_until (result != NULL);
  g_assert_true (kad_node_start_finish (node, result, NULL));
  return node;
}

static void
end_node (KadNode *node)
{
  g_autoptr (GAsyncResult) result = NULL;

  kad_node_stop_async (node, on_ready, &result);
  wait_until (result != NULL);
  g_clear_object (&result);
  wait_until (G_OBJECT (node)->ref_count == 1);
  g_assert_finalize_object (node);
}

/* ---- widgets ---- */

static GtkWidget *
find_by_type (GtkWidget *root, const char *name)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (root), name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_by_type (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_inspector (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);

      if (g_str_equal (G_OBJECT_TYPE_NAME (window), "GtkInspectorWindow"))
        return window;
    }
  return NULL;
}

/* The page of the inspector that is in the stack @root, by its name. */
static void
show_page (GtkWidget *page, const char *name)
{
  GtkStack *stack = GTK_STACK (gtk_widget_get_ancestor (
      find_by_type (page, g_str_equal (name, "table") ? "KadGuiTablePage" : "KadGuiEventsPage"),
      GTK_TYPE_STACK));

  gtk_stack_set_visible_child_name (stack, name);
}

static gboolean
has_words (GtkWidget *root, const char *words)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), words) != NULL)
    return TRUE;
  if (GTK_IS_INSCRIPTION (root) && gtk_inscription_get_text (GTK_INSCRIPTION (root)) != NULL
      && strstr (gtk_inscription_get_text (GTK_INSCRIPTION (root)), words) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_words (child, words))
      return TRUE;
  return FALSE;
}

static GtkWidget *
open_inspector (GtkWidget *window)
{
  GtkWidget *page;
  GtkWidget *stack;

  gtk_window_set_interactive_debugging (TRUE);
  wait_until (find_inspector () != NULL);
  wait_until (gtk_widget_get_mapped (find_inspector ()));
  page = find_by_type (find_inspector (), "KadGuiInspectorPage");
  if (page == NULL)
    return NULL;
  stack = gtk_widget_get_ancestor (page, GTK_TYPE_STACK);
  gtk_stack_set_visible_child (GTK_STACK (stack), page);
  wait_until (gtk_widget_get_mapped (page));
  return page;
}

static GtkWidget *
show_window (void)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), gtk_label_new ("A program"));
  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (window));
  return window;
}

static void
close_all (GtkWidget *window)
{
  gtk_window_set_interactive_debugging (FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_a_while (50);
}

/* ---- tests ---- */

static void
count_served (KadNode *node, KadEvent *event, gpointer user_data)
{
  /* Told only while somebody traces. */
  if (kad_event_get_event_type (event) == KAD_EVENT_REQUEST_SERVED)
    ++*(guint *) user_data;
}

/* A walk, which asks whom it knows: nobody but the other node. */
static void
walk (KadNode *node)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) summary = NULL;

  kad_node_run_async (node, "closest-peers", g_variant_new_parsed ("{'key': <'text:somewhere'>}"),
                      NULL, NULL, NULL, NULL, on_ready, &result);
  wait_until (result != NULL);
  summary = kad_node_run_finish (node, result, NULL);
  g_assert_nonnull (summary);
}

static void
test_without_node (void)
{
  GtkWidget *window;
  GtkWidget *page;

  g_test_summary ("Nothing of it is in a program until the Inspector is opened; without a node the "
                  "page says so");
  g_assert_cmpuint (g_type_from_name ("KadGuiInspectorPage"), ==, 0);
  window = show_window ();
  g_assert_cmpuint (g_type_from_name ("KadGuiInspectorPage"), ==, 0);
  page = open_inspector (window);
  g_assert_nonnull (page);
  g_assert_true (has_words (page, "There is no Kad node in this program"));
  close_all (window);
}

static void
test_with_nodes (void)
{
  KadNode *node = start_node (NULL);
  g_auto (GStrv) addresses = kad_node_dup_addresses (node);
  KadNode *other = start_node (addresses[0]);
  g_autofree char *id = kad_peer_id_to_string (kad_node_get_peer_id (node));
  g_autofree char *title = NULL;
  guint n_served = 0;
  guint watch = kad_node_watch (node, count_served, &n_served, NULL);
  GtkWidget *window;
  GtkWidget *page;
  GtkWidget *table;

  g_test_summary ("The page shows the table and the events of a node, and watches only meanwhile");
  wait_until (kad_node_is_joined (other) && kad_node_get_table_size (node) == 1);
  window = show_window ();
  walk (other);
  wait_a_while (200);
  g_assert_cmpuint (n_served, ==, 0);
  page = open_inspector (window);
  g_assert_nonnull (page);
  g_object_get (page, "title", &title, NULL);
  g_assert_cmpstr (title, ==, "Kad");
  table = find_by_type (page, "KadGuiTablePage");
  g_assert_nonnull (table);
  g_assert_nonnull (find_by_type (page, "KadGuiQueriesPage"));
  show_page (page, "table");
  wait_until (gtk_widget_get_mapped (table));
  g_assert_true (has_words (page, id));
  wait_until (has_words (table, "1"));

  show_page (page, "events");
  wait_until (gtk_widget_get_mapped (find_by_type (page, "KadGuiEventsPage")));
  walk (other);
  wait_until (n_served > 0);
  wait_until (has_words (page, "asked us"));

  close_all (window);
  n_served = 0;
  walk (other);
  wait_a_while (200);
  g_assert_cmpuint (n_served, ==, 0);
  kad_node_unwatch (node, watch);
  end_node (other);
  end_node (node);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gtk-inspector/without-node", test_without_node);
  g_test_add_func ("/gtk-inspector/with-nodes", test_with_nodes);
  return g_test_run ();
}
