/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_VARINT_BYTES:
 *
 * The room that any encoded 64-bit value needs.
 */
#define KAD_MAX_VARINT_BYTES 10

/**
 * KAD_MAX_MULTIFORMATS_VARINT_BYTES:
 *
 * The longest varint that multiformats allow: nine bytes, which is 63 bits
 * (multiformats/unsigned-varint, "Practical maximum").
 */
#define KAD_MAX_MULTIFORMATS_VARINT_BYTES 9

/**
 * KadVarintStatus:
 * @KAD_VARINT_OK: a value was read
 * @KAD_VARINT_MORE: the bytes end inside the varint; more of them may complete it
 * @KAD_VARINT_BAD: no continuation can make this a varint
 *
 * What became of reading a varint.
 */
typedef enum
{
  KAD_VARINT_OK,
  KAD_VARINT_MORE,
  KAD_VARINT_BAD,
} KadVarintStatus;

KAD_API gsize kad_varint_encode (guint64 value, guint8 out[KAD_MAX_VARINT_BYTES]);
KAD_API gsize kad_varint_size (guint64 value);
KAD_API KadVarintStatus kad_varint_decode (const guint8 *data, gsize len, guint64 *value,
                                           gsize *used);
KAD_API KadVarintStatus kad_varint_decode_lenient (const guint8 *data, gsize len, guint64 *value,
                                                   gsize *used);

G_END_DECLS
