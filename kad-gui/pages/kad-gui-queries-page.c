/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-queries-page.h"

#include "kad-gui-i18n.h"
#include "kad-gui-placeholder.h"
#include "kad-gui-query-detail.h"
#include "kad-gui-query-form.h"
#include "kad-gui-query-list.h"
#include "kad-gui-query-words.h"
#include "kad-gui-wide-box.h"

struct _KadGuiQueriesPage
{
  KadGuiPage parent_instance;

  gboolean is_form_open;
  gboolean is_offered; /* the newest query of this source has been shown unasked */
  guint idle;
  guint tick;

  GtkWidget *box;
  GtkWidget *list;
  GtkWidget *stack;
  GtkWidget *detail;
  GtkWidget *form;
};

G_DEFINE_FINAL_TYPE (KadGuiQueriesPage, kad_gui_queries_page, KAD_GUI_TYPE_PAGE)

/* ---- what is shown ---- */

static KadGuiQuery *
get_query (KadGuiQueriesPage *self)
{
  return kad_gui_query_list_get_selected (KAD_GUI_QUERY_LIST (self->list));
}

/* One of the two where there is room for one. */
static void
update_narrow (KadGuiQueriesPage *self)
{
  gboolean is_narrow, has_content, has_queries;

  /* The template is not complete yet, or not any more. */
  if (self->form == NULL)
    return;
  is_narrow = kad_gui_wide_box_get_stacked (KAD_GUI_WIDE_BOX (self->box));
  has_content = self->is_form_open || get_query (self) != NULL;
  has_queries = kad_gui_query_list_has_queries (KAD_GUI_QUERY_LIST (self->list));
  gtk_widget_set_visible (self->list, !is_narrow || !has_content);
  gtk_widget_set_visible (self->stack, has_content || (!is_narrow && has_queries));
  kad_gui_query_detail_set_narrow (KAD_GUI_QUERY_DETAIL (self->detail), is_narrow);
}

/* Where there is room for a query the newest is shown, once; later it would be in the way. How much
 * room there is is known after the first frame. */
static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  KadGuiQueriesPage *self = KAD_GUI_QUERIES_PAGE (widget);

  if (gtk_widget_get_width (widget) == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (!self->is_form_open && get_query (self) == NULL
      && !kad_gui_wide_box_get_stacked (KAD_GUI_WIDE_BOX (self->box)))
    self->is_offered = kad_gui_query_list_select_newest (KAD_GUI_QUERY_LIST (self->list));
  return G_SOURCE_REMOVE;
}

