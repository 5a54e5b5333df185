/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-checklist.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *row;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *text;
  GtkLabel *advice;
} Row;

struct _KadGuiChecklist
{
  GtkBox parent_instance;

  GtkListBox *list;
  GArray *rows; /* of Row */
  guint n_given;
};

G_DEFINE_FINAL_TYPE (KadGuiChecklist, kad_gui_checklist, GTK_TYPE_BOX)

static const struct
{
  const char *word, *icon, *style, *name;
} looks[] = {
  [KAD_GUI_TICK_OK] = { "ok", "emblem-ok-symbolic", "success", N_ ("Fine") },
  [KAD_GUI_TICK_WARN] = { "warn", "dialog-warning-symbolic", "warning", N_ ("Warning") },
  [KAD_GUI_TICK_FAIL] = { "fail", "dialog-error-symbolic", "error", N_ ("Failed") },
  [KAD_GUI_TICK_SKIPPED]
  = { "skipped", "action-unavailable-symbolic", "dim-label", N_ ("Not known") },
};

KadGuiTick
kad_gui_tick_from_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (g_strcmp0 (looks[i].word, word) == 0)
      return i;
  return KAD_GUI_TICK_SKIPPED;
}

static void
kad_gui_checklist_dispose (GObject *object)
{
  KadGuiChecklist *self = KAD_GUI_CHECKLIST (object);

  g_array_set_size (self->rows, 0);
  G_OBJECT_CLASS (kad_gui_checklist_parent_class)->dispose (object);
}

static void
kad_gui_checklist_finalize (GObject *object)
{
  g_array_unref (KAD_GUI_CHECKLIST (object)->rows);
  G_OBJECT_CLASS (kad_gui_checklist_parent_class)->finalize (object);
}

static void
kad_gui_checklist_class_init (KadGuiChecklistClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_checklist_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_gui_checklist_finalize;
}

static void
kad_gui_checklist_init (KadGuiChecklist *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_widget_set_hexpand (GTK_WIDGET (self->list), TRUE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->list));
}

GtkWidget *
kad_gui_checklist_new (void)
{
  return g_object_new (KAD_GUI_TYPE_CHECKLIST, NULL);
}

static GtkLabel *
add_label (GtkWidget *box, const char *style)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (label, GTK_NATURAL_WRAP_NONE);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), style);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (label));
  return label;
}

static void
append_row (KadGuiChecklist *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  Row row = { .row = gtk_list_box_row_new (), .icon = GTK_IMAGE (gtk_image_new ()) };

  row.title = add_label (words, NULL);
  row.text = add_label (words, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (row.text), "kad-caption");
  row.advice = add_label (words, "kad-caption");
  gtk_widget_add_css_class (GTK_WIDGET (row.advice), "kad-advice");
  gtk_label_set_selectable (row.text, FALSE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (row.icon), GTK_ALIGN_START);
  gtk_widget_set_margin_top (GTK_WIDGET (row.icon), 2);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (row.icon));
  gtk_box_append (GTK_BOX (content), words);
  gtk_widget_set_margin_top (content, 9);
  gtk_widget_set_margin_bottom (content, 9);
  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row.row), content);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row.row), FALSE);
  gtk_list_box_append (self->list, row.row);
  g_array_append_val (self->rows, row);
}

void
kad_gui_checklist_begin (KadGuiChecklist *self)
{
  self->n_given = 0;
}

static void
set_label (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

void
kad_gui_checklist_add (KadGuiChecklist *self, KadGuiTick tick, const char *title, const char *text,
                       const char *advice)
{
  const Row *row;
  g_autofree char *all = NULL;

  if (self->n_given == self->rows->len)
    append_row (self);
  row = &g_array_index (self->rows, Row, self->n_given++);
  set_label (row->title, title);
  set_label (row->text, text);
  set_label (row->advice, advice);
  gtk_image_set_from_icon_name (row->icon, looks[tick].icon);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (i == tick)
      gtk_widget_add_css_class (GTK_WIDGET (row->icon), looks[i].style);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (row->icon), looks[i].style);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->icon), _ (looks[tick].name));
  all = kad_gui_checklist_dup_text (self, self->n_given - 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (looks[tick].name), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, all,
                                  -1);
}

void
kad_gui_checklist_end (KadGuiChecklist *self)
{
  while (self->rows->len > self->n_given)
    {
      gtk_list_box_remove (self->list, g_array_index (self->rows, Row, self->rows->len - 1).row);
      g_array_set_size (self->rows, self->rows->len - 1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), self->rows->len > 0);
}

guint
kad_gui_checklist_get_n_rows (KadGuiChecklist *self)
{
  return self->rows->len;
}

char *
kad_gui_checklist_dup_text (KadGuiChecklist *self, guint number)
{
  const Row *row = &g_array_index (self->rows, Row, number);
  const char *state = gtk_widget_get_tooltip_text (GTK_WIDGET (row->icon));
  const char *text = gtk_label_get_label (row->text);
  const char *advice = gtk_label_get_label (row->advice);

  return g_strconcat (state, ": ", gtk_label_get_label (row->title), *text != '\0' ? ". " : "",
                      text, *advice != '\0' ? ". " : "", advice, NULL);
}
