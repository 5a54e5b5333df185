/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client.h"
#include "kad-error.h"
#include "kad-peer-id.h"
#include "kad-runner.h"
#include "kad-human.h"

/* Whom the node knows: its routing table, its connections, one peer. */

#define MAX_BUCKET 255

static KadExit
look (KadTool *tool, KadRunPlan *plan, GVariant *options)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);

  plan->mode = KAD_MODE_CLIENT;
  plan->never_starts = TRUE;
  plan->options = owned;
  return kad_runner_run (tool, plan);
}

static const KadViewColumn table_columns[] = {
  { N_ ("PEER"), "peer", KAD_CELL_ID },
  { N_ ("BUCKET"), "bucket", KAD_CELL_TEXT },
  { N_ ("STATE"), "state", KAD_CELL_TEXT },
  { N_ ("RTT"), "rtt_us", KAD_CELL_RTT },
  { N_ ("USEFUL"), "last_seen_us", KAD_CELL_MOMENT },
  { N_ ("AGENT"), "agent", KAD_CELL_TEXT },
  { N_ ("ADDRESSES"), "addresses", KAD_CELL_TEXT },
  { NULL },
};

static gboolean
is_in_bucket (GVariant *result, gpointer user_data)
{
  const guint64 *bucket = user_data;
  guint32 its = 0;

  return g_variant_lookup (result, "bucket", "u", &its) && its == *bucket;
}

KadExit
kad_cmd_table (KadTool *tool)
{
  KadRunPlan plan = { .command = "show-table", .columns = table_columns };
  guint64 bucket = 0;
  GError *error = NULL;

  if (!kad_arguments_get_number (tool->arguments, "bucket", 0, MAX_BUCKET, &bucket, &error))
    return kad_tool_fail (tool, error);
  if (kad_arguments_has (tool->arguments, "bucket"))
    {
      plan.wants = is_in_bucket;
      plan.user_data = &bucket;
    }
  return look (tool, &plan, g_variant_new ("a{sv}", NULL));
}

/* ---- connections, and the table without its buckets ---- */

static const KadViewColumn connection_columns[] = {
  { N_ ("PEER"), "peer", KAD_CELL_ID },
  { N_ ("SIDE"), "direction", KAD_CELL_TEXT },
  { N_ ("AGE"), "age_us", KAD_CELL_DURATION },
  { N_ ("RTT"), "rtt_us", KAD_CELL_RTT },
  { N_ ("STREAMS"), "streams", KAD_CELL_TEXT },
  { N_ ("AGENT"), "agent", KAD_CELL_TEXT },
  { N_ ("NET"), "network", KAD_CELL_TEXT },
  { N_ ("ADDRESS"), "address", KAD_CELL_TEXT },
  { NULL },
};

static const KadViewColumn peer_columns[] = {
  { N_ ("PEER"), "peer", KAD_CELL_ID },
  { N_ ("STATE"), "state", KAD_CELL_TEXT },
  { N_ ("RTT"), "rtt_us", KAD_CELL_RTT },
  { N_ ("AGENT"), "agent", KAD_CELL_TEXT },
  { N_ ("NET"), "network", KAD_CELL_TEXT },
  { N_ ("ADDRESSES"), "addresses", KAD_CELL_TEXT },
  { NULL },
};

/* Of all networks that the service is in. */
KadExit
kad_cmd_peers (KadTool *tool)
{
  gboolean connected = kad_arguments_has (tool->arguments, "connected");
  KadRunPlan plan = {
    .command = connected ? "show-connections" : "show-table",
    .columns = connected ? connection_columns : peer_columns,
    .network = "both",
  };

  return look (tool, &plan, g_variant_new ("a{sv}", NULL));
}

/* ---- one peer ---- */

static gboolean
peer (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) answer = kad_client_call_root (
      client, "Table", "GetPeer",
      g_variant_new ("(s)", kad_arguments_get_word (tool->arguments, 0)), error);
  g_autoptr (GVariant) details = NULL;

  if (answer == NULL)
    return FALSE;
  details = g_variant_get_child_value (answer, 0);
  if (kad_output_is_json (tool->output))
    kad_output_json (tool->output, NULL, details);
  else
    kad_human_print (tool->output, details);
  return TRUE;
}

KadExit
kad_cmd_peer (KadTool *tool)
{
  GError *error = NULL;
  KadPeerId parsed;

  if (!kad_peer_id_parse (&parsed, kad_arguments_get_word (tool->arguments, 0), &error))
    return kad_tool_fail (tool, error);
  return kad_client_run (tool, peer);
}
