/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-tool.h"

G_BEGIN_DECLS

/* How long a namespace of advertise and discover may be. */
#define KAD_MAX_NAMESPACE_BYTES 1024

/* The provider key of the namespace that is the first word: as a "text:" key, whose sha2-256
 * multihash it is, as in go-libp2p. */
char *kad_publish_words_dup_namespace_key (KadTool *tool, GError **error);

G_END_DECLS
