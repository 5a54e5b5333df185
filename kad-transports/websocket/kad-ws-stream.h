/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-session.h"

G_BEGIN_DECLS

#define KAD_TYPE_WS_STREAM (kad_ws_stream_get_type ())

G_DECLARE_FINAL_TYPE (KadWsStream, kad_ws_stream, KAD, WS_STREAM, GIOStream)

/* Its halves, too. @module: (nullable): NULL registers the types for good */
void kad_ws_stream_register (GTypeModule *module);
/* Takes @session, and closes it. */
GIOStream *kad_ws_stream_new (KadWsSession *session);

G_END_DECLS
