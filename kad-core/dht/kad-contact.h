/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-engine.h"
#include "kad-peer-book.h"

G_BEGIN_DECLS

typedef struct _KadContact KadContact;

/* How a contact ended: with @reply, with @error, or with neither when the message
 * has no answer and was written. The contact is gone afterwards. */
typedef void (*KadContactFunc) (gpointer owner, const KadContact *contact, KadMessage *reply,
                                const GError *error);

/* The contact begins to wait for something else: it is sent after a dial, or its connection ended
 * and it is dialled or sent once more. */
typedef void (*KadContactTurnFunc) (gpointer owner, const KadContact *contact);

/* One message to one peer: a dial if need be, the sending, the answer, and a
 * deadline for each. Ends exactly once. */
struct _KadContact
{
  KadAlarm alarm; /* first: the alarm's function gets the contact from it */
  guint64 request;
  KadBookPeer *peer;
  KadPeerInfo *info;   /* (owned) where the peer may be, as its owner heard */
  KadMessage *message; /* (owned) */
  gboolean expects_reply;
  gboolean sent;
  gboolean retried; /* its connection ended once: it was dialled again */
  gint64 sent_us;
  KadContactFunc func;        /* NULL: abandoned */
  KadContactTurnFunc on_turn; /* (nullable) */
  gpointer owner;
  GQueue *owned; /* (nullable) the owner's contacts, of which this is one */
  GList peer_link;
  GList owned_link;
};

/* Every field is borrowed. */
typedef struct
{
  KadPeerInfo *info;
  KadMessage *message;
  KadContactFunc func;
  KadContactTurnFunc on_turn; /* (nullable) may not start or end contacts */
  gpointer owner;
  GQueue *owned; /* (nullable) */
} KadContactSpec;

/* NULL and NotFound: not connected, and no address is known. */
KadContact *kad_contact_start (KadEngine *engine, const KadContactSpec *spec, GError **error);
/* The owner does not want to hear of it any more. What was sent is still waited for. */
void kad_contact_abandon (KadEngine *engine, KadContact *contact);
void kad_contact_abandon_all (KadEngine *engine, GQueue *owned);
void kad_contact_free_all (KadEngine *engine);

/* ---- what the network says; unknown requests are ignored ---- */

void kad_contact_peer_connected (KadEngine *engine, KadBookPeer *peer);
void kad_contact_peer_disconnected (KadEngine *engine, KadBookPeer *peer);
void kad_contact_dial_failed (KadEngine *engine, KadBookPeer *peer, const GError *error);
void kad_contact_reply_received (KadEngine *engine, guint64 request, KadMessage *reply);
void kad_contact_request_sent (KadEngine *engine, guint64 request);
void kad_contact_request_failed (KadEngine *engine, guint64 request, const GError *error);

G_END_DECLS
