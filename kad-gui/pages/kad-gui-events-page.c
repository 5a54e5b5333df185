/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-events-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-gui-chain-view.h"
#include "kad-gui-event-detail.h"
#include "kad-gui-event-filter.h"
#include "kad-gui-event-look.h"
#include "kad-gui-fold-box.h"
#include "kad-gui-menu.h"
#include "kad-gui-module-list.h"
#include "kad-gui-row-list.h"
#include "kad-gui-text.h"
#include "kad-gui-wide-box.h"
#include "kad-json-writer.h"

/* Commands that are offered as a filter; beyond, the text finds them ("handler:"). */
#define MAX_HANDLERS 256
/* The choices before the names of commands. */
#define N_HANDLER_CHOICES 3
/* How often it is said how many rows there are, at most. */
#define COUNT_MS 250
/* What all columns need. */
#define NARROW_WIDTH 660

struct _KadGuiEventsPage
{
  KadGuiPage parent_instance;

  GtkWidget *log_button;
  GtkWidget *modules_button;
  GtkWidget *count;
  GtkWidget *log_tools;
  GtkWidget *pause;
  GtkWidget *views;
  GtkWidget *log;
  GtkWidget *search;
  GtkWidget *type;
  GtkWidget *handler;
  GtkWidget *rows;
  GtkWidget *detail;
  GtkWidget *modules;

  KadGuiEventFilter *filter;
  GtkStringList *handlers;
  GHashTable *known_handlers; /* name -> itself */
  GListModel *events;         /* (owned) (nullable) of the store */
  gulong events_id;
  GBinding *pause_binding; /* (nullable) */
  guint count_id;
};

G_DEFINE_FINAL_TYPE (KadGuiEventsPage, kad_gui_events_page, KAD_GUI_TYPE_PAGE)

/* ---- columns ---- */

static char *
time_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_text_time (KAD_GUI_EVENT (item)->time_us);
}

static char *
type_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_event_look_word (KAD_GUI_EVENT (item)->type);
}

static const char *
type_icon (gpointer item)
{
  return kad_gui_event_look_icon (KAD_GUI_EVENT (item)->type);
}

static char *
what_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_event_dup_text (item);
}

static char *
consumer_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_event_dup_consumer (item);
}

static char *
consumer_tooltip (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_chain_dup_sentence (item);
}

static char *
took_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  KadGuiEvent *event = item;

  return kad_gui_text_duration (event->delivered && event->n_asked > 0 ? event->delivery_us : -1);
}

static int
compare_types (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const KadGuiEvent *) a)->type, ((const KadGuiEvent *) b)->type);
}

static int
compare_consumers (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const KadGuiEvent *) a)->consumer, ((const KadGuiEvent *) b)->consumer);
}

static int
compare_took (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const KadGuiEvent *) a)->delivery_us;
  gint64 other = ((const KadGuiEvent *) b)->delivery_us;

  return (one > other) - (one < other);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const KadGuiEvent *) a)->number;
  gint64 other = ((const KadGuiEvent *) b)->number;

  return (one > other) - (one < other);
}

static const KadGuiColumn columns[] = {
  { N_ ("Time"), KAD_GUI_COLUMN_NUMERIC, 12, time_text, NULL, NULL, compare_times },
  { N_ ("Type"), KAD_GUI_COLUMN_ICON_ONLY, 18, type_text, type_icon, NULL, compare_types },
  { N_ ("What Happened"), KAD_GUI_COLUMN_EXPAND, 18, what_text, NULL, NULL, NULL },
  { N_ ("Consumer"), KAD_GUI_COLUMN_WIDE_ONLY, 14, consumer_text, NULL, consumer_tooltip,
    compare_consumers },
  { N_ ("Took"), KAD_GUI_COLUMN_WIDE_ONLY | KAD_GUI_COLUMN_NUMERIC | KAD_GUI_COLUMN_DIM, 7,
    took_text, NULL, NULL, compare_took },
};

/* ---- filter ---- */

static gboolean
matches (gpointer item, gpointer user_data)
{
  return kad_gui_event_filter_matches (KAD_GUI_EVENTS_PAGE (user_data)->filter, item);
}

