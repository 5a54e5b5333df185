/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-list.h"

#include "kad-gui-i18n.h"
#include "kad-gui-placeholder.h"
#include "kad-gui-query-row.h"
#include "kad-gui-query-words.h"

#define TICK_MS 250
#define ALL_KINDS 0

struct _KadGuiQueryList
{
  GtkBox parent_instance;

  KadGuiSource *source;          /* (owned) (nullable) */
  GListModel *queries;           /* (owned) (nullable) of its store */
  GPtrArray *followed;           /* as they are in the store */
  GHashTable *waiting;           /* queries that came while it was held; not owned, only compared */
  GPtrArray *rows;               /* KadGuiQueryRow that show something; not owned */
  GtkFilter *filter;             /* (owned) */
  GtkFilterListModel *filtered;  /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  gboolean is_held;
  gboolean has_queries;
  guint tick;

  GtkWidget *head;
  GtkWidget *search;
  GtkWidget *new_button;
  GtkWidget *kinds;
  GtkWidget *mine;
  GtkWidget *failed;
  GtkWidget *upkeep;
  GtkWidget *paused;
  GtkWidget *news_revealer;
  GtkWidget *news;
  GtkWidget *stack;
  GtkWidget *scroller;
  GtkWidget *view;
  GtkWidget *placeholder;
};

G_DEFINE_FINAL_TYPE (KadGuiQueryList, kad_gui_query_list, GTK_TYPE_BOX)

enum
{
  SELECTION_CHANGED,
  NEW_QUERY,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Of the choice of kinds, after "all". */
static const char *const kinds[]
    = { "get-providers", "get-record", "closest-peers", "find-peer",     "put-record",
        "publish",       "bootstrap",  "refresh",       "start-provide", NULL };

/* ---- time ---- */

static gint64
get_now_us (KadGuiQueryList *self)
{
  return self->source != NULL ? kad_gui_store_get_now_us (kad_gui_source_get_store (self->source))
                              : 0;
}

static gboolean
is_in_view (KadGuiQueryList *self, GtkWidget *row)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, self->scroller, &bounds)
         && bounds.origin.y + bounds.size.height > 0
         && bounds.origin.y < gtk_widget_get_height (self->scroller);
}

/* Shows the time of those that run and are seen; gives whether there are any. */
static gboolean
tick_rows (KadGuiQueryList *self)
{
  gint64 now_us = get_now_us (self);
  gboolean any = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      KadGuiQuery *query = kad_gui_query_row_get_query (self->rows->pdata[i]);

      if (query == NULL || query->state != KAD_GUI_QUERY_RUNNING
          || !is_in_view (self, self->rows->pdata[i]))
        continue;
      kad_gui_query_row_tick (self->rows->pdata[i], now_us);
      any = TRUE;
    }
  return any;
}

static gboolean
on_tick (gpointer user_data)
{
  KadGuiQueryList *self = user_data;

  if (tick_rows (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
update_ticking (KadGuiQueryList *self)
{
  gboolean ticks = self->source != NULL && !kad_gui_source_get_paused (self->source)
                   && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN
                   && gtk_widget_get_mapped (GTK_WIDGET (self));
  gboolean runs = FALSE;

  for (guint i = 0; ticks && i < self->rows->len; i++)
    {
      KadGuiQuery *query = kad_gui_query_row_get_query (self->rows->pdata[i]);

      runs = runs || (query != NULL && query->state == KAD_GUI_QUERY_RUNNING);
    }
  if (!runs)
    g_clear_handle_id (&self->tick, g_source_remove);
  else if (self->tick == 0)
    self->tick = g_timeout_add (TICK_MS, on_tick, self);
}

gboolean
kad_gui_query_list_is_ticking (KadGuiQueryList *self)
{
  return self->tick != 0;
}

/* ---- filters ---- */

static gboolean
has_text (KadGuiQuery *query, const char *needle)
{
  g_autofree char *kind = kad_gui_query_dup_kind (query);
  g_autofree char *outcome = kad_gui_query_dup_outcome (query);
  g_autofree char *all = g_strjoin ("\n", kind, query->kind, query->command, query->key,
                                    query->owner, outcome, query->error_code, NULL);
  g_autofree char *folded = g_utf8_casefold (all, -1);
  g_autofree char *folded_needle = g_utf8_casefold (needle, -1);

  return strstr (folded, folded_needle) != NULL;
}

static gboolean
match (gpointer item, gpointer user_data)
{
  KadGuiQueryList *self = user_data;
  KadGuiQuery *query = item;
  guint kind = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kinds));
  const char *needle = gtk_editable_get_text (GTK_EDITABLE (self->search));

  if (g_hash_table_contains (self->waiting, query))
    return FALSE;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->mine)) && !query->own)
    return FALSE;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->failed))
      && !kad_gui_query_is_failed (query))
    return FALSE;
  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->upkeep))
      && kad_gui_query_is_upkeep (query))
    return FALSE;
  if (kind != ALL_KINDS && kind != GTK_INVALID_LIST_POSITION
      && !g_str_equal (query->kind, kinds[kind - 1])
      && !g_str_equal (query->command, kinds[kind - 1])
      && !(g_str_equal (kinds[kind - 1], "get-providers")
           && g_str_equal (query->command, "find-providers")))
    return FALSE;
  return needle[0] == '\0' || has_text (query, needle);
}

