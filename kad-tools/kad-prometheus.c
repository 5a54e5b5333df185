/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-prometheus.h"

#include <string.h>

/*
 * Nested dictionaries of counts become one family each, whose labels are the keys on the way:
 * requests -> served -> find-node -> ok is kad_requests_total{direction="served",
 * request="find-node",result="ok"}. Durations are told in seconds, as Prometheus wants them.
 */

typedef struct
{
  const char *path;   /* the dictionary, in the statistics */
  const char *key;    /* (nullable) one number in it; NULL: all, with @labels */
  const char *name;   /* of the family */
  const char *type;   /* "counter" or "gauge" */
  const char *help;   /* one line */
  const char *labels; /* (nullable) of each level of dictionaries, colon-separated */
} Family;

static const Family families[] = {
  { NULL, "uptime_us", "kad_uptime_seconds", "gauge", "Time since the node was started.", NULL },
  { "now", "peers", "kad_peers", "gauge", "Peers that are connected.", NULL },
  { "now", "connections_inbound", "kad_connections_inbound", "gauge",
    "Connections that others opened.", NULL },
  { "now", "connections_outbound", "kad_connections_outbound", "gauge",
    "Connections that the node opened.", NULL },
  { "now", "connections_half_open", "kad_connections_half_open", "gauge",
    "Connections whose peer has not proved itself yet.", NULL },
  { "now", "streams", "kad_streams", "gauge", "Open streams.", NULL },
  { "now", "held_bytes", "kad_held_bytes", "gauge", "What all connections hold in memory.", NULL },
  { "now", "table", "kad_table_peers", "gauge", "Peers in the routing table.", NULL },
  { "now", "known_peers", "kad_known_peers", "gauge", "Peers that are remembered.", NULL },
  { "now", "queries", "kad_queries_running", "gauge", "Queries that are running.", NULL },
  { "now", "commands", "kad_commands_running", "gauge", "Commands that are running.", NULL },
  { "now", "records", "kad_records", "gauge", "Value records that are held.", NULL },
  { "now", "records_bytes", "kad_records_bytes", "gauge", "What the value records take.", NULL },
  { "now", "providers", "kad_providers", "gauge", "Provider records that are held.", NULL },
  { "now", "providers_bytes", "kad_providers_bytes", "gauge", "What the provider records take.",
    NULL },
  { "now", "publications", "kad_publications", "gauge", "What the node announces in time.", NULL },
  { "now", "answer_us", "kad_answer_seconds", "gauge",
    "What the answer of a peer takes, by the median; 0: not known.", NULL },
  { "connections", NULL, "kad_connections_total", "counter",
    "Connections by direction and what became of them.", "direction:event" },
  { "dials", NULL, "kad_dials_total", "counter", "Dials by transport and result.",
    "transport:result" },
  { "traffic", "in_bytes", "kad_received_bytes_total", "counter", "Bytes that transports received.",
    NULL },
  { "traffic", "out_bytes", "kad_sent_bytes_total", "counter", "Bytes that transports sent.",
    NULL },
  { "traffic", "streams_in", "kad_streams_in_total", "counter", "Streams that others opened.",
    NULL },
  { "traffic", "streams_out", "kad_streams_out_total", "counter", "Streams that the node opened.",
    NULL },
  { "traffic", "streams_refused", "kad_streams_refused_total", "counter",
    "Streams that were reset at a limit.", NULL },
  { "requests", NULL, "kad_requests_total", "counter",
    "Requests that were served and asked, by type and result.", "direction:request:result" },
  { "queries", NULL, "kad_queries_total", "counter",
    "Queries by kind: how many were started, and how many ended in which way.", "kind:event" },
  { "records", NULL, "kad_record_events_total", "counter",
    "Value records of others by what became of them.", "event" },
  { "providers", NULL, "kad_provider_events_total", "counter",
    "Provider records of others by what became of them.", "event" },
  { "publications", "run", "kad_publication_runs_total", "counter", "Announcements that were made.",
    NULL },
  { "publications", "failed", "kad_publication_failures_total", "counter",
    "Announcements that nobody took.", NULL },
  { "rtt", "count", "kad_rtt_connections", "gauge", "Connections whose round trip time is known.",
    NULL },
  { "rtt", "p50_us", "kad_rtt_median_seconds", "gauge",
    "Round trip time of the connections, by the median.", NULL },
  { "rtt", "p95_us", "kad_rtt_p95_seconds", "gauge",
    "Round trip time that 95 of 100 connections do not exceed.", NULL },
  { "network_size", "estimate", "kad_network_size", "gauge",
    "How many servers the network is estimated to have; 0: not known.", NULL },
  { "network_size", "std_error", "kad_network_size_std_error", "gauge",
    "Standard error of the estimate.", NULL },
  { "network_size", "samples", "kad_network_size_samples", "gauge",
    "Lookups that the estimate is made of.", NULL },
  { "clock", "steps", "kad_clock_steps_total", "counter", "How often the calendar clock was set.",
    NULL },
};

