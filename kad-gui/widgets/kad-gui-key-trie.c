/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-key-trie.h"

#include <math.h>
#include <string.h>

#include "kad-gui-drawing.h"
#include "kad-gui-i18n.h"
#include "kad-gui-table-summary.h"
#include "kad-gui-text.h"

#define ROW 27.0
#define MARK 10.0
#define PITCH 13.0
#define LEFT 18.0
#define TOP 16.0
/* Bits of a prefix that are written; what is before is "…". */
#define MAX_BITS 10
#define LEAST_ROWS 8

typedef struct
{
  GPtrArray *peers; /* (element-type KadGuiPeer) (unowned) while it is laid out */
  guint n_peers;    /* in the table */
  char *names;
} Branch;

struct _KadGuiKeyTrie
{
  KadGuiPeerDrawing parent_instance;

  guint n_rows;
  Branch *branches; /* n_rows, of the last layout */
  guint n_branches;
  KadKey own;
  gboolean has_own;
  int width;
  double step; /* to the right, from row to row */
  double text; /* where prefixes begin */
  double marks;
  guint n_marks; /* in a row at most */
};

G_DEFINE_FINAL_TYPE (KadGuiKeyTrie, kad_gui_key_trie, KAD_GUI_TYPE_PEER_DRAWING)

static void
clear_branches (KadGuiKeyTrie *self)
{
  for (guint i = 0; i < self->n_branches; i++)
    {
      g_clear_pointer (&self->branches[i].peers, g_ptr_array_unref);
      g_free (self->branches[i].names);
    }
  g_clear_pointer (&self->branches, g_free);
  self->n_branches = 0;
}

static double
row_y (guint row)
{
  return TOP + row * ROW + ROW / 2;
}

static double
node_x (const KadGuiKeyTrie *self, guint row)
{
  return LEFT + row * self->step;
}

/* The bits that lead to a branch: ours, and the last one the other way. */
static char *
dup_prefix (const KadGuiKeyTrie *self, guint row)
{
  GString *text = g_string_new (row >= MAX_BITS ? "…" : NULL);

  for (guint i = row >= MAX_BITS ? row + 1 - MAX_BITS : 0; i <= row; i++)
    {
      gboolean bit = (self->own.bytes[i / 8] >> (7 - i % 8) & 1) != 0;

      g_string_append_c (text, (i == row) != bit ? '1' : '0');
    }
  return g_string_free (text, FALSE);
}

/* ---- who ---- */

static int
compare_counts (gconstpointer a, gconstpointer b, gpointer counts)
{
  guint x = GPOINTER_TO_UINT (g_hash_table_lookup (counts, *(char *const *) a));
  guint y = GPOINTER_TO_UINT (g_hash_table_lookup (counts, *(char *const *) b));

  return x != y ? (x > y ? -1 : 1) : strcmp (*(char *const *) a, *(char *const *) b);
}

/* Few by name, many by what they run: "kubo 12, kad 3". */
static char *
dup_names (GPtrArray *peers)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GString *text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < peers->len; i++)
    {
      const KadGuiPeer *peer = peers->pdata[i];
      const char *end = strpbrk (peer->agent, "/ ");
      char *family = peers->len <= 2 ? g_strdup (peer->id)
                     : end != NULL   ? g_strndup (peer->agent, (gsize) (end - peer->agent))
                                     : g_strdup (peer->agent);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, family));

      g_hash_table_replace (counts, family, GUINT_TO_POINTER (n + 1));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort_with_data (names, compare_counts, counts);
  for (guint i = 0; i < names->len && i < 3; i++)
    {
      g_autofree char *shown = kad_gui_text_short (names->pdata[i]);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, names->pdata[i]));

      if (*shown == '\0')
        continue;
      g_string_append (text, text->len > 0 ? ", " : "");
      g_string_append (text, shown);
      if (peers->len > 2)
        g_string_append_printf (text, " %u", n);
    }
  return g_string_free (text, FALSE);
}

static void
add_peer (gpointer data, gpointer user_data)
{
  KadGuiPeer *peer = data;
  KadGuiKeyTrie *self = user_data;

  if (peer->bucket >= self->n_rows || (!peer->in_table && peer->departed_us == 0))
    return;
  g_ptr_array_add (self->branches[peer->bucket].peers, peer);
  self->branches[peer->bucket].n_peers += peer->in_table ? 1 : 0;
}

