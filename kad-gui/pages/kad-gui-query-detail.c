/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-detail.h"

#include "kad-gui-descent-chart.h"
#include "kad-gui-i18n.h"
#include "kad-gui-path-graph.h"
#include "kad-gui-query-table.h"
#include "kad-gui-query-watch.h"
#include "kad-gui-query-words.h"
#include "kad-gui-result.h"
#include "kad-gui-text.h"
#include "kad-gui-waterfall-bar.h"
#include "kad-gui-waterfall.h"

#define TICK_MS 250

struct _KadGuiQueryDetail
{
  GtkBox parent_instance;

  KadGuiSource *source; /* (owned) (nullable) */
  KadGuiQuery *query;   /* (owned) (nullable) */
  KadGuiQueryWatch *watch;
  char *selected; /* a peer */
  guint tick;

  GtkWidget *back;
  GtkWidget *icon;
  GtkWidget *kind;
  GtkWidget *own;
  GtkWidget *cancel;
  GtkWidget *again;
  GtkWidget *copy;
  GtkWidget *key_box;
  GtkWidget *key;
  GtkWidget *outcome_icon;
  GtkWidget *outcome;
  GtkWidget *story;
  GtkWidget *findings;
  GtkWidget *dropped;
  GtkWidget *stack;
  GtkWidget *waterfall;
  GtkWidget *descent;
  GtkWidget *path;
  GtkWidget *contacts;
  GtkWidget *steps;
  GtkWidget *results;
  GtkWidget *copy_multiaddr;
  GtkWidget *copy_results;
};

G_DEFINE_FINAL_TYPE (KadGuiQueryDetail, kad_gui_query_detail, GTK_TYPE_BOX)

enum
{
  BACK,
  PEER_ACTIVATED,
  COPY,
  RUN_AGAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- words ---- */

static gint64
get_now_us (KadGuiQueryDetail *self)
{
  return self->source != NULL ? kad_gui_store_get_now_us (kad_gui_source_get_store (self->source))
                              : 0;
}

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_widget_set_visible (label, text[0] != '\0');
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    gtk_label_set_text (GTK_LABEL (label), text);
}

/* With what the error says, in the words of the node. */
static char *
dup_outcome (KadGuiQuery *query)
{
  g_autofree char *outcome = kad_gui_query_dup_outcome (query);
  g_autofree char *message = kad_gui_text (query->error_message);
  g_autofree char *code = kad_gui_text (query->error_code);

  if (code[0] == '\0' && message[0] == '\0')
    return g_steal_pointer (&outcome);
  return g_strdup_printf (_ ("%s: %s"), outcome, message[0] != '\0' ? message : code);
}

static void
show_time (KadGuiQueryDetail *self)
{
  gint64 now_us = get_now_us (self);
  gint64 duration_us = kad_gui_query_get_duration_us (self->query, now_us);
  g_autofree char *story = kad_gui_query_dup_story (self->query, now_us);

  set_text (self->story, story);
  kad_gui_query_drawing_set_duration_us (KAD_GUI_QUERY_DRAWING (self->waterfall), duration_us);
  kad_gui_query_drawing_set_duration_us (KAD_GUI_QUERY_DRAWING (self->descent), duration_us);
  kad_gui_query_drawing_set_duration_us (KAD_GUI_QUERY_DRAWING (self->path), duration_us);
}

static void
show_head (KadGuiQueryDetail *self)
{
  KadGuiQuery *query = self->query;
  g_autofree char *kind = kad_gui_query_dup_kind (query);
  g_autofree char *key = kad_gui_text (query->key);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), kad_gui_query_get_kind_icon (query));
  set_text (self->kind, kind);
  gtk_widget_set_visible (self->own, query->own);
  set_text (self->key, key);
  gtk_widget_set_visible (self->key_box, key[0] != '\0');
  gtk_widget_set_tooltip_text (self->key, key);
}

