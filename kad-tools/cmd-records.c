/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-held-row.h"
#include "kad-runner.h"

/* What the node holds for others: records, and who provides what. */

static const KadViewColumn record_columns[] = {
  { N_ ("KEY"), "key", KAD_CELL_TEXT },
  { N_ ("BYTES"), "size", KAD_CELL_TEXT },
  { N_ ("ENDS IN"), "expires_us", KAD_CELL_MOMENT },
  { N_ ("FROM"), "from", KAD_CELL_ID },
  { NULL },
};

static const KadViewColumn provider_columns[] = {
  { N_ ("KEY"), "key", KAD_CELL_ID },
  { N_ ("PROVIDER"), "peer", KAD_CELL_ID },
  { N_ ("ENDS IN"), "expires_us", KAD_CELL_MOMENT },
  { N_ ("ADDRESSES"), "addresses", KAD_CELL_TEXT },
  { NULL },
};

KadExit
kad_cmd_records (KadTool *tool)
{
  gboolean providers = kad_arguments_has (tool->arguments, "providers");
  KadRunPlan plan = {
    .command = providers ? "show-providers" : "show-records",
    .mode = KAD_MODE_CLIENT,
    .columns = providers ? provider_columns : record_columns,
    .never_starts = TRUE,
    .has_limit = TRUE,
  };
  g_autoptr (GVariant) options = NULL;
  guint64 limit = KAD_MAX_HELD_ROWS;
  GError *error = NULL;
  GVariantDict dict;

  if (!kad_arguments_get_number (tool->arguments, "limit", 1, KAD_MAX_HELD_ROWS, &limit, &error))
    return kad_tool_fail (tool, error);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "limit", "u", (guint32) limit);
  plan.options = options = g_variant_ref_sink (g_variant_dict_end (&dict));
  return kad_runner_run (tool, &plan);
}
