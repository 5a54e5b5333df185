/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-records-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-gui-event-filter.h"
#include "kad-gui-facts.h"
#include "kad-gui-fold-box.h"
#include "kad-gui-menu.h"
#include "kad-gui-record.h"
#include "kad-gui-row-list.h"
#include "kad-gui-text.h"
#include "kad-gui-wide-box.h"

/* What all columns need. */
#define NARROW_WIDTH 600

struct _KadGuiRecordsPage
{
  KadGuiPage parent_instance;

  GtkWidget *records_button;
  GtkWidget *providers_button;
  GtkWidget *search;
  GtkWidget *total;
  GtkWidget *quota;
  GtkWidget *lists;
  GtkWidget *records;
  GtkWidget *providers;
  GtkWidget *detail;
  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *key;
  GtkWidget *show_peer;
  GtkWidget *remove;
  GtkWidget *facts;

  KadGuiStore *store; /* (owned) (nullable) */
  gulong items_id;
  gulong stats_id;
  guint count_id;
  guint n_records;
  guint n_providers;
  guint64 n_bytes;     /* of the records' values */
  KadGuiRecord *shown; /* (owned) (nullable) */
  gulong notify_id;
};

G_DEFINE_FINAL_TYPE (KadGuiRecordsPage, kad_gui_records_page, KAD_GUI_TYPE_PAGE)

static gboolean
is_record (gpointer item)
{
  return g_str_equal (KAD_GUI_RECORD (item)->kind, "record");
}

/* ---- columns ---- */

static char *
key_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_text (KAD_GUI_RECORD (item)->key);
}

static char *
peer_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  KadGuiRecord *record = item;

  return *record->peer != '\0' ? kad_gui_text_short (record->peer) : g_strdup (_ ("ourselves"));
}

static char *
peer_tooltip (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  KadGuiRecord *record = item;

  return *record->peer != '\0' ? kad_gui_text (record->peer) : g_strdup (_ ("ourselves"));
}

static char *
size_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_text_bytes (KAD_GUI_RECORD (item)->size);
}

static char *
address_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  KadGuiRecord *record = item;

  return *record->addresses != NULL ? kad_gui_text (*record->addresses) : g_strdup ("–");
}

static char *
address_tooltip (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  g_autofree char *first = address_text (item, 0);
  guint n = g_strv_length (KAD_GUI_RECORD (item)->addresses);

  if (n < 2)
    return g_steal_pointer (&first);
  /* Translators: an address, and how many there are beside it. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s and %u more", "%s and %u more", n - 1),
                          first, n - 1);
}

static char *
expires_text (gpointer item, gint64 now_us)
{
  return kad_gui_text_in (KAD_GUI_RECORD (item)->expires_us, now_us);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const KadGuiRecord *) a)->key, ((const KadGuiRecord *) b)->key);
}

static int
compare_peers (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const KadGuiRecord *) a)->peer, ((const KadGuiRecord *) b)->peer);
}

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  guint one = ((const KadGuiRecord *) a)->size;
  guint other = ((const KadGuiRecord *) b)->size;

  return (one > other) - (one < other);
}

static int
compare_ends (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const KadGuiRecord *) a)->expires_us;
  gint64 other = ((const KadGuiRecord *) b)->expires_us;

  return (one > other) - (one < other);
}

static const KadGuiColumn record_columns[] = {
  { N_ ("Key"), KAD_GUI_COLUMN_EXPAND, 18, key_text, NULL, NULL, compare_keys },
  { N_ ("Put By"), KAD_GUI_COLUMN_WIDE_ONLY, 16, peer_text, NULL, peer_tooltip, compare_peers },
  { N_ ("Size"), KAD_GUI_COLUMN_NUMERIC, 9, size_text, NULL, NULL, compare_sizes },
  { N_ ("Expires"), KAD_GUI_COLUMN_NUMERIC | KAD_GUI_COLUMN_TIME, 9, expires_text, NULL, NULL,
    compare_ends },
};

static const KadGuiColumn provider_columns[] = {
  { N_ ("Key"), KAD_GUI_COLUMN_EXPAND, 14, key_text, NULL, NULL, compare_keys },
  { N_ ("Provider"), 0, 16, peer_text, NULL, peer_tooltip, compare_peers },
  { N_ ("Address"), KAD_GUI_COLUMN_WIDE_ONLY | KAD_GUI_COLUMN_DIM, 22, address_text, NULL,
    address_tooltip, NULL },
  { N_ ("Expires"), KAD_GUI_COLUMN_NUMERIC | KAD_GUI_COLUMN_TIME, 9, expires_text, NULL, NULL,
    compare_ends },
};

/* ---- which are shown ---- */

static KadGuiRowList *
get_list (KadGuiRecordsPage *self)
{
  gboolean records = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->records_button));

  return KAD_GUI_ROW_LIST (records ? self->records : self->providers);
}