static void
show_empty (KadGuiQueryList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "list" : "empty");
  if (self->has_queries)
    {
      kad_gui_placeholder_set (KAD_GUI_PLACEHOLDER (self->placeholder), "edit-find-symbolic",
                               _ ("No Query Matches"),
                               _ ("There are queries, but the filters let none through."));
      kad_gui_placeholder_set_button (KAD_GUI_PLACEHOLDER (self->placeholder),
                                      _ ("Show All Queries"), "query-list.show-all", NULL);
    }
  else
    {
      kad_gui_placeholder_set (
          KAD_GUI_PLACEHOLDER (self->placeholder), "system-search-symbolic", _ ("No Queries Yet"),
          _ ("What the node looks for stands here, and so does what you begin."));
      kad_gui_placeholder_set_button (KAD_GUI_PLACEHOLDER (self->placeholder), _ ("New Query…"),
                                      "query-list.new", NULL);
    }
}

static void
update_empty (KadGuiQueryList *self)
{
  gboolean has_queries = self->queries != NULL && g_list_model_get_n_items (self->queries) > 0;
  gboolean changes = has_queries != self->has_queries;

  self->has_queries = has_queries;
  /* There is nothing to filter. */
  gtk_widget_set_visible (self->head, has_queries);
  show_empty (self);
  if (changes)
    g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
refilter (KadGuiQueryList *self)
{
  if (self->filter == NULL)
    return;
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_empty (self);
}

static void
on_stop_search (GtkSearchEntry *entry, gpointer user_data)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
on_new_clicked (KadGuiQueryList *self)
{
  g_signal_emit (self, signals[NEW_QUERY], 0);
}

/* ---- stable under the pointer ---- */

static void
show_news (KadGuiQueryList *self)
{
  guint n = g_hash_table_size (self->waiting);
  g_autofree char *text = g_strdup_printf (ngettext ("%u new query", "%u new queries", n), n);

  if (n > 0)
    gtk_button_set_label (GTK_BUTTON (self->news), text);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->news_revealer), n > 0);
}

static void
let_in (KadGuiQueryList *self)
{
  if (g_hash_table_size (self->waiting) == 0)
    return;
  g_hash_table_remove_all (self->waiting);
  show_news (self);
  refilter (self);
}

void
kad_gui_query_list_set_held (KadGuiQueryList *self, gboolean is_held)
{
  self->is_held = is_held;
  if (!is_held)
    let_in (self);
}

static void
on_enter (KadGuiQueryList *self)
{
  kad_gui_query_list_set_held (self, TRUE);
}

static void
on_leave (KadGuiQueryList *self)
{
  kad_gui_query_list_set_held (self, FALSE);
}

/* ---- the model ---- */

static void
on_state (KadGuiQueryList *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->failed)))
    refilter (self);
  update_ticking (self);
}

static void
let_go (KadGuiQueryList *self, KadGuiQuery *query)
{
  g_signal_handlers_disconnect_by_data (query, self);
  g_hash_table_remove (self->waiting, query);
}

static void
follow (KadGuiQueryList *self, guint position, KadGuiQuery *query)
{
  g_ptr_array_insert (self->followed, (int) position, g_object_ref (query));
  g_signal_connect_swapped (query, "notify::state", G_CALLBACK (on_state), self);
  /* What was begun here is wanted here. */
  if (self->is_held && !query->own)
    g_hash_table_add (self->waiting, query);
}

