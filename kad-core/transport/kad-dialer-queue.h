/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* How many failures a message tells; the rest is counted. */
#define KAD_MAX_DIAL_REASONS 24
#define KAD_MAX_DIAL_REASON_BYTES 512

/* The addresses that a dial has still to try, best first, and why the others were no good.
 * Embedded in the dial. */
typedef struct
{
  GPtrArray *waiting; /* (element-type KadMultiaddr) best first */
  GHashTable *seen;   /* (element-type KadMultiaddr) */
  GString *reasons;
  guint n_reasons;
  guint n_untold; /* failures beyond KAD_MAX_DIAL_REASONS, and addresses never tried */
} KadDialerQueue;

void kad_dialer_queue_init (KadDialerQueue *self);
void kad_dialer_queue_clear (KadDialerQueue *self);
/* FALSE if it was seen before. */
gboolean kad_dialer_queue_see (KadDialerQueue *self, KadMultiaddr *address);
/* Behind all that are as good or better. One seen before is left out; one that nobody can connect
 * to becomes a reason. */
void kad_dialer_queue_add (KadDialerQueue *self, GPtrArray *transports, KadMultiaddr *address);
guint kad_dialer_queue_get_length (const KadDialerQueue *self);
/* (transfer full) of a queue that is not empty */
KadMultiaddr *kad_dialer_queue_pop (KadDialerQueue *self);
void kad_dialer_queue_add_reason (KadDialerQueue *self, const KadMultiaddr *address,
                                  const char *reason);
void kad_dialer_queue_leave_out (KadDialerQueue *self, guint n);
/* DialFailed with all reasons; what still waits counts as not tried. @peer: (nullable) */
GError *kad_dialer_queue_new_error (KadDialerQueue *self, const KadPeerId *peer);

G_END_DECLS
