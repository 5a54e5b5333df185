/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_AGENT_BYTES:
 *
 * The longest agent of a peer, in bytes, that is shown.
 */
#define KAD_MAX_AGENT_BYTES 128

/**
 * KAD_MAX_PROTOCOL_NAME_BYTES:
 *
 * The longest name of a protocol, in bytes.
 */
#define KAD_MAX_PROTOCOL_NAME_BYTES 256

/* Text from a peer made fit for a terminal, a log, D-Bus or GTK: C0, DEL, C1,
 * bidi controls, line separators and invalid UTF-8 become \xNN or \u{NNNN};
 * at most @max_bytes of input are taken. Newly allocated, valid UTF-8. */
KAD_API char *kad_escape_peer_text (const char *text, gssize len, gsize max_bytes);

G_END_DECLS
