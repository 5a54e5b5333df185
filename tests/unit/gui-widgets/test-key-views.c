/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "kad-gui-key-ring.h"
#include "kad-gui-key-trie.h"
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
  GtkWidget *(*new_drawing) (void) = data;

  f->source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  f->store = kad_gui_source_get_store (f->source);
  f->selection = kad_gui_peer_selection_new ();
  f->drawing = g_object_ref_sink (KAD_GUI_PEER_DRAWING (new_drawing ()));
  kad_gui_peer_drawing_set_store (f->drawing, f->store);
  kad_gui_peer_drawing_set_selection (f->drawing, f->selection);
  f->window = table_window_show (GTK_WIDGET (f->drawing), 600, 500);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_assert_finalize_object (f->drawing);
  g_assert_finalize_object (f->selection);
  g_object_unref (f->source);
}

static void
test_ring_places_by_key (Fixture *f, gconstpointer data)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);

  g_test_summary (
      "On the ring a peer is where the first bits of its key say, clockwise from above");
  g_assert_cmpuint (n, ==, 131);
  for (guint i = 0; i < n; i++)
    {
      double turn = atan2 (marks[i].x - gtk_widget_get_width (GTK_WIDGET (f->drawing)) / 2.0,
                           gtk_widget_get_height (GTK_WIDGET (f->drawing)) / 2.0 - marks[i].y)
                    / (2 * G_PI);
      double wanted = (marks[i].peer->key.bytes[0] * 256.0 + marks[i].peer->key.bytes[1]) / 65536.0;

      g_assert_cmpfloat (marks[i].x, >, 0);
      g_assert_cmpfloat (marks[i].x, <, gtk_widget_get_width (GTK_WIDGET (f->drawing)));
      g_assert_cmpfloat (marks[i].y, >, 0);
      g_assert_cmpfloat (marks[i].y, <, gtk_widget_get_height (GTK_WIDGET (f->drawing)));
      g_assert_cmpfloat_with_epsilon (turn < 0 ? turn + 1 : turn, wanted, 0.002);
      for (guint j = 0; j < i; j++)
        g_assert_cmpfloat (hypot (marks[i].x - marks[j].x, marks[i].y - marks[j].y), >, 2);
    }
}

static void
test_ring_goes_round (Fixture *f, gconstpointer data)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);
  GtkWidget *widget = GTK_WIDGET (f->drawing);

  g_test_summary ("Arrow keys go round the ring in the order of the keys");
  table_window_press (widget, GDK_KEY_Right, 0);
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == marks[0].peer);
  table_window_press (widget, GDK_KEY_Right, 0);
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == marks[1].peer);
  g_assert_cmpint (memcmp (marks[0].peer->key.bytes, marks[1].peer->key.bytes, KAD_KEY_BYTES), <,
                   0);
  table_window_press (widget, GDK_KEY_Up, 0);
  table_window_press (widget, GDK_KEY_Left, 0);
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == marks[n - 1].peer);
}

static void
test_trie_has_a_branch_a_bucket (Fixture *f, gconstpointer data)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);
  int height;
  int more;

  g_test_summary ("In the tree the peers of a bucket are in one row, the deeper the lower");
  g_assert_cmpuint (n, ==, 131);
  for (guint i = 1; i < n; i++)
    {
      int below = (int) marks[i].peer->bucket - (int) marks[i - 1].peer->bucket;

      g_assert_cmpint (below, >=, 0);
      g_assert_true ((below > 0) == (marks[i].y > marks[i - 1].y + 1));
    }
  gtk_widget_measure (GTK_WIDGET (f->drawing), GTK_ORIENTATION_VERTICAL, 600, &height, NULL, NULL,
                      NULL);
  kad_gui_test_fill_peers (f->store, 1000);
  gtk_widget_measure (GTK_WIDGET (f->drawing), GTK_ORIENTATION_VERTICAL, 600, &more, NULL, NULL,
                      NULL);
  g_assert_cmpint (more, >, height);
}

static void
test_is_told (Fixture *f, gconstpointer data)
{
  gboolean ring = KAD_GUI_IS_KEY_RING (f->drawing);

  g_test_summary ("Ring and tree have a role, a label and a description with the numbers");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (f->drawing), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (f->drawing), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       ring ? "Ring of the key space"
                                            : "Tree of the prefixes of keys");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (f->drawing),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "131 peers in 10 buckets, 15 connected, 7 stale");
}

static void
test_bears_everything (Fixture *f, gconstpointer data)
{
  static const guint numbers[] = { 0, 1, 5000, 131 };
  KadKey target = { { 0xff } };

  g_test_summary ("No peer, one and 5,000 are drawn, with a target and without");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint n;
      const KadGuiMark *marks;

      kad_gui_test_fill_peers (f->store, numbers[i]);
      kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (f->source), KAD_GUI_DEPARTED_US + 1);
      kad_gui_store_table_changed (f->store);
      table_window_run (60);
      kad_gui_peer_selection_set_target (f->selection, &target, NULL);
      table_window_run (60);
      kad_gui_peer_selection_set_target (f->selection, NULL, NULL);
      marks = kad_gui_peer_drawing_get_marks (f->drawing, &n);
      g_assert_cmpuint (n, <=, numbers[i]);
      g_assert_true (n > 0 || numbers[i] == 0);
      for (guint j = 0; j < n; j++)
        g_assert_cmpfloat (marks[j].size, >, 2);
    }
}

#define ADD(path, new_drawing, func)                                                               \
  g_test_add ("/gui-widgets/" path, Fixture, new_drawing, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("key-ring/places-by-key", kad_gui_key_ring_new, test_ring_places_by_key);
  ADD ("key-ring/goes-round", kad_gui_key_ring_new, test_ring_goes_round);
  ADD ("key-ring/is-told", kad_gui_key_ring_new, test_is_told);
  ADD ("key-ring/bears-everything", kad_gui_key_ring_new, test_bears_everything);
  ADD ("key-trie/has-a-branch-a-bucket", kad_gui_key_trie_new, test_trie_has_a_branch_a_bucket);
  ADD ("key-trie/is-told", kad_gui_key_trie_new, test_is_told);
  ADD ("key-trie/bears-everything", kad_gui_key_trie_new, test_bears_everything);
  return g_test_run ();
}
