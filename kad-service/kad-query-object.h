/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-command-run.h"
#include "kad-event.h"
#include "kad-query-request.h"
#include "kad-service.h"

G_BEGIN_DECLS

/* How long a query stays that nobody starts, and one that is over. */
#define KAD_QUERY_STAYS_S 60
/* Signals of one query come at most so often. */
#define KAD_QUERY_BATCH_MS 50
/* How far it is, is told so rarely. */
#define KAD_QUERY_PROGRESS_MS 250
#define KAD_MAX_QUERY_PAGE 1000

/* org.libkad.Kad1.Query: one query of a caller, exported as long as it lives. It goes by itself:
 * with its caller, with Release(), and 60 seconds after its end. Main thread only. */
typedef struct _KadQueryObject KadQueryObject;

typedef enum
{
  KAD_QUERY_PREPARED,
  KAD_QUERY_RUNNING,
  KAD_QUERY_FINISHED,
} KadQueryState;

/* Makes and exports it, prepared. The service owns it. Errors: LimitReached, InvalidArgument (the
 * token is taken). (transfer none) */
KadQueryObject *kad_query_object_new (KadService *service, KadCaller *caller,
                                      KadQueryRequest *request, GError **error);
/* By the service alone, see kad_queries_remove(). */
void kad_query_object_free (KadQueryObject *self);
/* What it runs in place of a command; before it is started. */
void kad_query_object_set_source (KadQueryObject *self, const KadCommandRunSource *source,
                                  gpointer user_data);
/* InvalidArgument if it was started before. */
gboolean kad_query_object_start (KadQueryObject *self, GError **error);
const char *kad_query_object_get_path (KadQueryObject *self);
KadCaller *kad_query_object_get_caller (KadQueryObject *self);
KadQueryState kad_query_object_get_state (KadQueryObject *self);
gboolean kad_query_object_is_detached (KadQueryObject *self);
/* As ListQueries() tells it. (transfer floating) */
GVariant *kad_query_object_dup_details (KadQueryObject *self);
/* An event of its run. @is_lan: of the companion */
void kad_query_object_see_event (KadQueryObject *self, const KadEvent *event, gboolean is_lan);
/* A connection where it shall be, too: for those that are everybody's. */
void kad_query_object_export (KadQueryObject *self, GDBusConnection *connection);
/* Nothing if it is not there. */
void kad_query_object_unexport (KadQueryObject *self, GDBusConnection *connection);

G_END_DECLS
