/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_KEY_TRIE (kad_gui_key_trie_get_type ())

/**
 * KadGuiKeyTrie:
 *
 * The tree of prefixes along our own key: at each bit we go one way, and what goes the other way is
 * a bucket, drawn as one branch with its prefix, how many are in it and who. As high as it has
 * branches: put it into a scrolled window.
 */
G_DECLARE_FINAL_TYPE (KadGuiKeyTrie, kad_gui_key_trie, KAD_GUI, KEY_TRIE, KadGuiPeerDrawing)

GtkWidget *kad_gui_key_trie_new (void);

G_END_DECLS
