/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "channel.h"
#include "subject.h"

G_BEGIN_DECLS

#define MIB (1024 * 1024)
/* Nothing on this machine takes longer, except where the transport has come to a stop. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

/* A transport that listens. When it is cleared nothing of it may be left: no descriptor, and no
 * source in the main context. */
typedef struct
{
  guint n_descriptors;
  guint first_source; /* ids of the main context from here on are the test's */
  KadTransport *transport;
  KadListener *listener;
  KadMultiaddr *address; /* where it listens */
} Fixture;

typedef void (*FixtureFunc) (Fixture *f, gconstpointer data);

/* Registers a test under /transport/. */
void fixture_add (const char *path, FixtureFunc func);
/* One connection before all tests: GLib opens some descriptors of its own at first use, and it
 * shows what the transport has (see Subject). FALSE: it does not listen. */
gboolean fixture_warm_up (GError **error);

KadMultiaddr *fixture_parse (const char *text);
/* Both ends of a new connection. */
void fixture_connect (Fixture *f, Channel *near_end, Channel *far_end);
void fixture_connect_links (Fixture *f, KadLink **near_link, KadLink **far_link);
/* A byte there and one back. */
void fixture_exchange (Channel *near_end, Channel *far_end);
/* Accepts and drops all who wait. Gives how many they were. */
guint fixture_drop_visitors (Fixture *f);
/* One turn of the main loop, which waits for at most some milliseconds. */
void fixture_turn (Fixture *f);

/* A dial that can be looked at while it is under way. */
typedef struct
{
  GCancellable *cancellable;
  GAsyncResult *result;
  KadTransport *transport;
} Dial;

void dial_start (Dial *self, Fixture *f, KadMultiaddr *address);
/* Turns the loop and drops who comes, until the dial has ended. */
void dial_wait (Dial *self, Fixture *f);
KadLink *dial_finish (Dial *self, GError **error);
void dial_clear (Dial *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Dial, dial_clear)

/* Checks by concern; each registers its tests. */
void check_dial_add (void);
void check_listen_add (void);
void check_cancel_add (void);
void check_close_add (void);
void check_flow_add (void);
void check_many_add (void);
void check_shortage_add (void);

G_END_DECLS
