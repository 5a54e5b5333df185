/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-observed-address.h"

#include "kad-ip-part.h"
#include "kad-ip-tally.h"

typedef struct
{
  KadPeerId peer;
  guint64 group; /* 0: of none, it is not at a global address */
  KadMultiaddr *observed;
  KadMultiaddr *ip;
} Said;

struct _KadObservedAddress
{
  GArray *said; /* (element-type Said) oldest first */
  KadMultiaddr *address;
  KadMultiaddr *ip;
};

static void
said_clear (gpointer data)
{
  Said *said = data;

  kad_multiaddr_unref (said->observed);
  kad_multiaddr_unref (said->ip);
}

KadObservedAddress *
kad_observed_address_new (void)
{
  KadObservedAddress *self = g_new0 (KadObservedAddress, 1);

  self->said = g_array_new (FALSE, FALSE, sizeof (Said));
  g_array_set_clear_func (self->said, said_clear);
  return self;
}

void
kad_observed_address_free (KadObservedAddress *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->said);
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_clear_pointer (&self->ip, kad_multiaddr_unref);
  g_free (self);
}

static const Said *
get_said (const KadObservedAddress *self, guint i)
{
  return &g_array_index (self->said, Said, i);
}

/* Whether an earlier one says the same and counts for this one's group. */
static gboolean
is_counted (const KadObservedAddress *self, guint i)
{
  const Said *said = get_said (self, i);

  for (guint j = 0; said->group != 0 && j < i; j++)
    if (get_said (self, j)->group == said->group
        && kad_multiaddr_equal (get_said (self, j)->ip, said->ip))
      return TRUE;
  return FALSE;
}

static guint
count_votes (const KadObservedAddress *self, const KadMultiaddr *ip)
{
  guint n = 0;

  for (guint i = 0; i < self->said->len; i++)
    if (kad_multiaddr_equal (get_said (self, i)->ip, ip) && !is_counted (self, i))
      n++;
  return n;
}

static gboolean
may_choose (const KadObservedAddress *self, const Said *said, guint n_votes)
{
  return n_votes >= KAD_OBSERVERS_WANTED || (self->said->len == 1 && said->group == 0);
}

/* The one with most votes; of as many, the one that counts already, else the newest. */
static gboolean
choose (KadObservedAddress *self)
{
  const Said *best = NULL;
  guint most = 0;

  for (guint i = self->said->len; i > 0; i--)
    {
      const Said *said = get_said (self, i - 1);
      guint n = count_votes (self, said->ip);
      gboolean is_present = self->ip != NULL && kad_multiaddr_equal (said->ip, self->ip);

      if (!may_choose (self, said, n) || n < most || (n == most && best != NULL && !is_present))
        continue;
      best = said;
      most = n;
    }
  if (best == NULL || (self->ip != NULL && kad_multiaddr_equal (best->ip, self->ip)))
    return FALSE;
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_clear_pointer (&self->ip, kad_multiaddr_unref);
  self->address = kad_multiaddr_ref (best->observed);
  self->ip = kad_multiaddr_ref (best->ip);
  return TRUE;
}

static void
remove_said (KadObservedAddress *self, const KadPeerId *peer)
{
  for (guint i = 0; i < self->said->len; i++)
    if (kad_peer_id_equal (&get_said (self, i)->peer, peer))
      {
        g_array_remove_index (self->said, i);
        return;
      }
}

gboolean
kad_observed_address_say (KadObservedAddress *self, const KadPeerId *peer, const KadMultiaddr *from,
                          KadMultiaddr *observed)
{
  Said said = { .peer = *peer, .ip = kad_ip_part_new (observed) };

  /* What has no IP address (memory, a relay) is seen by nobody else. */
  if (said.ip == NULL)
    return FALSE;
  if (!kad_ip_tally_get_group (from, FALSE, &said.group))
    said.group = 0;
  said.observed = kad_multiaddr_ref (observed);
  remove_said (self, peer);
  if (self->said->len >= KAD_MAX_OBSERVERS)
    g_array_remove_index (self->said, 0);
  g_array_append_val (self->said, said);
  return choose (self);
}

gboolean
kad_observed_address_forget (KadObservedAddress *self, const KadPeerId *peer)
{
  remove_said (self, peer);
  return choose (self);
}

KadMultiaddr *
kad_observed_address_get (KadObservedAddress *self)
{
  return self->address;
}

guint
kad_observed_address_get_n_votes (KadObservedAddress *self)
{
  return self->ip != NULL ? count_votes (self, self->ip) : 0;
}
