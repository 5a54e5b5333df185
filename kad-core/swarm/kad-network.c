/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The swarm at work: what wires sockets, engine and handlers together.
 *
 * A turn of the loop: the reactor calls what is ready (connections feed replies
 * and requests into the engine), then the hook here runs:
 *   1. drain the engine: SEND goes to a stream, DIAL to the dials, EVENT to the
 *      dispatcher, whose handlers may ask for more; until nothing is left;
 *   2. flush every dirty connection;
 *   3. free the connections that ended;
 *   4. arm the one timer for the next deadline of engine and dispatcher.
 * Nothing is freed while one of its callbacks may still be on the stack.
 */
#include "kad-network.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sodium.h>
#include <sys/resource.h>

#include "kad-error.h"
#include "kad-network-private.h"
#include "kad-yamux.h"

#define KAD_GIVE_BACK_BYTES (16 * 1024 * 1024)
#define KAD_MAX_DRAIN_ROUNDS 1000
#define KAD_SWEEP_US (2 * G_USEC_PER_SEC)
#define KAD_SWEEP_SLOW_US (5 * G_USEC_PER_SEC)
#define KAD_REJOIN_FIRST_US (10 * G_USEC_PER_SEC)
#define KAD_REJOIN_LONGEST_US (300 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE_WITH_CODE (KadNetwork, kad_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KAD_TYPE_SWARM, kad_network_swarm_iface_init))

static void
arm_timer (KadNetwork *self)
{
  gint64 next = MIN (kad_engine_next_deadline (self->engine),
                     kad_dispatcher_next_deadline (self->dispatcher));

  if (next == KAD_TIME_NEVER)
    kad_reactor_disarm (self->reactor, &self->timer);
  else
    kad_reactor_arm (self->reactor, &self->timer, next);
}

static void
on_timer (gpointer user_data, gint64 now_us)
{
  KadNetwork *self = user_data;

  kad_engine_advance (self->engine, now_us);
  kad_dispatcher_advance (self->dispatcher, now_us);
}

static void
on_sweep (gpointer user_data, gint64 now_us)
{
  KadNetwork *self = user_data;
  gboolean is_busy;

  kad_network_check_clock (self);
  kad_network_sweep (self, now_us);
  is_busy = kad_connection_book_get_n_half_open (self->book) > 0;
  if (kad_connection_book_get_size (self->book) > 0)
    kad_reactor_arm (self->reactor, &self->sweep,
                     now_us + (is_busy ? KAD_SWEEP_US : KAD_SWEEP_SLOW_US));
}

/* Flushing may make others dirty, and one that breaks leaves the list: so no place in it is
 * remembered. What becomes dirty again meanwhile has its turn in the next round. */
static void
flush_dirty (KadNetwork *self)
{
  for (guint n = self->dirty->len; n > 0 && self->dirty->len > 0; n--)
    kad_connection_flush (g_ptr_array_steal_index_fast (self->dirty, self->dirty->len - 1));
}

