/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-result.h"

#include "kad-error.h"
#include "kad-escape.h"

#define MAX_TEXT 1024

/* ---- single entries ---- */

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

static void
add_peer (GVariantBuilder *builder, const char *name, const KadPeerId *peer)
{
  add (builder, name, g_variant_new_take_string (kad_peer_id_to_string (peer)));
}

/* Our own words; NULL is null. */
static void
add_word (GVariantBuilder *builder, const char *name, const char *word)
{
  add (builder, name, g_variant_new ("ms", word));
}

/* A peer's words, escaped; NULL is null. */
static void
add_text (GVariantBuilder *builder, const char *name, const char *text, gsize max_bytes)
{
  g_autofree char *escaped = text != NULL ? kad_escape_peer_text (text, -1, max_bytes) : NULL;

  add_word (builder, name, escaped);
}

static void
add_bytes (GVariantBuilder *builder, const char *name, GBytes *bytes)
{
  add (builder, name, g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static GVariant *
new_address (const KadMultiaddr *address)
{
  return g_variant_new_take_string (kad_multiaddr_to_string (address));
}

static void
add_nullable_address (GVariantBuilder *builder, const char *name, const KadMultiaddr *address)
{
  g_autofree char *text = address != NULL ? kad_multiaddr_to_string (address) : NULL;

  add_word (builder, name, text);
}

static void
add_info_addresses (GVariantBuilder *builder, const KadPeerInfo *info)
{
  g_auto (GVariantBuilder) addresses = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    g_variant_builder_add_value (&addresses, new_address (kad_peer_info_get_address (info, i)));
  add (builder, "addresses", g_variant_builder_end (&addresses));
}

/* Of peers: those asked are counted once they are, those that failed are among them. */
static void
add_counts (GVariantBuilder *builder, const KadQueryStats *stats)
{
  add (builder, "heard", g_variant_new_uint32 (stats->heard));
  add (builder, "waiting", g_variant_new_uint32 (stats->waiting));
  add (builder, "queried", g_variant_new_uint32 (stats->requests));
  add (builder, "unreachable", g_variant_new_uint32 (stats->failures));
}

/* -1 is null. */
static void
add_rtt (GVariantBuilder *builder, gint64 rtt_us)
{
  add (builder, "rtt_us",
       g_variant_new_maybe (G_VARIANT_TYPE_INT64,
                            rtt_us >= 0 ? g_variant_new_int64 (rtt_us) : NULL));
}

/* ---- whole results ---- */

/**
 * kad_result_new_peer:
 * @info: a peer
 *
 * Returns: (transfer floating): `peer`, `addresses`
 */
GVariant *
kad_result_new_peer (KadPeerInfo *info)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&builder, "peer", kad_peer_info_get_peer (info));
  add_info_addresses (&builder, info);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_record:
 * @record: a record
 * @from: (nullable): who gave it
 *
 * Returns: (transfer floating): `key`, `value`, and `from` if it is known
 */
GVariant *
kad_result_new_record (KadRecord *record, const KadPeerId *from)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&builder, "key", kad_record_get_key (record));
  add_bytes (&builder, "value", kad_record_get_value (record));
  if (from != NULL && kad_peer_id_is_set (from))
    add_peer (&builder, "from", from);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_identity:
 * @identity: what a peer says of itself
 *
 * Returns: (transfer floating): `peer`, `agent`, `protocol_version`, `protocols`,
 *   `addresses`, `observed_address`
 */
GVariant *
kad_result_new_identity (const KadIdentity *identity)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantBuilder) protocols = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  g_auto (GVariantBuilder) addresses = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; identity->protocols != NULL && identity->protocols[i] != NULL; i++)
    g_variant_builder_add_value (
        &protocols, g_variant_new_take_string (kad_escape_peer_text (identity->protocols[i], -1,
                                                                     KAD_MAX_PROTOCOL_NAME_BYTES)));
  for (guint i = 0; i < identity->addresses->len; i++)
    g_variant_builder_add_value (&addresses, new_address (identity->addresses->pdata[i]));

  add_peer (&builder, "peer", &identity->peer);
  add_text (&builder, "agent", identity->agent, KAD_MAX_AGENT_BYTES);
  add_text (&builder, "protocol_version", identity->protocol_version, KAD_MAX_AGENT_BYTES);
  add (&builder, "protocols", g_variant_builder_end (&protocols));
  add (&builder, "addresses", g_variant_builder_end (&addresses));
  add_nullable_address (&builder, "observed_address", identity->observed);
  return g_variant_builder_end (&builder);
}

