/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-bucket-chart.h"

#include <string.h>

#include "kad-gui-bucket.h"
#include "kad-gui-drawing.h"
#include "kad-gui-i18n.h"
#include "kad-gui-table-summary.h"

#define SEATS KAD_GUI_BUCKET_SEATS
/* Columns are at least as wide as the first while who is folded away fits into one column, and
 * never narrower than the second. */
#define EASY_COLUMN 15.0
#define LEAST_COLUMN 5.0
#define MOST_COLUMN 46.0
#define MOST_PITCH 28.0
#define LEAST_COLUMNS 12
#define TOP 26.0
#define BOTTOM 30.0
#define SIDE 10.0
#define MOST_DOTS 5

typedef struct
{
  KadGuiPeer *seats[SEATS]; /* (unowned) */
  guint n_peers;            /* who is in the table */
  guint n_replacements;
} Column;

struct _KadGuiBucketChart
{
  KadGuiPeerDrawing parent_instance;

  GHashTable *seats; /* peer, not owned and never looked into -> its seat + 1 */
  Column *columns;   /* while it is laid out: n_columns */
  guint n_columns;   /* the shared one included */
  guint n_own;       /* buckets with a column of their own */
  double column_width;
  double pitch; /* from seat to seat */
  double left;
  double bottom; /* of the lowest seat */
  gboolean thin;
  guint thin_index;
};

G_DEFINE_FINAL_TYPE (KadGuiBucketChart, kad_gui_bucket_chart, KAD_GUI_TYPE_PEER_DRAWING)

/* ---- how much room ---- */

static void
choose_columns (KadGuiBucketChart *self, int width, int height)
{
  KadGuiStore *store = kad_gui_peer_drawing_get_store (KAD_GUI_PEER_DRAWING (self));
  GListModel *buckets = kad_gui_store_get_buckets (store);
  double room = MAX (width - 2 * SIDE, LEAST_COLUMN);
  guint easy = (guint) MAX (room / EASY_COLUMN, 2);
  guint most = (guint) MAX (room / LEAST_COLUMN, 2);
  KadGuiTableSummary summary;
  guint wanted;
  guint folded = 0;

  kad_gui_table_summary_init (&summary, store);
  self->thin = summary.thin;
  self->thin_index = summary.thin_index;
  wanted = CLAMP (summary.deepest + 2, LEAST_COLUMNS, KAD_KEY_BITS);
  for (guint i = easy > 0 ? easy - 1 : 0; i < wanted && wanted > easy; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (buckets, i);

      folded += bucket->size;
    }
  if (wanted > easy)
    wanted = folded <= SEATS ? easy - 1 : MIN (wanted, most - 1);
  self->n_own = wanted;
  self->n_columns = wanted < KAD_KEY_BITS ? wanted + 1 : wanted;
  self->column_width = MIN (room / self->n_columns, MOST_COLUMN);
  self->pitch = MIN (MIN ((height - TOP - BOTTOM) / SEATS, self->column_width), MOST_PITCH);
  self->pitch = MAX (self->pitch, 3);
  self->left = (width - self->column_width * self->n_columns) / 2;
  self->bottom = (height + SEATS * self->pitch + TOP - BOTTOM) / 2;
}

static double
column_x (KadGuiBucketChart *self, guint column)
{
  return self->left + (column + 0.5) * self->column_width;
}

static double
mark_size (KadGuiBucketChart *self)
{
  return self->pitch * 0.8;
}

/* ---- who sits where ---- */

static gboolean
sit (Column *column, guint seat, KadGuiPeer *peer)
{
  if (seat >= SEATS || column->seats[seat] != NULL)
    return FALSE;
  column->seats[seat] = peer;
  return TRUE;
}

