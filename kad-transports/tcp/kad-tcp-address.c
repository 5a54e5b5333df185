/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#define IP4_BYTES 4
#define IP6_BYTES 16
#define PORT_BYTES 2

typedef struct
{
  guint32 code;
  const guint8 *value;
  gsize len;
} Part;

static gboolean
next (KadMultiaddrIter *iter, Part *part)
{
  return kad_multiaddr_iter_next (iter, &part->code, &part->value, &part->len);
}

static gboolean
read_zone (const Part *part, guint32 *scope)
{
  g_autofree char *name = g_strndup ((const char *) part->value, part->len);

  *scope = if_nametoindex (name);
  return *scope != 0;
}

static gboolean
read_ip (KadTcpAddress *self, const Part *part, guint32 scope)
{
  if (part->code == KAD_MULTIADDR_IP4 && part->len == IP4_BYTES && scope == 0)
    {
      self->ip4.sin_family = AF_INET;
      memcpy (&self->ip4.sin_addr, part->value, IP4_BYTES);
      return TRUE;
    }
  if (part->code == KAD_MULTIADDR_IP6 && part->len == IP6_BYTES)
    {
      self->ip6.sin6_family = AF_INET6;
      self->ip6.sin6_scope_id = scope;
      memcpy (&self->ip6.sin6_addr, part->value, IP6_BYTES);
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_port (KadTcpAddress *self, const Part *part)
{
  if (part->code != KAD_MULTIADDR_TCP || part->len != PORT_BYTES)
    return FALSE;
  /* The port is in network order in both. */
  if (self->any.sa_family == AF_INET)
    memcpy (&self->ip4.sin_port, part->value, PORT_BYTES);
  else
    memcpy (&self->ip6.sin6_port, part->value, PORT_BYTES);
  return TRUE;
}

gboolean
kad_tcp_address_from_multiaddr (KadTcpAddress *self, const KadMultiaddr *address)
{
  KadMultiaddrIter iter;
  guint32 scope = 0;
  Part part;

  memset (self, 0, sizeof *self);
  kad_multiaddr_iter_init (&iter, address);
  if (!next (&iter, &part))
    return FALSE;
  if (part.code == KAD_MULTIADDR_IP6ZONE && (!read_zone (&part, &scope) || !next (&iter, &part)))
    return FALSE;
  return read_ip (self, &part, scope) && next (&iter, &part) && read_port (self, &part)
         && !next (&iter, &part);
}

static char *
to_text (const KadTcpAddress *self)
{
  char ip[INET6_ADDRSTRLEN];
  char zone[IF_NAMESIZE];
  guint16 port = kad_tcp_address_get_port (self);

  if (self->any.sa_family == AF_INET)
    {
      inet_ntop (AF_INET, &self->ip4.sin_addr, ip, sizeof ip);
      return g_strdup_printf ("/ip4/%s/tcp/%u", ip, port);
    }
  inet_ntop (AF_INET6, &self->ip6.sin6_addr, ip, sizeof ip);
  if (self->ip6.sin6_scope_id != 0 && if_indextoname (self->ip6.sin6_scope_id, zone) != NULL)
    return g_strdup_printf ("/ip6zone/%s/ip6/%s/tcp/%u", zone, ip, port);
  return g_strdup_printf ("/ip6/%s/tcp/%u", ip, port);
}

KadMultiaddr *
kad_tcp_address_to_multiaddr (const KadTcpAddress *self)
{
  g_autofree char *text = to_text (self);

  return kad_multiaddr_new_from_string (text, NULL);
}

socklen_t
kad_tcp_address_get_size (const KadTcpAddress *self)
{
  return self->any.sa_family == AF_INET ? sizeof self->ip4 : sizeof self->ip6;
}

guint16
kad_tcp_address_get_port (const KadTcpAddress *self)
{
  return ntohs (self->any.sa_family == AF_INET ? self->ip4.sin_port : self->ip6.sin6_port);
}

gboolean
kad_tcp_address_is_wildcard (const KadTcpAddress *self)
{
  if (self->any.sa_family == AF_INET)
    return self->ip4.sin_addr.s_addr == htonl (INADDR_ANY);
  return IN6_IS_ADDR_UNSPECIFIED (&self->ip6.sin6_addr);
}

/* Addresses of the wildcard's family that another host, or this one, can dial as they are: an IPv6
 * link-local one says nothing to who does not know the link. */
static gboolean
is_wanted (const KadTcpAddress *self, const struct ifaddrs *interface)
{
  const KadTcpAddress *address = (const KadTcpAddress *) (gconstpointer) interface->ifa_addr;

  if (interface->ifa_addr == NULL || (interface->ifa_flags & IFF_UP) == 0
      || interface->ifa_addr->sa_family != self->any.sa_family)
    return FALSE;
  return self->any.sa_family == AF_INET || !IN6_IS_ADDR_LINKLOCAL (&address->ip6.sin6_addr);
}

GPtrArray *
kad_tcp_address_list_interfaces (const KadTcpAddress *self)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return addresses;
  for (struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    {
      KadTcpAddress address = { 0 };
      KadMultiaddr *multiaddr;

      if (!is_wanted (self, i))
        continue;
      memcpy (&address, i->ifa_addr, kad_tcp_address_get_size (self));
      if (self->any.sa_family == AF_INET)
        address.ip4.sin_port = self->ip4.sin_port;
      else
        address.ip6.sin6_port = self->ip6.sin6_port;
      multiaddr = kad_tcp_address_to_multiaddr (&address);
      if (multiaddr != NULL)
        g_ptr_array_add (addresses, multiaddr);
    }
  freeifaddrs (interfaces);
  return addresses;
}

KadMultiaddr *
kad_tcp_address_dup_local (int fd)
{
  KadTcpAddress address = { 0 };
  socklen_t size = sizeof address;

  if (getsockname (fd, &address.any, &size) != 0)
    return NULL;
  return kad_tcp_address_to_multiaddr (&address);
}
