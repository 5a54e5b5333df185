/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-drawing.h"

#include "kad-gui-drawing.h"
#include "kad-gui-i18n.h"
#include "kad-gui-mark.h"
#include "kad-gui-peer-menu.h"
#include "kad-gui-peer-words.h"
#include "kad-gui-table-summary.h"

/* A clock that stands (a recording that pauses, a test) lets nothing fade: nothing is drawn. */
#define MAX_STILL_TICKS 5

typedef struct
{
  guint64 hash;
  KadGuiDrawPart draw; /* NULL: marks */
  guint index;         /* of marks: the first */
  guint n;             /* of marks */
  GskRenderNode *node; /* borrowed from nodes; NULL: nothing, or not drawn yet */
} Part;

typedef struct
{
  KadGuiStore *store;             /* (owned) (nullable) */
  KadGuiPeerSelection *selection; /* (owned) (nullable) */
  GArray *marks;                  /* of KadGuiMark */
  guint first_mark;               /* of those that are in no part yet */
  GArray *parts;                  /* of Part */
  GHashTable *nodes;              /* hash -> GskRenderNode of a part, NULL: it draws nothing */
  GArray *fading;                 /* numbers of marks that glow or have a sign */
  gboolean is_stale;              /* the table changed since the layout */
  gboolean is_drawn;              /* all parts have their nodes */
  int width;                      /* of the layout */
  int height;
  guint tick;
  guint timeout;
  guint n_still;
  gint64 drawn_us; /* the store's time of the last frame */
  char *description;
  GtkWidget *menu; /* not owned */
  guint64 n_frames;
  guint64 n_parts_drawn;
} KadGuiPeerDrawingPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadGuiPeerDrawing, kad_gui_peer_drawing, GTK_TYPE_WIDGET)

enum
{
  PROP_STORE = 1,
  PROP_SELECTION,
};

static KadGuiPeerDrawingPrivate *
get_private (KadGuiPeerDrawing *self)
{
  return kad_gui_peer_drawing_get_instance_private (self);
}

static void
clear_mark (gpointer data)
{
  g_object_unref (((KadGuiMark *) data)->peer);
}

static void
clear_node (gpointer node)
{
  if (node != NULL)
    gsk_render_node_unref (node);
}

static GHashTable *
new_nodes (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, clear_node);
}

/* ---- layout ---- */

void
kad_gui_peer_drawing_add_mark (KadGuiPeerDrawing *self, KadGuiPeer *peer, double x, double y,
                               double size)
{
  KadGuiMark mark = { g_object_ref (peer), (float) x, (float) y, (float) size };

  g_array_append_val (get_private (self)->marks, mark);
}

void
kad_gui_peer_drawing_end_marks (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  Part part = { 0x6d61726b, NULL, priv->first_mark, priv->marks->len - priv->first_mark, NULL };

  for (guint i = 0; i < part.n; i++)
    {
      const KadGuiMark *mark = &g_array_index (priv->marks, KadGuiMark, part.index + i);

      part.hash = kad_gui_drawing_mix (part.hash, (guint64) (gint64) (mark->x * 16));
      part.hash = kad_gui_drawing_mix (part.hash, (guint64) (gint64) (mark->y * 16));
      part.hash = kad_gui_drawing_mix (part.hash, (guint64) (gint64) (mark->size * 16) << 8
                                                      | kad_gui_look_of (mark->peer));
    }
  priv->first_mark = priv->marks->len;
  if (part.n > 0)
    g_array_append_val (priv->parts, part);
}

void
kad_gui_peer_drawing_add_part (KadGuiPeerDrawing *self, guint64 hash, KadGuiDrawPart draw,
                               guint index)
{
  Part part = { kad_gui_drawing_mix (hash, GPOINTER_TO_SIZE (draw) + index), draw, index, 0, NULL };

  g_array_append_val (get_private (self)->parts, part);
}

