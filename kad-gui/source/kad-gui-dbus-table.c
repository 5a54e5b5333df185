/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routing table, buckets, connections. Watch first, then read. What is told while a snapshot is on
 * its way is kept, and applied after it if it is newer; a serial that is missing, or an Overflow,
 * has all read again.
 */
#include <string.h>

#include "kad-error.h"
#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"

#define ROWS_TYPE "a(sutttsasu)"
#define PAGE 5000
/* Changes that are kept while a snapshot is on its way. */
#define MAX_PENDING 256
/* A table has 5,120 seats: who needs more pages talks nonsense. */
#define MAX_PAGES 16
/* Pages of a table that changes all the time are never of one serial. */
#define MAX_TRIES 3
#define BUCKETS_MS 1000
#define READ_MS 250

typedef struct
{
  KadGuiDbusPart parent;
  gboolean is_watched;
  KadGuiDbusAgain table;
  KadGuiDbusAgain connections;
  KadGuiDbusAgain buckets;

  guint64 serial;     /* of the table as it is shown */
  gboolean has_table; /* a snapshot was applied */
  guint n_tries;
  guint64 page_serial;
  GVariantBuilder *pages; /* (nullable) rows so far */
  guint n_rows;
  guint n_pages;
  GPtrArray *pending; /* (element-type GVariant) signals Table */

  guint64 peers_serial; /* 0: none was told */
  GPtrArray *pending_peers;
} TablePart;

static void read_page (TablePart *self);

static gint64
now_us (TablePart *self)
{
  return kad_gui_store_get_now_us (kad_gui_dbus_part_get_store (&self->parent));
}

static KadGuiPeerList *
get_peers (TablePart *self)
{
  return kad_gui_store_get_peers (kad_gui_dbus_part_get_store (&self->parent));
}

/* After each batch. */
static void
tell (TablePart *self)
{
  kad_gui_store_table_changed (kad_gui_dbus_part_get_store (&self->parent));
  kad_gui_dbus_again_request (&self->buckets);
}

/* ---- changes ---- */

static void
apply_table (TablePart *self, GVariant *arguments)
{
  g_autoptr (GVariant) added = NULL;
  g_autoptr (GVariant) changed = NULL;
  g_autofree const char **removed = NULL;
  guint64 serial;

  g_variant_get (arguments, "(t@" ROWS_TYPE "@" ROWS_TYPE "^a&s)", &serial, &added, &changed,
                 &removed);
  if (!self->has_table || serial <= self->serial)
    return;
  if (serial != self->serial + 1)
    {
      self->has_table = FALSE;
      kad_gui_dbus_again_request (&self->table);
      return;
    }
  self->serial = serial;
  kad_gui_peer_list_apply_table (get_peers (self), added, changed, removed, now_us (self));
}

static void
apply_peers (TablePart *self, GVariant *arguments)
{
  g_autoptr (GVariant) added = NULL;
  g_autofree const char **removed = NULL;
  guint64 serial;

  g_variant_get (arguments, "(t@aa{sv}^a&s)", &serial, &added, &removed);
  if (self->peers_serial != 0 && serial != self->peers_serial + 1)
    kad_gui_dbus_again_request (&self->connections);
  self->peers_serial = serial;
  kad_gui_peer_list_apply_connections (get_peers (self), added, removed, now_us (self));
}

/* @again: reads what would have to be kept, if that is too much */
static void
keep (GPtrArray *pending, GVariant *arguments, KadGuiDbusAgain *again)
{
  if (pending->len < MAX_PENDING)
    g_ptr_array_add (pending, g_variant_ref (arguments));
  else
    {
      g_ptr_array_remove_index (pending, 0);
      kad_gui_dbus_again_request (again);
    }
}

static void
read_all (TablePart *self)
{
  kad_gui_dbus_again_request (&self->table);
  kad_gui_dbus_again_request (&self->connections);
}

