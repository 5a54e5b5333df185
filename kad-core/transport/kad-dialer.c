/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dialer.h"

#include "kad-dialer-queue.h"
#include "kad-resolution.h"

/* Connecting to a peer whose addresses are only claims
 * ----------------------------------------------------
 *
 * Some of a peer's addresses are dead, some blackholes. So they are tried side by side, as in
 * RFC 8305: the best one first, the next after KAD_DIAL_STAGGER_MS or as soon as one
 * fails, and the first that connects wins; the others are cancelled, and a link that
 * comes too late is dropped.
 *
 * Addresses with names are resolved meanwhile; what comes of them joins the queue by its
 * rank. A transport that wants names (`wants_names`) gets its addresses unresolved. Attempts,
 * lookups and what is looked at are bounded, whatever others claim.
 *
 * A Dial lives as long as its task; everything that is under way holds a reference
 * of the task. */

typedef struct
{
  GPtrArray *transports; /* (element-type KadTransport) */
  KadPeerId peer;        /* not set: whoever answers */
  KadDialFlags flags;
  KadDialGateFunc gate; /* (nullable) */
  gpointer gate_data;
  GCancellable *inner; /* what ends the attempts: the winner, or the caller */
  GSource *on_cancel;  /* (nullable) the caller's cancellable */
  GSource *stagger;    /* (nullable) while the next attempt has to wait */
  KadDialerQueue queue;
  guint n_started;
  guint n_running;
  guint n_resolving;
  guint n_lookups_left;
  gboolean is_over;
} Dial;

/* One attempt or resolution under way. */
typedef struct
{
  GTask *task; /* (owned) */
  KadMultiaddr *address;
} Attempt;

static void proceed (GTask *task);

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
dial_free (Dial *self)
{
  clear_source (&self->on_cancel);
  clear_source (&self->stagger);
  g_ptr_array_unref (self->transports);
  g_object_unref (self->inner);
  kad_dialer_queue_clear (&self->queue);
  g_free (self);
}

static const KadPeerId *
get_peer (const Dial *self)
{
  return kad_peer_id_is_set (&self->peer) ? &self->peer : NULL;
}

static Attempt *
attempt_new (GTask *task, KadMultiaddr *address)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->task = g_object_ref (task);
  attempt->address = kad_multiaddr_ref (address);
  return attempt;
}

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->task);
  kad_multiaddr_unref (attempt->address);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/* ---- which transport ---- */

/**
 * kad_dialer_find_transport: (skip)
 * @transports: (element-type KadTransport): those there are
 * @address: where to
 *
 * Returns: (transfer none) (nullable): the first that dials such an address
 */
KadTransport *
kad_dialer_find_transport (GPtrArray *transports, const KadMultiaddr *address)
{
  for (guint i = 0; i < transports->len; i++)
    if (kad_transport_can_dial (transports->pdata[i], address))
      return transports->pdata[i];
  return NULL;
}

/**
 * kad_dialer_find_listen_transport: (skip)
 * @transports: (element-type KadTransport): those there are
 * @address: where
 *
 * Returns: (transfer none) (nullable): the first that listens on such an address
 */
KadTransport *
kad_dialer_find_listen_transport (GPtrArray *transports, const KadMultiaddr *address)
{
  for (guint i = 0; i < transports->len; i++)
    if (kad_transport_can_listen (transports->pdata[i], address))
      return transports->pdata[i];
  return NULL;
}

/* ---- the end ---- */

static void
end (Dial *self)
{
  self->is_over = TRUE;
  clear_source (&self->on_cancel);
  clear_source (&self->stagger);
  g_cancellable_cancel (self->inner);
}

static void
succeed (GTask *task, KadLink *link)
{
  end (g_task_get_task_data (task));
  g_task_return_pointer (task, link, g_object_unref);
}

static void
give_up (GTask *task)
{
  Dial *self = g_task_get_task_data (task);

  end (self);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_error (task, kad_dialer_queue_new_error (&self->queue, get_peer (self)));
}

/* ---- attempts ---- */

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  Dial *self = g_task_get_task_data (attempt->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = NULL;

  link = kad_transport_dial_finish (KAD_TRANSPORT (source), result, &error);
  self->n_running--;
  if (self->is_over)
    return;
  if (link != NULL)
    {
      succeed (attempt->task, g_steal_pointer (&link));
      return;
    }
  kad_dialer_queue_add_reason (&self->queue, attempt->address, error->message);
  /* The next one need not wait for one that failed. */
  clear_source (&self->stagger);
  proceed (attempt->task);
}

