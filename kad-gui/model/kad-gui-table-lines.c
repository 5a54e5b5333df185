/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-table-lines.h"

#include "kad-gui-bucket.h"
#include "kad-key.h"

#define MAX_ADDRESS_BYTES 1024

/* ---- peers ---- */

static void
change_table (KadGuiStore *store, const KadGuiLine *line, gboolean in_table)
{
  GListModel *buckets = kad_gui_store_get_buckets (store);
  g_autoptr (KadGuiBucket) bucket
      = g_list_model_get_item (buckets, (guint) MIN (line->bucket, KAD_KEY_BITS - 1));

  kad_gui_peer_list_set_in_table (kad_gui_store_get_peers (store), line->peer, in_table, line->t);
  kad_gui_item_set_int64 (bucket, KAD_GUI_BUCKET_FIELD_CHANGED_US, line->t);
}

/* What an answer to a query tells of a peer. */
static gboolean
take_step (KadGuiStore *store, const KadGuiLine *line)
{
  KadGuiPeer *peer = g_str_equal (line->step, "reply")
                         ? kad_gui_peer_list_find (kad_gui_store_get_peers (store), line->peer)
                         : NULL;

  if (peer == NULL)
    return FALSE;
  kad_gui_item_set_int64 (peer, KAD_GUI_PEER_FIELD_LAST_USEFUL_US, line->t);
  if (line->rtt_us > 0)
    kad_gui_item_set_int64 (peer, KAD_GUI_PEER_FIELD_RTT_US, line->rtt_us);
  return FALSE;
}

static gboolean
take_peer (KadGuiStore *store, const KadGuiLine *line)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (store);

  if (g_str_equal (line->event, "table-added") || g_str_equal (line->event, "table-removed"))
    change_table (store, line, g_str_equal (line->event, "table-added"));
  else if (g_str_equal (line->event, "peer-connected"))
    kad_gui_peer_list_set_connected (peers, line->peer, TRUE, line->address, line->reason, line->t);
  else if (g_str_equal (line->event, "peer-disconnected"))
    kad_gui_peer_list_set_connected (peers, line->peer, FALSE, NULL, NULL, line->t);
  else if (g_str_equal (line->event, "peer-identified"))
    kad_gui_peer_list_set_agent (peers, line->peer, line->agent);
  else
    return FALSE;
  return TRUE;
}

/* ---- the node ---- */

static void
add_address (KadGuiStatus *status, guint field, char **have, const char *address)
{
  g_autoptr (GStrvBuilder) all = NULL;
  g_auto (GStrv) words = NULL;

  if (*address == '\0' || strlen (address) > MAX_ADDRESS_BYTES
      || g_strv_contains ((const char *const *) have, address)
      || g_strv_length (have) >= KAD_GUI_MAX_LINE_ADDRESSES)
    return;
  all = g_strv_builder_new ();
  g_strv_builder_addv (all, (const char **) have);
  g_strv_builder_add (all, address);
  words = g_strv_builder_end (all);
  kad_gui_item_set_strv (status, field, (const char *const *) words);
}

static void
set_state (KadGuiStatus *status, const char *state)
{
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_STATE, state);
}

static void
take_addresses (KadGuiStatus *status, const KadGuiLine *line)
{
  g_auto (GStrv) addresses
      = kad_gui_line_dup_words (line->addresses, KAD_GUI_MAX_LINE_ADDRESSES, MAX_ADDRESS_BYTES);

  kad_gui_item_set_strv (status, KAD_GUI_STATUS_FIELD_LISTEN_ADDRESSES,
                         (const char *const *) addresses);
}

static void
take_node (KadGuiStatus *status, const KadGuiLine *line)
{
  if (g_str_equal (line->event, "listening"))
    add_address (status, KAD_GUI_STATUS_FIELD_LISTEN_ADDRESSES, status->listen_addresses,
                 line->address);
  else if (g_str_equal (line->event, "address-found"))
    add_address (status, KAD_GUI_STATUS_FIELD_OBSERVED_ADDRESSES, status->observed_addresses,
                 line->address);
  else if (g_str_equal (line->event, "addresses-changed"))
    take_addresses (status, line);
  else if (g_str_equal (line->event, "joined"))
    set_state (status, "online");
  else if (g_str_equal (line->event, "join-failed"))
    set_state (status, "offline");
  else if (g_str_equal (line->event, "query-started") && g_str_equal (line->kind, "bootstrap")
           && !g_str_equal (status->state, "online"))
    set_state (status, "bootstrapping");
  else if (g_str_equal (line->event, "mode-changed"))
    {
      kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_MODE, line->mode);
      kad_gui_item_set_boolean (status, KAD_GUI_STATUS_FIELD_SERVING,
                                g_str_equal (line->mode, "server"));
    }
}

gboolean
kad_gui_table_lines_take (KadGuiStore *store, const KadGuiLine *line)
{
  take_node (kad_gui_store_get_status (store), line);
  if (g_str_equal (line->event, "query-step"))
    return take_step (store, line);
  return take_peer (store, line);
}

void
kad_gui_table_lines_expire (KadGuiStore *store, const KadGuiLine *line)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (store);
  KadGuiPeer *peer = *line->peer != '\0' ? kad_gui_peer_list_find (peers, line->peer) : NULL;

  if (peer != NULL && peer->departed_us != 0 && line->t - peer->departed_us >= KAD_GUI_DEPARTED_US)
    kad_gui_peer_list_expire (peers, line->t);
}

void
kad_gui_table_lines_take_header (KadGuiStore *store, GVariant *fields)
{
  KadGuiStatus *status = kad_gui_store_get_status (store);

  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_PEER_ID,
                           kad_gui_line_get_text (fields, "peer", KAD_GUI_MAX_LINE_ID));
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_VERSION,
                           kad_gui_line_get_text (fields, "version", KAD_GUI_MAX_LINE_NAME));
  kad_gui_store_status_changed (store);
}
