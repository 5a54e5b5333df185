/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-item.h"

#include "kad-gui-argument.h"
#include "kad-gui-bucket.h"
#include "kad-gui-check.h"
#include "kad-gui-command.h"
#include "kad-gui-contact.h"
#include "kad-gui-event.h"
#include "kad-gui-module.h"
#include "kad-gui-peer.h"
#include "kad-gui-publication.h"
#include "kad-gui-query.h"
#include "kad-gui-record.h"
#include "kad-gui-result.h"
#include "kad-gui-status.h"
#include "kad-gui-step.h"

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_ptr_array_add (user_data, (gpointer) pspec->name);
}

static void
test_setters_notify_changes (void)
{
  g_autoptr (KadGuiPeer) peer = kad_gui_peer_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *addresses[] = { "/ip4/192.0.2.1/tcp/1", NULL };

  g_test_summary (
      "A setter notifies once if the value is another, and not at all if it is the same");
  g_signal_connect (peer, "notify", G_CALLBACK (on_notify), names);
  g_assert_true (kad_gui_item_set_string (peer, KAD_GUI_PEER_FIELD_AGENT, "kad/1"));
  g_assert_false (kad_gui_item_set_string (peer, KAD_GUI_PEER_FIELD_AGENT, "kad/1"));
  g_assert_true (kad_gui_item_set_strv (peer, KAD_GUI_PEER_FIELD_ADDRESSES, addresses));
  g_assert_false (kad_gui_item_set_strv (peer, KAD_GUI_PEER_FIELD_ADDRESSES, addresses));
  g_assert_true (kad_gui_item_set_int64 (peer, KAD_GUI_PEER_FIELD_RTT_US, 15));
  g_assert_false (kad_gui_item_set_boolean (peer, KAD_GUI_PEER_FIELD_CONNECTED, FALSE));
  g_assert_false (kad_gui_item_set_string (peer, KAD_GUI_PEER_FIELD_DIRECTION, NULL));
  g_assert_cmpuint (names->len, ==, 3);
  g_assert_cmpstr (names->pdata[0], ==, "agent");
  g_assert_cmpstr (names->pdata[1], ==, "addresses");
  g_assert_cmpstr (names->pdata[2], ==, "rtt-us");
  g_assert_cmpstr (peer->addresses[0], ==, addresses[0]);
}

static void
test_applies_what_fits (void)
{
  g_autoptr (KadGuiStatus) status = kad_gui_status_new ();
  g_autoptr (GVariant) members = g_variant_ref_sink (g_variant_new_parsed (
      "{'state': <'online'>, 'peer_count': <uint32 7>, 'network_size': <uint64 50>,"
      " 'network-size-error': <4.5>, 'mode': <uint32 3>, 'serving': <'yes'>, 'listen-addresses': "
      "<['/a']>,"
      " 'table_size': <int64 -4>, 'unheard-of': <1>}"));

  g_test_summary ("Members of a dictionary become fields; those of another type, or of no field, "
                  "are passed over");
  g_assert_true (kad_gui_item_apply (status, members));
  g_assert_false (kad_gui_item_apply (status, members));
  g_assert_cmpstr (status->state, ==, "online");
  g_assert_cmpuint (status->peer_count, ==, 7);
  g_assert_cmpint (status->network_size, ==, 50);
  g_assert_cmpfloat (status->network_size_error, ==, 4.5);
  g_assert_cmpstr (status->mode, ==, "");
  g_assert_false (status->serving);
  g_assert_cmpstr (status->listen_addresses[0], ==, "/a");
  g_assert_cmpuint (status->table_size, ==, 0);
}

static void
test_json_escapes (void)
{
  g_autoptr (KadGuiCheck) check = kad_gui_check_new ();
  g_autofree char *json = NULL;

  g_test_summary ("An item as JSON has all its fields, and nothing in it that a terminal acts on");
  kad_gui_item_set_string (check, KAD_GUI_CHECK_FIELD_CHECK, "a\"b");
  kad_gui_item_set_string (check, KAD_GUI_CHECK_FIELD_SAW, "\033[2J");
  json = kad_gui_item_dup_json (check);
  g_assert_nonnull (strstr (json, "\"check\":\"a\\\"b\""));
  g_assert_nonnull (strstr (json, "\"advice\":\"\""));
  g_assert_null (strchr (json, '\033'));
}

static void
test_copies (void)
{
  g_autoptr (KadGuiRecord) a = kad_gui_record_new ();
  g_autoptr (KadGuiRecord) b = kad_gui_record_new ();

  g_test_summary ("A copy has the fields of the other, and tells whether something changed");
  kad_gui_item_set_string (a, KAD_GUI_RECORD_FIELD_KEY, "text:hello");
  kad_gui_item_set_uint (a, KAD_GUI_RECORD_FIELD_SIZE, 9);
  g_assert_true (kad_gui_item_copy (b, a));
  g_assert_false (kad_gui_item_copy (b, a));
  g_assert_cmpstr (b->key, ==, "text:hello");
  g_assert_cmpuint (b->size, ==, 9);
}

static void
test_every_type (void)
{
  const GType types[] = {
    KAD_GUI_TYPE_ARGUMENT,    KAD_GUI_TYPE_BUCKET, KAD_GUI_TYPE_CHECK,  KAD_GUI_TYPE_COMMAND,
    KAD_GUI_TYPE_CONTACT,     KAD_GUI_TYPE_EVENT,  KAD_GUI_TYPE_MODULE, KAD_GUI_TYPE_PEER,
    KAD_GUI_TYPE_PUBLICATION, KAD_GUI_TYPE_QUERY,  KAD_GUI_TYPE_RECORD, KAD_GUI_TYPE_RESULT,
    KAD_GUI_TYPE_STATUS,      KAD_GUI_TYPE_STEP,
  };

  g_test_summary (
      "Every field of every type can be read, has a value from the start, and is freed");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GObject *item = g_object_new (types[i], NULL);
      guint n_properties;
      g_autofree GParamSpec **pspecs
          = g_object_class_list_properties (G_OBJECT_GET_CLASS (item), &n_properties);

      g_assert_cmpuint (n_properties, ==, KAD_GUI_ITEM_GET_CLASS (item)->n_fields);
      for (guint j = 0; j < n_properties; j++)
        {
          g_auto (GValue) value = G_VALUE_INIT;

          g_object_get_property (item, pspecs[j]->name, &value);
          if (G_VALUE_HOLDS_STRING (&value))
            g_assert_nonnull (g_value_get_string (&value));
          if (G_VALUE_HOLDS (&value, G_TYPE_STRV))
            g_assert_nonnull (g_value_get_boxed (&value));
          if (G_VALUE_HOLDS (&value, G_TYPE_LIST_MODEL))
            g_assert_nonnull (g_value_get_object (&value));
        }
      g_assert_finalize_object (item);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/item/setters-notify-changes", test_setters_notify_changes);
  g_test_add_func ("/gui/item/applies-what-fits", test_applies_what_fits);
  g_test_add_func ("/gui/item/json-escapes", test_json_escapes);
  g_test_add_func ("/gui/item/copies", test_copies);
  g_test_add_func ("/gui/item/every-type", test_every_type);
  return g_test_run ();
}
