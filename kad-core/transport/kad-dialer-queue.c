/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dialer-queue.h"

#include "kad-dialer.h"
#include "kad-error.h"
#include "kad-escape.h"

void
kad_dialer_queue_init (KadDialerQueue *self)
{
  *self = (KadDialerQueue){
    .waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref),
    .seen = g_hash_table_new_full (kad_multiaddr_hash, kad_multiaddr_equal,
                                   (GDestroyNotify) kad_multiaddr_unref, NULL),
    .reasons = g_string_new (NULL),
  };
}

void
kad_dialer_queue_clear (KadDialerQueue *self)
{
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->seen);
  g_string_free (self->reasons, TRUE);
}

gboolean
kad_dialer_queue_see (KadDialerQueue *self, KadMultiaddr *address)
{
  return g_hash_table_add (self->seen, kad_multiaddr_ref (address));
}

/* ---- which address first ---- */

/* Smaller is better: what is near is quick, and costs nobody. */
static guint
get_rank (const KadMultiaddr *address)
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
    case KAD_SCOPE_NAME:
      return 4;
    default:
      return 3;
    }
}

/* Linux takes the unspecified address for its own, so that 0.0.0.0 would reach what a filter
 * of loopback addresses keeps away. */
static const char *
find_fault (GPtrArray *transports, const KadMultiaddr *address)
{
  KadScope scope = kad_multiaddr_get_scope (address);
  guint16 port = 1;

  if (kad_dialer_find_transport (transports, address) == NULL)
    return kad_multiaddr_get_port (address, &port) ? "no transport dials such an address"
                                                   : "no transport dials such an address; it has "
                                                     "no port, as /ip4/192.0.2.7/tcp/4001 has";
  if (scope == KAD_SCOPE_UNSPECIFIED || scope == KAD_SCOPE_MULTICAST)
    return "it is not the address of a host";
  if (kad_multiaddr_get_port (address, &port) && port == 0)
    return "nobody can be reached at port 0";
  return NULL;
}

void
kad_dialer_queue_add (KadDialerQueue *self, GPtrArray *transports, KadMultiaddr *address)
{
  const char *fault;
  guint place;

  if (!kad_dialer_queue_see (self, address))
    return;
  fault = find_fault (transports, address);
  if (fault != NULL)
    {
      kad_dialer_queue_add_reason (self, address, fault);
      return;
    }
  for (place = self->waiting->len; place > 0; place--)
    if (get_rank (self->waiting->pdata[place - 1]) <= get_rank (address))
      break;
  g_ptr_array_insert (self->waiting, (int) place, kad_multiaddr_ref (address));
}

guint
kad_dialer_queue_get_length (const KadDialerQueue *self)
{
  return self->waiting->len;
}

KadMultiaddr *
kad_dialer_queue_pop (KadDialerQueue *self)
{
  return g_ptr_array_steal_index (self->waiting, 0);
}

/* ---- why not ---- */

void
kad_dialer_queue_add_reason (KadDialerQueue *self, const KadMultiaddr *address, const char *reason)
{
  g_autofree char *raw = kad_multiaddr_to_string (address);
  g_autofree char *text = kad_escape_peer_text (raw, -1, KAD_MAX_DIAL_REASON_BYTES);
  g_autofree char *why = kad_escape_peer_text (reason, -1, KAD_MAX_DIAL_REASON_BYTES);

  if (self->n_reasons == KAD_MAX_DIAL_REASONS)
    {
      self->n_untold++;
      return;
    }
  self->n_reasons++;
  if (self->reasons->len > 0)
    g_string_append (self->reasons, "; ");
  /* A transport's message usually names the address itself. */
  if (strstr (why, text) == NULL)
    g_string_append_printf (self->reasons, "%s: ", text);
  g_string_append (self->reasons, why);
}

void
kad_dialer_queue_leave_out (KadDialerQueue *self, guint n)
{
  self->n_untold += n;
}

GError *
kad_dialer_queue_new_error (KadDialerQueue *self, const KadPeerId *peer)
{
  g_autofree char *id = peer != NULL ? kad_peer_id_to_string (peer) : NULL;
  const char *whose = id != NULL ? id : "the peer";
  guint n_untold = self->n_untold + self->waiting->len;
  g_autofree char *rest
      = n_untold > 0 ? g_strdup_printf ("; and %u more addresses", n_untold) : NULL;

  if (self->reasons->len == 0 && n_untold == 0)
    return g_error_new (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "No address of %s is known", whose);
  return g_error_new (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "No address of %s could be connected: %s%s",
                      whose, self->reasons->str, rest != NULL ? rest : "");
}