/* After much was held the memory goes back to the system: the allocator would keep it. */
static void
give_back (KadNetwork *self, gint64 now_us)
{
  const gsize held = kad_reactor_get_charged (self->reactor);

  self->most_held = MAX (self->most_held, held);
  if (self->most_held < KAD_GIVE_BACK_BYTES || held > self->most_held / 4
      || now_us - self->gave_back_us < G_USEC_PER_SEC)
    return;
  self->most_held = held;
  self->gave_back_us = now_us;
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

/* What is asked for inside of the turn is met by the turn: another one would only cost. */
void
kad_network_wake (KadNetwork *self)
{
  if (!self->is_in_hook)
    kad_reactor_wake (self->reactor);
}

static void
on_turn (gpointer user_data, gint64 now_us)
{
  KadNetwork *self = user_data;
  gboolean is_busy = TRUE;

  if (!self->is_running)
    return;
  self->is_in_hook = TRUE;
  for (guint i = 0; i < KAD_MAX_DRAIN_ROUNDS && is_busy; i++)
    {
      is_busy = kad_network_drain (self) || self->dirty->len > 0;
      flush_dirty (self);
    }
  kad_network_shed (self);
  kad_network_trim (self, now_us);
  kad_network_bury (self);
  give_back (self, now_us);
  self->is_in_hook = FALSE;
  if (is_busy)
    kad_reactor_wake (self->reactor);
  arm_timer (self);
}

/* ---- life ---- */

static KadValidators *
make_validators (const KadNetworkConfig *config)
{
  KadValidators *validators = kad_validators_new ();

  kad_validators_add_public_key (validators);
  if (config->is_accept_any)
    kad_validators_add_accept_any (validators, config->max_record_bytes);
  return validators;
}

static KadRecordStore *
new_record_store (const KadKey *local, const KadLimits *limits)
{
  KadStoreLimits store = {
    .max_items = kad_limits_get (limits, KAD_LIMIT_RECORDS),
    .max_bytes = kad_limits_get (limits, KAD_LIMIT_RECORD_BYTES),
    .max_per_peer = kad_limits_get (limits, KAD_LIMIT_RECORDS_PER_PEER),
    .max_bytes_per_peer = kad_limits_get (limits, KAD_LIMIT_RECORD_BYTES_PER_PEER),
  };

  return kad_memory_record_store_new_limited (local, &store);
}

static KadProviderStore *
new_provider_store (const KadKey *local, const KadLimits *limits)
{
  KadStoreLimits store = {
    .max_items = kad_limits_get (limits, KAD_LIMIT_PROVIDER_RECORDS),
    .max_bytes = kad_limits_get (limits, KAD_LIMIT_PROVIDER_BYTES),
    .max_per_peer = kad_limits_get (limits, KAD_LIMIT_PROVIDER_RECORDS_PER_PEER),
    .max_bytes_per_peer = kad_limits_get (limits, KAD_LIMIT_PROVIDER_BYTES_PER_PEER),
  };

  return kad_memory_provider_store_new_limited (local, &store);
}

static void
make_engine (KadNetwork *self, const KadNetworkConfig *config)
{
  g_autoptr (KadValidators) validators = make_validators (config);
  gint64 now_us = kad_reactor_get_now (self->reactor);
  KadEngineConfig engine = { 0 };
  KadKey local;

  kad_key_init_from_peer (&local, &self->peer);
  engine.local = self->peer;
  engine.mode = config->mode;
  engine.max_record_bytes = config->max_record_bytes;
  engine.public_addresses_only = config->public_addresses_only;
  engine.wall.unix_us = kad_reactor_get_wall_time (self->reactor);
  engine.validators = validators;
  engine.limits = &self->limits;
  engine.records = new_record_store (&local, &self->limits);
  engine.providers = new_provider_store (&local, &self->limits);
  self->records = engine.records;
  self->providers = engine.providers;
  randombytes_buf (engine.seed, sizeof engine.seed);
  self->wall_offset_us = engine.wall.unix_us - now_us;
  self->started_us = now_us;
  self->identify_seq = engine.wall.unix_us / 1000;
  self->engine = kad_engine_new (&engine, now_us);
}

static gboolean
make_noise_identity (KadNetwork *self, GError **error)
{
  static const char *const muxers[] = { KAD_YAMUX_PROTOCOL, NULL };
  guint8 secret[32];

  randombytes_buf (secret, sizeof secret);
  self->noise_identity = kad_noise_identity_new (self->key, secret, muxers, error);
  sodium_memzero (secret, sizeof secret);
  return self->noise_identity != NULL;
}

/* A connection needs a descriptor. Without a bound below the process's, a flood takes them all and
 * nobody is let in, or out. */
static guint64
bound_connections (guint64 wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return wanted;
  if (limit.rlim_cur <= 2 * KAD_SPARE_DESCRIPTORS)
    return MIN (wanted, KAD_SPARE_DESCRIPTORS);
  return MIN (wanted, limit.rlim_cur - KAD_SPARE_DESCRIPTORS);
}

static void
set_limits (KadNetwork *self, const KadLimits *limits)
{
  guint64 *values = self->limits.values;

  if (limits != NULL)
    self->limits = *limits;
  else
    kad_limits_init (&self->limits);
  values[KAD_LIMIT_CONNECTIONS] = bound_connections (values[KAD_LIMIT_CONNECTIONS]);
  values[KAD_LIMIT_HALF_OPEN]
      = MIN (values[KAD_LIMIT_HALF_OPEN], MAX (values[KAD_LIMIT_CONNECTIONS] / 2, 1));
  values[KAD_LIMIT_HIGH_WATER] = MIN (values[KAD_LIMIT_HIGH_WATER], values[KAD_LIMIT_CONNECTIONS]);
  values[KAD_LIMIT_LOW_WATER] = MIN (values[KAD_LIMIT_LOW_WATER], values[KAD_LIMIT_HIGH_WATER]);
  kad_budget_set_limits (kad_reactor_get_budget (self->reactor), &self->limits);
}

static gint64
read_clock (gpointer user_data)
{
  return kad_reactor_read_clock (user_data);
}

static gint64
read_calendar (gpointer user_data)
{
  return kad_reactor_get_wall_time (user_data);
}

static gboolean
is_in_memory (GPtrArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    if (kad_multiaddr_get_scope (addresses->pdata[i]) != KAD_SCOPE_MEMORY)
      return FALSE;
  return addresses->len > 0;
}

KadNetwork *
kad_network_new (GMainContext *context, const KadNetworkConfig *config, GError **error)
{
  g_autoptr (KadNetwork) self = g_object_new (KAD_TYPE_NETWORK, NULL);

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "libsodium cannot start");
      return NULL;
    }
  self->context = g_main_context_ref (context);
  self->key = kad_private_key_ref (config->key);
  self->peer = *kad_public_key_get_peer_id (kad_private_key_get_public_key (self->key));
  self->protocol = g_strdup (config->protocol);
  self->agent = g_strdup (config->agent);
  self->public_addresses_only = config->public_addresses_only;
  self->is_accept_any = config->is_accept_any;
  self->data = g_strdup (config->data);
  self->transports = g_ptr_array_ref (config->transports);
  self->listen_on = g_ptr_array_ref (config->listen);
  self->bootstrap = g_ptr_array_ref (config->bootstrap);
  self->is_lenient = config->is_lenient;
  self->reactor = kad_reactor_new_with_clocks (context, config->clocks, error);
  if (self->reactor == NULL || !make_noise_identity (self, error))
    return NULL;

  kad_reactor_set_hook (self->reactor, on_turn, self);
  kad_network_renew_init (self);
  set_limits (self, config->limits);
  make_engine (self, config);
  self->dispatcher = kad_dispatcher_new (KAD_SWARM (self));
  kad_dispatcher_set_run_func (self->dispatcher, kad_network_run_ended, self);
  kad_dispatcher_set_clock (self->dispatcher, read_clock, self->reactor);
  kad_dispatcher_set_calendar (self->dispatcher, read_calendar, self->reactor);
  self->rpc = kad_rpc_new (self->reactor, self->protocol, kad_network_serve, self);
  self->exchange = kad_exchange_new (self->reactor, &kad_network_exchange_delegate, self);
  self->book = kad_connection_book_new (&self->limits);
  self->protections = kad_protections_new ();
  self->dials = kad_dials_new (self->reactor, self->transports, &self->limits,
                               &kad_network_dials_delegate, self);
  if (is_in_memory (self->listen_on))
    self->address_watch = kad_address_watch_new_blind (self->reactor);
  else
    {
      self->address_watch
          = kad_address_watch_new (self->reactor, kad_network_addresses_changed, self);
      kad_reactor_watch_clock (self->reactor);
    }
  kad_dials_set_global_names (self->dials, config->public_addresses_only);
  self->state = kad_network_state_new (self, config->folder, error);
  return self->state != NULL ? g_steal_pointer (&self) : NULL;
}