static void
fill_branches (KadGuiKeyTrie *self)
{
  KadGuiStore *store = kad_gui_peer_drawing_get_store (KAD_GUI_PEER_DRAWING (self));

  clear_branches (self);
  self->n_branches = self->n_rows;
  self->branches = g_new0 (Branch, MAX (self->n_rows, 1));
  for (guint i = 0; i < self->n_rows; i++)
    self->branches[i].peers = g_ptr_array_new ();
  kad_gui_peer_list_foreach (kad_gui_store_get_peers (store), add_peer, self);
  for (guint i = 0; i < self->n_rows; i++)
    self->branches[i].names = dup_names (self->branches[i].peers);
}

/* ---- drawing ---- */

static void
line (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width, double height)
{
  gtk_snapshot_append_color (
      snapshot, color, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static void
draw_branch (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
             guint row)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);
  const Branch *branch = &self->branches[row];
  GtkWidget *widget = GTK_WIDGET (self);
  const GdkRGBA *path = &palette->colors[KAD_GUI_COLOR_ACCENT];
  const GdkRGBA *dim = &palette->colors[KAD_GUI_COLOR_DIM];
  double x = node_x (self, row);
  double y = row_y (row);
  double size = 8 + 2 * sqrt (branch->n_peers);
  double after = self->marks + MIN (branch->peers->len, self->n_marks) * PITCH + 2;
  g_autofree char *prefix = dup_prefix (self, row);
  g_autofree char *count = g_strdup_printf ("%u", branch->n_peers);

  /* Our way down, and the branch to the right. */
  line (snapshot, path, x - 1, y - ROW / 2, 2, ROW);
  line (snapshot, path, x - 1, y + ROW / 2 - 1, self->step + 2, 2);
  line (snapshot, &palette->colors[KAD_GUI_COLOR_GRID], x + 1, y - 0.5, self->text - x - 8, 1);
  kad_gui_look_snapshot_ring (
      snapshot, &palette->colors[branch->n_peers > 0 ? KAD_GUI_COLOR_LIVE : KAD_GUI_COLOR_GRID],
      self->text + 6, y, size, size / 2, branch->n_peers > 0 ? size / 2 : 1);
  kad_gui_drawing_text (widget, snapshot, prefix, dim, self->text + 22, y, 0, 0.82);
  kad_gui_drawing_text (
      widget, snapshot, count,
      &palette->colors[branch->n_peers > 0 ? KAD_GUI_COLOR_FG : KAD_GUI_COLOR_DIM],
      self->marks - 12, y, 1, 0.9);
  if (branch->names != NULL && after + 60 < self->width)
    kad_gui_drawing_text_within (widget, snapshot, branch->names, dim, after, y,
                                 self->width - after - 8, 0.82);
}

static void
draw_us (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette, guint row)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);
  const GdkRGBA *color = &palette->colors[KAD_GUI_COLOR_ACCENT];
  double x = node_x (self, row);
  double y = row_y (row);

  line (snapshot, color, x - 1, y - ROW / 2, 2, ROW / 2);
  kad_gui_drawing_diamond (snapshot, color, x, y, 9);
  kad_gui_drawing_text (GTK_WIDGET (self), snapshot, _ ("This node"), color, x + 14, y, 0, 0.9);
}

static void
kad_gui_key_trie_snapshot_target (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot,
                                  const KadGuiPalette *palette, const KadKey *target)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);
  GdkRGBA veil = kad_gui_palette_get (palette, KAD_GUI_COLOR_ACCENT, 0.14);
  guint row;

  if (!self->has_own)
    return;
  row = MIN (kad_key_common_prefix (&self->own, target), self->n_rows);
  line (snapshot, &veil, 0, row_y (row) - ROW / 2, self->width, ROW);
  kad_gui_drawing_diamond (snapshot, &palette->colors[KAD_GUI_COLOR_ACCENT], self->text - 10,
                           row_y (row), 8);
}

/* ---- layout ---- */

static void
choose_sizes (KadGuiKeyTrie *self, int width)
{
  double prefix = 22 + 8.0 * (MIN (self->n_rows, MAX_BITS) + 1) + 26;

  self->width = width;
  self->step = CLAMP (width * 0.16 / MAX (self->n_rows, 1), 1.5, 12);
  self->text = LEFT + self->n_rows * self->step + 22;
  self->marks = self->text + prefix + 12;
  self->n_marks = (guint) CLAMP ((width - self->marks - 8) / PITCH, 1, KAD_GUI_BUCKET_SEATS);
}

