/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dialer.h"

#include "kad-error.h"
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
 * preference. A transport that wants names (`wants_names`) gets its addresses
 * unresolved. At most KAD_MAX_DIAL_ADDRESSES attempts are made and as many names
 * resolved in one dial, whatever others claim.
 *
 * A Dial lives as long as its task; everything that is under way holds a reference
 * of the task. */

#define KAD_MAX_CONSIDERED_ADDRESSES 128

typedef struct
{
  KadMultiaddr *address;
  guint preference; /* smaller is better */
} Candidate;

typedef struct
{
  GPtrArray *transports; /* (element-type KadTransport) */
  KadPeerId peer;
  GCancellable *inner; /* what ends the attempts: the winner, or the caller */
  GSource *on_cancel;  /* (nullable) the caller's cancellable */
  GSource *stagger;    /* (nullable) while the next attempt has to wait */
  GPtrArray *waiting;  /* (element-type Candidate) best first */
  GHashTable *seen;    /* (element-type KadMultiaddr) */
  GString *reasons;
  guint n_started;
  guint n_running;
  guint n_resolving;
  guint n_resolved;
  guint n_left_out;
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
candidate_free (Candidate *candidate)
{
  kad_multiaddr_unref (candidate->address);
  g_free (candidate);
}

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
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->seen);
  g_string_free (self->reasons, TRUE);
  g_free (self);
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

/* ---- which address first ---- */

static guint
get_preference (const KadMultiaddr *address)
{
  switch (kad_multiaddr_get_scope (address))
    {
    case KAD_SCOPE_MEMORY:
    case KAD_SCOPE_LOOPBACK:
      return 0;
    case KAD_SCOPE_LINK_LOCAL:
    case KAD_SCOPE_PRIVATE:
    case KAD_SCOPE_CGNAT:
      return 1;
    case KAD_SCOPE_GLOBAL:
      return 2;
    default:
      return 3;
    }
}

static void
add_reason (Dial *self, const KadMultiaddr *address, const char *reason)
{
  g_autofree char *text = kad_multiaddr_to_string (address);

  if (self->reasons->len > 0)
    g_string_append (self->reasons, "; ");
  /* A transport's message usually names the address itself. */
  if (strstr (reason, text) == NULL)
    g_string_append_printf (self->reasons, "%s: ", text);
  g_string_append (self->reasons, reason);
}

/* Behind all that are as good: equals stay in the order in which they came. */
static void
add_candidate (Dial *self, KadMultiaddr *address)
{
  Candidate *candidate;
  guint place;

  if (!g_hash_table_add (self->seen, kad_multiaddr_ref (address)))
    return;
  if (kad_dialer_find_transport (self->transports, address) == NULL)
    {
      add_reason (self, address, "no transport dials such an address");
      return;
    }
  candidate = g_new0 (Candidate, 1);
  candidate->address = kad_multiaddr_ref (address);
  candidate->preference = get_preference (address);
  for (place = self->waiting->len; place > 0; place--)
    if (((Candidate *) self->waiting->pdata[place - 1])->preference <= candidate->preference)
      break;
  g_ptr_array_insert (self->waiting, (int) place, candidate);
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
  g_autofree char *peer
      = kad_peer_id_is_set (&self->peer) ? kad_peer_id_to_string (&self->peer) : NULL;
  g_autofree char *left_out = NULL;

  end (self);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->n_left_out > 0)
    left_out = g_strdup_printf ("; %u more were not tried", self->n_left_out);
  if (self->reasons->len > 0)
    g_task_return_new_error (
        task, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "No address of %s could be connected: %s%s",
        peer != NULL ? peer : "the peer", self->reasons->str, left_out != NULL ? left_out : "");
  else
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "No address of %s is known",
                             peer != NULL ? peer : "the peer");
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
  add_reason (self, attempt->address, error->message);
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

