/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"

#include "kad-error.h"

static void fake_swarm_iface_init (KadSwarmInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSwarm, fake_swarm, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KAD_TYPE_SWARM, fake_swarm_iface_init))

static void
finalize (GObject *object)
{
  FakeSwarm *self = FAKE_SWARM (object);

  g_ptr_array_unref (self->calls);
  g_clear_pointer (&self->spec.key, g_bytes_unref);
  g_clear_pointer (&self->spec.value, g_bytes_unref);
  g_clear_pointer (&self->endpoint, kad_endpoint_free);
  g_clear_pointer (&self->request, kad_message_unref);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->table, g_ptr_array_unref);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_pointer (&self->publications, g_ptr_array_unref);
  g_clear_pointer (&self->published, kad_publication_row_free);
  g_clear_pointer (&self->queries, g_ptr_array_unref);
  g_clear_pointer (&self->buckets, g_ptr_array_unref);
  G_OBJECT_CLASS (fake_swarm_parent_class)->finalize (object);
}

static void
fake_swarm_class_init (FakeSwarmClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
fake_swarm_init (FakeSwarm *self)
{
  self->calls = g_ptr_array_new_with_free_func (g_free);
}

static void G_GNUC_PRINTF (2, 3) note (KadSwarm *swarm, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (FAKE_SWARM (swarm)->calls, g_strdup_vprintf (format, args));
  va_end (args);
}

static KadQueryId
start_query (KadSwarm *swarm, const KadQuerySpec *spec)
{
  FakeSwarm *self = FAKE_SWARM (swarm);

  note (swarm, "start-query %s", kad_query_kind_get_name (spec->kind));
  g_clear_pointer (&self->spec.key, g_bytes_unref);
  g_clear_pointer (&self->spec.value, g_bytes_unref);
  self->spec = *spec;
  self->spec.key = spec->key != NULL ? g_bytes_ref (spec->key) : NULL;
  self->spec.value = spec->value != NULL ? g_bytes_ref (spec->value) : NULL;
  self->timeout_us = spec->timeout_us;
  return ++self->last_id;
}

static void
cancel (KadSwarm *swarm, KadQueryId query)
{
  note (swarm, "cancel %" G_GUINT64_FORMAT, query);
}

static KadQueryId
start_operation (KadSwarm *swarm, const char *name, const KadEndpoint *endpoint, gint64 timeout_us)
{
  FakeSwarm *self = FAKE_SWARM (swarm);
  g_autofree char *text = kad_endpoint_to_string (endpoint);

  note (swarm, "%s %s", name, text);
  g_clear_pointer (&self->endpoint, kad_endpoint_free);
  self->endpoint = kad_endpoint_copy (endpoint);
  self->timeout_us = timeout_us;
  return ++self->last_id;
}

static KadQueryId
dial (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return start_operation (swarm, "dial", endpoint, timeout_us);
}

static KadQueryId
ping (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return start_operation (swarm, "ping", endpoint, timeout_us);
}

static KadQueryId
identify (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return start_operation (swarm, "identify", endpoint, timeout_us);
}

static KadQueryId
ask (KadSwarm *swarm, const KadEndpoint *endpoint, KadMessage *request, gint64 timeout_us)
{
  FakeSwarm *self = FAKE_SWARM (swarm);

  g_clear_pointer (&self->request, kad_message_unref);
  self->request = kad_message_ref (request);
  return start_operation (swarm, "ask", endpoint, timeout_us);
}

static gboolean
answer_at_once (KadSwarm *swarm, GError **error)
{
  FakeSwarm *self = FAKE_SWARM (swarm);

  if (self->refusal == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->refusal));
  return FALSE;
}

static gboolean
hang_up (KadSwarm *swarm, const KadPeerId *peer, GError **error)
{
  g_autofree char *text = kad_peer_id_to_string (peer);

  note (swarm, "hang-up %s", text);
  return answer_at_once (swarm, error);
}

static gboolean
protect_peer (KadSwarm *swarm, const KadPeerId *peer, const char *tag, GError **error)
{
  g_autofree char *text = kad_peer_id_to_string (peer);

  note (swarm, "protect %s %s", text, tag);
  return answer_at_once (swarm, error);
}

