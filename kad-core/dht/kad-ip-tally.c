/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ip-tally.h"

#include <string.h>

/* In place of a bucket's number: the table as a whole. */
#define WHOLE_TABLE 0xffffu

#define FAMILY_IP4 ((guint64) 4 << 32)
#define FAMILY_IP6 ((guint64) 6 << 32)

struct _KadIpTally
{
  guint per_bucket; /* 0: no limit */
  guint per_table;
  gboolean with_local; /* also addresses that are not global */
  GHashTable *counts;  /* of guint64 (bucket, family, prefix) to number of peers */
};

/**
 * kad_ip_tally_new: (skip)
 * @per_bucket: how many peers of a group one bucket takes; 0 for no limit
 * @per_table: how many the table takes; 0 for no limit
 * @with_local: whether loopback and private addresses are counted, too
 *
 * Returns: (transfer full): a tally of nobody
 */
KadIpTally *
kad_ip_tally_new (guint per_bucket, guint per_table, gboolean with_local)
{
  KadIpTally *self = g_new0 (KadIpTally, 1);

  self->per_bucket = per_bucket;
  self->per_table = per_table;
  self->with_local = with_local;
  self->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

/**
 * kad_ip_tally_free: (skip)
 * @self: (transfer full): a tally
 */
void
kad_ip_tally_free (KadIpTally *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

static guint64
group_of_ip4 (const guint8 *address)
{
  return FAMILY_IP4 | (guint64) address[0] << 8 | address[1];
}

/* An address that carries an IPv4 one is of the group of that: who has a /16
 * has all its 6to4 prefixes too. */
static guint64
group_of_ip6 (const guint8 *address)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  static const guint8 nat64[12] = { 0, 0x64, 0xff, 0x9b };
  static const guint8 six_to_four[2] = { 0x20, 0x02 };

  if (memcmp (address, mapped, sizeof mapped) == 0 || memcmp (address, nat64, sizeof nat64) == 0)
    return group_of_ip4 (address + 12);
  if (memcmp (address, six_to_four, sizeof six_to_four) == 0)
    return group_of_ip4 (address + 2);

  return FAMILY_IP6 | (guint64) address[0] << 24 | (guint64) address[1] << 16
         | (guint64) address[2] << 8 | address[3];
}

gboolean
kad_ip_tally_get_group (const KadMultiaddr *address, gboolean with_local, guint64 *group)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize value_len;
  guint32 code;

  KadScope scope = kad_multiaddr_get_scope (address);

  if (scope != KAD_SCOPE_GLOBAL
      && (!with_local || scope == KAD_SCOPE_RELAY || scope == KAD_SCOPE_NAME))
    return FALSE;

  kad_multiaddr_iter_init (&iter, address);
  while (kad_multiaddr_iter_next (&iter, &code, &value, &value_len))
    {
      if (code == KAD_MULTIADDR_IP4)
        *group = group_of_ip4 (value);
      else if (code == KAD_MULTIADDR_IP6)
        *group = group_of_ip6 (value);
      else
        continue;
      return TRUE;
    }
  return FALSE;
}

/* The groups of a peer, each once. */
static guint
groups_of_info (const KadIpTally *self, const KadPeerInfo *info,
                guint64 groups[KAD_MAX_PEER_ADDRESSES])
{
  guint n = 0;

  for (guint i = 0; i < kad_peer_info_get_n_addresses (info) && n < KAD_MAX_PEER_ADDRESSES; i++)
    {
      guint64 group;
      guint known = 0;

      if (!kad_ip_tally_get_group (kad_peer_info_get_address (info, i), self->with_local, &group))
        continue;
      while (known < n && groups[known] != group)
        known++;
      if (known == n)
        groups[n++] = group;
    }
  return n;
}

static guint
get_count (const KadIpTally *self, guint64 group, guint bucket)
{
  guint64 key = group | (guint64) bucket << 48;

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, &key));
}

static void
set_count (KadIpTally *self, guint64 group, guint bucket, guint count)
{
  guint64 key = group | (guint64) bucket << 48;

  if (count == 0)
    g_hash_table_remove (self->counts, &key);
  else
    g_hash_table_replace (self->counts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (count));
}

/**
 * kad_ip_tally_allows: (skip)
 * @self: a tally
 * @info: a peer that is not in it
 * @bucket: where it would go
 *
 * Returns: whether it has no address in a group of which there are enough
 */
gboolean
kad_ip_tally_allows (const KadIpTally *self, const KadPeerInfo *info, guint bucket)
{
  guint64 groups[KAD_MAX_PEER_ADDRESSES];
  guint n = groups_of_info (self, info, groups);

  for (guint i = 0; i < n; i++)
    {
      if (self->per_bucket != 0 && get_count (self, groups[i], bucket) >= self->per_bucket)
        return FALSE;
      if (self->per_table != 0 && get_count (self, groups[i], WHOLE_TABLE) >= self->per_table)
        return FALSE;
    }
  return TRUE;
}

static void
change (KadIpTally *self, const KadPeerInfo *info, guint bucket, int by)
{
  guint64 groups[KAD_MAX_PEER_ADDRESSES];
  guint n = groups_of_info (self, info, groups);

  for (guint i = 0; i < n; i++)
    {
      set_count (self, groups[i], bucket, get_count (self, groups[i], bucket) + by);
      set_count (self, groups[i], WHOLE_TABLE, get_count (self, groups[i], WHOLE_TABLE) + by);
    }
}

/**
 * kad_ip_tally_add: (skip)
 * @self: a tally
 * @info: a peer that is not in it, allowed or not
 * @bucket: where it goes
 */
void
kad_ip_tally_add (KadIpTally *self, const KadPeerInfo *info, guint bucket)
{
  change (self, info, bucket, 1);
}

/**
 * kad_ip_tally_remove: (skip)
 * @self: a tally
 * @info: a peer as it was added
 * @bucket: where it was
 */
void
kad_ip_tally_remove (KadIpTally *self, const KadPeerInfo *info, guint bucket)
{
  change (self, info, bucket, -1);
}