static void
ensure_layout (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  gint64 now_us;

  if (!priv->is_stale && width == priv->width && height == priv->height)
    return;
  priv->is_stale = FALSE;
  priv->width = width;
  priv->height = height;
  priv->first_mark = 0;
  priv->is_drawn = FALSE;
  g_array_set_size (priv->marks, 0);
  g_array_set_size (priv->parts, 0);
  g_array_set_size (priv->fading, 0);
  if (priv->store == NULL || width <= 0 || height <= 0)
    return;
  KAD_GUI_PEER_DRAWING_GET_CLASS (self)->layout (self, width, height);
  kad_gui_peer_drawing_end_marks (self);
  now_us = kad_gui_store_get_now_us (priv->store);
  for (guint i = 0; i < priv->marks->len; i++)
    if (kad_gui_mark_fades_until (g_array_index (priv->marks, KadGuiMark, i).peer) > now_us)
      g_array_append_val (priv->fading, i);
}

const KadGuiMark *
kad_gui_peer_drawing_get_marks (KadGuiPeerDrawing *self, guint *n_marks)
{
  ensure_layout (self);
  *n_marks = get_private (self)->marks->len;
  return (const KadGuiMark *) (gpointer) get_private (self)->marks->data;
}

void
kad_gui_peer_drawing_get_counts (KadGuiPeerDrawing *self, guint64 *n_frames, guint64 *n_parts_drawn)
{
  *n_frames = get_private (self)->n_frames;
  *n_parts_drawn = get_private (self)->n_parts_drawn;
}

static const KadGuiMark *
find_at (KadGuiPeerDrawing *self, double x, double y)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (self, &n);

  return kad_gui_mark_find_at (marks, n, x, y);
}

static const KadGuiMark *
find_selected (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  KadGuiPeer *peer
      = priv->selection != NULL ? kad_gui_peer_selection_get_peer (priv->selection) : NULL;
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (self, &n);

  for (guint i = 0; peer != NULL && i < n; i++)
    if (marks[i].peer == peer)
      return &marks[i];
  return NULL;
}

/* ---- what fades ---- */

static void
stop_fading (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  if (priv->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), priv->tick);
  priv->tick = 0;
  g_clear_handle_id (&priv->timeout, g_source_remove);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  KadGuiPeerDrawingPrivate *priv = get_private (KAD_GUI_PEER_DRAWING (widget));
  gint64 now_us = priv->store != NULL ? kad_gui_store_get_now_us (priv->store) : priv->drawn_us;

  if (now_us == priv->drawn_us)
    priv->n_still++;
  else
    {
      priv->n_still = 0;
      gtk_widget_queue_draw (widget);
    }
  if (priv->fading->len > 0 && priv->n_still < MAX_STILL_TICKS)
    return G_SOURCE_CONTINUE;
  priv->tick = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer user_data)
{
  KadGuiPeerDrawingPrivate *priv = get_private (user_data);

  priv->timeout = 0;
  if (priv->store != NULL && kad_gui_store_get_now_us (priv->store) != priv->drawn_us)
    gtk_widget_queue_draw (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
is_animated (KadGuiPeerDrawing *self)
{
  gboolean animated = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animated,
                NULL);
  return animated;
}

/* Sees to it that what fades is drawn again: each frame, or where nothing moves once at its end. */
static void
go_on_fading (KadGuiPeerDrawing *self, gint64 soonest_us, gint64 now_us)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  if (priv->fading->len == 0 || priv->tick != 0 || priv->timeout != 0
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (now_us == priv->drawn_us && priv->n_still >= MAX_STILL_TICKS)
    return;
  priv->n_still = 0;
  if (is_animated (self))
    priv->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  else
    priv->timeout = g_timeout_add ((guint) CLAMP ((soonest_us - now_us) / 1000 + 1, 1, 10000),
                                   on_timeout, self);
}

/* ---- a frame ---- */

static void
draw_marks (KadGuiPeerDrawing *self, GtkSnapshot *snapshot, const KadGuiPalette *palette,
            const Part *part)
{
  for (guint i = 0; i < part->n; i++)
    {
      const KadGuiMark *mark
          = &g_array_index (get_private (self)->marks, KadGuiMark, part->index + i);

      kad_gui_look_snapshot (kad_gui_look_of (mark->peer), snapshot, palette, mark->x, mark->y,
                             mark->size);
    }
}

static GskRenderNode *
new_node (KadGuiPeerDrawing *self, const KadGuiPalette *palette, const Part *part)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  if (part->draw != NULL)
    part->draw (self, snapshot, palette, part->index);
  else
    draw_marks (self, snapshot, palette, part);
  get_private (self)->n_parts_drawn++;
  return gtk_snapshot_free_to_node (snapshot);
}

