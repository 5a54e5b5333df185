/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-public-key.h"

G_BEGIN_DECLS

/* The protobuf message around a key: { Type = 1, Data = 2 }. Public and private
 * keys have the same one. Private to base. */
typedef struct
{
  KadKeyType type;
  guint8 *data; /* (owned) */
  gsize len;
} KadKeyMessage;

gboolean kad_key_message_parse (KadKeyMessage *self, const guint8 *bytes, gsize len,
                                GError **error);
/* Wipes the data before it is freed. */
void kad_key_message_clear (KadKeyMessage *self);
gsize kad_key_message_encoded_size (KadKeyType type, gsize data_len);
gsize kad_key_message_encode (KadKeyType type, const guint8 *data, gsize data_len, guint8 *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadKeyMessage, kad_key_message_clear)

G_END_DECLS
