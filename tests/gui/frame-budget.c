/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of the chart of the routing table, to be counted: see test_frame_budget.py.
 *
 *     frame-budget PEERS FRAMES
 *
 * A window with the chart and so many peers. Then so many times frame_delta(), which is one of the
 * 30 changes a second with what they make of the chart, and frame_quiet(), a frame in which nothing
 * changed but that something glows.
 */
#include <stdlib.h>

#include "kad-gui-bucket-chart.h"
#include "kad-gui-test-source.h"

#define CHANGED_A_DELTA 10

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  GtkWidget *chart;
  guint n_peers;
} Lab;

/* Rows as of Table.GetPeers, in another state than before. */
static GVariant *
new_rows (const Lab *lab, guint turn)
{
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (lab->store));
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a(sutttsasu)"));
  for (guint i = 0; i < CHANGED_A_DELTA; i++)
    {
      g_autoptr (KadGuiPeer) peer
          = g_list_model_get_item (peers, (turn * 997 + i * 131) % lab->n_peers);

      g_variant_builder_add (&rows, "(sutttsasu)", peer->id, peer->bucket,
                             (guint64) 1000 * (1 + turn), (guint64) peer->last_useful_us,
                             (guint64) peer->added_us, "kubo/1", NULL, turn % 2);
      kad_gui_peer_list_touch (KAD_GUI_PEER_LIST (peers), peer->id, 1,
                               kad_gui_store_get_now_us (lab->store));
    }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

static void
snapshot (GtkWidget *chart)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  GTK_WIDGET_GET_CLASS (chart)->snapshot (chart, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  gsk_render_node_unref (node);
}

/* Names that are counted: neither is made a part of its caller. */
void frame_quiet (Lab *lab);
void frame_delta (Lab *lab, GVariant *rows, GVariant *none);

G_GNUC_NO_INLINE void
frame_quiet (Lab *lab)
{
  snapshot (lab->chart);
}

G_GNUC_NO_INLINE void
frame_delta (Lab *lab, GVariant *rows, GVariant *none)
{
  kad_gui_peer_list_apply_table (kad_gui_store_get_peers (lab->store), none, rows, NULL,
                                 kad_gui_store_get_now_us (lab->store));
  kad_gui_store_table_changed (lab->store);
  snapshot (lab->chart);
}

static void
settle (GtkWidget *widget)
{
  for (guint i = 0; i < 2000 && gtk_widget_get_width (widget) == 0; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (1000);
    }
  g_assert_cmpint (gtk_widget_get_width (widget), >, 0);
}

int
main (int argc, char **argv)
{
  Lab lab = { 0 };
  guint n_frames = argc > 2 ? (guint) atoi (argv[2]) : 1;
  GtkWidget *window;
  g_autoptr (GVariant) none = NULL;

  gtk_init ();
  lab.n_peers = argc > 1 ? (guint) atoi (argv[1]) : 131;
  lab.source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  lab.store = kad_gui_source_get_store (lab.source);
  kad_gui_test_fill_peers (lab.store, lab.n_peers);
  none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sutttsasu)"), NULL, 0));
  lab.chart = kad_gui_bucket_chart_new ();
  kad_gui_peer_drawing_set_store (KAD_GUI_PEER_DRAWING (lab.chart), lab.store);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1400, 600);
  gtk_window_set_child (GTK_WINDOW (window), lab.chart);
  gtk_window_present (GTK_WINDOW (window));
  settle (lab.chart);
  snapshot (lab.chart);
  for (guint i = 0; i < n_frames; i++)
    {
      g_autoptr (GVariant) rows = NULL;

      kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (lab.source), G_USEC_PER_SEC / 60);
      rows = new_rows (&lab, i);
      frame_delta (&lab, rows, none);
      kad_gui_test_source_advance (KAD_GUI_TEST_SOURCE (lab.source), G_USEC_PER_SEC / 60);
      frame_quiet (&lab);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (lab.source);
  return 0;
}
