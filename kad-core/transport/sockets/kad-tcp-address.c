/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-address.h"

#include <ifaddrs.h>
#include <net/if.h>

#define IP4_BYTES 4
#define IP6_BYTES 16
#define PORT_BYTES 2
#define KAD_MAX_INTERFACE_ADDRESSES 64

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

static void
append_component (GByteArray *bytes, guint8 code, gconstpointer value, gsize len)
{
  g_byte_array_append (bytes, &code, 1);
  g_byte_array_append (bytes, value, (guint) len);
}

/* Nothing for an interface that is gone. */
static void
append_zone (GByteArray *bytes, guint32 scope)
{
  char zone[1 + IF_NAMESIZE];

  if (scope == 0 || if_indextoname (scope, zone + 1) == NULL)
    return;
  zone[0] = (char) strlen (zone + 1);
  append_component (bytes, KAD_MULTIADDR_IP6ZONE, zone, 1 + strlen (zone + 1));
}

static KadMultiaddr *
to_multiaddr (const KadTcpAddress *self, guint32 scope)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (self->any.sa_family == AF_INET)
    {
      append_component (bytes, KAD_MULTIADDR_IP4, &self->ip4.sin_addr, IP4_BYTES);
      append_component (bytes, KAD_MULTIADDR_TCP, &self->ip4.sin_port, PORT_BYTES);
    }
  else
    {
      append_zone (bytes, scope);
      append_component (bytes, KAD_MULTIADDR_IP6, &self->ip6.sin6_addr, IP6_BYTES);
      append_component (bytes, KAD_MULTIADDR_TCP, &self->ip6.sin6_port, PORT_BYTES);
    }
  return kad_multiaddr_new_from_bytes (bytes->data, bytes->len, NULL);
}

KadMultiaddr *
kad_tcp_address_to_multiaddr (const KadTcpAddress *self)
{
  guint32 scope = self->any.sa_family == AF_INET6 ? self->ip6.sin6_scope_id : 0;
  KadMultiaddr *address = to_multiaddr (self, scope);

  /* An interface may have a name that is none in a multiaddr. */
  return address != NULL ? address : to_multiaddr (self, 0);
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
  for (struct ifaddrs *i = interfaces; i != NULL && addresses->len < KAD_MAX_INTERFACE_ADDRESSES;
       i = i->ifa_next)
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
