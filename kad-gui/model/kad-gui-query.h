/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"
#include "kad-key.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY (kad_gui_query_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiQuery, kad_gui_query, QUERY)

typedef enum
{
  KAD_GUI_QUERY_PREPARED,
  KAD_GUI_QUERY_RUNNING,
  KAD_GUI_QUERY_FINISHED,
} KadGuiQueryState;

/* The fields, as setters name them. */
enum
{
  KAD_GUI_QUERY_FIELD_ID = 1,
  KAD_GUI_QUERY_FIELD_RUN,
  KAD_GUI_QUERY_FIELD_QUERY,
  KAD_GUI_QUERY_FIELD_PATH,
  KAD_GUI_QUERY_FIELD_OWN,
  KAD_GUI_QUERY_FIELD_KIND,
  KAD_GUI_QUERY_FIELD_COMMAND,
  KAD_GUI_QUERY_FIELD_KEY,
  KAD_GUI_QUERY_FIELD_OWNER,
  KAD_GUI_QUERY_FIELD_STATE,
  KAD_GUI_QUERY_FIELD_STARTED_US,
  KAD_GUI_QUERY_FIELD_DURATION_US,
  KAD_GUI_QUERY_FIELD_OUTCOME,
  KAD_GUI_QUERY_FIELD_ERROR_CODE,
  KAD_GUI_QUERY_FIELD_ERROR_MESSAGE,
  KAD_GUI_QUERY_FIELD_HEARD,
  KAD_GUI_QUERY_FIELD_WAITING,
  KAD_GUI_QUERY_FIELD_QUERIED,
  KAD_GUI_QUERY_FIELD_UNREACHABLE,
  KAD_GUI_QUERY_FIELD_REQUESTS,
  KAD_GUI_QUERY_FIELD_SUCCESSES,
  KAD_GUI_QUERY_FIELD_FAILURES,
  KAD_GUI_QUERY_FIELD_N_RESULTS,
  KAD_GUI_QUERY_FIELD_SUMMARY,
  KAD_GUI_QUERY_FIELD_DROPPED,
  KAD_GUI_QUERY_FIELD_CONTACTS,
  KAD_GUI_QUERY_FIELD_STEPS,
  KAD_GUI_QUERY_FIELD_RESULTS,
};

/**
 * KadGuiQuery:
 *
 * A run of a command in the node, or a query of the node's own upkeep. What is one row here may be
 * several queries of the engine.
 */
struct _KadGuiQuery
{
  KadGuiItem parent_instance;

  gint64 id;     /* the run if there is one, else minus the number of the query */
  gint64 run;    /* 0: the node's own */
  gint64 query;  /* the engine's number of its latest query; 0: none */
  char *path;    /* of our own object on D-Bus; empty: it is not ours */
  gboolean own;  /* it was begun by this inspector */
  char *kind;    /* of the query; of the command if it has none */
  char *command; /* empty: not known */
  char *key;     /* as text */
  char *owner;
  guint state;        /* KadGuiQueryState */
  gint64 started_us;  /* microseconds since 1970 */
  gint64 duration_us; /* so far, or all of it */
  char *outcome; /* completed, stopped, starved, timed-out, cancelled, failed; empty: it goes on */
  char *error_code;
  char *error_message;
  guint heard;
  guint waiting;
  guint queried;
  guint unreachable;
  guint requests;
  guint successes;
  guint failures;
  guint n_results;
  char *summary;        /* what the command says at the end, as JSON */
  guint dropped;        /* steps that are not kept any more */
  GListModel *contacts; /* KadGuiContact */
  GListModel *steps;    /* KadGuiStep */
  GListModel *results;  /* KadGuiResult */
  gboolean has_target;
  KadKey target; /* no property: where its key is in the key space */
};

KadGuiQuery *kad_gui_query_new (void);

G_END_DECLS