static void
show_buttons (KadGuiQueryDetail *self)
{
  gboolean can_run = self->source != NULL
                     && (kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_RUN) != 0
                     && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;

  gtk_widget_set_visible (self->cancel, can_run && self->query->own
                                            && self->query->state != KAD_GUI_QUERY_FINISHED);
  gtk_widget_set_visible (
      self->again, can_run && (self->query->command[0] != '\0' || self->query->kind[0] != '\0'));
  gtk_widget_set_sensitive (self->copy_multiaddr, self->query->n_results > 0);
  gtk_widget_set_sensitive (self->copy_results, self->query->n_results > 0);
}

static void
show_dropped (KadGuiQueryDetail *self)
{
  guint n = self->query->dropped;
  g_autofree char *text
      = n == 0 ? g_strdup ("")
               : g_strdup_printf (ngettext ("%u older step is not kept any more",
                                            "%u older steps are not kept any more", n),
                                  n);

  set_text (self->dropped, text);
  gtk_widget_set_visible (self->dropped, n > 0);
}

static gboolean
on_tick (gpointer user_data)
{
  show_time (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update_ticking (KadGuiQueryDetail *self)
{
  gboolean ticks = self->query != NULL && self->query->state == KAD_GUI_QUERY_RUNNING
                   && self->source != NULL && !kad_gui_source_get_paused (self->source)
                   && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN
                   && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (!ticks)
    g_clear_handle_id (&self->tick, g_source_remove);
  else if (self->tick == 0)
    self->tick = g_timeout_add (TICK_MS, on_tick, self);
}

static void
show (gpointer widget)
{
  KadGuiQueryDetail *self = widget;
  g_autofree char *outcome = NULL;
  g_autofree char *findings = NULL;

  if (self->query == NULL)
    return;
  outcome = dup_outcome (self->query);
  findings = kad_gui_query_dup_findings (self->query);
  show_head (self);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->outcome_icon),
                                kad_gui_query_get_outcome_icon (self->query));
  if (kad_gui_query_is_failed (self->query))
    gtk_widget_add_css_class (self->outcome_icon, "error");
  else
    gtk_widget_remove_css_class (self->outcome_icon, "error");
  set_text (self->outcome, outcome);
  set_text (self->findings, findings);
  show_time (self);
  show_dropped (self);
  show_buttons (self);
  update_ticking (self);
}

/* ---- what is shown of it ---- */

/* Only what is seen has the query: nothing else costs anything. */
static void
feed_view (KadGuiQueryDetail *self)
{
  const char *name = gtk_stack_get_visible_child_name (GTK_STACK (self->stack));
  KadGuiQueryDrawing *drawings[]
      = { KAD_GUI_QUERY_DRAWING (self->waterfall), KAD_GUI_QUERY_DRAWING (self->descent),
          KAD_GUI_QUERY_DRAWING (self->path) };
  KadGuiQueryTable *tables[]
      = { KAD_GUI_QUERY_TABLE (self->contacts), KAD_GUI_QUERY_TABLE (self->steps),
          KAD_GUI_QUERY_TABLE (self->results) };
  static const char *const names[]
      = { "waterfall", "descent", "path", "contacts", "steps", "results" };
  g_autofree char *selected = g_strdup (self->selected);

  for (guint i = 0; i < G_N_ELEMENTS (drawings); i++)
    {
      gboolean is_shown = g_strcmp0 (name, names[i]) == 0;

      kad_gui_query_drawing_set_query (drawings[i], is_shown ? self->query : NULL);
      if (is_shown && self->query != NULL)
        kad_gui_query_drawing_set_selected (drawings[i], selected);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      gboolean is_shown = g_strcmp0 (name, names[G_N_ELEMENTS (drawings) + i]) == 0;

      kad_gui_query_table_set_query (tables[i], is_shown ? self->query : NULL);
      if (is_shown && self->query != NULL)
        kad_gui_query_table_select_peer (tables[i], selected);
    }
  if (self->query != NULL)
    show_time (self);
}

static void
on_peer_selected (KadGuiQueryDetail *self, const char *peer)
{
  /* A drawing that lets go of its query tells of nobody. */
  if (peer[0] == '\0' || g_str_equal (self->selected, peer))
    return;
  g_free (self->selected);
  self->selected = g_strdup (peer);
}

static void
on_peer_activated (KadGuiQueryDetail *self, const char *peer)
{
  g_signal_emit (self, signals[PEER_ACTIVATED], 0, peer);
}

