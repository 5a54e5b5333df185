/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-key-ring.h"

#include <math.h>
#include <string.h>

#include "kad-gui-drawing.h"
#include "kad-gui-i18n.h"

/* Peers are drawn in this many parts, and counted. */
#define SECTORS 64
/* Peers that would cover each other stand one behind the other, so many at most. */
#define LANES 8
#define MARGIN 14.0
/* Of the half of the room, at least: lanes then come nearer to each other. */
#define LEAST_RADIUS 0.56

struct _KadGuiKeyRing
{
  KadGuiPeerDrawing parent_instance;

  double x; /* the middle */
  double y;
  double radius; /* of the first lane */
  double lane;   /* what a peer needs */
  double step;   /* from lane to lane */
  double mark;   /* size */
  guint counts[SECTORS];
  guint most;
};

G_DEFINE_FINAL_TYPE (KadGuiKeyRing, kad_gui_key_ring, KAD_GUI_TYPE_PEER_DRAWING)

/* 0 to 1. */
static double
turn_of (const KadKey *key)
{
  return (key->bytes[0] * 65536.0 + key->bytes[1] * 256.0 + key->bytes[2]) / 16777216.0;
}

static void
place (const KadGuiKeyRing *self, double turn, double radius, double *x, double *y)
{
  *x = self->x + radius * sin (turn * 2 * G_PI);
  *y = self->y - radius * cos (turn * 2 * G_PI);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const KadGuiPeer *const *x = a;
  const KadGuiPeer *const *y = b;

  return memcmp ((*x)->key.bytes, (*y)->key.bytes, KAD_KEY_BYTES);
}

static void
add_peer (gpointer data, gpointer user_data)
{
  KadGuiPeer *peer = data;

  if (peer->in_table || peer->departed_us != 0)
    g_ptr_array_add (user_data, peer);
}

/* (transfer container) */
static GPtrArray *
dup_peers (KadGuiKeyRing *self)
{
  KadGuiStore *store = kad_gui_peer_drawing_get_store (KAD_GUI_PEER_DRAWING (self));
  GPtrArray *peers = g_ptr_array_new ();

  kad_gui_peer_list_foreach (kad_gui_store_get_peers (store), add_peer, peers);
  g_ptr_array_sort (peers, compare_keys);
  return peers;
}

/* ---- drawing ---- */

static void
draw_ring (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
           guint index)
{
  static const char *const names[] = { "00…", "01…", "10…", "11…" };
  KadGuiKeyRing *self = KAD_GUI_KEY_RING (drawing);
  double radius = self->radius - self->lane;

  kad_gui_look_snapshot_ring (snapshot, &palette->colors[KAD_GUI_COLOR_GRID], self->x, self->y,
                              radius * 2, radius, 1.5);
  for (guint i = 0; i < G_N_ELEMENTS (names) && radius > 60; i++)
    {
      double x;
      double y;

      place (self, (i + 0.5) / 4, radius * 0.42, &x, &y);
      kad_gui_drawing_text (GTK_WIDGET (self), snapshot, names[i],
                            &palette->colors[KAD_GUI_COLOR_DIM], x, y, 0.5, 0.82);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->x, (float) self->y));
      gtk_snapshot_rotate (snapshot, i * 90.0f);
      gtk_snapshot_append_color (
          snapshot, &palette->colors[KAD_GUI_COLOR_GRID],
          &GRAPHENE_RECT_INIT (-0.5f, (float) -radius, 1, (float) (radius * 0.5)));
      gtk_snapshot_restore (snapshot);
    }
}

/* Bars inwards: how many there are. */
static void
draw_density (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
              guint index)
{
  KadGuiKeyRing *self = KAD_GUI_KEY_RING (drawing);
  GdkRGBA color = kad_gui_palette_get (palette, KAD_GUI_COLOR_LIVE, 0.45);
  double radius = self->radius - self->lane - 3;

  for (guint i = 0; i < SECTORS; i++)
    {
      double length
          = self->most > 0 ? radius * 0.32 * sqrt ((double) self->counts[i] / self->most) : 0;

      /* As wide as there is room at its inner end. */
      double width = MAX ((radius - length) * 2 * G_PI / SECTORS - 1, 1.5);

      if (self->counts[i] == 0)
        continue;
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->x, (float) self->y));
      gtk_snapshot_rotate (snapshot, (i + 0.5f) * 360 / SECTORS);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT ((float) (-width / 2), (float) -radius,
                                                      (float) width, (float) length));
      gtk_snapshot_restore (snapshot);
    }
}

