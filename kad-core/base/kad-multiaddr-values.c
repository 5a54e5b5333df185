/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multiaddr-values.h"

#include <arpa/inet.h>
#include <string.h>

#include "kad-cid.h"
#include "kad-error.h"
#include "kad-multiaddr.h"
#include "kad-multibase.h"
#include "kad-multihash.h"
#include "kad-rfc4648.h"

/*
 * The values of components: each kind has a check of its bytes, a parser of
 * its text and a writer of its text, and the table at the end binds them. A
 * parser only has to find the bytes: they are checked afterwards like bytes from
 * the wire.
 */

/* A public key of up to this many bytes is its own name (libp2p specs, peer-ids). */
#define MAX_INLINE_KEY 42

#define ONION_HOST 10
#define ONION3_HOST 35
#define MIN_GARLIC64 386
#define GARLIC32_HASH 32
#define MIN_GARLIC32_ENCRYPTED 35

static const KadRfc4648 onion_base32
    = { "base32", "abcdefghijklmnopqrstuvwxyz234567", 5, TRUE, FALSE, FALSE };
/* go-multiaddr, and so every address that it writes, lets unused bits be anything here. */
static const KadRfc4648 garlic_base32
    = { "base32", "abcdefghijklmnopqrstuvwxyz234567", 5, TRUE, FALSE, TRUE };
static const KadRfc4648 garlic_base64 = {
  "I2P base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~", 6, FALSE, TRUE,
  TRUE
};

typedef struct
{
  gboolean (*check) (const guint8 *value, gsize len, GError **error); /* NULL: all bytes are good */
  gboolean (*parse) (const char *text, gsize len, GByteArray *out, GError **error);
  void (*append_text) (const guint8 *value, gsize len, GString *out);
} ValueKind;

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS, reason);
  return FALSE;
}

/* --- numbers --- */

static gboolean
parse_decimal (const char *text, gsize len, guint64 max, guint64 *value)
{
  guint64 result = 0;

  if (len == 0)
    return FALSE;

  for (gsize i = 0; i < len; i++)
    {
      guint digit = (guint) (text[i] - '0');

      if (!g_ascii_isdigit (text[i]) || result > (max - digit) / 10)
        return FALSE;
      result = result * 10 + digit;
    }

  *value = result;
  return TRUE;
}

static void
append_big_endian (guint64 value, gsize size, GByteArray *out)
{
  guint64 swapped = GUINT64_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &swapped + sizeof swapped - size, (guint) size);
}

static gboolean
parse_port (const char *text, gsize len, GByteArray *out, GError **error)
{
  guint64 port;

  if (!parse_decimal (text, len, G_MAXUINT16, &port))
    return refuse (error, "is not a number from 0 to 65535");

  append_big_endian (port, 2, out);
  return TRUE;
}

static guint16
read_port (const guint8 *value)
{
  return (guint16) (value[0] << 8 | value[1]);
}

static void
append_port (const guint8 *value, gsize len, GString *out)
{
  g_string_append_printf (out, "%u", read_port (value));
}

static gboolean
parse_cidr (const char *text, gsize len, GByteArray *out, GError **error)
{
  guint64 bits;

  if (!parse_decimal (text, len, G_MAXUINT8, &bits))
    return refuse (error, "is not a number from 0 to 255");

  append_big_endian (bits, 1, out);
  return TRUE;
}

static void
append_cidr (const guint8 *value, gsize len, GString *out)
{
  g_string_append_printf (out, "%u", value[0]);
}

static gboolean
parse_number (const char *text, gsize len, GByteArray *out, GError **error)
{
  guint64 number;

  if (!parse_decimal (text, len, G_MAXUINT64, &number))
    return refuse (error, "is not a number of 64 bits");

  append_big_endian (number, 8, out);
  return TRUE;
}

static void
append_number (const guint8 *value, gsize len, GString *out)
{
  guint64 number;

  memcpy (&number, value, sizeof number);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, GUINT64_FROM_BE (number));
}

/* --- IP addresses --- */