static void
offer (KadGuiQueriesPage *self)
{
  if (self->tick == 0 && !self->is_offered && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
}

static void
drop_tick (KadGuiQueriesPage *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static gboolean
on_idle (gpointer user_data)
{
  KadGuiQueriesPage *self = user_data;

  self->idle = 0;
  update_narrow (self);
  return G_SOURCE_REMOVE;
}

/* It may be laid out just now: nothing may come or go until that is over. */
static void
on_stacked (KadGuiQueriesPage *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
update (KadGuiQueriesPage *self)
{
  KadGuiQuery *query;

  if (self->form == NULL)
    return;
  query = get_query (self);
  kad_gui_query_detail_set_query (KAD_GUI_QUERY_DETAIL (self->detail),
                                  kad_gui_page_get_source (KAD_GUI_PAGE (self)), query);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), self->is_form_open ? "form"
                                                             : query != NULL    ? "detail"
                                                                                : "none");
  update_narrow (self);
}

static void
on_selection (KadGuiQueriesPage *self)
{
  KadGuiQuery *query;

  if (self->form == NULL)
    return;
  query = get_query (self);
  /* The list tells more often than another one is selected, and somebody may be writing. */
  if (query != NULL
      && query != kad_gui_query_detail_get_query (KAD_GUI_QUERY_DETAIL (self->detail)))
    self->is_form_open = FALSE;
  update (self);
}

static void
on_back (KadGuiQueriesPage *self)
{
  kad_gui_query_list_select (KAD_GUI_QUERY_LIST (self->list), NULL);
  gtk_widget_grab_focus (self->list);
}

/* ---- the form ---- */

static void
open_form (KadGuiQueriesPage *self, const char *command, const char *key)
{
  self->is_form_open = TRUE;
  update (self);
  kad_gui_query_form_fill (KAD_GUI_QUERY_FORM (self->form), command, key);
}

static void
on_new_query (KadGuiQueriesPage *self)
{
  open_form (self, "", "");
}

static void
on_closed (KadGuiQueriesPage *self)
{
  self->is_form_open = FALSE;
  update (self);
}

static void
on_started (KadGuiQueriesPage *self, KadGuiQuery *query)
{
  self->is_form_open = FALSE;
  kad_gui_query_list_select (KAD_GUI_QUERY_LIST (self->list), query);
  update (self);
}

/* The arguments of a run are not known but its key: so the form is opened, and nothing is begun
 * that was not meant. */
static void
on_run_again (KadGuiQueriesPage *self)
{
  KadGuiQuery *query = get_query (self);

  if (query != NULL)
    open_form (self, query->command[0] != '\0' ? query->command : query->kind, query->key);
}

/* ---- what leads elsewhere ---- */

static void
on_peer_activated (KadGuiQueriesPage *self, const char *peer)
{
  kad_gui_page_activate (KAD_GUI_PAGE (self), "kad.show-peer", g_variant_new_string (peer));
}

static void
on_copy (KadGuiQueriesPage *self, const char *text, const char *said)
{
  if (text[0] != '\0')
    kad_gui_page_activate (KAD_GUI_PAGE (self), "kad.copy", g_variant_new_string (text));
  else
    kad_gui_page_activate (KAD_GUI_PAGE (self), "kad.toast", g_variant_new_string (said));
}

/* ---- what a page does ---- */

static void
kad_gui_queries_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiQueriesPage *self = KAD_GUI_QUERIES_PAGE (page);

  if (self->list == NULL)
    return;
  kad_gui_query_list_set_source (KAD_GUI_QUERY_LIST (self->list), source);
  kad_gui_query_form_set_source (KAD_GUI_QUERY_FORM (self->form), source);
  self->is_offered = FALSE;
  update (self);
  if (source != NULL)
    offer (self);
}

static void
kad_gui_queries_page_focus_filter (KadGuiPage *page)
{
  KadGuiQueriesPage *self = KAD_GUI_QUERIES_PAGE (page);

  if (!gtk_widget_get_visible (self->list))
    {
      self->is_form_open = FALSE;
      on_back (self);
    }
  kad_gui_query_list_focus_filter (KAD_GUI_QUERY_LIST (self->list));
}

static char *
kad_gui_queries_page_dup_selection (KadGuiPage *page)
{
  return kad_gui_query_detail_dup_selection (
      KAD_GUI_QUERY_DETAIL (KAD_GUI_QUERIES_PAGE (page)->detail));
}

static GtkWidget *
kad_gui_queries_page_get_view (KadGuiPage *page)
{
  KadGuiQueriesPage *self = KAD_GUI_QUERIES_PAGE (page);

  return get_query (self) != NULL && !self->is_form_open
             ? kad_gui_query_detail_get_view (KAD_GUI_QUERY_DETAIL (self->detail))
             : NULL;
}

/* One query a line. */
static GBytes *
save_all (KadGuiStore *store)
{
  GListModel *queries = kad_gui_store_get_queries (store);
  guint n = g_list_model_get_n_items (queries);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);
      g_autofree char *json = kad_gui_item_dup_json (query);

      g_string_append (text, json);
      g_string_append_c (text, '\n');
    }
  return g_string_free_to_bytes (text);
}

static GBytes *
kad_gui_queries_page_save (KadGuiPage *page, const char **name)
{
  KadGuiQuery *query = get_query (KAD_GUI_QUERIES_PAGE (page));
  KadGuiStore *store = kad_gui_page_get_store (page);

  if (query != NULL)
    {
      char *json = kad_gui_query_dup_json (query);

      *name = "query.json";
      return g_bytes_new_take (json, strlen (json));
    }
  if (store == NULL || g_list_model_get_n_items (kad_gui_store_get_queries (store)) == 0)
    return NULL;
  *name = "queries.ndjson";
  return save_all (store);
}

