/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-chain-view.h"

#include <glib/gi18n.h>

#include "kad-gui-palette.h"
#include "kad-gui-text.h"

#define PAD_X 12
#define PAD_Y 8
#define ARROW 28
#define ROW_GAP 10
#define ICON 16
#define RADIUS 9
#define MIN_WIDTH 120

typedef enum
{
  BOX_PASSED,
  BOX_CONSUMED,
  BOX_MORE,
  BOX_END, /* all passed it on: nobody consumed it */
} BoxKind;

typedef struct
{
  BoxKind kind;
  PangoLayout *name;
  PangoLayout *word;
  graphene_rect_t place;
} Box;

struct _KadGuiChainView
{
  GtkWidget parent_instance;

  KadGuiEvent *event; /* (owned) (nullable) */
  gulong notify_id;
  GArray *boxes; /* Box */
  int laid_width;
};

G_DEFINE_FINAL_TYPE (KadGuiChainView, kad_gui_chain_view, GTK_TYPE_WIDGET)

/* ---- words ---- */

/* Where the consumer stands among those that are named; -1: nowhere. */
static int
find_consumer (KadGuiEvent *event)
{
  for (int i = (int) g_strv_length (event->asked) - 1; i >= 0 && *event->consumer != '\0'; i--)
    if (g_str_equal (event->asked[i], event->consumer))
      return i;
  return -1;
}

static guint
count_unnamed (KadGuiEvent *event)
{
  guint n_named = g_strv_length (event->asked);
  guint n_shown = find_consumer (event) < 0 && *event->consumer != '\0' ? n_named + 1 : n_named;

  return event->n_asked > n_shown ? event->n_asked - n_shown : 0;
}

char *
kad_gui_chain_dup_sentence (KadGuiEvent *event)
{
  g_autofree char *took = kad_gui_text_duration (event->delivery_us);
  g_autofree char *consumer = kad_gui_text (event->consumer);
  g_autofree char *asked = NULL;

  if (event->lost > 0)
    return g_strdup (_ ("What happened here is not known."));
  if (!event->delivered)
    return g_strdup (_ ("Which commands it passed was not traced."));
  if (event->n_asked == 0)
    return g_strdup (_ ("No command was there to be asked."));
  asked = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u command was asked",
                                        "%u commands were asked", event->n_asked),
                           event->n_asked);
  if (*consumer == '\0')
    /* Translators: "3 commands were asked and all passed it on, in 42 µs." */
    return g_strdup_printf (_ ("%s and all passed it on, in %s."), asked, took);
  if (event->consumer_run > 0)
    /* Translators: "3 commands were asked; get-record (run 12) consumed it, in 42 µs." */
    return g_strdup_printf (_ ("%s; %s (run %d) consumed it, in %s."), asked, consumer,
                            (int) MIN (event->consumer_run, G_MAXINT), took);
  return g_strdup_printf (_ ("%s; %s consumed it, in %s."), asked, consumer, took);
}

static char *
dup_more (guint n)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more", "%u more", n), n);
}

char **
kad_gui_chain_dup_rows (KadGuiEvent *event)
{
  GPtrArray *rows = g_ptr_array_new ();
  guint n = g_strv_length (event->asked);
  int consumer = find_consumer (event);
  guint n_more = count_unnamed (event);

  if (!event->delivered)
    n = n_more = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = kad_gui_text (event->asked[i]);

      g_ptr_array_add (
          rows, g_strdup_printf ("%u. %s: %s", i + 1, name,
                                 (int) i == consumer ? _ ("consumed it") : _ ("passed it on")));
    }
  if (n_more > 0)
    g_ptr_array_add (rows, dup_more (n_more));
  if (consumer < 0 && *event->consumer != '\0' && event->delivered)
    {
      g_autofree char *name = kad_gui_text (event->consumer);

      g_ptr_array_add (rows,
                       g_strdup_printf ("%u. %s: %s", event->n_asked, name, _ ("consumed it")));
    }
  g_ptr_array_add (rows, NULL);
  return (char **) g_ptr_array_free (rows, FALSE);
}

/* ---- boxes ---- */

static void
clear_box (gpointer data)
{
  Box *box = data;

  g_clear_object (&box->name);
  g_clear_object (&box->word);
}

