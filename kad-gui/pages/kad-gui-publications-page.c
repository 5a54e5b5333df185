/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-publications-page.h"

#include <glib/gi18n.h>

#include "kad-gui-event-filter.h"
#include "kad-gui-facts.h"
#include "kad-gui-fold-box.h"
#include "kad-gui-menu.h"
#include "kad-gui-publication-words.h"
#include "kad-gui-row-list.h"
#include "kad-gui-text.h"
#include "kad-gui-wide-box.h"

/* Apps that are offered as a filter. */
#define MAX_APPS 256
/* What all columns need. */
#define NARROW_WIDTH 840

typedef enum
{
  WANT_ALL,
  WANT_FAILING,
  WANT_PARTLY,
  WANT_RUNNING,
} Want;

struct _KadGuiPublicationsPage
{
  KadGuiPage parent_instance;

  GtkWidget *search;
  GtkWidget *app;
  GtkWidget *state;
  GtkWidget *rows;
  GtkWidget *detail;
  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *key;
  GtkWidget *story;
  GtkWidget *holders;
  GtkWidget *error;
  GtkWidget *why_not;
  GtkWidget *facts;

  GtkStringList *apps;
  GListModel *list; /* (owned) (nullable) of the store */
  gulong items_id;
  KadGuiPublication *shown; /* (owned) (nullable) */
  gulong notify_id;
};

G_DEFINE_FINAL_TYPE (KadGuiPublicationsPage, kad_gui_publications_page, KAD_GUI_TYPE_PAGE)

/* ---- columns ---- */

static char *
key_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_text (KAD_GUI_PUBLICATION (item)->key_text);
}

static char *
kind_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return g_strdup (g_str_equal (KAD_GUI_PUBLICATION (item)->kind, "record") ? _ ("Record")
                                                                            : _ ("Provider"));
}

static const char *
kind_icon (gpointer item)
{
  return g_str_equal (KAD_GUI_PUBLICATION (item)->kind, "record") ? "drive-harddisk-symbolic"
                                                                  : "emblem-shared-symbolic";
}

static char *
app_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_publication_dup_app (item);
}

static char *
lifetime_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_publication_dup_lifetime (item);
}

static char *
next_text (gpointer item, gint64 now_us)
{
  return KAD_GUI_PUBLICATION (item)->running
             ? g_strdup (_ ("now"))
             : kad_gui_text_in (KAD_GUI_PUBLICATION (item)->next_run_us, now_us);
}

static char *
last_text (gpointer item, gint64 now_us)
{
  return kad_gui_text_ago (KAD_GUI_PUBLICATION (item)->last_run_us, now_us);
}

static char *
holders_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_publication_dup_holders (item);
}

static char *
state_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_publication_dup_state (item);
}

static char *
state_tooltip (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  g_autofree char *state = kad_gui_publication_dup_state (item);
  g_autofree char *error = kad_gui_text (KAD_GUI_PUBLICATION (item)->error);

  return *error != '\0' ? g_strdup_printf ("%s: %s", state, error) : g_steal_pointer (&state);
}

static const char *
state_icon (gpointer item)
{
  return kad_gui_publication_get_icon (item);
}

#define COMPARE_TEXT(name, field)                                                                  \
  static int name (gconstpointer a, gconstpointer b)                                               \
  {                                                                                                \
    return g_strcmp0 (((const KadGuiPublication *) a)->field,                                      \
                      ((const KadGuiPublication *) b)->field);                                     \
  }
#define COMPARE_NUMBER(name, field)                                                                \
  static int name (gconstpointer a, gconstpointer b)                                               \
  {                                                                                                \
    gint64 one = ((const KadGuiPublication *) a)->field;                                           \
    gint64 other = ((const KadGuiPublication *) b)->field;                                         \
    return (one > other) - (one < other);                                                          \
  }

COMPARE_TEXT (compare_keys, key_text)
COMPARE_TEXT (compare_kinds, kind)
COMPARE_TEXT (compare_apps, app_id)
COMPARE_TEXT (compare_lifetimes, lifetime)
COMPARE_NUMBER (compare_next, next_run_us)
COMPARE_NUMBER (compare_last, last_run_us)
COMPARE_NUMBER (compare_holders, stored)

static int
compare_states (gconstpointer a, gconstpointer b)
{
  KadGuiPublication *one = (KadGuiPublication *) a;
  KadGuiPublication *other = (KadGuiPublication *) b;
  int order
      = (int) kad_gui_publication_get_state (one) - (int) kad_gui_publication_get_state (other);

  return order != 0 ? order : (int) one->failures - (int) other->failures;
}

