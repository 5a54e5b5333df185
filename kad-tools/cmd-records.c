/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client.h"
#include "kad-error.h"
#include "kad-view.h"

/* What the node of the service holds for others: records, and who provides what. */

#define PAGE 500

static const KadViewColumn record_columns[] = {
  { N_ ("KEY"), "key", KAD_CELL_TEXT },
  { N_ ("FROM"), "from", KAD_CELL_ID },
  { N_ ("BYTES"), "bytes", KAD_CELL_TEXT },
  { N_ ("ENDS IN"), "expires_us", KAD_CELL_MOMENT },
  { NULL },
};

static const KadViewColumn provider_columns[] = {
  { N_ ("KEY"), "key", KAD_CELL_ID },
  { N_ ("PROVIDER"), "peer", KAD_CELL_ID },
  { N_ ("ENDS IN"), "expires_us", KAD_CELL_MOMENT },
  { N_ ("ADDRESSES"), "addresses", KAD_CELL_TEXT },
  { NULL },
};

typedef struct
{
  const char *method;
  const char *row_type;
  const KadViewColumn *columns;
  const char *names[4]; /* of the fields */
} Store;

static const Store stores[] = {
  { "ListRecords", "(aysux)", record_columns, { "key", "from", "bytes", "expires_us" } },
  { "ListProviders", "(aysasx)", provider_columns, { "key", "peer", "addresses", "expires_us" } },
};

static void
add_row (KadView *view, const Store *store, GVariant *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) whole = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (store->names); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (row, i);

      g_variant_builder_add (&builder, "{sv}", store->names[i], value);
    }
  whole = g_variant_ref_sink (g_variant_builder_end (&builder));
  kad_view_add (view, whole);
}

/* A page of rows; how many, and of how many. */
static gboolean
read_page (KadView *view, KadClient *client, const Store *store, guint32 from, gsize *n,
           guint32 *total, GError **error)
{
  g_autofree char *type = g_strdup_printf ("(ta%su)", store->row_type);
  g_autoptr (GVariant) rows = NULL;
  g_autoptr (GVariant) answer = kad_client_call_root (
      client, "Records", store->method, g_variant_new ("(uua{sv})", from, PAGE, NULL), error);

  if (answer == NULL)
    return FALSE;
  if (!g_variant_is_of_type (answer, G_VARIANT_TYPE (type)))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "%s answered “%s” instead of “%s”",
                   store->method, g_variant_get_type_string (answer), type);
      return FALSE;
    }
  rows = g_variant_get_child_value (answer, 1);
  g_variant_get_child (answer, 2, "u", total);
  *n = g_variant_n_children (rows);
  for (gsize i = 0; i < *n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      add_row (view, store, row);
    }
  return TRUE;
}

static gboolean
records (KadTool *tool, KadClient *client, GError **error)
{
  const Store *store = &stores[kad_arguments_has (tool->arguments, "providers") ? 1 : 0];
  g_autoptr (KadView) view = kad_view_new (tool, store->columns);
  guint32 total = 0;
  gsize n = 0;

  do
    if (!read_page (view, client, store, kad_view_get_n_rows (view), &n, &total, error))
      return FALSE;
  while (n > 0 && kad_view_get_n_rows (view) < total && !kad_output_is_closed (tool->output));
  kad_view_print (view);
  if (kad_output_is_json (tool->output))
    kad_output_json_total (tool->output, kad_view_get_n_rows (view));
  else if (kad_view_get_n_rows (view) == 0)
    kad_output_note (tool->output, _ ("Nothing is held for others"));
  return TRUE;
}

KadExit
kad_cmd_records (KadTool *tool)
{
  return kad_client_run (tool, records);
}