static guint64
hash_branch (const KadGuiKeyTrie *self, guint row)
{
  const Branch *branch = &self->branches[row];
  guint64 hash = kad_gui_drawing_mix ((guint64) self->width, branch->n_peers);

  hash = kad_gui_drawing_mix (hash, self->n_rows);
  hash = kad_gui_drawing_mix (hash, branch->peers->len);
  for (guint i = 0; i < KAD_KEY_BYTES && i * 8 <= row; i++)
    hash = kad_gui_drawing_mix (hash, self->own.bytes[i]);
  return kad_gui_drawing_mix (hash, g_str_hash (branch->names));
}

static void
kad_gui_key_trie_layout (KadGuiPeerDrawing *drawing, int width, int height)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);

  self->has_own = kad_gui_store_get_self_key (kad_gui_peer_drawing_get_store (drawing), &self->own);
  choose_sizes (self, width);
  fill_branches (self);
  for (guint row = 0; row < self->n_rows; row++)
    {
      Branch *branch = &self->branches[row];

      kad_gui_peer_drawing_add_part (drawing, hash_branch (self, row), draw_branch, row);
      for (guint i = 0; i < branch->peers->len && i < self->n_marks; i++)
        kad_gui_peer_drawing_add_mark (drawing, branch->peers->pdata[i],
                                       self->marks + (i + 0.5) * PITCH, row_y (row), MARK);
      kad_gui_peer_drawing_end_marks (drawing);
    }
  kad_gui_peer_drawing_add_part (drawing, kad_gui_drawing_mix ((guint64) width, self->n_rows),
                                 draw_us, self->n_rows);
}

/* Called before the drawing is asked for its size. */
static void
kad_gui_key_trie_table_changed (KadGuiPeerDrawing *drawing)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);
  KadGuiStore *store = kad_gui_peer_drawing_get_store (drawing);
  KadGuiTableSummary summary = { 0 };
  guint n_rows = 0;

  if (store != NULL)
    {
      kad_gui_table_summary_init (&summary, store);
      n_rows = CLAMP (summary.deepest + 1, LEAST_ROWS, KAD_KEY_BITS);
    }
  if (n_rows == self->n_rows)
    return;
  self->n_rows = n_rows;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static char *
kad_gui_key_trie_dup_tooltip (KadGuiPeerDrawing *drawing, double x, double y)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (drawing);
  int row = (int) ((y - TOP) / ROW);

  if (y < TOP || row >= (int) self->n_branches)
    return NULL;
  return g_strdup_printf (ngettext ("Bucket %d: %u peer has %d leading bits in common with us",
                                    "Bucket %d: %u peers have %d leading bits in common with us",
                                    self->branches[row].n_peers),
                          row, self->branches[row].n_peers, row);
}

/* ---- the widget ---- */

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  KadGuiKeyTrie *self = KAD_GUI_KEY_TRIE (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 260;
      *natural = 640;
    }
  else
    *minimum = *natural = (int) (2 * TOP + (self->n_rows + 1) * ROW);
}

static void
kad_gui_key_trie_finalize (GObject *object)
{
  clear_branches (KAD_GUI_KEY_TRIE (object));
  G_OBJECT_CLASS (kad_gui_key_trie_parent_class)->finalize (object);
}

static void
kad_gui_key_trie_class_init (KadGuiKeyTrieClass *klass)
{
  KadGuiPeerDrawingClass *drawing_class = KAD_GUI_PEER_DRAWING_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_key_trie_finalize;
  GTK_WIDGET_CLASS (klass)->measure = measure;
  drawing_class->label = N_ ("Tree of the prefixes of keys");
  drawing_class->layout = kad_gui_key_trie_layout;
  drawing_class->snapshot_target = kad_gui_key_trie_snapshot_target;
  drawing_class->dup_tooltip = kad_gui_key_trie_dup_tooltip;
  drawing_class->table_changed = kad_gui_key_trie_table_changed;
}

static void
kad_gui_key_trie_init (KadGuiKeyTrie *self)
{
}

GtkWidget *
kad_gui_key_trie_new (void)
{
  return g_object_new (KAD_GUI_TYPE_KEY_TRIE, NULL);
}