static const KadGuiColumn columns[] = {
  { N_ ("Kind"), KAD_GUI_COLUMN_ICON_ONLY, 7, kind_text, kind_icon, NULL, compare_kinds },
  { N_ ("Key"), KAD_GUI_COLUMN_EXPAND, 13, key_text, NULL, NULL, compare_keys },
  { N_ ("App"), KAD_GUI_COLUMN_WIDE_ONLY, 12, app_text, NULL, NULL, compare_apps },
  { N_ ("Lifetime"), KAD_GUI_COLUMN_WIDE_ONLY | KAD_GUI_COLUMN_DIM, 8, lifetime_text, NULL, NULL,
    compare_lifetimes },
  { N_ ("State"), KAD_GUI_COLUMN_ICON_ONLY, 13, state_text, state_icon, state_tooltip,
    compare_states },
  { N_ ("Holders"), KAD_GUI_COLUMN_NUMERIC, 7, holders_text, NULL, NULL, compare_holders },
  { N_ ("Last"), KAD_GUI_COLUMN_NUMERIC | KAD_GUI_COLUMN_WIDE_ONLY | KAD_GUI_COLUMN_TIME, 8,
    last_text, NULL, NULL, compare_last },
  { N_ ("Next"), KAD_GUI_COLUMN_NUMERIC | KAD_GUI_COLUMN_TIME, 9, next_text, NULL, NULL,
    compare_next },
};

/* ---- filter ---- */

static gboolean
is_wanted (KadGuiPublicationsPage *self, KadGuiPublication *publication)
{
  switch ((Want) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->state)))
    {
    case WANT_FAILING:
      return publication->failures > 0;
    case WANT_PARTLY:
      return kad_gui_publication_get_state (publication) == KAD_GUI_PUBLISHED_PARTLY;
    case WANT_RUNNING:
      return publication->running;
    case WANT_ALL:
    default:
      return TRUE;
    }
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  KadGuiPublicationsPage *self = user_data;
  KadGuiPublication *publication = item;
  guint app = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->app));
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  if (app != GTK_INVALID_LIST_POSITION && app > 0
      && !g_str_equal (gtk_string_list_get_string (self->apps, app), publication->app_id))
    return FALSE;
  return is_wanted (self, publication)
         && (kad_gui_text_has (publication->key_text, text)
             || kad_gui_text_has (publication->app_id, text)
             || kad_gui_text_has (publication->kind, text)
             || kad_gui_text_has (publication->error, text));
}

static void
on_filter_changed (KadGuiPublicationsPage *self)
{
  gboolean is_set = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->app)) > 0
                    || gtk_drop_down_get_selected (GTK_DROP_DOWN (self->state)) > 0
                    || *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0';

  kad_gui_row_list_filter_changed (KAD_GUI_ROW_LIST (self->rows), is_set,
                                   "publications.clear-filter");
}

static void
clear_filter (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiPublicationsPage *self = KAD_GUI_PUBLICATIONS_PAGE (widget);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->app), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->state), 0);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  on_filter_changed (self);
}

static gboolean
has_app (KadGuiPublicationsPage *self, const char *app)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->apps));

  for (guint i = 1; i < n; i++)
    if (g_str_equal (gtk_string_list_get_string (self->apps, i), app))
      return TRUE;
  return *app == '\0' || n > MAX_APPS;
}

static void
on_items_changed (GListModel *list, guint position, guint n_removed G_GNUC_UNUSED, guint n_added,
                  gpointer user_data)
{
  KadGuiPublicationsPage *self = user_data;

  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (KadGuiPublication) publication = g_list_model_get_item (list, i);

      if (publication != NULL && !has_app (self, publication->app_id))
        gtk_string_list_append (self->apps, publication->app_id);
    }
}

/* ---- what is done ---- */

static KadGuiPublication *
get_selected (KadGuiPublicationsPage *self)
{
  return kad_gui_row_list_get_selected (KAD_GUI_ROW_LIST (self->rows));
}

static void
say (KadGuiPublicationsPage *self, const char *text)
{
  kad_gui_page_activate (KAD_GUI_PAGE (self), "kad.toast", g_variant_new_string (text));
}