static void
on_filter_changed (KadGuiEventsPage *self)
{
  guint type = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->type));
  guint handler = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->handler));
  const char *name = NULL;
  KadGuiHandlerChoice choice = KAD_GUI_HANDLER_ANY;

  if (handler != GTK_INVALID_LIST_POSITION && handler >= N_HANDLER_CHOICES)
    {
      choice = KAD_GUI_HANDLER_NAMED;
      name = gtk_string_list_get_string (self->handlers, handler);
    }
  else if (handler != GTK_INVALID_LIST_POSITION)
    choice = (KadGuiHandlerChoice) handler;
  kad_gui_event_filter_set_type (self->filter, type > 0 && type != GTK_INVALID_LIST_POSITION
                                                   ? kad_gui_event_looks ()[type - 1].type
                                                   : NULL);
  kad_gui_event_filter_set_handler (self->filter, choice, name);
  kad_gui_event_filter_set_text (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  kad_gui_row_list_filter_changed (KAD_GUI_ROW_LIST (self->rows),
                                   kad_gui_event_filter_is_set (self->filter),
                                   "events.clear-filter");
}

static void
clear_filter (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (widget);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->type), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->handler), 0);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  on_filter_changed (self);
}

/* The parameter takes the place of the text. */
static void
filter_by (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->search), g_variant_get_string (parameter, NULL));
  on_filter_changed (self);
}

static void
clear_log (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiStore *store = kad_gui_page_get_store (KAD_GUI_PAGE (widget));

  if (store != NULL)
    kad_gui_store_clear_events (store);
}

static GListModel *
new_types (void)
{
  GtkStringList *types = gtk_string_list_new (NULL);

  gtk_string_list_append (types, _ ("All Types"));
  for (const KadGuiEventLook *look = kad_gui_event_looks (); look->type != NULL; look++)
    gtk_string_list_append (types, _ (look->word));
  return G_LIST_MODEL (types);
}

static void
note_handler (KadGuiEventsPage *self, const char *name)
{
  if (*name == '\0' || g_hash_table_contains (self->known_handlers, name)
      || g_hash_table_size (self->known_handlers) >= MAX_HANDLERS)
    return;
  g_hash_table_add (self->known_handlers, g_strdup (name));
  gtk_string_list_append (self->handlers, name);
}

static void
forget_handlers (KadGuiEventsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->handlers));

  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->handler), 0);
  g_hash_table_remove_all (self->known_handlers);
  gtk_string_list_splice (self->handlers, N_HANDLER_CHOICES, n - N_HANDLER_CHOICES, NULL);
}

/* ---- what the store has ---- */

static void
write_count (KadGuiEventsPage *self)
{
  GListModel *rows = kad_gui_row_list_get_rows (KAD_GUI_ROW_LIST (self->rows));
  guint n_all = self->events != NULL ? g_list_model_get_n_items (self->events) : 0;
  guint n = g_list_model_get_n_items (rows);
  g_autofree char *text = NULL;

  if (n == n_all)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u event", "%u events", n), n);
  else
    text = g_strdup_printf (_ ("%u of %u events"), n, n_all);
  gtk_label_set_text (GTK_LABEL (self->count), text);
}

static gboolean
on_count_due (gpointer user_data)
{
  KadGuiEventsPage *self = user_data;

  self->count_id = 0;
  write_count (self);
  return G_SOURCE_REMOVE;
}

static void
on_rows_changed (KadGuiEventsPage *self)
{
  if (self->count_id == 0 && self->rows != NULL)
    self->count_id = g_timeout_add (COUNT_MS, on_count_due, self);
}

static void
on_events_changed (GListModel *events, guint position, guint n_removed G_GNUC_UNUSED, guint n_added,
                   gpointer user_data)
{
  KadGuiEventsPage *self = user_data;

  /* The one before: its delivery may have come meanwhile. */
  for (guint i = position > 0 ? position - 1 : 0; i < position + n_added; i++)
    {
      g_autoptr (KadGuiEvent) event = g_list_model_get_item (events, i);

      if (event == NULL)
        continue;
      for (char **name = event->asked; *name != NULL; name++)
        note_handler (self, *name);
      note_handler (self, event->consumer);
    }
  on_rows_changed (self);
}

static void
on_selected (KadGuiEventsPage *self)
{
  KadGuiEvent *event = kad_gui_row_list_get_selected (KAD_GUI_ROW_LIST (self->rows));

  kad_gui_event_detail_set_event (KAD_GUI_EVENT_DETAIL (self->detail), event);
  gtk_widget_set_visible (self->detail, event != NULL);
}

