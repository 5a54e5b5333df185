/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-overview-page.h"

#include <glib/gi18n.h>

#include "kad-gui-copy-list.h"
#include "kad-gui-overview-cards.h"
#include "kad-gui-stats.h"
#include "kad-gui-text.h"
#include "kad-gui-tiles.h"
#include "kad-gui-verdict.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

struct _KadGuiOverviewPage
{
  KadGuiPage parent_instance;

  GtkImage *status_icon;
  GtkLabel *status_title;
  GtkLabel *status_text;
  GtkLabel *status_advice;
  GtkLabel *status_facts;
  GtkButton *next_button;
  KadGuiCard *peers_card;
  KadGuiCard *table_card;
  KadGuiCard *size_card;
  KadGuiCard *traffic_card;
  KadGuiCard *queries_card;
  KadGuiCard *publications_card;
  GtkWidget *cards;
  GtkWidget *reachability_box;
  KadGuiChecklist *reachability;
  GtkWidget *health_box;
  KadGuiChecklist *health;
  GtkLabel *health_note;
  GtkSpinner *health_spinner;
  GtkWidget *check_button;
  GtkWidget *identity_box;
  KadGuiCopyList *identity;
  GtkWidget *addresses_box;
  KadGuiCopyList *addresses;

  KadGuiSource *source; /* (owned) (nullable): whom the handlers are of */
  KadGuiNext next;
  guint update; /* an idle source */
  guint n_checking;
  GCancellable *cancellable; /* of what was asked of the source */
};

G_DEFINE_FINAL_TYPE (KadGuiOverviewPage, kad_gui_overview_page, KAD_GUI_TYPE_PAGE)

/* ---- what is shown ---- */

static void
set_label (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

/* "Mode “auto” · network “public” · Kad 1.0.0 · up for 2.3 h" */
static char *
dup_facts (KadGuiStore *store)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func (g_free);
  KadGuiStatus *status = kad_gui_store_get_status (store);
  g_autofree char *network = kad_gui_text (status->network);
  g_autofree char *version = kad_gui_text (status->version);
  gint64 uptime_us;

  if (*status->mode != '\0')
    g_ptr_array_add (facts, g_strdup_printf (_ ("Mode “%s”"), status->mode));
  if (*network != '\0')
    g_ptr_array_add (facts, g_strdup_printf (_ ("network “%s”"), network));
  if (*version != '\0')
    g_ptr_array_add (facts, g_strdup_printf (_ ("Kad %s"), version));
  if (kad_gui_stats_get (kad_gui_store_get_stats (store), "uptime_us", &uptime_us))
    {
      g_autofree char *uptime = kad_gui_text_duration (uptime_us);

      /* Translators: %s is a duration, like "2.3 h". */
      g_ptr_array_add (facts, g_strdup_printf (_ ("up for %s"), uptime));
    }
  g_ptr_array_add (facts, NULL);
  return g_strjoinv (" · ", (char **) facts->pdata);
}

static void
show_verdict (KadGuiOverviewPage *self, KadGuiStore *store)
{
  static const char *const styles[] = { "success", "warning", "error", "dim-label" };
  g_auto (KadGuiVerdict) verdict = { 0 };
  g_autofree char *facts = store != NULL ? dup_facts (store) : g_strdup ("");

  kad_gui_verdict_init (&verdict, self->source);
  gtk_image_set_from_icon_name (self->status_icon, verdict.icon);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->status_icon), styles[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self->status_icon), styles[verdict.tick]);
  set_label (self->status_title, verdict.title);
  set_label (self->status_text, verdict.text);
  set_label (self->status_advice, verdict.advice);
  set_label (self->status_facts, facts);
  self->next = verdict.next;
  gtk_widget_set_visible (GTK_WIDGET (self->next_button),
                          verdict.next != KAD_GUI_NEXT_NOTHING
                              && verdict.next != KAD_GUI_NEXT_CHECK);
  if (verdict.next_label != NULL)
    gtk_button_set_label (self->next_button, verdict.next_label);
}