void
kad_gui_query_detail_set_query (KadGuiQueryDetail *self, KadGuiSource *source, KadGuiQuery *query)
{
  if (query == self->query && source == self->source)
    return;
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, source);
  g_set_object (&self->query, query);
  g_free (self->selected);
  self->selected = g_strdup ("");
  if (source != NULL)
    {
      g_signal_connect_swapped (source, "notify::paused", G_CALLBACK (update_ticking), self);
      g_signal_connect_swapped (source, "notify::state", G_CALLBACK (show), self);
    }
  kad_gui_query_watch_set (self->watch, query);
  feed_view (self);
  update_ticking (self);
}

KadGuiQuery *
kad_gui_query_detail_get_query (KadGuiQueryDetail *self)
{
  return self->query;
}

void
kad_gui_query_detail_set_narrow (KadGuiQueryDetail *self, gboolean is_narrow)
{
  gtk_widget_set_visible (self->back, is_narrow);
}

void
kad_gui_query_detail_show (KadGuiQueryDetail *self, const char *view)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), view);
}

GtkWidget *
kad_gui_query_detail_get_view (KadGuiQueryDetail *self)
{
  GtkWidget *drawings[] = { self->waterfall, self->descent, self->path };

  for (guint i = 0; i < G_N_ELEMENTS (drawings); i++)
    if (gtk_widget_get_mapped (drawings[i]))
      return drawings[i];
  return gtk_stack_get_visible_child (GTK_STACK (self->stack));
}

/* ---- copying ---- */

static void
append_multiaddrs (GString *text, KadGuiResult *result)
{
  for (guint i = 0; result->addresses[i] != NULL; i++)
    {
      const char *address = result->addresses[i];

      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, address);
      if (result->peer[0] != '\0' && strstr (address, "/p2p/") == NULL)
        g_string_append_printf (text, "/p2p/%s", result->peer);
    }
}

static void
append_json (GString *text, KadGuiResult *result)
{
  g_autofree char *json = NULL;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (result->json[0] == '\0')
    json = kad_gui_item_dup_json (result);
  g_string_append (text, json != NULL ? json : result->json);
}

/* Of the selected one, or of all. (transfer full) */
static char *
dup_results (KadGuiQueryDetail *self, void (*append) (GString *text, KadGuiResult *result))
{
  gpointer selected = kad_gui_query_table_get_selected (KAD_GUI_QUERY_TABLE (self->results));
  GString *text = g_string_new (NULL);
  guint n = selected != NULL ? 0 : g_list_model_get_n_items (self->query->results);

  if (selected != NULL)
    append (text, selected);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiResult) result = g_list_model_get_item (self->query->results, i);

      append (text, result);
    }
  return g_string_free (text, FALSE);
}

static void
copy (KadGuiQueryDetail *self, const char *text, const char *said)
{
  g_signal_emit (self, signals[COPY], 0, text,
                 text[0] != '\0' ? said : _ ("There is nothing to copy"));
}

static void
on_copy_multiaddr (KadGuiQueryDetail *self)
{
  g_autofree char *text = dup_results (self, append_multiaddrs);

  copy (self, text, _ ("Addresses copied"));
}

static void
on_copy_results (KadGuiQueryDetail *self)
{
  g_autofree char *text = dup_results (self, append_json);

  copy (self, text, _ ("Results copied as JSON"));
}

static void
on_copy (KadGuiQueryDetail *self)
{
  g_autofree char *text = kad_gui_query_dup_json (self->query);

  copy (self, text, _ ("Query copied as JSON"));
}

static void
on_copy_key (KadGuiQueryDetail *self)
{
  copy (self, self->query->key, _ ("Key copied"));
}

char *
kad_gui_query_detail_dup_selection (KadGuiQueryDetail *self)
{
  const char *name = gtk_stack_get_visible_child_name (GTK_STACK (self->stack));
  GtkWidget *tables[] = { self->contacts, self->steps, self->results };

  if (self->query == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      gpointer row = kad_gui_query_table_get_selected (KAD_GUI_QUERY_TABLE (tables[i]));

      if (gtk_widget_get_mapped (tables[i]) && row != NULL)
        return kad_gui_item_dup_json (row);
    }
  if (self->selected[0] != '\0' && name != NULL)
    return g_strdup (self->selected);
  return kad_gui_item_dup_json (self->query);
}

