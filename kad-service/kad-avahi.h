/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Avahi on the system bus, as far as the discovery on the local network needs it: it tells of the
 * names of one service type and of their TXT records, and announces one name of ours. It follows
 * avahi-daemon, which may stop and start at any time. */

typedef struct
{
  /* A name is there; it may be told again, for each interface and protocol on which it is. */
  void (*appeared) (gpointer user_data, const char *name);
  /* It is not there any more, anywhere. */
  void (*vanished) (gpointer user_data, const char *name);
  /* The data of a TXT record of a name that is being looked up. */
  void (*told) (gpointer user_data, const char *name, const guint8 *data, gsize len);
  /* Avahi came (TRUE), or went: all names are gone. Told once at the beginning, too. */
  void (*changed) (gpointer user_data, gboolean is_there);
} KadAvahiDelegate;

typedef struct _KadAvahi KadAvahi;

/* @system_bus: a message bus. Calls back in this thread's default context, never from here. */
KadAvahi *kad_avahi_new (GDBusConnection *system_bus, const KadAvahiDelegate *delegate,
                         gpointer user_data);
/* Withdraws what is announced. */
void kad_avahi_free (KadAvahi *self);
/* Announces @txt (`aay`, sunk) from now on, under a new name, instead of what was; NULL: nothing.
 * Holds for each avahi-daemon that comes. */
void kad_avahi_announce (KadAvahi *self, GVariant *txt);
/* Its TXT records are told from now on, until kad_avahi_end_lookup(). */
void kad_avahi_begin_lookup (KadAvahi *self, const char *name);
void kad_avahi_end_lookup (KadAvahi *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadAvahi, kad_avahi_free)

G_END_DECLS
