/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-call-options.h"

#include "kad-error.h"

#define REQUIRE "require:"

GVariant *
kad_call_options_lookup (GVariant *options, const char *name)
{
  g_autofree char *required = NULL;
  GVariant *value = g_variant_lookup_value (options, name, NULL);

  if (value != NULL)
    return value;
  required = g_strconcat (REQUIRE, name, NULL);
  return g_variant_lookup_value (options, required, NULL);
}

gboolean
kad_call_options_check (GVariant *options, const char *const *known, GError **error)
{
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    if (g_str_has_prefix (name, REQUIRE) && !g_strv_contains (known, name + strlen (REQUIRE)))
      {
        g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                     "The call requires the option \"%s\", which this version does not know",
                     name + strlen (REQUIRE));
        return FALSE;
      }
  return TRUE;
}

/* An option of a type; NULL if it is not there, or not good. */
static GVariant *
lookup (GVariant *options, const char *name, const GVariantType *type, GError **error)
{
  GVariant *value = kad_call_options_lookup (options, name);

  if (value == NULL || g_variant_is_of_type (value, type))
    return value;
  if (error != NULL && *error == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The option \"%s\" is of type \"%s\", and wants \"%.*s\"", name,
                 g_variant_get_type_string (value), (int) g_variant_type_get_string_length (type),
                 g_variant_type_peek_string (type));
  g_variant_unref (value);
  return NULL;
}

gboolean
kad_call_options_boolean (GVariant *options, const char *name, gboolean fallback, GError **error)
{
  g_autoptr (GVariant) value = lookup (options, name, G_VARIANT_TYPE_BOOLEAN, error);

  return value != NULL ? g_variant_get_boolean (value) : fallback;
}

guint
kad_call_options_uint (GVariant *options, const char *name, guint fallback, guint min, guint max,
                       GError **error)
{
  g_autoptr (GVariant) value = lookup (options, name, G_VARIANT_TYPE_UINT32, error);
  guint number;

  if (value == NULL)
    return fallback;
  number = g_variant_get_uint32 (value);
  if (number >= min && number <= max)
    return number;
  if (error != NULL && *error == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The option \"%s\" is %u; it goes from %u to %u", name, number, min, max);
  return fallback;
}

const char *
kad_call_options_string (GVariant *options, const char *name, const char *fallback, gsize max_bytes,
                         GError **error)
{
  g_autoptr (GVariant) value = lookup (options, name, G_VARIANT_TYPE_STRING, error);
  gsize len;
  const char *text;

  if (value == NULL)
    return fallback;
  text = g_variant_get_string (value, &len);
  if (len <= max_bytes)
    return text;
  if (error != NULL && *error == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The option \"%s\" has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT
                 " are taken",
                 name, len, max_bytes);
  return fallback;
}

guint
kad_call_options_word (GVariant *options, const char *name, guint fallback,
                       const char *const *words, GError **error)
{
  const char *word = kad_call_options_string (options, name, NULL, G_MAXSIZE, error);
  g_autofree char *all = NULL;

  if (word == NULL)
    return fallback;
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  if (error != NULL && *error == NULL)
    {
      all = g_strjoinv (", ", (char **) words);
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "The option \"%s\" is none of: %s",
                   name, all);
    }
  return fallback;
}

static GVariant *convert (GVariant *value);

static GVariant *
convert_dict (GVariant *dict)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autoptr (GVariant) converted = convert (value);

      if (converted != NULL)
        g_variant_builder_add (&builder, "{sv}", name, converted);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static GVariant *
convert_dicts (GVariant *dicts)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (dicts); i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (dicts, i);

      g_autoptr (GVariant) converted = convert_dict (dict);

      g_variant_builder_add_value (&builder, converted);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* (transfer full): not floating; NULL: nothing is there. */
static GVariant *
convert (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    {
      g_autoptr (GVariant) inner = g_variant_get_maybe (value);

      return inner != NULL ? convert (inner) : NULL;
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return convert_dict (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
    return convert_dicts (value);
  return g_variant_ref (value);
}

GVariant *
kad_call_result (GVariant *value)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);

  return convert (sunk);
}