static void
find_seat (Column *column, KadGuiPeer *peer)
{
  for (guint i = 0; i < SEATS; i++)
    if (sit (column, i, peer))
      return;
  for (guint i = 0; i < SEATS && peer->departed_us == 0; i++)
    if (column->seats[i]->departed_us != 0)
      {
        column->seats[i] = peer;
        return;
      }
}

typedef struct
{
  KadGuiBucketChart *self;
  GPtrArray *others; /* (element-type KadGuiPeer) (unowned) who have no seat yet */
} Seating;

static void
seat_peer (gpointer data, gpointer user_data)
{
  KadGuiPeer *peer = data;
  Seating *seating = user_data;
  KadGuiBucketChart *self = seating->self;
  Column *column = &self->columns[MIN (peer->bucket, self->n_columns - 1)];
  guint seat = GPOINTER_TO_UINT (g_hash_table_lookup (self->seats, peer));

  if (!peer->in_table && (peer->departed_us == 0 || seat == 0))
    return;
  column->n_peers += peer->in_table ? 1 : 0;
  if (seat == 0 || !sit (column, seat - 1, peer))
    g_ptr_array_add (seating->others, peer);
}

/* Who had a seat keeps it; others take what is free, or the seat of one who left. */
static void
seat_peers (KadGuiBucketChart *self)
{
  KadGuiStore *store = kad_gui_peer_drawing_get_store (KAD_GUI_PEER_DRAWING (self));
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  Seating seating = { self, others };

  kad_gui_peer_list_foreach (kad_gui_store_get_peers (store), seat_peer, &seating);
  for (guint i = 0; i < others->len; i++)
    {
      KadGuiPeer *peer = others->pdata[i];

      find_seat (&self->columns[MIN (peer->bucket, self->n_columns - 1)], peer);
    }
}

static void
count_replacements (KadGuiBucketChart *self)
{
  KadGuiStore *store = kad_gui_peer_drawing_get_store (KAD_GUI_PEER_DRAWING (self));
  GListModel *buckets = kad_gui_store_get_buckets (store);

  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (buckets, i);

      self->columns[MIN (i, self->n_columns - 1)].n_replacements += bucket->replacements;
    }
}

/* ---- drawing ---- */

static void
draw_grid (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
           guint index)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (drawing);
  const GdkRGBA *color = &palette->colors[KAD_GUI_COLOR_GRID];
  double size = mark_size (self);

  for (guint i = 0; i < self->n_columns; i++)
    for (guint seat = 0; seat < SEATS; seat++)
      kad_gui_look_snapshot_ring (snapshot, color, column_x (self, i),
                                  self->bottom - (seat + 0.5) * self->pitch, size,
                                  size >= 6 ? size * 0.28 : 0, 1);
  if (self->n_own < self->n_columns)
    gtk_snapshot_append_color (
        snapshot, color,
        &GRAPHENE_RECT_INIT ((float) (self->left + self->n_own * self->column_width),
                             (float) (self->bottom - SEATS * self->pitch), 1,
                             (float) (SEATS * self->pitch)));
}

static gboolean
has_label (KadGuiBucketChart *self, guint column)
{
  guint step = self->column_width >= 17 ? 1 : self->column_width >= 9 ? 4 : 16;

  return column % step == 0 || column == self->n_own;
}

