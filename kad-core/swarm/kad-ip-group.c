/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ip-group.h"

#include <string.h>

/* In front of IPv4 addresses: no IPv6 /64 begins so, 0000::/8 is not given out. */
#define IP4_TAG (G_GUINT64_CONSTANT (4) << 32)
#define IP4_SUBNET_MASK (~G_GUINT64_CONSTANT (0xff))
#define IP6_SUBNET_MASK (~G_GUINT64_CONSTANT (0xff))

static void
init_ip4 (KadIpGroup *self, const guint8 *ip)
{
  self->host
      = IP4_TAG | (guint64) ip[0] << 24 | (guint64) ip[1] << 16 | (guint64) ip[2] << 8 | ip[3];
  self->subnet = self->host & IP4_SUBNET_MASK;
  self->scope = kad_scope_of_ip4 (ip);
}

static void
init_ip6 (KadIpGroup *self, const guint8 *ip)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  static const guint8 nat64[12] = { 0, 0x64, 0xff, 0x9b };
  static const guint8 six_to_four[2] = { 0x20, 0x02 };

  if (memcmp (ip, mapped, sizeof mapped) == 0 || memcmp (ip, nat64, sizeof nat64) == 0)
    {
      init_ip4 (self, ip + 12);
      return;
    }
  if (memcmp (ip, six_to_four, sizeof six_to_four) == 0)
    {
      init_ip4 (self, ip + 2);
      return;
    }
  for (guint i = 0; i < 8; i++)
    self->host = self->host << 8 | ip[i];
  self->subnet = self->host & IP6_SUBNET_MASK;
  self->scope = kad_scope_of_ip6 (ip);
}

gboolean
kad_ip_group_init (KadIpGroup *self, const KadMultiaddr *address)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;

  *self = (KadIpGroup){ 0 };
  kad_multiaddr_iter_init (&iter, address);
  while (kad_multiaddr_iter_next (&iter, &code, &value, &len))
    {
      if (code == KAD_MULTIADDR_IP4)
        init_ip4 (self, value);
      else if (code == KAD_MULTIADDR_IP6)
        init_ip6 (self, value);
      else
        continue;
      return TRUE;
    }
  return FALSE;
}

static char *
to_string (guint64 prefix, guint ip4_bits, guint ip6_bits)
{
  if ((prefix & ~G_GUINT64_CONSTANT (0xffffffff)) == IP4_TAG)
    return g_strdup_printf (ip4_bits == 32 ? "%u.%u.%u.%u" : "%u.%u.%u.%u/%u",
                            (guint) (prefix >> 24 & 0xff), (guint) (prefix >> 16 & 0xff),
                            (guint) (prefix >> 8 & 0xff), (guint) (prefix & 0xff), ip4_bits);
  return g_strdup_printf ("%x:%x:%x:%x::/%u", (guint) (prefix >> 48),
                          (guint) (prefix >> 32 & 0xffff), (guint) (prefix >> 16 & 0xffff),
                          (guint) (prefix & 0xffff), ip6_bits);
}

char *
kad_ip_group_host_to_string (const KadIpGroup *self)
{
  return to_string (self->host, 32, 64);
}

char *
kad_ip_group_subnet_to_string (const KadIpGroup *self)
{
  return to_string (self->subnet, 24, 56);
}