static gboolean
parse_ip (int family, const char *text, gsize len, GByteArray *out)
{
  char copy[INET6_ADDRSTRLEN];
  guint8 address[16];

  if (len >= sizeof copy)
    return FALSE;

  memcpy (copy, text, len);
  copy[len] = '\0';
  if (inet_pton (family, copy, address) != 1)
    return FALSE;

  g_byte_array_append (out, address, family == AF_INET ? 4 : 16);
  return TRUE;
}

static gboolean
parse_ip4 (const char *text, gsize len, GByteArray *out, GError **error)
{
  return parse_ip (AF_INET, text, len, out) || refuse (error, "is not an IPv4 address");
}

static gboolean
parse_ip6 (const char *text, gsize len, GByteArray *out, GError **error)
{
  return parse_ip (AF_INET6, text, len, out)
         || refuse (error, "is not an IPv6 address; a zone goes into /ip6zone before it");
}

static void
append_ip4 (const guint8 *value, gsize len, GString *out)
{
  g_string_append_printf (out, "%u.%u.%u.%u", value[0], value[1], value[2], value[3]);
}

static void
append_ip6 (const guint8 *value, gsize len, GString *out)
{
  char text[INET6_ADDRSTRLEN];

  inet_ntop (AF_INET6, value, text, sizeof text);
  g_string_append (out, text);
}

/* --- text as it is --- */

static gboolean
is_clean_text (const guint8 *value, gsize len, gunichar first_allowed)
{
  const char *text = (const char *) value;

  if (!g_utf8_validate_len (text, len, NULL))
    return FALSE;

  for (const char *at = text; at < text + len; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < first_allowed || (c >= 0x7f && c < 0xa0))
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_as_is (const char *text, gsize len, GByteArray *out, GError **error)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) len);
  return TRUE;
}

static void
append_as_is (const guint8 *value, gsize len, GString *out)
{
  g_string_append_len (out, (const char *) value, (gssize) len);
}

static gboolean
check_name (const guint8 *value, gsize len, GError **error)
{
  if (len > KAD_MAX_MULTIADDR_NAME)
    return refuse (error, "is longer than the 255 bytes that a name may have");
  if (memchr (value, '/', len) != NULL)
    return refuse (error, "is a name with a slash");
  if (!is_clean_text (value, len, '!'))
    return refuse (error, "is a name with spaces, control characters or invalid UTF-8");

  return TRUE;
}

static gboolean
check_path (const guint8 *value, gsize len, GError **error)
{
  if (len < 2 || value[0] != '/' || value[len - 1] == '/')
    return refuse (error, "is not the absolute path of a socket");
  if (!is_clean_text (value, len, ' '))
    return refuse (error, "is a path with control characters or invalid UTF-8");

  return TRUE;
}

/* A path in HTTP may hold any byte: in text all but RFC 3986's unreserved are escaped. */
static gboolean
parse_http_path (const char *text, gsize len, GByteArray *out, GError **error)
{
  g_autoptr (GBytes) bytes = g_uri_unescape_bytes (text, (gssize) len, NULL, NULL);

  if (bytes == NULL)
    return refuse (error, "is not a percent-encoded path");

  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  return TRUE;
}

static void
append_http_path (const guint8 *value, gsize len, GString *out)
{
  g_autofree char *text = g_uri_escape_bytes (value, len, NULL);

  g_string_append (out, text);
}

/* --- hashes --- */

static gboolean
check_peer (const guint8 *value, gsize len, GError **error)
{
  guint64 code;
  gsize digest_len, used;

  if (!kad_multihash_parse (value, len, &code, NULL, &digest_len, &used, NULL) || used != len)
    return refuse (error, "is not a multihash");
  if (code == KAD_MULTIHASH_SHA2_256 && digest_len == KAD_SHA2_256_BYTES)
    return TRUE;
  if (code == KAD_MULTIHASH_IDENTITY && digest_len > 0 && digest_len <= MAX_INLINE_KEY)
    return TRUE;

  return refuse (error, "is not a peer id: neither sha2-256 nor a key of at most 42 bytes");
}

static GBytes *
peer_from_cid (const char *text)
{
  g_autoptr (KadCid) cid = kad_cid_new_from_string (text, NULL);

  if (cid == NULL || kad_cid_get_codec (cid) != KAD_CODEC_LIBP2P_KEY)
    return NULL;

  return g_bytes_ref (kad_cid_get_multihash (cid));
}