/* A needle from the middle to where a key is, with a word. */
static void
draw_needle (KadGuiKeyRing *self, GtkSnapshot *snapshot, const GdkRGBA *color, double turn,
             const char *word, double shift)
{
  double radius = self->radius - self->lane;
  double x;
  double y;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) self->x, (float) self->y));
  gtk_snapshot_rotate (snapshot, (float) (turn * 360));
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (-1, (float) -radius, 2, (float) radius));
  gtk_snapshot_restore (snapshot);
  place (self, turn, radius, &x, &y);
  kad_gui_drawing_diamond (snapshot, color, x, y, 9);
  kad_gui_drawing_text (GTK_WIDGET (self), snapshot, word, color, self->x, self->y + shift, 0.5,
                        0.9);
}

static void
draw_own (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot, const KadGuiPalette *palette,
          guint index)
{
  KadGuiKeyRing *self = KAD_GUI_KEY_RING (drawing);
  KadKey own;

  kad_gui_look_snapshot_ring (snapshot, &palette->colors[KAD_GUI_COLOR_FG], self->x, self->y, 5,
                              2.5, 2.5);
  if (kad_gui_store_get_self_key (kad_gui_peer_drawing_get_store (drawing), &own))
    draw_needle (self, snapshot, &palette->colors[KAD_GUI_COLOR_FG], turn_of (&own),
                 _ ("This node"), 16);
}

static void
kad_gui_key_ring_snapshot_target (KadGuiPeerDrawing *drawing, GtkSnapshot *snapshot,
                                  const KadGuiPalette *palette, const KadKey *target)
{
  draw_needle (KAD_GUI_KEY_RING (drawing), snapshot, &palette->colors[KAD_GUI_COLOR_ACCENT],
               turn_of (target), _ ("Your key"), -16);
}

/* ---- layout ---- */

static void
reset_lanes (double *ends)
{
  for (guint i = 0; i < LANES; i++)
    ends[i] = -1;
}

/* The first lane in which it covers nobody; where all are full, they cover each other. */
static guint
choose_lane (const KadGuiKeyRing *self, double turn, double *ends)
{
  double width = self->lane / (2 * G_PI * self->radius);
  guint best = 0;

  for (guint i = 0; i < LANES; i++)
    {
      if (ends[i] + width <= turn)
        {
          ends[i] = turn;
          return i;
        }
      if (ends[i] < ends[best])
        best = i;
    }
  ends[best] = turn;
  return best;
}

/* How many lanes are needed, up to LANES. */
static guint
count_lanes (const KadGuiKeyRing *self, GPtrArray *peers)
{
  double ends[LANES];
  guint n_lanes = 1;

  reset_lanes (ends);
  for (guint i = 0; i < peers->len; i++)
    {
      guint lane = choose_lane (self, turn_of (&((KadGuiPeer *) peers->pdata[i])->key), ends);

      n_lanes = MAX (n_lanes, lane + 1);
    }
  return n_lanes;
}

/* As large as it can be with all lanes in sight: a smaller ring may need more of them. */
static void
choose_sizes (KadGuiKeyRing *self, GPtrArray *peers, int width, int height)
{
  double half = MIN (width, height) / 2.0 - MARGIN;
  guint most = peers->len <= 300 ? 12 : peers->len <= 1200 ? 8 : 5;
  guint n_lanes = 2;
  guint needed;

  self->x = width / 2.0;
  self->y = height / 2.0;
  self->mark = CLAMP (half * 0.055, 4, most);
  self->lane = self->mark + 2;
  for (;;)
    {
      self->radius = MAX (half - n_lanes * self->lane, half * LEAST_RADIUS);
      self->step = MIN (self->lane, (half - self->radius) / n_lanes);
      needed = count_lanes (self, peers);
      if (needed <= n_lanes)
        return;
      n_lanes = needed;
    }
}

