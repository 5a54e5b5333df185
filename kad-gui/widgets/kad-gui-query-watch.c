/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-watch.h"

/* A source feeds contacts in place, each with a step: so the lists and the counts of the query tell
 * of all of them, and 2,000 contacts need no handler each. */
#define PACE_MS 100

struct _KadGuiQueryWatch
{
  GtkWidget *widget; /* borrowed */
  void (*changed) (gpointer widget);
  KadGuiQuery *query; /* (owned) (nullable) */
  guint timeout;
  gboolean is_dirty;
};

static gboolean
on_timeout (gpointer user_data)
{
  KadGuiQueryWatch *self = user_data;

  self->timeout = 0;
  if (gtk_widget_get_mapped (self->widget))
    {
      self->is_dirty = FALSE;
      self->changed (self->widget);
    }
  return G_SOURCE_REMOVE;
}

static void
on_change (KadGuiQueryWatch *self)
{
  self->is_dirty = TRUE;
  if (self->timeout == 0 && gtk_widget_get_mapped (self->widget))
    self->timeout = g_timeout_add (PACE_MS, on_timeout, self);
}

static void
on_map (KadGuiQueryWatch *self)
{
  if (!self->is_dirty)
    return;
  self->is_dirty = FALSE;
  self->changed (self->widget);
}

KadGuiQueryWatch *
kad_gui_query_watch_new (GtkWidget *widget, void (*changed) (gpointer widget))
{
  KadGuiQueryWatch *self = g_new0 (KadGuiQueryWatch, 1);

  self->widget = widget;
  self->changed = changed;
  g_signal_connect_swapped (widget, "map", G_CALLBACK (on_map), self);
  return self;
}

static void
let_go (KadGuiQueryWatch *self)
{
  if (self->query == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->query, self);
  g_signal_handlers_disconnect_by_data (self->query->contacts, self);
  g_signal_handlers_disconnect_by_data (self->query->steps, self);
  g_signal_handlers_disconnect_by_data (self->query->results, self);
  g_clear_object (&self->query);
}

void
kad_gui_query_watch_free (KadGuiQueryWatch *self)
{
  let_go (self);
  g_signal_handlers_disconnect_by_data (self->widget, self);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_free (self);
}

gboolean
kad_gui_query_watch_set (KadGuiQueryWatch *self, KadGuiQuery *query)
{
  if (query == self->query)
    return FALSE;
  let_go (self);
  if (query != NULL)
    {
      self->query = g_object_ref (query);
      g_signal_connect_swapped (query, "notify", G_CALLBACK (on_change), self);
      g_signal_connect_swapped (query->contacts, "items-changed", G_CALLBACK (on_change), self);
      g_signal_connect_swapped (query->steps, "items-changed", G_CALLBACK (on_change), self);
      g_signal_connect_swapped (query->results, "items-changed", G_CALLBACK (on_change), self);
    }
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->is_dirty = FALSE;
  self->changed (self->widget);
  return TRUE;
}

KadGuiQuery *
kad_gui_query_watch_get (KadGuiQueryWatch *self)
{
  return self->query;
}
