/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

/* Of one peer: what is past it is not kept. */
#define KAD_MAX_BOOK_ADDRESSES 32
#define KAD_MAX_BOOK_ADDRESS_BYTES 4096

/* What the engine knows of a peer by dealing with it, be it in the table or not. */
typedef struct
{
  KadAlarm check_alarm; /* first: the alarm's function gets the peer from it */
  KadPeerId id;
  gboolean connected;
  gboolean dialling;
  gboolean identified; /* since it is connected */
  gboolean is_server;
  gboolean checking;    /* a check is in flight, or queued */
  guint check_failures; /* in a row */
  gboolean slow;        /* it kept somebody waiting lately */
  gint64 answered_us;   /* G_MININT64: never */
  gint64 rtt_us;        /* what its last answer took; -1: it gave none yet */
  KadPeerInfo *info;    /* (owned) (nullable) its addresses */
  GQueue contacts;      /* of KadContact, oldest first */
  GList idle_link;      /* in the book's list of idle ones, when is_idle */
  gboolean is_idle;
  gint64 idle_us; /* since when */
} KadBookPeer;

/* The address book: every peer that is connected or being dealt with, and a
 * bounded number of others, the ones dealt with last, for a bounded time. Who is only
 * named by others is not in it. */
typedef struct _KadPeerBook KadPeerBook;

KadPeerBook *kad_peer_book_new (guint max_idle, gint64 max_age_us);
void kad_peer_book_free (KadPeerBook *self);
KadBookPeer *kad_peer_book_find (KadPeerBook *self, const KadPeerId *id);
/* Makes it if need be. Call kad_peer_book_settle() when done with it. */
KadBookPeer *kad_peer_book_ensure (KadPeerBook *self, const KadPeerId *id);
/* Something about the peer has changed: it may be forgotten now. */
void kad_peer_book_settle (KadPeerBook *self, KadBookPeer *peer);
/* Takes @info as the peer's addresses, as far as the bounds go. */
void kad_peer_book_set_info (KadBookPeer *peer, KadPeerInfo *info);
/* The time from here on. */
void kad_peer_book_set_now (KadPeerBook *self, gint64 now_us);
/* Forgets whom nobody has dealt with for too long: O(due). */
void kad_peer_book_expire (KadPeerBook *self);
/* Forgets everybody who is not dealt with now. */
void kad_peer_book_forget_idle (KadPeerBook *self);
gint64 kad_peer_book_next_deadline (KadPeerBook *self);
guint kad_peer_book_get_size (KadPeerBook *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPeerBook, kad_peer_book_free)

G_END_DECLS