static gboolean
go_to_query (KadGuiQueriesPage *self, gint64 id)
{
  KadGuiStore *store = kad_gui_page_get_store (KAD_GUI_PAGE (self));
  KadGuiQuery *query = store != NULL ? kad_gui_store_find_query (store, id) : NULL;

  if (query == NULL)
    return FALSE;
  self->is_form_open = FALSE;
  kad_gui_query_list_select (KAD_GUI_QUERY_LIST (self->list), query);
  update (self);
  return TRUE;
}

static gboolean
kad_gui_queries_page_go_to (KadGuiPage *page, const char *kind, GVariant *what)
{
  KadGuiQueriesPage *self = KAD_GUI_QUERIES_PAGE (page);
  const char *command, *key;

  if (g_str_equal (kind, "query") && g_variant_is_of_type (what, G_VARIANT_TYPE_INT64))
    return go_to_query (self, g_variant_get_int64 (what));
  if (!g_str_equal (kind, "new-query") || !g_variant_is_of_type (what, G_VARIANT_TYPE ("(ss)")))
    return FALSE;
  g_variant_get (what, "(&s&s)", &command, &key);
  open_form (self, command, key);
  return TRUE;
}

/* ---- its life ---- */

static void
kad_gui_queries_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_queries_page_parent_class)->map (widget);
  offer (KAD_GUI_QUERIES_PAGE (widget));
}

static void
kad_gui_queries_page_unmap (GtkWidget *widget)
{
  drop_tick (KAD_GUI_QUERIES_PAGE (widget));
  GTK_WIDGET_CLASS (kad_gui_queries_page_parent_class)->unmap (widget);
}

static void
kad_gui_queries_page_dispose (GObject *object)
{
  /* While there is something to take the source from. */
  kad_gui_page_set_source (KAD_GUI_PAGE (object), NULL);
  g_clear_handle_id (&KAD_GUI_QUERIES_PAGE (object)->idle, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (object), KAD_GUI_TYPE_QUERIES_PAGE);
  G_OBJECT_CLASS (kad_gui_queries_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (
      klass, "/org/libkad/Inspector/pages/kad-gui-queries-page.ui");
  gtk_widget_class_bind_template_child (klass, KadGuiQueriesPage, box);
  gtk_widget_class_bind_template_child (klass, KadGuiQueriesPage, list);
  gtk_widget_class_bind_template_child (klass, KadGuiQueriesPage, stack);
  gtk_widget_class_bind_template_child (klass, KadGuiQueriesPage, detail);
  gtk_widget_class_bind_template_child (klass, KadGuiQueriesPage, form);
  gtk_widget_class_bind_template_callback (klass, on_stacked);
  gtk_widget_class_bind_template_callback (klass, on_selection);
  gtk_widget_class_bind_template_callback (klass, on_new_query);
  gtk_widget_class_bind_template_callback (klass, on_back);
  gtk_widget_class_bind_template_callback (klass, on_peer_activated);
  gtk_widget_class_bind_template_callback (klass, on_copy);
  gtk_widget_class_bind_template_callback (klass, on_run_again);
  gtk_widget_class_bind_template_callback (klass, on_started);
  gtk_widget_class_bind_template_callback (klass, on_closed);
}

static void
kad_gui_queries_page_class_init (KadGuiQueriesPageClass *klass)
{
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_queries_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = kad_gui_queries_page_map;
  GTK_WIDGET_CLASS (klass)->unmap = kad_gui_queries_page_unmap;
  page_class->name = "queries";
  page_class->title = N_ ("Queries");
  page_class->icon_name = "system-search-symbolic";
  page_class->topics = KAD_GUI_TOPIC_QUERIES;
  page_class->source_changed = kad_gui_queries_page_source_changed;
  page_class->focus_filter = kad_gui_queries_page_focus_filter;
  page_class->dup_selection = kad_gui_queries_page_dup_selection;
  page_class->get_view = kad_gui_queries_page_get_view;
  page_class->save = kad_gui_queries_page_save;
  page_class->go_to = kad_gui_queries_page_go_to;
  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  g_type_ensure (KAD_GUI_TYPE_PLACEHOLDER);
  g_type_ensure (KAD_GUI_TYPE_QUERY_LIST);
  g_type_ensure (KAD_GUI_TYPE_QUERY_DETAIL);
  g_type_ensure (KAD_GUI_TYPE_QUERY_FORM);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
kad_gui_queries_page_init (KadGuiQueriesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