static KadGuiRecord *
get_selected (KadGuiRecordsPage *self)
{
  return kad_gui_row_list_get_selected (get_list (self));
}

static gboolean
has_text (KadGuiRecordsPage *self, KadGuiRecord *record)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  if (kad_gui_text_has (record->key, text) || kad_gui_text_has (record->peer, text))
    return TRUE;
  for (char **address = record->addresses; *address != NULL; address++)
    if (kad_gui_text_has (*address, text))
      return TRUE;
  return FALSE;
}

static gboolean
matches_record (gpointer item, gpointer user_data)
{
  return is_record (item) && has_text (user_data, item);
}

static gboolean
matches_provider (gpointer item, gpointer user_data)
{
  return !is_record (item) && has_text (user_data, item);
}

/* ---- how much there is ---- */

/* A number of a group of the statistics. FALSE: it is not told. */
static gboolean
get_number (GVariant *stats, const char *group, const char *name, guint64 *number)
{
  g_autoptr (GVariant) dict
      = stats != NULL ? g_variant_lookup_value (stats, group, G_VARIANT_TYPE_VARDICT) : NULL;
  g_autoptr (GVariant) value = dict != NULL ? g_variant_lookup_value (dict, name, NULL) : NULL;

  if (value == NULL)
    return FALSE;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    *number = g_variant_get_uint32 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    *number = g_variant_get_uint64 (value);
  else
    return FALSE;
  return TRUE;
}

static void
write_quota (KadGuiRecordsPage *self, GVariant *stats, const char *count, const char *bytes)
{
  guint64 n, max, n_bytes, max_bytes;
  double share = -1;

  if (get_number (stats, "now", count, &n) && get_number (stats, "limits", count, &max) && max > 0)
    share = (double) n / (double) max;
  if (get_number (stats, "now", bytes, &n_bytes) && get_number (stats, "limits", bytes, &max_bytes)
      && max_bytes > 0)
    share = MAX (share, (double) n_bytes / (double) max_bytes);
  gtk_widget_set_visible (self->quota, share >= 0);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->quota), CLAMP (share, 0, 1));
}

/* (transfer full) "5 of 65536 records", or without what is not told. */
static char *
dup_amount (GVariant *stats, const char *name, guint n_seen, gboolean records)
{
  guint64 n = n_seen;
  guint64 max = 0;

  get_number (stats, "now", name, &n);
  n = MAX (n, n_seen);
  get_number (stats, "limits", name, &max);
  if (max > 0)
    return g_strdup_printf (
        records ? g_dngettext (GETTEXT_PACKAGE, "%d of %d record", "%d of %d records", (gulong) max)
                : g_dngettext (GETTEXT_PACKAGE, "%d of %d provider", "%d of %d providers",
                               (gulong) max),
        (int) n, (int) max);
  return g_strdup_printf (
      records ? g_dngettext (GETTEXT_PACKAGE, "%d record", "%d records", (gulong) n)
              : g_dngettext (GETTEXT_PACKAGE, "%d provider", "%d providers", (gulong) n),
      (int) n);
}