static void
close_detail (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (widget);

  kad_gui_row_list_select (KAD_GUI_ROW_LIST (self->rows), NULL);
  gtk_widget_grab_focus (self->rows);
}

static void
on_activated (KadGuiRowList *rows G_GNUC_UNUSED, gpointer item, gpointer user_data)
{
  KadGuiEvent *event = item;

  if (event->query_id != 0)
    kad_gui_page_activate (user_data, "kad.show-query", g_variant_new_int64 (event->query_id));
  else if (*event->peer != '\0')
    kad_gui_page_activate (user_data, "kad.show-peer", g_variant_new_string (event->peer));
}

static void
on_paused (KadGuiEventsPage *self)
{
  gboolean paused = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->pause));
  const char *word = paused ? _ ("Resume") : _ ("Pause");

  gtk_button_set_icon_name (GTK_BUTTON (self->pause), paused ? "media-playback-start-symbolic"
                                                             : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->pause, word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, word,
                                  -1);
}

static void
on_view_changed (KadGuiEventsPage *self)
{
  gboolean log = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->log_button));

  gtk_stack_set_visible_child (GTK_STACK (self->views), log ? self->log : self->modules);
  gtk_widget_set_visible (self->log_tools, log);
  gtk_widget_set_visible (self->count, log);
}

/* ---- the menu of a row ---- */

static void
add_filter (GMenu *menu, const char *label, const char *field, const char *value)
{
  g_autofree char *text = g_strconcat (field, value, NULL);

  kad_gui_menu_add (menu, label, "events.filter", g_variant_new_string (text));
}

static GMenuModel *
new_menu (gpointer item, gpointer user_data G_GNUC_UNUSED)
{
  KadGuiEvent *event = item;
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) go = g_menu_new ();
  g_autoptr (GMenu) only = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();
  g_autofree char *query = g_strdup_printf ("%" G_GINT64_FORMAT, event->query_id);

  if (event->query_id != 0)
    {
      kad_gui_menu_add (go, _ ("Show Query"), "kad.show-query",
                        g_variant_new_int64 (event->query_id));
      add_filter (only, _ ("Only This Query"), "query:", query);
    }
  if (*event->peer != '\0')
    {
      kad_gui_menu_add (go, _ ("Show Peer"), "kad.show-peer", g_variant_new_string (event->peer));
      add_filter (only, _ ("Only This Peer"), "peer:", event->peer);
      kad_gui_menu_add (copy, _ ("Copy Peer ID"), "kad.copy", g_variant_new_string (event->peer));
    }
  add_filter (only, _ ("Only This Type"), "type:", event->type);
  if (*event->consumer != '\0')
    add_filter (only, _ ("Only This Consumer"), "consumer:", event->consumer);
  if (*event->json != '\0')
    kad_gui_menu_add (copy, _ ("Copy JSON"), "kad.copy", g_variant_new_string (event->json));
  kad_gui_menu_add_section (menu, go);
  kad_gui_menu_add_section (menu, only);
  kad_gui_menu_add_section (menu, copy);
  return G_MENU_MODEL (menu);
}

/* ---- as a page ---- */

static void
set_placeholder (KadGuiEventsPage *self)
{
  kad_gui_placeholder_set (
      kad_gui_row_list_get_placeholder (KAD_GUI_ROW_LIST (self->rows)), "view-list-symbolic",
      _ ("No Events Yet"),
      _ ("What the node does appears here as it happens, with the commands that each event passed "
         "and the one that consumed it."));
}

static void
kad_gui_events_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (page);
  KadGuiStore *store = source != NULL ? kad_gui_source_get_store (source) : NULL;
  GListModel *events = store != NULL ? kad_gui_store_get_events (store) : NULL;

  if (self->rows == NULL) /* disposed of */
    return;
  g_clear_pointer (&self->pause_binding, g_binding_unbind);
  if (self->events != NULL)
    g_clear_signal_handler (&self->events_id, self->events);
  g_set_object (&self->events, events);
  forget_handlers (self);
  kad_gui_row_list_set_model (KAD_GUI_ROW_LIST (self->rows), events, store);
  kad_gui_module_list_set_model (KAD_GUI_MODULE_LIST (self->modules),
                                 store != NULL ? kad_gui_store_get_modules (store) : NULL);
  /* A recording is held by what plays it. */
  gtk_widget_set_visible (self->pause,
                          source != NULL
                              && (kad_gui_source_get_abilities (source) & KAD_GUI_IS_LIVE) != 0);
  if (source == NULL)
    return;
  self->events_id
      = g_signal_connect (events, "items-changed", G_CALLBACK (on_events_changed), self);
  on_events_changed (events, 0, 0, g_list_model_get_n_items (events), self);
  self->pause_binding = g_object_bind_property (source, "paused", self->pause, "active",
                                                G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  write_count (self);
}