static void
draw_column (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
             guint index)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (drawing);
  const Column *column = &self->columns[index];
  gboolean thin = self->thin && self->thin_index == index && index < self->n_own;
  double x = column_x (self, index);
  double top = self->bottom - SEATS * self->pitch - 9;
  guint dots = MIN (column->n_replacements, MOST_DOTS);
  g_autofree char *label = g_strdup_printf (index < self->n_own ? "%u" : "%u+", index);
  /* Too few: said by a sign, too. */
  g_autofree char *count = g_strdup_printf (thin ? "▾%u" : "%u", column->n_peers);

  if (has_label (self, index))
    kad_gui_drawing_text (
        GTK_WIDGET (self), snapshot, label,
        &palette->colors[column->n_peers > 0 ? KAD_GUI_COLOR_FG : KAD_GUI_COLOR_DIM], x,
        self->bottom + 11, 0.5, 0.82);
  if (column->n_peers > 0 && (self->column_width >= 17 || thin || index >= self->n_own))
    kad_gui_drawing_text (GTK_WIDGET (self), snapshot, count,
                          &palette->colors[thin ? KAD_GUI_COLOR_STALE : KAD_GUI_COLOR_DIM], x, top,
                          0.5, 0.76);
  for (guint i = 0; i < dots && self->column_width >= 12; i++)
    kad_gui_look_snapshot_ring (snapshot, &palette->colors[KAD_GUI_COLOR_DIM],
                                x + (i - (dots - 1) / 2.0) * 4, self->bottom + 23, 3, 1.5, 1.5);
}

static guint64
hash_geometry (KadGuiBucketChart *self)
{
  guint64 hash = kad_gui_drawing_mix (self->n_columns, self->n_own);

  hash = kad_gui_drawing_mix (hash, (guint64) (gint64) (self->column_width * 64));
  hash = kad_gui_drawing_mix (hash, (guint64) (gint64) (self->pitch * 64));
  hash = kad_gui_drawing_mix (hash, (guint64) (gint64) (self->left * 64));
  return kad_gui_drawing_mix (hash, (guint64) (gint64) (self->bottom * 64));
}

static void
add_column (KadGuiBucketChart *self, guint index, guint64 geometry, GHashTable *seats)
{
  KadGuiPeerDrawing *drawing = KAD_GUI_PEER_DRAWING (self);
  const Column *column = &self->columns[index];
  guint64 hash = kad_gui_drawing_mix (geometry, column->n_peers);

  hash = kad_gui_drawing_mix (hash, MIN (column->n_replacements, MOST_DOTS));
  hash = kad_gui_drawing_mix (hash, self->thin && self->thin_index == index);
  kad_gui_peer_drawing_add_part (drawing, hash, draw_column, index);
  for (guint i = 0; i < SEATS; i++)
    if (column->seats[i] != NULL)
      {
        g_hash_table_insert (seats, column->seats[i], GUINT_TO_POINTER (i + 1));
        kad_gui_peer_drawing_add_mark (drawing, column->seats[i], column_x (self, index),
                                       self->bottom - (i + 0.5) * self->pitch, mark_size (self));
      }
  kad_gui_peer_drawing_end_marks (drawing);
}

static void
kad_gui_bucket_chart_layout (KadGuiPeerDrawing *drawing, int width, int height)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (drawing);
  GHashTable *seats = g_hash_table_new (NULL, NULL);
  guint64 geometry;

  choose_columns (self, width, height);
  geometry = hash_geometry (self);
  g_free (self->columns);
  self->columns = g_new0 (Column, self->n_columns);
  count_replacements (self);
  seat_peers (self);
  kad_gui_peer_drawing_add_part (drawing, geometry, draw_grid, 0);
  for (guint i = 0; i < self->n_columns; i++)
    add_column (self, i, geometry, seats);
  g_hash_table_unref (self->seats);
  self->seats = seats;
}

static void
kad_gui_bucket_chart_snapshot_target (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot,
                                      const KadGuiPalette *palette, const KadKey *target)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (drawing);
  GdkRGBA veil = kad_gui_palette_get (palette, KAD_GUI_COLOR_ACCENT, 0.14);
  double height = SEATS * self->pitch;
  KadKey own;
  double x;

  if (!kad_gui_store_get_self_key (kad_gui_peer_drawing_get_store (drawing), &own))
    return;
  x = column_x (self, MIN (kad_key_common_prefix (&own, target), self->n_columns - 1));
  gtk_snapshot_append_color (snapshot, &veil,
                             &GRAPHENE_RECT_INIT ((float) (x - self->column_width / 2),
                                                  (float) (self->bottom - height),
                                                  (float) self->column_width, (float) height));
  kad_gui_drawing_diamond (snapshot, &palette->colors[KAD_GUI_COLOR_ACCENT], x,
                           self->bottom - height - 20, 8);
}