static void
write_total (KadGuiRecordsPage *self)
{
  GVariant *stats = self->store != NULL ? kad_gui_store_get_stats (self->store) : NULL;
  gboolean records = get_list (self) == KAD_GUI_ROW_LIST (self->records);
  const char *count = records ? "records" : "providers";
  const char *bytes = records ? "records_bytes" : "providers_bytes";
  g_autofree char *amount
      = dup_amount (stats, count, records ? self->n_records : self->n_providers, records);
  guint64 n_bytes = 0;
  guint64 max_bytes = 0;
  g_autofree char *size = NULL;
  g_autofree char *max = NULL;
  g_autofree char *text = NULL;

  if (!get_number (stats, "now", bytes, &n_bytes))
    n_bytes = records ? self->n_bytes : 0;
  get_number (stats, "limits", bytes, &max_bytes);
  size = kad_gui_text_bytes (n_bytes);
  max = kad_gui_text_bytes (max_bytes);
  if (max_bytes > 0) /* Translators: "5 of 65536 records, 12 kB of 67 MB" */
    text = g_strdup_printf (_ ("%s, %s of %s"), amount, size, max);
  else
    text = n_bytes > 0 ? g_strdup_printf (_ ("%s, %s"), amount, size) : g_strdup (amount);
  gtk_label_set_text (GTK_LABEL (self->total), text);
  write_quota (self, stats, count, bytes);
}

static void
write_buttons (KadGuiRecordsPage *self)
{
  g_autofree char *records = g_strdup_printf (_ ("Records (%u)"), self->n_records);
  g_autofree char *providers = g_strdup_printf (_ ("Providers (%u)"), self->n_providers);

  gtk_button_set_label (GTK_BUTTON (self->records_button), records);
  gtk_button_set_label (GTK_BUTTON (self->providers_button), providers);
}

static gboolean
count (gpointer user_data)
{
  KadGuiRecordsPage *self = user_data;
  GListModel *list = self->store != NULL ? kad_gui_store_get_records (self->store) : NULL;
  guint n = list != NULL ? g_list_model_get_n_items (list) : 0;

  self->count_id = 0;
  self->n_records = 0;
  self->n_bytes = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiRecord) record = g_list_model_get_item (list, i);

      self->n_records += is_record (record);
      self->n_bytes += is_record (record) ? record->size : 0;
    }
  self->n_providers = n - self->n_records;
  write_buttons (self);
  write_total (self);
  return G_SOURCE_REMOVE;
}

/* Items change in place, too: a row may be of the other kind now. */
static void
on_items_changed (KadGuiRecordsPage *self)
{
  if (self->count_id == 0)
    self->count_id = g_idle_add (count, self);
}

/* ---- what is done ---- */

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = kad_gui_source_run_finish (KAD_GUI_SOURCE (source), result, &error);
  g_autofree char *why = NULL;
  g_autofree char *text = NULL;

  if (answer != NULL)
    {
      kad_gui_page_activate (self, "kad.toast",
                             g_variant_new_string (_ ("The record was removed here")));
      kad_gui_source_refresh (KAD_GUI_SOURCE (source));
      return;
    }
  why = kad_gui_text (error->message);
  text = g_strdup_printf (_ ("It cannot be removed: %s"), why);
  kad_gui_page_activate (self, "kad.toast", g_variant_new_string (text));
}

static void
remove_confirmed (GtkWidget *widget, gpointer item)
{
  KadGuiSource *source = kad_gui_page_get_source (KAD_GUI_PAGE (widget));
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (source == NULL)
    return;
  g_variant_dict_insert (&options, "key", "s", KAD_GUI_RECORD (item)->key);
  kad_gui_source_run_async (source, "remove-record", g_variant_dict_end (&options), NULL,
                            on_removed, g_object_ref (widget));
}

static void
ask_remove (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiRecord *record = get_selected (KAD_GUI_RECORDS_PAGE (widget));
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;

  if (record == NULL)
    return;
  key = kad_gui_text_short (record->key);
  text
      = g_strdup_printf (_ ("This node forgets its copy of %s. Copies that other nodes have cannot "
                            "be deleted: they age out within 48 hours."),
                         key);
  kad_gui_confirm (widget, _ ("Remove the Record?"), text, _ ("_Remove"), G_OBJECT (record),
                   remove_confirmed);
}

static void
find_providers (GtkWidget *widget, const char *action G_GNUC_UNUSED,
                GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiRecord *record = get_selected (KAD_GUI_RECORDS_PAGE (widget));

  if (record != NULL)
    kad_gui_page_activate (KAD_GUI_PAGE (widget), "kad.new-query",
                           g_variant_new ("(ss)", "get-providers", record->key));
}

static void
copy_key (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiRecord *record = get_selected (KAD_GUI_RECORDS_PAGE (widget));

  if (record != NULL)
    kad_gui_page_activate (KAD_GUI_PAGE (widget), "kad.copy", g_variant_new_string (record->key));
}

