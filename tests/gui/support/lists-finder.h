/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of pages with lists share: a window, and finding what is in it. */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-page.h"
#include "kad-gui-row-list.h"
#include "kad-gui-test-source.h"

static inline gboolean
lists_stop (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets the main loop run for so long. */
static inline void
lists_run (guint ms)
{
  gboolean stopped = FALSE;

  g_timeout_add (ms, lists_stop, &stopped);
  while (!stopped)
    g_main_context_iteration (NULL, TRUE);
}

/* Depth first; @label: of a button, NULL: any. Also what is not visible. (nullable) */
static inline GtkWidget *
lists_find (GtkWidget *widget, GType type, const char *label)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)
      && (label == NULL
          || (GTK_IS_BUTTON (widget)
              && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = lists_find (child, type, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Whether a label that is seen has @text in it. */
static inline gboolean
lists_says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (lists_says (child, text))
      return TRUE;
  return FALSE;
}

/* The same, as soon as it is laid out; waits 5 s at most. */
static inline gboolean
lists_shows (GtkWidget *widget, const char *text)
{
  for (guint i = 0; i < 100 && !lists_says (widget, text); i++)
    lists_run (50);
  return lists_says (widget, text);
}

/* ---- a page in a window, with the actions of whoever holds pages ---- */

typedef struct
{
  GtkWidget *window;
  GtkWidget *page;
  KadGuiSource *source;
  GString *done; /* "copy 'x'\n" for each action */
} ListsBench;

static inline void
lists_on_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ListsBench *bench = user_data;
  g_autofree char *text = g_variant_print (parameter, FALSE);

  g_string_append_printf (bench->done, "%s %s\n", g_action_get_name (G_ACTION (action)), text);
}

static inline void
lists_add_actions (ListsBench *bench)
{
  static const char *const actions[][2]
      = { { "show-peer", "s" }, { "show-query", "x" },  { "show-bucket", "u" },
          { "show-key", "s" },  { "show-events", "s" }, { "new-query", "(ss)" },
          { "copy", "s" },      { "toast", "s" } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action
          = g_simple_action_new (actions[i][0], G_VARIANT_TYPE (actions[i][1]));

      g_signal_connect (action, "activate", G_CALLBACK (lists_on_action), bench);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (bench->window, "kad", G_ACTION_GROUP (group));
}

static inline void
lists_bench_init (ListsBench *bench, GType page, KadGuiTestScene scene, int width)
{
  bench->done = g_string_new (NULL);
  bench->source = kad_gui_test_source_new (scene);
  bench->window = gtk_window_new ();
  bench->page = g_object_new (page, NULL);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), width, 700);
  gtk_window_set_decorated (GTK_WINDOW (bench->window), FALSE);
  gtk_window_set_child (GTK_WINDOW (bench->window), bench->page);
  lists_add_actions (bench);
  kad_gui_page_set_source (KAD_GUI_PAGE (bench->page), bench->source);
  gtk_window_present (GTK_WINDOW (bench->window));
  lists_run (300);
}

/* What was done; forgotten then. (transfer full) */
static inline char *
lists_bench_take (ListsBench *bench)
{
  char *done = g_strdup (bench->done->str);

  g_string_truncate (bench->done, 0);
  return done;
}

static inline void
lists_bench_clear (ListsBench *bench)
{
  gtk_window_destroy (GTK_WINDOW (bench->window));
  lists_run (20);
  g_object_unref (bench->source);
  g_string_free (bench->done, TRUE);
}

/* The row at @position of the list that is seen. (transfer full) (nullable) */
static inline gpointer
lists_dup_row (KadGuiRowList *list, guint position)
{
  return g_list_model_get_item (kad_gui_row_list_get_rows (list), position);
}

static inline guint
lists_count (KadGuiRowList *list)
{
  while (g_main_context_iteration (NULL, FALSE)) /* it is filtered a piece at a time */
    ;
  return g_list_model_get_n_items (kad_gui_row_list_get_rows (list));
}

static inline void
lists_select (KadGuiRowList *list, guint position)
{
  g_autoptr (GObject) item = NULL;

  for (guint i = 0; i < 100 && lists_count (list) <= position; i++)
    lists_run (50);
  item = lists_dup_row (list, position);
  g_assert_nonnull (item);
  g_assert_true (kad_gui_row_list_select (list, item));
  lists_run (50);
}
