/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-human.h"
#include "kad-id-text.h"
#include "kad-multihash.h"
#include "kad-public-key.h"
#include "kad-tool.h"

#define MAX_SHOWN 64

/* Takes @text; NULL is left out. */
static void
add (GVariantBuilder *builder, const char *name, char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_take_string (text));
}

static char *
dup_hex (GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < len; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  return g_string_free (hex, FALSE);
}

static KadExit
finish (KadTool *tool, GVariant *result)
{
  if (!kad_output_is_json (tool->output))
    {
      g_autoptr (GVariant) owned = g_variant_ref_sink (result);

      kad_human_print (tool->output, owned);
      return KAD_EXIT_OK;
    }
  kad_output_json (tool->output, NULL, result);
  /* Scripts read every command the same way; nobody was asked. */
  kad_output_json (tool->output, NULL,
                   g_variant_new_parsed ("{'done': <true>, 'outcome': <'completed'>, "
                                         "'requests': <@u 0>, 'successes': <@u 0>, "
                                         "'failures': <@u 0>, 'duration_us': <@x 0>}"));
  return KAD_EXIT_OK;
}

/* ---- forms ---- */

static char *
dup_base58 (GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return kad_base58btc_encode (data, len);
}

static char *
dup_multibase (GBytes *bytes, KadMultibase base)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return kad_multibase_encode (base, data, len);
}

static char *
dup_peer_id (const KadIdText *id)
{
  return kad_peer_id_is_set (&id->peer) ? kad_peer_id_to_string (&id->peer) : NULL;
}

static char *
dup_peer_cid (const KadIdText *id)
{
  return kad_peer_id_is_set (&id->peer) ? kad_peer_id_to_cid_string (&id->peer) : NULL;
}

static char *
dup_multihash (const KadIdText *id)
{
  return id->multihash != NULL ? dup_base58 (id->multihash) : NULL;
}

/* What a CID says the bytes are; a bare multihash is taken as that of raw bytes. */
static char *
dup_cid (const KadIdText *id)
{
  g_autoptr (KadCid) cid = NULL;
  guint64 codec = KAD_CODEC_RAW;
  gsize len;
  const guint8 *data;

  if (id->multihash == NULL)
    return NULL;
  if (id->kind == KAD_ID_PEER)
    codec = KAD_CODEC_LIBP2P_KEY;
  else if (id->cid != NULL)
    codec = kad_cid_get_codec (id->cid);
  data = g_bytes_get_data (id->multihash, &len);
  cid = kad_cid_new_v1 (codec, data, len, NULL);
  return cid != NULL ? kad_cid_to_string (cid, KAD_MULTIBASE_BASE32) : NULL;
}

/* Version 0 is base58btc of a sha2-256 multihash of dag-pb. */
static char *
dup_cid_v0 (const KadIdText *id)
{
  const guint8 *digest;
  gsize digest_len;
  guint64 code;
  gsize len;
  const guint8 *data;

  if (id->cid == NULL || kad_cid_get_codec (id->cid) != KAD_CODEC_DAG_PB)
    return NULL;
  data = g_bytes_get_data (id->multihash, &len);
  if (!kad_multihash_parse (data, len, &code, &digest, &digest_len, NULL, NULL)
      || code != KAD_MULTIHASH_SHA2_256 || digest_len != KAD_SHA2_256_BYTES)
    return NULL;
  return dup_base58 (id->multihash);
}

static char *
dup_address (const KadIdText *id)
{
  return id->address != NULL ? kad_multiaddr_to_string (id->address) : NULL;
}

static char *
dup_all_hex (const KadIdText *id)
{
  return id->bytes != NULL ? dup_hex (id->bytes) : NULL;
}

static char *
dup_base64 (const KadIdText *id)
{
  return id->bytes != NULL
             ? g_base64_encode (g_bytes_get_data (id->bytes, NULL), g_bytes_get_size (id->bytes))
             : NULL;
}

static char *
dup_base32 (const KadIdText *id)
{
  return id->bytes != NULL ? dup_multibase (id->bytes, KAD_MULTIBASE_BASE32) : NULL;
}

static char *
dup_point (const KadIdText *id)
{
  return id->has_point ? kad_key_to_hex (&id->point) : NULL;
}

/* Each form that an id may be written in; NULL where it has no such form. */
static const struct
{
  const char *name;
  char *(*dup) (const KadIdText *id);
} forms[] = {
  { "peer-id", dup_peer_id }, { "peer-cid", dup_peer_cid },   { "cid", dup_cid },
  { "cid-v0", dup_cid_v0 },   { "multihash", dup_multihash }, { "multiaddr", dup_address },
  { "hex", dup_all_hex },     { "base64", dup_base64 },       { "base32", dup_base32 },
  { "kad-id", dup_point },
};

static GError *
new_unknown_form (const char *form)
{
  g_autofree char *shown = kad_escape_peer_text (form, -1, MAX_SHOWN);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", forms[i].name);
  return g_error_new (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("“%s” is no form: use one of %s"),
                      shown, names->str);
}