static GVariant *
new_named_peer (const KadPeerInfo *info)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&builder, "peer", kad_peer_info_get_peer (info));
  add_info_addresses (&builder, info);
  add (&builder, "connection", g_variant_new_uint32 (kad_peer_info_get_connection (info)));
  return g_variant_builder_end (&builder);
}

static GVariant *
new_maybe_record (KadRecord *record, const KadPeerId *from)
{
  if (record == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, NULL);
  return g_variant_new_maybe (NULL, kad_result_new_record (record, from));
}

/**
 * kad_result_new_answer:
 * @peer: who answered
 * @answer: what it said
 * @raw: (nullable): the same as it came, without its length
 *
 * Returns: (transfer floating): `peer`, `record` (a maybe), `closer`, `providers`, `raw`
 */
GVariant *
kad_result_new_answer (const KadPeerId *peer, KadMessage *answer, GBytes *raw)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantBuilder) closer = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_auto (GVariantBuilder) providers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < kad_message_get_n_closer (answer); i++)
    g_variant_builder_add_value (&closer, new_named_peer (kad_message_get_closer (answer, i)));
  for (guint i = 0; i < kad_message_get_n_providers (answer); i++)
    g_variant_builder_add_value (&providers, new_named_peer (kad_message_get_provider (answer, i)));

  add_peer (&builder, "peer", peer);
  add (&builder, "record", new_maybe_record (kad_message_get_record (answer), peer));
  add (&builder, "closer", g_variant_builder_end (&closer));
  add (&builder, "providers", g_variant_builder_end (&providers));
  if (raw != NULL)
    add_bytes (&builder, "raw", raw);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_table_row:
 * @row: a peer of the routing table
 *
 * Returns: (transfer floating): `peer`, `bucket`, `addresses`, `agent`, `state`, `connected`,
 *   `protected`, `added_us` and `last_seen_us` (since 1970), `rtt_us`
 */
GVariant *
kad_result_new_table_row (const KadTableRow *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&builder, "peer", kad_peer_info_get_peer (row->info));
  add (&builder, "bucket", g_variant_new_uint32 (row->bucket));
  add_info_addresses (&builder, row->info);
  add_text (&builder, "agent", row->agent, KAD_MAX_AGENT_BYTES);
  add (&builder, "state", g_variant_new_string (kad_peer_state_get_name (row->state)));
  add (&builder, "connected", g_variant_new_boolean (row->connected));
  add (&builder, "protected", g_variant_new_boolean (row->is_protected));
  add (&builder, "added_us", g_variant_new_int64 (row->added_wall_us));
  add (&builder, "last_seen_us", g_variant_new_int64 (row->last_seen_wall_us));
  add_rtt (&builder, row->rtt_us);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_bucket:
 * @row: a bucket of the routing table
 *
 * Returns: (transfer floating): `bucket`, `size`, `replacements`, `connected`, `refreshed_us` and
 *   `changed_us` (since 1970; 0: never)
 */
GVariant *
kad_result_new_bucket (const KadBucketRow *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "bucket", g_variant_new_uint32 (row->bucket));
  add (&builder, "size", g_variant_new_uint32 (row->size));
  add (&builder, "replacements", g_variant_new_uint32 (row->replacements));
  add (&builder, "connected", g_variant_new_uint32 (row->connected));
  add (&builder, "refreshed_us", g_variant_new_int64 (row->refreshed_us));
  add (&builder, "changed_us", g_variant_new_int64 (row->changed_us));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_held_record:
 * @row: a record that is held here
 *
 * Returns: (transfer floating): `key`, `size`, `expires_us` (by the calendar), `from`, which is
 * left out for our own
 */
GVariant *
kad_result_new_held_record (const KadHeldRow *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&builder, "key", row->key);
  add (&builder, "size", g_variant_new_uint64 (row->size_bytes));
  add (&builder, "expires_us", g_variant_new_int64 (row->expires_us));
  if (row->peer != NULL)
    add_peer (&builder, "from", kad_peer_info_get_peer (row->peer));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_held_provider:
 * @row: a provider record that is held here
 *
 * Returns: (transfer floating): `key`, `expires_us` (by the calendar), `peer`, `addresses`
 */
