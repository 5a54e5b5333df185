/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-traffic-tables.h"

#include <glib/gi18n.h>

#include "kad-gui-stats.h"
#include "kad-gui-text.h"

/* A node that tells more kinds of something than this tells nonsense. */
#define MAX_ROWS 64

typedef struct
{
  char *name;
  gint64 ok;
  gint64 failed;
} Tally;

static void
tally_clear (Tally *self)
{
  g_free (self->name);
}

/* Members of a dictionary with `ok` and `failed` each. */
static GArray *
dup_tallies (GVariant *stats, const char *path)
{
  g_autoptr (GVariant) all = kad_gui_stats_dup (stats, path);
  GArray *tallies = g_array_new (FALSE, FALSE, sizeof (Tally));
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_array_set_clear_func (tallies, (GDestroyNotify) tally_clear);
  if (all == NULL || !g_variant_is_of_type (all, G_VARIANT_TYPE_VARDICT))
    return tallies;
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      Tally tally = { NULL, 0, 0 };

      if (tallies->len < MAX_ROWS && kad_gui_stats_get (value, "ok", &tally.ok)
          && kad_gui_stats_get (value, "failed", &tally.failed))
        {
          tally.name = kad_gui_text (name);
          g_array_append_val (tallies, tally);
        }
      g_variant_unref (value);
    }
  return tallies;
}

static gint64
get_most (GArray *tallies)
{
  gint64 most = 1;

  for (guint i = 0; i < tallies->len; i++)
    {
      const Tally *tally = &g_array_index (tallies, Tally, i);

      most = MAX (most, tally->ok + tally->failed);
    }
  return most;
}

static const Tally *
find_tally (GArray *tallies, const char *name)
{
  for (guint i = 0; i < tallies->len; i++)
    if (g_str_equal (g_array_index (tallies, Tally, i).name, name))
      return &g_array_index (tallies, Tally, i);
  return NULL;
}

static char *
dup_count (gint64 count)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, count);
}

/* ---- messages ---- */

void
kad_gui_traffic_set_up_messages (KadGuiFigureTable *table)
{
  const char *const titles[] = { _ ("Request"), _ ("Asked"), _ ("Failed"), _ ("Served"), NULL };

  kad_gui_figure_table_set_columns (table, titles, TRUE);
}

void
kad_gui_traffic_fill_messages (KadGuiFigureTable *table, GVariant *stats)
{
  g_autoptr (GArray) asked = dup_tallies (stats, "requests/asked");
  g_autoptr (GArray) served = dup_tallies (stats, "requests/served");
  gint64 most = get_most (asked);

  kad_gui_figure_table_begin (table);
  for (guint i = 0; i < asked->len; i++)
    {
      const Tally *tally = &g_array_index (asked, Tally, i);
      const Tally *other = find_tally (served, tally->name);
      g_autofree char *count = dup_count (tally->ok + tally->failed);
      g_autofree char *failed = dup_count (tally->failed);
      g_autofree char *answered = other != NULL ? dup_count (other->ok) : g_strdup ("–");
      const char *const cells[] = { tally->name, count, failed, answered, NULL };

      kad_gui_figure_table_add (table, cells, (guint64) tally->ok, (guint64) tally->failed,
                                (guint64) most);
    }
  kad_gui_figure_table_end (table);
}

/* ---- dials ---- */

void
kad_gui_traffic_set_up_dials (KadGuiFigureTable *table)
{
  const char *const titles[] = { _ ("Transport"), _ ("Dials"), _ ("Failed"), _ ("Success"), NULL };

  kad_gui_figure_table_set_columns (table, titles, TRUE);
}

void
kad_gui_traffic_fill_dials (KadGuiFigureTable *table, GVariant *stats)
{
  g_autoptr (GArray) dials = dup_tallies (stats, "dials");
  gint64 most = get_most (dials);

  kad_gui_figure_table_begin (table);
  for (guint i = 0; i < dials->len; i++)
    {
      const Tally *tally = &g_array_index (dials, Tally, i);
      gint64 all = tally->ok + tally->failed;
      g_autofree char *count = dup_count (all);
      g_autofree char *failed = dup_count (tally->failed);
      g_autofree char *share
          = g_strdup_printf ("%.0f %%", 100.0 * (double) tally->ok / (double) MAX (all, 1));
      const char *const cells[] = { tally->name, count, failed, share, NULL };

      if (all > 0)
        kad_gui_figure_table_add (table, cells, (guint64) tally->ok, (guint64) tally->failed,
                                  (guint64) most);
    }
  kad_gui_figure_table_end (table);
}