/* Another tag is left always. */
static gboolean
unprotect_peer (KadSwarm *swarm, const KadPeerId *peer, const char *tag, gboolean *is_still,
                GError **error)
{
  g_autofree char *text = kad_peer_id_to_string (peer);

  note (swarm, "unprotect %s %s", text, tag);
  *is_still = TRUE;
  return answer_at_once (swarm, error);
}

static gboolean
stop_provide (KadSwarm *swarm, GBytes *key, GError **error)
{
  note (swarm, "stop-provide %" G_GSIZE_FORMAT, g_bytes_get_size (key));
  return answer_at_once (swarm, error);
}

static gboolean
remove_record (KadSwarm *swarm, GBytes *key, GError **error)
{
  note (swarm, "remove-record %" G_GSIZE_FORMAT, g_bytes_get_size (key));
  return answer_at_once (swarm, error);
}

static GPtrArray *
take_rows (GPtrArray **rows)
{
  return *rows != NULL ? g_steal_pointer (rows) : g_ptr_array_new ();
}

static GPtrArray *
dup_table (KadSwarm *swarm)
{
  return take_rows (&FAKE_SWARM (swarm)->table);
}

/* Out of what dup_table() would give. */
static KadTableRow *
dup_table_row (KadSwarm *swarm, const KadPeerId *peer)
{
  GPtrArray *table = FAKE_SWARM (swarm)->table;

  for (guint i = 0; table != NULL && i < table->len; i++)
    {
      const KadTableRow *row = table->pdata[i];

      if (kad_peer_id_equal (kad_peer_info_get_peer (row->info), peer))
        return kad_table_row_copy (row);
    }
  return NULL;
}

static GPtrArray *
dup_buckets (KadSwarm *swarm)
{
  return take_rows (&FAKE_SWARM (swarm)->buckets);
}

static GPtrArray *
dup_connections (KadSwarm *swarm)
{
  return take_rows (&FAKE_SWARM (swarm)->connections);
}

static GPtrArray *
dup_queries (KadSwarm *swarm)
{
  return take_rows (&FAKE_SWARM (swarm)->queries);
}

static GPtrArray *
dup_records (KadSwarm *swarm, guint from, guint limit)
{
  note (swarm, "dup-records %u %u", from, limit);
  return take_rows (&FAKE_SWARM (swarm)->held);
}

static GPtrArray *
dup_providers (KadSwarm *swarm, guint from, guint limit)
{
  note (swarm, "dup-providers %u %u", from, limit);
  return take_rows (&FAKE_SWARM (swarm)->held);
}

static KadIdentity *
dup_identity (KadSwarm *swarm)
{
  KadIdentity *identity = kad_identity_new ();

  fake_peer_id (&identity->peer, FAKE_PEER_A);
  identity->agent = g_strdup ("kad/0.1.0");
  return identity;
}

static KadQueryId
publish (KadSwarm *swarm, const KadPublicationSpec *spec)
{
  FakeSwarm *self = FAKE_SWARM (swarm);

  note (swarm, "publish %s%s%s", kad_publication_kind_get_name (spec->kind),
        spec->persistent ? " persistent" : "", spec->refresh ? " refresh" : "");
  g_clear_pointer (&self->published, kad_publication_row_free);
  self->published = kad_publication_row_new (spec->kind, spec->key, spec->value,
                                             spec->tag != NULL ? spec->tag : "");
  return ++self->last_id;
}

static KadQueryId
unpublish (KadSwarm *swarm, KadPublicationKind kind, GBytes *key, const char *tag)
{
  FakeSwarm *self = FAKE_SWARM (swarm);

  note (swarm, "unpublish %s", kad_publication_kind_get_name (kind));
  g_clear_pointer (&self->published, kad_publication_row_free);
  self->published = kad_publication_row_new (kind, key, NULL, tag);
  return ++self->last_id;
}

static gboolean
refresh_publication (KadSwarm *swarm, KadPublicationKind kind, GBytes *key, GError **error)
{
  note (swarm, "refresh-publication %s %" G_GSIZE_FORMAT, kad_publication_kind_get_name (kind),
        g_bytes_get_size (key));
  return answer_at_once (swarm, error);
}

static GPtrArray *
dup_publications (KadSwarm *swarm)
{
  return take_rows (&FAKE_SWARM (swarm)->publications);
}

