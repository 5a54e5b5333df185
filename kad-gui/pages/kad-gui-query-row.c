/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-row.h"

#include "kad-gui-i18n.h"
#include "kad-gui-query-words.h"
#include "kad-gui-text.h"

struct _KadGuiQueryRow
{
  GtkBox parent_instance;

  KadGuiQuery *query; /* (owned) (nullable) */
  gint64 now_us;
  guint idle;

  GtkWidget *icon;
  GtkWidget *kind;
  GtkWidget *own;
  GtkWidget *duration;
  GtkWidget *key;
  GtkWidget *outcome_icon;
  GtkWidget *outcome;
  GtkWidget *counts;
  GtkWidget *results;
};

G_DEFINE_FINAL_TYPE (KadGuiQueryRow, kad_gui_query_row, GTK_TYPE_BOX)

static void
show_duration (KadGuiQueryRow *self)
{
  g_autofree char *text
      = kad_gui_text_duration (kad_gui_query_get_duration_us (self->query, self->now_us));

  gtk_label_set_text (GTK_LABEL (self->duration), text);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_key (KadGuiQueryRow *self)
{
  g_autofree char *full = kad_gui_text (self->query->key);

  gtk_label_set_text (GTK_LABEL (self->key), full[0] != '\0' ? full : _ ("no key"));
  gtk_widget_set_tooltip_text (self->key, full[0] != '\0' ? full : NULL);
}

static void
show (KadGuiQueryRow *self)
{
  g_autofree char *kind = kad_gui_query_dup_kind (self->query);
  g_autofree char *outcome = kad_gui_query_dup_outcome (self->query);
  g_autofree char *counts = kad_gui_query_dup_counts (self->query);
  g_autofree char *results = g_strdup_printf (
      ngettext ("%u result", "%u results", self->query->n_results), self->query->n_results);
  gboolean is_failed = kad_gui_query_is_failed (self->query);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), kad_gui_query_get_kind_icon (self->query));
  gtk_label_set_text (GTK_LABEL (self->kind), kind);
  gtk_widget_set_visible (self->own, self->query->own);
  show_key (self);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->outcome_icon),
                                kad_gui_query_get_outcome_icon (self->query));
  gtk_label_set_text (GTK_LABEL (self->outcome), outcome);
  set_class (self->outcome_icon, "error", is_failed);
  set_class (self->outcome, "error", is_failed);
  set_class (self->outcome_icon, "accent", self->query->state == KAD_GUI_QUERY_RUNNING);
  gtk_label_set_text (GTK_LABEL (self->counts), counts);
  gtk_label_set_text (GTK_LABEL (self->results),
                      kad_gui_query_is_lookup (self->query) ? results : "");
  show_duration (self);
}

static gboolean
on_idle (gpointer user_data)
{
  KadGuiQueryRow *self = user_data;

  self->idle = 0;
  if (self->query != NULL)
    show (self);
  return G_SOURCE_REMOVE;
}

/* A batch of lines changes many fields: shown once. */
static void
on_notify (KadGuiQueryRow *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

void
kad_gui_query_row_set_query (KadGuiQueryRow *self, KadGuiQuery *query, gint64 now_us)
{
  self->now_us = now_us;
  if (self->query != NULL)
    g_signal_handlers_disconnect_by_data (self->query, self);
  g_set_object (&self->query, query);
  if (query == NULL)
    return;
  g_signal_connect_swapped (query, "notify", G_CALLBACK (on_notify), self);
  show (self);
}

KadGuiQuery *
kad_gui_query_row_get_query (KadGuiQueryRow *self)
{
  return self->query;
}

void
kad_gui_query_row_tick (KadGuiQueryRow *self, gint64 now_us)
{
  self->now_us = now_us;
  if (self->query != NULL && self->query->state == KAD_GUI_QUERY_RUNNING)
    show_duration (self);
}

/* ---- its life ---- */

static void
kad_gui_query_row_dispose (GObject *object)
{
  KadGuiQueryRow *self = KAD_GUI_QUERY_ROW (object);

  kad_gui_query_row_set_query (self, NULL, 0);
  g_clear_handle_id (&self->idle, g_source_remove);
  G_OBJECT_CLASS (kad_gui_query_row_parent_class)->dispose (object);
}

static void
kad_gui_query_row_class_init (KadGuiQueryRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_query_row_dispose;
}

static GtkWidget *
add_label (GtkWidget *box, gboolean expands, PangoEllipsizeMode ellipsize, ...)
{
  GtkWidget *label = gtk_label_new (NULL);
  const char *css_class;
  va_list classes;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_widget_set_hexpand (label, expands);
  va_start (classes, ellipsize);
  while ((css_class = va_arg (classes, const char *)) != NULL)
    gtk_widget_add_css_class (label, css_class);
  va_end (classes);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
add_line (GtkWidget *box)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), line);
  return line;
}

static void
kad_gui_query_row_init (KadGuiQueryRow *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line;

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kad-query-row");
  self->icon = gtk_image_new ();
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->icon, 2);
  gtk_box_append (GTK_BOX (self), self->icon);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (self), lines);

  line = add_line (lines);
  self->kind = add_label (line, FALSE, PANGO_ELLIPSIZE_END, "heading", NULL);
  self->own = add_label (line, FALSE, PANGO_ELLIPSIZE_NONE, "kad-pill", "kad-caption", NULL);
  gtk_label_set_text (GTK_LABEL (self->own), _ ("Mine"));
  gtk_widget_set_valign (self->own, GTK_ALIGN_CENTER);
  self->duration = add_label (line, TRUE, PANGO_ELLIPSIZE_NONE, "numeric", NULL);
  gtk_label_set_xalign (GTK_LABEL (self->duration), 1);

  line = add_line (lines);
  self->key = add_label (line, TRUE, PANGO_ELLIPSIZE_MIDDLE, "kad-monospace", "dim-label", NULL);
  self->outcome_icon = gtk_image_new ();
  gtk_box_append (GTK_BOX (line), self->outcome_icon);
  self->outcome = add_label (line, FALSE, PANGO_ELLIPSIZE_NONE, "kad-caption", NULL);

  line = add_line (lines);
  self->counts
      = add_label (line, TRUE, PANGO_ELLIPSIZE_END, "kad-caption", "dim-label", "numeric", NULL);
  self->results
      = add_label (line, FALSE, PANGO_ELLIPSIZE_NONE, "kad-caption", "dim-label", "numeric", NULL);
}

GtkWidget *
kad_gui_query_row_new (void)
{
  return g_object_new (KAD_GUI_TYPE_QUERY_ROW, NULL);
}