/* libp2p specs, peer-ids, "Decoding": "Qm" and "1" begin no text of a CIDv1 that is in use. */
static gboolean
parse_peer (const char *text, gsize len, GByteArray *out, GError **error)
{
  g_autofree char *copy = g_strndup (text, len);
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_has_prefix (copy, "Qm") || g_str_has_prefix (copy, "1"))
    bytes = kad_base58btc_decode (copy, NULL);
  else
    bytes = peer_from_cid (copy);
  if (bytes == NULL)
    return refuse (error, "is neither a base58btc multihash nor a CID of a libp2p key");

  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  return TRUE;
}

static void
append_peer (const guint8 *value, gsize len, GString *out)
{
  g_autofree char *text = kad_base58btc_encode (value, len);

  g_string_append (out, text);
}

static gboolean
check_multihash (const guint8 *value, gsize len, GError **error)
{
  return kad_multihash_validate (value, len, NULL) || refuse (error, "is not a multihash");
}

static gboolean
parse_multihash (const char *text, gsize len, GByteArray *out, GError **error)
{
  g_autofree char *copy = g_strndup (text, len);
  g_autoptr (GBytes) bytes = kad_multibase_decode (copy, NULL, NULL);

  if (bytes == NULL)
    return refuse (error, "is not multibase text");

  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  return TRUE;
}

static void
append_multihash (const guint8 *value, gsize len, GString *out)
{
  g_autofree char *text = kad_multibase_encode (KAD_MULTIBASE_BASE64URL, value, len);

  g_string_append (out, text);
}

/* --- onion and garlic --- */

static gboolean
check_any_onion (const guint8 *value, gsize len, GError **error)
{
  return read_port (value + len - 2) != 0 || refuse (error, "has port 0");
}

static gboolean
parse_any_onion (const char *text, gsize len, gsize host_bytes, GByteArray *out, GError **error)
{
  const char *colon = memchr (text, ':', len);
  guint before = out->len;

  if (colon == NULL)
    return refuse (error, "has no port after a colon");
  if (!kad_rfc4648_decode (&onion_base32, text, (gsize) (colon - text), out, NULL)
      || out->len - before != host_bytes)
    return refuse (error, "is not the base32 of an onion service");

  return parse_port (colon + 1, len - (gsize) (colon + 1 - text), out, error);
}

static gboolean
parse_onion (const char *text, gsize len, GByteArray *out, GError **error)
{
  return parse_any_onion (text, len, ONION_HOST, out, error);
}

static gboolean
parse_onion3 (const char *text, gsize len, GByteArray *out, GError **error)
{
  return parse_any_onion (text, len, ONION3_HOST, out, error);
}

static void
append_any_onion (const guint8 *value, gsize len, GString *out)
{
  kad_rfc4648_append (&onion_base32, value, len - 2, out);
  g_string_append_printf (out, ":%u", read_port (value + len - 2));
}

static gboolean
check_garlic64 (const guint8 *value, gsize len, GError **error)
{
  return len >= MIN_GARLIC64 || refuse (error, "is shorter than an I2P destination");
}

static gboolean
parse_garlic64 (const char *text, gsize len, GByteArray *out, GError **error)
{
  return kad_rfc4648_decode (&garlic_base64, text, len, out, NULL)
         || refuse (error, "is not I2P base64");
}

static void
append_garlic64 (const guint8 *value, gsize len, GString *out)
{
  kad_rfc4648_append (&garlic_base64, value, len, out);
}

static gboolean
check_garlic32 (const guint8 *value, gsize len, GError **error)
{
  return len == GARLIC32_HASH || len >= MIN_GARLIC32_ENCRYPTED
         || refuse (error, "has not the length of an I2P base32 address");
}

static gboolean
parse_garlic32 (const char *text, gsize len, GByteArray *out, GError **error)
{
  return kad_rfc4648_decode (&garlic_base32, text, len, out, NULL)
         || refuse (error, "is not base32");
}

