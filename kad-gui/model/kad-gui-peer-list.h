/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer.h"

G_BEGIN_DECLS

/* How long somebody who left is still shown, as one who left. */
#define KAD_GUI_DEPARTED_US (5 * G_USEC_PER_SEC)
/* Peers beyond are not shown: a table has 5,120 seats at most, and connections have their limit. */
#define KAD_GUI_MAX_PEERS 20000

#define KAD_GUI_TYPE_PEER_LIST (kad_gui_peer_list_get_type ())

/* A GListModel of KadGuiPeer, in no order: those of the routing table, those who are connected, and
 * for some seconds those who were. A peer is one item as long as it is in the list, and changes in
 * place. */
G_DECLARE_FINAL_TYPE (KadGuiPeerList, kad_gui_peer_list, KAD_GUI, PEER_LIST, GObject)

KadGuiPeerList *kad_gui_peer_list_new (void);
/* Who we are: buckets are told from it where rows do not tell. (nullable) */
void kad_gui_peer_list_set_self (KadGuiPeerList *self, const char *peer);
/* (nullable) (transfer none) */
KadGuiPeer *kad_gui_peer_list_find (KadGuiPeerList *self, const char *peer);
/* @func: (KadGuiPeer *peer, gpointer user_data), which changes no list. Much faster than asking for
 * one item after the other, for drawings. */
void kad_gui_peer_list_foreach (KadGuiPeerList *self, GFunc func, gpointer user_data);
/* Of the table, without those who left. */
guint kad_gui_peer_list_get_table_size (KadGuiPeerList *self);
guint kad_gui_peer_list_get_n_connected (KadGuiPeerList *self);

/* Rows are a(sutttsasu) as of org.libkad.Kad1.Table.GetPeers. reset: these and no other are in the
 * table. */
void kad_gui_peer_list_reset_table (KadGuiPeerList *self, GVariant *rows, gint64 now_us);
void kad_gui_peer_list_apply_table (KadGuiPeerList *self, GVariant *added, GVariant *changed,
                                    const char *const *removed, gint64 now_us);
/* Connections are aa{sv} as of Table.GetConnections. */
void kad_gui_peer_list_reset_connections (KadGuiPeerList *self, GVariant *connections,
                                          gint64 now_us);
void kad_gui_peer_list_apply_connections (KadGuiPeerList *self, GVariant *added,
                                          const char *const *removed, gint64 now_us);
/* One change, for sources that have only events. */
void kad_gui_peer_list_set_in_table (KadGuiPeerList *self, const char *peer, gboolean in_table,
                                     gint64 now_us);
void kad_gui_peer_list_set_connected (KadGuiPeerList *self, const char *peer, gboolean connected,
                                      const char *address, const char *reason, gint64 now_us);
void kad_gui_peer_list_set_agent (KadGuiPeerList *self, const char *peer, const char *agent);
/* A query had to do with it; nothing if it is not in the list. */
void kad_gui_peer_list_touch (KadGuiPeerList *self, const char *peer, gint64 query_id,
                              gint64 now_us);
/* Forgets those who left KAD_GUI_DEPARTED_US ago. Gives when the next one is due, 0: nobody. */
gint64 kad_gui_peer_list_expire (KadGuiPeerList *self, gint64 now_us);
void kad_gui_peer_list_clear (KadGuiPeerList *self);
/* Takes the peers of another list in place of its own: one change. The other is empty after it. */
void kad_gui_peer_list_take (KadGuiPeerList *self, KadGuiPeerList *other);
/* The @n peers of the table that are nearest to @target, nearest first. (element-type KadGuiPeer)
 * (transfer container) */
GPtrArray *kad_gui_peer_list_dup_closest (KadGuiPeerList *self, const KadKey *target, guint n);

G_END_DECLS