static gboolean
on_stagger (gpointer user_data)
{
  GTask *task = user_data;
  Dial *self = g_task_get_task_data (task);

  clear_source (&self->stagger);
  proceed (task);
  return G_SOURCE_REMOVE;
}

static void
arm_stagger (GTask *task)
{
  Dial *self = g_task_get_task_data (task);

  self->stagger = g_timeout_source_new (KAD_DIAL_STAGGER_MS);
  g_source_set_callback (self->stagger, on_stagger, g_object_ref (task), g_object_unref);
  g_source_attach (self->stagger, g_task_get_context (task));
}

/* The best that the gate lets through; NULL: none. */
static KadMultiaddr *
pop_allowed (Dial *self)
{
  while (kad_dialer_queue_get_length (&self->queue) > 0)
    {
      g_autoptr (KadMultiaddr) best = kad_dialer_queue_pop (&self->queue);
      g_autoptr (GError) error = NULL;

      if (self->gate == NULL || self->gate (self->gate_data, best, &error))
        return g_steal_pointer (&best);
      kad_dialer_queue_add_reason (&self->queue, best, error->message);
    }
  return NULL;
}

/* FALSE: there is none that may be dialled. */
static gboolean
start_best (GTask *task)
{
  Dial *self = g_task_get_task_data (task);
  g_autoptr (KadMultiaddr) best = pop_allowed (self);

  if (best == NULL)
    return FALSE;
  self->n_started++;
  self->n_running++;
  kad_transport_dial_async (kad_dialer_find_transport (self->transports, best), best, self->inner,
                            on_dialled, attempt_new (task, best));
  return TRUE;
}

static gboolean
may_start (Dial *self)
{
  return kad_dialer_queue_get_length (&self->queue) > 0 && self->n_started < KAD_MAX_DIAL_ADDRESSES;
}

/* Does what can be done now: starts the next attempt, waits, or gives up. */
static void
proceed (GTask *task)
{
  Dial *self = g_task_get_task_data (task);

  if (self->is_over)
    return;
  if (may_start (self) && self->stagger == NULL && start_best (task)
      && (may_start (self) || self->n_resolving > 0))
    arm_stagger (task);
  if (self->n_running == 0 && self->n_resolving == 0 && !may_start (self))
    give_up (task);
}

/* ---- what is tried ---- */

/* What still has a name is for a transport that wants it so. */
static gboolean
may_resolve_to (const Dial *self, const KadMultiaddr *address)
{
  KadScope scope = kad_multiaddr_get_scope (address);

  return (self->flags & KAD_DIAL_GLOBAL_NAMES) == 0 || scope == KAD_SCOPE_GLOBAL
         || scope == KAD_SCOPE_NAME;
}

static void
add_resolved (Dial *self, KadMultiaddr *address)
{
  if (may_resolve_to (self, address))
    kad_dialer_queue_add (&self->queue, self->transports, address);
  else if (kad_dialer_queue_see (&self->queue, address))
    kad_dialer_queue_add_reason (
        &self->queue, address, "a name of the public network stands for it, and it is not global");
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  Dial *self = g_task_get_task_data (attempt->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = kad_resolution_run_finish (result, &error);

  self->n_resolving--;
  if (self->is_over)
    return;
  if (addresses == NULL)
    kad_dialer_queue_add_reason (&self->queue, attempt->address, error->message);
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    add_resolved (self, addresses->pdata[i]);
  proceed (attempt->task);
}

static gboolean
is_of_another (const Dial *self, const guint8 *id, gsize id_len)
{
  gsize len;
  const guint8 *wanted = kad_peer_id_get_data (&self->peer, &len);

  return id != NULL && get_peer (self) != NULL && (len != id_len || memcmp (id, wanted, len) != 0);
}

static void
consider (GTask *task, KadMultiaddr *address)
{
  Dial *self = g_task_get_task_data (task);
  const guint8 *id = NULL;
  gsize id_len = 0;
  g_autoptr (KadMultiaddr) bare = kad_multiaddr_split_peer (address, &id, &id_len);

  if (bare == NULL)
    kad_dialer_queue_add_reason (&self->queue, address, "it says who, not where");
  else if (is_of_another (self, id, id_len))
    kad_dialer_queue_add_reason (&self->queue, address, "it is another peer's");
  else if (!kad_resolution_is_needed (self->transports, bare))
    kad_dialer_queue_add (&self->queue, self->transports, bare);
  else if (kad_dialer_queue_see (&self->queue, bare))
    {
      self->n_resolving++;
      kad_resolution_run_async (self->transports, bare, get_peer (self), &self->n_lookups_left,
                                self->inner, on_resolved, attempt_new (task, bare));
    }
}

/* ---- the whole ---- */

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  Dial *self = g_task_get_task_data (task);

  if (!self->is_over)
    give_up (task);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (GTask *task, GCancellable *cancellable)
{
  Dial *self = g_task_get_task_data (task);

  if (cancellable == NULL)
    return;
  self->on_cancel = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->on_cancel, G_SOURCE_FUNC (on_cancelled), g_object_ref (task),
                         g_object_unref);
  g_source_attach (self->on_cancel, g_task_get_context (task));
}