static void
append_garlic32 (const guint8 *value, gsize len, GString *out)
{
  kad_rfc4648_append (&garlic_base32, value, len, out);
}

static const ValueKind kinds[] = {
  [KAD_MULTIADDR_VALUE_NONE] = { NULL, NULL, NULL },
  [KAD_MULTIADDR_VALUE_IP4] = { NULL, parse_ip4, append_ip4 },
  [KAD_MULTIADDR_VALUE_IP6] = { NULL, parse_ip6, append_ip6 },
  [KAD_MULTIADDR_VALUE_CIDR] = { NULL, parse_cidr, append_cidr },
  [KAD_MULTIADDR_VALUE_PORT] = { NULL, parse_port, append_port },
  [KAD_MULTIADDR_VALUE_NAME] = { check_name, parse_as_is, append_as_is },
  [KAD_MULTIADDR_VALUE_PATH] = { check_path, parse_as_is, append_as_is },
  [KAD_MULTIADDR_VALUE_PEER] = { check_peer, parse_peer, append_peer },
  [KAD_MULTIADDR_VALUE_ONION] = { check_any_onion, parse_onion, append_any_onion },
  [KAD_MULTIADDR_VALUE_ONION3] = { check_any_onion, parse_onion3, append_any_onion },
  [KAD_MULTIADDR_VALUE_GARLIC64] = { check_garlic64, parse_garlic64, append_garlic64 },
  [KAD_MULTIADDR_VALUE_GARLIC32] = { check_garlic32, parse_garlic32, append_garlic32 },
  [KAD_MULTIADDR_VALUE_MULTIHASH] = { check_multihash, parse_multihash, append_multihash },
  [KAD_MULTIADDR_VALUE_HTTP_PATH] = { NULL, parse_http_path, append_http_path },
  [KAD_MULTIADDR_VALUE_NUMBER] = { NULL, parse_number, append_number },
};

static void
name_protocol (GError **error, const KadMultiaddrProtocol *protocol)
{
  g_prefix_error (error, "The value of /%s in a multiaddr ", protocol->name);
}

/**
 * kad_multiaddr_value_check:
 * @protocol: a protocol with a value
 * @value: (array length=len): the value's bytes, without their length
 * @len: how many; already right where the protocol fixes it
 * @error: return location
 *
 * Fails with %KAD_ERROR_INVALID_ADDRESS when the protocol gives the bytes no
 * meaning; no value of variable size may be empty.
 *
 * Returns: whether the value is good
 */
gboolean
kad_multiaddr_value_check (const KadMultiaddrProtocol *protocol, const guint8 *value, gsize len,
                           GError **error)
{
  const ValueKind *kind = &kinds[protocol->value];
  gboolean ok = TRUE;

  if (len == 0)
    ok = refuse (error, "is empty");
  else if (kind->check != NULL)
    ok = kind->check (value, len, error);

  if (!ok)
    name_protocol (error, protocol);
  return ok;
}

/**
 * kad_multiaddr_value_parse:
 * @protocol: a protocol with a value
 * @text: (array length=len): the value's text; with its first slash for a path
 * @len: how many bytes of it
 * @out: receives the value's bytes; what it receives on failure is of no use
 * @error: return location
 *
 * Finds the bytes of a value, which kad_multiaddr_value_check() has still to
 * judge. Fails with %KAD_ERROR_INVALID_ADDRESS.
 *
 * Returns: whether the text was read
 */
gboolean
kad_multiaddr_value_parse (const KadMultiaddrProtocol *protocol, const char *text, gsize len,
                           GByteArray *out, GError **error)
{
  gboolean ok = kinds[protocol->value].parse (text, len, out, error);

  if (!ok)
    name_protocol (error, protocol);
  return ok;
}

/**
 * kad_multiaddr_value_append_text:
 * @protocol: a protocol with a value
 * @value: (array length=len): a value that kad_multiaddr_value_check() found good
 * @len: how many bytes
 * @out: text that grows
 */
void
kad_multiaddr_value_append_text (const KadMultiaddrProtocol *protocol, const guint8 *value,
                                 gsize len, GString *out)
{
  kinds[protocol->value].append_text (value, len, out);
}