static void
kad_gui_events_page_focus_filter (KadGuiPage *page)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (page);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->log_button), TRUE);
  gtk_widget_grab_focus (self->search);
}

static char *
kad_gui_events_page_dup_selection (KadGuiPage *page)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (page);
  KadGuiEvent *event;
  KadGuiModule *module;

  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->log_button)))
    {
      module = kad_gui_module_list_get_selected (KAD_GUI_MODULE_LIST (self->modules));
      return module != NULL ? kad_gui_item_dup_json (module) : NULL;
    }
  event = kad_gui_row_list_get_selected (KAD_GUI_ROW_LIST (self->rows));
  return event != NULL && *event->json != '\0' ? g_strdup (event->json) : NULL;
}

/* The first line of docs/events.md, so that what is saved can be played. */
static void
append_header (GString *lines, KadGuiStore *store, GListModel *rows)
{
  g_autoptr (KadGuiEvent) first = g_list_model_get_item (rows, 0);
  KadGuiStatus *status = kad_gui_store_get_status (store);

  g_string_append (lines, "{\"kad-stream\":1,\"version\":");
  kad_json_append_string (lines, status->version, strlen (status->version));
  g_string_append (lines, ",\"peer\":");
  kad_json_append_string (lines, status->peer_id, strlen (status->peer_id));
  g_string_append_printf (
      lines, ",\"started_us\":%" G_GINT64_FORMAT ",\"topics\":[\"events\",\"trace\"]}\n",
      first != NULL ? first->time_us : kad_gui_store_get_now_us (store));
}

static void
append_line (GString *lines, const char *line)
{
  g_string_append (lines, line);
  if (*line != '\0' && lines->str[lines->len - 1] != '\n')
    g_string_append_c (lines, '\n');
}

static GBytes *
kad_gui_events_page_save (KadGuiPage *page, const char **name)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (page);
  KadGuiStore *store = kad_gui_page_get_store (page);
  GListModel *rows = kad_gui_row_list_get_rows (KAD_GUI_ROW_LIST (self->rows));
  GString *lines;

  if (store == NULL)
    return NULL;
  lines = g_string_new (NULL);
  append_header (lines, store, rows);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (KadGuiEvent) event = g_list_model_get_item (rows, i);

      if (*event->json == '\0')
        continue;
      append_line (lines, event->json);
      append_line (lines, event->delivery_json);
    }
  *name = "kad-events.ndjson";
  return g_string_free_to_bytes (lines);
}

static gboolean
select_type (KadGuiEventsPage *self, const char *type)
{
  guint position = 1;

  for (const KadGuiEventLook *look = kad_gui_event_looks (); look->type != NULL; look++, position++)
    if (g_str_equal (look->type, type))
      {
        gtk_drop_down_set_selected (GTK_DROP_DOWN (self->type), position);
        return TRUE;
      }
  return FALSE;
}

static gboolean
select_handler (KadGuiEventsPage *self, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->handlers));

  for (guint i = N_HANDLER_CHOICES; i < n; i++)
    if (g_str_equal (gtk_string_list_get_string (self->handlers, i), name))
      {
        gtk_drop_down_set_selected (GTK_DROP_DOWN (self->handler), i);
        return TRUE;
      }
  return FALSE;
}

static gboolean
kad_gui_events_page_go_to (KadGuiPage *page, const char *kind, GVariant *what)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (page);
  const char *text;

  if (!g_str_equal (kind, "events") || !g_variant_is_of_type (what, G_VARIANT_TYPE_STRING))
    return FALSE;
  text = g_variant_get_string (what, NULL);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->log_button), TRUE);
  clear_filter (GTK_WIDGET (self), NULL, NULL);
  if (*text != '\0' && !select_type (self, text) && !select_handler (self, text))
    gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  on_filter_changed (self);
  return TRUE;
}

