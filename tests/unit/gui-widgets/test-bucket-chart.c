/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-bucket-chart.h"

#include <math.h>

#include "table-window.h"

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiPeerSelection *selection;
  KadGuiPeerDrawing *drawing;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  f->store = kad_gui_source_get_store (f->source);
  f->selection = kad_gui_peer_selection_new ();
  f->drawing = g_object_ref_sink (KAD_GUI_PEER_DRAWING (kad_gui_bucket_chart_new ()));
  kad_gui_test_fill_peers (f->store, GPOINTER_TO_UINT (data));
  kad_gui_peer_drawing_set_store (f->drawing, f->store);
  kad_gui_peer_drawing_set_selection (f->drawing, f->selection);
  f->window = table_window_show (GTK_WIDGET (f->drawing), 640, 460);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_assert_finalize_object (f->drawing);
  g_assert_finalize_object (f->selection);
  g_object_unref (f->source);
}

static const KadGuiMark *
find_mark (Fixture *f, KadGuiPeer *peer)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);

  for (guint i = 0; i < n; i++)
    if (marks[i].peer == peer)
      return &marks[i];
  return NULL;
}

/* Somebody of a bucket who is not the only one. */
static KadGuiPeer *
get_peer (Fixture *f, guint bucket)
{
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (f->store));

  for (guint i = 0; i < g_list_model_get_n_items (peers); i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);

      if (peer->bucket == bucket)
        return peer;
    }
  g_assert_not_reached ();
}

static void
test_each_peer_has_a_seat (Fixture *f, gconstpointer data)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);
  gboolean deep;

  g_test_summary ("Each peer has a mark in its bucket's column, and no two marks are at one place");
  g_assert_cmpuint (n, ==, 131);
  g_assert_cmpuint (kad_gui_bucket_chart_get_n_columns (KAD_GUI_BUCKET_CHART (f->drawing), &deep),
                    >=, 11);
  g_assert_true (deep);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (marks[i].x, >, 0);
      g_assert_cmpfloat (marks[i].x, <, 640);
      g_assert_cmpfloat (marks[i].y, >, 0);
      g_assert_cmpfloat (marks[i].y, <, 460);
      for (guint j = 0; j < i; j++)
        {
          gboolean same = marks[i].peer->bucket == marks[j].peer->bucket;

          g_assert_true (same == (fabs (marks[i].x - marks[j].x) < 0.5));
          g_assert_false (same && fabs (marks[i].y - marks[j].y) < 1);
        }
    }
}

static void
test_folds_what_has_no_room (Fixture *f, gconstpointer data)
{
  gboolean deep;
  guint n_columns = kad_gui_bucket_chart_get_n_columns (KAD_GUI_BUCKET_CHART (f->drawing), &deep);
  guint n;

  g_test_summary ("With 5,000 peers in 250 buckets the deepest share the last column");
  g_assert_true (deep);
  g_assert_cmpuint (n_columns, <, 250);
  g_assert_cmpuint (n_columns, >, 100);
  kad_gui_peer_drawing_get_marks (f->drawing, &n);
  g_assert_cmpuint (n, ==, n_columns * 20);
}

static void
test_keeps_seats (Fixture *f, gconstpointer data)
{
  KadGuiPeer *gone = get_peer (f, 0);
  const char *const removed[] = { gone->id, NULL };
  g_autoptr (GVariant) none
      = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sutttsasu)"), NULL, 0));
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);
  g_autofree KadGuiMark *before = g_memdup2 (marks, n * sizeof *marks);

  g_test_summary ("Who stays keeps the seat in the drawing; who left is shown for five seconds");
  kad_gui_peer_list_apply_table (kad_gui_store_get_peers (f->store), none, none, removed,
                                 kad_gui_store_get_now_us (f->store));
  kad_gui_store_table_changed (f->store);
  kad_gui_peer_drawing_get_marks (f->drawing, &n);
  g_assert_cmpuint (n, ==, 131);
  g_assert_nonnull (find_mark (f, gone));
  g_object_ref (gone);
  kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (f->source), KAD_GUI_DEPARTED_US + 1);
  kad_gui_store_table_changed (f->store);
  kad_gui_peer_drawing_get_marks (f->drawing, &n);
  g_assert_cmpuint (n, ==, 130);
  for (guint i = 0; i < 131; i++)
    {
      const KadGuiMark *mark = find_mark (f, before[i].peer);

      if (before[i].peer == gone)
        {
          g_assert_null (mark);
          continue;
        }
      g_assert_cmpfloat (mark->x, ==, before[i].x);
      g_assert_cmpfloat (mark->y, ==, before[i].y);
    }
  g_object_unref (gone);
}