static void
append_label (GString *out, const char *name, gsize name_len, const char *value)
{
  if (out->len > 0)
    g_string_append_c (out, ',');
  g_string_append_len (out, name, (gssize) name_len);
  g_string_append (out, "=\"");
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (out, "\\n");
    else if (*c == '\\' || *c == '"')
      g_string_append_printf (out, "\\%c", *c);
    else
      g_string_append_c (out, *c);
  g_string_append_c (out, '"');
}

/* NULL: it is no number. */
static char *
dup_number (GVariant *value, gboolean is_us)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double number;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    number = g_variant_get_uint32 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    number = (double) g_variant_get_int64 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64) && !is_us)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, g_variant_get_uint64 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    number = g_variant_get_double (value);
  else
    return NULL;
  return g_strdup (
      g_ascii_formatd (text, sizeof text, "%.12g", is_us ? number / G_USEC_PER_SEC : number));
}

static void
append_sample (GString *out, const char *name, const char *labels, const char *number)
{
  if (*labels != '\0')
    g_string_append_printf (out, "%s{%s} %s\n", name, labels, number);
  else
    g_string_append_printf (out, "%s %s\n", name, number);
}

static void
append_head (GString *out, const char *name, const char *type, const char *help)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* @labels: names of those for this level and the ones below. */
static void
append_level (GString *out, const Family *family, GVariant *value, const char *labels,
              const char *so_far)
{
  g_autofree char *number = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *child;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    {
      number = *labels == '\0' ? dup_number (value, FALSE) : NULL;
      if (number != NULL)
        append_sample (out, family->name, so_far, number);
      return;
    }
  if (*labels == '\0')
    return;
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &child))
    {
      gsize len = strcspn (labels, ":");
      g_autoptr (GString) with = g_string_new (so_far);
      g_autoptr (GVariant) owned = child;

      append_label (with, labels, len, key);
      append_level (out, family, owned, labels + len + (labels[len] == ':'), with->str);
    }
}

static void
append_family (GString *out, const Family *family, GVariant *stats)
{
  g_autoptr (GVariant) part = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GString) samples = g_string_new (NULL);
  g_autofree char *number = NULL;

  part = family->path == NULL
             ? g_variant_ref (stats)
             : g_variant_lookup_value (stats, family->path, G_VARIANT_TYPE_VARDICT);
  if (part == NULL)
    return;
  if (family->key == NULL)
    append_level (samples, family, part, family->labels, "");
  else if ((value = g_variant_lookup_value (part, family->key, NULL)) != NULL
           && (number = dup_number (value, g_str_has_suffix (family->key, "_us"))) != NULL)
    append_sample (samples, family->name, "", number);
  if (samples->len == 0)
    return;
  append_head (out, family->name, family->type, family->help);
  g_string_append_len (out, samples->str, (gssize) samples->len);
}