static void
show_peer (GtkWidget *widget, const char *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiRecord *record = get_selected (KAD_GUI_RECORDS_PAGE (widget));

  if (record != NULL && *record->peer != '\0')
    kad_gui_page_activate (KAD_GUI_PAGE (widget), "kad.show-peer",
                           g_variant_new_string (record->peer));
}

static void
close_detail (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  kad_gui_row_list_select (get_list (KAD_GUI_RECORDS_PAGE (widget)), NULL);
}

static void
on_filter_changed (KadGuiRecordsPage *self)
{
  gboolean is_set = *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0';

  kad_gui_row_list_filter_changed (KAD_GUI_ROW_LIST (self->records), is_set,
                                   "records.clear-filter");
  kad_gui_row_list_filter_changed (KAD_GUI_ROW_LIST (self->providers), is_set,
                                   "records.clear-filter");
}

static void
clear_filter (GtkWidget *widget, const char *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED)
{
  KadGuiRecordsPage *self = KAD_GUI_RECORDS_PAGE (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  on_filter_changed (self);
}

/* (transfer full) The address, with the peer that is there. */
static char *
dup_multiaddr (KadGuiRecord *record, const char *address)
{
  if (*record->peer == '\0' || strstr (address, "/p2p/") != NULL)
    return g_strdup (address);
  return g_strdup_printf ("%s/p2p/%s", address, record->peer);
}

static GMenuModel *
new_menu (gpointer item, gpointer user_data G_GNUC_UNUSED)
{
  KadGuiRecord *record = item;
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) go = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();
  g_autoptr (GMenu) act = g_menu_new ();
  g_autofree char *json = kad_gui_item_dup_json (record);

  kad_gui_menu_add (go, _ ("Who Provides This Key…"), "records.find-providers", NULL);
  kad_gui_menu_add (go, _ ("Show Key in the Table"), "kad.show-key",
                    g_variant_new_string (record->key));
  if (*record->peer != '\0')
    kad_gui_menu_add (go, _ ("Show Peer"), "records.show-peer", NULL);
  kad_gui_menu_add_copy (copy, _ ("Copy Key"), record->key);
  if (*record->addresses != NULL)
    {
      g_autofree char *address = dup_multiaddr (record, *record->addresses);

      kad_gui_menu_add_copy (copy, _ ("Copy Multiaddr"), address);
    }
  if (*record->peer != '\0')
    kad_gui_menu_add_copy (copy, _ ("Copy Peer ID"), record->peer);
  kad_gui_menu_add_copy (copy, _ ("Copy JSON"), json);
  if (is_record (record))
    kad_gui_menu_add (act, _ ("Remove…"), "records.remove", NULL);
  kad_gui_menu_add_section (menu, go);
  kad_gui_menu_add_section (menu, copy);
  kad_gui_menu_add_section (menu, act);
  return G_MENU_MODEL (menu);
}

/* ---- the detail ---- */

static void
set_facts (KadGuiRecordsPage *self, KadGuiRecord *record, gint64 now_us)
{
  KadGuiFacts *facts = KAD_GUI_FACTS (self->facts);
  g_autofree char *peer = peer_tooltip (record, now_us);
  g_autofree char *size = is_record (record) ? size_text (record, now_us) : g_strdup ("");
  g_autofree char *expires = expires_text (record, now_us);
  g_autoptr (GString) addresses = g_string_new (NULL);

  for (char **address = record->addresses; *address != NULL; address++)
    {
      g_autofree char *whole = dup_multiaddr (record, *address);
      g_autofree char *text = kad_gui_text (whole);

      g_string_append_printf (addresses, "%s%s", addresses->len > 0 ? "\n" : "", text);
    }
  kad_gui_facts_set (facts, 0, _ ("Put by"), is_record (record) ? peer : "");
  kad_gui_facts_set (facts, 1, _ ("Provider"), is_record (record) ? "" : peer);
  kad_gui_facts_set (facts, 2, _ ("Size"), size);
  kad_gui_facts_set (facts, 3, _ ("Expires"), expires);
  kad_gui_facts_set (facts, 4, _ ("Addresses"), addresses->str);
}