static void
test_draws_only_what_changed (Fixture *f, gconstpointer data)
{
  KadGuiPeer *peer = get_peer (f, 2);
  guint64 frames[2];
  guint64 parts[2];

  g_test_summary ("Without a change nothing is drawn; a change of one peer draws its column anew");
  table_window_run (300);
  kad_gui_peer_drawing_get_counts (f->drawing, &frames[0], &parts[0]);
  g_assert_cmpuint (frames[0], >, 0);
  table_window_run (300);
  kad_gui_peer_drawing_get_counts (f->drawing, &frames[1], &parts[1]);
  g_assert_cmpuint (frames[1], ==, frames[0]);
  g_assert_cmpuint (parts[1], ==, parts[0]);
  kad_gui_item_set_uint (peer, KAD_GUI_PEER_FIELD_STATE,
                         peer->state == KAD_GUI_PEER_STALE ? KAD_GUI_PEER_LIVE
                                                           : KAD_GUI_PEER_STALE);
  kad_gui_store_table_changed (f->store);
  table_window_run (200);
  kad_gui_peer_drawing_get_counts (f->drawing, &frames[1], &parts[1]);
  g_assert_cmpuint (frames[1], >, frames[0]);
  g_assert_cmpuint (parts[1], ==, parts[0] + 1);
}

/* Frames that are drawn in half a second while the clock goes on, or stands. */
static guint64
count_frames (Fixture *f, gint64 step_us)
{
  guint64 before;
  guint64 after;
  guint64 parts;

  kad_gui_peer_drawing_get_counts (f->drawing, &before, &parts);
  for (guint i = 0; i < 25; i++)
    {
      kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (f->source), step_us);
      table_window_run (20);
    }
  kad_gui_peer_drawing_get_counts (f->drawing, &after, &parts);
  return after - before;
}

static void
test_glow_fades (Fixture *f, gconstpointer data)
{
  KadGuiPeer *peer = get_peer (f, 1);

  g_test_summary (
      "While something glows frames are drawn, and none when it has faded or time stands");
  count_frames (f, G_USEC_PER_SEC);
  kad_gui_peer_list_touch (kad_gui_store_get_peers (f->store), peer->id, 1,
                           kad_gui_store_get_now_us (f->store));
  kad_gui_store_table_changed (f->store);
  g_assert_cmpuint (count_frames (f, 20000), >=, 3);
  table_window_run (200);
  g_assert_cmpuint (count_frames (f, 0), <=, 1);
  kad_gui_store_table_changed (f->store);
  count_frames (f, G_USEC_PER_SEC);
  g_assert_cmpuint (count_frames (f, 20000), ==, 0);
}

static void
test_keyboard_moves (Fixture *f, gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (f->drawing);
  KadGuiPeer *first;
  const KadGuiMark *mark;
  const KadGuiMark *next;

  g_test_summary ("Arrow keys go from seat to seat and from bucket to bucket");
  g_assert_true (table_window_press (widget, GDK_KEY_Right, 0));
  first = kad_gui_peer_selection_get_peer (f->selection);
  g_assert_nonnull (first);
  g_assert_cmpuint (first->bucket, ==, 0);
  mark = find_mark (f, first);
  g_assert_true (table_window_press (widget, GDK_KEY_Up, 0));
  next = find_mark (f, kad_gui_peer_selection_get_peer (f->selection));
  g_assert_cmpfloat (next->x, ==, mark->x);
  g_assert_cmpfloat (next->y, <, mark->y);
  g_assert_true (table_window_press (widget, GDK_KEY_Right, 0));
  g_assert_cmpuint (kad_gui_peer_selection_get_peer (f->selection)->bucket, ==, 1);
  g_assert_true (table_window_press (widget, GDK_KEY_Left, 0));
  g_assert_true (table_window_press (widget, GDK_KEY_Down, 0));
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == first);
  g_assert_true (table_window_press (widget, GDK_KEY_Menu, 0));
  g_assert_nonnull (table_window_find (widget, GTK_TYPE_POPOVER_MENU));
  gtk_popover_popdown (GTK_POPOVER (table_window_find (widget, GTK_TYPE_POPOVER_MENU)));
  table_window_run (200);
  table_window_press (widget, GDK_KEY_Escape, 0);
  g_assert_null (kad_gui_peer_selection_get_peer (f->selection));
}

static void
test_tells_the_numbers (Fixture *f, gconstpointer data)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (f->drawing);

  g_test_summary ("A screen reader is told what it is, and the numbers as they are now");
  gtk_test_accessible_assert_role (accessible, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Chart of the buckets of the routing table");
  gtk_test_accessible_assert_property (
      accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "131 peers in 10 buckets, 15 connected, 7 stale. Bucket 0: 20, 1: 20, 2: 20, 3: 20, 4: 20, "
      "5: 14, 6: 9, 7: 5, 8: 2, 9: 1");
  kad_gui_test_fill_peers (f->store, 0);
  kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (f->source), KAD_GUI_DEPARTED_US + 1);
  kad_gui_store_table_changed (f->store);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Nobody is in the routing table yet");
}

#define ADD(path, n, func)                                                                         \
  g_test_add ("/gui-widgets/bucket-chart/" path, Fixture, GUINT_TO_POINTER (n), set_up, func,      \
              tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("each-peer-has-a-seat", 131, test_each_peer_has_a_seat);
  ADD ("folds-what-has-no-room", 5000, test_folds_what_has_no_room);
  ADD ("keeps-seats", 131, test_keeps_seats);
  ADD ("draws-only-what-changed", 131, test_draws_only_what_changed);
  ADD ("glow-fades", 131, test_glow_fades);
  ADD ("keyboard-moves", 131, test_keyboard_moves);
  ADD ("tells-the-numbers", 131, test_tells_the_numbers);
  return g_test_run ();
}