static void
say_how_it_went (KadGuiPublicationsPage *self, KadGuiSource *source, GAsyncResult *result,
                 const char *good, const char *bad)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  g_autofree char *text = NULL;

  if (kad_gui_source_finish (source, result, &error))
    {
      say (self, good);
      return;
    }
  why = kad_gui_text (error->message);
  text = g_strdup_printf ("%s: %s", bad, why);
  say (self, text);
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiPublicationsPage) self = user_data;

  say_how_it_went (self, KAD_GUI_SOURCE (source), result, _ ("It is being announced"),
                   _ ("It cannot be announced"));
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiPublicationsPage) self = user_data;

  say_how_it_went (self, KAD_GUI_SOURCE (source), result, _ ("It is announced no more"),
                   _ ("It cannot be removed"));
}

static void
announce (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiPublicationsPage *self = KAD_GUI_PUBLICATIONS_PAGE (widget);
  KadGuiSource *source = kad_gui_page_get_source (KAD_GUI_PAGE (self));
  KadGuiPublication *publication = get_selected (self);

  if (source != NULL && publication != NULL)
    kad_gui_source_change_publication_async (source, publication, FALSE, NULL, on_announced,
                                             g_object_ref (self));
}

static void
remove_confirmed (GtkWidget *widget, gpointer item)
{
  KadGuiSource *source = kad_gui_page_get_source (KAD_GUI_PAGE (widget));

  if (source != NULL)
    kad_gui_source_change_publication_async (source, item, TRUE, NULL, on_removed,
                                             g_object_ref (widget));
}

static void
ask_remove (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiPublication *publication = get_selected (KAD_GUI_PUBLICATIONS_PAGE (widget));
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;

  if (publication == NULL)
    return;
  key = kad_gui_text_short (publication->key_text);
  text = g_strdup_printf (
      _ ("%s is announced no more. Copies that other nodes have cannot be deleted: they age out "
         "within 48 hours."),
      key);
  kad_gui_confirm (widget, _ ("Remove the Publication?"), text, _ ("_Remove"),
                   G_OBJECT (publication), remove_confirmed);
}

static void
copy_key (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiPublication *publication = get_selected (KAD_GUI_PUBLICATIONS_PAGE (widget));

  if (publication != NULL)
    kad_gui_page_activate (KAD_GUI_PAGE (widget), "kad.copy",
                           g_variant_new_string (publication->key_text));
}

static void
close_detail (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  kad_gui_row_list_select (KAD_GUI_ROW_LIST (KAD_GUI_PUBLICATIONS_PAGE (widget)->rows), NULL);
}

static GMenuModel *
new_menu (gpointer item, gpointer user_data G_GNUC_UNUSED)
{
  KadGuiPublication *publication = item;
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) act = g_menu_new ();
  g_autoptr (GMenu) go = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();
  g_autofree char *json = kad_gui_item_dup_json (publication);
  gboolean is_record = g_str_equal (publication->kind, "record");

  kad_gui_menu_add (act, _ ("Announce Now"), "publications.announce", NULL);
  kad_gui_menu_add (act, _ ("Remove…"), "publications.remove", NULL);
  kad_gui_menu_add (
      go, is_record ? _ ("Look It Up…") : _ ("Who Provides This Key…"), "kad.new-query",
      g_variant_new ("(ss)", is_record ? "get-record" : "get-providers", publication->key_text));
  kad_gui_menu_add (go, _ ("Show Key in the Table"), "kad.show-key",
                    g_variant_new_string (publication->key_text));
  kad_gui_menu_add_copy (copy, _ ("Copy Key"), publication->key_text);
  kad_gui_menu_add_copy (copy, _ ("Copy JSON"), json);
  kad_gui_menu_add_section (menu, act);
  kad_gui_menu_add_section (menu, go);
  kad_gui_menu_add_section (menu, copy);
  return G_MENU_MODEL (menu);
}

/* ---- the detail ---- */

static void
set_label (GtkWidget *label, char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
  g_free (text);
}

static char *
dup_date (gint64 at_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL && at_us > 0 ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%F %T") : g_strdup ("–");
}

