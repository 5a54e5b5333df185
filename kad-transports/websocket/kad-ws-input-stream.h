/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-session.h"

G_BEGIN_DECLS

#define KAD_TYPE_WS_INPUT_STREAM (kad_ws_input_stream_get_type ())

G_DECLARE_FINAL_TYPE (KadWsInputStream, kad_ws_input_stream, KAD, WS_INPUT_STREAM, GInputStream)

/* @module: (nullable): NULL registers the type for good */
void kad_ws_input_stream_register (GTypeModule *module);
GInputStream *kad_ws_input_stream_new (KadWsSession *session);

G_END_DECLS
