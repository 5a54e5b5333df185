/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-session.h"

G_BEGIN_DECLS

#define KAD_TYPE_WS_OUTPUT_STREAM (kad_ws_output_stream_get_type ())

G_DECLARE_FINAL_TYPE (KadWsOutputStream, kad_ws_output_stream, KAD, WS_OUTPUT_STREAM, GOutputStream)

/* @module: (nullable): NULL registers the type for good */
void kad_ws_output_stream_register (GTypeModule *module);
GOutputStream *kad_ws_output_stream_new (KadWsSession *session);

G_END_DECLS
