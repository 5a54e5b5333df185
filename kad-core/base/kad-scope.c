/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-scope.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * The first row that matches decides, so narrow rows come before the wide ones
 * around them (IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890).
 */

typedef struct
{
  guint8 prefix[4];
  guint bits;
  KadScope scope;
} Range4;

static const Range4 ranges4[] = {
  { { 0, 0, 0, 0 }, 32, KAD_SCOPE_UNSPECIFIED },
  { { 0, 0, 0, 0 }, 8, KAD_SCOPE_RESERVED }, /* "this network" */
  { { 10, 0, 0, 0 }, 8, KAD_SCOPE_PRIVATE },
  { { 100, 64, 0, 0 }, 10, KAD_SCOPE_CGNAT },
  { { 127, 0, 0, 0 }, 8, KAD_SCOPE_LOOPBACK },
  { { 169, 254, 0, 0 }, 16, KAD_SCOPE_LINK_LOCAL },
  { { 172, 16, 0, 0 }, 12, KAD_SCOPE_PRIVATE },
  { { 192, 0, 0, 0 }, 24, KAD_SCOPE_RESERVED }, /* IETF protocol assignments */
  { { 192, 0, 2, 0 }, 24, KAD_SCOPE_DOCUMENTATION },
  { { 192, 88, 99, 0 }, 24, KAD_SCOPE_RESERVED }, /* 6to4 relays, withdrawn */
  { { 192, 168, 0, 0 }, 16, KAD_SCOPE_PRIVATE },
  { { 198, 18, 0, 0 }, 15, KAD_SCOPE_RESERVED }, /* benchmarks */
  { { 198, 51, 100, 0 }, 24, KAD_SCOPE_DOCUMENTATION },
  { { 203, 0, 113, 0 }, 24, KAD_SCOPE_DOCUMENTATION },
  { { 224, 0, 0, 0 }, 4, KAD_SCOPE_MULTICAST },
  { { 240, 0, 0, 0 }, 4, KAD_SCOPE_RESERVED }, /* 255.255.255.255 too */
};

typedef struct
{
  guint16 prefix[8];
  guint bits;
  KadScope scope; /* unless an IPv4 address is inside */
  guint ip4_at;   /* where it is; 0 for none */
  guint8 ip4_xor;
} Range6;

static const Range6 ranges6[] = {
  { { 0 }, 128, KAD_SCOPE_UNSPECIFIED },
  { { 0, 0, 0, 0, 0, 0, 0, 1 }, 128, KAD_SCOPE_LOOPBACK },
  { { 0, 0, 0, 0, 0, 0xffff }, 96, KAD_SCOPE_RESERVED, 12 }, /* IPv4-mapped */
  { { 0x64, 0xff9b }, 96, KAD_SCOPE_RESERVED, 12 },          /* NAT64, RFC 6052 */
  { { 0x64, 0xff9b, 1 }, 48, KAD_SCOPE_PRIVATE },            /* NAT64 of a site, RFC 8215 */
  { { 0x2001, 0 }, 32, KAD_SCOPE_RESERVED, 12, 0xff },       /* Teredo, RFC 4380 */
  { { 0x2001, 0xdb8 }, 32, KAD_SCOPE_DOCUMENTATION },        /* RFC 3849 */
  { { 0x2001 }, 23, KAD_SCOPE_RESERVED },                    /* IETF protocol assignments */
  { { 0x2002 }, 16, KAD_SCOPE_RESERVED, 2 },                 /* 6to4, RFC 3056 */
  { { 0x3fff }, 20, KAD_SCOPE_DOCUMENTATION },               /* RFC 9637 */
  { { 0x2000 }, 3, KAD_SCOPE_GLOBAL },
  { { 0xfc00 }, 7, KAD_SCOPE_PRIVATE },
  { { 0xfe80 }, 10, KAD_SCOPE_LINK_LOCAL },
  { { 0xfec0 }, 10, KAD_SCOPE_PRIVATE }, /* site-local, withdrawn */
  { { 0xff00 }, 8, KAD_SCOPE_MULTICAST },
};

typedef struct
{
  const char *domain;
  KadScope scope;
} NameRange;