static void
show_cards (KadGuiOverviewPage *self, KadGuiStore *store)
{
  kad_gui_overview_fill_peers (self->peers_card, store);
  kad_gui_overview_fill_table (self->table_card, store);
  kad_gui_overview_fill_size (self->size_card, store);
  kad_gui_overview_fill_traffic (self->traffic_card, store);
  kad_gui_overview_fill_queries (self->queries_card, store);
  kad_gui_overview_fill_publications (self->publications_card, store);
  if (store != NULL)
    kad_gui_time_plot_set_band (kad_gui_card_get_plot (self->size_card),
                                kad_gui_store_get_status (store)->network_size_error);
}

static void
show_health (KadGuiOverviewPage *self)
{
  gboolean can_check = (kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_CHECK) != 0
                       && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;
  gboolean is_checking = self->n_checking > 0;

  kad_gui_verdict_fill_health (self->health, self->source);
  gtk_label_set_label (self->health_note, is_checking ? _ ("Checking…") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->health_spinner), is_checking);
  gtk_spinner_set_spinning (self->health_spinner, is_checking);
  gtk_widget_set_sensitive (self->check_button, can_check && !is_checking);
}

static void
show_identity (KadGuiOverviewPage *self, KadGuiStatus *status)
{
  kad_gui_copy_list_begin (self->identity);
  if (*status->peer_id != '\0')
    kad_gui_copy_list_add (self->identity, _ ("Peer ID"), status->peer_id);
  kad_gui_copy_list_end (self->identity);
  kad_gui_copy_list_begin (self->addresses);
  for (guint i = 0; status->listen_addresses[i] != NULL; i++)
    kad_gui_copy_list_add (self->addresses, _ ("Listens at"), status->listen_addresses[i]);
  for (guint i = 0; status->observed_addresses[i] != NULL; i++)
    kad_gui_copy_list_add (self->addresses, _ ("Seen by others at"), status->observed_addresses[i]);
  kad_gui_copy_list_end (self->addresses);
  gtk_widget_set_visible (self->identity_box, kad_gui_copy_list_get_n_rows (self->identity) > 0);
  gtk_widget_set_visible (self->addresses_box, kad_gui_copy_list_get_n_rows (self->addresses) > 0);
}

static void
update (KadGuiOverviewPage *self)
{
  KadGuiStore *store = self->source != NULL ? kad_gui_source_get_store (self->source) : NULL;
  gboolean is_open
      = self->source != NULL && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;

  show_verdict (self, store);
  show_cards (self, is_open ? store : NULL);
  gtk_widget_set_visible (self->cards, is_open);
  gtk_widget_set_visible (self->reachability_box, is_open);
  gtk_widget_set_visible (self->health_box, is_open);
  gtk_widget_set_visible (self->identity_box, FALSE);
  gtk_widget_set_visible (self->addresses_box, FALSE);
  if (!is_open)
    return;
  kad_gui_verdict_fill_reachability (self->reachability, kad_gui_store_get_status (store));
  show_health (self);
  show_identity (self, kad_gui_store_get_status (store));
}

