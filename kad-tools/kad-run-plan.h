/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-infos.h"
#include "kad-view.h"

G_BEGIN_DECLS

typedef struct _KadClient KadClient;

/* What a word of the shell does: one registered command, on a node that lives as long as it or in
 * the service. */
typedef struct _KadRunPlan KadRunPlan;
struct _KadRunPlan
{
  const char *command;    /* the registered name */
  GVariant *options;      /* `a{sv}` (transfer none) */
  KadMode mode;           /* of a node of its own, without --mode */
  const char *network;    /* (nullable) in the service, without --net: wan, lan or both */
  const char *listen;     /* (nullable) of a node of its own, without --listen */
  gboolean stays;         /* runs on after the command is done, until it is interrupted */
  gboolean prints_values; /* for people: the best record's value, at the end */
  gboolean has_limit;     /* --limit is an option of the command itself */
  gboolean is_foreign;    /* only the service knows the command */
  gboolean never_starts;  /* in the service: looks, and starts no node for it */
  gboolean joins_first;   /* in the service: looks only at a node that has joined, if it can */
  gboolean is_quiet;      /* no last line, and nothing found is no news: one of many rounds */
  const KadViewColumn *columns; /* (nullable) for people: a table of the results */
  /* (nullable) For people, in place of a result's usual words. */
  void (*print) (KadOutput *output, GVariant *result);
  /* (nullable) Whether a result is wanted at all. */
  gboolean (*wants) (GVariant *result, gpointer user_data);
  gpointer user_data;
  /* (nullable) What a command that ended well means for the exit code. */
  KadExit (*judge) (GVariant *summary);
  /* (nullable) In the service: begins the query, in place of PrepareQuery(); gives its path. With
   * it, stays means that the caller stays. */
  char *(*begin) (KadTool *tool, KadClient *client, const KadRunPlan *plan, GError **error);
  /* (nullable) In the service: a result as the command tells it. (transfer full) */
  GVariant *(*convert) (GVariant *result);
};

G_END_DECLS
