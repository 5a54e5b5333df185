/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"
#include "kad-stream-format.h"

G_BEGIN_DECLS

/* Bytes of deliveries and steps that a caller's streams take in a second together. */
#define KAD_MAX_TRACE_BYTES_PER_SECOND (1024 * 1024)

/* The streams of lines that callers have open. Follows the node as far as somebody reads; its chain
 * is traced exactly while a stream wants that. Main thread only. */
typedef struct _KadStreams KadStreams;

/* @service outlives it. */
KadStreams *kad_streams_new (KadService *service);
void kad_streams_free (KadStreams *self);
/* NULL: there is none any more, and all streams end. */
void kad_streams_set_node (KadStreams *self, KadNode *node);
/* What kad_node_watch() tells. */
void kad_streams_note_event (KadStreams *self, KadEvent *event);
/* A descriptor to read from, the caller's to close; -1: NotRunning, LimitReached, or none can be
 * had. It ends when its reader closes it, the caller leaves or the node stops. */
int kad_streams_open (KadStreams *self, KadCaller *caller, KadStreamTopics topics, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadStreams, kad_streams_free)

G_END_DECLS
