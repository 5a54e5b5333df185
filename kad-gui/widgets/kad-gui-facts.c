/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-facts.h"

struct _KadGuiFacts
{
  GtkGrid parent_instance;
};

G_DEFINE_FINAL_TYPE (KadGuiFacts, kad_gui_facts, GTK_TYPE_GRID)

static void
kad_gui_facts_class_init (KadGuiFactsClass *klass G_GNUC_UNUSED)
{
}

static void
kad_gui_facts_init (KadGuiFacts *self)
{
  gtk_grid_set_column_spacing (GTK_GRID (self), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self), 6);
}

GtkWidget *
kad_gui_facts_new (void)
{
  return g_object_new (KAD_GUI_TYPE_FACTS, NULL);
}

static GtkWidget *
add_label (KadGuiFacts *self, guint row, int column, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_grid_attach (GTK_GRID (self), label, column, (int) row, 1, 1);
  return label;
}

static GtkWidget *
add_row (KadGuiFacts *self, guint row, const char *name)
{
  GtkWidget *title = add_label (self, row, 0, name);
  GtkWidget *label = add_label (self, row, 1, "");
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_widget_add_css_class (title, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  title, NULL, -1);
  return label;
}

void
kad_gui_facts_set (KadGuiFacts *self, guint row, const char *name, const char *text)
{
  GtkWidget *label = gtk_grid_get_child_at (GTK_GRID (self), 1, (int) row);

  if (label == NULL)
    label = add_row (self, row, name);
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
  gtk_widget_set_visible (gtk_grid_get_child_at (GTK_GRID (self), 0, (int) row), *text != '\0');
}
