/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multihash.h"

#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-varint.h"

/* Where no length is fixed: identity and the functions that give as much as is asked for. */
#define ANY_LENGTH 0

typedef struct
{
  guint32 code;
  guint8 digest_bytes;
  const char *name;
} HashFunction;

/* multicodec table.csv, tag "multihash", by code; blake2 of other sizes: see below */
static const HashFunction functions[] = {
  { KAD_MULTIHASH_IDENTITY, ANY_LENGTH, "identity" },
  { KAD_MULTIHASH_SHA1, 20, "sha1" },
  { KAD_MULTIHASH_SHA2_256, 32, "sha2-256" },
  { KAD_MULTIHASH_SHA2_512, 64, "sha2-512" },
  { 0x14, 64, "sha3-512" },
  { 0x15, 48, "sha3-384" },
  { 0x16, 32, "sha3-256" },
  { 0x17, 28, "sha3-224" },
  { 0x18, ANY_LENGTH, "shake-128" },
  { 0x19, ANY_LENGTH, "shake-256" },
  { 0x1a, 28, "keccak-224" },
  { 0x1b, 32, "keccak-256" },
  { 0x1c, 48, "keccak-384" },
  { 0x1d, 64, "keccak-512" },
  { 0x1e, ANY_LENGTH, "blake3" },
  { 0x20, 48, "sha2-384" },
  { 0x56, 32, "dbl-sha2-256" },
  { 0xd4, 16, "md4" },
  { 0xd5, 16, "md5" },
  { 0x1012, 32, "sha2-256-trunc254-padded" },
  { 0x1013, 28, "sha2-224" },
  { 0x1014, 28, "sha2-512-224" },
  { 0x1015, 32, "sha2-512-256" },
  { 0x1052, 16, "ripemd-128" },
  { 0x1053, 20, "ripemd-160" },
  { 0x1054, 32, "ripemd-256" },
  { 0x1055, 40, "ripemd-320" },
  { 0x1d01, ANY_LENGTH, "kt-128" },
  { 0x1d02, ANY_LENGTH, "kt-256" },
  { 0x534d, 32, "sm3-256" },
  { 0xb214, 20, "blake2b-160" },
  { 0xb21c, 28, "blake2b-224" },
  { 0xb220, 32, "blake2b-256" },
  { 0xb230, 48, "blake2b-384" },
  { 0xb240, 64, "blake2b-512" },
  { 0xb250, 16, "blake2s-128" },
  { 0xb254, 20, "blake2s-160" },
  { 0xb25c, 28, "blake2s-224" },
  { 0xb260, 32, "blake2s-256" },
  { 0xb401, 32, "poseidon-bls12_381-a2-fc1" },
};

/* blake2b-8 to blake2b-512 and blake2s-8 to blake2s-256 have a code for each byte of length. */
#define BLAKE2B_BASE 0xb200
#define BLAKE2B_LAST 0xb240
#define BLAKE2S_BASE 0xb240
#define BLAKE2S_LAST 0xb260

static const HashFunction *
find_function (guint64 code)
{
  gsize low = 0, high = G_N_ELEMENTS (functions);

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (functions[middle].code == code)
        return &functions[middle];
      if (functions[middle].code < code)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

static gsize
full_digest_bytes (guint64 code)
{
  const HashFunction *function = find_function (code);

  if (function != NULL)
    return function->digest_bytes;
  if (code > BLAKE2B_BASE && code <= BLAKE2B_LAST)
    return (gsize) (code - BLAKE2B_BASE);
  if (code > BLAKE2S_BASE && code <= BLAKE2S_LAST)
    return (gsize) (code - BLAKE2S_BASE);

  return ANY_LENGTH;
}

/**
 * kad_multihash_code_name:
 * @code: the code of a hash function
 *
 * Returns: (nullable): its name in the multicodec table, the family's for
 *   unusual sizes of blake2, or %NULL when it is not known here
 */
const char *
kad_multihash_code_name (guint64 code)
{
  const HashFunction *function = find_function (code);

  if (function != NULL)
    return function->name;
  if (code > BLAKE2B_BASE && code <= BLAKE2B_LAST)
    return "blake2b";
  if (code > BLAKE2S_BASE && code <= BLAKE2S_LAST)
    return "blake2s";

  return NULL;
}

static gboolean
check_digest_length (guint64 code, guint64 len, GError **error)
{
  gsize full = full_digest_bytes (code);

  if (len > KAD_MAX_MULTIHASH_DIGEST)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A multihash has a digest of %" G_GUINT64_FORMAT " bytes; at most %d are good",
                   len, KAD_MAX_MULTIHASH_DIGEST);
      return FALSE;
    }
  if (len == 0 && code != KAD_MULTIHASH_IDENTITY)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A multihash of function 0x%" G_GINT64_MODIFIER "x has no digest", code);
      return FALSE;
    }
  if (full != ANY_LENGTH && len > full)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A multihash has %" G_GUINT64_FORMAT
                   " bytes of %s, which gives only %" G_GSIZE_FORMAT,
                   len, kad_multihash_code_name (code), full);
      return FALSE;
    }

  return TRUE;
}

