/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-drawing.h"

#include "kad-gui-i18n.h"
#include "kad-gui-palette.h"
#include "kad-gui-query-watch.h"

#define PAGE_ROWS 10

typedef struct
{
  KadGuiQueryWatch *watch;
  GPtrArray *contacts; /* (element-type KadGuiContact) */
  gint64 duration_us;
  char *selected;
} KadGuiQueryDrawingPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadGuiQueryDrawing, kad_gui_query_drawing, GTK_TYPE_WIDGET)

enum
{
  PEER_SELECTED,
  PEER_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static KadGuiQueryDrawingPrivate *
get_private (KadGuiQueryDrawing *self)
{
  return kad_gui_query_drawing_get_instance_private (self);
}

/* ---- what is shown ---- */

/* By the first contact; who was only heard of comes after them. */
static int
compare_contacts (gconstpointer a, gconstpointer b)
{
  KadGuiContact *one = *(KadGuiContact *const *) a;
  KadGuiContact *other = *(KadGuiContact *const *) b;
  gint64 one_us = kad_gui_contact_get_begin_us (one);
  gint64 other_us = kad_gui_contact_get_begin_us (other);

  if ((one_us < 0) != (other_us < 0))
    return one_us < 0 ? 1 : -1;
  if (one_us < 0)
    {
      one_us = one->heard_us;
      other_us = other->heard_us;
    }
  if (one_us != other_us)
    return one_us > other_us ? 1 : -1;
  return g_strcmp0 (one->peer, other->peer);
}

static void
describe (KadGuiQueryDrawing *self)
{
  KadGuiQueryDrawingClass *klass = KAD_GUI_QUERY_DRAWING_GET_CLASS (self);
  g_autofree char *text = klass->describe (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static void
rebuild (gpointer widget)
{
  KadGuiQueryDrawing *self = widget;
  KadGuiQueryDrawingPrivate *priv = get_private (self);
  KadGuiQuery *query = kad_gui_query_drawing_get_query (self);
  guint n = query != NULL ? g_list_model_get_n_items (query->contacts) : 0;

  g_ptr_array_set_size (priv->contacts, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (priv->contacts, g_list_model_get_item (query->contacts, i));
  g_ptr_array_sort (priv->contacts, compare_contacts);
  if (query != NULL && query->duration_us > priv->duration_us)
    priv->duration_us = query->duration_us;
  KAD_GUI_QUERY_DRAWING_GET_CLASS (self)->rebuild (self);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GPtrArray *
kad_gui_query_drawing_get_contacts (KadGuiQueryDrawing *self)
{
  return get_private (self)->contacts;
}

void
kad_gui_query_drawing_set_query (KadGuiQueryDrawing *self, KadGuiQuery *query)
{
  if (query == kad_gui_query_drawing_get_query (self))
    return;
  get_private (self)->duration_us = 0;
  kad_gui_query_drawing_set_selected (self, "");
  kad_gui_query_watch_set (get_private (self)->watch, query);
}

KadGuiQuery *
kad_gui_query_drawing_get_query (KadGuiQueryDrawing *self)
{
  KadGuiQueryWatch *watch = get_private (self)->watch;

  return watch != NULL ? kad_gui_query_watch_get (watch) : NULL;
}

void
kad_gui_query_drawing_set_duration_us (KadGuiQueryDrawing *self, gint64 duration_us)
{
  if (get_private (self)->duration_us == duration_us)
    return;
  get_private (self)->duration_us = duration_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Never 0: it divides. */
gint64
kad_gui_query_drawing_get_duration_us (KadGuiQueryDrawing *self)
{
  return MAX (get_private (self)->duration_us, 1);
}

/* ---- selection ---- */

static gboolean
find_selected (KadGuiQueryDrawing *self, guint *position)
{
  KadGuiQueryDrawingPrivate *priv = get_private (self);

  for (guint i = 0; i < priv->contacts->len; i++)
    if (g_str_equal (KAD_GUI_CONTACT (priv->contacts->pdata[i])->peer, priv->selected))
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

void
kad_gui_query_drawing_set_selected (KadGuiQueryDrawing *self, const char *peer)
{
  KadGuiQueryDrawingPrivate *priv = get_private (self);
  KadGuiQueryDrawingClass *klass = KAD_GUI_QUERY_DRAWING_GET_CLASS (self);
  guint position;

  if (g_str_equal (priv->selected, peer))
    return;
  g_free (priv->selected);
  priv->selected = g_strdup (peer);
  if (klass->reveal != NULL && find_selected (self, &position))
    klass->reveal (self, priv->contacts->pdata[position]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[PEER_SELECTED], 0, priv->selected);
}

const char *
kad_gui_query_drawing_get_selected (KadGuiQueryDrawing *self)
{
  return get_private (self)->selected;
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  KadGuiQueryDrawing *self = user_data;
  KadGuiContact *contact = KAD_GUI_QUERY_DRAWING_GET_CLASS (self)->pick (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  kad_gui_query_drawing_set_selected (self, contact != NULL ? contact->peer : "");
  if (contact != NULL && n_press == 2)
    g_signal_emit (self, signals[PEER_ACTIVATED], 0, contact->peer);
}

static gboolean
on_move (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  KadGuiQueryDrawing *self = KAD_GUI_QUERY_DRAWING (widget);
  KadGuiQueryDrawingPrivate *priv = get_private (self);
  int by = g_variant_get_int32 (args);
  guint position;
  gint64 to;

  if (priv->contacts->len == 0)
    return FALSE;
  if (find_selected (self, &position))
    to = (gint64) position + by;
  else
    to = by > 0 ? (gint64) by - 1 : (gint64) priv->contacts->len + by;
  to = CLAMP (to, 0, (gint64) priv->contacts->len - 1);
  kad_gui_query_drawing_set_selected (self, KAD_GUI_CONTACT (priv->contacts->pdata[to])->peer);
  return TRUE;
}

static gboolean
on_activate (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  KadGuiQueryDrawingPrivate *priv = get_private (KAD_GUI_QUERY_DRAWING (widget));

  if (priv->selected[0] == '\0')
    return FALSE;
  g_signal_emit (widget, signals[PEER_ACTIVATED], 0, priv->selected);
  return TRUE;
}

static gboolean
kad_gui_query_drawing_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard,
                                     GtkTooltip *tooltip)
{
  KadGuiQueryDrawing *self = KAD_GUI_QUERY_DRAWING (widget);
  KadGuiQueryDrawingPrivate *priv = get_private (self);
  KadGuiContact *contact = NULL;
  g_autofree char *text = NULL;
  guint position;

  if (!by_keyboard)
    contact = KAD_GUI_QUERY_DRAWING_GET_CLASS (self)->pick (self, x, y);
  else if (find_selected (self, &position))
    contact = priv->contacts->pdata[position];
  if (contact == NULL)
    return FALSE;
  text = kad_gui_contact_dup_details (contact, priv->duration_us);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* ---- its life ---- */

static void
kad_gui_query_drawing_constructed (GObject *object)
{
  KadGuiQueryDrawingClass *klass = KAD_GUI_QUERY_DRAWING_GET_CLASS (object);

  G_OBJECT_CLASS (kad_gui_query_drawing_parent_class)->constructed (object);
  gtk_accessible_update_property (GTK_ACCESSIBLE (object), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (klass->title), -1);
  describe (KAD_GUI_QUERY_DRAWING (object));
}

static void
kad_gui_query_drawing_dispose (GObject *object)
{
  KadGuiQueryDrawingPrivate *priv = get_private (KAD_GUI_QUERY_DRAWING (object));

  g_clear_pointer (&priv->watch, kad_gui_query_watch_free);
  G_OBJECT_CLASS (kad_gui_query_drawing_parent_class)->dispose (object);
}

static void
kad_gui_query_drawing_finalize (GObject *object)
{
  KadGuiQueryDrawingPrivate *priv = get_private (KAD_GUI_QUERY_DRAWING (object));

  g_ptr_array_unref (priv->contacts);
  g_free (priv->selected);
  G_OBJECT_CLASS (kad_gui_query_drawing_parent_class)->finalize (object);
}

/* Focus and state change its look. */
static void
kad_gui_query_drawing_state_flags_changed (GtkWidget *widget, GtkStateFlags previous)
{
  gtk_widget_queue_draw (widget);
}

static void
add_move (GtkWidgetClass *klass, guint key, int by)
{
  gtk_widget_class_add_binding (klass, key, 0, on_move, "i", by);
}

static void
kad_gui_query_drawing_class_init (KadGuiQueryDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = kad_gui_query_drawing_constructed;
  object_class->dispose = kad_gui_query_drawing_dispose;
  object_class->finalize = kad_gui_query_drawing_finalize;
  widget_class->query_tooltip = kad_gui_query_drawing_query_tooltip;
  widget_class->state_flags_changed = kad_gui_query_drawing_state_flags_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  add_move (widget_class, GDK_KEY_Up, -1);
  add_move (widget_class, GDK_KEY_Down, 1);
  add_move (widget_class, GDK_KEY_Page_Up, -PAGE_ROWS);
  add_move (widget_class, GDK_KEY_Page_Down, PAGE_ROWS);
  add_move (widget_class, GDK_KEY_Home, G_MININT32);
  add_move (widget_class, GDK_KEY_End, G_MAXINT32);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, on_activate, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, on_activate, NULL);
  signals[PEER_SELECTED]
      = g_signal_new ("peer-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PEER_ACTIVATED]
      = g_signal_new ("peer-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kad_gui_query_drawing_init (KadGuiQueryDrawing *self)
{
  KadGuiQueryDrawingPrivate *priv = get_private (self);
  GtkGesture *click = gtk_gesture_click_new ();

  priv->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  priv->selected = g_strdup ("");
  priv->watch = kad_gui_query_watch_new (GTK_WIDGET (self), rebuild);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/* ---- for subclasses ---- */

gint64
kad_gui_query_drawing_nice_step (gint64 most, guint n)
{
  gint64 step = 1;

  while (most / step > (gint64) n)
    {
      if (most / (step * 2) <= (gint64) n)
        return step * 2;
      if (most / (step * 5) <= (gint64) n)
        return step * 5;
      step *= 10;
    }
  return step;
}

void
kad_gui_query_drawing_text (KadGuiQueryDrawing *self, GtkSnapshot *snapshot, const char *text,
                            double x, double middle_y, int width, double align,
                            const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int text_width, text_height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  if (width >= 0)
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (layout, width * PANGO_SCALE);
    }
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) (int) (x - align * text_width),
                                                (float) (int) (middle_y - text_height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

void
kad_gui_query_drawing_focus_frame (KadGuiQueryDrawing *self, GtkSnapshot *snapshot)
{
  const float widths[4] = { 2, 2, 2, 2 };
  KadGuiPalette palette;
  GdkRGBA color;
  GdkRGBA colors[4];
  GskRoundedRect frame;

  if (!gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return;
  kad_gui_palette_init (&palette, GTK_WIDGET (self));
  color = kad_gui_palette_get (&palette, KAD_GUI_COLOR_ACCENT, 0.6);
  for (guint i = 0; i < G_N_ELEMENTS (colors); i++)
    colors[i] = color;
  gsk_rounded_rect_init_from_rect (
      &frame,
      &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (GTK_WIDGET (self)),
                           (float) gtk_widget_get_height (GTK_WIDGET (self))),
      6);
  gtk_snapshot_append_border (snapshot, &frame, widths, colors);
}
