/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-gui-dbus-private.h"
#include "kad-gui-result.h"

static KadGuiResult *
new_result (const char *text, guint number)
{
  g_autoptr (GVariant) row = g_variant_ref_sink (g_variant_new_parsed (text));

  return kad_gui_dbus_result_new (row, number);
}

static void
test_peer (void)
{
  g_autoptr (KadGuiResult) result
      = new_result ("{'peer': <'A'>, 'addresses': <['/x', '/y']>, 'number': <uint32 9>}", 4);

  g_test_summary ("A peer has its addresses, and the number of its place.");
  g_assert_cmpuint (result->number, ==, 4);
  g_assert_cmpstr (result->kind, ==, "peer");
  g_assert_cmpstr (result->text, ==, "A /x /y");
  g_assert_nonnull (strstr (result->json, "\"addresses\""));
}

static void
test_record (void)
{
  g_autoptr (KadGuiResult) text
      = new_result ("{'key': <b'/pk/x'>, 'value': <@ay [104, 105]>, 'from': <'A'>}", 0);
  g_autoptr (KadGuiResult) bytes
      = new_result ("{'key': <@ay [255, 0]>, 'value': <@ay [255, 0]>}", 1);

  g_test_summary ("A value that is text is text, others are base64.");
  g_assert_cmpstr (text->kind, ==, "record");
  g_assert_cmpstr (text->value, ==, "hi");
  g_assert_cmpstr (text->text, ==, "hi");
  g_assert_cmpstr (text->from, ==, "A");
  g_assert_cmpstr (bytes->value, ==, "/wA=");
  g_assert_cmpstr (bytes->key, ==, "hex:ff00");
}

static void
test_other (void)
{
  g_autoptr (KadGuiResult) result = new_result ("{'rtt_us': <int64 5>}", 0);
  g_autoptr (KadGuiResult) wrong = new_result ("{'peer': <5>, 'value': <'x'>}", 0);
  g_autoptr (KadGuiResult) empty = new_result ("@a{sv} {}", 0);

  g_test_summary ("Anything else is shown as it is.");
  g_assert_cmpstr (result->kind, ==, "other");
  g_assert_cmpstr (result->text, ==, result->json);
  g_assert_cmpstr (wrong->peer, ==, "");
  g_assert_cmpstr (empty->kind, ==, "other");
}

static void
test_keys (void)
{
  static const struct
  {
    const char *bytes;
    gboolean is_provider;
    const char *text;
  } keys[] = {
    { "/pk/x", FALSE, "/pk/x" },
    { "words", FALSE, "text:words" },
    { "\x01\x02", FALSE, "hex:0102" },
    { "\x01\x02", TRUE, "5T" },
    { "", FALSE, "" },
  };

  g_test_summary ("Keys are written as a person may write them.");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) key = g_variant_ref_sink (g_variant_new_fixed_array (
          G_VARIANT_TYPE_BYTE, keys[i].bytes, strlen (keys[i].bytes), 1));
      g_autofree char *text = kad_gui_dbus_dup_key (key, keys[i].is_provider);

      g_assert_cmpstr (text, ==, keys[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-source/dbus-result/peer", test_peer);
  g_test_add_func ("/gui-source/dbus-result/record", test_record);
  g_test_add_func ("/gui-source/dbus-result/other", test_other);
  g_test_add_func ("/gui-source/dbus-result/keys", test_keys);
  return g_test_run ();
}