void
kad_network_rejoin_later (KadNetwork *self)
{
  kad_reactor_arm (self->reactor, &self->rejoin,
                   kad_reactor_get_now (self->reactor) + self->rejoin_delay_us);
  self->rejoin_delay_us = MIN (self->rejoin_delay_us * 2, KAD_REJOIN_LONGEST_US);
}

static void on_bootstrap_dialled (gpointer user_data, KadPeerSession *session, const GError *error);

static void
begin_bootstrap (KadNetwork *self)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };

  kad_engine_set_bootstrap (self->engine, self->bootstrap_infos);
  if (self->bootstrap_infos->len == 0 && self->bootstrap_failures->len > 0)
    {
      KadEvent *event = kad_event_new (KAD_EVENT_JOIN_FAILED);

      g_set_error (&event->error, KAD_ERROR, KAD_ERROR_OFFLINE,
                   "No bootstrap peer could be reached: %s", self->bootstrap_failures->str);
      kad_network_emit (self, event);
      kad_network_rejoin_later (self);
      return;
    }
  if (self->bootstrap_infos->len > 0)
    kad_engine_start_query (self->engine, &spec, kad_reactor_get_now (self->reactor));
}

static void
add_bootstrap_info (KadNetwork *self, const KadPeerId *peer, KadMultiaddr *address)
{
  KadPeerInfo *info = kad_peer_info_new (peer);

  kad_protections_add (self->protections, peer, "bootstrap", NULL);
  kad_dials_note_given (self->dials, peer, address);
  /* It may have been tried where it was in an earlier life. */
  kad_dials_clear_backoff (self->dials, peer);
  kad_peer_info_add_address (info, address);
  g_ptr_array_add (self->bootstrap_infos, info);
}