GVariant *
kad_result_new_held_provider (const KadHeldRow *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_bytes (&builder, "key", row->key);
  add (&builder, "expires_us", g_variant_new_int64 (row->expires_us));
  add_peer (&builder, "peer", kad_peer_info_get_peer (row->peer));
  add_info_addresses (&builder, row->peer);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_connection:
 * @row: a connection
 * @now_us: monotonic time, for its age
 *
 * Returns: (transfer floating): `peer`, `address`, `direction` (`inbound`, `outbound`),
 *   `age_us`, `streams`, `rtt_us`, `agent`, `security`, `muxer`, `reason`,
 *   `protected`, `closest`, `usefulness`, `group`
 */
GVariant *
kad_result_new_connection (const KadConnectionRow *row, gint64 now_us)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&builder, "peer", &row->peer);
  add_nullable_address (&builder, "address", row->address);
  add (&builder, "direction", g_variant_new_string (row->outbound ? "outbound" : "inbound"));
  add (&builder, "age_us", g_variant_new_int64 (MAX (now_us - row->opened_us, 0)));
  add (&builder, "streams", g_variant_new_uint32 (row->n_streams));
  add_rtt (&builder, row->rtt_us);
  add_text (&builder, "agent", row->agent, KAD_MAX_AGENT_BYTES);
  add_word (&builder, "security", row->security);
  add_word (&builder, "muxer", row->muxer);
  add_word (&builder, "reason", row->reason);
  add (&builder, "protected", g_variant_new_boolean (row->is_protected));
  add (&builder, "closest", g_variant_new_boolean (row->is_closest));
  add (&builder, "usefulness", g_variant_new_int32 (row->usefulness));
  add (&builder, "group", g_variant_new_uint32 (row->group_size));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_ping:
 * @peer: who answered
 * @rtt_us: after how many microseconds
 *
 * Returns: (transfer floating): `peer`, `rtt_us`
 */
GVariant *
kad_result_new_ping (const KadPeerId *peer, gint64 rtt_us)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_peer (&builder, "peer", peer);
  add (&builder, "rtt_us", g_variant_new_int64 (rtt_us));
  return g_variant_builder_end (&builder);
}

static GVariant *
new_failed (GPtrArray *failures)
{
  g_auto (GVariantBuilder) failed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; failures != NULL && i < failures->len; i++)
    {
      const KadPeerFailure *failure = failures->pdata[i];

      g_variant_builder_open (&failed, G_VARIANT_TYPE_VARDICT);
      add_peer (&failed, "peer", &failure->peer);
      add (&failed, "reason", g_variant_new_string (failure->reason));
      g_variant_builder_close (&failed);
    }
  return g_variant_builder_end (&failed);
}

/**
 * kad_result_new_write:
 * @event: the last event of a write
 *
 * Returns: (transfer floating): `stored`, `wanted`, and `failed` with the reason of each
 *   peer that did not store
 */
GVariant *
kad_result_new_write (const KadEvent *event)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "stored", g_variant_new_uint32 (event->stored));
  add (&builder, "wanted", g_variant_new_uint32 (event->wanted));
  add (&builder, "failed", new_failed (event->failures));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_query:
 * @row: a query at work
 * @now_us: monotonic time, for its age
 *
 * Returns: (transfer floating): `query`, `kind`, `key` if it has one, `run` (0: the node's own),
 *   `command` if a run has it, `age_us`, the peers that it has `heard` of, `waiting` for, `queried`
 *   and found `unreachable`, and `alpha`, how many it asks at a time
 */
GVariant *
kad_result_new_query (const KadQueryRow *row, gint64 now_us)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "query", g_variant_new_uint64 (row->query));
  add (&builder, "kind", g_variant_new_string (kad_query_kind_get_name (row->kind)));
  if (row->key != NULL)
    add_bytes (&builder, "key", row->key);
  add (&builder, "run", g_variant_new_uint64 (row->run));
  if (row->command != NULL)
    add (&builder, "command", g_variant_new_string (row->command));
  add (&builder, "age_us", g_variant_new_int64 (MAX (now_us - row->started_us, 0)));
  add_counts (&builder, &row->stats);
  add (&builder, "alpha", g_variant_new_uint32 (row->alpha));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_error:
 * @error: an error
 *
 * Returns: (transfer floating): `code` as on D-Bus, `message`
 */
