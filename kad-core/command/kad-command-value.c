/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-value.h"

#include "kad-endpoint.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-key.h"
#include "kad-record.h"

#define MAX_SHOWN_TEXT 64

/* One option at a time: what came (a number of some width, text from a command line, bytes
 * from D-Bus) becomes the type of the property. A conversion never guesses and never
 * clamps: what does not fit is refused in words that name the option. */

static gboolean
refuse (GParamSpec *pspec, const char *wanted, GVariant *option, GError **error)
{
  g_autofree char *shown_text = NULL;
  g_autofree char *shown = NULL;

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    {
      shown_text = kad_escape_peer_text (g_variant_get_string (option, NULL), -1, MAX_SHOWN_TEXT);
      shown = g_strdup_printf ("“%s”", shown_text);
    }
  else if (g_variant_type_is_basic (g_variant_get_type (option)))
    shown = g_variant_print (option, FALSE);
  else
    shown = g_strdup_printf ("a value of type %s", g_variant_get_type_string (option));
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "Option “%s” must be %s, not %s",
               pspec->name, wanted, shown);
  return FALSE;
}

/* ---- numbers ---- */

/* Any whole number; text too. */
static gboolean
read_number (GVariant *option, gboolean *is_negative, guint64 *magnitude)
{
  gint64 number = 0;

  switch (g_variant_classify (option))
    {
    case G_VARIANT_CLASS_BYTE:
      number = g_variant_get_byte (option);
      break;
    case G_VARIANT_CLASS_INT16:
      number = g_variant_get_int16 (option);
      break;
    case G_VARIANT_CLASS_UINT16:
      number = g_variant_get_uint16 (option);
      break;
    case G_VARIANT_CLASS_INT32:
      number = g_variant_get_int32 (option);
      break;
    case G_VARIANT_CLASS_UINT32:
      number = g_variant_get_uint32 (option);
      break;
    case G_VARIANT_CLASS_INT64:
      number = g_variant_get_int64 (option);
      break;
    case G_VARIANT_CLASS_UINT64:
      *is_negative = FALSE;
      *magnitude = g_variant_get_uint64 (option);
      return TRUE;
    case G_VARIANT_CLASS_STRING:
      *is_negative = g_variant_get_string (option, NULL)[0] == '-';
      return g_ascii_string_to_unsigned (g_variant_get_string (option, NULL) + *is_negative, 10, 0,
                                         G_MAXUINT64, magnitude, NULL);
    default:
      return FALSE;
    }
  *is_negative = number < 0;
  *magnitude = number < 0 ? (guint64) 0 - (guint64) number : (guint64) number;
  return TRUE;
}

static gboolean
convert_unsigned (GParamSpec *pspec, guint64 minimum, guint64 maximum, GVariant *option,
                  guint64 *number, GError **error)
{
  g_autofree char *wanted = NULL;
  gboolean is_negative;

  if (read_number (option, &is_negative, number) && (!is_negative || *number == 0)
      && *number >= minimum && *number <= maximum)
    return TRUE;
  wanted = g_strdup_printf ("a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                            minimum, maximum);
  return refuse (pspec, wanted, option, error);
}

static gboolean
convert_signed (GParamSpec *pspec, gint64 minimum, gint64 maximum, GVariant *option, gint64 *number,
                GError **error)
{
  g_autofree char *wanted = NULL;
  gboolean is_negative;
  guint64 magnitude;

  if (read_number (option, &is_negative, &magnitude)
      && magnitude <= (guint64) G_MAXINT64 + is_negative)
    {
      *number = is_negative ? (gint64) ((guint64) 0 - magnitude) : (gint64) magnitude;
      if (*number >= minimum && *number <= maximum)
        return TRUE;
    }
  wanted = g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            minimum, maximum);
  return refuse (pspec, wanted, option, error);
}

static gboolean
convert_double (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  GParamSpecDouble *bounds = G_PARAM_SPEC_DOUBLE (pspec);
  g_autofree char *wanted = NULL;
  double number = 0;
  gboolean is_negative;
  guint64 magnitude;
  gboolean is_number;

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    {
      const char *text = g_variant_get_string (option, NULL);
      char *end = NULL;

      number = g_ascii_strtod (text, &end);
      is_number = end != text && *end == '\0';
    }
  else if (g_variant_is_of_type (option, G_VARIANT_TYPE_DOUBLE))
    {
      number = g_variant_get_double (option);
      is_number = TRUE;
    }
  else
    {
      is_number = read_number (option, &is_negative, &magnitude);
      if (is_number)
        number = is_negative ? -(double) magnitude : (double) magnitude;
    }
  if (is_number && number >= bounds->minimum && number <= bounds->maximum)
    {
      g_value_set_double (value, number);
      return TRUE;
    }
  wanted = g_strdup_printf ("a number from %g to %g", bounds->minimum, bounds->maximum);
  return refuse (pspec, wanted, option, error);
}

