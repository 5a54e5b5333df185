/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-private-key.h"

G_BEGIN_DECLS

/* Where identities come from: made here, and kept in a file that only its owner can read. */

/* A new key of a type, from the system's randomness. RSA: 2048 bits. */
KadPrivateKey *kad_keystore_generate (KadKeyType type, GError **error);
/* Reads the identity of @path; where there is no file, makes one of @type with mode 0600, whole or
 * not at all. Refused: a file that others can read or write, a symbolic link, a file that is no
 * key (Corrupt). The file holds the libp2p PrivateKey message. */
KadPrivateKey *kad_keystore_load_or_create (const char *path, KadKeyType type, GError **error);

G_END_DECLS
