/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-view.h"

#include <glib/gi18n.h>

#include "kad-columns.h"
#include "kad-escape.h"
#include "kad-human.h"

#define MAX_CELL_BYTES 512

struct _KadView
{
  KadTool *tool;
  const KadViewColumn *columns;
  KadColumns *table; /* (nullable) not with --json */
  gboolean is_long;
  guint n_rows;
};

static guint
count_columns (const KadViewColumn *columns)
{
  guint n = 0;

  while (n < KAD_MAX_COLUMNS && columns[n].title != NULL)
    n++;
  return n;
}

KadView *
kad_view_new (KadTool *tool, const KadViewColumn *columns)
{
  KadView *self = g_new0 (KadView, 1);
  const char *titles[KAD_MAX_COLUMNS + 1] = { NULL };

  self->tool = tool;
  self->columns = columns;
  self->is_long = kad_arguments_has (tool->arguments, "long");
  for (guint i = 0; i < count_columns (columns); i++)
    titles[i] = _ (columns[i].title);
  if (!kad_output_is_json (tool->output))
    self->table = kad_columns_new (tool->output, titles);
  return self;
}

void
kad_view_free (KadView *self)
{
  g_clear_pointer (&self->table, kad_columns_free);
  g_free (self);
}

guint
kad_view_get_n_rows (const KadView *self)
{
  return self->n_rows;
}

/* ---- cells ---- */

static char *
dup_text_cell (GVariant *value)
{
  g_autofree char *text = kad_human_dup_field (value);

  return kad_escape_peer_text (text, -1, MAX_CELL_BYTES);
}

static gint64
read_number (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_variant_get_int64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return (gint64) MIN (g_variant_get_uint64 (value), G_MAXINT64);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  return 0;
}

static char *
dup_rtt (gint64 rtt_us)
{
  return rtt_us > 0 ? g_strdup_printf (_ ("%.1f ms"), (double) rtt_us / 1000) : g_strdup ("-");
}

static char *
dup_error (GVariant *value)
{
  const char *message = "";

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return dup_text_cell (value);
  g_variant_lookup (value, "message", "&s", &message);
  return kad_escape_peer_text (message, -1, MAX_CELL_BYTES);
}

static char *
dup_present_cell (KadView *self, KadCellForm form, GVariant *value)
{
  g_autofree char *text = NULL;

  switch (form)
    {
    case KAD_CELL_ID:
      text = dup_text_cell (value);
      return kad_columns_dup_id (self->tool->output, text, self->is_long);
    case KAD_CELL_DURATION:
      return kad_columns_dup_duration (read_number (value));
    case KAD_CELL_RTT:
      return dup_rtt (read_number (value));
    case KAD_CELL_MOMENT:
      return kad_columns_dup_distance (read_number (value));
    case KAD_CELL_FLAG:
      return g_strdup (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
                               && g_variant_get_boolean (value)
                           ? _ ("yes")
                           : "-");
    case KAD_CELL_ERROR:
      return dup_error (value);
    default:
      return dup_text_cell (value);
    }
}

static char *
dup_cell (KadView *self, const KadViewColumn *column, GVariant *row)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (row, column->name, NULL);
  g_autoptr (GVariant) inner = NULL;

  if (value == NULL)
    return g_strdup ("-");
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    return dup_present_cell (self, column->form, value);
  inner = g_variant_get_maybe (value);
  return inner != NULL ? dup_present_cell (self, column->form, inner) : g_strdup ("-");
}

void
kad_view_add (KadView *self, GVariant *row)
{
  char *cells[KAD_MAX_COLUMNS + 1] = { NULL };
  guint n = count_columns (self->columns);

  self->n_rows++;
  if (self->table == NULL)
    {
      kad_output_json (self->tool->output, NULL, row);
      return;
    }
  for (guint i = 0; i < n; i++)
    cells[i] = dup_cell (self, &self->columns[i], row);
  kad_columns_add_row (self->table, (const char *const *) cells);
  for (guint i = 0; i < n; i++)
    g_free (cells[i]);
}

void
kad_view_print (KadView *self)
{
  if (self->table != NULL && self->n_rows > 0)
    kad_columns_print (self->table);
}