static gboolean
convert_boolean (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  static const char *const yes[] = { "true", "yes", "1", NULL };
  static const char *const no[] = { "false", "no", "0", NULL };
  const char *text;

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_BOOLEAN))
    {
      g_value_set_boolean (value, g_variant_get_boolean (option));
      return TRUE;
    }
  if (!g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    return refuse (pspec, "true or false", option, error);
  text = g_variant_get_string (option, NULL);
  if (!g_strv_contains (yes, text) && !g_strv_contains (no, text))
    return refuse (pspec, "true or false", option, error);
  g_value_set_boolean (value, g_strv_contains (yes, text));
  return TRUE;
}

static gboolean
convert_enum (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  g_autoptr (GString) wanted = g_string_new ("one of");
  const char *text = "";

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    text = g_variant_get_string (option, NULL);
  for (guint i = 0; i < klass->n_values; i++)
    {
      if (g_strcmp0 (klass->values[i].value_nick, text) == 0)
        {
          g_value_set_enum (value, klass->values[i].value);
          return TRUE;
        }
      g_string_append_printf (wanted, " %s", klass->values[i].value_nick);
    }
  return refuse (pspec, wanted->str, option, error);
}

/* ---- text and bytes ---- */

static gboolean
convert_string (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  g_autoptr (KadEndpoint) endpoint = NULL;
  const char *text;

  if (!g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    return refuse (pspec, "text", option, error);
  text = g_variant_get_string (option, NULL);
  if ((pspec->flags & KAD_PARAM_ENDPOINT) != 0)
    {
      endpoint = kad_endpoint_parse (text, error);
      if (endpoint == NULL)
        return FALSE;
    }
  g_value_set_string (value, text);
  return TRUE;
}

/* The whole of @text or nothing: g_base64_decode() skips what it does not know. */
static GBytes *
decode_base64 (const char *text)
{
  g_autofree guchar *data = NULL;
  g_autofree char *again = NULL;
  gsize len;

  data = g_base64_decode (text, &len);
  again = g_base64_encode (data, len);
  if (strcmp (again, text) != 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), len);
}

static GBytes *
read_bytes (GParamSpec *pspec, GVariant *option, gboolean is_base64, const KadKeyReading *reading,
            GError **error)
{
  gboolean is_text = g_variant_is_of_type (option, G_VARIANT_TYPE_STRING);
  GBytes *bytes = NULL;
  const char *text;

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_BYTESTRING) && !is_base64)
    return g_variant_get_data_as_bytes (option);
  if (!is_text)
    {
      refuse (pspec, is_base64 ? "base64 text" : "text or bytes", option, error);
      return NULL;
    }
  text = g_variant_get_string (option, NULL);
  if (is_base64)
    {
      bytes = decode_base64 (text);
      if (bytes == NULL)
        refuse (pspec, "base64 text with its padding", option, error);
      return bytes;
    }
  if ((pspec->flags & KAD_PARAM_KEY) != 0)
    return kad_key_text_parse (text, reading->use, reading->raw_text, error);
  return g_bytes_new (text, strlen (text));
}

static gboolean
convert_bytes (GParamSpec *pspec, GVariant *option, gboolean is_base64,
               const KadKeyReading *reading, GValue *value, GError **error)
{
  g_autoptr (GBytes) bytes = read_bytes (pspec, option, is_base64, reading, error);
  gsize size;

  if (bytes == NULL)
    return FALSE;
  size = g_bytes_get_size (bytes);
  if ((pspec->flags & KAD_PARAM_KEY) != 0 && (size == 0 || size > KAD_MAX_KEY_PREIMAGE_BYTES))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "Option “%s” must be a key of 1 to %d bytes, not of %" G_GSIZE_FORMAT,
                   pspec->name, KAD_MAX_KEY_PREIMAGE_BYTES, size);
      return FALSE;
    }
  if (size > KAD_MAX_RECORD_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                   "Option “%s” may have %d bytes, not %" G_GSIZE_FORMAT, pspec->name,
                   KAD_MAX_RECORD_BYTES, size);
      return FALSE;
    }
  g_value_set_boxed (value, bytes);
  return TRUE;
}

