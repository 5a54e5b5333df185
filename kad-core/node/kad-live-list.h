/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-node.h"

G_BEGIN_DECLS

#define KAD_TYPE_LIVE_LIST (kad_live_list_get_type ())

G_DECLARE_FINAL_TYPE (KadLiveList, kad_live_list, KAD, LIVE_LIST, GObject)

typedef enum
{
  KAD_LIVE_TABLE,
  KAD_LIVE_CONNECTIONS,
} KadLiveKind;

/* A list that follows @node until it is finalised, in @context. From any thread. */
KadLiveList *kad_live_list_new (KadNode *node, KadLiveKind kind, GMainContext *context);

G_END_DECLS