/* ---- words ---- */

static char *
dup_deep_tooltip (KadGuiBucketChart *self)
{
  guint n = self->columns[self->n_columns - 1].n_peers;

  return g_strdup_printf (ngettext ("Buckets %u to %u: %u peer", "Buckets %u to %u: %u peers", n),
                          self->n_own, KAD_KEY_BITS - 1, n);
}

static char *
kad_gui_bucket_chart_dup_tooltip (KadGuiPeerDrawing *drawing, double x, double y)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (drawing);
  int column = self->column_width > 0 && x >= self->left
                   ? (int) ((x - self->left) / self->column_width)
                   : -1;

  if (column < 0 || column >= (int) self->n_columns || self->columns == NULL)
    return NULL;
  if (column >= (int) self->n_own)
    return dup_deep_tooltip (self);
  return kad_gui_table_summary_dup_bucket (kad_gui_peer_drawing_get_store (drawing),
                                           (guint) column);
}

/* The fill of each bucket that has somebody: "0: 20, 1: 20, 2: 7". */
static char *
kad_gui_bucket_chart_dup_details (KadGuiPeerDrawing *drawing)
{
  GListModel *buckets = kad_gui_store_get_buckets (kad_gui_peer_drawing_get_store (drawing));
  GString *text = g_string_new (NULL);
  guint n_told = 0;

  for (guint i = 0; i < KAD_KEY_BITS && n_told < 2 * SEATS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (buckets, i);

      if (bucket->size == 0)
        continue;
      /* Translators: a list of buckets: the number of one, and how many peers are in it. */
      g_string_append_printf (text, n_told == 0 ? _ ("Bucket %u: %u") : _ (", %u: %u"), i,
                              bucket->size);
      n_told++;
    }
  return g_string_free (text, text->len == 0);
}

/* ---- the widget ---- */

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = across ? 240 : 200;
  *natural = across ? 640 : 420;
}

static void
kad_gui_bucket_chart_finalize (GObject *object)
{
  KadGuiBucketChart *self = KAD_GUI_BUCKET_CHART (object);

  g_hash_table_unref (self->seats);
  g_free (self->columns);
  G_OBJECT_CLASS (kad_gui_bucket_chart_parent_class)->finalize (object);
}

static void
kad_gui_bucket_chart_class_init (KadGuiBucketChartClass *klass)
{
  KadGuiPeerDrawingClass *drawing_class = KAD_GUI_PEER_DRAWING_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_bucket_chart_finalize;
  GTK_WIDGET_CLASS (klass)->measure = measure;
  drawing_class->label = N_ ("Chart of the buckets of the routing table");
  drawing_class->layout = kad_gui_bucket_chart_layout;
  drawing_class->snapshot_target = kad_gui_bucket_chart_snapshot_target;
  drawing_class->dup_tooltip = kad_gui_bucket_chart_dup_tooltip;
  drawing_class->dup_details = kad_gui_bucket_chart_dup_details;
}

static void
kad_gui_bucket_chart_init (KadGuiBucketChart *self)
{
  self->seats = g_hash_table_new (NULL, NULL);
}

GtkWidget *
kad_gui_bucket_chart_new (void)
{
  return g_object_new (KAD_GUI_TYPE_BUCKET_CHART, NULL);
}

guint
kad_gui_bucket_chart_get_n_columns (KadGuiBucketChart *self, gboolean *deep)
{
  guint n_marks;

  kad_gui_peer_drawing_get_marks (KAD_GUI_PEER_DRAWING (self), &n_marks);
  if (deep != NULL)
    *deep = self->n_own < self->n_columns;
  return self->n_columns;
}