static PangoLayout *
new_layout (KadGuiChainView *self, const char *text, double scale, PangoWeight weight)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static void
add_box (KadGuiChainView *self, BoxKind kind, const char *name)
{
  static const char *const words[] = {
    [BOX_PASSED] = N_ ("passed it on"),
    [BOX_CONSUMED] = N_ ("consumed it"),
    [BOX_MORE] = N_ ("passed it on"),
    [BOX_END] = N_ ("nobody consumed it"),
  };
  Box box = { .kind = kind };

  box.name = new_layout (self, name, 1.0,
                         kind == BOX_CONSUMED ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  box.word = new_layout (self, _ (words[kind]), 0.82, PANGO_WEIGHT_NORMAL);
  g_array_append_val (self->boxes, box);
}

static void
make_boxes (KadGuiChainView *self)
{
  KadGuiEvent *event = self->event;
  int consumer;

  g_array_set_size (self->boxes, 0);
  self->laid_width = -1;
  if (event == NULL || !event->delivered || event->n_asked == 0)
    return;
  consumer = find_consumer (event);
  for (int i = 0; event->asked[i] != NULL; i++)
    {
      g_autofree char *name = kad_gui_text (event->asked[i]);

      add_box (self, i == consumer ? BOX_CONSUMED : BOX_PASSED, name);
    }
  if (count_unnamed (event) > 0)
    {
      g_autofree char *more = dup_more (count_unnamed (event));

      add_box (self, BOX_MORE, more);
    }
  if (consumer < 0 && *event->consumer != '\0')
    {
      g_autofree char *name = kad_gui_text (event->consumer);

      add_box (self, BOX_CONSUMED, name);
    }
  if (*event->consumer == '\0')
    add_box (self, BOX_END, _ ("All passed it on"));
}

/* Puts the boxes into lines of @width. Gives the height. */
static int
lay_out (KadGuiChainView *self, int width)
{
  double x = 0;
  double y = 0;
  double height = 0;

  for (guint i = 0; i < self->boxes->len; i++)
    {
      Box *box = &g_array_index (self->boxes, Box, i);
      int name_width, name_height, word_width, word_height;
      double box_width;

      pango_layout_set_width (box->name, -1);
      pango_layout_get_pixel_size (box->name, &name_width, &name_height);
      pango_layout_get_pixel_size (box->word, &word_width, &word_height);
      box_width = MAX (name_width, word_width) + 2 * PAD_X + ICON + 6;
      box_width = MIN (box_width, MAX (width - (i > 0 ? ARROW : 0), MIN_WIDTH - ARROW));
      pango_layout_set_width (box->name, (int) (box_width - 2 * PAD_X - ICON - 6) * PANGO_SCALE);
      height = MAX (height, name_height + word_height + 2 * PAD_Y);
      if (i > 0 && x + ARROW + box_width > width)
        {
          x = 0;
          y += height + ROW_GAP;
        }
      if (i > 0) /* also where a line begins: it goes on from the one before */
        x += ARROW;
      box->place = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) box_width, (float) height);
      x += box_width;
    }
  self->laid_width = width;
  return (int) (y + height);
}

static void
kad_gui_chain_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                            int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  KadGuiChainView *self = KAD_GUI_CHAIN_VIEW (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      const Box *last;

      *minimum = *natural = self->boxes->len > 0 ? MIN_WIDTH : 0;
      lay_out (self, G_MAXINT / PANGO_SCALE / 2);
      if (self->boxes->len == 0)
        return;
      last = &g_array_index (self->boxes, Box, self->boxes->len - 1);
      *natural = MAX (MIN_WIDTH, (int) (last->place.origin.x + last->place.size.width) + 1);
    }
  else
    *minimum = *natural = lay_out (self, for_size > 0 ? for_size : MIN_WIDTH);
}

static void
kad_gui_chain_view_size_allocate (GtkWidget *widget, int width, int height G_GNUC_UNUSED,
                                  int baseline G_GNUC_UNUSED)
{
  lay_out (KAD_GUI_CHAIN_VIEW (widget), width);
}

/* ---- drawing ---- */

/* What leads to a box. */
static void
draw_arrow (GtkSnapshot *snapshot, const Box *to, const GdkRGBA *color)
{
  graphene_rect_t area;
  cairo_t *cr;
  double x = to->place.origin.x - ARROW + 4;
  double y = to->place.origin.y + to->place.size.height / 2;
  double end = to->place.origin.x - 4;

  graphene_rect_init (&area, (float) x - 1, (float) y - 6, (float) (end - x) + 2, 12);
  cr = gtk_snapshot_append_cairo (snapshot, &area);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.6);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, end, y);
  cairo_move_to (cr, end - 4, y - 4);
  cairo_line_to (cr, end, y);
  cairo_line_to (cr, end - 4, y + 4);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
draw_icon (GtkWidget *widget, GtkSnapshot *snapshot, const char *name, const GdkRGBA *color)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon
      = gtk_icon_theme_lookup_icon (theme, name, NULL, ICON, gtk_widget_get_scale_factor (widget),
                                    gtk_widget_get_direction (widget), 0);

  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON, ICON,
                                            color, 1);
}

