/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_MULTIBASE_TEXT:
 *
 * The longest text, in characters with the prefix, that is decoded.
 */
#define KAD_MAX_MULTIBASE_TEXT (16 * 1024)

/**
 * KAD_MAX_MULTIBASE_DATA:
 *
 * The most bytes that are encoded: their base16 text fits in
 * %KAD_MAX_MULTIBASE_TEXT.
 */
#define KAD_MAX_MULTIBASE_DATA (8 * 1024 - 1)

/**
 * KAD_MAX_MULTIBASE_BIGNUM_TEXT:
 *
 * The longest text of base36 or base58btc, without the prefix: decoding these
 * costs the square of the length.
 */
#define KAD_MAX_MULTIBASE_BIGNUM_TEXT 1024

/**
 * KAD_MAX_MULTIBASE_BIGNUM_DATA:
 *
 * The most bytes that are encoded in base36 or base58btc: their text fits in
 * %KAD_MAX_MULTIBASE_BIGNUM_TEXT.
 */
#define KAD_MAX_MULTIBASE_BIGNUM_DATA 640

/**
 * KadMultibase:
 * @KAD_MULTIBASE_BASE16: hexadecimal, lower case
 * @KAD_MULTIBASE_BASE16_UPPER: hexadecimal, upper case
 * @KAD_MULTIBASE_BASE32: RFC 4648, lower case, not padded: that of CIDs
 * @KAD_MULTIBASE_BASE32_UPPER: RFC 4648, upper case, not padded
 * @KAD_MULTIBASE_BASE32_PAD: RFC 4648, lower case, padded
 * @KAD_MULTIBASE_BASE32_PAD_UPPER: RFC 4648, upper case, padded
 * @KAD_MULTIBASE_BASE36: digits and letters, lower case: that of names
 * @KAD_MULTIBASE_BASE36_UPPER: digits and letters, upper case
 * @KAD_MULTIBASE_BASE58BTC: the alphabet of Bitcoin: that of peer ids
 * @KAD_MULTIBASE_BASE64: RFC 4648, not padded
 * @KAD_MULTIBASE_BASE64_PAD: RFC 4648, padded
 * @KAD_MULTIBASE_BASE64URL: RFC 4648 for URLs, not padded
 * @KAD_MULTIBASE_BASE64URL_PAD: RFC 4648 for URLs, padded
 *
 * An encoding, whose value is its prefix character (multiformats/multibase,
 * multibase.csv).
 */
typedef enum
{
  KAD_MULTIBASE_BASE16 = 'f',
  KAD_MULTIBASE_BASE16_UPPER = 'F',
  KAD_MULTIBASE_BASE32 = 'b',
  KAD_MULTIBASE_BASE32_UPPER = 'B',
  KAD_MULTIBASE_BASE32_PAD = 'c',
  KAD_MULTIBASE_BASE32_PAD_UPPER = 'C',
  KAD_MULTIBASE_BASE36 = 'k',
  KAD_MULTIBASE_BASE36_UPPER = 'K',
  KAD_MULTIBASE_BASE58BTC = 'z',
  KAD_MULTIBASE_BASE64 = 'm',
  KAD_MULTIBASE_BASE64_PAD = 'M',
  KAD_MULTIBASE_BASE64URL = 'u',
  KAD_MULTIBASE_BASE64URL_PAD = 'U',
} KadMultibase;

KAD_API char *kad_multibase_encode (KadMultibase base, const guint8 *data, gsize len);
KAD_API GBytes *kad_multibase_decode (const char *text, KadMultibase *base_out, GError **error);
KAD_API const char *kad_multibase_get_name (KadMultibase base);

KAD_API char *kad_base58btc_encode (const guint8 *data, gsize len);
KAD_API GBytes *kad_base58btc_decode (const char *text, GError **error);

G_END_DECLS
