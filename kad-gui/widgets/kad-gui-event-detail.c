/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-detail.h"

#include <glib/gi18n.h>

#include "kad-gui-chain-view.h"
#include "kad-gui-event-look.h"
#include "kad-gui-fold-box.h"
#include "kad-gui-json-text.h"
#include "kad-gui-text.h"

struct _KadGuiEventDetail
{
  GtkBox parent_instance;

  KadGuiEvent *event; /* (owned) (nullable) */
  gulong notify_id;
  GtkWidget *icon;
  GtkWidget *word;
  GtkWidget *time;
  GtkWidget *text;
  GtkWidget *query;
  GtkWidget *peer;
  GtkWidget *copy;
  GtkWidget *sentence;
  GtkWidget *chain;
  GtkWidget *twin; /* the list that says what the drawing says */
  GtkWidget *rows;
  GtkWidget *json;
};

G_DEFINE_FINAL_TYPE (KadGuiEventDetail, kad_gui_event_detail, GTK_TYPE_BOX)

static void
set_text (GtkWidget *label, char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
  g_free (text);
}

/* The target first: no action shall see the target of another event. */
static void
set_action (GtkWidget *button, gboolean visible, GVariant *target)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_widget_set_visible (button, visible);
}

static void
update_buttons (KadGuiEventDetail *self)
{
  KadGuiEvent *event = self->event;

  set_action (self->query, event->query_id != 0, g_variant_new_int64 (event->query_id));
  set_action (self->peer, *event->peer != '\0', g_variant_new_string (event->peer));
  set_action (self->copy, *event->json != '\0', g_variant_new_string (event->json));
}

static void
update (KadGuiEventDetail *self)
{
  KadGuiEvent *event = self->event;
  g_auto (GStrv) rows = NULL;
  g_autofree char *json = NULL;

  if (event == NULL)
    return;
  rows = kad_gui_chain_dup_rows (event);
  json = kad_gui_json_text (event->json);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), kad_gui_event_look_icon (event->type));
  set_text (self->word, kad_gui_event_look_word (event->type));
  set_text (self->time, kad_gui_text_time (event->time_us));
  set_text (self->text, kad_gui_event_dup_text (event));
  set_text (self->sentence, kad_gui_chain_dup_sentence (event));
  set_text (self->rows, g_strjoinv ("\n", rows));
  gtk_widget_set_visible (self->twin, *rows != NULL);
  gtk_label_set_text (GTK_LABEL (self->json), json);
  update_buttons (self);
}

static void
kad_gui_event_detail_dispose (GObject *object)
{
  KadGuiEventDetail *self = KAD_GUI_EVENT_DETAIL (object);

  if (self->event != NULL)
    g_clear_signal_handler (&self->notify_id, self->event);
  g_clear_object (&self->event);
  G_OBJECT_CLASS (kad_gui_event_detail_parent_class)->dispose (object);
}

static void
kad_gui_event_detail_class_init (KadGuiEventDetailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_event_detail_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
new_button (GtkWidget *box, const char *label, const char *action, GVariant *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_parent (button, box);
  return button;
}

static void
make_head (KadGuiEventDetail *self, GtkWidget *box)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *buttons = kad_gui_fold_box_new (6);
  GtkWidget *close;

  self->icon = gtk_image_new ();
  gtk_box_append (GTK_BOX (head), self->icon);
  self->word = new_label (head, "heading");
  gtk_label_set_selectable (GTK_LABEL (self->word), FALSE);
  gtk_widget_set_hexpand (self->word, TRUE);
  self->time = new_label (head, "numeric");
  gtk_widget_add_css_class (self->time, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->time), FALSE);
  gtk_label_set_selectable (GTK_LABEL (self->time), FALSE);
  close = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_set_css_classes (close, (const char *[]){ "flat", "circular", NULL });
  gtk_widget_set_tooltip_text (close, _ ("Close"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Close"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (close), "events.close-detail");
  gtk_box_append (GTK_BOX (head), close);
  gtk_box_append (GTK_BOX (box), head);
  self->text = new_label (box, NULL);
  self->query = new_button (buttons, _ ("Show Query"), "kad.show-query", g_variant_new_int64 (0));
  self->peer = new_button (buttons, _ ("Show Peer"), "kad.show-peer", g_variant_new_string (""));
  self->copy = new_button (buttons, _ ("Copy JSON"), "kad.copy", g_variant_new_string (""));
  gtk_box_append (GTK_BOX (box), buttons);
}

static void
make_chain (KadGuiEventDetail *self, GtkWidget *box)
{
  GtkWidget *title = new_label (box, "heading");

  gtk_label_set_selectable (GTK_LABEL (title), FALSE);
  gtk_label_set_text (GTK_LABEL (title), _ ("Chain"));
  gtk_widget_set_margin_top (title, 6);
  self->sentence = new_label (box, "dim-label");
  self->chain = kad_gui_chain_view_new ();
  gtk_box_append (GTK_BOX (box), self->chain);
  self->twin = gtk_expander_new (_ ("As a List"));
  self->rows = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->rows), 0);
  gtk_label_set_wrap (GTK_LABEL (self->rows), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->rows), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->rows), TRUE);
  gtk_widget_set_margin_top (self->rows, 6);
  gtk_expander_set_child (GTK_EXPANDER (self->twin), self->rows);
  gtk_box_append (GTK_BOX (box), self->twin);
}

static void
make_json (KadGuiEventDetail *self, GtkWidget *box)
{
  GtkWidget *title = new_label (box, "heading");
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  PangoAttrList *attributes = pango_attr_list_new ();

  gtk_label_set_selectable (GTK_LABEL (title), FALSE);
  gtk_label_set_text (GTK_LABEL (title), _ ("Line"));
  gtk_widget_set_margin_top (title, 6);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "kad-card");
  self->json = new_label (card, "kad-monospace");
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (self->json), attributes);
  pango_attr_list_unref (attributes);
  gtk_box_append (GTK_BOX (box), card);
}

static void
kad_gui_event_detail_init (KadGuiEventDetail *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_add_css_class (box, "kad-detail");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  gtk_widget_set_hexpand (scrolled, TRUE);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (self), scrolled);
  make_head (self, box);
  make_chain (self, box);
  make_json (self, box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The selected event"), -1);
}

GtkWidget *
kad_gui_event_detail_new (void)
{
  return g_object_new (KAD_GUI_TYPE_EVENT_DETAIL, NULL);
}

void
kad_gui_event_detail_set_event (KadGuiEventDetail *self, KadGuiEvent *event)
{
  if (self->event != NULL)
    g_clear_signal_handler (&self->notify_id, self->event);
  g_set_object (&self->event, event);
  if (event != NULL)
    self->notify_id
        = g_signal_connect_object (event, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  kad_gui_chain_view_set_event (KAD_GUI_CHAIN_VIEW (self->chain), event);
  update (self);
}