/* ---- buttons ---- */

static void
on_back (KadGuiQueryDetail *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
on_again (KadGuiQueryDetail *self)
{
  g_signal_emit (self, signals[RUN_AGAIN], 0);
}

static void
on_cancel (KadGuiQueryDetail *self)
{
  kad_gui_source_cancel_query (self->source, self->query);
}

/* ---- its life ---- */

static void
kad_gui_query_detail_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_query_detail_parent_class)->map (widget);
  update_ticking (KAD_GUI_QUERY_DETAIL (widget));
}

static void
kad_gui_query_detail_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_query_detail_parent_class)->unmap (widget);
  update_ticking (KAD_GUI_QUERY_DETAIL (widget));
}

static void
kad_gui_query_detail_dispose (GObject *object)
{
  KadGuiQueryDetail *self = KAD_GUI_QUERY_DETAIL (object);

  if (self->watch != NULL)
    kad_gui_query_detail_set_query (self, NULL, NULL);
  g_clear_pointer (&self->watch, kad_gui_query_watch_free);
  g_clear_handle_id (&self->tick, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), KAD_GUI_TYPE_QUERY_DETAIL);
  G_OBJECT_CLASS (kad_gui_query_detail_parent_class)->dispose (object);
}

static void
kad_gui_query_detail_finalize (GObject *object)
{
  g_free (KAD_GUI_QUERY_DETAIL (object)->selected);
  G_OBJECT_CLASS (kad_gui_query_detail_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, back);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, icon);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, kind);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, own);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, cancel);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, again);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, copy);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, key_box);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, key);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, outcome_icon);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, outcome);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, story);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, findings);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, dropped);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, stack);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, waterfall);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, descent);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, path);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, contacts);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, steps);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, results);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, copy_multiaddr);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryDetail, copy_results);
}

static void
bind_callbacks (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, feed_view);
  gtk_widget_class_bind_template_callback (klass, on_back);
  gtk_widget_class_bind_template_callback (klass, on_cancel);
  gtk_widget_class_bind_template_callback (klass, on_again);
  gtk_widget_class_bind_template_callback (klass, on_copy);
  gtk_widget_class_bind_template_callback (klass, on_copy_key);
  gtk_widget_class_bind_template_callback (klass, on_copy_multiaddr);
  gtk_widget_class_bind_template_callback (klass, on_copy_results);
}

static void
make_signals (KadGuiQueryDetailClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  signals[BACK]
      = g_signal_new ("back", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PEER_ACTIVATED] = g_signal_new ("peer-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[COPY] = g_signal_new ("copy", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RUN_AGAIN]
      = g_signal_new ("run-again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_query_detail_class_init (KadGuiQueryDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kad_gui_query_detail_dispose;
  object_class->finalize = kad_gui_query_detail_finalize;
  widget_class->map = kad_gui_query_detail_map;
  widget_class->unmap = kad_gui_query_detail_unmap;
  g_type_ensure (KAD_GUI_TYPE_WATERFALL);
  g_type_ensure (KAD_GUI_TYPE_WATERFALL_LEGEND);
  g_type_ensure (KAD_GUI_TYPE_DESCENT_CHART);
  g_type_ensure (KAD_GUI_TYPE_PATH_GRAPH);
  g_type_ensure (KAD_GUI_TYPE_QUERY_TABLE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/libkad/Inspector/pages/kad-gui-query-detail.ui");
  bind_children (widget_class);
  bind_callbacks (widget_class);
  make_signals (klass);
}

static void
kad_gui_query_detail_init (KadGuiQueryDetail *self)
{
  GtkWidget **parts[] = { &self->waterfall, &self->descent, &self->path,
                          &self->contacts,  &self->steps,   &self->results };

  self->selected = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_signal_connect_swapped (*parts[i], "peer-selected", G_CALLBACK (on_peer_selected), self);
      g_signal_connect_swapped (*parts[i], "peer-activated", G_CALLBACK (on_peer_activated), self);
    }
  self->watch = kad_gui_query_watch_new (GTK_WIDGET (self), show);
}
