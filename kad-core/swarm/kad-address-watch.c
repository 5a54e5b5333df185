/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The addresses of this machine, as they come and go.
 *
 * An rtnetlink socket in the reactor's epoll set tells that something about links or addresses
 * has changed. What it says is not read closer than that: a change is a reason to ask for the
 * whole list, KAD_ADDRESS_SETTLE_US later, so that a cable that is pulled out, or a hundred
 * containers that start, cost one question and not hundreds. So nothing is lost when the
 * socket's buffer runs over, either. Only a list that differs from the last one is a change: the
 * kernel also tells when an address' lifetime is prolonged.
 *
 * Where the socket cannot be had (a sandbox) the list is asked for every KAD_ADDRESS_POLL_US.
 *
 * An address counts while its interface is up: one that was shut down takes nothing. That a cable
 * is out, or a radio out of reach, is not seen here: the interface stays up and the addresses
 * stay with it until whoever gave them takes them back.
 */
#include "kad-address-watch.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-ip-part.h"

#define KAD_MAX_NETLINK_READS 64 /* in one turn of the loop */

struct _KadAddressWatch
{
  KadReactor *reactor;
  KadAddressWatchFunc func;
  gpointer user_data;
  KadAddressListFunc list;
  gpointer list_data;
  int fd; /* -1: the list is polled */
  KadWatch watch;
  KadTimer timer;    /* to settle, or to poll */
  GHashTable *known; /* (element-type KadMultiaddr gboolean): whether it is there now */
};

/* ---- the list ---- */

static KadMultiaddr *
to_multiaddr (const struct sockaddr *address)
{
  guint8 bytes[1 + sizeof (struct in6_addr)];

  if (address->sa_family == AF_INET)
    {
      bytes[0] = KAD_MULTIADDR_IP4;
      memcpy (bytes + 1, &((const struct sockaddr_in *) (gconstpointer) address)->sin_addr,
              sizeof (struct in_addr));
      return kad_multiaddr_new_from_bytes (bytes, 1 + sizeof (struct in_addr), NULL);
    }
  bytes[0] = KAD_MULTIADDR_IP6;
  memcpy (bytes + 1, &((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_addr,
          sizeof (struct in6_addr));
  return kad_multiaddr_new_from_bytes (bytes, sizeof bytes, NULL);
}

/* Each interface has an IPv6 address of its link, and so each container that starts brings one. It
 * says nothing to who does not know the link, and nobody listens or is called there. */
static gboolean
is_wanted (const struct ifaddrs *interface)
{
  const struct sockaddr *address = interface->ifa_addr;

  if ((interface->ifa_flags & IFF_UP) == 0 || address == NULL)
    return FALSE;
  if (address->sa_family == AF_INET6)
    return !IN6_IS_ADDR_LINKLOCAL (
        &((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_addr);
  return address->sa_family == AF_INET;
}

static GPtrArray *
list_interfaces (gpointer user_data)
{
  GPtrArray *addresses;
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return NULL;
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  for (struct ifaddrs *i = interfaces; i != NULL && addresses->len < KAD_MAX_WATCHED_ADDRESSES;
       i = i->ifa_next)
    if (is_wanted (i))
      g_ptr_array_add (addresses, to_multiaddr (i->ifa_addr));
  freeifaddrs (interfaces);
  return addresses;
}

/* ---- what has changed ---- */

static gboolean
is_here (KadAddressWatch *self, const KadMultiaddr *address)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->known, address));
}

static void
set_here (KadAddressWatch *self, KadMultiaddr *address, gboolean here)
{
  g_hash_table_replace (self->known, kad_multiaddr_ref (address), GINT_TO_POINTER (here));
}

static gboolean
is_absent (gpointer address, gpointer here, gpointer user_data)
{
  return !GPOINTER_TO_INT (here);
}

static void
note_new (KadAddressWatch *self, GPtrArray *now, GPtrArray *came)
{
  for (guint i = 0; i < now->len; i++)
    {
      if (is_here (self, now->pdata[i]))
        continue;
      /* Addresses that are made up anew each day are forgotten at last. */
      if (g_hash_table_size (self->known) >= KAD_MAX_WATCHED_ADDRESSES)
        g_hash_table_foreach_remove (self->known, is_absent, NULL);
      if (g_hash_table_size (self->known) >= KAD_MAX_WATCHED_ADDRESSES)
        return;
      set_here (self, now->pdata[i], TRUE);
      g_ptr_array_add (came, kad_multiaddr_ref (now->pdata[i]));
    }
}

static void
note_gone (KadAddressWatch *self, GPtrArray *now, GPtrArray *gone)
{
  g_autoptr (GHashTable) present = g_hash_table_new (kad_multiaddr_hash, kad_multiaddr_equal);
  GHashTableIter iter;
  gpointer address, here;

  for (guint i = 0; i < now->len; i++)
    g_hash_table_add (present, now->pdata[i]);
  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &address, &here))
    {
      if (!GPOINTER_TO_INT (here) || g_hash_table_contains (present, address))
        continue;
      g_ptr_array_add (gone, kad_multiaddr_ref (address));
      g_hash_table_iter_replace (&iter, GINT_TO_POINTER (FALSE));
    }
}

