/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-gui-dbus-private.h"
#include "kad-gui-result.h"
#include "kad-json-writer.h"

/* So much of a value is shown as text. */
#define MAX_VALUE_BYTES (64 * 1024)

/* Text if it is text, base64 otherwise. */
static char *
dup_value (GVariant *value)
{
  gsize len;
  const guint8 *data = g_variant_get_fixed_array (value, &len, 1);
  gsize shown = MIN (len, MAX_VALUE_BYTES);

  if (len == shown && g_utf8_validate ((const char *) data, (gssize) len, NULL)
      && memchr (data, '\0', len) == NULL)
    return g_strndup ((const char *) data, len);
  return g_base64_encode (data, shown);
}

static void
set_bytes (KadGuiResult *result, GVariant *row, const char *name, guint field)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (row, name, G_VARIANT_TYPE_BYTESTRING);
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  text
      = field == KAD_GUI_RESULT_FIELD_KEY ? kad_gui_dbus_dup_key (value, FALSE) : dup_value (value);
  kad_gui_item_set_string (result, field, text);
}

static char *
dup_text (KadGuiResult *result)
{
  g_autofree char *addresses = NULL;

  if (g_str_equal (result->kind, "record"))
    return g_strdup (result->value);
  if (!g_str_equal (result->kind, "peer"))
    return g_strdup (result->json);
  addresses = g_strjoinv (" ", result->addresses);
  return *addresses != '\0' ? g_strdup_printf ("%s %s", result->peer, addresses)
                            : g_strdup (result->peer);
}

gpointer
kad_gui_dbus_result_new (GVariant *row, guint number)
{
  KadGuiResult *result = kad_gui_result_new ();
  GString *json = g_string_new (NULL);
  g_autofree char *text = NULL;

  kad_gui_item_apply (result, row);
  /* What a result calls so of its own is in the JSON. */
  kad_gui_item_set_uint (result, KAD_GUI_RESULT_FIELD_NUMBER, number);
  set_bytes (result, row, "key", KAD_GUI_RESULT_FIELD_KEY);
  set_bytes (result, row, "value", KAD_GUI_RESULT_FIELD_VALUE);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_KIND,
                           *result->value != '\0'  ? "record"
                           : *result->peer != '\0' ? "peer"
                                                   : "other");
  kad_json_append_variant (json, row);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_JSON, json->str);
  g_string_free (json, TRUE);
  text = dup_text (result);
  kad_gui_item_set_string (result, KAD_GUI_RESULT_FIELD_TEXT, text);
  return result;
}