static void
append_info (GString *out, GVariant *stats)
{
  static const char *const names[] = { "peer", "agent", "protocol", "mode" };
  g_autoptr (GVariant) node = g_variant_lookup_value (stats, "node", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GString) labels = g_string_new (NULL);
  gboolean is_server = FALSE;
  const char *value;

  if (node == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_variant_lookup (node, names[i], "&s", &value))
      append_label (labels, names[i], strlen (names[i]), value);
  append_head (out, "kad_info", "gauge", "Who the node is.");
  append_sample (out, "kad_info", labels->str, "1");
  if (!g_variant_lookup (node, "server", "b", &is_server))
    return;
  append_head (out, "kad_server", "gauge", "Whether the node serves the DHT.");
  append_sample (out, "kad_server", "", is_server ? "1" : "0");
}

/* ---- commands ---- */

static void
append_summary (GString *out, GVariant *row, const char *labels)
{
  static const struct
  {
    const char *key, *quantile;
  } quantiles[] = { { "p50_us", "0.5" }, { "p95_us", "0.95" } };
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 count = 0;
  gint64 mean_us = 0;

  for (guint i = 0; i < G_N_ELEMENTS (quantiles); i++)
    {
      g_autoptr (GVariant) value
          = g_variant_lookup_value (row, quantiles[i].key, G_VARIANT_TYPE_INT64);
      g_autofree char *number = value != NULL ? dup_number (value, TRUE) : NULL;
      g_autofree char *with = g_strdup_printf ("%s,quantile=\"%s\"", labels, quantiles[i].quantile);

      if (number != NULL)
        append_sample (out, "kad_command_seconds", with, number);
    }
  g_variant_lookup (row, "count", "t", &count);
  g_variant_lookup (row, "mean_us", "x", &mean_us);
  g_ascii_formatd (text, sizeof text, "%.12g", (double) mean_us * (double) count / G_USEC_PER_SEC);
  append_sample (out, "kad_command_seconds_sum", labels, text);
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, count);
  append_sample (out, "kad_command_seconds_count", labels, text);
}

static void
append_command_count (GString *out, GVariant *row, const char *labels, const char *key,
                      const char *name)
{
  char text[32];
  guint64 count = 0;

  g_variant_lookup (row, key, "t", &count);
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, count);
  append_sample (out, name, labels, text);
}

/* @key: (nullable): which count of each row; NULL: the durations */
static void
append_commands (GString *out, GVariant *rows, const char *key, const char *name)
{
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      g_autoptr (GString) labels = g_string_new (NULL);
      const char *command;

      if (!g_variant_lookup (row, "command", "&s", &command))
        continue;
      append_label (labels, "command", strlen ("command"), command);
      if (key == NULL)
        append_summary (out, row, labels->str);
      else
        append_command_count (out, row, labels->str, key, name);
    }
}

static void
append_operations (GString *out, GVariant *stats)
{
  g_autoptr (GVariant) rows
      = g_variant_lookup_value (stats, "operations", G_VARIANT_TYPE ("aa{sv}"));

  if (rows == NULL || g_variant_n_children (rows) == 0)
    return;
  append_head (out, "kad_command_seconds", "summary",
               "How long the runs of each command took, since the node was started.");
  append_commands (out, rows, NULL, NULL);
  append_head (out, "kad_command_failures_total", "counter", "Runs of each command that failed.");
  append_commands (out, rows, "failures", "kad_command_failures_total");
  append_head (out, "kad_command_cancelled_total", "counter",
               "Runs of each command that were cancelled.");
  append_commands (out, rows, "cancelled", "kad_command_cancelled_total");
}

char *
kad_prometheus_format (GVariant *stats)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_info (out, stats);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    append_family (out, &families[i], stats);
  append_operations (out, stats);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