/* IANA Special-Use Domain Names; .internal by ICANN's resolution of 2024 */
static const NameRange name_ranges[] = {
  { "localhost", KAD_SCOPE_LOOPBACK },    { "local", KAD_SCOPE_LINK_LOCAL },
  { "home.arpa", KAD_SCOPE_PRIVATE },     { "internal", KAD_SCOPE_PRIVATE },
  { "in-addr.arpa", KAD_SCOPE_RESERVED }, { "ip6.arpa", KAD_SCOPE_RESERVED },
  { "invalid", KAD_SCOPE_RESERVED },      { "test", KAD_SCOPE_RESERVED },
  { "example", KAD_SCOPE_DOCUMENTATION },
};

static gboolean
has_prefix (const guint8 *address, const guint8 *prefix, guint bits)
{
  guint whole = bits / 8, rest = bits % 8;

  if (memcmp (address, prefix, whole) != 0)
    return FALSE;

  return rest == 0 || ((address[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

/**
 * kad_scope_of_ip4:
 * @address: in the order of the network
 *
 * Returns: the scope
 */
KadScope
kad_scope_of_ip4 (const guint8 address[4])
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges4); i++)
    {
      if (has_prefix (address, ranges4[i].prefix, ranges4[i].bits))
        return ranges4[i].scope;
    }

  return KAD_SCOPE_GLOBAL;
}

static gboolean
is_in_range6 (const guint8 *address, const Range6 *range)
{
  guint8 prefix[16];

  for (gsize i = 0; i < 8; i++)
    {
      prefix[2 * i] = (guint8) (range->prefix[i] >> 8);
      prefix[2 * i + 1] = (guint8) range->prefix[i];
    }

  return has_prefix (address, prefix, range->bits);
}

/**
 * kad_scope_of_ip6:
 * @address: in the order of the network
 *
 * An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) has
 * the scope of that, so that no loopback hides behind a translation.
 *
 * Returns: the scope
 */
KadScope
kad_scope_of_ip6 (const guint8 address[16])
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges6); i++)
    {
      const Range6 *range = &ranges6[i];
      guint8 ip4[4];

      if (!is_in_range6 (address, range))
        continue;
      if (range->ip4_at == 0)
        return range->scope;

      for (gsize j = 0; j < 4; j++)
        ip4[j] = address[range->ip4_at + j] ^ range->ip4_xor;
      return kad_scope_of_ip4 (ip4);
    }

  return KAD_SCOPE_RESERVED;
}

static gboolean
is_in_domain (const char *name, gsize len, const char *domain)
{
  gsize n = strlen (domain);

  if (len < n || g_ascii_strncasecmp (name + len - n, domain, n) != 0)
    return FALSE;

  return len == n || name[len - n - 1] == '.';
}

/**
 * kad_scope_of_name:
 * @name: (array length=len): a name of the DNS
 * @len: its length in bytes
 *
 * A number in place of a name has the scope of the address, and the names
 * kept for special use have theirs. All others are %KAD_SCOPE_NAME: what they resolve to
 * must be looked at again.
 *
 * Returns: the scope
 */
KadScope
kad_scope_of_name (const char *name, gsize len)
{
  char text[INET6_ADDRSTRLEN];
  guint8 address[16];

  if (len > 0 && name[len - 1] == '.')
    len--;

  if (len < sizeof text)
    {
      memcpy (text, name, len);
      text[len] = '\0';
      if (inet_pton (AF_INET, text, address) == 1)
        return kad_scope_of_ip4 (address);
      if (inet_pton (AF_INET6, text, address) == 1)
        return kad_scope_of_ip6 (address);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (name_ranges); i++)
    {
      if (is_in_domain (name, len, name_ranges[i].domain))
        return name_ranges[i].scope;
    }

  return KAD_SCOPE_NAME;
}

/**
 * kad_scope_get_name:
 * @scope: a scope
 *
 * Returns: its name in JSON and in logs, like `link-local`; `unknown` for a
 *   number that is no scope
 */
const char *
kad_scope_get_name (KadScope scope)
{
  static const char *const names[] = {
    "unknown",   "unspecified", "loopback", "link-local", "private", "cgnat",  "documentation",
    "multicast", "reserved",    "global",   "name",       "relay",   "memory",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == KAD_SCOPE_MEMORY + 1);

  return (guint) scope < G_N_ELEMENTS (names) ? names[scope] : names[KAD_SCOPE_UNKNOWN];
}
