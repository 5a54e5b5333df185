/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-wire.h"

G_BEGIN_DECLS

/* The one reader of length-prefixed frames (unsigned varint), for every
 * protocol and both roles, with the caller's maximum.
 *
 * Looks at the front of @data: DONE gives the frame (borrowed) and how many bytes
 * prefix and frame take; MORE wants more; ERROR: a bad varint or a frame
 * over @max_bytes, told before any of the frame arrived. */
KadWireStatus kad_frame_peek (const guint8 *data, gsize len, gsize max_bytes, const guint8 **frame,
                              gsize *frame_len, gsize *used, GError **error);
/* Appends the prefix for a frame of @len bytes. */
void kad_frame_append_prefix (KadBuffer *out, gsize len);

G_END_DECLS
