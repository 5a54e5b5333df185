/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares a note under a code, and finds it: share ADDRESS CODE, with the address of any node. */
#include <kad.h>

static KadOperation *
wait (KadOperation *operation)
{
  while (!kad_operation_is_done (operation))
    g_main_context_iteration (NULL, TRUE);
  if (kad_operation_get_error (operation) != NULL)
    g_error ("%s", kad_operation_get_error (operation)->message);
  return operation;
}

int
main (int argc, char **argv)
{
  g_autofree char *code = g_strconcat ("text:", argv[2], NULL);
  g_autoptr (GBytes) key = kad_key_text_parse (code, KAD_KEY_USE_RECORD, FALSE, NULL);
  g_autoptr (GBytes) value = g_bytes_new_static ("the album is in the blue folder", 31);
  g_autoptr (GBytes) share = kad_key_text_parse (code, KAD_KEY_USE_PROVIDER, FALSE, NULL);
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", NULL);
  kad_node_config_add_bootstrap (config, argv[1], NULL);
  g_autoptr (KadNode) node = kad_node_new (config, NULL);
  g_object_unref (wait (kad_node_begin_join (node)));

  g_object_unref (wait (kad_node_begin_put_record (node, key, value, NULL)));
  g_autoptr (KadOperation) announced = wait (kad_node_begin_start_provide (node, share, TRUE));
  g_print ("announced to %u peers\n", kad_operation_get_stored (announced));
  g_autoptr (KadOperation) found = wait (kad_node_begin_get_providers (node, share, 1));
  g_autoptr (KadPeerItem) provider = g_list_model_get_item (G_LIST_MODEL (found), 0);
  g_print ("provided by %s\n", kad_peer_item_get_peer (provider));
  g_autoptr (KadOperation) record = wait (kad_node_begin_get_record (node, key, NULL));
  g_autoptr (KadRecordItem) best = g_list_model_get_item (G_LIST_MODEL (record), 0);
  g_autoptr (GBytes) read = kad_record_item_dup_value (best);
  g_print ("the record says: %.*s\n", (int) g_bytes_get_size (read),
           (char *) g_bytes_get_data (read, NULL));
}