/* Before the filter sees it. */
static void
on_items_changed (GListModel *queries, guint position, guint removed, guint added,
                  gpointer user_data)
{
  KadGuiQueryList *self = user_data;

  for (guint i = position; i < position + removed; i++)
    let_go (self, self->followed->pdata[i]);
  if (removed > 0)
    g_ptr_array_remove_range (self->followed, position, removed);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);

      follow (self, i, query);
    }
  show_news (self);
}

static int
compare_started (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KadGuiQuery *one = a;
  const KadGuiQuery *other = b;

  /* What has not begun is the newest. */
  if ((one->started_us == 0) != (other->started_us == 0))
    return one->started_us == 0 ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  if (one->started_us != other->started_us)
    return one->started_us > other->started_us ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  return GTK_ORDERING_EQUAL;
}

static void
on_paused (KadGuiQueryList *self)
{
  gtk_widget_set_visible (self->paused,
                          self->source != NULL && kad_gui_source_get_paused (self->source));
  update_ticking (self);
}

static void
drop_source (KadGuiQueryList *self)
{
  gtk_filter_list_model_set_model (self->filtered, NULL);
  for (guint i = 0; i < self->followed->len; i++)
    let_go (self, self->followed->pdata[i]);
  g_ptr_array_set_size (self->followed, 0);
  if (self->queries != NULL)
    g_signal_handlers_disconnect_by_data (self->queries, self);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->queries);
  g_clear_object (&self->source);
}

void
kad_gui_query_list_set_source (KadGuiQueryList *self, KadGuiSource *source)
{
  gboolean is_held = self->is_held;

  drop_source (self);
  if (source != NULL)
    {
      self->source = g_object_ref (source);
      self->queries = g_object_ref (kad_gui_store_get_queries (kad_gui_source_get_store (source)));
      self->is_held = FALSE;
      on_items_changed (self->queries, 0, 0, g_list_model_get_n_items (self->queries), self);
      self->is_held = is_held;
      g_signal_connect (self->queries, "items-changed", G_CALLBACK (on_items_changed), self);
      g_signal_connect_swapped (source, "notify::paused", G_CALLBACK (on_paused), self);
      g_signal_connect_swapped (source, "notify::state", G_CALLBACK (on_paused), self);
      gtk_filter_list_model_set_model (self->filtered, self->queries);
    }
  update_empty (self);
  on_paused (self);
}

gboolean
kad_gui_query_list_has_queries (KadGuiQueryList *self)
{
  return self->has_queries;
}

guint
kad_gui_query_list_get_n_shown (KadGuiQueryList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
}

/* ---- selection ---- */

KadGuiQuery *
kad_gui_query_list_get_selected (KadGuiQueryList *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

static gboolean
find (KadGuiQueryList *self, KadGuiQuery *query, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (*position = 0; *position < n; (*position)++)
    {
      g_autoptr (KadGuiQuery) here
          = g_list_model_get_item (G_LIST_MODEL (self->selection), *position);

      if (here == query)
        return TRUE;
    }
  return FALSE;
}

/* @query: (nullable): it need not wait any more. */
static void
take_filters_off (KadGuiQueryList *self, KadGuiQuery *query)
{
  g_hash_table_remove (self->waiting, query);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kinds), ALL_KINDS);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->mine), FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->failed), FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->upkeep), TRUE);
  show_news (self);
  refilter (self);
}

static void
show_all (GtkWidget *widget, const char *action, GVariant *what)
{
  take_filters_off (KAD_GUI_QUERY_LIST (widget), NULL);
}

static void
begin_new (GtkWidget *widget, const char *action, GVariant *what)
{
  on_new_clicked (KAD_GUI_QUERY_LIST (widget));
}

gboolean
kad_gui_query_list_select (KadGuiQueryList *self, KadGuiQuery *query)
{
  guint position;

  if (query == NULL)
    {
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
      return FALSE;
    }
  if (!find (self, query, &position))
    {
      take_filters_off (self, query);
      if (!find (self, query, &position))
        return FALSE;
    }
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
  return TRUE;
}

gboolean
kad_gui_query_list_select_newest (KadGuiQueryList *self)
{
  if (kad_gui_query_list_get_n_shown (self) == 0)
    return FALSE;
  gtk_single_selection_set_selected (self->selection, 0);
  return TRUE;
}

void
kad_gui_query_list_focus_filter (KadGuiQueryList *self)
{
  gtk_widget_grab_focus (self->search);
}

