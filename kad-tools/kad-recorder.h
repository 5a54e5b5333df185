/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"
#include "kad-stream-format.h"

G_BEGIN_DECLS

/* Writes what a node does to a file, as docs/events.md describes it. */
typedef struct _KadRecorder KadRecorder;

/* Told once, when nothing more can be written. */
typedef void (*KadRecorderFailFunc) (const GError *error, gpointer user_data);

/* Makes the file anew, for its owner only, and begins. Watches @node in the default main context.
 */
KadRecorder *kad_recorder_new (KadNode *node, const char *path, KadStreamTopics topics,
                               KadRecorderFailFunc on_fail, gpointer user_data, GError **error);
void kad_recorder_free (KadRecorder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadRecorder, kad_recorder_free)

G_END_DECLS