/* Parts that look as before keep their drawing. */
static void
draw_parts (KadGuiPeerDrawing *self, const KadGuiPalette *palette)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  g_autoptr (GHashTable) old = g_steal_pointer (&priv->nodes);

  priv->nodes = new_nodes ();
  priv->is_drawn = TRUE;
  for (guint i = 0; i < priv->parts->len; i++)
    {
      Part *part = &g_array_index (priv->parts, Part, i);
      gpointer key = NULL;
      gpointer node = NULL;

      if (g_hash_table_lookup_extended (priv->nodes, &part->hash, NULL, &node))
        {
          part->node = node;
          continue;
        }
      if (!g_hash_table_steal_extended (old, &part->hash, &key, &node))
        {
          node = new_node (self, palette, part);
          key = g_memdup2 (&part->hash, sizeof part->hash);
        }
      part->node = node;
      g_hash_table_insert (priv->nodes, key, node);
    }
}

static void
snapshot_parts (KadGuiPeerDrawing *self, GtkSnapshot *snapshot, const KadGuiPalette *palette)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  if (!priv->is_drawn)
    draw_parts (self, palette);
  for (guint i = 0; i < priv->parts->len; i++)
    if (g_array_index (priv->parts, Part, i).node != NULL)
      gtk_snapshot_append_node (snapshot, g_array_index (priv->parts, Part, i).node);
}

static void
snapshot_fading (KadGuiPeerDrawing *self, GtkSnapshot *snapshot, const KadGuiPalette *palette)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  gint64 now_us = kad_gui_store_get_now_us (priv->store);
  gboolean animated = priv->fading->len > 0 && is_animated (self);
  gint64 soonest_us = G_MAXINT64;

  for (guint i = priv->fading->len; i > 0; i--)
    {
      guint number = g_array_index (priv->fading, guint, i - 1);
      const KadGuiMark *mark = &g_array_index (priv->marks, KadGuiMark, number);
      gint64 until_us = kad_gui_mark_fades_until (mark->peer);

      if (until_us <= now_us)
        {
          g_array_remove_index_fast (priv->fading, i - 1);
          continue;
        }
      kad_gui_mark_snapshot_signs (snapshot, palette, mark, now_us, animated);
      soonest_us = MIN (soonest_us, until_us);
    }
  go_on_fading (self, soonest_us, now_us);
  priv->drawn_us = now_us;
}

static void
snapshot_selection (KadGuiPeerDrawing *self, GtkSnapshot *snapshot, const KadGuiPalette *palette)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  const KadGuiMark *selected = find_selected (self);
  const KadKey *target = kad_gui_peer_selection_get_target (priv->selection);
  const GdkRGBA *accent = &palette->colors[KAD_GUI_COLOR_ACCENT];

  for (guint i = 0; target != NULL && i < priv->marks->len; i++)
    {
      const KadGuiMark *mark = &g_array_index (priv->marks, KadGuiMark, i);

      if (kad_gui_peer_selection_is_close (priv->selection, mark->peer))
        kad_gui_look_snapshot_ring (snapshot, accent, mark->x, mark->y, mark->size + 4,
                                    mark->size * 0.35, 1.5);
    }
  if (target != NULL && KAD_GUI_PEER_DRAWING_GET_CLASS (self)->snapshot_target != NULL)
    KAD_GUI_PEER_DRAWING_GET_CLASS (self)->snapshot_target (self, snapshot, palette, target);
  if (selected != NULL)
    {
      gboolean focused = gtk_widget_has_visible_focus (GTK_WIDGET (self));
      double width = focused ? 3 : 2;
      GdkRGBA veil = kad_gui_palette_get (palette, KAD_GUI_COLOR_ACCENT, 0.22);
      double size = MAX (selected->size, 6) + 6;

      kad_gui_look_snapshot_ring (snapshot, &veil, selected->x, selected->y, size, size * 0.3,
                                  size / 2);
      kad_gui_look_snapshot_ring (snapshot, accent, selected->x, selected->y, size, size * 0.3,
                                  width);
    }
}