static void
start_best (GTask *task)
{
  Dial *self = g_task_get_task_data (task);
  Candidate *best = g_ptr_array_steal_index (self->waiting, 0);
  KadTransport *transport = kad_dialer_find_transport (self->transports, best->address);

  self->n_started++;
  self->n_running++;
  kad_transport_dial_async (transport, best->address, self->inner, on_dialled,
                            attempt_new (task, best->address));
  candidate_free (best);
}

static gboolean
may_start (Dial *self)
{
  return !g_cancellable_is_cancelled (self->inner) && self->waiting->len > 0
         && self->n_started < KAD_MAX_DIAL_ADDRESSES;
}

/* Does what can be done now: starts the next attempt, waits, or gives up. */
static void
proceed (GTask *task)
{
  Dial *self = g_task_get_task_data (task);

  if (self->is_over)
    return;
  if (may_start (self) && self->stagger == NULL)
    {
      start_best (task);
      if (may_start (self))
        arm_stagger (task);
    }
  if (self->n_running == 0 && self->n_resolving == 0 && !may_start (self))
    {
      self->n_left_out += self->waiting->len;
      give_up (task);
    }
}

/* ---- names ---- */

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
    add_reason (self, attempt->address, error->message);
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    add_candidate (self, addresses->pdata[i]);
  proceed (attempt->task);
}

static gboolean
is_wanted_with_name (Dial *self, const KadMultiaddr *address)
{
  KadTransport *transport = kad_dialer_find_transport (self->transports, address);

  return transport != NULL && KAD_TRANSPORT_GET_CLASS (transport)->wants_names;
}

static void
consider (GTask *task, KadMultiaddr *address)
{
  Dial *self = g_task_get_task_data (task);
  const guint8 *id = NULL;
  gsize id_len;
  g_autoptr (KadMultiaddr) bare = kad_multiaddr_split_peer (address, &id, &id_len);

  if (bare == NULL)
    return;
  if (!kad_resolution_is_needed (bare) || is_wanted_with_name (self, bare))
    {
      add_candidate (self, bare);
      return;
    }
  if (!g_hash_table_add (self->seen, kad_multiaddr_ref (bare)))
    return;
  if (self->n_resolved == KAD_MAX_DIAL_ADDRESSES)
    {
      self->n_left_out++;
      return;
    }
  self->n_resolved++;
  self->n_resolving++;
  kad_resolution_run_async (bare, kad_peer_id_is_set (&self->peer) ? &self->peer : NULL,
                            self->inner, on_resolved, attempt_new (task, bare));
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
dial_new (GPtrArray *transports, const KadPeerId *peer)
{
  Dial *self = g_new0 (Dial, 1);

  self->transports = g_ptr_array_ref (transports);
  if (peer != NULL)
    self->peer = *peer;
  self->inner = g_cancellable_new ();
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
  self->seen = g_hash_table_new_full (kad_multiaddr_hash, kad_multiaddr_equal,
                                      (GDestroyNotify) kad_multiaddr_unref, NULL);
  self->reasons = g_string_new (NULL);
  return self;
}

/**
 * kad_dialer_dial_async: (skip)
 * @transports: (element-type KadTransport): with what
 * @addresses: (element-type KadMultiaddr): where to, as many as there may be; a
 *   `/p2p/ID` at an end is cut off
 * @peer: (nullable): whom dnsaddr records shall name; whom the link reaches is not
 *   checked here
 * @cancellable: (nullable): ends everything, also as a deadline
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Connects to the first address that answers.
 */
void
kad_dialer_dial_async (GPtrArray *transports, GPtrArray *addresses, const KadPeerId *peer,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Dial *self = dial_new (transports, peer);
  guint n_considered = MIN (addresses->len, KAD_MAX_CONSIDERED_ADDRESSES);

  g_task_set_source_tag (task, kad_dialer_dial_async);
  g_task_set_task_data (task, self, (GDestroyNotify) dial_free);
  self->n_left_out = addresses->len - n_considered;
  watch_cancellable (task, cancellable);
  for (guint i = 0; i < n_considered; i++)
    consider (task, addresses->pdata[i]);
  proceed (task);
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
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
