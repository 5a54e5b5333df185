/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-message.h"

#include "kad-error.h"

static KadPeerInfo *
info_number (guint number)
{
  guint8 key[2] = { (guint8) (number >> 8), (guint8) number };
  KadPeerId peer;

  g_assert_true (kad_peer_id_init_from_public_key (&peer, key, sizeof key, NULL));
  return kad_peer_info_new (&peer);
}

static guint
number_of (KadPeerInfo *info)
{
  gsize len;
  const guint8 *key = kad_peer_id_get_inline_key (kad_peer_info_get_peer (info), &len);

  return (guint) key[0] << 8 | key[1];
}

static void
test_names_of_types (void)
{
  static const char *const names[]
      = { "put-value", "get-value", "add-provider", "get-providers", "find-node", "ping" };
  g_autoptr (GError) error = NULL;
  KadMessageType type;

  g_test_summary ("Each type has the name of cli.md, which is read back, and the wire's number");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (kad_message_type_get_name ((KadMessageType) i), ==, names[i]);
      g_assert_true (kad_message_type_parse (names[i], &type, NULL));
      g_assert_cmpuint (type, ==, i);
    }
  g_assert_false (kad_message_type_parse ("FIND_NODE", &type, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_begins_empty (void)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (KadMessage) without = kad_message_new (KAD_MESSAGE_PING, NULL);
  g_autoptr (KadMessage) with = kad_message_new (KAD_MESSAGE_FIND_NODE, empty);

  g_test_summary ("A new message has its type and key; no key is not an empty key");

  g_assert_null (kad_message_get_key (without));
  g_assert_true (kad_message_get_key (with) == empty);
  g_assert_cmpint (kad_message_get_message_type (with), ==, KAD_MESSAGE_FIND_NODE);
  g_assert_null (kad_message_get_record (with));
  g_assert_cmpuint (kad_message_get_n_closer (with), ==, 0);
  g_assert_cmpuint (kad_message_get_n_providers (with), ==, 0);
}

static void
test_peers_are_kept_in_order_up_to_a_bound (void)
{
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, NULL);

  g_test_summary (
      "Peers stay in the order in which they came, and what is past the bound is let go");

  for (guint i = 0; i < KAD_MAX_CLOSER_PEERS + 5; i++)
    kad_message_take_closer (message, info_number (i));
  for (guint i = 0; i < KAD_MAX_PROVIDER_PEERS + 5; i++)
    kad_message_take_provider (message, info_number (10000 + i));
  g_assert_cmpuint (kad_message_get_n_closer (message), ==, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (message), ==, KAD_MAX_PROVIDER_PEERS);
  for (guint i = 0; i < KAD_MAX_CLOSER_PEERS; i++)
    g_assert_cmpuint (number_of (kad_message_get_closer (message, i)), ==, i);
  for (guint i = 0; i < KAD_MAX_PROVIDER_PEERS; i++)
    g_assert_cmpuint (number_of (kad_message_get_provider (message, i)), ==, 10000 + i);
}

static void
test_record_can_be_replaced (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (KadRecord) first = kad_record_new (bytes, bytes, NULL);
  g_autoptr (KadRecord) second = kad_record_new (bytes, bytes, NULL);
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_PUT_VALUE, bytes);

  g_test_summary ("A message holds the last record that it was given");

  kad_message_set_record (message, first);
  kad_message_set_record (message, second);
  kad_message_set_record (message, second);
  g_assert_true (kad_message_get_record (message) == second);
  kad_message_set_record (message, NULL);
  g_assert_null (kad_message_get_record (message));
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  KadMessage *message = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

  g_test_summary ("The type is boxed: a value holds a reference");

  kad_message_take_closer (message, info_number (7));
  g_value_init (&value, KAD_TYPE_MESSAGE);
  g_value_set_boxed (&value, message);
  g_assert_true (g_value_get_boxed (&value) == message);
  kad_message_unref (message);
  g_assert_cmpuint (number_of (kad_message_get_closer (g_value_get_boxed (&value), 0)), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/names-of-types", test_names_of_types);
  g_test_add_func ("/message/begins-empty", test_begins_empty);
  g_test_add_func ("/message/peers-are-kept-in-order-up-to-a-bound",
                   test_peers_are_kept_in_order_up_to_a_bound);
  g_test_add_func ("/message/record-can-be-replaced", test_record_can_be_replaced);
  g_test_add_func ("/message/boxed", test_boxed);
  return g_test_run ();
}