static void
kad_gui_peer_drawing_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiPeerDrawing *self = KAD_GUI_PEER_DRAWING (widget);
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  KadGuiPalette palette;

  if (priv->store == NULL)
    return;
  ensure_layout (self);
  kad_gui_palette_init (&palette, widget);
  priv->n_frames++;
  snapshot_parts (self, snapshot, &palette);
  snapshot_fading (self, snapshot, &palette);
  if (priv->selection != NULL)
    snapshot_selection (self, snapshot, &palette);
}

/* ---- what a screen reader is told ---- */

static void
update_description (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  KadGuiPeerDrawingClass *klass = KAD_GUI_PEER_DRAWING_GET_CLASS (self);
  g_autofree char *text = NULL;
  KadGuiTableSummary summary;

  if (priv->store != NULL)
    {
      kad_gui_table_summary_init (&summary, priv->store);
      text = kad_gui_table_summary_dup_text (&summary);
      if (klass->dup_details != NULL)
        {
          g_autofree char *head = g_steal_pointer (&text);
          g_autofree char *details = klass->dup_details (self);

          text = g_strconcat (head, details != NULL ? ". " : "", details, NULL);
        }
    }
  if (g_strcmp0 (text, priv->description) == 0)
    return;
  g_free (priv->description);
  priv->description = g_steal_pointer (&text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  priv->description != NULL ? priv->description : "", -1);
}

/* ---- pointer and keyboard ---- */

static gboolean
query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  KadGuiPeerDrawing *self = KAD_GUI_PEER_DRAWING (widget);
  KadGuiPeerDrawingClass *klass = KAD_GUI_PEER_DRAWING_GET_CLASS (self);
  const KadGuiMark *mark;
  g_autofree char *text = NULL;

  if (get_private (self)->store == NULL)
    return FALSE;
  mark = keyboard ? find_selected (self) : find_at (self, x, y);
  if (mark != NULL)
    {
      int size = (int) mark->size + 2;

      text = kad_gui_peer_words_dup (mark->peer,
                                     kad_gui_store_get_now_us (get_private (self)->store));
      gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle){ (int) mark->x - size / 2,
                                                          (int) mark->y - size / 2, size, size });
    }
  else if (!keyboard && klass->dup_tooltip != NULL)
    {
      text = klass->dup_tooltip (self, x, y);
      gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle){ x - 2, y - 2, 4, 4 });
    }
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

static void
select_mark (KadGuiPeerDrawing *self, const KadGuiMark *mark)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  if (priv->selection != NULL)
    kad_gui_peer_selection_set_peer (priv->selection, mark != NULL ? mark->peer : NULL);
}

static void
popup_menu (KadGuiPeerDrawing *self, double x, double y)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  g_set_weak_pointer (&priv->menu, kad_gui_peer_menu_popup (GTK_WIDGET (self), x, y));
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  KadGuiPeerDrawing *self = user_data;
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  const KadGuiMark *mark;

  if (get_private (self)->store == NULL)
    return;
  mark = find_at (self, x, y);
  if (button != GDK_BUTTON_PRIMARY && button != GDK_BUTTON_SECONDARY)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  select_mark (self, mark);
  if (button == GDK_BUTTON_SECONDARY && mark != NULL)
    popup_menu (self, x, y);
  else if (n_press == 2 && mark != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "peer.show", NULL);
}