static void
draw_box (GtkWidget *widget, GtkSnapshot *snapshot, const Box *box, const KadGuiPalette *palette)
{
  static const char *const icons[] = {
    [BOX_PASSED] = "go-next-symbolic",
    [BOX_CONSUMED] = "object-select-symbolic",
    [BOX_MORE] = "view-more-horizontal-symbolic",
    [BOX_END] = "window-close-symbolic",
  };
  gboolean consumed = box->kind == BOX_CONSUMED;
  GdkRGBA accent = kad_gui_palette_get (palette, KAD_GUI_COLOR_LIVE, 1);
  GdkRGBA fill = consumed ? kad_gui_palette_get (palette, KAD_GUI_COLOR_LIVE, 0.16)
                          : kad_gui_palette_get (palette, KAD_GUI_COLOR_GRID, 0.35);
  GdkRGBA line = consumed ? accent : kad_gui_palette_get (palette, KAD_GUI_COLOR_GRID, 1.6);
  GdkRGBA text = kad_gui_palette_get (palette, KAD_GUI_COLOR_FG, 1);
  GdkRGBA dim = kad_gui_palette_get (palette, KAD_GUI_COLOR_DIM, 1);
  float width = consumed ? 2 : 1;
  int name_height;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &box->place, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  if (box->kind != BOX_END)
    gtk_snapshot_append_color (snapshot, &fill, &box->place);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ width, width, width, width },
                              (GdkRGBA[4]){ line, line, line, line });
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (box->place.origin.x + PAD_X,
                                      box->place.origin.y + (box->place.size.height - ICON) / 2));
  draw_icon (widget, snapshot, icons[box->kind], consumed ? &accent : &dim);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (box->place.origin.x + PAD_X + ICON + 6,
                                                          box->place.origin.y + PAD_Y));
  gtk_snapshot_append_layout (snapshot, box->name, &text);
  pango_layout_get_pixel_size (box->name, NULL, &name_height);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) name_height));
  gtk_snapshot_append_layout (snapshot, box->word, consumed ? &accent : &dim);
  gtk_snapshot_restore (snapshot);
}

static void
kad_gui_chain_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiChainView *self = KAD_GUI_CHAIN_VIEW (widget);
  KadGuiPalette palette;
  GdkRGBA line;

  if (self->laid_width != gtk_widget_get_width (widget))
    lay_out (self, gtk_widget_get_width (widget));
  kad_gui_palette_init (&palette, widget);
  line = kad_gui_palette_get (&palette, KAD_GUI_COLOR_DIM, 1);
  for (guint i = 0; i < self->boxes->len; i++)
    {
      const Box *box = &g_array_index (self->boxes, Box, i);

      if (i > 0)
        draw_arrow (snapshot, box, &line);
      draw_box (widget, snapshot, box, &palette);
    }
}

/* ---- its life ---- */

static void
update (KadGuiChainView *self)
{
  g_autofree char *sentence
      = self->event != NULL ? kad_gui_chain_dup_sentence (self->event) : g_strdup ("");
  g_auto (GStrv) rows
      = self->event != NULL ? kad_gui_chain_dup_rows (self->event) : g_new0 (char *, 1);
  g_autofree char *list = g_strjoinv (", ", rows);
  g_autofree char *all = *list != '\0' ? g_strconcat (sentence, " ", list, NULL) : NULL;

  make_boxes (self);
  gtk_widget_set_visible (GTK_WIDGET (self), self->boxes->len > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The commands that the event passed"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, all != NULL ? all : sentence,
                                  -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
kad_gui_chain_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (kad_gui_chain_view_parent_class)->css_changed (widget, change);
  make_boxes (KAD_GUI_CHAIN_VIEW (widget)); /* another font */
  gtk_widget_queue_resize (widget);
}

static void
kad_gui_chain_view_dispose (GObject *object)
{
  KadGuiChainView *self = KAD_GUI_CHAIN_VIEW (object);

  if (self->event != NULL)
    g_clear_signal_handler (&self->notify_id, self->event);
  g_clear_object (&self->event);
  G_OBJECT_CLASS (kad_gui_chain_view_parent_class)->dispose (object);
}

static void
kad_gui_chain_view_finalize (GObject *object)
{
  g_array_unref (KAD_GUI_CHAIN_VIEW (object)->boxes);
  G_OBJECT_CLASS (kad_gui_chain_view_parent_class)->finalize (object);
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget G_GNUC_UNUSED)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kad_gui_chain_view_class_init (KadGuiChainViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kad_gui_chain_view_dispose;
  object_class->finalize = kad_gui_chain_view_finalize;
  widget_class->get_request_mode = get_request_mode;
  widget_class->measure = kad_gui_chain_view_measure;
  widget_class->size_allocate = kad_gui_chain_view_size_allocate;
  widget_class->snapshot = kad_gui_chain_view_snapshot;
  widget_class->css_changed = kad_gui_chain_view_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "kad-chain");
}

static void
kad_gui_chain_view_init (KadGuiChainView *self)
{
  self->boxes = g_array_new (FALSE, FALSE, sizeof (Box));
  g_array_set_clear_func (self->boxes, clear_box);
  self->laid_width = -1;
  update (self);
}

GtkWidget *
kad_gui_chain_view_new (void)
{
  return g_object_new (KAD_GUI_TYPE_CHAIN_VIEW, NULL);
}

void
kad_gui_chain_view_set_event (KadGuiChainView *self, KadGuiEvent *event)
{
  if (self->event != NULL)
    g_clear_signal_handler (&self->notify_id, self->event);
  g_set_object (&self->event, event);
  if (event != NULL)
    self->notify_id
        = g_signal_connect_object (event, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
