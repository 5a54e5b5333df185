/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether others can reach us, and how we know. */
#include "kad-ip-part.h"
#include "kad-network-private.h"
#include "kad-scope.h"

/*
 * On the public network only one thing proves it: somebody came from a global address. Short of
 * that, two things disprove it: not listening, and being seen at an address that the machine does
 * not have, which is a router's. A router that forwards our port is found out by the first who
 * comes. Everything else is not known. Off the public network there is nothing to prove: whoever
 * is there reaches whoever listens.
 */

typedef struct
{
  const char *state, *why;
} Verdict;

static gboolean
is_own_ip (GPtrArray *addresses, const KadMultiaddr *ip)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autoptr (KadMultiaddr) own = kad_ip_part_new (addresses->pdata[i]);

      if (own != NULL && kad_multiaddr_equal (own, ip))
        return TRUE;
    }
  return FALSE;
}

static Verdict
judge (KadNetwork *self, GPtrArray *addresses, const KadMultiaddr *observed)
{
  const KadCounters *counters = kad_reactor_get_counters (self->reactor);
  g_autoptr (KadMultiaddr) ip = observed != NULL ? kad_ip_part_new (observed) : NULL;

  if (!self->public_addresses_only)
    return (Verdict){ "local", addresses->len > 0 ? "listening" : "not-listening" };
  if (counters->last_outside_us > 0)
    return (Verdict){ "public", "inbound-from-outside" };
  if (addresses->len == 0)
    return (Verdict){ "private", "not-listening" };
  if (ip != NULL && !is_own_ip (addresses, ip))
    return (Verdict){ "private", "behind-router" };
  return (Verdict){ "unknown", "nobody-came" };
}

GVariant *
kad_network_dup_reachability (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  const KadCounters *counters = kad_reactor_get_counters (self->reactor);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantBuilder) listening = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  g_autoptr (GPtrArray) addresses = kad_network_dup_addresses (self);
  KadMultiaddr *observed = kad_observed_address_get (self->observed);
  Verdict verdict = judge (self, addresses, observed);
  guint n_global = 0;

  for (guint i = 0; i < addresses->len; i++)
    {
      g_variant_builder_add_value (
          &listening, g_variant_new_take_string (kad_multiaddr_to_string (addresses->pdata[i])));
      n_global += kad_multiaddr_get_scope (addresses->pdata[i]) == KAD_SCOPE_GLOBAL;
    }
  g_variant_builder_add (&builder, "{sv}", "state", g_variant_new_string (verdict.state));
  g_variant_builder_add (&builder, "{sv}", "why", g_variant_new_string (verdict.why));
  g_variant_builder_add (&builder, "{sv}", "listening", g_variant_builder_end (&listening));
  g_variant_builder_add (&builder, "{sv}", "listening_global", g_variant_new_uint32 (n_global));
  if (observed != NULL)
    g_variant_builder_add (&builder, "{sv}", "observed_address",
                           g_variant_new_take_string (kad_multiaddr_to_string (observed)));
  g_variant_builder_add (&builder, "{sv}", "observers",
                         g_variant_new_uint32 (kad_observed_address_get_n_votes (self->observed)));
  g_variant_builder_add (&builder, "{sv}", "inbound",
                         g_variant_new_uint64 (counters->inbound.n_opened));
  g_variant_builder_add (&builder, "{sv}", "inbound_from_outside",
                         g_variant_new_uint64 (counters->n_from_outside));
  if (counters->last_outside_us > 0)
    g_variant_builder_add (&builder, "{sv}", "last_from_outside_us",
                           g_variant_new_int64 (counters->last_outside_us + self->wall_offset_us));
  g_variant_builder_add (&builder, "{sv}", "online",
                         g_variant_new_boolean (kad_address_watch_is_online (self->address_watch)));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