void
kad_gui_dbus_table_told (KadGuiDbusPart *part, const char *signal, GVariant *arguments)
{
  TablePart *self = (TablePart *) part;

  if (part->topics == 0)
    return;
  if (g_str_equal (signal, "Table")
      && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(t" ROWS_TYPE ROWS_TYPE "as)")))
    {
      if (self->table.is_busy)
        keep (self->pending, arguments, &self->table);
      else
        apply_table (self, arguments);
    }
  else if (g_str_equal (signal, "Peers")
           && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(taa{sv}as)")))
    {
      if (self->connections.is_busy)
        keep (self->pending_peers, arguments, &self->connections);
      else
        apply_peers (self, arguments);
    }
  else if (g_str_equal (signal, "Overflow")
           && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(t)")))
    {
      guint64 n_lost;

      g_variant_get (arguments, "(t)", &n_lost);
      kad_gui_source_add_lost (KAD_GUI_SOURCE (part->source), n_lost);
      read_all (self);
    }
  else
    return;
  tell (self);
}

/* ---- the snapshot of the table ---- */

static void
end_pages (TablePart *self)
{
  g_clear_pointer (&self->pages, g_variant_builder_unref);
  self->n_rows = 0;
  self->n_pages = 0;
}

static void
end_table (TablePart *self)
{
  end_pages (self);
  self->n_tries = 0;
  kad_gui_dbus_again_done (&self->table);
}

static void
apply_snapshot (TablePart *self)
{
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (self->pages));
  g_autoptr (GPtrArray) pending = g_steal_pointer (&self->pending);

  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->serial = self->page_serial;
  self->has_table = TRUE;
  kad_gui_peer_list_reset_table (get_peers (self), rows, now_us (self));
  for (guint i = 0; i < pending->len; i++)
    apply_table (self, pending->pdata[i]);
  tell (self);
}

/* Pages of different serials do not belong together. */
static gboolean
is_other_table (TablePart *self, guint64 serial)
{
  if (self->n_rows == 0 || serial == self->page_serial)
    return FALSE;
  return ++self->n_tries < MAX_TRIES;
}

static void
on_page (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  TablePart *self = (TablePart *) part;
  g_autoptr (GVariant) rows = NULL;
  guint64 serial;
  guint total;
  gsize n;

  if (reply == NULL)
    {
      if (g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
        part->klass->node_gone (part);
      end_table (self);
      return;
    }
  g_variant_get (reply, "(t@" ROWS_TYPE "u)", &serial, &rows, &total);
  if (is_other_table (self, serial))
    {
      end_pages (self);
      read_page (self);
      return;
    }
  self->page_serial = serial;
  n = g_variant_n_children (rows);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      g_variant_builder_add_value (self->pages, row);
    }
  self->n_rows += (guint) n;
  if (n > 0 && self->n_rows < total && ++self->n_pages < MAX_PAGES)
    {
      read_page (self);
      return;
    }
  apply_snapshot (self);
  end_table (self);
}

static void
read_page (TablePart *self)
{
  g_auto (GVariantBuilder) filter = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (self->pages == NULL)
    self->pages = g_variant_builder_new (G_VARIANT_TYPE (ROWS_TYPE));
  kad_gui_dbus_part_call (&self->parent, "Table", "GetPeers",
                          g_variant_new ("(suua{sv})", "", self->n_rows, PAGE, &filter),
                          "(t" ROWS_TYPE "u)", on_page);
}

static void
begin_table (gpointer user_data)
{
  TablePart *self = user_data;

  end_pages (self);
  g_ptr_array_set_size (self->pending, 0);
  read_page (self);
}

/* ---- connections, buckets ---- */

static void
on_connections (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  TablePart *self = (TablePart *) part;
  g_autoptr (GPtrArray) pending = g_steal_pointer (&self->pending_peers);
  g_autoptr (GVariant) rows = NULL;

  self->pending_peers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  if (reply != NULL)
    {
      rows = g_variant_get_child_value (reply, 0);
      kad_gui_peer_list_reset_connections (get_peers (self), rows, now_us (self));
    }
  /* Those that were told meanwhile may be older than it, or newer; told again they do no harm. */
  for (guint i = 0; i < pending->len; i++)
    apply_peers (self, pending->pdata[i]);
  tell (self);
  kad_gui_dbus_again_done (&self->connections);
}

static void
begin_connections (gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_gui_dbus_part_call (user_data, "Table", "GetConnections", g_variant_new ("(a{sv})", &options),
                          "(aa{sv})", on_connections);
}

static void
on_buckets (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  TablePart *self = (TablePart *) part;
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  g_autoptr (GVariant) buckets = NULL;

  if (reply != NULL)
    {
      buckets = g_variant_get_child_value (reply, 0);
      kad_gui_store_apply_buckets (store, buckets);
      kad_gui_store_table_changed (store);
    }
  kad_gui_dbus_again_done (&self->buckets);
}

static void
begin_buckets (gpointer user_data)
{
  kad_gui_dbus_part_call (user_data, "Table", "GetBuckets", g_variant_new ("(s)", ""),
                          "(a(uuuuxx))", on_buckets);
}

/* ---- the part ---- */

static void
table_init (KadGuiDbusPart *part)
{
  TablePart *self = (TablePart *) part;

  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->pending_peers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  kad_gui_dbus_again_init (&self->table, 0, READ_MS, begin_table, self);
  kad_gui_dbus_again_init (&self->connections, 0, READ_MS, begin_connections, self);
  kad_gui_dbus_again_init (&self->buckets, 0, BUCKETS_MS, begin_buckets, self);
}

static void
table_start (KadGuiDbusPart *part)
{
  /* It is read when it is watched. */
}

void
kad_gui_dbus_table_watched (KadGuiDbusPart *part)
{
  TablePart *self = (TablePart *) part;

  if (part->topics == 0 || self->is_watched)
    return;
  self->is_watched = TRUE;
  read_all (self);
}

static void
table_stop (KadGuiDbusPart *part)
{
  TablePart *self = (TablePart *) part;

  self->is_watched = FALSE;
  self->has_table = FALSE;
  self->peers_serial = 0;
  self->n_tries = 0;
  end_pages (self);
  g_ptr_array_set_size (self->pending, 0);
  g_ptr_array_set_size (self->pending_peers, 0);
  kad_gui_dbus_again_stop (&self->table);
  kad_gui_dbus_again_stop (&self->connections);
  kad_gui_dbus_again_stop (&self->buckets);
}

static void
table_read (KadGuiDbusPart *part)
{
  if (((TablePart *) part)->is_watched)
    read_all ((TablePart *) part);
}

static void
table_node_gone (KadGuiDbusPart *part)
{
  TablePart *self = (TablePart *) part;
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_new (ROWS_TYPE, NULL));
  g_autoptr (GVariant) connections = g_variant_ref_sink (g_variant_new ("aa{sv}", NULL));

  self->has_table = FALSE;
  kad_gui_peer_list_reset_table (get_peers (self), rows, now_us (self));
  kad_gui_peer_list_reset_connections (get_peers (self), connections, now_us (self));
  kad_gui_store_table_changed (kad_gui_dbus_part_get_store (part));
}

static void
table_clear (KadGuiDbusPart *part)
{
  TablePart *self = (TablePart *) part;

  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->pending_peers);
}

const KadGuiDbusPartClass kad_gui_dbus_table_class = {
  .size = sizeof (TablePart),
  .topics = KAD_GUI_TOPIC_TABLE,
  .init = table_init,
  .start = table_start,
  .stop = table_stop,
  .read = table_read,
  .node_gone = table_node_gone,
  .clear = table_clear,
};
