/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-copy-list.h"

#include <glib/gi18n.h>

#include "kad-gui-text.h"

typedef struct
{
  GtkWidget *row;
  GtkLabel *title;
  GtkLabel *value;
  GtkWidget *button;
} Row;

struct _KadGuiCopyList
{
  GtkBox parent_instance;

  GtkListBox *list;
  GArray *rows; /* of Row */
  guint n_given;
};

G_DEFINE_FINAL_TYPE (KadGuiCopyList, kad_gui_copy_list, GTK_TYPE_BOX)

static void
kad_gui_copy_list_dispose (GObject *object)
{
  KadGuiCopyList *self = KAD_GUI_COPY_LIST (object);

  g_array_set_size (self->rows, 0);
  G_OBJECT_CLASS (kad_gui_copy_list_parent_class)->dispose (object);
}

static void
kad_gui_copy_list_finalize (GObject *object)
{
  g_array_unref (KAD_GUI_COPY_LIST (object)->rows);
  G_OBJECT_CLASS (kad_gui_copy_list_parent_class)->finalize (object);
}

static void
kad_gui_copy_list_class_init (KadGuiCopyListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_copy_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_gui_copy_list_finalize;
}

static void
kad_gui_copy_list_init (KadGuiCopyList *self)
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
kad_gui_copy_list_new (void)
{
  return g_object_new (KAD_GUI_TYPE_COPY_LIST, NULL);
}

static GtkLabel *
add_label (GtkWidget *box, const char *style, const char *other_style)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (label), style);
  gtk_widget_add_css_class (GTK_WIDGET (label), other_style);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (label));
  return label;
}

static void
append_row (KadGuiCopyList *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  Row row = { .row = gtk_list_box_row_new () };

  row.title = add_label (words, "dim-label", "kad-caption");
  row.value = add_label (words, "kad-monospace", "numeric");
  gtk_label_set_ellipsize (row.value, PANGO_ELLIPSIZE_MIDDLE);
  row.button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_add_css_class (row.button, "flat");
  gtk_widget_set_valign (row.button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (row.button, _ ("Copy"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (content), words);
  gtk_box_append (GTK_BOX (content), row.button);
  gtk_widget_set_margin_top (content, 6);
  gtk_widget_set_margin_bottom (content, 6);
  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row.row), content);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row.row), FALSE);
  gtk_widget_set_focusable (row.row, FALSE);
  gtk_list_box_append (self->list, row.row);
  g_array_append_val (self->rows, row);
}

void
kad_gui_copy_list_begin (KadGuiCopyList *self)
{
  self->n_given = 0;
}

void
kad_gui_copy_list_add (KadGuiCopyList *self, const char *title, const char *value)
{
  g_autofree char *shown = kad_gui_text (value);
  g_autofree char *name = NULL;
  const Row *row;

  if (self->n_given == self->rows->len)
    append_row (self);
  row = &g_array_index (self->rows, Row, self->n_given++);
  if (g_str_equal (gtk_label_get_label (row->value), shown)
      && g_str_equal (gtk_label_get_label (row->title), title))
    return;
  gtk_label_set_label (row->title, title);
  gtk_label_set_label (row->value, shown);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->value), shown);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->button), "s", value);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->button), "kad.copy");
  /* Translators: %s is what is copied, like "Peer ID". */
  name = g_strdup_printf (_ ("Copy %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

void
kad_gui_copy_list_end (KadGuiCopyList *self)
{
  while (self->rows->len > self->n_given)
    {
      gtk_list_box_remove (self->list, g_array_index (self->rows, Row, self->rows->len - 1).row);
      g_array_set_size (self->rows, self->rows->len - 1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), self->rows->len > 0);
}

guint
kad_gui_copy_list_get_n_rows (KadGuiCopyList *self)
{
  return self->rows->len;
}