static void
update_detail (KadGuiRecordsPage *self)
{
  KadGuiRecord *record = self->shown;
  KadGuiSource *source = kad_gui_page_get_source (KAD_GUI_PAGE (self));
  KadGuiAbilities needed = KAD_GUI_CAN_PUBLISH | KAD_GUI_CAN_RUN;
  gboolean can = source != NULL && (kad_gui_source_get_abilities (source) & needed) == needed;
  g_autofree char *key = NULL;

  gtk_widget_set_visible (self->detail, record != NULL && self->store != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "records.remove",
                                 can && record != NULL && is_record (record));
  if (record == NULL || self->store == NULL)
    return;
  key = kad_gui_text (record->key);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), is_record (record)
                                                            ? "drive-harddisk-symbolic"
                                                            : "emblem-shared-symbolic");
  gtk_label_set_text (GTK_LABEL (self->title),
                      is_record (record) ? _ ("Record Held for Others") : _ ("Provider"));
  gtk_label_set_text (GTK_LABEL (self->key), key);
  gtk_widget_set_visible (self->remove, is_record (record));
  gtk_widget_set_visible (self->show_peer, *record->peer != '\0');
  set_facts (self, record, kad_gui_store_get_now_us (self->store));
}

static void
on_selected (KadGuiRecordsPage *self)
{
  KadGuiRecord *record = get_selected (self);

  if (self->shown != NULL)
    g_clear_signal_handler (&self->notify_id, self->shown);
  g_set_object (&self->shown, record);
  if (record != NULL)
    self->notify_id = g_signal_connect_object (record, "notify", G_CALLBACK (update_detail), self,
                                               G_CONNECT_SWAPPED);
  update_detail (self);
}

static void
on_list_changed (KadGuiRecordsPage *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->lists), GTK_WIDGET (get_list (self)));
  write_total (self);
  on_selected (self);
}

/* ---- as a page ---- */

static void
forget_store (KadGuiRecordsPage *self)
{
  if (self->store == NULL)
    return;
  g_clear_signal_handler (&self->items_id, kad_gui_store_get_records (self->store));
  g_clear_signal_handler (&self->stats_id, self->store);
  g_clear_object (&self->store);
}

static void
kad_gui_records_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiRecordsPage *self = KAD_GUI_RECORDS_PAGE (page);
  GListModel *list = NULL;

  forget_store (self);
  if (self->lists == NULL) /* disposed of */
    return;
  if (source != NULL)
    {
      self->store = g_object_ref (kad_gui_source_get_store (source));
      list = kad_gui_store_get_records (self->store);
      self->items_id
          = g_signal_connect_swapped (list, "items-changed", G_CALLBACK (on_items_changed), self);
      self->stats_id = g_signal_connect_swapped (self->store, "stats-changed",
                                                 G_CALLBACK (on_items_changed), self);
    }
  kad_gui_row_list_set_model (KAD_GUI_ROW_LIST (self->records), list, self->store);
  kad_gui_row_list_set_model (KAD_GUI_ROW_LIST (self->providers), list, self->store);
  g_clear_handle_id (&self->count_id, g_source_remove);
  count (self);
  on_selected (self);
}

static void
kad_gui_records_page_focus_filter (KadGuiPage *page)
{
  gtk_widget_grab_focus (KAD_GUI_RECORDS_PAGE (page)->search);
}

static char *
kad_gui_records_page_dup_selection (KadGuiPage *page)
{
  KadGuiRecord *record = get_selected (KAD_GUI_RECORDS_PAGE (page));

  return record != NULL ? kad_gui_item_dup_json (record) : NULL;
}

/* A JSON object a line. */
static GBytes *
kad_gui_records_page_save (KadGuiPage *page, const char **name)
{
  KadGuiRecordsPage *self = KAD_GUI_RECORDS_PAGE (page);
  GListModel *rows = kad_gui_row_list_get_rows (get_list (self));
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (KadGuiRecord) record = g_list_model_get_item (rows, i);
      g_autofree char *json = kad_gui_item_dup_json (record);

      g_string_append_printf (lines, "%s\n", json);
    }
  *name = get_list (self) == KAD_GUI_ROW_LIST (self->records) ? "kad-records.ndjson"
                                                              : "kad-providers.ndjson";
  return g_string_free_to_bytes (lines);
}

/* ---- its life ---- */