GVariant *
kad_result_new_error (const GError *error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "code", g_variant_new_string (kad_error_get_name (error)));
  add (&builder, "message", g_variant_new_string (error->message));
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_publication:
 * @row: something that this node announces
 *
 * Returns: (transfer floating): `kind` (`provider` or `record`), `key`, `tag`, `persistent`,
 * `created_us`, `last_run_us` and `next_run_us` (microseconds since 1970, 0 if there is none),
 * `stored`, `wanted`, `failures` in a row, `running`, and `error` of the last run if there was one
 */
GVariant *
kad_result_new_publication (const KadPublicationRow *row)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "kind", g_variant_new_string (kad_publication_kind_get_name (row->kind)));
  add_bytes (&builder, "key", row->key);
  add_text (&builder, "tag", row->tag, MAX_TEXT);
  add (&builder, "persistent", g_variant_new_boolean (row->persistent));
  add (&builder, "created_us", g_variant_new_int64 (row->created_us));
  add (&builder, "last_run_us", g_variant_new_int64 (row->last_run_us));
  add (&builder, "next_run_us", g_variant_new_int64 (row->next_run_us));
  add (&builder, "stored", g_variant_new_uint32 (row->stored));
  add (&builder, "wanted", g_variant_new_uint32 (row->wanted));
  add (&builder, "failures", g_variant_new_uint32 (row->n_failures));
  add (&builder, "running", g_variant_new_boolean (row->is_running));
  if (row->error != NULL)
    add (&builder, "error", kad_result_new_error (row->error));
  return g_variant_builder_end (&builder);
}

/* ---- events ---- */

static void
add_query (GVariantBuilder *builder, const KadEvent *event)
{
  add (builder, "query", g_variant_new_uint64 (event->query));
  add (builder, "kind", g_variant_new_string (kad_query_kind_get_name (event->kind)));
  add (builder, "run", g_variant_new_uint64 (event->run));
}

static void
add_stats (GVariantBuilder *builder, const KadEvent *event)
{
  add (builder, "outcome", g_variant_new_string (kad_outcome_get_name (event->outcome)));
  add (builder, "requests", g_variant_new_uint32 (event->stats.requests));
  add (builder, "successes", g_variant_new_uint32 (event->stats.successes));
  add (builder, "failures", g_variant_new_uint32 (event->stats.failures));
  add (builder, "duration_us", g_variant_new_int64 (event->stats.duration_us));
}

static void
add_step (GVariantBuilder *builder, const KadEvent *event)
{
  add (builder, "step", g_variant_new_string (kad_step_get_name (event->number)));
  if (kad_peer_id_is_set (&event->peer))
    add (builder, "distance_bits", g_variant_new_uint32 (event->distance_bits));
  add (builder, "duration_us", g_variant_new_int64 (event->stats.duration_us));
  if (event->number == KAD_STEP_REPLY && event->rtt_us >= 0)
    add (builder, "rtt_us", g_variant_new_int64 (event->rtt_us));
  add_counts (builder, &event->stats);
}

/* What came with it is not said here, only how much. */
static void
add_progress (GVariantBuilder *builder, const KadEvent *event)
{
  guint n_results = event->peers != NULL ? event->peers->len : 0;

  add (builder, "results", g_variant_new_uint32 (n_results + (event->record != NULL)));
  add (builder, "last", g_variant_new_boolean (event->is_last));
  add (builder, "duration_us", g_variant_new_int64 (event->stats.duration_us));
  add_counts (builder, &event->stats);
  if (event->total > 0)
    {
      add (builder, "done", g_variant_new_uint32 (event->done));
      add (builder, "total", g_variant_new_uint32 (event->total));
    }
  if (event->is_last)
    add (builder, "outcome", g_variant_new_string (kad_outcome_get_name (event->outcome)));
}

/* What `number` means depends on the type. */
static void
add_number (GVariantBuilder *builder, const KadEvent *event)
{
  switch (event->type)
    {
    case KAD_EVENT_JOINED:
      add (builder, "table", g_variant_new_uint32 (event->number));
      break;
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
      add (builder, "bucket", g_variant_new_uint32 (event->number));
      break;
    case KAD_EVENT_QUERY_STEP:
      add_step (builder, event);
      break;
    case KAD_EVENT_MODE_CHANGED:
      add (builder, "mode", g_variant_new_string (kad_mode_get_name (event->number)));
      break;
    case KAD_EVENT_RESUMED:
      add (builder, "slept_us", g_variant_new_int64 (event->span_us));
      add (builder, "testing", g_variant_new_uint32 (event->number));
      break;
    case KAD_EVENT_CLOCK_STEPPED:
      add (builder, "step_us", g_variant_new_int64 (event->span_us));
      break;
    case KAD_EVENT_RUN_PROGRESS:
      add (builder, "run", g_variant_new_uint64 (event->run));
      add (builder, "done", g_variant_new_uint32 (event->done));
      add (builder, "total", g_variant_new_uint32 (event->total));
      break;
    default:
      break;
    }
}