static void
on_activate (KadGuiQueryList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_selection (KadGuiQueryList *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* ---- rows ---- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, kad_gui_query_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  KadGuiQueryList *self = user_data;
  GtkWidget *row = gtk_list_item_get_child (item);

  kad_gui_query_row_set_query (KAD_GUI_QUERY_ROW (row), gtk_list_item_get_item (item),
                               get_now_us (self));
  g_ptr_array_add (self->rows, row);
  update_ticking (self);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  KadGuiQueryList *self = user_data;
  GtkWidget *row = gtk_list_item_get_child (item);

  g_ptr_array_remove_fast (self->rows, row);
  kad_gui_query_row_set_query (KAD_GUI_QUERY_ROW (row), NULL, 0);
  update_ticking (self);
}

/* ---- its life ---- */

static void
kad_gui_query_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_query_list_parent_class)->map (widget);
  update_ticking (KAD_GUI_QUERY_LIST (widget));
}

static void
kad_gui_query_list_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_query_list_parent_class)->unmap (widget);
  update_ticking (KAD_GUI_QUERY_LIST (widget));
}

static void
kad_gui_query_list_dispose (GObject *object)
{
  KadGuiQueryList *self = KAD_GUI_QUERY_LIST (object);

  if (self->filtered != NULL)
    drop_source (self);
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->view != NULL)
    gtk_list_view_set_model (GTK_LIST_VIEW (self->view), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  gtk_widget_dispose_template (GTK_WIDGET (self), KAD_GUI_TYPE_QUERY_LIST);
  G_OBJECT_CLASS (kad_gui_query_list_parent_class)->dispose (object);
}

static void
kad_gui_query_list_finalize (GObject *object)
{
  KadGuiQueryList *self = KAD_GUI_QUERY_LIST (object);

  g_ptr_array_unref (self->followed);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->waiting);
  G_OBJECT_CLASS (kad_gui_query_list_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/libkad/Inspector/pages/kad-gui-query-list.ui");
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, head);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, search);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, new_button);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, kinds);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, mine);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, failed);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, upkeep);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, paused);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, news_revealer);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, news);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, stack);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, scroller);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, view);
  gtk_widget_class_bind_template_child (klass, KadGuiQueryList, placeholder);
  gtk_widget_class_bind_template_callback (klass, refilter);
  gtk_widget_class_bind_template_callback (klass, on_stop_search);
  gtk_widget_class_bind_template_callback (klass, on_new_clicked);
  gtk_widget_class_bind_template_callback (klass, let_in);
  gtk_widget_class_bind_template_callback (klass, on_activate);
}

static void
kad_gui_query_list_class_init (KadGuiQueryListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kad_gui_query_list_dispose;
  object_class->finalize = kad_gui_query_list_finalize;
  widget_class->map = kad_gui_query_list_map;
  widget_class->unmap = kad_gui_query_list_unmap;
  g_type_ensure (KAD_GUI_TYPE_PLACEHOLDER);
  gtk_widget_class_install_action (widget_class, "query-list.show-all", NULL, show_all);
  gtk_widget_class_install_action (widget_class, "query-list.new", NULL, begin_new);
  bind_template (widget_class);
  signals[SELECTION_CHANGED]
      = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NEW_QUERY] = g_signal_new ("new-query", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
make_kinds (KadGuiQueryList *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);
  g_autoptr (KadGuiQuery) sample = kad_gui_query_new ();

  gtk_string_list_append (words, _ ("All Kinds"));
  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autofree char *title = NULL;

      kad_gui_item_set_string (sample, KAD_GUI_QUERY_FIELD_KIND, kinds[i]);
      title = kad_gui_query_dup_kind (sample);
      gtk_string_list_append (words, title);
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->kinds), G_LIST_MODEL (words));
}

static void
make_models (KadGuiQueryList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSortListModel *sorted;

  self->filter = GTK_FILTER (gtk_custom_filter_new (match, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  sorted
      = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)),
                                 GTK_SORTER (gtk_custom_sorter_new (compare_started, NULL, NULL)));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (sorted));
  g_object_unref (sorted);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->view), factory);
  g_object_unref (factory);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (on_selection),
                            self);
  g_signal_connect_swapped (self->filtered, "items-changed", G_CALLBACK (update_empty), self);
}

static void
kad_gui_query_list_init (KadGuiQueryList *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkAdjustment *adjustment;

  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new ();
  self->waiting = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  make_models (self);
  make_kinds (self);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->scroller, motion);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (update_ticking), self,
                           G_CONNECT_SWAPPED);
  update_empty (self);
}