KadExit
kad_cmd_id_convert (KadTool *tool)
{
  GError *error = NULL;
  const char *form = kad_arguments_get_word (tool->arguments, 1);
  g_autoptr (KadIdText) id
      = kad_id_text_parse (kad_arguments_get_word (tool->arguments, 0), &error);
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gboolean is_known = form == NULL;
  g_autofree char *found = NULL;

  if (id == NULL)
    return kad_tool_fail (tool, error);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *text = forms[i].dup (id);

      if (form == NULL && text != NULL)
        g_variant_builder_add (&all, "{sv}", forms[i].name, g_variant_new_string (text));
      if (form == NULL || !g_str_equal (form, forms[i].name))
        continue;
      is_known = TRUE;
      found = g_steal_pointer (&text);
    }
  if (!is_known)
    return kad_tool_fail (tool, new_unknown_form (form));
  if (form == NULL)
    return finish (tool, g_variant_builder_end (&all));
  if (found == NULL)
    return kad_tool_fail (tool, g_error_new (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                                             _ ("This %s has no form %s"),
                                             kad_id_kind_get_name (id->kind), form));
  if (kad_output_is_json (tool->output))
    {
      g_variant_builder_add (&all, "{sv}", form, g_variant_new_string (found));
      return finish (tool, g_variant_builder_end (&all));
    }
  kad_output_line (tool->output, found);
  return KAD_EXIT_OK;
}

/* ---- parse ---- */

static void
describe_peer (const KadIdText *id, GVariantBuilder *builder)
{
  g_autoptr (KadPublicKey) key = NULL;
  const guint8 *inlined;
  gsize len;

  if (!kad_peer_id_is_set (&id->peer))
    return;
  add (builder, "peer", kad_peer_id_to_string (&id->peer));
  add (builder, "peer_cid", kad_peer_id_to_cid_string (&id->peer));
  inlined = kad_peer_id_get_inline_key (&id->peer, &len);
  if (inlined != NULL)
    key = kad_public_key_new_from_protobuf (inlined, len, NULL);
  if (key != NULL)
    add (builder, "key_type", g_strdup (kad_key_type_get_name (kad_public_key_get_key_type (key))));
}

static void
describe_cid (const KadIdText *id, GVariantBuilder *builder)
{
  const char *codec;

  if (id->cid == NULL)
    return;
  codec = kad_cid_codec_name (kad_cid_get_codec (id->cid));
  g_variant_builder_add (builder, "{sv}", "version",
                         g_variant_new_uint32 (kad_cid_get_version (id->cid)));
  add (builder, "codec",
       codec != NULL ? g_strdup (codec)
                     : g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", kad_cid_get_codec (id->cid)));
}

static void
describe_multihash (const KadIdText *id, GVariantBuilder *builder)
{
  g_autoptr (GBytes) digest_bytes = NULL;
  const guint8 *digest;
  gsize digest_len;
  guint64 code;
  const guint8 *data;
  const char *name;
  gsize len;

  if (id->multihash == NULL)
    return;
  data = g_bytes_get_data (id->multihash, &len);
  if (!kad_multihash_parse (data, len, &code, &digest, &digest_len, NULL, NULL))
    return;
  name = kad_multihash_code_name (code);
  digest_bytes = g_bytes_new (digest, digest_len);
  add (builder, "multihash", dup_base58 (id->multihash));
  add (builder, "hash",
       name != NULL ? g_strdup (name) : g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", code));
  add (builder, "digest_hex", dup_hex (digest_bytes));
}

KadExit
kad_cmd_id_parse (KadTool *tool)
{
  GError *error = NULL;
  g_autoptr (KadIdText) id
      = kad_id_text_parse (kad_arguments_get_word (tool->arguments, 0), &error);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (id == NULL)
    return kad_tool_fail (tool, error);
  add (&builder, "kind", g_strdup (kad_id_kind_get_name (id->kind)));
  describe_peer (id, &builder);
  describe_cid (id, &builder);
  describe_multihash (id, &builder);
  add (&builder, "address", dup_address (id));
  if (id->address != NULL)
    add (&builder, "scope", g_strdup (kad_scope_get_name (kad_multiaddr_get_scope (id->address))));
  add (&builder, "bytes_hex", dup_all_hex (id));
  add (&builder, "kad_id", dup_point (id));
  return finish (tool, g_variant_builder_end (&builder));
}

/* ---- distance ---- */

static KadIdText *
take_point (KadTool *tool, guint index, GError **error)
{
  const char *text = kad_arguments_get_word (tool->arguments, index);
  g_autoptr (KadIdText) id = kad_id_text_parse (text, error);
  g_autofree char *shown = NULL;

  if (id == NULL || id->has_point)
    return g_steal_pointer (&id);
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("“%s” names no peer: an address alone has no place in the key space"), shown);
  return NULL;
}

KadExit
kad_cmd_id_distance (KadTool *tool)
{
  GError *error = NULL;
  g_autoptr (KadIdText) a = take_point (tool, 0, &error);
  g_autoptr (KadIdText) b = a != NULL ? take_point (tool, 1, &error) : NULL;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *hex = NULL;
  KadKey distance;
  guint bucket;

  if (b == NULL)
    return kad_tool_fail (tool, error);
  kad_key_xor (&a->point, &b->point, &distance);
  hex = kad_key_to_hex (&distance);
  bucket = kad_key_common_prefix (&a->point, &b->point);
  g_variant_builder_add (&builder, "{sv}", "distance_hex", g_variant_new_string (hex));
  /* Equal ones have no logarithm, and a node is in no bucket of its own. */
  g_variant_builder_add (&builder, "{sv}", "log2",
                         bucket < KAD_KEY_BITS ? g_variant_new (
                             "md", TRUE, kad_key_log2_distance (&a->point, &b->point))
                                               : g_variant_new_maybe (G_VARIANT_TYPE_DOUBLE, NULL));
  g_variant_builder_add (&builder, "{sv}", "common_prefix_bits", g_variant_new_uint32 (bucket));
  g_variant_builder_add (&builder, "{sv}", "bucket",
                         bucket < KAD_KEY_BITS ? g_variant_new ("mu", TRUE, bucket)
                                               : g_variant_new_maybe (G_VARIANT_TYPE_UINT32, NULL));
  return finish (tool, g_variant_builder_end (&builder));
}