static void
kad_gui_records_page_map (GtkWidget *widget)
{
  update_detail (KAD_GUI_RECORDS_PAGE (widget));
  GTK_WIDGET_CLASS (kad_gui_records_page_parent_class)->map (widget);
}

static void
kad_gui_records_page_dispose (GObject *object)
{
  KadGuiRecordsPage *self = KAD_GUI_RECORDS_PAGE (object);

  kad_gui_page_set_source (KAD_GUI_PAGE (self), NULL);
  forget_store (self);
  self->lists = NULL;
  g_clear_handle_id (&self->count_id, g_source_remove);
  if (self->shown != NULL)
    g_clear_signal_handler (&self->notify_id, self->shown);
  g_clear_object (&self->shown);
  G_OBJECT_CLASS (kad_gui_records_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (
      klass, "/org/libkad/Inspector/pages/kad-gui-records-page.ui");
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, records_button);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, providers_button);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, search);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, total);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, quota);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, lists);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, records);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, providers);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, detail);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, icon);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, title);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, key);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, show_peer);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, remove);
  gtk_widget_class_bind_template_child (klass, KadGuiRecordsPage, facts);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "records.find-providers", NULL, find_providers);
  gtk_widget_class_install_action (klass, "records.remove", NULL, ask_remove);
  gtk_widget_class_install_action (klass, "records.copy-key", NULL, copy_key);
  gtk_widget_class_install_action (klass, "records.show-peer", NULL, show_peer);
  gtk_widget_class_install_action (klass, "records.clear-filter", NULL, clear_filter);
  gtk_widget_class_install_action (klass, "records.close-detail", NULL, close_detail);
}

static void
kad_gui_records_page_class_init (KadGuiRecordsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_FACTS);
  g_type_ensure (KAD_GUI_TYPE_FOLD_BOX);
  g_type_ensure (KAD_GUI_TYPE_ROW_LIST);
  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  object_class->dispose = kad_gui_records_page_dispose;
  widget_class->map = kad_gui_records_page_map;
  page_class->name = "records";
  page_class->title = N_ ("Stored Records");
  page_class->icon_name = "drive-harddisk-symbolic";
  page_class->topics = KAD_GUI_TOPIC_RECORDS | KAD_GUI_TOPIC_STATS;
  page_class->source_changed = kad_gui_records_page_source_changed;
  page_class->focus_filter = kad_gui_records_page_focus_filter;
  page_class->dup_selection = kad_gui_records_page_dup_selection;
  page_class->save = kad_gui_records_page_save;
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
init_list (KadGuiRecordsPage *self, GtkWidget *widget, const char *label,
           const KadGuiColumn *columns, guint n_columns, KadGuiRowMatch match)
{
  KadGuiRowList *list = KAD_GUI_ROW_LIST (widget);

  kad_gui_row_list_set_label (list, label);
  kad_gui_row_list_set_columns (list, columns, n_columns);
  kad_gui_row_list_set_narrow_width (list, NARROW_WIDTH);
  kad_gui_row_list_set_menu (list, new_menu, self);
  kad_gui_row_list_set_filter (list, match, self);
  g_signal_connect_swapped (list, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (list, "refreshed", G_CALLBACK (update_detail), self);
}

static void
kad_gui_records_page_init (KadGuiRecordsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  init_list (self, self->records, _ ("Records"), record_columns, G_N_ELEMENTS (record_columns),
             matches_record);
  init_list (self, self->providers, _ ("Providers"), provider_columns,
             G_N_ELEMENTS (provider_columns), matches_provider);
  kad_gui_placeholder_set (
      kad_gui_row_list_get_placeholder (KAD_GUI_ROW_LIST (self->records)),
      "drive-harddisk-symbolic", _ ("No Records Held"),
      _ ("Records that others put here appear with who put them and when they expire. Only a node "
         "that serves others is asked to hold any."));
  kad_gui_placeholder_set (kad_gui_row_list_get_placeholder (KAD_GUI_ROW_LIST (self->providers)),
                           "emblem-shared-symbolic", _ ("No Providers Held"),
                           _ ("Who provides what appears here as others tell it. Only a node that "
                              "serves others is told."));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_filter_changed), self);
  g_signal_connect_swapped (self->records_button, "notify::active", G_CALLBACK (on_list_changed),
                            self);
  write_buttons (self);
  update_detail (self);
}