static void
move (KadGuiPeerDrawing *self, int dx, int dy)
{
  guint n;
  const KadGuiMark *marks = kad_gui_peer_drawing_get_marks (self, &n);
  const KadGuiMark *from = find_selected (self);
  const KadGuiMark *to;
  GtkWidget *scrolled = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);

  if (n == 0)
    return;
  if (from == NULL)
    to = &marks[0];
  else if (KAD_GUI_PEER_DRAWING_GET_CLASS (self)->in_order)
    to = &marks[((gint64) (from - marks) + dx + dy + n) % n];
  else
    to = kad_gui_mark_find_towards (marks, n, from, dx, dy);
  if (to == NULL)
    return;
  select_mark (self, to);
  if (scrolled != NULL)
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                               to->y - to->size * 2, to->y + to->size * 2);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        gpointer user_data)
{
  KadGuiPeerDrawing *self = user_data;
  const KadGuiMark *mark;
  guint n;

  if (get_private (self)->store == NULL
      || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move (self, -1, 0);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move (self, 1, 0);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move (self, 0, -1);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move (self, 0, 1);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_End:
      mark = kad_gui_peer_drawing_get_marks (self, &n);
      if (n > 0)
        select_mark (self, keyval == GDK_KEY_Home ? mark : mark + n - 1);
      return TRUE;
    case GDK_KEY_Escape:
      select_mark (self, NULL);
      return FALSE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return gtk_widget_activate_action (GTK_WIDGET (self), "peer.show", NULL);
    case GDK_KEY_Menu:
    case GDK_KEY_F10:
      mark = find_selected (self);
      if (mark == NULL || (keyval == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) == 0))
        return FALSE;
      popup_menu (self, mark->x, mark->y + mark->size / 2);
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- the widget ---- */

static void
on_table_changed (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingClass *klass = KAD_GUI_PEER_DRAWING_GET_CLASS (self);

  get_private (self)->is_stale = TRUE;
  if (klass->table_changed != NULL)
    klass->table_changed (self);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  KadGuiPeerDrawingPrivate *priv = get_private (KAD_GUI_PEER_DRAWING (widget));

  GTK_WIDGET_CLASS (kad_gui_peer_drawing_parent_class)->css_changed (widget, change);
  priv->is_drawn = FALSE;
  g_hash_table_remove_all (priv->nodes);
  gtk_widget_queue_draw (widget);
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KadGuiPeerDrawingPrivate *priv = get_private (KAD_GUI_PEER_DRAWING (widget));

  if (priv->menu != NULL)
    gtk_popover_present (GTK_POPOVER (priv->menu));
}

static void
unmap (GtkWidget *widget)
{
  stop_fading (KAD_GUI_PEER_DRAWING (widget));
  GTK_WIDGET_CLASS (kad_gui_peer_drawing_parent_class)->unmap (widget);
}

static void
kad_gui_peer_drawing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiPeerDrawingPrivate *priv = get_private (KAD_GUI_PEER_DRAWING (object));

  if (id == PROP_STORE)
    g_value_set_object (value, priv->store);
  else if (id == PROP_SELECTION)
    g_value_set_object (value, priv->selection);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_drawing_set_property (GObject *object, guint id, const GValue *value,
                                   GParamSpec *pspec)
{
  KadGuiPeerDrawing *self = KAD_GUI_PEER_DRAWING (object);

  if (id == PROP_STORE)
    kad_gui_peer_drawing_set_store (self, g_value_get_object (value));
  else if (id == PROP_SELECTION)
    kad_gui_peer_drawing_set_selection (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_drawing_constructed (GObject *object)
{
  const char *label = KAD_GUI_PEER_DRAWING_GET_CLASS (object)->label;

  G_OBJECT_CLASS (kad_gui_peer_drawing_parent_class)->constructed (object);
  gtk_accessible_update_property (GTK_ACCESSIBLE (object), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (label),
                                  -1);
}

static void
kad_gui_peer_drawing_dispose (GObject *object)
{
  KadGuiPeerDrawing *self = KAD_GUI_PEER_DRAWING (object);
  GtkWidget *child;

  stop_fading (self);
  kad_gui_peer_drawing_set_store (self, NULL);
  kad_gui_peer_drawing_set_selection (self, NULL);
  g_clear_weak_pointer (&get_private (self)->menu);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kad_gui_peer_drawing_parent_class)->dispose (object);
}

static void
kad_gui_peer_drawing_finalize (GObject *object)
{
  KadGuiPeerDrawingPrivate *priv = get_private (KAD_GUI_PEER_DRAWING (object));

  g_array_unref (priv->marks);
  g_array_unref (priv->parts);
  g_array_unref (priv->fading);
  g_hash_table_unref (priv->nodes);
  g_free (priv->description);
  G_OBJECT_CLASS (kad_gui_peer_drawing_parent_class)->finalize (object);
}

static void
kad_gui_peer_drawing_class_init (KadGuiPeerDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = kad_gui_peer_drawing_get_property;
  object_class->set_property = kad_gui_peer_drawing_set_property;
  object_class->constructed = kad_gui_peer_drawing_constructed;
  object_class->dispose = kad_gui_peer_drawing_dispose;
  object_class->finalize = kad_gui_peer_drawing_finalize;
  widget_class->snapshot = kad_gui_peer_drawing_snapshot;
  widget_class->size_allocate = size_allocate;
  widget_class->css_changed = css_changed;
  widget_class->query_tooltip = query_tooltip;
  widget_class->unmap = unmap;
  g_object_class_install_property (
      object_class, PROP_STORE,
      g_param_spec_object ("store", NULL, NULL, KAD_GUI_TYPE_STORE, both));
  g_object_class_install_property (
      object_class, PROP_SELECTION,
      g_param_spec_object ("selection", NULL, NULL, KAD_GUI_TYPE_PEER_SELECTION, both));
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
kad_gui_peer_drawing_init (KadGuiPeerDrawing *self)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  priv->marks = g_array_new (FALSE, FALSE, sizeof (KadGuiMark));
  g_array_set_clear_func (priv->marks, clear_mark);
  priv->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  priv->fading = g_array_new (FALSE, FALSE, sizeof (guint));
  priv->nodes = new_nodes ();
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

KadGuiStore *
kad_gui_peer_drawing_get_store (KadGuiPeerDrawing *self)
{
  return get_private (self)->store;
}

void
kad_gui_peer_drawing_set_store (KadGuiPeerDrawing *self, KadGuiStore *store)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);
  g_autoptr (KadGuiStore) old = priv->store;

  if (store == old)
    {
      old = NULL;
      return;
    }
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, on_table_changed, self);
  priv->store = store != NULL ? g_object_ref (store) : NULL;
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  on_table_changed (self);
  g_object_notify (G_OBJECT (self), "store");
}

KadGuiPeerSelection *
kad_gui_peer_drawing_get_selection (KadGuiPeerDrawing *self)
{
  return get_private (self)->selection;
}

void
kad_gui_peer_drawing_set_selection (KadGuiPeerDrawing *self, KadGuiPeerSelection *selection)
{
  KadGuiPeerDrawingPrivate *priv = get_private (self);

  if (priv->selection == selection)
    return;
  if (priv->selection != NULL)
    g_signal_handlers_disconnect_by_func (priv->selection, gtk_widget_queue_draw, self);
  g_set_object (&priv->selection, selection);
  if (selection != NULL)
    {
      g_signal_connect_swapped (selection, "notify::peer", G_CALLBACK (gtk_widget_queue_draw),
                                self);
      g_signal_connect_swapped (selection, "target-changed", G_CALLBACK (gtk_widget_queue_draw),
                                self);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify (G_OBJECT (self), "selection");
}
