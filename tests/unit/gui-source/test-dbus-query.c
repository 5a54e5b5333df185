/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-query.h"

#include "kad-gui-argument.h"
#include "kad-gui-command.h"

static GVariant *
parse (const char *text)
{
  return g_variant_ref_sink (g_variant_new_parsed (text));
}

static void
test_properties (void)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_autoptr (GVariant) good = parse ("{'Queries': <[uint64 7, 9]>, 'KadId': <@ay [1, 2]>, "
                                     "'Counts': <(uint32 1, uint32 2, uint32 3, uint32 4)>}");
  g_autoptr (GVariant) bad = parse ("{'Queries': <'x'>, 'KadId': <5>, 'Counts': <(1, 2)>}");

  g_test_summary ("Its latest walk and its counts are taken; what has another type is not.");
  kad_gui_dbus_query_set_properties (query, bad);
  g_assert_cmpint (query->query, ==, 0);
  kad_gui_dbus_query_set_properties (query, good);
  g_assert_cmpint (query->query, ==, 9);
  g_assert_cmpuint (query->heard, ==, 1);
  g_assert_cmpuint (query->unreachable, ==, 4);
  g_assert_false (query->has_target);
  kad_gui_dbus_query_set_properties (query, bad);
  g_assert_cmpint (query->query, ==, 9);
}

static void
test_target (void)
{
  static const guint8 bytes[32] = { 0xff, 1, 2 };
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) properties = NULL;

  g_test_summary ("Where its key is in the key space are 32 bytes.");
  g_variant_dict_insert_value (
      &dict, "KadId", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1));
  properties = g_variant_ref_sink (g_variant_dict_end (&dict));
  kad_gui_dbus_query_set_properties (query, properties);
  g_assert_true (query->has_target);
  g_assert_cmpmem (query->target.bytes, sizeof query->target.bytes, bytes, sizeof bytes);
}

static void
test_error (void)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_autoptr (GVariant) summary
      = parse ("{'error': <'org.libkad.Kad1.Error.NotFound'>, 'message': <'nobody'>, "
               "'requests': <uint32 3>, 'successes': <'x'>, 'failures': <uint32 2>}");

  g_test_summary ("An error has its code without the prefix.");
  kad_gui_dbus_query_set_numbers (query, summary);
  kad_gui_dbus_query_set_error (query, summary);
  g_assert_cmpstr (query->error_code, ==, "NotFound");
  g_assert_cmpstr (query->error_message, ==, "nobody");
  g_assert_cmpuint (query->requests, ==, 3);
  g_assert_cmpuint (query->successes, ==, 0);
  g_assert_cmpuint (query->failures, ==, 2);
}

static void
check_line (GVariant *line, const char *name, const char *text)
{
  const char *value = NULL;

  g_variant_lookup (line, name, "&s", &value);
  g_assert_cmpstr (value, ==, text);
}

static void
test_line (void)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) fail = NULL;
  g_autoptr (GVariant) end = NULL;
  gint64 number = 0;

  g_test_summary ("A step becomes the line that docs/events.md describes.");
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, 5);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, 1000000);
  reply = kad_gui_dbus_query_new_line (query, 20, 3, 7, "reply", "A", "");
  g_assert_true (g_variant_lookup (reply, "t", "x", &number));
  g_assert_cmpint (number, ==, 1000020);
  g_assert_true (g_variant_lookup (reply, "rtt_us", "x", &number));
  g_assert_cmpint (number, ==, 7);
  check_line (reply, "peer", "A");
  check_line (reply, "from", NULL);
  fail = kad_gui_dbus_query_new_line (query, 20, 3, 7, "fail", "A", "closed");
  check_line (fail, "reason", "closed");
  check_line (fail, "from", NULL);
  g_assert_false (g_variant_lookup (fail, "rtt_us", "x", &number));
  end = kad_gui_dbus_query_new_line (query, 20, 0, 0, "path-ended", "", "completed");
  check_line (end, "peer", NULL);
  check_line (end, "reason", "completed");
  g_assert_false (g_variant_lookup (end, "distance_bits", "x", &number));
}

static void
test_options (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  g_autoptr (KadGuiCommand) command = kad_gui_command_new ();
  g_autoptr (KadGuiArgument) argument = kad_gui_argument_new ();
  g_autoptr (GVariant) given = parse ("{'key': <'text:x'>, 'limit': <uint32 3>}");
  g_autoptr (GVariant) unknown = NULL;
  g_autoptr (GVariant) known = NULL;
  g_autofree char *no_key = NULL;
  g_autofree char *key = NULL;
  gboolean trace = FALSE;

  g_test_summary ("The argument that a command needs first is the key, once it is known.");
  unknown
      = g_variant_ref_sink (kad_gui_dbus_query_new_options (store, "get-record", given, &no_key));
  g_assert_cmpstr (no_key, ==, "");
  g_assert_cmpuint (g_variant_n_children (unknown), ==, 3);
  g_assert_cmpstr (kad_gui_dbus_query_find_key (given), ==, "text:x");

  kad_gui_item_set_string (command, KAD_GUI_COMMAND_FIELD_NAME, "get-record");
  kad_gui_item_set_string (argument, KAD_GUI_ARGUMENT_FIELD_NAME, "key");
  kad_gui_item_set_boolean (argument, KAD_GUI_ARGUMENT_FIELD_REQUIRED, TRUE);
  g_list_store_append (G_LIST_STORE (command->arguments), argument);
  g_list_store_append (G_LIST_STORE (kad_gui_store_get_commands (store)), command);
  known = g_variant_ref_sink (kad_gui_dbus_query_new_options (store, "get-record", given, &key));
  g_assert_cmpstr (key, ==, "text:x");
  g_assert_cmpuint (g_variant_n_children (known), ==, 2);
  g_assert_true (g_variant_lookup (known, "trace", "b", &trace) && trace);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-source/dbus-query/properties", test_properties);
  g_test_add_func ("/gui-source/dbus-query/target", test_target);
  g_test_add_func ("/gui-source/dbus-query/error", test_error);
  g_test_add_func ("/gui-source/dbus-query/line", test_line);
  g_test_add_func ("/gui-source/dbus-query/options", test_options);
  return g_test_run ();
}
