/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-cover.h"

struct _KadGuiCover
{
  AdwBin parent_instance;

  AdwStatusPage *page;
  GtkSpinner *spinner;
  GtkButton *action;
  GtkButton *other;
};

G_DEFINE_FINAL_TYPE (KadGuiCover, kad_gui_cover, ADW_TYPE_BIN)

static void
set_button (GtkButton *button, const char *action, const char *label)
{
  gtk_widget_set_visible (GTK_WIDGET (button), action != NULL);
  if (action == NULL)
    return;
  gtk_button_set_label (button, label);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
}

void
kad_gui_cover_set_state (KadGuiCover *self, const KadGuiState *state)
{
  g_autofree char *description = NULL;

  g_return_if_fail (KAD_GUI_IS_COVER (self));

  /* Its description is markup. */
  description = g_markup_escape_text (state->description != NULL ? state->description : "", -1);
  adw_status_page_set_icon_name (self->page, state->busy ? NULL : state->icon);
  adw_status_page_set_title (self->page, state->title);
  adw_status_page_set_description (self->page, description);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state->busy);
  gtk_spinner_set_spinning (self->spinner, state->busy);
  set_button (self->action, state->action, state->action_label);
  set_button (self->other, state->other_action, state->other_label);
  if (state->busy)
    gtk_widget_remove_css_class (GTK_WIDGET (self->action), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->action), "suggested-action");
}

static void
kad_gui_cover_class_init (KadGuiCoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/kad-gui-cover.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiCover, page);
  gtk_widget_class_bind_template_child (widget_class, KadGuiCover, spinner);
  gtk_widget_class_bind_template_child (widget_class, KadGuiCover, action);
  gtk_widget_class_bind_template_child (widget_class, KadGuiCover, other);
}

static void
kad_gui_cover_init (KadGuiCover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
