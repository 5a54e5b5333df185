/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-cid.h"

#include <string.h>

#include "kad-error.h"
#include "kad-varint.h"

/* A CIDv0 is a bare sha2-256 multihash: 34 bytes, in text 46 characters of
 * base58btc that begin with "Qm" and carry no prefix (multiformats/cid, "CIDv0"). */
#define V0_TEXT_LENGTH 46

struct _KadCid
{
  gatomicrefcount ref_count;
  guint version;
  guint64 codec;
  GBytes *multihash; /* (owned) */
};

G_DEFINE_BOXED_TYPE (KadCid, kad_cid, kad_cid_ref, kad_cid_unref)

typedef struct
{
  guint32 code;
  const char *name;
} Codec;

/* multicodec table.csv, tags "ipld" and "serialization", the ones seen in a DHT */
static const Codec codecs[] = {
  { 0x51, "cbor" },
  { KAD_CODEC_RAW, "raw" },
  { KAD_CODEC_DAG_PB, "dag-pb" },
  { KAD_CODEC_DAG_CBOR, "dag-cbor" },
  { KAD_CODEC_LIBP2P_KEY, "libp2p-key" },
  { 0x78, "git-raw" },
  { 0x7b, "torrent-info" },
  { 0x7c, "torrent-file" },
  { 0x85, "dag-jose" },
  { 0x86, "dag-cose" },
  { 0x90, "eth-block" },
  { 0x93, "eth-tx" },
  { 0xb0, "bitcoin-block" },
  { 0xb1, "bitcoin-tx" },
  { 0x0129, "dag-json" },
  { 0x0200, "json" },
  { 0x0202, "car" },
};

/**
 * kad_cid_codec_name:
 * @codec: a codec
 *
 * Returns: (nullable): its name in the multicodec table, or %NULL when it is
 *   not known here
 */
const char *
kad_cid_codec_name (guint64 codec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      if (codecs[i].code == codec)
        return codecs[i].name;
    }

  return NULL;
}

static KadCid *
new_checked (guint version, guint64 codec, const guint8 *multihash, gsize len)
{
  KadCid *self = g_new (KadCid, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->version = version;
  self->codec = codec;
  self->multihash = g_bytes_new (multihash, len);

  return self;
}

/* Whether bytes begin as a CIDv0 does: 0x12 is no version that CIDs will ever have. */
static gboolean
begins_as_v0 (const guint8 *data, gsize len)
{
  return len >= 2 && data[0] == KAD_MULTIHASH_SHA2_256 && data[1] == KAD_SHA2_256_BYTES;
}

/**
 * kad_cid_new_v1:
 * @codec: what the bytes behind the CID are, at most 63 bits
 * @multihash: (array length=len): a whole multihash, copied
 * @len: its length in bytes
 * @error: return location
 *
 * Makes a CIDv1. Fails with %KAD_ERROR_INVALID_KEY when @multihash is none.
 *
 * Returns: (transfer full) (nullable): the CID
 */
KadCid *
kad_cid_new_v1 (guint64 codec, const guint8 *multihash, gsize len, GError **error)
{
  if (codec > G_MAXINT64)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The codec of a CID takes more than 63 bits");
      return NULL;
    }
  if (!kad_multihash_validate (multihash, len, error))
    return NULL;

  return new_checked (1, codec, multihash, len);
}

/**
 * kad_cid_new_from_bytes:
 * @data: (array length=len): the whole of a binary CID, copied
 * @len: its length in bytes
 * @error: return location
 *
 * Reads a CID of version 0 or 1 (multiformats/cid, "Decoding Algorithm"). A
 * bare sha2-256 multihash is a CIDv0.
 *
 * Fails with %KAD_ERROR_INVALID_KEY on another version, on a bad varint or
 * multihash, and on bytes that follow.
 *
 * Returns: (transfer full) (nullable): the CID
 */
KadCid *
kad_cid_new_from_bytes (const guint8 *data, gsize len, GError **error)
{
  guint64 version, codec;
  gsize version_bytes, codec_bytes;

  if (begins_as_v0 (data, len))
    {
      if (!kad_multihash_validate (data, len, error))
        return NULL;
      return new_checked (0, KAD_CODEC_DAG_PB, data, len);
    }

  if (kad_varint_decode (data, len, &version, &version_bytes) != KAD_VARINT_OK
      || kad_varint_decode (data + version_bytes, len - version_bytes, &codec, &codec_bytes)
             != KAD_VARINT_OK)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The %" G_GSIZE_FORMAT " bytes begin with no CID", len);
      return NULL;
    }
  if (version != 1)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A CID has version %" G_GUINT64_FORMAT "; versions 0 and 1 are known", version);
      return NULL;
    }

  return kad_cid_new_v1 (codec, data + version_bytes + codec_bytes,
                         len - version_bytes - codec_bytes, error);
}