static gboolean
on_update (gpointer user_data)
{
  KadGuiOverviewPage *self = user_data;

  self->update = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Many changes come at once, and nobody looks at a page that is not mapped. */
static void
queue_update (KadGuiOverviewPage *self)
{
  if (self->update == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->update = g_idle_add (on_update, self);
}

/* ---- what is done ---- */

static void
tell_error (KadGuiOverviewPage *self, const GError *error)
{
  g_autofree char *text = kad_gui_text (error->message);

  kad_gui_page_activate (KAD_GUI_PAGE (self), "kad.toast", g_variant_new_string (text));
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiOverviewPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_gui_source_finish (KAD_GUI_SOURCE (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_error (self, error);
  if (KAD_GUI_SOURCE (source) == self->source && self->n_checking > 0)
    self->n_checking--;
  update (self);
}

static void
on_check (KadGuiOverviewPage *self)
{
  if (self->source == NULL)
    return;
  self->n_checking++;
  kad_gui_source_check_health_async (self->source, self->cancellable, on_checked,
                                     g_object_ref (self));
  update (self);
}

static void
on_controlled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiOverviewPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_gui_source_finish (KAD_GUI_SOURCE (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_error (self, error);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiOverviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED
      = kad_gui_source_run_finish (KAD_GUI_SOURCE (source), result, &error);

  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_error (self, error);
}

static void
on_next (KadGuiOverviewPage *self)
{
  switch (self->next)
    {
    case KAD_GUI_NEXT_OPEN:
      kad_gui_source_open (self->source);
      break;
    case KAD_GUI_NEXT_START:
    case KAD_GUI_NEXT_RESUME:
      kad_gui_source_control_async (self->source,
                                    self->next == KAD_GUI_NEXT_START ? KAD_GUI_CONTROL_START
                                                                     : KAD_GUI_CONTROL_RESUME,
                                    self->cancellable, on_controlled, g_object_ref (self));
      break;
    case KAD_GUI_NEXT_BOOTSTRAP:
      kad_gui_source_run_async (self->source, "bootstrap", NULL, self->cancellable, on_joined,
                                g_object_ref (self));
      break;
    case KAD_GUI_NEXT_CHECK:
      on_check (self);
      break;
    case KAD_GUI_NEXT_NOTHING:
      break;
    }
}

/* ---- the source ---- */

/* A check that is made again changes in place. */
static void
on_checks_changed (GListModel *checks, guint position, guint removed, guint added,
                   KadGuiOverviewPage *self)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) check = g_list_model_get_item (checks, position + i);

      g_signal_connect_object (check, "notify", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
    }
  queue_update (self);
}

static void
set_plots (KadGuiOverviewPage *self, KadGuiStore *store)
{
  const struct
  {
    KadGuiCard *card;
    const char *series;
    const char *other;
  } plots[] = {
    { self->peers_card, "peers", NULL },       { self->table_card, "table", NULL },
    { self->size_card, "network_size", NULL }, { self->traffic_card, "bytes_in", "bytes_out" },
    { self->queries_card, "queries", NULL },
  };
  gboolean is_live = self->source != NULL
                     && (kad_gui_source_get_abilities (self->source) & KAD_GUI_IS_LIVE) != 0;

  for (guint i = 0; i < G_N_ELEMENTS (plots); i++)
    {
      KadGuiTimePlot *plot = kad_gui_card_get_plot (plots[i].card);

      kad_gui_time_plot_set_store (plot, store);
      kad_gui_time_plot_set_held (plot, !is_live);
      kad_gui_time_plot_set_from_zero (plot, plots[i].card != self->size_card);
      kad_gui_time_plot_set_series (
          plot, 0, store != NULL ? kad_gui_store_get_series (store, plots[i].series) : NULL, "");
      if (plots[i].other != NULL)
        kad_gui_time_plot_set_series (
            plot, 1, store != NULL ? kad_gui_store_get_series (store, plots[i].other) : NULL, "");
    }
  kad_gui_time_plot_set_window (kad_gui_card_get_plot (self->traffic_card), MINUTE_US);
}

static void
connect_lists (KadGuiOverviewPage *self, KadGuiStore *store)
{
  GListModel *const lists[]
      = { kad_gui_store_get_queries (store), kad_gui_store_get_publications (store) };
  GListModel *checks = kad_gui_store_get_checks (store);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_signal_connect_swapped (lists[i], "items-changed", G_CALLBACK (queue_update), self);
  g_signal_connect (checks, "items-changed", G_CALLBACK (on_checks_changed), self);
  on_checks_changed (checks, 0, 0, g_list_model_get_n_items (checks), self);
}

static void
let_go (KadGuiOverviewPage *self)
{
  KadGuiStore *store;
  GListModel *checks;

  if (self->source == NULL)
    return;
  store = kad_gui_source_get_store (self->source);
  checks = kad_gui_store_get_checks (store);
  g_signal_handlers_disconnect_by_data (self->source, self);
  g_signal_handlers_disconnect_by_data (store, self);
  g_signal_handlers_disconnect_by_data (kad_gui_store_get_status (store), self);
  g_signal_handlers_disconnect_by_data (kad_gui_store_get_queries (store), self);
  g_signal_handlers_disconnect_by_data (kad_gui_store_get_publications (store), self);
  g_signal_handlers_disconnect_by_data (checks, self);
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (GObject) check = g_list_model_get_item (checks, i);

      g_signal_handlers_disconnect_by_data (check, self);
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->n_checking = 0;
  g_clear_object (&self->source);
}

static void
kad_gui_overview_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiOverviewPage *self = KAD_GUI_OVERVIEW_PAGE (page);
  KadGuiStore *store = source != NULL ? kad_gui_source_get_store (source) : NULL;

  let_go (self);
  /* In dispose() the template is gone. */
  if (self->status_title == NULL)
    return;
  set_plots (self, store);
  if (source != NULL)
    {
      self->source = g_object_ref (source);
      self->cancellable = g_cancellable_new ();
      set_plots (self, store);
      g_signal_connect_swapped (source, "notify", G_CALLBACK (queue_update), self);
      g_signal_connect_swapped (kad_gui_store_get_status (store), "notify",
                                G_CALLBACK (queue_update), self);
      g_signal_connect_swapped (store, "stats-changed", G_CALLBACK (queue_update), self);
      g_signal_connect_swapped (store, "table-changed", G_CALLBACK (queue_update), self);
      connect_lists (self, store);
    }
  update (self);
}

/* ---- life ---- */

static void
kad_gui_overview_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_overview_page_parent_class)->map (widget);
  update (KAD_GUI_OVERVIEW_PAGE (widget));
}