static void
set_mode (KadSwarm *swarm, KadMode mode)
{
  note (swarm, "set-mode %s", kad_mode_get_name (mode));
}

static void
keep_quiet (KadSwarm *swarm, gboolean quiet)
{
  note (swarm, "keep-quiet %s", quiet ? "yes" : "no");
}

static guint
renew (KadSwarm *swarm, const char *reason, gint64 slept_us, gboolean *is_joining)
{
  note (swarm, "renew %s %" G_GINT64_FORMAT, reason, slept_us);
  *is_joining = FAKE_SWARM (swarm)->is_joining;
  return FAKE_SWARM (swarm)->n_testing;
}

static guint64
free_memory (KadSwarm *swarm)
{
  note (swarm, "free-memory");
  return FAKE_SWARM (swarm)->freed_bytes;
}

static GVariant *
parse_dict (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *dict
      = g_variant_parse (G_VARIANT_TYPE_VARDICT, text != NULL ? text : "{}", NULL, NULL, &error);

  g_assert_no_error (error);
  return dict;
}

static GVariant *
dup_stats (KadSwarm *swarm)
{
  return parse_dict (FAKE_SWARM (swarm)->stats);
}

static GVariant *
dup_reachability (KadSwarm *swarm)
{
  return parse_dict (FAKE_SWARM (swarm)->reachability);
}

static void
fake_swarm_iface_init (KadSwarmInterface *iface)
{
  iface->start_query = start_query;
  iface->cancel = cancel;
  iface->dial = dial;
  iface->ping = ping;
  iface->identify = identify;
  iface->ask = ask;
  iface->hang_up = hang_up;
  iface->protect_peer = protect_peer;
  iface->unprotect_peer = unprotect_peer;
  iface->stop_provide = stop_provide;
  iface->remove_record = remove_record;
  iface->dup_table = dup_table;
  iface->dup_table_row = dup_table_row;
  iface->dup_buckets = dup_buckets;
  iface->dup_connections = dup_connections;
  iface->dup_records = dup_records;
  iface->dup_providers = dup_providers;
  iface->dup_identity = dup_identity;
  iface->publish = publish;
  iface->unpublish = unpublish;
  iface->refresh_publication = refresh_publication;
  iface->dup_publications = dup_publications;
  iface->set_mode = set_mode;
  iface->dup_stats = dup_stats;
  iface->dup_reachability = dup_reachability;
  iface->dup_queries = dup_queries;
  iface->keep_quiet = keep_quiet;
  iface->renew = renew;
  iface->free_memory = free_memory;
}

FakeSwarm *
fake_swarm_new (void)
{
  return g_object_new (FAKE_TYPE_SWARM, NULL);
}

const char *
fake_swarm_get_last_call (FakeSwarm *self)
{
  return self->calls->len > 0 ? self->calls->pdata[self->calls->len - 1] : "";
}

gboolean
fake_swarm_has_call (FakeSwarm *self, const char *call)
{
  return g_ptr_array_find_with_equal_func (self->calls, call, g_str_equal, NULL);
}

/* ---- the bench ---- */

static void
note_progress (KadEvent *event, gpointer user_data)
{
  FakeBench *self = user_data;

  if (event->type == KAD_EVENT_RUN_PROGRESS)
    g_string_append_printf (self->progress, " %u/%u", event->done, event->total);
}

void
fake_bench_init (FakeBench *self)
{
  *self = (FakeBench){ 0 };
  self->swarm = fake_swarm_new ();
  self->dispatcher = kad_dispatcher_new (KAD_SWARM (self->swarm));
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->progress = g_string_new (NULL);
  kad_dispatcher_set_tap (self->dispatcher, note_progress, self);
}

void
fake_bench_clear (FakeBench *self)
{
  g_clear_pointer (&self->dispatcher, kad_dispatcher_free);
  g_assert_finalize_object (self->swarm);
  self->swarm = NULL;
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_string_free (self->progress, TRUE);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_clear_error (&self->error);
}

static void
on_result (GVariant *result, gpointer user_data)
{
  FakeBench *self = user_data;

  g_ptr_array_add (self->results, g_variant_ref (result));
  if (self->cancel_after != 0 && self->results->len == self->cancel_after)
    kad_dispatcher_cancel (self->dispatcher, self->run);
}

