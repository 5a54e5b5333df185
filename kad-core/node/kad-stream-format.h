/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-delivery.h"
#include "kad-event.h"

G_BEGIN_DECLS

/**
 * KAD_STREAM_VERSION:
 *
 * The version of the format that is written, and the newest that is read. It grows when what a
 * reader relied on changes; new fields and types of events do not change it.
 */
#define KAD_STREAM_VERSION 1

/**
 * KAD_MAX_STREAM_LINE_BYTES:
 *
 * The longest line of a stream, its end included.
 */
#define KAD_MAX_STREAM_LINE_BYTES 65536

/**
 * KadStreamTopics:
 * @KAD_STREAM_PEERS: connections, what peers say of themselves, what they ask
 * @KAD_STREAM_TABLE: the routing table
 * @KAD_STREAM_QUERIES: queries begin, get on and end
 * @KAD_STREAM_RECORDS: what is kept for others
 * @KAD_STREAM_PUBLICATIONS: what is announced
 * @KAD_STREAM_NODE: the node itself: addresses, joining, its mode, its modules
 * @KAD_STREAM_STEPS: each contact of each query; needs kad_node_watch_trace()
 * @KAD_STREAM_TRACE: each delivery along the chain; needs kad_node_watch_trace()
 * @KAD_STREAM_EVENTS: all events, without the steps
 *
 * What a stream is about. Their names are `peers`, `table`, `queries`, `records`, `publications`,
 * `node`, `steps`, `trace`, and `events` for all events without the steps.
 */
typedef enum /*< flags >*/
{
  KAD_STREAM_PEERS = 1 << 0,
  KAD_STREAM_TABLE = 1 << 1,
  KAD_STREAM_QUERIES = 1 << 2,
  KAD_STREAM_RECORDS = 1 << 3,
  KAD_STREAM_PUBLICATIONS = 1 << 4,
  KAD_STREAM_NODE = 1 << 5,
  KAD_STREAM_STEPS = 1 << 6,
  KAD_STREAM_TRACE = 1 << 7,
  KAD_STREAM_EVENTS = KAD_STREAM_PEERS | KAD_STREAM_TABLE | KAD_STREAM_QUERIES | KAD_STREAM_RECORDS
                      | KAD_STREAM_PUBLICATIONS | KAD_STREAM_NODE,
} KadStreamTopics;

/* The format is described in docs/events.md. Lines have no end of line. All any thread. */

/* No words: `events`. InvalidArgument names one that is no topic. */
KAD_API gboolean kad_stream_topics_parse (const char *const *words, KadStreamTopics *topics,
                                          GError **error);
KAD_API char **kad_stream_topics_dup_names (KadStreamTopics topics);
KAD_API KadStreamTopics kad_stream_topic_of_event (KadEventType type);
KAD_API gboolean kad_stream_topics_need_trace (KadStreamTopics topics);
KAD_API char *kad_stream_format_header (const KadPeerId *peer, gint64 started_us,
                                        KadStreamTopics topics);
KAD_API char *kad_stream_format_event (const KadEvent *event);
KAD_API char *kad_stream_format_delivery (const KadDelivery *delivery);
KAD_API char *kad_stream_format_lost (gint64 wall_us, guint64 n_lost);

G_END_DECLS