static const char *
get_text_name (KadEventType type)
{
  switch (type)
    {
    case KAD_EVENT_MODULE_FAILED:
      return "module";
    case KAD_EVENT_REQUEST_SERVED:
      return "request";
    case KAD_EVENT_RUN_PROGRESS:
      return "command";
    default:
      return "reason";
    }
}

static void
add_subjects (GVariantBuilder *builder, const KadEvent *event)
{
  if (kad_peer_id_is_set (&event->peer))
    add_peer (builder, "peer", &event->peer);
  if (kad_peer_id_is_set (&event->from))
    add_peer (builder, "from", &event->from);
  if (event->address != NULL)
    add (builder, "address", new_address (event->address));
  if (event->key != NULL)
    add_bytes (builder, "key", event->key);
  if (event->identity != NULL)
    add_text (builder, "agent", event->identity->agent, KAD_MAX_AGENT_BYTES);
  if (event->type == KAD_EVENT_ADDRESSES_CHANGED)
    add_info_addresses (builder, event->peers->pdata[0]);
  if (event->text != NULL)
    add_text (builder, get_text_name (event->type), event->text, MAX_TEXT);
}

/**
 * kad_result_new_module:
 * @module: a module
 *
 * Returns: (transfer floating): `name`, `version` and `summary` (null if it could not be asked),
 *   `file`, `state` (`loaded` or `failed`), `own` (whether it came with Kad), `commands` and
 *   `transports` that it provides, `error` (null, or why it failed, wholly or in part)
 */
GVariant *
kad_result_new_module (KadModule *module)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *file = kad_escape_peer_text (kad_module_get_file (module), -1, MAX_TEXT);
  gboolean is_loaded = kad_module_get_state (module) == KAD_MODULE_LOADED;

  add_text (&builder, "name", kad_module_get_name (module), MAX_TEXT);
  add_text (&builder, "version", kad_module_get_version (module), MAX_TEXT);
  add_text (&builder, "summary", kad_module_get_summary (module), MAX_TEXT);
  add (&builder, "file", g_variant_new_string (file));
  add (&builder, "state", g_variant_new_string (is_loaded ? "loaded" : "failed"));
  add (&builder, "own", g_variant_new_boolean (kad_module_is_own (module)));
  add (&builder, "commands", g_variant_new_strv (kad_module_get_commands (module), -1));
  add (&builder, "transports", g_variant_new_strv (kad_module_get_transports (module), -1));
  add_text (&builder, "error", kad_module_get_error (module), MAX_TEXT);
  return g_variant_builder_end (&builder);
}

/**
 * kad_result_new_event:
 * @event: an event
 *
 * Returns: (transfer floating): `event` with the type's name, then what the event
 *   carries: `query`, `kind` and `run`, `peer`, `from`, `address`, `key`, `agent`, `reason` (of a
 *   module `module`, of a request `request`), `addresses` where we listen now, `table`, `bucket`,
 *   `step` (with `distance_bits`, `duration_us`, `rtt_us` and counts) or `mode`, the statistics of
 * a query that got on or is finished, `publication`, `error`. docs/events.md has all of it.
 */
GVariant *
kad_result_new_event (const KadEvent *event)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "event", g_variant_new_string (kad_event_type_get_name (event->type)));
  if (event->query != 0)
    add_query (&builder, event);
  add_subjects (&builder, event);
  add_number (&builder, event);
  if (event->type == KAD_EVENT_QUERY_FINISHED)
    add_stats (&builder, event);
  else if (event->type == KAD_EVENT_QUERY_PROGRESS)
    add_progress (&builder, event);
  if (event->publication != NULL)
    add (&builder, "publication", kad_result_new_publication (event->publication));
  if (event->error != NULL)
    add (&builder, "error", kad_result_new_error (event->error));
  return g_variant_builder_end (&builder);
}