static void
on_bootstrap_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  KadNetwork *self = user_data;

  if (session != NULL)
    add_bootstrap_info (self, kad_connection_get_peer (session->connection),
                        kad_connection_get_remote_address (session->connection));
  else
    g_string_append_printf (self->bootstrap_failures, "%s%s",
                            self->bootstrap_failures->len > 0 ? "; " : "", error->message);
  if (--self->bootstrap_pending == 0)
    begin_bootstrap (self);
}

void
kad_network_name_bootstrap (KadNetwork *self)
{
  g_ptr_array_set_size (self->bootstrap_infos, 0);
  for (guint i = 0; i < self->bootstrap->len; i++)
    {
      KadEndpoint *endpoint = self->bootstrap->pdata[i];

      if (endpoint->address != NULL && kad_peer_id_is_set (&endpoint->peer))
        add_bootstrap_info (self, &endpoint->peer, endpoint->address);
    }
  kad_engine_set_bootstrap (self->engine, self->bootstrap_infos);
}

/* Who was named with a peer id goes to the engine; who was named by an address alone is
 * dialled first, to learn the id. */
void
kad_network_join_bootstrap (KadNetwork *self)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);

  if (self->bootstrap_pending > 0)
    return;
  g_ptr_array_set_size (self->bootstrap_infos, 0);
  g_string_truncate (self->bootstrap_failures, 0);
  for (guint i = 0; i < self->bootstrap->len; i++)
    {
      KadEndpoint *endpoint = self->bootstrap->pdata[i];
      g_autoptr (GPtrArray) addresses = NULL;

      if (endpoint->address == NULL)
        continue;
      if (kad_peer_id_is_set (&endpoint->peer))
        {
          add_bootstrap_info (self, &endpoint->peer, endpoint->address);
          continue;
        }
      addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
      g_ptr_array_add (addresses, kad_multiaddr_ref (endpoint->address));
      self->bootstrap_pending++;
      kad_dials_dial (self->dials, NULL, addresses, now_us + KAD_UPGRADE_TIMEOUT_US, "bootstrap",
                      TRUE, on_bootstrap_dialled, self);
    }
  if (self->bootstrap_pending == 0)
    begin_bootstrap (self);
}

static void
join (KadNetwork *self)
{
  if (!kad_network_warm_begin (self))
    kad_network_join_bootstrap (self);
}

void
kad_network_rejoin (KadNetwork *self)
{
  kad_reactor_disarm (self->reactor, &self->rejoin);
  self->rejoin_delay_us = KAD_REJOIN_FIRST_US;
  join (self);
}

/* The engine tries again by itself whom it knows by id. Those whose ids could not be learnt it
 * does not know, so they are dialled again here, unless somebody came to us meanwhile. */
static void
on_rejoin (gpointer user_data, gint64 now_us)
{
  KadNetwork *self = user_data;

  if (kad_network_get_table_size (self) == 0)
    join (self);
}

gboolean
kad_network_start (KadNetwork *self, GError **error)
{
  if (!kad_network_listen (self, error))
    return FALSE;
  self->is_running = TRUE;
  kad_network_state_start (self->state);
  join (self);
  kad_reactor_wake (self->reactor);
  return TRUE;
}

void
kad_network_stop (KadNetwork *self)
{
  g_autoptr (GError) error = NULL;

  if (self->dispatcher == NULL)
    return;
  self->is_running = FALSE;
  kad_network_warm_clear (self);
  g_clear_pointer (&self->state, kad_network_state_free);
  g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down");
  kad_network_unlisten (self);
  kad_dispatcher_fail_all (self->dispatcher, error);
  kad_network_operations_free (self);
  kad_network_publish_ops_free (self);
  g_clear_pointer (&self->dials, kad_dials_free);
  kad_network_close_all (self);
  kad_network_bury (self);
  kad_reactor_disarm (self->reactor, &self->timer);
  kad_reactor_disarm (self->reactor, &self->sweep);
  kad_reactor_disarm (self->reactor, &self->rejoin);
  kad_reactor_disarm (self->reactor, &self->renewal);
  kad_reactor_set_clock_funcs (self->reactor, NULL, NULL, NULL);
  /* Handlers hold the swarm, and the dispatcher holds them. */
  g_clear_pointer (&self->dispatcher, kad_dispatcher_free);
}

