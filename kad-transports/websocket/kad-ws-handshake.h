/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The upgrade from HTTP (RFC 6455 section 4), without a socket. libsoup reads the HTTP. */

/* Of a request or response, with the empty line at its end. */
#define KAD_MAX_WS_HEAD_BYTES 8192
#define KAD_MAX_WS_HEADERS 64

/* Length of the head at the beginning of @data, or 0 if it is not whole. */
gsize kad_ws_handshake_find_end (const guint8 *data, gsize len);
/* A new Sec-WebSocket-Key. */
char *kad_ws_handshake_new_key (void);
/* @path: (nullable): without a slash at its beginning */
char *kad_ws_handshake_new_request (const char *authority, const char *path, const char *key);
/* What a server says to a head, or (len 0) to one that is too long. *@is_upgraded: whether frames
 * follow. */
char *kad_ws_handshake_answer (const guint8 *head, gsize len, gboolean *is_upgraded);
/* What a server says to bytes that are no HTTP. */
char *kad_ws_handshake_answer_nonsense (void);
/* Whether the server's head says yes to @key. */
gboolean kad_ws_handshake_check (const guint8 *head, gsize len, const char *key, GError **error);

G_END_DECLS
