/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-connection.h"
#include "kad-limit-values.h"
#include "kad-link.h"
#include "kad-peer-info.h"
#include "kad-peer-session.h"

G_BEGIN_DECLS

/* Connections that are being made: one dial for a peer at a time, however many wait for it; a
 * peer that could not be reached is left alone for a while. */
typedef struct _KadDials KadDials;
typedef struct _KadDial KadDial;

/* @session: open and identified by its key, or NULL and @error. */
typedef void (*KadDialFunc) (gpointer user_data, KadPeerSession *session, const GError *error);

typedef struct
{
  /* Makes a connection of a link (upgrade started, known to the book); NULL and error. */
  KadPeerSession *(*connect) (gpointer user_data, KadLink *link, const KadPeerId *expected,
                              const char *reason, GError **error);
} KadDialsDelegate;

/* @limits: (nullable): as they are by default. */
KadDials *kad_dials_new (KadReactor *reactor, GPtrArray *transports, const KadLimits *limits,
                         const KadDialsDelegate *delegate, gpointer user_data);
/* Ends every dial; who waits hears NotRunning. */
void kad_dials_free (KadDials *self);
/* Dials @addresses (element-type KadMultiaddr) side by side. @peer: (nullable). @is_patient:
 * a person asked: no back-off, and no limit of attempts by address. Calls back once, never before
 * it returns. */
void kad_dials_dial (KadDials *self, const KadPeerId *peer, GPtrArray *addresses,
                     gint64 deadline_us, const char *reason, gboolean is_patient, KadDialFunc func,
                     gpointer user_data);
/* Who said that @info's addresses are its peer's; nothing comes of it but which are dialled first,
 * and how often. */
void kad_dials_note_source (KadDials *self, const KadPeerInfo *info, const KadPeerId *source);
/* The configuration says that the peer is there. */
void kad_dials_note_given (KadDials *self, const KadPeerId *peer, const KadMultiaddr *address);
/* Names that others said (dials that no person asked for) must stand for global addresses: on the
 * public network somebody could aim us at our own by a name. */
void kad_dials_set_global_names (KadDials *self, gboolean wants_global_names);
/* Nobody of this user_data is called any more. */
void kad_dials_forget (KadDials *self, gpointer user_data);
/* The network tells what became of a dial's connection. */
void kad_dials_session_opened (KadDials *self, KadPeerSession *session);
void kad_dials_session_closed (KadDials *self, KadPeerSession *session, const GError *reason);
/* The peer came to us: it lives. */
void kad_dials_clear_backoff (KadDials *self, const KadPeerId *peer);
/* Our network is another one: nobody is left alone any longer. */
void kad_dials_clear_backoffs (KadDials *self);

G_END_DECLS