static Dial *
dial_new (GPtrArray *transports, const KadPeerId *peer, KadDialFlags flags)
{
  Dial *self = g_new0 (Dial, 1);

  self->transports = g_ptr_array_ref (transports);
  if (peer != NULL)
    self->peer = *peer;
  self->flags = flags;
  self->inner = g_cancellable_new ();
  self->n_lookups_left = KAD_MAX_DIAL_LOOKUPS;
  kad_dialer_queue_init (&self->queue);
  return self;
}

/**
 * kad_dialer_dial_with_flags_async: (skip)
 * @transports: (element-type KadTransport): with what
 * @addresses: (element-type KadMultiaddr): where to, as many as there may be; a
 *   `/p2p/ID` at an end is cut off, and must be @peer's
 * @peer: (nullable): whom dnsaddr records shall name; whom the link reaches is not
 *   checked here
 * @flags: what names may stand for
 * @cancellable: (nullable): ends everything, also as a deadline
 * @callback: called in the thread-default context, never before this returns
 * @user_data: for @callback
 *
 * Connects to the first address that answers.
 */
void
kad_dialer_dial_with_flags_async (GPtrArray *transports, GPtrArray *addresses,
                                  const KadPeerId *peer, KadDialFlags flags,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  kad_dialer_dial_gated_async (transports, addresses, peer, flags, NULL, cancellable, callback,
                               user_data);
}

/**
 * kad_dialer_dial_gated_async: (skip)
 * @transports: (element-type KadTransport): with what
 * @addresses: (element-type KadMultiaddr): where to
 * @peer: (nullable): whose addresses they are
 * @flags: what names may stand for
 * @gate: (nullable): asked before each attempt
 * @cancellable: (nullable): ends everything, also as a deadline
 * @callback: called in the thread-default context, never before this returns
 * @user_data: for @gate and @callback
 *
 * Connects to the first address that answers, of those that @gate lets through.
 */
void
kad_dialer_dial_gated_async (GPtrArray *transports, GPtrArray *addresses, const KadPeerId *peer,
                             KadDialFlags flags, KadDialGateFunc gate, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Dial *self = dial_new (transports, peer, flags);
  guint n_considered = MIN (addresses->len, KAD_MAX_DIAL_CANDIDATES);

  g_task_set_source_tag (task, kad_dialer_dial_async);
  g_task_set_task_data (task, self, (GDestroyNotify) dial_free);
  self->gate = gate;
  self->gate_data = user_data;
  if (g_task_return_error_if_cancelled (task))
    return;
  watch_cancellable (task, cancellable);
  for (guint i = 0; i < n_considered; i++)
    consider (task, addresses->pdata[i]);
  kad_dialer_queue_leave_out (&self->queue, addresses->len - n_considered);
  proceed (task);
}

/**
 * kad_dialer_dial_async: (skip)
 * @transports: (element-type KadTransport): with what
 * @addresses: (element-type KadMultiaddr): where to
 * @peer: (nullable): whose addresses they are
 * @cancellable: (nullable): ends everything, also as a deadline
 * @callback: called in the thread-default context, never before this returns
 * @user_data: for @callback
 *
 * Connects to the first address that answers, as kad_dialer_dial_with_flags_async()
 * with %KAD_DIAL_ANYWHERE.
 */
void
kad_dialer_dial_async (GPtrArray *transports, GPtrArray *addresses, const KadPeerId *peer,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  kad_dialer_dial_with_flags_async (transports, addresses, peer, KAD_DIAL_ANYWHERE, cancellable,
                                    callback, user_data);
}

/**
 * kad_dialer_dial_finish: (skip)
 * @result: what the callback got
 * @error: %KAD_ERROR_DIAL_FAILED, which names every address and its reason;
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): a link
 */
KadLink *
kad_dialer_dial_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kad_dialer_dial_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
