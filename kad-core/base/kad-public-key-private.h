/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-public-key.h"

G_BEGIN_DECLS

/* From the data field alone. */
KadPublicKey *kad_public_key_new_from_data (KadKeyType type, const guint8 *data, gsize len,
                                            GError **error);

G_END_DECLS