/* What cannot be known does not change. */
static void
look (KadAddressWatch *self, gboolean is_first)
{
  g_autoptr (GPtrArray) now = self->list (self->list_data);
  g_autoptr (GPtrArray) came
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_autoptr (GPtrArray) gone
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  if (now == NULL)
    return;
  note_gone (self, now, gone);
  note_new (self, now, came);
  if (!is_first && came->len + gone->len > 0)
    self->func (self->user_data, came, gone);
}

/* ---- when to look ---- */

static void
arm_poll (KadAddressWatch *self)
{
  if (self->fd < 0)
    kad_reactor_arm (self->reactor, &self->timer,
                     kad_reactor_get_now (self->reactor) + KAD_ADDRESS_POLL_US);
}

static void
on_timer (gpointer user_data, gint64 now_us)
{
  KadAddressWatch *self = user_data;

  arm_poll (self);
  look (self, FALSE);
}

void
kad_address_watch_suspect (KadAddressWatch *self)
{
  gint64 due_us = kad_reactor_get_now (self->reactor) + KAD_ADDRESS_SETTLE_US;

  /* It is blind. */
  if (self->func == NULL)
    return;
  /* Not later for each: an interface that never comes to rest is looked at, too. */
  if (self->timer.index == 0 || self->fd < 0)
    kad_reactor_arm (self->reactor, &self->timer, due_us);
}

void
kad_address_watch_lose (KadAddressWatch *self)
{
  if (self->fd < 0)
    return;
  kad_reactor_unwatch (self->reactor, &self->watch);
  close (self->fd);
  self->fd = -1;
  arm_poll (self);
}

/* The kernel's messages are thrown away unread. */
static void
on_netlink (gpointer user_data, guint32 events)
{
  KadAddressWatch *self = user_data;

  for (guint i = 0; i < KAD_MAX_NETLINK_READS; i++)
    {
      gssize n
          = recv (self->fd, kad_reactor_get_scratch (self->reactor), KAD_REACTOR_SCRATCH_BYTES, 0);

      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return;
      /* Too much at once for its buffer is a change as well. */
      if (n < 0 && errno != ENOBUFS && errno != EINTR)
        {
          g_message ("Cannot hear of new addresses any more: %s", g_strerror (errno));
          kad_address_watch_lose (self);
          return;
        }
      kad_address_watch_suspect (self);
    }
}

static int
open_netlink (void)
{
  struct sockaddr_nl address = {
    .nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
  };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

/* ---- life ---- */

KadAddressWatch *
kad_address_watch_new_blind (KadReactor *reactor)
{
  KadAddressWatch *self = g_new0 (KadAddressWatch, 1);

  self->reactor = reactor;
  self->list = list_interfaces;
  self->known = g_hash_table_new_full (kad_multiaddr_hash, kad_multiaddr_equal,
                                       (GDestroyNotify) kad_multiaddr_unref, NULL);
  self->fd = -1;
  self->watch.fd = -1;
  kad_timer_init (&self->timer, on_timer, self);
  return self;
}

KadAddressWatch *
kad_address_watch_new (KadReactor *reactor, KadAddressWatchFunc func, gpointer user_data)
{
  KadAddressWatch *self = kad_address_watch_new_blind (reactor);
  g_autoptr (GError) error = NULL;

  self->func = func;
  self->user_data = user_data;
  /* Heard from before it is looked at, so that no change falls between. */
  self->fd = open_netlink ();
  if (self->fd < 0)
    g_debug ("The kernel does not tell of new addresses: %s", g_strerror (errno));
  else if (!kad_reactor_watch (reactor, &self->watch, self->fd, EPOLLIN, on_netlink, self, &error))
    {
      close (self->fd);
      self->fd = -1;
    }
  arm_poll (self);
  look (self, TRUE);
  return self;
}

void
kad_address_watch_free (KadAddressWatch *self)
{
  if (self == NULL)
    return;
  kad_reactor_unwatch (self->reactor, &self->watch);
  kad_reactor_disarm (self->reactor, &self->timer);
  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->known);
  g_free (self);
}

/* ---- looking at it ---- */

gboolean
kad_address_watch_is_gone (KadAddressWatch *self, const KadMultiaddr *address)
{
  g_autoptr (KadMultiaddr) ip = kad_ip_part_new (address);
  gpointer here;

  return ip != NULL && g_hash_table_lookup_extended (self->known, ip, NULL, &here)
         && !GPOINTER_TO_INT (here);
}

gboolean
kad_address_watch_is_online (KadAddressWatch *self)
{
  GHashTableIter iter;
  gpointer address, here;
  gboolean is_known = FALSE;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &address, &here))
    {
      KadScope scope = kad_multiaddr_get_scope (address);

      is_known = TRUE;
      if (GPOINTER_TO_INT (here) && scope != KAD_SCOPE_LOOPBACK && scope != KAD_SCOPE_LINK_LOCAL)
        return TRUE;
    }
  return !is_known;
}

gboolean
kad_address_watch_is_told (KadAddressWatch *self)
{
  return self->fd >= 0;
}

void
kad_address_watch_set_list_func (KadAddressWatch *self, KadAddressListFunc list, gpointer list_data)
{
  self->list = list;
  self->list_data = list_data;
  g_hash_table_remove_all (self->known);
  look (self, TRUE);
}
