/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-notice.h"

struct _KadGuiNotice
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *title;
  GtkButton *action;
};

G_DEFINE_FINAL_TYPE (KadGuiNotice, kad_gui_notice, ADW_TYPE_BIN)

void
kad_gui_notice_set_state (KadGuiNotice *self, const KadGuiState *state)
{
  g_return_if_fail (KAD_GUI_IS_NOTICE (self));

  gtk_revealer_set_reveal_child (self->revealer, state != NULL);
  gtk_widget_set_can_target (GTK_WIDGET (self), state != NULL);
  gtk_spinner_set_spinning (self->spinner, state != NULL && state->busy);
  if (state == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !state->busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state->busy);
  gtk_image_set_from_icon_name (self->icon, state->icon);
  gtk_label_set_label (self->title, state->title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), state->description);
  gtk_button_set_label (self->action, state->action_label);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->action), state->action);
}

static void
kad_gui_notice_class_init (KadGuiNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/kad-gui-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiNotice, revealer);
  gtk_widget_class_bind_template_child (widget_class, KadGuiNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, KadGuiNotice, spinner);
  gtk_widget_class_bind_template_child (widget_class, KadGuiNotice, title);
  gtk_widget_class_bind_template_child (widget_class, KadGuiNotice, action);
}

static void
kad_gui_notice_init (KadGuiNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