/* ---- commands ---- */

void
kad_gui_traffic_set_up_commands (KadGuiFigureTable *table)
{
  /* Translators: of 100 runs of a command 50, or 95, take no longer. */
  const char *const titles[]
      = { _ ("Command"), _ ("Runs"), _ ("Failed"), _ ("Half within"), _ ("95 % within"), NULL };

  kad_gui_figure_table_set_columns (table, titles, FALSE);
}

void
kad_gui_traffic_fill_commands (KadGuiFigureTable *table, GVariant *stats)
{
  g_autoptr (GVariant) operations = kad_gui_stats_dup (stats, "operations");
  gsize n = 0;

  if (operations != NULL && g_variant_is_of_type (operations, G_VARIANT_TYPE ("aa{sv}")))
    n = MIN (g_variant_n_children (operations), MAX_ROWS);
  kad_gui_figure_table_begin (table);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (operations, i);
      const char *command = "";
      gint64 count = 0, failures = 0, p50_us = 0, p95_us = 0;

      if (!g_variant_lookup (row, "command", "&s", &command)
          || !kad_gui_stats_get (row, "count", &count))
        continue;
      kad_gui_stats_get (row, "failures", &failures);
      kad_gui_stats_get (row, "p50_us", &p50_us);
      kad_gui_stats_get (row, "p95_us", &p95_us);
      {
        g_autofree char *name = kad_gui_text (command);
        g_autofree char *runs = dup_count (count);
        g_autofree char *failed = dup_count (failures);
        g_autofree char *p50 = kad_gui_text_duration (p50_us);
        g_autofree char *p95 = kad_gui_text_duration (p95_us);
        const char *const cells[] = { name, runs, failed, p50, p95, NULL };

        kad_gui_figure_table_add (table, cells, 0, 0, 1);
      }
    }
  kad_gui_figure_table_end (table);
}

/* ---- how far peers are ---- */

static const gint64 limits_ms[] = { 25, 50, 100, 200, 400, 800 };
#define N_BINS (G_N_ELEMENTS (limits_ms) + 1)

void
kad_gui_traffic_set_up_rtt (KadGuiHistogram *histogram)
{
  g_autoptr (GStrvBuilder) labels = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  gint64 from_ms = 0;

  for (guint i = 0; i < G_N_ELEMENTS (limits_ms); i++)
    {
      g_autofree char *label
          = i == 0 ? g_strdup_printf ("<%d", (int) limits_ms[i])
                   : g_strdup_printf ("%d–%d", (int) from_ms, (int) limits_ms[i]);

      g_strv_builder_add (labels, label);
      from_ms = limits_ms[i];
    }
  {
    g_autofree char *label = g_strdup_printf ("≥%d", (int) from_ms);

    g_strv_builder_add (labels, label);
  }
  all = g_strv_builder_end (labels);
  kad_gui_histogram_set_labels (histogram, _ ("Milliseconds"), (const char *const *) all);
}

void
kad_gui_traffic_fill_rtt (KadGuiHistogram *histogram, GListModel *peers)
{
  guint counts[KAD_GUI_MAX_BINS] = { 0 };
  guint n = g_list_model_get_n_items (peers);
  guint n_known = 0;
  g_autofree char *note = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);
      guint bin = 0;

      if (peer->rtt_us <= 0 || peer->departed_us != 0)
        continue;
      while (bin < G_N_ELEMENTS (limits_ms) && peer->rtt_us >= limits_ms[bin] * 1000)
        bin++;
      counts[bin]++;
      n_known++;
    }
  kad_gui_histogram_set_counts (histogram, counts);
  note = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "milliseconds, of %u peer",
                                       "milliseconds, of %u peers", n_known),
                          n_known);
  kad_gui_histogram_set_note (histogram, note);
}