static GtkWidget *
kad_gui_events_page_get_view (KadGuiPage *page)
{
  return KAD_GUI_EVENTS_PAGE (page)->views;
}

/* ---- its life ---- */

static void
kad_gui_events_page_dispose (GObject *object)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (object);

  kad_gui_page_set_source (KAD_GUI_PAGE (self), NULL);
  g_clear_handle_id (&self->count_id, g_source_remove);
  g_clear_object (&self->events);
  self->rows = NULL;
  G_OBJECT_CLASS (kad_gui_events_page_parent_class)->dispose (object);
}

static void
kad_gui_events_page_finalize (GObject *object)
{
  KadGuiEventsPage *self = KAD_GUI_EVENTS_PAGE (object);

  kad_gui_event_filter_free (self->filter);
  g_object_unref (self->handlers);
  g_hash_table_unref (self->known_handlers);
  G_OBJECT_CLASS (kad_gui_events_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (
      klass, "/org/libkad/Inspector/pages/kad-gui-events-page.ui");
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, log_button);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, modules_button);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, count);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, log_tools);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, pause);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, views);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, log);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, search);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, type);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, handler);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, rows);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, detail);
  gtk_widget_class_bind_template_child (klass, KadGuiEventsPage, modules);
}

static void
kad_gui_events_page_class_init (KadGuiEventsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_FOLD_BOX);
  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  g_type_ensure (KAD_GUI_TYPE_ROW_LIST);
  g_type_ensure (KAD_GUI_TYPE_EVENT_DETAIL);
  g_type_ensure (KAD_GUI_TYPE_MODULE_LIST);
  object_class->dispose = kad_gui_events_page_dispose;
  object_class->finalize = kad_gui_events_page_finalize;
  page_class->name = "events";
  page_class->title = N_ ("Events");
  page_class->icon_name = "view-list-symbolic";
  page_class->topics = KAD_GUI_TOPIC_EVENTS;
  page_class->source_changed = kad_gui_events_page_source_changed;
  page_class->focus_filter = kad_gui_events_page_focus_filter;
  page_class->dup_selection = kad_gui_events_page_dup_selection;
  page_class->get_view = kad_gui_events_page_get_view;
  page_class->save = kad_gui_events_page_save;
  page_class->go_to = kad_gui_events_page_go_to;
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "events.clear-filter", NULL, clear_filter);
  gtk_widget_class_install_action (widget_class, "events.filter", "s", filter_by);
  gtk_widget_class_install_action (widget_class, "events.clear", NULL, clear_log);
  gtk_widget_class_install_action (widget_class, "events.close-detail", NULL, close_detail);
}

static void
connect_children (KadGuiEventsPage *self)
{
  GListModel *rows = kad_gui_row_list_get_rows (KAD_GUI_ROW_LIST (self->rows));

  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->type, "notify::selected", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->handler, "notify::selected", G_CALLBACK (on_filter_changed),
                            self);
  g_signal_connect_swapped (self->rows, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->rows, "activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (self->pause, "notify::active", G_CALLBACK (on_paused), self);
  g_signal_connect_swapped (self->log_button, "notify::active", G_CALLBACK (on_view_changed), self);
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (on_rows_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
kad_gui_events_page_init (KadGuiEventsPage *self)
{
  const char *choices[]
      = { _ ("Any Handler"), _ ("Consumed by Somebody"), _ ("Passed On by All"), NULL };
  g_autoptr (GListModel) types = new_types ();

  self->filter = kad_gui_event_filter_new ();
  self->handlers = gtk_string_list_new (choices);
  self->known_handlers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->type), types);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->handler), G_LIST_MODEL (self->handlers));
  kad_gui_row_list_set_label (KAD_GUI_ROW_LIST (self->rows), _ ("Events"));
  kad_gui_row_list_set_columns (KAD_GUI_ROW_LIST (self->rows), columns, G_N_ELEMENTS (columns));
  kad_gui_row_list_set_following (KAD_GUI_ROW_LIST (self->rows), TRUE);
  kad_gui_row_list_set_narrow_width (KAD_GUI_ROW_LIST (self->rows), NARROW_WIDTH);
  kad_gui_row_list_set_menu (KAD_GUI_ROW_LIST (self->rows), new_menu, self);
  kad_gui_row_list_set_filter (KAD_GUI_ROW_LIST (self->rows), matches, self);
  set_placeholder (self);
  connect_children (self);
  on_view_changed (self);
}
