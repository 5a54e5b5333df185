/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-contact.h"

G_BEGIN_DECLS

/* More cannot be read. */
#define KAD_GUI_MAX_PATH_NODES 60

/**
 * KadGuiPathLayout:
 *
 * Who named whom, from us to those who gave something or are nearest: layers from left to right. Of
 * contacts that contribute the most useful ones, with all who lead to them. Pure: no widget.
 */
typedef struct
{
  KadGuiContact *contact; /* (owned) */
  int parent;             /* the node of who named it; -1: it was in our table */
  guint layer;            /* 0: it was in our table */
  guint row;              /* within its layer, from 0 */
} KadGuiPathNode;

typedef struct
{
  GArray *nodes; /* (element-type KadGuiPathNode), parents first */
  guint n_layers;
  guint n_rows;     /* of the fullest layer */
  guint n_left_out; /* contacts that contribute, and have no node */
} KadGuiPathLayout;

/* (element-type KadGuiContact) */
KadGuiPathLayout *kad_gui_path_layout_new (GPtrArray *contacts);
void kad_gui_path_layout_free (KadGuiPathLayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiPathLayout, kad_gui_path_layout_free)

G_END_DECLS