static void
on_done (GVariant *summary, const GError *error, gpointer user_data)
{
  FakeBench *self = user_data;

  g_assert_true ((summary == NULL) != (error == NULL));
  self->n_done++;
  g_clear_pointer (&self->summary, g_variant_unref);
  g_clear_error (&self->error);
  if (summary != NULL)
    self->summary = g_variant_ref (summary);
  else
    self->error = g_error_copy (error);
}

static GVariant *
parse_options (const char *options)
{
  g_autoptr (GError) error = NULL;
  GVariant *parsed;

  if (options == NULL)
    return NULL;
  parsed = g_variant_parse (G_VARIANT_TYPE_VARDICT, options, NULL, NULL, &error);
  g_assert_no_error (error);
  return parsed;
}

void
fake_bench_run_handler (FakeBench *self, KadCommandHandler *handler)
{
  self->run = kad_dispatcher_run (self->dispatcher, handler, 0, on_result, on_done, self);
}

void
fake_bench_run (FakeBench *self, const char *command, const char *options)
{
  g_autoptr (GVariant) parsed = parse_options (options);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCommandHandler) handler = NULL;

  handler = kad_command_registry_create (command, parsed, &error);
  g_assert_no_error (error);
  fake_bench_run_handler (self, handler);
}

GError *
fake_bench_refuse (const char *command, const char *options)
{
  g_autoptr (GVariant) parsed = parse_options (options);
  GError *error = NULL;

  g_assert_null (kad_command_registry_create (command, parsed, &error));
  g_assert_nonnull (error);
  return error;
}

KadEvent *
fake_bench_new_event (FakeBench *self)
{
  return kad_event_new_progress (self->swarm->last_id, self->swarm->spec.kind);
}

void
fake_bench_deliver (FakeBench *self, KadEvent *event)
{
  kad_dispatcher_deliver (self->dispatcher, event);
}

void
fake_bench_end (FakeBench *self, KadOutcome outcome)
{
  KadEvent *event = fake_bench_new_event (self);

  event->is_last = TRUE;
  event->outcome = outcome;
  event->stats.requests = 7;
  event->stats.successes = 5;
  event->stats.failures = 2;
  event->stats.duration_us = 1234;
  fake_bench_deliver (self, event);
}

void
fake_bench_end_with_error (FakeBench *self, GError *error)
{
  KadEvent *event = fake_bench_new_event (self);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_FAILED;
  event->error = error;
  fake_bench_deliver (self, event);
}

char *
fake_bench_dup_result (FakeBench *self, guint index)
{
  g_assert_cmpuint (index, <, self->results->len);
  return g_variant_print (self->results->pdata[index], FALSE);
}

void
fake_bench_assert_error (FakeBench *self, KadError code)
{
  g_assert_cmpuint (self->n_done, ==, 1);
  g_assert_error (self->error, KAD_ERROR, (gint) code);
}

const char *
fake_bench_get_outcome (FakeBench *self)
{
  const char *outcome = NULL;

  g_assert_no_error (self->error);
  g_assert_cmpuint (self->n_done, ==, 1);
  g_assert_true (g_variant_lookup (self->summary, "outcome", "&s", &outcome));
  return outcome;
}

guint
fake_bench_get_number (FakeBench *self, const char *name)
{
  guint number = 0;

  g_assert_nonnull (self->summary);
  g_assert_true (g_variant_lookup (self->summary, name, "u", &number));
  return number;
}

void
fake_peer_id (KadPeerId *self, const char *peer)
{
  g_autoptr (GError) error = NULL;

  kad_peer_id_parse (self, peer, &error);
  g_assert_no_error (error);
}

KadPeerInfo *
fake_peer_new (const char *peer, ...)
{
  const char *text;
  KadPeerInfo *info;
  KadPeerId id;
  va_list args;

  fake_peer_id (&id, peer);
  info = kad_peer_info_new (&id);
  va_start (args, peer);
  while ((text = va_arg (args, const char *)) != NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, &error);

      g_assert_no_error (error);
      g_assert_true (kad_peer_info_add_address (info, address));
    }
  va_end (args);
  return info;
}
