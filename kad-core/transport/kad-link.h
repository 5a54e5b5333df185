/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-secure-connection.h"

G_BEGIN_DECLS

#define KAD_TYPE_LINK (kad_link_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadLink, kad_link, KAD, LINK, GObject)

/**
 * KadLink:
 *
 * What a transport yields: the remote's and the local address, and one of
 * - a descriptor (tcp): a connected, non-blocking stream socket, which the reactor polls
 *   and reads and writes itself, and closes;
 * - a byte stream without a descriptor of its own: a #GIOStream whose halves are pollable;
 * - a connection that is secure and multiplexed already (QUIC).
 */

/* Takes @fd. */
KAD_API KadLink *kad_link_new_for_fd (int fd, KadMultiaddr *local, KadMultiaddr *remote);
/* @stream: its input and output are GPollableInputStream and GPollableOutputStream that can poll */
KAD_API KadLink *kad_link_new_for_stream (GIOStream *stream, KadMultiaddr *local,
                                          KadMultiaddr *remote);
KAD_API KadLink *kad_link_new_for_connection (KadSecureConnection *connection, KadMultiaddr *local,
                                              KadMultiaddr *remote);
/* -1 if it has none; steal: the caller closes it. */
KAD_API int kad_link_get_fd (KadLink *self);
KAD_API int kad_link_steal_fd (KadLink *self);
KAD_API GIOStream *kad_link_get_stream (KadLink *self);               /* (nullable) */
KAD_API KadSecureConnection *kad_link_get_connection (KadLink *self); /* (nullable) */
KAD_API KadMultiaddr *kad_link_get_local_address (KadLink *self);     /* (nullable) */
KAD_API KadMultiaddr *kad_link_get_remote_address (KadLink *self);

G_END_DECLS
