/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* Names one query or operation of a node, never reused; 0 is none. */
typedef guint64 KadQueryId;

typedef enum
{
  KAD_QUERY_CLOSEST_PEERS,
  KAD_QUERY_FIND_PEER,
  KAD_QUERY_GET_RECORD,
  KAD_QUERY_PUT_RECORD,
  KAD_QUERY_GET_PROVIDERS,
  KAD_QUERY_PROVIDE,
  KAD_QUERY_BOOTSTRAP,
  KAD_QUERY_REFRESH,   /* of one bucket range; the engine's own */
  KAD_QUERY_OPERATION, /* dial, ping, identify, ask: with one peer, the swarm's */
} KadQueryKind;

/* "closest-peers", ... : the command's name. */
KAD_API const char *kad_query_kind_get_name (KadQueryKind kind);

#define KAD_QUORUM_DEFAULT 0
#define KAD_QUORUM_ALL G_MAXUINT
#define KAD_QUORUM_MAJORITY (G_MAXUINT - 1)

/* "one", "majority", "all" or a number > 0. */
KAD_API gboolean kad_quorum_parse (const char *text, guint *quorum, GError **error);

/* What a query shall do. Plain struct; the callee copies what it keeps. */
typedef struct
{
  KadQueryKind kind;
  GBytes *key;       /* as on the wire, not hashed; NULL for bootstrap */
  GBytes *value;     /* PUT_RECORD */
  KadPeerId peer;    /* FIND_PEER */
  guint quorum;      /* answers (get) or stores (put) wanted; KAD_QUORUM_* */
  guint limit;       /* stop after so many results, 0: no limit */
  gint64 timeout_us; /* whole query, 0: the default */
  gboolean once;     /* PROVIDE: announce once, do not keep alive */
} KadQuerySpec;

G_END_DECLS
