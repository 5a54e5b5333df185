/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "kad-multiaddr.h"

G_BEGIN_DECLS

typedef union
{
  struct sockaddr any;
  struct sockaddr_in ip4;
  struct sockaddr_in6 ip6;
  struct sockaddr_storage storage;
} KadTcpAddress;

/* /ip4/A/tcp/N, /ip6/A/tcp/N or /ip6zone/Z/ip6/A/tcp/N, and nothing behind it. FALSE for
 * anything else, and for a zone that is no interface here. */
gboolean kad_tcp_address_from_multiaddr (KadTcpAddress *self, const KadMultiaddr *address);
KadMultiaddr *kad_tcp_address_to_multiaddr (const KadTcpAddress *self);
socklen_t kad_tcp_address_get_size (const KadTcpAddress *self);
guint16 kad_tcp_address_get_port (const KadTcpAddress *self);
/* 0.0.0.0 or :: */
gboolean kad_tcp_address_is_wildcard (const KadTcpAddress *self);
/* (element-type KadMultiaddr) the same port on each address of the interfaces that are up */
GPtrArray *kad_tcp_address_list_interfaces (const KadTcpAddress *self);
/* (nullable) */
KadMultiaddr *kad_tcp_address_dup_local (int fd);

G_END_DECLS
