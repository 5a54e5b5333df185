/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-multiaddr-protocols.h"

G_BEGIN_DECLS

gboolean kad_multiaddr_value_check (const KadMultiaddrProtocol *protocol, const guint8 *value,
                                    gsize len, GError **error);
gboolean kad_multiaddr_value_parse (const KadMultiaddrProtocol *protocol, const char *text,
                                    gsize len, GByteArray *out, GError **error);
void kad_multiaddr_value_append_text (const KadMultiaddrProtocol *protocol, const guint8 *value,
                                      gsize len, GString *out);

G_END_DECLS
