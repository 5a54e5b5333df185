/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-table-summary.h"

#include "kad-gui-bucket.h"
#include "kad-gui-i18n.h"
#include "kad-gui-text.h"

/* Half of the peers belong into bucket 0, a quarter into bucket 1 and so on: who is not full has
 * at least as many as anybody deeper, or peers are missing there. Chance moves some: one half is
 * forgiven. */
static void
find_thin (KadGuiTableSummary *self, const guint *sizes)
{
  guint most = 0;

  for (guint i = KAD_KEY_BITS; i > 0; i--)
    {
      guint size = sizes[i - 1];

      if (size * 2 < most)
        {
          self->thin = TRUE;
          self->thin_index = i - 1;
          self->thin_size = size;
        }
      most = MAX (most, MIN (size, KAD_GUI_BUCKET_SEATS));
    }
}

void
kad_gui_table_summary_init (KadGuiTableSummary *self, KadGuiStore *store)
{
  GListModel *buckets = kad_gui_store_get_buckets (store);
  guint sizes[KAD_KEY_BITS] = { 0 };

  *self = (KadGuiTableSummary){ 0 };
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (buckets, i);

      sizes[i] = bucket->size;
      self->n_peers += bucket->size;
      self->n_connected += bucket->connected;
      self->n_stale += bucket->stale;
      self->n_replacements += bucket->replacements;
      if (bucket->size == 0)
        continue;
      self->n_buckets++;
      self->deepest = i;
    }
  find_thin (self, sizes);
}

char *
kad_gui_table_summary_dup_text (const KadGuiTableSummary *self)
{
  GString *text = g_string_new (NULL);

  if (self->n_peers == 0)
    return g_string_free (g_string_assign (text, _ ("Nobody is in the routing table yet")), FALSE);
  g_string_append_printf (text, ngettext ("%u peer", "%u peers", self->n_peers), self->n_peers);
  g_string_append_printf (text, ngettext (" in %u bucket", " in %u buckets", self->n_buckets),
                          self->n_buckets);
  g_string_append_printf (text, _ (", %u connected"), self->n_connected);
  if (self->n_stale > 0)
    g_string_append_printf (text, _ (", %u stale"), self->n_stale);
  if (self->thin)
    g_string_append_printf (text, _ (", bucket %u is thin: %u of %u"), self->thin_index,
                            self->thin_size, KAD_GUI_BUCKET_SEATS);
  return g_string_free (text, FALSE);
}

char *
kad_gui_table_summary_dup_bucket (KadGuiStore *store, guint index)
{
  gint64 now_us = kad_gui_store_get_now_us (store);
  g_autoptr (KadGuiBucket) bucket
      = g_list_model_get_item (kad_gui_store_get_buckets (store), index);
  g_autofree char *refreshed = kad_gui_text_ago (bucket->refreshed_us, now_us);
  g_autofree char *changed = kad_gui_text_ago (bucket->changed_us, now_us);

  return g_strdup_printf (_ ("Bucket %u: %u of %u seats taken\n%u connected, %u stale, %u waiting "
                             "for a seat\nRefreshed: %s\nChanged: %s"),
                          bucket->index, bucket->size, KAD_GUI_BUCKET_SEATS, bucket->connected,
                          bucket->stale, bucket->replacements, refreshed, changed);
}
