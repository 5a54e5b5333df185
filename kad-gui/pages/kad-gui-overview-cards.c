/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-overview-cards.h"

#include <glib/gi18n.h>

#include "kad-gui-bucket.h"
#include "kad-gui-publication.h"
#include "kad-gui-query.h"
#include "kad-gui-stats.h"
#include "kad-gui-text.h"

#define FULL_BUCKET 20
#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

static void
set_unknown (KadGuiCard *card)
{
  kad_gui_card_set (card, "–", "");
}

/* The same words for numbers of all kinds. */
static char *
dup_number (guint64 number)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
}

void
kad_gui_overview_fill_peers (KadGuiCard *card, KadGuiStore *store)
{
  g_autofree char *figure = NULL;
  g_autofree char *caption = NULL;
  gint64 inbound = 0, outbound = 0;

  if (store == NULL)
    {
      set_unknown (card);
      return;
    }
  figure = dup_number (kad_gui_store_get_status (store)->peer_count);
  if (kad_gui_stats_get (kad_gui_store_get_stats (store), "now/connections_inbound", &inbound)
      && kad_gui_stats_get (kad_gui_store_get_stats (store), "now/connections_outbound", &outbound))
    /* Translators: so many connections. */
    caption = g_strdup_printf (_ ("%d inbound, %d outbound"), (int) inbound, (int) outbound);
  kad_gui_card_set (card, figure, caption != NULL ? caption : _ ("connected"));
}

void
kad_gui_overview_fill_table (KadGuiCard *card, KadGuiStore *store)
{
  GListModel *buckets;
  guint n_used = 0, n_full = 0;
  g_autofree char *figure = NULL;
  g_autofree char *caption = NULL;

  if (store == NULL)
    {
      set_unknown (card);
      return;
    }
  buckets = kad_gui_store_get_buckets (store);
  for (guint i = 0; i < g_list_model_get_n_items (buckets); i++)
    {
      g_autoptr (GObject) bucket = g_list_model_get_item (buckets, i);

      n_used += KAD_GUI_BUCKET (bucket)->size > 0;
      n_full += KAD_GUI_BUCKET (bucket)->size >= FULL_BUCKET;
    }
  figure = dup_number (kad_gui_store_get_status (store)->table_size);
  if (n_used > 0)
    caption = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u bucket, %u full", "%u buckets, %u full", n_used), n_used,
        n_full);
  kad_gui_card_set (card, figure, caption != NULL ? caption : _ ("peers known"));
}

void
kad_gui_overview_fill_size (KadGuiCard *card, KadGuiStore *store)
{
  KadGuiStatus *status = store != NULL ? kad_gui_store_get_status (store) : NULL;
  g_autofree char *figure = NULL;
  g_autofree char *caption = NULL;

  if (status == NULL || status->network_size <= 0)
    {
      kad_gui_card_set (card, "–", store != NULL ? _ ("not known yet") : "");
      return;
    }
  figure = kad_gui_text_network_size (status->network_size, status->network_size_error);
  caption = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "nodes, by %u lookup",
                                          "nodes, by %u lookups", status->network_size_samples),
                             status->network_size_samples);
  kad_gui_card_set (card, figure, caption);
}

/* Of the last minute. FALSE: nothing is known of it. */
static gboolean
get_mean (KadGuiStore *store, const char *name, double *mean)
{
  KadGuiTimeData data = { .window_us = MINUTE_US, .now_us = kad_gui_store_get_now_us (store) };
  KadGuiPlotFigures figures;

  data.curves[0].series = kad_gui_store_get_series (store, name);
  if (!kad_gui_time_data_get_figures (&data, 0, &figures))
    return FALSE;
  *mean = figures.mean;
  return TRUE;
}

void
kad_gui_overview_fill_traffic (KadGuiCard *card, KadGuiStore *store)
{
  double in, out;
  g_autofree char *figure = NULL;
  g_autofree char *out_text = NULL;
  g_autofree char *caption = NULL;

  if (store == NULL || !get_mean (store, "bytes_in", &in) || !get_mean (store, "bytes_out", &out))
    {
      set_unknown (card);
      return;
    }
  figure = kad_gui_unit_dup_text (KAD_GUI_UNIT_BYTES_PER_SECOND, in);
  out_text = kad_gui_unit_dup_text (KAD_GUI_UNIT_BYTES_PER_SECOND, out);
  /* Translators: what comes in is the figure above; %s is "3.1 kB/s". */
  caption = g_strdup_printf (_ ("in; %s out"), out_text);
  kad_gui_card_set (card, figure, caption);
}

/* Of all commands. FALSE: it is not told. */
static gboolean
count_runs (GVariant *stats, guint64 *n_runs, guint64 *n_failed)
{
  g_autoptr (GVariant) operations = kad_gui_stats_dup (stats, "operations");

  *n_runs = *n_failed = 0;
  if (operations == NULL || !g_variant_is_of_type (operations, G_VARIANT_TYPE ("aa{sv}")))
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (operations); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (operations, i);
      gint64 count = 0, failures = 0;

      kad_gui_stats_get (row, "count", &count);
      kad_gui_stats_get (row, "failures", &failures);
      *n_runs += (guint64) count;
      *n_failed += (guint64) failures;
    }
  return TRUE;
}

static guint
count_running (GListModel *queries)
{
  guint n_running = 0;

  for (guint i = 0; i < g_list_model_get_n_items (queries); i++)
    {
      g_autoptr (GObject) query = g_list_model_get_item (queries, i);

      n_running += KAD_GUI_QUERY (query)->state == KAD_GUI_QUERY_RUNNING;
    }
  return n_running;
}

void
kad_gui_overview_fill_queries (KadGuiCard *card, KadGuiStore *store)
{
  guint64 n_runs, n_failed;
  gint64 n_running = 0;
  g_autofree char *figure = NULL;
  g_autofree char *caption = NULL;

  if (store == NULL)
    {
      set_unknown (card);
      return;
    }
  if (!kad_gui_stats_get (kad_gui_store_get_stats (store), "now/queries", &n_running))
    n_running = count_running (kad_gui_store_get_queries (store));
  figure = dup_number ((guint64) n_running);
  if (count_runs (kad_gui_store_get_stats (store), &n_runs, &n_failed) && n_runs > 0)
    caption = g_strdup_printf (_ ("now; %d run, %d failed"), (int) n_runs, (int) n_failed);
  kad_gui_card_set (card, figure, caption != NULL ? caption : _ ("at work now"));
}

void
kad_gui_overview_fill_publications (KadGuiCard *card, KadGuiStore *store)
{
  GListModel *publications;
  guint n, n_failing = 0;
  g_autofree char *figure = NULL;
  g_autofree char *caption = NULL;

  if (store == NULL)
    {
      set_unknown (card);
      return;
    }
  publications = kad_gui_store_get_publications (store);
  n = g_list_model_get_n_items (publications);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) publication = g_list_model_get_item (publications, i);

      n_failing += KAD_GUI_PUBLICATION (publication)->failures > 0;
    }
  figure = dup_number (n);
  if (n_failing > 0)
    caption = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u is failing", "%u are failing", n_failing), n_failing);
  kad_gui_card_set (card, figure,
                    caption != NULL ? caption
                    : n > 0         ? _ ("all announced")
                                    : _ ("nothing announced"));
}