static guint64
hash_of (const KadGuiKeyRing *self, gboolean counts)
{
  guint64 hash
      = kad_gui_drawing_mix ((guint64) (gint64) (self->x * 16), (guint64) (gint64) (self->y * 16));

  hash = kad_gui_drawing_mix (hash, (guint64) (gint64) (self->radius * 16));
  hash = kad_gui_drawing_mix (hash, (guint64) (gint64) (self->lane * 16));
  for (guint i = 0; i < SECTORS && counts; i++)
    hash = kad_gui_drawing_mix (hash, self->counts[i]);
  return hash;
}

static void
kad_gui_key_ring_layout (KadGuiPeerDrawing *drawing, int width, int height)
{
  KadGuiKeyRing *self = KAD_GUI_KEY_RING (drawing);
  g_autoptr (GPtrArray) peers = dup_peers (self);
  double ends[LANES];
  guint sector = 0;
  KadKey own = { { 0 } };

  choose_sizes (self, peers, width, height);
  memset (self->counts, 0, sizeof self->counts);
  reset_lanes (ends);
  for (guint i = 0; i < peers->len; i++)
    {
      KadGuiPeer *peer = peers->pdata[i];
      double turn = turn_of (&peer->key);
      double x;
      double y;

      if ((guint) (turn * SECTORS) != sector)
        kad_gui_peer_drawing_end_marks (drawing);
      sector = (guint) (turn * SECTORS);
      self->counts[sector] += peer->in_table ? 1 : 0;
      place (self, turn, self->radius + choose_lane (self, turn, ends) * self->step, &x, &y);
      kad_gui_peer_drawing_add_mark (drawing, peer, x, y, self->mark);
    }
  kad_gui_peer_drawing_end_marks (drawing);
  self->most = 0;
  for (guint i = 0; i < SECTORS; i++)
    self->most = MAX (self->most, self->counts[i]);
  kad_gui_store_get_self_key (kad_gui_peer_drawing_get_store (drawing), &own);
  kad_gui_peer_drawing_add_part (drawing, hash_of (self, FALSE), draw_ring, 0);
  kad_gui_peer_drawing_add_part (drawing, hash_of (self, TRUE), draw_density, 0);
  kad_gui_peer_drawing_add_part (
      drawing,
      kad_gui_drawing_mix (hash_of (self, FALSE), (guint64) (gint64) (turn_of (&own) * 16777216)),
      draw_own, 0);
}

static char *
kad_gui_key_ring_dup_tooltip (KadGuiPeerDrawing *drawing, double x, double y)
{
  KadGuiKeyRing *self = KAD_GUI_KEY_RING (drawing);
  double distance = hypot (x - self->x, y - self->y);
  double turn = atan2 (x - self->x, self->y - y) / (2 * G_PI);
  guint sector;

  if (distance > self->radius || distance < self->radius * 0.5)
    return NULL;
  sector = (guint) ((turn < 0 ? turn + 1 : turn) * SECTORS) % SECTORS;
  /* Translators: the first byte of the keys in a sector of the key space, in hexadecimal. */
  return g_strdup_printf (
      ngettext ("Keys from %02x…: %u peer", "Keys from %02x…: %u peers", self->counts[sector]),
      sector * 256 / SECTORS, self->counts[sector]);
}

/* ---- the widget ---- */

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  *minimum = 200;
  *natural = 480;
}

static void
kad_gui_key_ring_class_init (KadGuiKeyRingClass *klass)
{
  KadGuiPeerDrawingClass *drawing_class = KAD_GUI_PEER_DRAWING_CLASS (klass);

  GTK_WIDGET_CLASS (klass)->measure = measure;
  drawing_class->label = N_ ("Ring of the key space");
  drawing_class->in_order = TRUE;
  drawing_class->layout = kad_gui_key_ring_layout;
  drawing_class->snapshot_target = kad_gui_key_ring_snapshot_target;
  drawing_class->dup_tooltip = kad_gui_key_ring_dup_tooltip;
}

static void
kad_gui_key_ring_init (KadGuiKeyRing *self)
{
}

GtkWidget *
kad_gui_key_ring_new (void)
{
  return g_object_new (KAD_GUI_TYPE_KEY_RING, NULL);
}
