/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-caller-inquiry.h"

G_BEGIN_DECLS

/* Who hears what the service tells to all. A message bus gives a signal without a destination to
 * whoever listens, those in sandboxes, too; so only what is for everybody is sent so, and the rest
 * goes to each of those that may hear it and have called before. */

/* Of a signal that is about to be sent: what is to be sent instead, NULL for nothing. @inquiry: on
 * a message bus; @identity: of the one on our own socket. In GDBus's thread. (transfer full): both
 */
GDBusMessage *kad_caller_signals_filter (GDBusConnection *connection, KadCallerInquiry *inquiry,
                                         const KadCallerIdentity *identity, GDBusMessage *signal);
/* Sends a signal of the root object that is about @path to those who may know of that; by @inquiry,
 * or, NULL, to the one on our own socket. */
void kad_caller_signals_tell (GDBusConnection *connection, KadCallerInquiry *inquiry,
                              const KadCallerIdentity *identity, const char *about,
                              const char *interface, const char *name, GVariant *parameters);

G_END_DECLS