static void
kad_network_finalize (GObject *object)
{
  KadNetwork *self = KAD_NETWORK (object);

  kad_network_stop (self);
  g_clear_pointer (&self->state, kad_network_state_free);
  g_clear_pointer (&self->address_watch, kad_address_watch_free);
  /* These two may still have failures to tell the engine. */
  g_clear_pointer (&self->rpc, kad_rpc_free);
  g_clear_pointer (&self->exchange, kad_exchange_free);
  g_clear_pointer (&self->engine, kad_engine_free);
  g_clear_pointer (&self->book, kad_connection_book_free);
  g_clear_pointer (&self->protections, kad_protections_free);
  g_clear_pointer (&self->reactor, kad_reactor_free);
  g_clear_pointer (&self->noise_identity, kad_noise_identity_unref);
  kad_identify_cache_clear (&self->identify_cache);
  g_clear_pointer (&self->key, kad_private_key_unref);
  g_clear_pointer (&self->observed, kad_observed_address_free);
  g_ptr_array_unref (self->announced);
  g_clear_pointer (&self->transports, g_ptr_array_unref);
  g_clear_pointer (&self->listen_on, g_ptr_array_unref);
  g_clear_pointer (&self->bootstrap, g_ptr_array_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->listeners);
  g_ptr_array_unref (self->listen_failures);
  g_ptr_array_unref (self->dirty);
  g_ptr_array_unref (self->graveyard);
  g_ptr_array_unref (self->bootstrap_infos);
  g_string_free (self->bootstrap_failures, TRUE);
  g_hash_table_unref (self->operations);
  g_hash_table_unref (self->find_queries);
  kad_network_publish_ops_free (self);
  g_ptr_array_unref (self->unflushed);
  g_ptr_array_unref (self->flushes);
  g_queue_clear_full (&self->events, (GDestroyNotify) kad_event_unref);
  g_clear_pointer (&self->operation_stats, kad_operation_stats_free);
  g_free (self->data);
  g_free (self->protocol);
  g_free (self->agent);
  G_OBJECT_CLASS (kad_network_parent_class)->finalize (object);
}

static void
kad_network_class_init (KadNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_network_finalize;
}

static void
kad_network_init (KadNetwork *self)
{
  kad_timer_init (&self->timer, on_timer, self);
  kad_timer_init (&self->sweep, on_sweep, self);
  kad_timer_init (&self->rejoin, on_rejoin, self);
  kad_network_warm_init (self);
  self->rejoin_delay_us = KAD_REJOIN_FIRST_US;
  self->operation_stats = kad_operation_stats_new ();
  self->listeners = g_ptr_array_new ();
  self->listen_failures = g_ptr_array_new_with_free_func (g_free);
  self->announced = g_ptr_array_new ();
  self->observed = kad_observed_address_new ();
  self->dirty = g_ptr_array_new ();
  self->graveyard = g_ptr_array_new ();
  self->bootstrap_infos = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  self->bootstrap_failures = g_string_new (NULL);
  self->operations = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->find_queries = g_hash_table_new (g_int64_hash, g_int64_equal);
  kad_network_publish_ops_init (self);
  g_queue_init (&self->events);
}

/* ---- for the node ---- */

guint64
kad_network_run (KadNetwork *self, KadCommandHandler *handler, guint64 number,
                 KadResultFunc on_result, KadDoneFunc on_done, gpointer user_data)
{
  gint64 now_us = kad_reactor_look (self->reactor);

  kad_reactor_wake (self->reactor);
  return kad_dispatcher_run_numbered (self->dispatcher, handler, number, now_us, on_result, on_done,
                                      user_data);
}

void
kad_network_cancel (KadNetwork *self, guint64 run)
{
  kad_reactor_update_now (self->reactor);
  kad_dispatcher_cancel (self->dispatcher, run);
  kad_reactor_wake (self->reactor);
}

void
kad_network_set_tap (KadNetwork *self, KadEventFunc func, gpointer user_data)
{
  kad_dispatcher_set_tap (self->dispatcher, func, user_data);
}

void
kad_network_set_trace (KadNetwork *self, KadTraceFunc func, gpointer user_data)
{
  kad_dispatcher_set_trace (self->dispatcher, func, user_data);
  kad_engine_set_trace (self->engine, func != NULL);
}

const KadPeerId *
kad_network_get_peer (KadNetwork *self)
{
  return &self->peer;
}

guint
kad_network_get_table_size (KadNetwork *self)
{
  return kad_routing_table_get_size (kad_engine_get_table (self->engine));
}

guint
kad_network_get_n_connections (KadNetwork *self)
{
  return kad_connection_book_get_size (self->book);
}

gboolean
kad_network_is_server (KadNetwork *self)
{
  return kad_engine_is_server (self->engine);
}

KadMode
kad_network_get_mode (KadNetwork *self)
{
  return kad_engine_get_mode (self->engine);
}

gint64
kad_network_get_now (KadNetwork *self)
{
  return kad_reactor_get_now (self->reactor);
}