static void
set_facts (KadGuiPublicationsPage *self, KadGuiPublication *publication)
{
  KadGuiFacts *facts = KAD_GUI_FACTS (self->facts);
  g_autofree char *app = kad_gui_publication_dup_app (publication);
  g_autofree char *lifetime = kad_gui_publication_dup_lifetime (publication);
  g_autofree char *owner = kad_gui_text (publication->owner);
  g_autofree char *created = dup_date (publication->created_us);
  g_autofree char *last = dup_date (publication->last_run_us);
  g_autofree char *next = dup_date (publication->next_run_us);

  kad_gui_facts_set (facts, 0, _ ("App"), app);
  kad_gui_facts_set (facts, 1, _ ("Lifetime"), lifetime);
  kad_gui_facts_set (facts, 2, _ ("Owner"), owner);
  kad_gui_facts_set (facts, 3, _ ("Published"), created);
  kad_gui_facts_set (facts, 4, _ ("Last announced"), last);
  kad_gui_facts_set (facts, 5, _ ("Next"), next);
}

static void
update_actions (KadGuiPublicationsPage *self)
{
  KadGuiSource *source = kad_gui_page_get_source (KAD_GUI_PAGE (self));
  gboolean can
      = source != NULL && (kad_gui_source_get_abilities (source) & KAD_GUI_CAN_PUBLISH) != 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "publications.announce",
                                 can && self->shown != NULL && !self->shown->running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "publications.remove",
                                 can && self->shown != NULL);
  gtk_widget_set_visible (self->why_not, !can);
}

static void
update_detail (KadGuiPublicationsPage *self)
{
  KadGuiPublication *publication = self->shown;
  KadGuiStore *store = kad_gui_page_get_store (KAD_GUI_PAGE (self));

  gtk_widget_set_visible (self->detail, publication != NULL && store != NULL);
  update_actions (self);
  if (publication == NULL || store == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), kad_gui_publication_get_icon (publication));
  set_label (self->title, kad_gui_publication_dup_state (publication));
  set_label (self->key, kad_gui_text (publication->key_text));
  set_label (self->story,
             kad_gui_publication_dup_story (publication, kad_gui_store_get_now_us (store)));
  set_label (self->error, kad_gui_text (publication->error));
  gtk_level_bar_set_max_value (GTK_LEVEL_BAR (self->holders), MAX (publication->wanted, 1));
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->holders),
                           MIN (publication->stored, MAX (publication->wanted, 1)));
  gtk_widget_set_visible (self->holders, publication->last_run_us > 0);
  set_facts (self, publication);
}

static void
on_selected (KadGuiPublicationsPage *self)
{
  KadGuiPublication *publication = get_selected (self);

  if (self->shown != NULL)
    g_clear_signal_handler (&self->notify_id, self->shown);
  g_set_object (&self->shown, publication);
  if (publication != NULL)
    self->notify_id = g_signal_connect_object (publication, "notify", G_CALLBACK (update_detail),
                                               self, G_CONNECT_SWAPPED);
  update_detail (self);
}

/* ---- as a page ---- */

static void
forget_list (KadGuiPublicationsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->apps));

  if (self->list != NULL)
    g_clear_signal_handler (&self->items_id, self->list);
  g_clear_object (&self->list);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->app), 0);
  gtk_string_list_splice (self->apps, 1, n - 1, NULL);
}

static void
kad_gui_publications_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiPublicationsPage *self = KAD_GUI_PUBLICATIONS_PAGE (page);
  KadGuiStore *store = source != NULL ? kad_gui_source_get_store (source) : NULL;

  if (self->rows == NULL) /* disposed of */
    return;
  forget_list (self);
  if (store != NULL)
    {
      self->list = g_object_ref (kad_gui_store_get_publications (store));
      self->items_id
          = g_signal_connect (self->list, "items-changed", G_CALLBACK (on_items_changed), self);
      on_items_changed (self->list, 0, 0, g_list_model_get_n_items (self->list), self);
    }
  kad_gui_row_list_set_model (KAD_GUI_ROW_LIST (self->rows), self->list, store);
  on_selected (self);
}

static void
kad_gui_publications_page_focus_filter (KadGuiPage *page)
{
  gtk_widget_grab_focus (KAD_GUI_PUBLICATIONS_PAGE (page)->search);
}

static char *
kad_gui_publications_page_dup_selection (KadGuiPage *page)
{
  KadGuiPublication *publication = get_selected (KAD_GUI_PUBLICATIONS_PAGE (page));

  return publication != NULL ? kad_gui_item_dup_json (publication) : NULL;
}

/* A JSON object a line. */
static GBytes *
kad_gui_publications_page_save (KadGuiPage *page, const char **name)
{
  GListModel *rows
      = kad_gui_row_list_get_rows (KAD_GUI_ROW_LIST (KAD_GUI_PUBLICATIONS_PAGE (page)->rows));
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (KadGuiPublication) publication = g_list_model_get_item (rows, i);
      g_autofree char *json = kad_gui_item_dup_json (publication);

      g_string_append_printf (lines, "%s\n", json);
    }
  *name = "kad-publications.ndjson";
  return g_string_free_to_bytes (lines);
}