/**
 * kad_multihash_parse:
 * @data: (array length=len): bytes that begin with a multihash
 * @len: how many
 * @code: (out) (optional): the hash function
 * @digest: (out) (optional) (transfer none): the digest inside @data
 * @digest_len: (out) (optional): its length
 * @used: (out) (optional): the bytes of the whole multihash
 * @error: return location
 *
 * Reads the multihash at the start of some bytes; others may follow it.
 *
 * A digest may be shorter than its function's, which multihash calls
 * truncated, and never longer. Functions that are not known here are good.
 *
 * Fails with %KAD_ERROR_INVALID_KEY on a bad or cut varint, on a digest longer than
 * %KAD_MAX_MULTIHASH_DIGEST or than its function gives, on an empty digest
 * except of identity, and on fewer bytes than announced (multiformats/multihash,
 * "Format"). The outputs are untouched then.
 *
 * Returns: whether a multihash was read
 */
gboolean
kad_multihash_parse (const guint8 *data, gsize len, guint64 *code, const guint8 **digest,
                     gsize *digest_len, gsize *used, GError **error)
{
  guint64 function, size;
  gsize code_bytes, size_bytes, head;

  if (kad_varint_decode (data, len, &function, &code_bytes) != KAD_VARINT_OK
      || kad_varint_decode (data + code_bytes, len - code_bytes, &size, &size_bytes)
             != KAD_VARINT_OK)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The %" G_GSIZE_FORMAT " bytes begin with no multihash", len);
      return FALSE;
    }
  if (!check_digest_length (function, size, error))
    return FALSE;

  head = code_bytes + size_bytes;
  if (size > len - head)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A multihash announces a digest of %" G_GUINT64_FORMAT
                   " bytes and has %" G_GSIZE_FORMAT,
                   size, len - head);
      return FALSE;
    }

  if (code != NULL)
    *code = function;
  if (digest != NULL)
    *digest = data + head;
  if (digest_len != NULL)
    *digest_len = (gsize) size;
  if (used != NULL)
    *used = head + (gsize) size;
  return TRUE;
}

/**
 * kad_multihash_validate:
 * @data: (array length=len): bytes
 * @len: how many
 * @error: return location
 *
 * Returns: whether the bytes are one multihash and nothing else; fails as
 *   kad_multihash_parse() does
 */
gboolean
kad_multihash_validate (const guint8 *data, gsize len, GError **error)
{
  gsize used;

  if (!kad_multihash_parse (data, len, NULL, NULL, NULL, &used, error))
    return FALSE;
  if (used != len)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "%" G_GSIZE_FORMAT " bytes follow a multihash", len - used);
      return FALSE;
    }

  return TRUE;
}

static GBytes *
join (guint64 code, const guint8 *digest, gsize len)
{
  guint8 bytes[KAD_MAX_VARINT_BYTES + KAD_MAX_VARINT_BYTES + KAD_MAX_MULTIHASH_DIGEST];
  gsize n = kad_varint_encode (code, bytes);

  n += kad_varint_encode (len, bytes + n);
  if (len > 0)
    memcpy (bytes + n, digest, len);

  return g_bytes_new (bytes, n + len);
}

/**
 * kad_multihash_new_sha256:
 * @data: (array length=len) (nullable): what to hash
 * @len: how many bytes
 *
 * Returns: (transfer full): the sha2-256 multihash, 34 bytes
 */
GBytes *
kad_multihash_new_sha256 (const guint8 *data, gsize len)
{
  guint8 digest[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (digest, data, len);

  return join (KAD_MULTIHASH_SHA2_256, digest, sizeof digest);
}

/**
 * kad_multihash_wrap:
 * @code: the hash function, at most 63 bits
 * @digest: (array length=len) (nullable): the digest
 * @len: its length in bytes
 * @error: return location
 *
 * Puts code and length before a digest. Fails with %KAD_ERROR_INVALID_KEY on
 * what kad_multihash_parse() would refuse.
 *
 * Returns: (transfer full) (nullable): the multihash
 */
GBytes *
kad_multihash_wrap (guint64 code, const guint8 *digest, gsize len, GError **error)
{
  if (code > G_MAXINT64)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The function of a multihash takes more than 63 bits");
      return NULL;
    }
  if (!check_digest_length (code, len, error))
    return NULL;

  return join (code, digest, len);
}