/* The bytes of a CID's text; @is_v0 says which of the two forms it had. */
static GBytes *
decode_text (const char *text, gboolean *is_v0, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GBytes *bytes;

  *is_v0 = strnlen (text, V0_TEXT_LENGTH + 1) == V0_TEXT_LENGTH && g_str_has_prefix (text, "Qm");
  bytes
      = *is_v0 ? kad_base58btc_decode (text, &reason) : kad_multibase_decode (text, NULL, &reason);
  if (bytes == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "The text of a CID is wrong: %s",
                 reason->message);

  return bytes;
}

/**
 * kad_cid_new_from_string:
 * @text: "Qm…" for version 0, or a version 1 in any encoding of #KadMultibase
 * @error: return location
 *
 * Reads the text of a CID. Fails with %KAD_ERROR_INVALID_KEY on text that is
 * none, which includes a CIDv0 with a multibase prefix.
 *
 * Returns: (transfer full) (nullable): the CID
 */
KadCid *
kad_cid_new_from_string (const char *text, GError **error)
{
  gboolean is_v0;
  g_autoptr (GBytes) bytes = decode_text (text, &is_v0, error);
  const guint8 *data;
  gsize len;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &len);
  if (is_v0 != begins_as_v0 (data, len))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   is_v0 ? "The text of a CID begins with Qm and is no sha2-256 multihash"
                         : "The text of a CID has a multibase prefix before a version 0");
      return NULL;
    }

  return kad_cid_new_from_bytes (data, len, error);
}

/**
 * kad_cid_ref:
 * @self: a CID
 *
 * Returns: (transfer full): @self
 */
KadCid *
kad_cid_ref (KadCid *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * kad_cid_unref:
 * @self: (transfer full): a CID
 */
void
kad_cid_unref (KadCid *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_bytes_unref (self->multihash);
  g_free (self);
}

/**
 * kad_cid_equal:
 * @self: a CID
 * @other: another
 *
 * Returns: whether version, codec and multihash are the same
 */
gboolean
kad_cid_equal (const KadCid *self, const KadCid *other)
{
  return self->version == other->version && self->codec == other->codec
         && g_bytes_equal (self->multihash, other->multihash);
}

/**
 * kad_cid_get_version:
 * @self: a CID
 *
 * Returns: 0 or 1
 */
guint
kad_cid_get_version (const KadCid *self)
{
  return self->version;
}

/**
 * kad_cid_get_codec:
 * @self: a CID
 *
 * Returns: the codec; %KAD_CODEC_DAG_PB for version 0
 */
guint64
kad_cid_get_codec (const KadCid *self)
{
  return self->codec;
}

/**
 * kad_cid_get_multihash:
 * @self: a CID
 *
 * Returns: (transfer none): the whole multihash
 */
GBytes *
kad_cid_get_multihash (const KadCid *self)
{
  return self->multihash;
}

static gsize
write_bytes (const KadCid *self, guint8 out[KAD_MAX_CID_BYTES])
{
  gsize n = 0, len;
  const guint8 *multihash = g_bytes_get_data (self->multihash, &len);

  if (self->version > 0)
    {
      guint8 varint[KAD_MAX_VARINT_BYTES];
      gsize codec_bytes = kad_varint_encode (self->codec, varint);

      out[n++] = (guint8) self->version;
      memcpy (out + n, varint, codec_bytes);
      n += codec_bytes;
    }
  memcpy (out + n, multihash, len);

  return n + len;
}

/**
 * kad_cid_to_bytes:
 * @self: a CID
 *
 * Returns: (transfer full): the binary form
 */
GBytes *
kad_cid_to_bytes (const KadCid *self)
{
  guint8 bytes[KAD_MAX_CID_BYTES];
  gsize n = write_bytes (self, bytes);

  return g_bytes_new (bytes, n);
}

/**
 * kad_cid_to_string:
 * @self: a CID
 * @base: the encoding of a version 1; a version 0 is always bare base58btc
 *
 * Returns: (transfer full): the text
 */
char *
kad_cid_to_string (const KadCid *self, KadMultibase base)
{
  guint8 bytes[KAD_MAX_CID_BYTES];
  gsize n = write_bytes (self, bytes);

  if (self->version == 0)
    return kad_base58btc_encode (bytes, n);

  return kad_multibase_encode (base, bytes, n);
}
