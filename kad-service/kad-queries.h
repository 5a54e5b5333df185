/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-query-object.h"

G_BEGIN_DECLS

/* Finished queries of a caller that are kept for 60 seconds; with one more the oldest goes. */
#define KAD_MAX_FINISHED_QUERIES_PER_CALLER 256
/* Queries that may outlive their callers, of the whole service. */
#define KAD_MAX_DETACHED_QUERIES 64

/* All query objects of the service. Main thread only. */
typedef struct _KadQueries KadQueries;

KadQueries *kad_queries_new (KadService *service);
/* The objects go, too. */
void kad_queries_free (KadQueries *self);
/* Those of the service. (transfer none) (nullable): while there are interfaces */
KadQueries *kad_queries_get (KadService *service);

/* Takes the object, whose path is free. LimitReached: too many detached ones. */
gboolean kad_queries_check (KadQueries *self, KadQueryRequest *request, GError **error);
void kad_queries_add (KadQueries *self, KadQueryObject *object);
/* Frees it. */
void kad_queries_remove (KadQueries *self, KadQueryObject *object);
/* It is over: others of its caller may have to go. */
void kad_queries_note_finished (KadQueries *self, KadQueryObject *object);
/* The events of a run of @object go to it, from before it begins (kad_queries_watch()) until
 * kad_queries_unwatch(), or the node stops. Unknown objects are ignored. */
void kad_queries_watch (KadQueries *self, KadQueryObject *object, gboolean is_traced);
void kad_queries_set_run (KadQueries *self, KadQueryObject *object, guint64 run, gboolean is_lan);
/* Whether one runs. */
gboolean kad_queries_is_busy (KadQueries *self);
/* Whether events of its run may still come. */
gboolean kad_queries_is_watched (KadQueries *self, KadQueryObject *object);
void kad_queries_unwatch (KadQueries *self, KadQueryObject *object);
gboolean kad_queries_has_path (KadQueries *self, const char *path);
/* A number that names an object of nobody yet. */
guint kad_queries_next_number (KadQueries *self);
/* `a(oa{sv})`, by path: those of @caller; of all if it is NULL, and then the queries of the node
 * that are nobody's, of @rows. @rows: (element-type GVariant) (nullable): as the command
 * show-queries tells them. (transfer floating) */
GVariant *kad_queries_list (KadQueries *self, KadCaller *caller, GVariant *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadQueries, kad_queries_free)

G_END_DECLS