static void
kad_gui_overview_page_dispose (GObject *object)
{
  KadGuiOverviewPage *self = KAD_GUI_OVERVIEW_PAGE (object);

  g_clear_handle_id (&self->update, g_source_remove);
  G_OBJECT_CLASS (kad_gui_overview_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  static const struct
  {
    const char *name;
    gssize offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (KadGuiOverviewPage, name) }
    CHILD (status_icon),  CHILD (status_title), CHILD (status_text),      CHILD (status_advice),
    CHILD (status_facts), CHILD (next_button),  CHILD (peers_card),       CHILD (table_card),
    CHILD (size_card),    CHILD (traffic_card), CHILD (queries_card),     CHILD (publications_card),
    CHILD (cards),        CHILD (reachability), CHILD (reachability_box), CHILD (health),
    CHILD (health_box),   CHILD (health_note),  CHILD (health_spinner),   CHILD (check_button),
    CHILD (identity),     CHILD (identity_box), CHILD (addresses),        CHILD (addresses_box),
#undef CHILD
  };

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (klass, children[i].name, FALSE, children[i].offset);
}

static void
kad_gui_overview_page_class_init (KadGuiOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_overview_page_dispose;
  widget_class->map = kad_gui_overview_page_map;
  page_class->name = "overview";
  page_class->title = N_ ("Overview");
  page_class->icon_name = "go-home-symbolic";
  page_class->topics = KAD_GUI_TOPIC_STATS | KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_PUBLICATIONS;
  page_class->source_changed = kad_gui_overview_page_source_changed;
  g_type_ensure (KAD_GUI_TYPE_CARD);
  g_type_ensure (KAD_GUI_TYPE_CHECKLIST);
  g_type_ensure (KAD_GUI_TYPE_COPY_LIST);
  g_type_ensure (KAD_GUI_TYPE_TILES);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/libkad/Inspector/pages/kad-gui-overview-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
}

static void
kad_gui_overview_page_init (KadGuiOverviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}