/* ---- its life ---- */

static void
kad_gui_publications_page_map (GtkWidget *widget)
{
  update_detail (KAD_GUI_PUBLICATIONS_PAGE (widget));
  GTK_WIDGET_CLASS (kad_gui_publications_page_parent_class)->map (widget);
}

static void
kad_gui_publications_page_dispose (GObject *object)
{
  KadGuiPublicationsPage *self = KAD_GUI_PUBLICATIONS_PAGE (object);

  kad_gui_page_set_source (KAD_GUI_PAGE (self), NULL);
  self->rows = NULL;
  if (self->shown != NULL)
    g_clear_signal_handler (&self->notify_id, self->shown);
  g_clear_object (&self->shown);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (kad_gui_publications_page_parent_class)->dispose (object);
}

static void
kad_gui_publications_page_finalize (GObject *object)
{
  g_object_unref (KAD_GUI_PUBLICATIONS_PAGE (object)->apps);
  G_OBJECT_CLASS (kad_gui_publications_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (
      klass, "/org/libkad/Inspector/pages/kad-gui-publications-page.ui");
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, search);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, app);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, state);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, rows);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, detail);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, icon);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, title);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, key);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, story);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, holders);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, error);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, why_not);
  gtk_widget_class_bind_template_child (klass, KadGuiPublicationsPage, facts);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "publications.announce", NULL, announce);
  gtk_widget_class_install_action (klass, "publications.remove", NULL, ask_remove);
  gtk_widget_class_install_action (klass, "publications.copy-key", NULL, copy_key);
  gtk_widget_class_install_action (klass, "publications.clear-filter", NULL, clear_filter);
  gtk_widget_class_install_action (klass, "publications.close-detail", NULL, close_detail);
}

static void
kad_gui_publications_page_class_init (KadGuiPublicationsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_FACTS);
  g_type_ensure (KAD_GUI_TYPE_FOLD_BOX);
  g_type_ensure (KAD_GUI_TYPE_ROW_LIST);
  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  object_class->dispose = kad_gui_publications_page_dispose;
  object_class->finalize = kad_gui_publications_page_finalize;
  widget_class->map = kad_gui_publications_page_map;
  page_class->name = "publications";
  page_class->title = N_ ("Publications");
  page_class->icon_name = "document-send-symbolic";
  page_class->topics = KAD_GUI_TOPIC_PUBLICATIONS;
  page_class->source_changed = kad_gui_publications_page_source_changed;
  page_class->focus_filter = kad_gui_publications_page_focus_filter;
  page_class->dup_selection = kad_gui_publications_page_dup_selection;
  page_class->save = kad_gui_publications_page_save;
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
kad_gui_publications_page_init (KadGuiPublicationsPage *self)
{
  const char *apps[] = { _ ("All Apps"), NULL };
  const char *states[]
      = { _ ("All States"), _ ("Failing"), _ ("Partly Announced"), _ ("Being Announced"), NULL };
  g_autoptr (GtkStringList) wants = gtk_string_list_new (states);

  self->apps = gtk_string_list_new (apps);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->app), G_LIST_MODEL (self->apps));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->state), G_LIST_MODEL (wants));
  kad_gui_row_list_set_label (KAD_GUI_ROW_LIST (self->rows), _ ("Publications"));
  kad_gui_row_list_set_columns (KAD_GUI_ROW_LIST (self->rows), columns, G_N_ELEMENTS (columns));
  kad_gui_row_list_set_narrow_width (KAD_GUI_ROW_LIST (self->rows), NARROW_WIDTH);
  kad_gui_row_list_set_menu (KAD_GUI_ROW_LIST (self->rows), new_menu, self);
  kad_gui_row_list_set_filter (KAD_GUI_ROW_LIST (self->rows), matches, self);
  kad_gui_placeholder_set (
      kad_gui_row_list_get_placeholder (KAD_GUI_ROW_LIST (self->rows)), "document-send-symbolic",
      _ ("Nothing Is Published"),
      _ ("What programs announce or put into the network through this node appears here, with who "
         "holds it and when it is announced again."));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->app, "notify::selected", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->state, "notify::selected", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->rows, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (self->rows, "refreshed", G_CALLBACK (update_detail), self);
  update_actions (self);
}
