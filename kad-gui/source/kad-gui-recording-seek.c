/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-recording-seek.h"

#include "kad-json-reader.h"

#define LINES_A_LOOK 32

struct _KadGuiRecordingSeek
{
  const KadGuiRecordingIndex *index;
  KadGuiRecordingPlan *plan;
  KadGuiStore *store;
  KadGuiLines *lines;
  guint at; /* of the picks */
};

/* ---- lines ---- */

void
kad_gui_recording_take_line (const KadGuiRecordingIndex *index, guint number, KadGuiLines *lines)
{
  const KadGuiIndexLine *line = kad_gui_recording_index_get (index, number);
  g_autofree char *text = g_strndup (index->text + line->offset, line->len);
  g_autoptr (GVariant) fields = kad_json_read_object (text, line->len, NULL);

  if (fields != NULL)
    kad_gui_lines_take (lines, fields, text);
}

void
kad_gui_recording_take_header (const KadGuiRecordingIndex *index, KadGuiLines *lines)
{
  kad_gui_lines_take (lines, index->header.fields, NULL);
}

/* ---- the way ---- */

KadGuiRecordingSeek *
kad_gui_recording_seek_new (const KadGuiRecordingIndex *index, guint n_lines, KadGuiClock clock,
                            gpointer user_data)
{
  KadGuiRecordingSeek *self = g_new0 (KadGuiRecordingSeek, 1);

  self->index = index;
  self->plan = kad_gui_recording_plan_new (index, n_lines);
  self->store = kad_gui_store_new ();
  kad_gui_store_set_clock (self->store, clock, user_data);
  self->lines = kad_gui_lines_new (self->store, KAD_GUI_LINES_ALL | KAD_GUI_LINES_NO_SERIES);
  kad_gui_recording_take_header (index, self->lines);
  kad_gui_lines_set_next_number (self->lines, self->plan->next_event);
  return self;
}

void
kad_gui_recording_seek_free (KadGuiRecordingSeek *self)
{
  g_clear_pointer (&self->lines, kad_gui_lines_free);
  g_object_unref (self->store);
  kad_gui_recording_plan_free (self->plan);
  g_free (self);
}

gboolean
kad_gui_recording_seek_work (KadGuiRecordingSeek *self, gint64 slice_us)
{
  gint64 until_us = g_get_monotonic_time () + slice_us;
  GArray *picks = self->plan->picks;

  while (self->at < picks->len)
    {
      const KadGuiPick *pick = &g_array_index (picks, KadGuiPick, self->at);

      kad_gui_lines_set_flags (self->lines, pick->flags | KAD_GUI_LINES_NO_SERIES);
      kad_gui_recording_take_line (self->index, pick->line, self->lines);
      self->at++;
      if (self->at % LINES_A_LOOK == 0 && g_get_monotonic_time () >= until_us)
        return TRUE;
    }
  return FALSE;
}

static void
fill_series (KadGuiRecordingSeek *self)
{
  KadGuiSeries *peers = kad_gui_store_get_series (self->store, "peers");
  KadGuiSeries *table = kad_gui_store_get_series (self->store, "table");
  KadGuiSeries *queries = kad_gui_store_get_series (self->store, "queries");

  for (guint i = 0; i < self->plan->figures->len; i++)
    {
      const KadGuiFigures *figures = &g_array_index (self->plan->figures, KadGuiFigures, i);

      kad_gui_series_add (peers, figures->at_us, figures->peers);
      kad_gui_series_add (table, figures->at_us, figures->table);
      kad_gui_series_add (queries, figures->at_us, figures->queries);
    }
}

KadGuiLines *
kad_gui_recording_seek_finish (KadGuiRecordingSeek *self, KadGuiStore *store)
{
  GArray *figures = self->plan->figures;
  gint64 point_us
      = figures->len > 0 ? g_array_index (figures, KadGuiFigures, figures->len - 1).at_us : 0;

  kad_gui_lines_flush (self->lines);
  fill_series (self);
  kad_gui_store_take (store, self->store);
  kad_gui_lines_set_store (self->lines, store);
  kad_gui_lines_set_last_point (self->lines, point_us, self->plan->figures_changed);
  return g_steal_pointer (&self->lines);
}