/* ---- lists ---- */

/* What came in a list: texts, or values each of which is one (as JSON has them). (nullable) */
static char *
dup_entry (GVariant *list, gsize index)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (list, index);
  g_autoptr (GVariant) entry = NULL;

  if (g_variant_is_of_type (child, G_VARIANT_TYPE_VARIANT))
    entry = g_variant_get_variant (child);
  else
    entry = g_variant_ref (child);
  return g_variant_is_of_type (entry, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (entry, NULL)
                                                             : NULL;
}

/* Text is a list with one entry a line. */
static gboolean
convert_list (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  g_auto (GStrv) texts = NULL;
  gsize n;

  if (g_variant_is_of_type (option, G_VARIANT_TYPE_STRING))
    {
      g_value_take_boxed (value, g_strsplit (g_variant_get_string (option, NULL), "\n", -1));
      return TRUE;
    }
  if (!g_variant_is_of_type (option, G_VARIANT_TYPE_STRING_ARRAY)
      && !g_variant_is_of_type (option, G_VARIANT_TYPE ("av")))
    return refuse (pspec, "a list of texts", option, error);
  n = g_variant_n_children (option);
  texts = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    {
      texts[i] = dup_entry (option, i);
      if (texts[i] == NULL)
        return refuse (pspec, "a list of texts", option, error);
    }
  g_value_take_boxed (value, g_steal_pointer (&texts));
  return TRUE;
}

/* ---- by type ---- */

static gboolean
convert_number (GParamSpec *pspec, GVariant *option, GValue *value, GError **error)
{
  guint64 u = 0;
  gint64 i = 0;

  if (G_IS_PARAM_SPEC_UINT (pspec))
    {
      GParamSpecUInt *spec = G_PARAM_SPEC_UINT (pspec);

      if (!convert_unsigned (pspec, spec->minimum, spec->maximum, option, &u, error))
        return FALSE;
      g_value_set_uint (value, (guint) u);
    }
  else if (G_IS_PARAM_SPEC_UINT64 (pspec))
    {
      GParamSpecUInt64 *spec = G_PARAM_SPEC_UINT64 (pspec);

      if (!convert_unsigned (pspec, spec->minimum, spec->maximum, option, &u, error))
        return FALSE;
      g_value_set_uint64 (value, u);
    }
  else if (G_IS_PARAM_SPEC_INT (pspec))
    {
      GParamSpecInt *spec = G_PARAM_SPEC_INT (pspec);

      if (!convert_signed (pspec, spec->minimum, spec->maximum, option, &i, error))
        return FALSE;
      g_value_set_int (value, (gint) i);
    }
  else
    {
      GParamSpecInt64 *spec = G_PARAM_SPEC_INT64 (pspec);

      if (!convert_signed (pspec, spec->minimum, spec->maximum, option, &i, error))
        return FALSE;
      g_value_set_int64 (value, i);
    }
  return TRUE;
}

static gboolean
convert_by_type (GParamSpec *pspec, GVariant *option, gboolean is_base64,
                 const KadKeyReading *reading, GValue *value, GError **error)
{
  if (pspec->value_type == G_TYPE_BYTES)
    return convert_bytes (pspec, option, is_base64, reading, value, error);
  if (pspec->value_type == G_TYPE_STRV)
    return convert_list (pspec, option, value, error);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return convert_boolean (pspec, option, value, error);
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return convert_string (pspec, option, value, error);
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return convert_enum (pspec, option, value, error);
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return convert_double (pspec, option, value, error);
  if (G_IS_PARAM_SPEC_UINT (pspec) || G_IS_PARAM_SPEC_UINT64 (pspec) || G_IS_PARAM_SPEC_INT (pspec)
      || G_IS_PARAM_SPEC_INT64 (pspec))
    return convert_number (pspec, option, value, error);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
               "Option “%s” has the type %s, which cannot be given here", pspec->name,
               g_type_name (pspec->value_type));
  return FALSE;
}

gboolean
kad_command_value_convert (GParamSpec *pspec, GVariant *option, gboolean is_base64,
                           const KadKeyReading *reading, GValue *value, GError **error)
{
  g_auto (GValue) converted = G_VALUE_INIT;

  g_value_init (&converted, pspec->value_type);
  if (!convert_by_type (pspec, option, is_base64, reading, &converted, error))
    return FALSE;
  *value = converted;
  converted = (GValue) G_VALUE_INIT;
  return TRUE;
}
